/* gram-analyser-noise.c: tr H∞⁻¹ and the label-noise curves of numbers 22 and 32
 *
 * SPDX-License-Identifier: MIT
 *
 * It takes as long as the factor, and nobody waits for it: last in stage KRYLOV.
 */
#include "gram-analyser-private.h"

#include <math.h>
#include <string.h>

#include "gram-size.h"

#define FRACTIONS 21 /* 0, 0.05, …, 1 */

static gboolean
trace_of_inverse (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  g_autofree double *diagonal = NULL;
  double trace = 0;

  if (!analyser->factored)
    {
      next->trace_inverse = analyser->representative != NULL ? INFINITY : NAN;
      return TRUE;
    }
  diagonal = g_new (double, next->n);
  if (!gram_system_inverse_diagonal (analyser->system, diagonal, &analyser->job, error))
    return FALSE;
  for (gint64 i = 0; i < next->n; i++)
    trace += diagonal[i];
  next->trace_inverse = trace;
  next->inverse_diagonal = g_steal_pointer (&diagonal);
  return TRUE;
}

/* One draw a fraction: (element-type GramLabels) */
static GPtrArray *
draw_labels (GramAnalyser *analyser, const double *fraction, GError **error)
{
  g_autoptr (GPtrArray) draws = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);

  for (guint i = 0; i < FRACTIONS; i++)
    {
      GramLabelsSpec spec = { GRAM_LABELS_MIXED, fraction[i], 0 };
      GramLabels *labels = gram_labels_new (analyser->problem, &spec, analyser->seed, error);

      if (labels == NULL)
        return NULL;
      g_ptr_array_add (draws, labels);
    }
  return g_steal_pointer (&draws);
}

/* The measures of all draws, solved as one block. */
static gboolean
measure_draws (GramAnalyser *analyser, const GPtrArray *draws, double *complexity, GError **error)
{
  gint64 n = analyser->problem->n;
  double form[FRACTIONS], form_error[FRACTIONS];
  gram_autofree double *Y =
      gram_try_alloc (sizeof (double), n, FRACTIONS, "labels with noise", error);

  for (guint i = 0; Y != NULL && i < FRACTIONS; i++)
    memcpy (Y + i * n, ((GramLabels *) g_ptr_array_index (draws, i))->y,
            (gsize) n * sizeof (double));
  if (Y == NULL || !gram_analyser_quadratic_forms (analyser, FRACTIONS, Y, form, form_error, error))
    return FALSE;
  for (guint i = 0; i < FRACTIONS; i++)
    complexity[i] = sqrt (2 * form[i] / n);
  return TRUE;
}

/**
 * gram_analyser_noise:
 *
 * tr H∞⁻¹, its diagonal, and against the fraction of random labels the complexity, in expectation
 * and of one draw a fraction, and what kernel regression makes of these draws on test images.
 */
gboolean
gram_analyser_noise (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  g_autofree double *fraction = g_new (double, FRACTIONS);
  g_autofree double *expected = g_new (double, FRACTIONS);
  g_autofree double *sampled = g_new (double, FRACTIONS);
  g_autofree double *l1 = g_new (double, FRACTIONS);
  g_autofree double *zero_one = g_new (double, FRACTIONS);
  g_autoptr (GPtrArray) draws = NULL;

  if (isnan (next->trace_inverse) && !trace_of_inverse (analyser, error))
    return FALSE;
  if (isnan (next->trace_inverse))
    return TRUE; /* the spectrum will tell */
  for (guint i = 0; i < FRACTIONS; i++)
    {
      fraction[i] = i / (double) (FRACTIONS - 1);
      expected[i] = gram_analysis_expected_complexity (next, fraction[i]);
    }
  draws = draw_labels (analyser, fraction, error);
  if (draws == NULL || !measure_draws (analyser, draws, sampled, error)
      || !gram_analyser_regression (analyser, draws, l1, zero_one, error))
    return FALSE;
  next->n_fractions = FRACTIONS;
  next->fraction = g_steal_pointer (&fraction);
  next->expected_complexity = g_steal_pointer (&expected);
  next->sampled_complexity = g_steal_pointer (&sampled);
  next->test_l1 = g_steal_pointer (&l1);
  next->test_error = g_steal_pointer (&zero_one);
  return TRUE;
}
