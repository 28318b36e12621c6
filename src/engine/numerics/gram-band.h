/* gram-band.h: the largest eigenpair of a symmetric band matrix
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void gram_band_largest (gint64 n, gint64 width, const double *T, gint64 ld, double *value,
                        double *s);

G_END_DECLS
