/* gram-alignment.h: number 31, how the kernel of a net changes and turns towards the labels
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_alignment_norm (gint64 n, const double *H, gint64 ldh);
double gram_alignment (gint64 n, const double *H, gint64 ldh, const double *y);
double gram_alignment_effective_rank (gint64 n, const double *lambda);

G_END_DECLS
