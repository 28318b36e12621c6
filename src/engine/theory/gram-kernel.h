/* gram-kernel.h: the kernel of H∞ and its power series
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_kernel (double t);
double gram_kernel_coefficient (guint power);
double gram_kernel_series (double t, guint terms);
double gram_kernel_series_remainder (double t, guint terms);

gboolean gram_kernel_cross (gint64 n, gint64 columns, gint64 d, const double *X, gint64 ldx,
                            const double *Z, gint64 ldz, double *C, gint64 ldc, GError **error);

G_END_DECLS
