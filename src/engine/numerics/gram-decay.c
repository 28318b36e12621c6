/* gram-decay.c: the scalar functions of gradient descent along one eigenvector
 *
 * SPDX-License-Identifier: MIT
 *
 * Along v_i the linearised descent multiplies the residual by g = 1 − ηλ_i a step. With k up to
 * millions and ηλ down to rounding, gᵏ by pow() of a rounded g would lose every digit; log1p and
 * expm1 of ηλ itself keep them.
 */
#include "gram-decay.h"

#include <math.h>

/* No run is longer: 2⁵³ steps are still counted exactly by a double. */
#define STEPS_CAP (G_GINT64_CONSTANT (1) << 53)

/* log|1 − ηλ|, −∞ at ηλ = 1; exact to rounding near ηλ = 0 and ηλ = 2 */
static double
log_magnitude (double eta_lambda)
{
  if (eta_lambda < 1.0)
    return log1p (-eta_lambda);
  return log1p (eta_lambda - 2.0);
}

/**
 * gram_decay_magnitude:
 * @k: steps, not negative; need not be whole, so that curves can be drawn between steps
 *
 * Returns: |1 − ηλ|ᵏ
 */
double
gram_decay_magnitude (double eta_lambda, double k)
{
  return k == 0 ? 1.0 : exp (k * log_magnitude (eta_lambda));
}

/**
 * gram_decay:
 *
 * Returns: (1 − ηλ)ᵏ, with its sign
 */
double
gram_decay (double eta_lambda, gint64 k)
{
  double magnitude = gram_decay_magnitude (eta_lambda, (double) k);

  return eta_lambda > 1.0 && k % 2 != 0 ? -magnitude : magnitude;
}

/**
 * gram_decay_complement:
 *
 * Returns: 1 − (1 − ηλ)ᵏ without cancellation at small ηλk
 */
double
gram_decay_complement (double eta_lambda, gint64 k)
{
  if (k == 0)
    return 0.0;
  if (eta_lambda < 1.0)
    return -expm1 ((double) k * log1p (-eta_lambda));
  return 1.0 - gram_decay (eta_lambda, k);
}

/* √Σ(1 − ηλ_i)^{2k}·p_i² = ‖(I − ηH∞)ᵏy‖ (Theorem 4.1, Eq 8); +∞ where ηλ > 2, never NAN. */
static double
residual_at (gint64 count, const double *lambda, const double *weight, double eta, double k)
{
  double sum = 0;

  for (gint64 i = 0; i < count; i++)
    if (weight[i] > 0)
      sum += weight[i] * gram_decay_magnitude (eta * lambda[i], 2.0 * k);
  return sqrt (sum);
}

/**
 * gram_decay_steps_to:
 * @eta: below 2/λ₁, where the residual falls monotonically
 * @target: below the residual of step 0
 *
 * By doubling and bisection: some fifty evaluations of the residual.
 *
 * Returns: the first step whose residual is at most @target; −1 beyond 2⁵³ steps, which is also
 *   when something has no decay
 */
gint64
gram_decay_steps_to (gint64 count, const double *lambda, const double *weight, double eta,
                     double target)
{
  gint64 low = 0, high = 1; /* too few, enough */

  while (residual_at (count, lambda, weight, eta, (double) high) > target)
    {
      low = high;
      if (high >= STEPS_CAP)
        return -1;
      high *= 2;
    }
  while (high - low > 1)
    {
      gint64 middle = low + (high - low) / 2;

      if (residual_at (count, lambda, weight, eta, (double) middle) > target)
        low = middle;
      else
        high = middle;
    }
  return high;
}

/**
 * gram_decay_curve:
 * @lambda: (array length=count): λ_i, or the nodes of a quadrature
 * @weight: (array length=count): p_i², or its weights; terms of weight 0 are skipped, so that a
 *   component that is not there cannot diverge
 * @k: (array length=points): steps, not negative, whole or not
 * @residual: (out caller-allocates) (array length=points): √Σ(1 − ηλ_i)^{2k}·p_i² =
 *   ‖(I − ηH∞)ᵏy‖ of each (Theorem 4.1, Eq 8); may be +∞ when ηλ > 2, never NAN
 *
 * Takes each logarithm once for the whole curve, which is drawn anew whenever η moves.
 */
void
gram_decay_curve (gint64 count, const double *lambda, const double *weight, double eta,
                  const double *k, gsize points, double *residual)
{
  g_autofree double *rate = NULL;

  if (points == 1)
    {
      residual[0] = residual_at (count, lambda, weight, eta, k[0]);
      return;
    }
  rate = g_new (double, count);
  for (gint64 i = 0; i < count; i++)
    rate[i] = log_magnitude (eta * lambda[i]);
  for (gsize point = 0; point < points; point++)
    {
      double twice = 2 * k[point], sum = 0;

      for (gint64 i = 0; i < count; i++)
        {
          double exponent = k[point] == 0 ? 0 : twice * rate[i];

          /* e^−746 is 0 already, and libm takes its time to say so */
          if (weight[i] > 0 && exponent > -746)
            sum += weight[i] * exp (exponent);
        }
      residual[point] = sqrt (sum);
    }
}

/**
 * gram_decay_distance:
 *
 * The distance ‖W(k) − W(0)‖_F of the linearised descent, number 20: its square is
 * Σ(1 − (1 − ηλ_i)ᵏ)²·p_i²/λ_i. A term whose λ_i ≤ 0 is its limit at λ_i → 0, which is 0.
 */
double
gram_decay_distance (gint64 count, const double *lambda, const double *weight, double eta, gint64 k)
{
  double sum = 0;

  for (gint64 i = 0; i < count; i++)
    if (weight[i] > 0 && lambda[i] > 0)
      {
        double complement = gram_decay_complement (eta * lambda[i], k);

        sum += complement * complement * (weight[i] / lambda[i]);
      }
  return sqrt (sum);
}
