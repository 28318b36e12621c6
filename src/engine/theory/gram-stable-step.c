/* gram-stable-step.c: which step sizes are stable, and which one to advise
 *
 * SPDX-License-Identifier: MIT
 *
 * A step multiplies the residual's part along the eigenvector v_i of H∞ by 1 − ηλ_i (Theorem 4.1).
 * All these factors lie inside (−1, 1) while η < 2/λ₁; that is the limit. Close to it the top part
 * only changes its sign, and H(k) of a real net, whose λ₁ is not quite that of H∞, may be beyond
 * it. At η = 1/λ₁ the top part is gone after one step, no part ever changes its sign, and λ₁ of
 * the net may be twice as large before anything diverges. Whoever advises a step, advises this.
 */
#include "gram-stable-step.h"

#include <math.h>

/**
 * gram_stable_step_limit:
 * @lambda_max: λ₁ of H∞
 *
 * Returns: 2/λ₁: gradient descent is stable below it; NAN where λ₁ is
 */
double
gram_stable_step_limit (double lambda_max)
{
  return 2 / lambda_max;
}

/**
 * gram_stable_step_advised:
 * @lambda_max: λ₁ of H∞
 *
 * Returns: 1/λ₁ rounded down to two digits, so that it is short to type; NAN where λ₁ is not known
 *   or not positive
 */
double
gram_stable_step_advised (double lambda_max)
{
  double unit;

  if (!isfinite (lambda_max) || lambda_max <= 0)
    return NAN;
  unit = pow (10, floor (log10 (1 / lambda_max)) - 1);
  return floor (1 / lambda_max / unit) * unit;
}
