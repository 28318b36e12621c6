/* gram-analyser-measures.c: the measure of every label set in one block of solves
 *
 * SPDX-License-Identifier: MIT
 *
 * yᵀH∞⁻¹y of Eq 4 and 10, from the Cholesky factor; from that of the images without copies when
 * some are identical; or from the spectrum when neither exists.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

/* sᵀ(y + r) with s = H⁻¹y and its residual r: exact to second order in r. @rounding·‖s‖² is what
 * H∞'s own rounding does to it. */
static void
form_of_solution (gint64 n, const double *y, const double *s, const double *Hs, double rounding,
                  double *form, double *form_error)
{
  double sum = 0, correction = 0, squares = 0;

  for (gint64 i = 0; i < n; i++)
    {
      sum += s[i] * y[i];
      correction += s[i] * (y[i] - Hs[i]);
      squares += s[i] * s[i];
    }
  *form = sum + correction;
  *form_error = fabs (correction) + rounding * squares;
}

static gboolean
forms_by_factor (GramAnalyser *analyser, GramSystem *system, gint64 count, const double *Y,
                 double *form, double *form_error, GError **error)
{
  gint64 n = gram_system_get_n (system);
  gram_autofree double *S = gram_try_alloc (sizeof (double), n, 2 * count, "H∞⁻¹y", error);

  if (S == NULL)
    return FALSE;
  memcpy (S, Y, (gsize) n * count * sizeof (double));
  if (!gram_system_solve (system, count, S, n, &analyser->job, error)
      || !gram_system_multiply (system, count, S, n, S + n * count, n, &analyser->job, error))
    return FALSE;
  for (gint64 i = 0; i < count; i++)
    form_of_solution (n, Y + i * n, S + i * n, S + (count + i) * n, gram_analyser_rounding (n),
                      &form[i], &form_error[i]);
  return TRUE;
}

/* Whether copies of an image have the same label; their labels have an infinite measure if not. */
gboolean
gram_analyser_agrees_on_copies (const GramAnalyser *analyser, const double *y)
{
  for (gint64 i = 0; i < analyser->problem->n; i++)
    if (y[i] != y[analyser->representative[i]])
      return FALSE;
  return TRUE;
}

static gboolean
forms_without_copies (GramAnalyser *analyser, gint64 count, const double *Y, double *form,
                      double *form_error, GError **error)
{
  gint64 n = analyser->problem->n, n_unique = analyser->n_unique;
  gram_autofree double *B =
      gram_try_alloc (sizeof (double), n_unique, count, "labels without copies", error);

  if (B == NULL)
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    for (gint64 i = 0; i < n_unique; i++)
      B[c * n_unique + i] = Y[c * n + analyser->unique[i]];
  if (!forms_by_factor (analyser, analyser->unique_system, count, B, form, form_error, error))
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    if (!gram_analyser_agrees_on_copies (analyser, Y + c * n))
      {
        form[c] = INFINITY;
        form_error[c] = 0;
      }
  return TRUE;
}

/* Σp²/λ over what is above rounding; infinite when y reaches into the null space. */
static void
form_of_projection (gint64 n, const double *lambda, const double *p, double rounding, double *form,
                    double *form_error)
{
  double floor = n * DBL_EPSILON * lambda[0], sum = 0, lost = 0, squares = 0, inverse_squares = 0;

  for (gint64 i = 0; i < n; i++)
    {
      squares += p[i] * p[i];
      if (lambda[i] > floor)
        {
          sum += p[i] * p[i] / lambda[i];
          inverse_squares += p[i] * p[i] / (lambda[i] * lambda[i]);
        }
      else
        lost += p[i] * p[i];
    }
  *form = lost > 1e-16 * squares ? INFINITY : sum;
  *form_error = isinf (*form) ? 0 : rounding * inverse_squares;
}

static gboolean
forms_by_spectrum (GramAnalyser *analyser, gint64 count, const double *Y, double *form,
                   double *form_error, GError **error)
{
  gint64 n = analyser->problem->n;
  gram_autofree double *P = gram_try_alloc (sizeof (double), n, count, "projections", error);

  if (P == NULL
      || !gram_system_project (analyser->system, count, Y, n, P, n, &analyser->job, error))
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    form_of_projection (n, analyser->next->lambda, P + c * n, gram_analyser_rounding (n), &form[c],
                        &form_error[c]);
  return TRUE;
}

/**
 * gram_analyser_quadratic_forms:
 * @Y: (n × @count), leading dimension n
 * @form: (out caller-allocates): yᵀH∞⁻¹y of each; NAN when only the spectrum could tell
 * @form_error: (out caller-allocates): estimated absolute errors
 */
gboolean
gram_analyser_quadratic_forms (GramAnalyser *analyser, gint64 count, const double *Y, double *form,
                               double *form_error, GError **error)
{
  if (count == 0)
    return TRUE;
  if (analyser->factored)
    return forms_by_factor (analyser, analyser->system, count, Y, form, form_error, error);
  if (analyser->unique_system != NULL)
    return forms_without_copies (analyser, count, Y, form, form_error, error);
  if (analyser->decomposed)
    return forms_by_spectrum (analyser, count, Y, form, form_error, error);
  for (gint64 c = 0; c < count; c++)
    form[c] = form_error[c] = NAN;
  return TRUE;
}

/* @form: yᵀH∞⁻¹y of the set */
void
gram_analyser_take_form (GramAnalyser *analyser, GramLabelAnalysis *set, double form,
                         double form_error)
{
  set->quadratic_form = form;
  set->complexity = sqrt (2 * form / analyser->problem->n);
  set->complexity_error = isinf (form) ? 0 : 0.5 * form_error / form;
  if (set->spec.kind == GRAM_LABELS_TRUE)
    analyser->next->quadratic_form_true = form;
}

/**
 * gram_analyser_measures:
 *
 * Fills in the measure of the label sets that have labels and no measure yet, and that of the true
 * labels, in one block of solves. Where there are products alone, the curves bring them.
 */
gboolean
gram_analyser_measures (GramAnalyser *analyser, GError **error)
{
  GPtrArray *sets = analyser->next->labels;
  gint64 n = analyser->problem->n, count = 1;
  g_autofree double *form = g_new (double, sets->len + 1);
  g_autofree double *form_error = g_new (double, sets->len + 1);
  gram_autofree double *Y = NULL;

  if (analyser->products_only)
    return TRUE;
  Y = gram_try_alloc (sizeof (double), n, sets->len + 1, "labels", error);
  if (Y == NULL)
    return FALSE;
  memcpy (Y, analyser->problem->y, (gsize) n * sizeof (double));
  for (guint i = 0; i < sets->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (sets, i);

      if (set->labels != NULL && isnan (set->quadratic_form))
        memcpy (Y + count++ * n, set->labels->y, (gsize) n * sizeof (double));
    }
  if (!gram_analyser_quadratic_forms (analyser, count, Y, form, form_error, error))
    return FALSE;
  analyser->next->quadratic_form_true = form[0];
  count = 1;
  for (guint i = 0; i < sets->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (sets, i);

      if (set->labels == NULL || !isnan (set->quadratic_form))
        continue;
      gram_analyser_take_form (analyser, set, form[count], form_error[count]);
      count++;
    }
  gram_analyser_notice_accuracy (analyser);
  return TRUE;
}
