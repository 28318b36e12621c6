/* gram-mpi-matrix.c: matrices that lie over all processes
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-mpi-matrix.h"

#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-error.h"
#include "gram-size.h"

#define VECTORS 64 /* of a product at a time */

/* BLACS has no header. */
int Csys2blacs_handle (MPI_Comm comm);
void Cblacs_gridinit (int *context, const char *order, int rows, int columns);

static GramMpiGrid grid;

/**
 * gram_mpi_matrix_start:
 *
 * In all processes at the same time, once: they become a grid, as square as may be.
 */
void
gram_mpi_matrix_start (void)
{
  int sides[2] = { 0, 0 };

  MPI_Comm_dup (MPI_COMM_WORLD, &grid.comm);
  MPI_Dims_create (gram_mpi_world_get ()->size, 2, sides);
  grid.rows = sides[1];
  grid.columns = sides[0];
  grid.row = gram_mpi_world_get ()->rank / grid.columns;
  grid.column = gram_mpi_world_get ()->rank % grid.columns;
  grid.context = Csys2blacs_handle (grid.comm);
  Cblacs_gridinit (&grid.context, "Row", grid.rows, grid.columns);
}

const GramMpiGrid *
gram_mpi_matrix_grid (void)
{
  return &grid;
}

/* Returns: what gram_mpi_matrix_end_one_thread() takes */
int
gram_mpi_matrix_begin_one_thread (void)
{
  int before = openblas_get_num_threads ();

  openblas_set_num_threads (1);
  return before;
}

void
gram_mpi_matrix_end_one_thread (int *before)
{
  openblas_set_num_threads (*before);
}

/* ---------- what is where --------------------------------------------------------------------- */

/* How many of @count rows, or columns, are in place @at of @places */
static gint64
part_of (gint64 count, int at, int places)
{
  gint64 blocks = count / GRAM_MPI_BLOCK, own = blocks / places;

  if (at < blocks % places)
    own++;
  return own * GRAM_MPI_BLOCK + (at == blocks % places ? count % GRAM_MPI_BLOCK : 0);
}

/* The first process has as much as any. */
guint64
gram_mpi_matrix_bytes (gint64 rows, gint64 columns)
{
  return (guint64) MAX (part_of (rows, 0, grid.rows), 1)
         * (guint64) part_of (columns, 0, grid.columns) * sizeof (double);
}

/* The most rows of a square matrix of which @copies parts can be indexed by 32 bits */
gint64
gram_mpi_matrix_most (gint64 copies)
{
  double parts = (double) grid.rows * (double) grid.columns;

  return (gint64) sqrt (parts * G_MAXINT / (double) copies)
         - (gint64) GRAM_MPI_BLOCK * (MAX (grid.rows, grid.columns) + 1);
}

/**
 * gram_mpi_matrix_init:
 * @matrix: (out caller-allocates): free what is in it with gram_mpi_matrix_clear(), also after a
 *   failure
 * @what: what it is
 *
 * Nothing is asked of other processes.
 *
 * Returns: %FALSE with GRAM_ERROR_MEMORY
 */
gboolean
gram_mpi_matrix_init (GramMpiMatrix *matrix, gint64 rows, gint64 columns, const char *what,
                      GError **error)
{
  *matrix = (GramMpiMatrix){ .rows = rows,
                             .columns = columns,
                             .rows_here = part_of (rows, grid.row, grid.rows),
                             .columns_here = part_of (columns, grid.column, grid.columns) };
  matrix->ld = MAX (matrix->rows_here, 1);
  memcpy (matrix->descriptor,
          (int[]){ 1, grid.context, (int) rows, (int) columns, GRAM_MPI_BLOCK, GRAM_MPI_BLOCK, 0, 0,
                   (int) matrix->ld },
          sizeof matrix->descriptor);
  matrix->data =
      gram_try_alloc (sizeof (double), matrix->ld, MAX (matrix->columns_here, 1), what, error);
  return matrix->data != NULL;
}

void
gram_mpi_matrix_clear (GramMpiMatrix *matrix)
{
  gram_free (matrix->data);
  *matrix = (GramMpiMatrix){ 0 };
}

static gint64
whole_of (gint64 i, int at, int places)
{
  return (i / GRAM_MPI_BLOCK * places + at) * GRAM_MPI_BLOCK + i % GRAM_MPI_BLOCK;
}

/* Which row of the whole row @i of this part is */
gint64
gram_mpi_matrix_row (const GramMpiMatrix *matrix, gint64 i)
{
  return whole_of (i, grid.row, grid.rows);
}

gint64
gram_mpi_matrix_column (const GramMpiMatrix *matrix, gint64 j)
{
  gint64 column = whole_of (j, grid.column, grid.columns);

  return matrix->reversed ? matrix->columns - 1 - column : column;
}

