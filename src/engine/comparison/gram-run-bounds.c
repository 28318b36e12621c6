/* gram-run-bounds.c: what the theorems say of a recorded run
 *
 * SPDX-License-Identifier: MIT
 *
 * Numbers 12, 19 and 21, from what a run recorded and from H∞'s smallest eigenvalue.
 */
#include "gram-run-bounds.h"

#include <math.h>
#include <string.h>

/* ‖y − u(k)‖, where it was recorded. */
static double
residual_at (const GramRunSet *set, double k)
{
  const GArray *step = set->curve[GRAM_QUANTITY_STEP];

  for (guint i = step->len; i-- > 0 && g_array_index (step, double, i) >= k;)
    if (g_array_index (step, double, i) == k)
      return g_array_index (set->curve[GRAM_QUANTITY_RESIDUAL], double, i);
  return NAN;
}

/* The mean ramp loss is at most the mean of |yᵢ − uᵢ|, and that at most ‖y − u‖/√n
 * (Appendix D.3): so it needs no record of the ramp loss itself. */
static void
bound_by_distance (const GramRun *run, const GramRunSet *set, double delta, GramRunBounds *bounds)
{
  bounds->step = gram_run_set_last (set, GRAM_QUANTITY_OBSERVED_STEP);
  bounds->distance = gram_run_set_last (set, GRAM_QUANTITY_DISTANCE);
  bounds->distance_max = gram_run_set_last (set, GRAM_QUANTITY_DISTANCE_MAX);
  bounds->train_loss = residual_at (set, bounds->step) / sqrt ((double) run->n);
  if (bounds->train_loss > 1)
    bounds->train_loss = 1;
  gram_rademacher (run->n, run->m, bounds->distance, bounds->distance_max, run->kappa, delta,
                   bounds->train_loss, &bounds->rademacher);
}

/**
 * gram_run_bounds:
 * @analysis: with λ₀, of the run's own problem
 * @set: index of a label set of @run
 * @delta: the probability with which a bound may fail
 * @bounds: (out)
 *
 * Worst-case labels are of the training images only: nothing is said of test images.
 */
void
gram_run_bounds (const GramAnalysis *analysis, const GramRun *run, guint set, double delta,
                 GramRunBounds *bounds)
{
  const GramRunSet *recorded = gram_run_get_set (run, set);
  const GArray *step = recorded->curve[GRAM_QUANTITY_STEP];
  const GArray *residual = recorded->curve[GRAM_QUANTITY_RESIDUAL];
  gboolean worst = gram_labels_kind_info (recorded->labels->spec.kind)->from_spectrum;
  /* the analysis may have other label sets than the run */
  const GramLabelAnalysis *labels = gram_analysis_find_labels (analysis, &recorded->labels->spec);
  double lambda_min = gram_analysis_smallest (analysis);

  *bounds = (GramRunBounds){
    .rate = gram_convergence_rate (run->eta, lambda_min),
    .convergence = { 0, 0, -1, -1 },
    .error_bound = worst || labels == NULL || gram_label_analysis_is_lost (labels)
                       ? NAN
                       : gram_generalization_bound (labels->complexity, run->n, lambda_min, delta),
    .step = NAN,
    .distance = NAN,
    .distance_max = NAN,
    .train_loss = NAN,
    .rademacher = { NAN, NAN, NAN, NAN, NAN, NAN },
  };
  if (!isnan (lambda_min))
    gram_convergence_check (step->len, (const double *) (gpointer) step->data,
                            (const double *) (gpointer) residual->data, run->eta, lambda_min,
                            &bounds->convergence);
  if (recorded->curve[GRAM_QUANTITY_OBSERVED_STEP]->len > 0 && !worst)
    bound_by_distance (run, recorded, delta, bounds);
}
