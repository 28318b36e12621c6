/* gram-kernel.c: the kernel of H∞ and its power series
 *
 * SPDX-License-Identifier: MIT
 *
 * Equation 3 and number 29 (Appendix E).
 */
#include "gram-kernel.h"

#include <math.h>

#include "gram-dense.h"

/**
 * gram_kernel:
 * @t: xᵀz of unit vectors; clamped to [−1, 1]
 *
 * Returns: t(π − arccos t)/(2π), Eq 3
 */
double
gram_kernel (double t)
{
  t = CLAMP (t, -1.0, 1.0);
  return t * (G_PI - acos (t)) / (2 * G_PI);
}

/**
 * gram_kernel_coefficient:
 * @power: of t
 *
 * The coefficient of t^power in the series t/4 + (1/2π)·Σ_{l≥1} ((2l−3)!!/((2l−2)!!(2l−1)))·t^{2l}.
 * Not one is negative, so H∞ ⪰ c·K^{∘power} for each; the odd ones above 1 are 0, which is why
 * odd powers are not learned (number 28).
 */
double
gram_kernel_coefficient (guint power)
{
  double ratio = 1; /* (2l−3)!!/(2l−2)!! */

  if (power == 1)
    return 0.25;
  if (power == 0 || power % 2 != 0)
    return 0;
  for (guint l = 2; l <= power / 2; l++)
    ratio *= (2 * l - 3.0) / (2 * l - 2.0);
  return ratio / (power - 1.0) / (2 * G_PI);
}

/**
 * gram_kernel_series:
 * @terms: even powers summed: t², t⁴, …
 *
 * Returns: the partial sum t/4 + … of the series
 */
double
gram_kernel_series (double t, guint terms)
{
  double sum = t / 4, ratio = 1, power = 1;

  for (guint l = 1; l <= terms; l++)
    {
      if (l > 1)
        ratio *= (2 * l - 3.0) / (2 * l - 2.0);
      power *= t * t;
      sum += ratio * power / (2 * l - 1.0) / (2 * G_PI);
    }
  return sum;
}

/**
 * gram_kernel_series_remainder:
 *
 * Returns: a bound on |gram_kernel (t) − gram_kernel_series (t, terms)|: the next coefficient
 * times t^{2·terms+2}, summed as a geometric series where t < 1, and the closed tail
 * Σ_{l>L} l^{-3/2} ≤ 2/√L otherwise
 */
double
gram_kernel_series_remainder (double t, guint terms)
{
  double next = gram_kernel_coefficient (2 * (terms + 1)), power = pow (t * t, terms + 1.0);
  double geometric = fabs (t) < 1 ? next * power / (1 - t * t) : INFINITY;
  /* (2l−3)!!/(2l−2)!! ≤ 1/√(π(l − 3/4)) and 2l − 1 ≥ 2(l − 3/4): the sum is below an integral */
  double tail = terms >= 1 ? power / (2 * G_PI * sqrt (G_PI) * sqrt (terms - 0.75)) : 0.25;

  return MIN (geometric, tail);
}

/**
 * gram_kernel_cross:
 * @X: (d × n), unit columns
 * @Z: (d × columns), unit columns
 * @C: (out caller-allocates): (n × columns): k(x_i, z_j)
 *
 * The kernel between training and other images, k(X, z) of number 24.
 */
gboolean
gram_kernel_cross (gint64 n, gint64 columns, gint64 d, const double *X, gint64 ldx, const double *Z,
                   gint64 ldz, double *C, gint64 ldc, GError **error)
{
  if (!gram_dense_inner (n, columns, d, X, ldx, Z, ldz, C, ldc, error))
    return FALSE;
  for (gint64 j = 0; j < columns; j++)
    for (gint64 i = 0; i < n; i++)
      C[j * ldc + i] = gram_kernel (C[j * ldc + i]);
  return TRUE;
}
