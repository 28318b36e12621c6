/* gram-predicted-run.c: the run that theory expected in place of a recorded one
 *
 * SPDX-License-Identifier: MIT
 *
 * So that a run that stays can be compared with its prediction when there is no analysis of its
 * problem any more.
 */
#include "gram-predicted-run.h"

#include <string.h>

/* The label set of @analysis with the very labels of @set; −1: there is none, or no prediction. */
static int
find_same_labels (const GramAnalysis *analysis, const GramRunSet *set)
{
  int found = gram_analysis_find_set (analysis, set->labels->name);
  const GramLabels *labels =
      found >= 0 ? ((GramLabelAnalysis *) g_ptr_array_index (analysis->labels, found))->labels
                 : NULL;

  if (labels == NULL || labels->n != set->labels->n
      || memcmp (labels->y, set->labels->y, (gsize) labels->n * sizeof (double)) != 0)
    return -1;
  return found;
}

/* The grid as far as @last, in which a step may be there twice; the curves of a run have each once.
 */
static GArray *
grid_until (double last)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (double));
  double before = -1;

  for (gsize index = 0; before < last; index++)
    {
      double step = gram_analysis_grid_step (index);

      if (step > before)
        g_array_append_val (steps, step);
      before = step;
    }
  return steps;
}

static void
predict_set (GramRun *predicted, const GramAnalysis *analysis, guint index, const GramRunSet *set)
{
  g_autoptr (GArray) steps = grid_until (gram_run_set_last (set, GRAM_QUANTITY_STEP));
  GramRunSet *own = gram_run_add_set (predicted, set->labels);
  GArray *residual = g_array_set_size (own->curve[GRAM_QUANTITY_RESIDUAL], steps->len);

  g_array_append_vals (own->curve[GRAM_QUANTITY_STEP], steps->data, steps->len);
  gram_analysis_predict_curve (analysis, index, predicted->eta,
                               (const double *) (gpointer) steps->data, steps->len,
                               (double *) (gpointer) residual->data);
}

/**
 * gram_predicted_run_new:
 * @analysis: of the images of @run
 *
 * Returns: (transfer full) (nullable): a run whose residuals are √Σ(1 − ηλᵢ)^{2k}pᵢ² (Theorem 4.1,
 *   Eq 8) with η of @run, on the grid of steps as far as @run goes; of the label sets whose very
 *   labels @analysis knows. %NULL when there are none
 */
GramRun *
gram_predicted_run_new (const GramAnalysis *analysis, const GramRun *run)
{
  g_autoptr (GramRun) predicted = gram_run_new ();

  if (analysis->n != run->n)
    return NULL;
  predicted->n = run->n;
  predicted->n_test = run->n_test;
  predicted->d = run->d;
  predicted->m = run->m;
  predicted->eta = run->eta;
  predicted->kappa = run->kappa;
  predicted->steps = run->steps;
  for (guint i = 0; i < run->sets->len; i++)
    {
      const GramRunSet *set = gram_run_get_set (run, i);
      int same = find_same_labels (analysis, set);

      if (same >= 0 && set->curve[GRAM_QUANTITY_STEP]->len > 0)
        predict_set (predicted, analysis, (guint) same, set);
    }
  return predicted->sets->len > 0 ? g_steal_pointer (&predicted) : NULL;
}
