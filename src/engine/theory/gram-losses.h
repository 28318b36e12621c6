/* gram-losses.h: Appendix D.4, how wrong predictions are, as means over samples
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_loss_l1 (gint64 count, const double *y, const double *f);
double gram_loss_ramp (gint64 count, const double *y, const double *f);
double gram_loss_zero_one (gint64 count, const double *y, const double *f);

G_END_DECLS
