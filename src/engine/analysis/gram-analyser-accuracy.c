/* gram-analyser-accuracy.c: one notice of how far λ₀ and the measures can be trusted
 *
 * SPDX-License-Identifier: MIT
 *
 * Images that are nearly the same make λ₀ small against what rounding does to H∞. λ₀ and each
 * measure lose digits of their own by it; one notice holds them all and is rewritten as more
 * becomes known.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>

#define CLOSE "H∞ is close to singular: "
#define ITERATED "λ₀ comes from products with H∞ alone: "
#define ENOUGH 1e-6 /* relative errors below it are not worth a word */

/* What rounding may do to λ₀: in the entries of H∞, and in its eigenvalues as it is stored. */
static double
rounding_of_smallest (const GramAnalysis *analysis)
{
  return gram_analyser_rounding (analysis->n)
         + (isfinite (analysis->lambda_max) ? gram_analysis_rounding (analysis) : 0);
}

static int
digits_of (double relative_error)
{
  return (int) fmax (0, floor (-log10 (relative_error)));
}

/* “, and of the measure 5 for “true”, 2 for “worst””; nothing when all measures are good. */
static char *
measures_that_lost (const GramAnalysis *next)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < next->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (next->labels, i);

      if (set->labels != NULL && isfinite (set->quadratic_form) && set->complexity_error > ENOUGH)
        g_string_append_printf (text, "%s%d for “%s”",
                                text->len == 0 ? ", and of the measure " : ", ",
                                digits_of (set->complexity_error), set->labels->name);
    }
  return g_string_free (text, FALSE);
}

static void
forget (GPtrArray *notices)
{
  for (guint i = notices->len; i-- > 0;)
    if (g_str_has_prefix (g_ptr_array_index (notices, i), CLOSE)
        || g_str_has_prefix (g_ptr_array_index (notices, i), ITERATED))
      g_ptr_array_remove_index (notices, i);
}

/**
 * gram_analyser_notice_accuracy:
 *
 * Says in one notice how many digits of λ₀ and of each measure rounding has left, when they are
 * fewer than six; replaces what was said of it with less known.
 */
void
gram_analyser_notice_accuracy (GramAnalyser *analyser)
{
  GramAnalysis *next = analyser->next;
  gboolean exact = isfinite (analyser->lambda_min);
  double lambda = exact ? analyser->lambda_min : analyser->lambda_estimate;
  double rounding = rounding_of_smallest (next);
  g_autofree char *measures = measures_that_lost (next);

  /* images that are copies but for rounding: λ₀ is 0, whatever small number came out */
  next->lambda_min_error = analyser->representative != NULL
                               ? fmax (rounding, fabs (next->lambda_min))
                               : rounding + analyser->lambda_residual;
  forget (next->notices);
  if (exact && analyser->lambda_residual > ENOUGH * lambda)
    gram_analysis_add_notice (next,
                              ITERATED "λ₀ = %.6g, whose error is at most ‖H∞vₙ − λ₀vₙ‖ = %.1g, "
                                       "where its iteration ended",
                              lambda, analyser->lambda_residual);
  /* copies of an image are left out of the measure, so λ₀ = 0 says nothing of it */
  if (analyser->representative != NULL && *measures != '\0')
    gram_analysis_add_notice (next, CLOSE "also without the identical images. Trust few digits%s",
                              measures);
  else if (analyser->representative != NULL || !isfinite (lambda))
    return;
  else if (exact && lambda < -10 * gram_analysis_rounding (next))
    gram_analysis_add_notice (next,
                              "λ₀ = %.3g is negative beyond rounding (nελ₁ = %.3g): H∞ is not "
                              "positive semidefinite; check the images",
                              lambda, gram_analysis_rounding (next));
  else if (exact && gram_analysis_is_singular (next))
    gram_analysis_add_notice (next,
                              CLOSE "λ₀ is 0 within rounding (nελ₁ = %.2g). No digit of it can be "
                                    "trusted, nor of a measure that depends on it",
                              gram_analysis_rounding (next));
  else if (rounding > ENOUGH * lambda || *measures != '\0')
    gram_analysis_add_notice (next,
                              CLOSE "λ₀ %s %.3g, as when images are nearly the same, and rounding "
                                    "moves it by up to %.1g. Trust about %d digit%s of it%s",
                              exact ? "=" : "≈", lambda, rounding, digits_of (rounding / lambda),
                              digits_of (rounding / lambda) == 1 ? "" : "s", measures);
}
