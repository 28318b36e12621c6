/* gram-movement.c: Lemmas 5.3 and C.1, how far the weights travel
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 20.
 */
#include "gram-movement.h"

#include <math.h>

/**
 * gram_movement_limit:
 * @quadratic_form: yᵀH∞⁻¹y
 *
 * Returns: √(yᵀH∞⁻¹y), which ‖W(k) − W(0)‖_F stays below in the wide limit (Lemma 5.3, whose
 * further terms vanish as m grows and κ falls)
 */
double
gram_movement_limit (double quadratic_form)
{
  return sqrt (quadratic_form);
}

/**
 * gram_movement_neuron_bound:
 * @residual0: ‖y − u(0)‖
 *
 * Returns: 4√n·‖y − u(0)‖/(√m·λ₀), which no ‖w_r(k) − w_r(0)‖ exceeds (Lemma C.1); explicit
 */
double
gram_movement_neuron_bound (gint64 n, gint64 m, double residual0, double lambda_min)
{
  return 4 * sqrt ((double) n) * residual0 / (sqrt ((double) m) * lambda_min);
}
