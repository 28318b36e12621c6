/* gram-test-curve.c: what kernel regression predicts of a run's test images
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-test-curve.h"

#include <math.h>
#include <string.h>

#include "gram-losses.h"
#include "gram-samples.h"
#include "gram-size.h"
#include "gram-test-prediction.h"

static double *
copy (const GArray *values, guint count)
{
  return g_memdup2 (values->data, count * sizeof (double));
}

static void
curve_free (gpointer data)
{
  GramTestCurve *curve = data;

  gram_labels_unref (curve->labels);
  g_free (curve->step);
  g_free (curve->l1);
  g_free (curve->error);
  g_free (curve->l1_predicted);
  g_free (curve->error_predicted);
  g_free (curve);
}

/* What the run recorded of one label set; NULL when that is nothing. */
static GramTestCurve *
curve_of (const GramRunSet *set, double eta)
{
  guint count = set->curve[GRAM_QUANTITY_OBSERVED_STEP]->len;
  GramTestCurve *curve;

  if (count == 0 || set->labels->y_test == NULL)
    return NULL;
  curve = g_new0 (GramTestCurve, 1);
  curve->labels = gram_labels_ref (set->labels);
  curve->eta = eta;
  curve->count = count;
  curve->step = copy (set->curve[GRAM_QUANTITY_OBSERVED_STEP], count);
  curve->l1 = copy (set->curve[GRAM_QUANTITY_TEST_L1], count);
  curve->error = copy (set->curve[GRAM_QUANTITY_TEST_ERROR], count);
  curve->l1_predicted = g_new0 (double, count);
  curve->error_predicted = g_new0 (double, count);
  return curve;
}

/**
 * gram_test_curve_new_all:
 * @problem: that @run was trained on
 *
 * Returns: (transfer full) (nullable) (element-type GramTestCurve): those of all label sets, for
 *   gram_test_curve_compute(); %NULL when no test images were looked at
 */
GPtrArray *
gram_test_curve_new_all (const GramRun *run, const GramProblem *problem)
{
  g_autoptr (GPtrArray) curves = g_ptr_array_new_with_free_func (curve_free);

  for (guint i = 0; i < run->sets->len; i++)
    {
      GramTestCurve *curve = curve_of (gram_run_get_set (run, i), run->eta);

      if (curve != NULL)
        g_ptr_array_add (curves, curve);
    }
  if (curves->len == 0 || problem->n_test == 0 || run->n != problem->n)
    return NULL;
  return g_steal_pointer (&curves);
}

/* The last column of the predictions is their limit. */
static gboolean
fill (GramTestCurve *curve, const GramTestPrediction *prediction, GramSystem *system,
      const GramJob *job, GError **error)
{
  gint64 n = curve->labels->n, n_test = gram_test_prediction_get_count (prediction);
  const double *y = curve->labels->y_test;
  g_autofree double *projection = g_new (double, n), *step = g_new (double, curve->count + 1);
  gram_autofree double *F =
      gram_try_alloc (sizeof (double), n_test, curve->count + 1, "the predictions", error);
  const double *limit = F + (gsize) curve->count * (gsize) n_test;

  memcpy (step, curve->step, curve->count * sizeof (double));
  step[curve->count] = INFINITY;
  if (F == NULL || !gram_system_project (system, 1, curve->labels->y, n, projection, n, job, error)
      || !gram_test_prediction_at (prediction, projection, curve->eta, curve->count + 1, step, F,
                                   job, error))
    return FALSE;
  for (guint i = 0; i < curve->count; i++)
    {
      const double *f = F + (gsize) i * (gsize) n_test;

      curve->l1_predicted[i] = gram_loss_l1 (n_test, y, f);
      /* at k = 0 it is 0, which is the sign of neither class */
      curve->error_predicted[i] = curve->step[i] > 0 ? gram_loss_zero_one (n_test, y, f) : NAN;
    }
  curve->l1_limit = gram_loss_l1 (n_test, y, limit);
  curve->error_limit = gram_loss_zero_one (n_test, y, limit);
  return TRUE;
}

/**
 * gram_test_curve_compute:
 * @analyser: at stage SPECTRUM
 * @data: (element-type GramTestCurve): a #GPtrArray of the problem that is analysed, to be filled
 * in once
 *
 * A #GramQuestionFunc.
 *
 * Returns: (transfer full) (nullable): the same
 */
gpointer
gram_test_curve_compute (GramAnalyser *analyser, gpointer data, GCancellable *cancellable,
                         GError **error)
{
  GPtrArray *curves = data;
  g_autoptr (GramAnalysis) analysis = gram_analyser_get_analysis (analyser);
  g_autoptr (GramTestPrediction) prediction = NULL;
  GramSystem *system = gram_analyser_get_system (analyser);
  GramSamples train, test;
  GramJob job = { .cancellable = cancellable };
  const GramTestCurve *first = g_ptr_array_index (curves, 0);

  if (!gram_analysis_check_spectrum (analysis, first->labels->n, error))
    return NULL;
  gram_samples_of_problem (analysis->problem, &train, &test);
  prediction =
      gram_test_prediction_new (system, analysis->lambda, &train, &test, cancellable, error);
  if (prediction == NULL)
    return NULL;
  for (guint i = 0; i < curves->len; i++)
    if (!fill (g_ptr_array_index (curves, i), prediction, system, &job, error))
      return NULL;
  return g_ptr_array_ref (curves);
}
