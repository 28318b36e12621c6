/* gram-noise.c: Section 5, what label noise does to the measure, in closed form
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 22. A resampled label is +1 or −1 with equal probability and independent of the others,
 * so E[ỹỹᵀ] is c·yyᵀ off the diagonal and 1 on it, c the probability that two labels both stay.
 */
#include "gram-noise.h"

static double
expected_form (double quadratic_form, double trace_inverse, double both_stay, double rest)
{
  /* 0·∞ must not arise: a singular H∞ has an infinite trace, and maybe a finite form */
  return (both_stay > 0 ? both_stay * quadratic_form : 0) + (rest > 0 ? rest * trace_inverse : 0);
}

/**
 * gram_noise_expected_form:
 * @quadratic_form: yᵀH∞⁻¹y of labels ±1
 * @trace_inverse: tr H∞⁻¹
 * @rho: probability that a label is resampled
 *
 * Returns: E[ỹᵀH∞⁻¹ỹ] = (1−ρ)²·yᵀH∞⁻¹y + (1−(1−ρ)²)·tr H∞⁻¹
 */
double
gram_noise_expected_form (double quadratic_form, double trace_inverse, double rho)
{
  return expected_form (quadratic_form, trace_inverse, (1 - rho) * (1 - rho), rho * (2 - rho));
}

/**
 * gram_noise_expected_form_exact:
 * @q: labels that are resampled, exactly so many and drawn without replacement
 *
 * Returns: the same with (n−q)(n−q−1)/(n(n−1)) for (1−ρ)²
 */
double
gram_noise_expected_form_exact (double quadratic_form, double trace_inverse, gint64 n, gint64 q)
{
  double total = (double) n, kept = (double) (n - q);
  double both_stay = n > 1 ? kept * (kept - 1) / (total * (total - 1)) : q == 0;

  return expected_form (quadratic_form, trace_inverse, both_stay, 1 - both_stay);
}