/* ---------- vectors that all have ------------------------------------------------------------- */

/* Adds up over all, in place; column by column, for they may be longer than a message. */
static void
add_up (gint64 rows, gint64 columns, double *B, gint64 ldb)
{
  for (gint64 j = 0; j < columns; j++)
    MPI_Allreduce (MPI_IN_PLACE, B + j * ldb, (int) rows, MPI_DOUBLE, MPI_SUM, grid.comm);
}

static void
clear_block (gint64 rows, gint64 columns, double *B, gint64 ldb)
{
  for (gint64 j = 0; j < columns; j++)
    memset (B + j * ldb, 0, (gsize) rows * sizeof (double));
}

/* The first @columns of @matrix become @B (rows × @columns), which all have. */
void
gram_mpi_matrix_take (GramMpiMatrix *matrix, gint64 columns, const double *B, gint64 ldb)
{
  for (gint64 j = 0; j < matrix->columns_here; j++)
    if (gram_mpi_matrix_column (matrix, j) < columns)
      for (gint64 i = 0; i < matrix->rows_here; i++)
        matrix->data[j * matrix->ld + i] =
            B[gram_mpi_matrix_column (matrix, j) * ldb + gram_mpi_matrix_row (matrix, i)];
}

/* The first @columns of @matrix, in all processes */
void
gram_mpi_matrix_give (const GramMpiMatrix *matrix, gint64 columns, double *B, gint64 ldb)
{
  clear_block (matrix->rows, columns, B, ldb);
  for (gint64 j = 0; j < matrix->columns_here; j++)
    if (gram_mpi_matrix_column (matrix, j) < columns)
      for (gint64 i = 0; i < matrix->rows_here; i++)
        B[gram_mpi_matrix_column (matrix, j) * ldb + gram_mpi_matrix_row (matrix, i)] =
            matrix->data[j * matrix->ld + i];
  add_up (matrix->rows, columns, B, ldb);
}

typedef gint64 (*PlaceFunc) (const GramMpiMatrix *matrix, gint64 i);

/* @Y += what this part of the matrix makes of @V */
static void
apply_part (const GramMpiMatrix *matrix, gboolean transposed, gint64 k, const double *V, gint64 ldv,
            double *Y, gint64 ldy, double *work)
{
  PlaceFunc from = transposed ? gram_mpi_matrix_row : gram_mpi_matrix_column;
  PlaceFunc to = transposed ? gram_mpi_matrix_column : gram_mpi_matrix_row;
  gint64 taken = transposed ? matrix->rows_here : matrix->columns_here;
  gint64 given = transposed ? matrix->columns_here : matrix->rows_here;
  double *in = work, *out = work + taken * k;

  if (taken == 0 || given == 0)
    return;
  for (gint64 c = 0; c < k; c++)
    for (gint64 i = 0; i < taken; i++)
      in[c * taken + i] = V[c * ldv + from (matrix, i)];
  cblas_dgemm (CblasColMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans, given, k, taken,
               1, matrix->data, matrix->ld, in, taken, 0, out, given);
  for (gint64 c = 0; c < k; c++)
    for (gint64 i = 0; i < given; i++)
      Y[c * ldy + to (matrix, i)] += out[c * given + i];
}

/**
 * gram_mpi_matrix_apply:
 * @V: (columns × @k), or as many rows where it is @transposed: the same in all
 * @Y: (out caller-allocates): the matrix times @V, in all
 *
 * In all processes at the same time.
 */
gboolean
gram_mpi_matrix_apply (const GramMpiMatrix *matrix, gboolean transposed, gint64 k, const double *V,
                       gint64 ldv, double *Y, gint64 ldy, const GramJob *job, GError **error)
{
  gint64 rows = transposed ? matrix->columns : matrix->rows, most = MIN (k, VECTORS);
  GError *failure = NULL;
  gram_autofree double *work =
      gram_try_alloc (sizeof (double), matrix->rows_here + matrix->columns_here, MAX (most, 1),
                      "a block of vectors", &failure);
  GRAM_MPI_ONE_THREAD;

  if (!gram_mpi_world_go_on (job, failure, error))
    return FALSE;
  clear_block (rows, k, Y, ldy);
  for (gint64 first = 0; first < k; first += VECTORS)
    {
      gint64 count = MIN (VECTORS, k - first);

      apply_part (matrix, transposed, count, V + first * ldv, ldv, Y + first * ldy, ldy, work);
      add_up (rows, count, Y + first * ldy, ldy);
      if (!gram_mpi_world_go_on (job, NULL, error))
        return FALSE;
    }
  return TRUE;
}
