/* gram-patterns.c: Lemma C.2, how far the activation patterns carry Z(k) and H(k)
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 17. Z(k) has m·d·n numbers and is never formed: its columns are those of X, on or off, so
 * the share of patterns that changed tells how far it is from Z(0).
 */
#include "gram-patterns.h"

#include <math.h>

/**
 * gram_patterns_features_distance:
 * @flipped: fraction of the n·m bits that differ from step 0
 *
 * Returns: ‖Z(k) − Z(0)‖_F = √(flips/m) = √(n·@flipped), exact for unit columns of X: a bit that
 * flips adds or takes away a_r·x_i/√m (proof of Lemma C.2)
 */
double
gram_patterns_features_distance (gint64 n, double flipped)
{
  return sqrt ((double) n * flipped);
}

/**
 * gram_patterns_gram_bound:
 *
 * Returns: n³/(√m·λ₀·κ·δ^{3/2}), above ‖H(k) − H(0)‖_F up to a constant that Lemma C.2 hides
 */
double
gram_patterns_gram_bound (gint64 n, gint64 m, double lambda_min, double kappa, double delta)
{
  return pow ((double) n, 3) / (sqrt ((double) m) * lambda_min * kappa * pow (delta, 1.5));
}

/**
 * gram_patterns_features_bound:
 *
 * Returns: n/√(m^{1/2}·λ₀·κ·δ^{3/2}), above ‖Z(k) − Z(0)‖_F up to a constant that Lemma C.2 hides
 */
double
gram_patterns_features_bound (gint64 n, gint64 m, double lambda_min, double kappa, double delta)
{
  return (double) n / sqrt (sqrt ((double) m) * lambda_min * kappa * pow (delta, 1.5));
}
