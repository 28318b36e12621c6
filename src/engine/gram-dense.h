/* gram-dense.h: the few dense operations that no backend slot offers
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gram_dense_inner (gint64 rows, gint64 columns, gint64 d, const double *A, gint64 lda,
                           const double *B, gint64 ldb, double *C, gint64 ldc, GError **error);
gboolean gram_dense_top (gint64 order, const double *A, gint64 lda, double *value, double *vector,
                         GError **error);
gboolean gram_dense_nuclear_norm (gint64 d, const double *A, gint64 lda, double *norm,
                                  GError **error);

G_END_DECLS
