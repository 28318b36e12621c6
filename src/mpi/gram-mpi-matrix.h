/* gram-mpi-matrix.h: matrices that lie over all processes
 *
 * SPDX-License-Identifier: MIT
 *
 * Block-cyclic, as ScaLAPACK has them: the processes form a grid, and square blocks are dealt to
 * its rows and columns in turn.
 */
#pragma once

#include "gram-mpi-world.h"

G_BEGIN_DECLS

#define GRAM_MPI_BLOCK 64 /* rows and columns of a block */

/* The part of this process */
typedef struct
{
  gint64 rows, columns;           /* of the whole */
  gint64 rows_here, columns_here; /* (rows_here × columns_here) is here */
  gint64 ld;
  gboolean reversed; /* what lies in its first column is the last of the whole */
  double *data;
  int descriptor[9]; /* ScaLAPACK's, of the whole */
} GramMpiMatrix;

typedef struct
{
  MPI_Comm comm; /* of all, for what runs on the grid */
  int context;   /* BLACS's */
  int rows, columns;
  int row, column; /* of this process */
} GramMpiGrid;

/* At the beginning of a block: in it OpenBLAS computes with this thread alone, for every processor
 * has a process. */
#define GRAM_MPI_ONE_THREAD                                                               \
  __attribute__ ((cleanup (gram_mpi_matrix_end_one_thread), unused)) int threads_before = \
      gram_mpi_matrix_begin_one_thread ()

int gram_mpi_matrix_begin_one_thread (void);
void gram_mpi_matrix_end_one_thread (int *before);
void gram_mpi_matrix_start (void);
const GramMpiGrid *gram_mpi_matrix_grid (void);
guint64 gram_mpi_matrix_bytes (gint64 rows, gint64 columns);
gint64 gram_mpi_matrix_most (gint64 copies);
gboolean gram_mpi_matrix_init (GramMpiMatrix *matrix, gint64 rows, gint64 columns, const char *what,
                               GError **error);
void gram_mpi_matrix_clear (GramMpiMatrix *matrix);
gint64 gram_mpi_matrix_row (const GramMpiMatrix *matrix, gint64 i);
gint64 gram_mpi_matrix_column (const GramMpiMatrix *matrix, gint64 j);
void gram_mpi_matrix_take (GramMpiMatrix *matrix, gint64 columns, const double *B, gint64 ldb);
void gram_mpi_matrix_give (const GramMpiMatrix *matrix, gint64 columns, double *B, gint64 ldb);
gboolean gram_mpi_matrix_apply (const GramMpiMatrix *matrix, gboolean transposed, gint64 k,
                                const double *V, gint64 ldv, double *Y, gint64 ldy,
                                const GramJob *job, GError **error);

G_END_DECLS
