/* gram-tridiagonal.h: eigenvalues of a small symmetric tridiagonal matrix
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gram_tridiagonal_eigen (guint j, double *diagonal, double *off_diagonal, guint rows,
                                 double *Z, GError **error);

G_END_DECLS
