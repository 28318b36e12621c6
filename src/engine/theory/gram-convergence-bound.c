/* gram-convergence-bound.c: Theorem 3.1, the linear rate
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 12. The rates are explicit; only the conditions on m and η (gram-conditions.h) hide
 * constants.
 */
#include "gram-convergence-bound.h"

#include <math.h>

#include "gram-decay.h"

/* Records are float32 sums: a bound that is kept to this much is kept. */
#define ROUNDING 1e-6

/**
 * gram_convergence_rate:
 *
 * Returns: 1 − ηλ₀/2, by which the loss Φ = ½‖y − u‖² falls at least a step (Theorem 3.1)
 */
double
gram_convergence_rate (double eta, double lambda_min)
{
  return 1 - eta * lambda_min / 2;
}

/**
 * gram_convergence_check:
 * @step, @residual: (array length=count): steps, rising, and ‖y − u‖ at each; steps may be
 *   skipped, and a gap of g steps has to keep (1 − ηλ₀/2)^g
 * @check: (out)
 *
 * Compares a recorded run with Theorem 3.1.
 */
void
gram_convergence_check (gsize count, const double *step, const double *residual, double eta,
                        double lambda_min, GramConvergenceCheck *check)
{
  *check = (GramConvergenceCheck){ 0, 0, -1, -1 };
  for (gsize i = 1; i < count; i++)
    {
      double gap = step[i] - step[i - 1];
      double bound = residual[i - 1] * sqrt (gram_decay_magnitude (eta * lambda_min / 2, gap));
      /* (1 − ηλ₀/4)ᵏ·‖y − u(0)‖, above ‖y − u(k)‖ (Eq 14) */
      double envelope =
          residual[0] * gram_decay_magnitude (eta * lambda_min / 4, step[i] - step[0]);

      check->pairs++;
      if (residual[i] <= bound * (1 + ROUNDING))
        check->kept++;
      else if (check->first_violation < 0)
        check->first_violation = step[i];
      if (residual[i] > envelope * (1 + ROUNDING) && check->envelope_first < 0)
        check->envelope_first = step[i];
    }
}
