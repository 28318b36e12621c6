/* gram-mpi-eigen.c: the eigenpairs of a matrix that lies over all processes
 *
 * SPDX-License-Identifier: MIT
 *
 * By ELPA where it is, in one stage: distributions build its second stage with portable kernels
 * only, which are slower. Else, and where there are few blocks, by ScaLAPACK's divide and conquer.
 */
#include "gram-mpi-eigen.h"

#include <complex.h>
#include <string.h>

#ifdef GRAM_HAVE_ELPA
#include <elpa/elpa.h>
#endif

#include "gram-error.h"
#include "gram-size.h"

#define ELPA_INTERFACE 20211125

/* ScaLAPACK as Fortran calls it */
void pdsyevd_ (const char *jobz, const char *uplo, const int *n, double *a, const int *ia,
               const int *ja, const int *desca, double *w, double *z, const int *iz, const int *jz,
               const int *descz, double *work, const int *lwork, int *iwork, const int *liwork,
               int *info, size_t, size_t);

typedef gboolean (*Way) (GramMpiMatrix *A, GramMpiMatrix *V, double *lambda, GError **error);

/* ---------- ScaLAPACK ------------------------------------------------------------------------- */

static int
call_scalapack (GramMpiMatrix *A, GramMpiMatrix *V, double *lambda, double *work, int lwork,
                int *iwork, int liwork)
{
  const int one = 1, n = (int) A->rows;
  int info = 0;

  pdsyevd_ ("V", "L", &n, A->data, &one, &one, A->descriptor, lambda, V->data, &one, &one,
            V->descriptor, work, &lwork, iwork, &liwork, &info, 1, 1);
  return info;
}

static gboolean
by_scalapack (GramMpiMatrix *A, GramMpiMatrix *V, double *lambda, GError **error)
{
  double wanted = 0;
  int iwanted = 0, info;
  GError *failure = NULL;
  gram_autofree double *work = NULL;
  gram_autofree int *iwork = NULL;

  call_scalapack (A, V, lambda, &wanted, -1, &iwanted, -1);
  /* what it says is too little for pdlasrt and pdormtr, which it calls, where blocks are few */
  wanted += (double) ((A->rows_here + 2 * GRAM_MPI_BLOCK) * (A->columns_here + 2 * GRAM_MPI_BLOCK)
                      + GRAM_MPI_BLOCK * A->rows_here);
  work = gram_try_alloc (sizeof *work, (gint64) wanted, 1, "the eigenproblem's work", &failure);
  if (work != NULL)
    iwork = gram_try_alloc (sizeof *iwork, iwanted, 1, "the eigenproblem's work", &failure);
  if (!gram_mpi_world_vote (MPI_COMM_WORLD, failure, error))
    return FALSE;
  info = call_scalapack (A, V, lambda, work, (int) wanted, iwork, iwanted);
  if (info != 0)
    gram_fail (&failure, GRAM_ERROR_NUMERIC, "pdsyevd found no eigenpairs (info %d)", info);
  /* of a single block the others do not learn the eigenvalues */
  MPI_Bcast (lambda, (int) A->rows, MPI_DOUBLE, 0, MPI_COMM_WORLD);
  return gram_mpi_world_vote (MPI_COMM_WORLD, failure, error);
}

/* ---------- ELPA ------------------------------------------------------------------------------ */

#ifdef GRAM_HAVE_ELPA
static elpa_t
new_elpa (const GramMpiMatrix *A, int *status)
{
  const GramMpiGrid *grid = gram_mpi_matrix_grid ();
  const struct
  {
    const char *name;
    int value;
  } settings[] = {
    { "na", (int) A->rows },        { "nev", (int) A->rows },
    { "local_nrows", (int) A->ld }, { "local_ncols", (int) MAX (A->columns_here, 1) },
    { "nblk", GRAM_MPI_BLOCK },     { "mpi_comm_parent", (int) MPI_Comm_c2f (grid->comm) },
    { "process_row", grid->row },   { "process_col", grid->column },
  };
  elpa_t handle = elpa_allocate (status);

  for (guint i = 0; *status == ELPA_OK && i < G_N_ELEMENTS (settings); i++)
    elpa_set_integer (handle, settings[i].name, settings[i].value, status);
  if (*status == ELPA_OK)
    *status = elpa_setup (handle);
  if (*status == ELPA_OK)
    elpa_set_integer (handle, "solver", ELPA_SOLVER_1STAGE, status);
  return handle;
}

static gboolean
by_elpa (GramMpiMatrix *A, GramMpiMatrix *V, double *lambda, GError **error)
{
  GError *failure = NULL;
  int status = elpa_init (ELPA_INTERFACE), ended;
  elpa_t handle = NULL;
  gboolean done;

  if (status == ELPA_OK)
    handle = new_elpa (A, &status);
  if (status != ELPA_OK)
    gram_fail (&failure, GRAM_ERROR_NUMERIC, "ELPA does not begin: %s", elpa_strerr (status));
  done = gram_mpi_world_vote (MPI_COMM_WORLD, failure, error);
  if (done)
    {
      elpa_eigenvectors_a_h_a_d (handle, A->data, lambda, V->data, &status);
      failure = NULL;
      if (status != ELPA_OK)
        gram_fail (&failure, GRAM_ERROR_NUMERIC, "ELPA found no eigenpairs: %s",
                   elpa_strerr (status));
      done = gram_mpi_world_vote (MPI_COMM_WORLD, failure, error);
    }
  if (handle != NULL)
    elpa_deallocate (handle, &ended);
  return done;
}
#endif

/* The best first; each goes with matrices of so many rows. @count: (out) */
static const Way *
ways_of (gint64 n, guint *count)
{
#ifdef GRAM_HAVE_ELPA
  static const Way both[] = { by_elpa, by_scalapack };
  const GramMpiGrid *grid = gram_mpi_matrix_grid ();

  /* ELPA refuses a process without a block */
  if (n > (gint64) GRAM_MPI_BLOCK * MAX (grid->rows, grid->columns))
    {
      *count = 2;
      return both;
    }
#endif
  static const Way one[] = { by_scalapack };

  *count = 1;
  return one;
}

/* How many there are to find them, of which a later one is the second try */
guint
gram_mpi_eigen_ways (gint64 n)
{
  guint count;

  ways_of (n, &count);
  return count;
}

/**
 * gram_mpi_eigen:
 * @H: (n × n) symmetric; stays as it is
 * @way: below gram_mpi_eigen_ways()
 * @V: (out caller-allocates): (n × n) the eigenvectors; clear it
 * @lambda: (out caller-allocates): (n) in all processes, ascending
 *
 * In all processes at the same time.
 */
gboolean
gram_mpi_eigen (const GramMpiMatrix *H, guint way, GramMpiMatrix *V, double *lambda,
                const GramJob *job, GError **error)
{
  GramMpiMatrix A = { 0 };
  GError *failure = NULL;
  guint count;
  gboolean done;
  GRAM_MPI_ONE_THREAD;

  *V = (GramMpiMatrix){ 0 };
  if (gram_mpi_matrix_init (&A, H->rows, H->columns, "the eigenproblem", &failure))
    gram_mpi_matrix_init (V, H->rows, H->columns, "the eigenvectors", &failure);
  done = gram_mpi_world_go_on (job, failure, error);
  if (done)
    {
      memcpy (A.data, H->data, (gsize) (H->ld * H->columns_here) * sizeof (double));
      done = ways_of (H->rows, &count)[way](&A, V, lambda, error);
    }
  gram_mpi_matrix_clear (&A);
  return done;
}
