/* gram-generalization-bound.c: Theorem 5.1, Corollary 5.2 and Lemma 5.4, what bounds the test error
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-generalization-bound.h"

#include <math.h>

/**
 * gram_generalization_bound:
 * @complexity: Eq 10
 *
 * Number 19: @complexity + √(log(n/(λ₀δ))/n), Eq 9 with its hidden constant shown as 1, for the
 * mean of any loss in [0, 1] that is 1-Lipschitz with ℓ(y, y) = 0 (Theorem 5.1) and for the 0-1
 * error (Corollary 5.2). A bound of 1 or more says nothing.
 */
double
gram_generalization_bound (double complexity, gint64 n, double lambda_min, double delta)
{
  double remainder = sqrt (MAX (0, log ((double) n / (lambda_min * delta))) / (double) n);

  return complexity + remainder;
}

/**
 * gram_rademacher:
 * @B: ‖W(k) − W(0)‖_F, measured
 * @R: max_r ‖w_r(k) − w_r(0)‖, measured
 * @train_loss: mean training loss of the net, of a loss in [0, 1] that is 1-Lipschitz (ramp)
 * @result: (out)
 *
 * Number 21, the route of Appendix D.3 with measured radii instead of their bounds: Lemma 5.4 for
 * the Rademacher complexity of the ball that the net is in, then Theorem B.1. The radii are read
 * off after training, so strictly each of the two events fails with probability δ and the ball
 * ought to be one of a list fixed before; D.3 pays for that list within the hidden constant.
 */
void
gram_rademacher (gint64 n, gint64 m, double B, double R, double kappa, double delta,
                 double train_loss, GramRademacher *result)
{
  double samples = (double) n, width = (double) m, tail = log (2 / delta);

  result->distance = B / sqrt (2 * samples) * (1 + pow (2 * tail / width, 0.25));
  result->patterns = 2 * R * R * sqrt (width) / kappa;
  result->deviation = R * sqrt (2 * tail);
  result->rademacher = result->distance + result->patterns + result->deviation;
  result->gap = 2 * result->rademacher + 3 * sqrt (tail / (2 * samples));
  result->test_loss = train_loss + result->gap;
}
