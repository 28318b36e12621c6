/* gram-mpi-eigen.h: the eigenpairs of a matrix that lies over all processes
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mpi-matrix.h"

G_BEGIN_DECLS

/* Numbers for each of the matrix's that it takes beside it, with the eigenvectors */
#define GRAM_MPI_EIGEN_COPIES 5

guint gram_mpi_eigen_ways (gint64 n);
gboolean gram_mpi_eigen (const GramMpiMatrix *H, guint way, GramMpiMatrix *V, double *lambda,
                         const GramJob *job, GError **error);

G_END_DECLS
