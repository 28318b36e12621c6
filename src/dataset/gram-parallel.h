/* gram-parallel.h: images that are multiples of one another
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

GArray *gram_parallel_find (const double *X, gint64 d, gint64 n, const double *y, GError **error);

G_END_DECLS
