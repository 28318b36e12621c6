/* gram-dense.h: the few dense operations that no backend slot offers
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_dense_dot (gint64 n, const double *x, const double *y);
void gram_dense_add_scaled (gint64 n, double a, const double *x, double *y);
double gram_dense_project_out (gint64 n, const double *q, double *w);
double gram_dense_distance (gint64 n, const double *A, gint64 lda, const double *B, gint64 ldb);
gboolean gram_dense_inner (gint64 rows, gint64 columns, gint64 d, const double *A, gint64 lda,
                           const double *B, gint64 ldb, double *C, gint64 ldc, GError **error);
gboolean gram_dense_eigenvalues (gint64 d, double *A, gint64 lda, double *lambda, GError **error);
gboolean gram_dense_nuclear_norm (gint64 d, const double *A, gint64 lda, double *norm,
                                  GError **error);

G_END_DECLS
