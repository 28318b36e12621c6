/* gram-analysis-prediction.c: what an analysis predicts of a training run
 *
 * SPDX-License-Identifier: MIT
 *
 * From the eigendecomposition when the snapshot has it, from the Gauss quadrature of the labels'
 * spectral measure before that, NAN before either.
 */
#include "gram-analysis.h"

#include <math.h>

#include "gram-decay.h"
#include "gram-noise.h"
#include "gram-stable-step.h"

#define HORIZON_MAX 1e6 /* steps */

/* y's spectral measure: weights p_i² at λ_i, or quadrature weights at nodes. */
typedef struct
{
  gint64 count;
  const double *lambda;
  const double *weight;
  double *squares; /* (nullable) owned */
} Measure;

static gboolean
measure_init (Measure *measure, const GramAnalysis *analysis, guint set)
{
  const GramLabelAnalysis *labels;

  g_return_val_if_fail (set < analysis->labels->len, FALSE);
  labels = g_ptr_array_index (analysis->labels, set);
  if (labels->projection != NULL && analysis->lambda != NULL)
    {
      measure->squares = g_new (double, analysis->n);
      for (gint64 i = 0; i < analysis->n; i++)
        measure->squares[i] = labels->projection[i] * labels->projection[i];
      measure->count = analysis->n;
      measure->lambda = analysis->lambda;
      measure->weight = measure->squares;
      return TRUE;
    }
  measure->count = labels->n_nodes;
  measure->lambda = labels->nodes;
  measure->weight = labels->weights;
  return labels->n_nodes > 0;
}

static void
measure_clear (Measure *measure)
{
  g_clear_pointer (&measure->squares, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Measure, measure_clear)

/**
 * gram_analysis_stable_step:
 *
 * Returns: 2/λ₁, the step size at which gradient descent stops being stable; NAN until λ₁ is
 * known (stage KRYLOV)
 */
double
gram_analysis_stable_step (const GramAnalysis *analysis)
{
  return gram_stable_step_limit (analysis->lambda_max);
}

/**
 * gram_analysis_advised_step:
 * @analysis: (nullable)
 *
 * Returns: the step size to advise, gram_stable_step_advised(); NAN until λ₁ is known
 */
double
gram_analysis_advised_step (const GramAnalysis *analysis)
{
  return analysis != NULL ? gram_stable_step_advised (analysis->lambda_max) : NAN;
}

/**
 * gram_analysis_predict:
 * @set: index of the label set
 * @eta: step size η
 * @k: steps
 *
 * Returns: ‖(I − ηH∞)ᵏy‖ = √Σ(1 − ηλ_i)^{2k}p_i² (Theorem 4.1, Eq 8), number 7; NAN until known
 */
double
gram_analysis_predict (const GramAnalysis *analysis, guint set, double eta, gint64 k)
{
  double steps = (double) k, residual;

  gram_analysis_predict_curve (analysis, set, eta, &steps, 1, &residual);
  return residual;
}

/**
 * gram_analysis_predict_curve:
 * @k: (array length=count): steps, not negative, whole or not
 * @residual: (out caller-allocates) (array length=count): gram_analysis_predict() of each
 */
void
gram_analysis_predict_curve (const GramAnalysis *analysis, guint set, double eta, const double *k,
                             gsize count, double *residual)
{
  g_auto (Measure) measure = { 0 };

  if (measure_init (&measure, analysis, set))
    gram_decay_curve (measure.count, measure.lambda, measure.weight, eta, k, count, residual);
  else
    for (gsize i = 0; i < count; i++)
      residual[i] = NAN;
}

/**
 * gram_analysis_predict_distance:
 *
 * Returns: √Σ(1 − (1 − ηλ_i)ᵏ)²p_i²/λ_i, the distance ‖W(k) − W(0)‖_F that the linearised
 * descent travels (number 20, after Lemma 5.3); NAN until known
 */
double
gram_analysis_predict_distance (const GramAnalysis *analysis, guint set, double eta, gint64 k)
{
  g_auto (Measure) measure = { 0 };

  if (!measure_init (&measure, analysis, set))
    return NAN;
  return gram_decay_distance (measure.count, measure.lambda, measure.weight, eta, k);
}

/**
 * gram_analysis_steps_to:
 * @fraction: of ‖y‖
 *
 * Number 15: the first step at which the prediction is at most @fraction·‖y‖. It falls
 * monotonically when η < 2/λ₁.
 *
 * Returns: that step; −1 when it is never reached (η ≥ 2/λ₁, a component in the null space of H∞,
 * more than 2⁵³ steps) or the prediction is not known yet
 */
gint64
gram_analysis_steps_to (const GramAnalysis *analysis, guint set, double eta, double fraction)
{
  g_auto (Measure) measure = { 0 };
  const GramLabelAnalysis *labels;

  g_return_val_if_fail (set < analysis->labels->len, -1);
  labels = g_ptr_array_index (analysis->labels, set);
  if (fraction >= 1)
    return 0;
  if (!measure_init (&measure, analysis, set) || !(fraction > 0)
      || !(eta < gram_analysis_stable_step (analysis)))
    return -1;
  return gram_decay_steps_to (measure.count, measure.lambda, measure.weight, eta,
                              fraction * labels->norm);
}

/**
 * gram_analysis_expected_complexity:
 * @rho: fraction of labels that are resampled, [0, 1]
 *
 * Number 22: √((2/n)·E[ỹᵀH∞⁻¹ỹ]), E = (1−ρ)²·yᵀH∞⁻¹y + (1−(1−ρ)²)·tr H∞⁻¹. The root of the mean
 * square, not the mean of Eq 10. Costs nothing: the slider calls it on every move.
 *
 * Returns: NAN until known (stage CHOLESKY), and where rounding has taken all digits of tr H∞⁻¹; +∞
 *   when H∞ is singular and ρ > 0
 */
double
gram_analysis_expected_complexity (const GramAnalysis *analysis, double rho)
{
  double form =
      gram_noise_expected_form (analysis->quadratic_form_true, analysis->trace_inverse, rho);

  return gram_analysis_is_trace_lost (analysis) ? NAN : sqrt (2 * form / analysis->n);
}

/* ---------- where predictions are evaluated ------------------------------------------------- */

/**
 * gram_analysis_prediction_terms:
 *
 * Returns: how many terms a prediction for label set @set sums up, which is what it costs
 */
gint64
gram_analysis_prediction_terms (const GramAnalysis *analysis, guint set)
{
  const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);

  return labels->projection != NULL && analysis->lambda != NULL ? analysis->n : labels->n_nodes;
}

