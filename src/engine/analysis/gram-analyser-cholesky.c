/* gram-analyser-cholesky.c: the factor of H∞, its smallest eigenpair and the label-noise curve
 *
 * SPDX-License-Identifier: MIT
 *
 * Stage CHOLESKY: the factor and an estimate of λ₀. Later, when nobody waits for curves any more,
 * λ₀ and vₙ by Lanczos on H∞⁻¹, then tr H∞⁻¹ and the label-noise curve of number 22. The measures
 * in between are in gram-analyser-forms.c.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-eigenpair.h"
#include "gram-size.h"

#define FRACTIONS 21 /* 0, 0.05, …, 1 */

/* ---------- copies of images --------------------------------------------------------------- */

static gint64
root (const gint64 *parent, gint64 i)
{
  while (parent[i] != i)
    i = parent[i];
  return i;
}

static void
notice_copies (GramAnalyser *analyser, const GramParallelPair *pair, guint pairs)
{
  const GramProblem *problem = analyser->problem;
  gboolean rows = problem->rows != NULL;

  gram_analysis_add_notice (analyser->next,
                            "training images %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                            " are identical (rows %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                            " of the dataset%s%s): H∞ is singular and λ₀ = 0. Labels that differ "
                            "on them have an infinite "
                            "measure; for others one of the two is left out of it.",
                            pair->i, pair->j, rows ? problem->rows[pair->i] : pair->i,
                            rows ? problem->rows[pair->j] : pair->j,
                            pair->same_label ? "" : ", of different classes",
                            pairs > 1 ? "; there are more such pairs" : "");
}

/* Joins identical images; FALSE when there are none. */
static gboolean
join_copies (GramAnalyser *analyser, gint64 *parent)
{
  const GArray *parallel = analyser->problem->parallel;
  const GramParallelPair *first = NULL;
  guint pairs = 0;

  for (gint64 i = 0; i < analyser->problem->n; i++)
    parent[i] = i;
  for (guint p = 0; parallel != NULL && p < parallel->len; p++)
    {
      const GramParallelPair *pair = &g_array_index (parallel, GramParallelPair, p);
      gint64 a = root (parent, pair->i), b = root (parent, pair->j);

      if (pair->opposite)
        continue; /* H∞_ij = 0: no harm to the rank */
      pairs++;
      if (first == NULL)
        first = pair;
      parent[MAX (a, b)] = MIN (a, b);
    }
  if (first != NULL)
    notice_copies (analyser, first, pairs);
  return first != NULL;
}

static gboolean
build_unique_system (GramAnalyser *analyser, GError **error)
{
  const GramProblem *problem = analyser->problem;
  GramSamples samples = { .d = problem->d, .ldx = problem->d };
  double *X;

  analyser->unique = gram_try_alloc (sizeof (gint64), problem->n, 1, "sample numbers", error);
  if (analyser->unique == NULL)
    return FALSE;
  X = gram_try_alloc (sizeof (double), problem->d, problem->n, "images without copies", error);
  if (X == NULL)
    return FALSE;
  for (gint64 i = 0; i < problem->n; i++)
    if (analyser->representative[i] == i)
      {
        memcpy (X + samples.n * problem->d, problem->X + i * problem->d,
                (gsize) problem->d * sizeof (double));
        analyser->unique[samples.n++] = i;
      }
  samples.X = X;
  analyser->n_unique = samples.n;
  analyser->unique_system = gram_system_new (analyser->device, &samples, &analyser->job, error);
  gram_free (X);
  return analyser->unique_system != NULL;
}

/* The null space holds e_i − e_j for every pair of copies: worst-case labels at no cost. */
static gboolean
worst_of_copies (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->problem->n, copy = 0;
  double *v = gram_try_alloc (sizeof (double), n, 1, "vₙ", error);
  gboolean success;

  if (v == NULL)
    return FALSE;
  while (analyser->representative[copy] == copy)
    copy++;
  v[analyser->representative[copy]] = G_SQRT2 / 2;
  v[copy] = -G_SQRT2 / 2;
  success = gram_analyser_set_worst (analyser, v, 0.0, error);
  gram_free (v);
  return success;
}

/* ---------- the factor --------------------------------------------------------------------- */

/* A singular matrix is an answer, not a failure. */
static gboolean
factor_or_notice (GramAnalyser *analyser, GramSystem *system, gboolean *factored, GError **error)
{
  g_autoptr (GError) local = NULL;

  *factored = gram_system_factor (system, &analyser->job, &local);
  if (*factored)
    return TRUE;
  if (g_error_matches (local, GRAM_ERROR, GRAM_ERROR_SINGULAR))
    {
      gram_analysis_add_notice (analyser->next,
                                "H∞ is not positive definite in float64 (%s): the measure has to "
                                "come from the full spectrum",
                                local->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Factors H∞, or when images are identical the H∞ of one of each kind. */
gboolean
gram_analyser_factor (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->problem->n;
  gboolean unique_factored;

  if (analyser->cholesky_tried)
    return TRUE;
  g_clear_pointer (&analyser->representative, gram_free);
  analyser->representative = gram_try_alloc (sizeof (gint64), n, 1, "sample numbers", error);
  if (analyser->representative == NULL)
    return FALSE;
  if (!join_copies (analyser, analyser->representative))
    {
      g_clear_pointer (&analyser->representative, gram_free);
      analyser->cholesky_tried =
          factor_or_notice (analyser, analyser->system, &analyser->factored, error);
      return analyser->cholesky_tried;
    }
  for (gint64 i = 0; i < n; i++)
    analyser->representative[i] = root (analyser->representative, i);
  g_clear_pointer (&analyser->unique, gram_free);
  g_clear_pointer (&analyser->unique_system, gram_system_free);
  if (!build_unique_system (analyser, error)
      || !factor_or_notice (analyser, analyser->unique_system, &unique_factored, error))
    return FALSE;
  if (!unique_factored)
    g_clear_pointer (&analyser->unique_system, gram_system_free);
  analyser->cholesky_tried = TRUE;
  return TRUE;
}

/* ---------- λ₀ and vₙ ----------------------------------------------------------------------- */

/* λ₀ as the Rayleigh quotient of vₙ: its error is the square of that of vₙ. */
static gboolean
rayleigh (GramAnalyser *analyser, const double *v, double *Hv, double *quotient, GError **error)
{
  gint64 n = analyser->problem->n;
  double sum = 0, norm = 0;

  if (!gram_system_multiply (analyser->system, 1, v, n, Hv, n, &analyser->job, error))
    return FALSE;
  for (gint64 i = 0; i < n; i++)
    {
      sum += v[i] * Hv[i];
      norm += v[i] * v[i];
    }
  *quotient = sum / norm;
  return TRUE;
}

#define ESTIMATE_TOLERANCE 0.03 /* of ‖H∞⁻¹v − θv‖/θ */
#define BELOW 0.95              /* of the estimate: below λ₀ for certain enough */

/**
 * gram_analyser_estimate_smallest:
 *
 * A few steps towards λ₀: what curves and measures need of it to know their accuracy. vₙ itself
 * takes several times as long.
 */
gboolean
gram_analyser_estimate_smallest (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->problem->n;
  double *v;
  GramEigenpair pair;
  gboolean success;

  if (!analyser->factored || isfinite (analyser->lambda_min)
      || isfinite (analyser->lambda_estimate))
    return TRUE;
  v = gram_try_alloc (sizeof (double), n, 1, "a vector", error);
  success = v != NULL
            && gram_eigenpair_largest (n, gram_apply_inverse, analyser->system, analyser->seed,
                                       ESTIMATE_TOLERANCE, v, &pair, &analyser->job, error);
  if (success)
    analyser->lambda_estimate = 1 / pair.value;
  gram_free (v);
  return success;
}

/**
 * gram_analyser_below_smallest:
 *
 * Returns: a number close to λ₀ that is not above it; NAN when nothing is known of λ₀
 */
double
gram_analyser_below_smallest (const GramAnalyser *analyser)
{
  return isfinite (analyser->lambda_min) ? 0.999 * analyser->lambda_min
                                         : BELOW * analyser->lambda_estimate;
}

/**
 * gram_analyser_worst_by_inverse:
 *
 * The worst-case labels before the spectrum: through the Cholesky factor, or from two copies of an
 * image. Leaves them unknown when H∞ is singular for a reason that only the spectrum can tell.
 */
gboolean
gram_analyser_worst_by_inverse (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->problem->n;
  double *v, lambda_min;
  GramEigenpair pair;
  gboolean success;

  if (analyser->worst != NULL)
    return TRUE;
  if (analyser->representative != NULL)
    return worst_of_copies (analyser, error);
  if (!analyser->factored)
    return TRUE;
  v = gram_try_alloc (sizeof (double), n, 2, "vₙ", error);
  success = v != NULL
            && gram_eigenpair_largest (n, gram_apply_inverse, analyser->system, analyser->seed,
                                       1e-11, v, &pair, &analyser->job, error)
            && rayleigh (analyser, v, v + n, &lambda_min, error)
            && gram_analyser_set_worst (analyser, v, lambda_min, error);
  gram_free (v);
  return success;
}

/* ---------- label noise, number 22 ---------------------------------------------------------- */

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
  diagonal = g_try_new (double, next->n);
  if (diagonal == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no memory for the diagonal of H∞⁻¹");
      return FALSE;
    }
  if (!gram_system_inverse_diagonal (analyser->system, diagonal, &analyser->job, error))
    return FALSE;
  for (gint64 i = 0; i < next->n; i++)
    trace += diagonal[i];
  next->trace_inverse = trace;
  next->inverse_diagonal = g_steal_pointer (&diagonal);
  return TRUE;
}

/* The draws of a grid of fractions, solved as one block. */
static gboolean
sample_draws (GramAnalyser *analyser, const double *fraction, double *complexity, GError **error)
{
  gint64 n = analyser->problem->n;
  double form[FRACTIONS], form_error[FRACTIONS];
  double *Y = gram_try_alloc (sizeof (double), n, FRACTIONS, "labels with noise", error);
  gboolean success = Y != NULL;

  for (guint i = 0; success && i < FRACTIONS; i++)
    {
      GramLabelsSpec spec = { GRAM_LABELS_MIXED, fraction[i], 0 };
      g_autoptr (GramLabels) labels =
          gram_labels_new (analyser->problem, &spec, analyser->seed, error);

      success = labels != NULL;
      if (success)
        memcpy (Y + i * n, labels->y, (gsize) n * sizeof (double));
    }
  success = success && gram_analyser_forms (analyser, FRACTIONS, Y, form, form_error, error);
  for (guint i = 0; success && i < FRACTIONS; i++)
    complexity[i] = sqrt (2 * form[i] / n);
  gram_free (Y);
  return success;
}

/**
 * gram_analyser_noise:
 *
 * tr H∞⁻¹, its diagonal, and the complexity against the fraction of random labels: in
 * expectation, and of one draw a fraction.
 */
gboolean
gram_analyser_noise (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  g_autofree double *fraction = g_new (double, FRACTIONS);
  g_autofree double *expected = g_new (double, FRACTIONS);
  g_autofree double *sampled = g_new (double, FRACTIONS);

  if (isnan (next->trace_inverse) && !trace_of_inverse (analyser, error))
    return FALSE;
  if (isnan (next->trace_inverse))
    return TRUE; /* the spectrum will tell */
  for (guint i = 0; i < FRACTIONS; i++)
    {
      fraction[i] = i / (double) (FRACTIONS - 1);
      expected[i] = gram_analysis_expected_complexity (next, fraction[i]);
    }
  if (!sample_draws (analyser, fraction, sampled, error))
    return FALSE;
  next->n_fractions = FRACTIONS;
  next->fraction = g_steal_pointer (&fraction);
  next->expected_complexity = g_steal_pointer (&expected);
  next->sampled_complexity = g_steal_pointer (&sampled);
  return TRUE;
}
