/* gram-mixture.c: what to expect of labels of which a fraction is random
 *
 * SPDX-License-Identifier: MIT
 *
 * Each label resampled with probability ρ has E[ỹỹᵀ] = (1−ρ)²yyᵀ + (1−(1−ρ)²)I (number 22), so
 * the mean square of every projection is E[p̃_i²] = (1−ρ)²p_i² + (1−(1−ρ)²), and Eq 8 with these
 * weights is the root mean square of the residual over the draws of the noise.
 */
#include "gram-mixture.h"

#include <math.h>

#include "gram-decay.h"

/* E[p̃_i²] at the eigenvalues; NULL until the spectrum and the true labels' projections are
 * there. */
static double *
mixture_weights (const GramAnalysis *analysis, double rho)
{
  const GramLabelAnalysis *labels = NULL;
  double kept = (1 - rho) * (1 - rho), drawn = rho * (2 - rho);
  double *weights;

  for (guint i = 0; i < analysis->labels->len && labels == NULL; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->spec.kind == GRAM_LABELS_TRUE)
        labels = set;
    }
  if (analysis->lambda == NULL || (rho < 1 && (labels == NULL || labels->projection == NULL)))
    return NULL;
  weights = g_try_new (double, analysis->n);
  for (gint64 i = 0; weights != NULL && i < analysis->n; i++)
    weights[i] = rho < 1 ? kept * labels->projection[i] * labels->projection[i] + drawn : 1;
  return weights;
}

/**
 * gram_analysis_expected_steps_to:
 * @fraction: of ‖y‖, in (0, 1)
 *
 * Number 15 for a mixture. The slider calls it on every move: some fifty evaluations of Eq 8.
 *
 * Returns: the first step at which gram_analysis_expected_residual() is at most @fraction·√n;
 *   −1 when that is never (η ≥ 2/λ₁, H∞ singular) or not known yet
 */
gint64
gram_analysis_expected_steps_to (const GramAnalysis *analysis, double eta, double rho,
                                 double fraction)
{
  g_autofree double *weights = mixture_weights (analysis, rho);
  double target = fraction * sqrt ((double) analysis->n);

  if (weights == NULL || !(fraction > 0) || !(eta < gram_analysis_stable_step (analysis)))
    return -1;
  return gram_decay_steps_to (analysis->n, analysis->lambda, weights, eta, target);
}