/**
 * gram_analysis_grid_step:
 *
 * Returns: step @index of the grid at which predicted curves are evaluated: every step up to 20,
 *   then each 2 % more than the one before
 */
double
gram_analysis_grid_step (gsize index)
{
  return index <= 20 ? (double) index : ceil (20 * pow (1.02, (double) index - 20));
}

/**
 * gram_analysis_horizon:
 *
 * Worst-case labels, which are learned last of all, are not waited for.
 *
 * Returns: the steps in which all label sets are predicted to fall to a tenth; at least 100 and at
 *   most a million
 */
double
gram_analysis_horizon (const GramAnalysis *analysis, double eta)
{
  double last = 100;

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);
      gint64 wanted;

      if (set->labels == NULL || gram_labels_kind_info (set->spec.kind)->from_spectrum
          || gram_analysis_find_set (analysis, set->labels->name) < 0)
        continue;
      wanted = gram_analysis_steps_to (analysis, i, eta, 0.1);
      if (wanted > 0)
        last = MAX (last, (double) wanted);
    }
  return MIN (last, HORIZON_MAX);
}

/* ---------- labels of which a fraction is random ---------------------------------------------- */

/* Each label resampled with probability ρ has E[ỹỹᵀ] = (1−ρ)²yyᵀ + (1−(1−ρ)²)I (number 22), so
 * the mean square of every projection is E[p̃_i²] = (1−ρ)²p_i² + (1−(1−ρ)²), and Eq 8 with these
 * weights is the root mean square of the residual over the draws of the noise. NULL until the
 * spectrum and the true labels' projections are there. */
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
  weights = g_new (double, analysis->n);
  for (gint64 i = 0; i < analysis->n; i++)
    weights[i] = rho < 1 ? kept * labels->projection[i] * labels->projection[i] + drawn : 1;
  return weights;
}

/**
 * gram_analysis_expected_steps_to:
 * @fraction: of ‖y‖, in (0, 1)
 *
 * Number 15 for a mixture. The slider calls it on every move: some fifty evaluations of Eq 8.
 *
 * Returns: the first step at which the residual of Eq 8 with these weights is at most
 *   @fraction·√n; −1 when that is never (η ≥ 2/λ₁, H∞ singular) or not known yet
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
