/* gram-kernel.h: Equation 3, the kernel of H∞
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gram_kernel_cross (gint64 n, gint64 columns, gint64 d, const double *X, gint64 ldx,
                            const double *Z, gint64 ldz, double *C, gint64 ldc, GError **error);

G_END_DECLS
