/* gram-losses.c: Appendix D.4, how wrong predictions are, as means over samples
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-losses.h"

#include <math.h>

/**
 * gram_loss_l1:
 * @y: (array length=count): labels
 * @f: (array length=count): predictions
 *
 * Returns: mean |y − f|, the 1-Lipschitz loss of Figure 2; NAN when @count is 0
 */
double
gram_loss_l1 (gint64 count, const double *y, const double *f)
{
  double sum = 0;

  for (gint64 i = 0; i < count; i++)
    sum += fabs (y[i] - f[i]);
  return sum / (double) count;
}

/**
 * gram_loss_ramp:
 *
 * Returns: mean of 1 where yf < 0, 1 − yf where 0 ≤ yf < 1, 0 beyond (Appendix D.4): 1-Lipschitz
 *   in f for |y| ≤ 1 and never below the 0-1 loss
 */
double
gram_loss_ramp (gint64 count, const double *y, const double *f)
{
  double sum = 0;

  for (gint64 i = 0; i < count; i++)
    sum += fmin (1, fmax (0, 1 - y[i] * f[i]));
  return sum / (double) count;
}

/**
 * gram_loss_zero_one:
 *
 * Returns: the fraction of samples whose prediction has not the sign of the label; 0 is wrong
 */
double
gram_loss_zero_one (gint64 count, const double *y, const double *f)
{
  gint64 wrong = 0;

  for (gint64 i = 0; i < count; i++)
    wrong += !(y[i] * f[i] > 0);
  return (double) wrong / (double) count;
}
