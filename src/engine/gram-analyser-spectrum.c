/* gram-analyser-spectrum.c: all eigenvalues, and whether to believe them
 *
 * SPDX-License-Identifier: MIT
 *
 * Stage SPECTRUM: H∞ = VΛVᵀ and pᵢ = vᵢᵀy. LAPACK's info = 0 proves nothing, so ‖HV − VΛ‖ and
 * ‖VᵀV − I‖ are measured and shown; an answer that fails them is an error.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

#define CHECK_ALL_UP_TO 4000
#define CHECK_BLOCK 64
#define CHECK_SAMPLE 512   /* columns looked at beyond that */
#define TRUST_NOTICE 60.0  /* what a good solver stays below, in units of n·ε */
#define TRUST_REFUSE 1.0e5 /* beyond it the digits are not those of H∞ */

typedef struct
{
  gint64 n, checked;
  double residual, orthogonality; /* sums of squares over the checked columns */
} Trust;

/* Adds the columns first … first + count − 1 to the sums. */
static gboolean
check_block (GramAnalyser *analyser, gint64 first, gint64 count, double *work, Trust *trust,
             GError **error)
{
  gint64 n = trust->n;
  const double *lambda = analyser->next->lambda;
  double *V = work, *HV = work + n * count;

  if (!gram_system_eigenvectors (analyser->system, first, count, V, n, error)
      || !gram_system_multiply (analyser->system, count, V, n, HV, n, &analyser->job, error))
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    for (gint64 i = 0; i < n; i++)
      {
        double difference = HV[c * n + i] - lambda[first + c] * V[c * n + i];

        trust->residual += difference * difference;
      }
  if (!gram_system_project (analyser->system, count, V, n, HV, n, error))
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    for (gint64 i = 0; i < n; i++)
      {
        double difference = HV[c * n + i] - (i == first + c ? 1 : 0);

        trust->orthogonality += difference * difference;
      }
  trust->checked += count;
  return TRUE;
}

/* All columns up to n = 4000, evenly spread blocks of them beyond. */
static gboolean
check_columns (GramAnalyser *analyser, Trust *trust, GError **error)
{
  gint64 n = trust->n, block = MIN (n, CHECK_BLOCK);
  gint64 blocks = n <= CHECK_ALL_UP_TO ? (n + block - 1) / block : CHECK_SAMPLE / CHECK_BLOCK;
  double *work = gram_try_alloc (sizeof (double), n, 2 * block, "the check of V", error);
  gboolean success = work != NULL;

  for (gint64 b = 0; success && b < blocks; b++)
    {
      gint64 first = n <= CHECK_ALL_UP_TO ? b * block : (n - block) * b / (blocks - 1);

      success = !g_cancellable_set_error_if_cancelled (analyser->job.cancellable, error)
                && check_block (analyser, first, MIN (block, n - first), work, trust, error);
      gram_analyser_part (analyser, 0.9 + 0.1 * (b + 1) / blocks, 0);
    }
  gram_free (work);
  return success;
}

/* Frobenius norms, scaled up from the columns looked at: upper bounds of the spectral norms. */
static gboolean
measure_trust (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  Trust trust = { .n = next->n };
  double scale, norm = MAX (fabs (next->lambda[0]), fabs (next->lambda[next->n - 1]));

  if (!check_columns (analyser, &trust, error))
    return FALSE;
  scale = sqrt (next->n / (double) trust.checked) / (next->n * DBL_EPSILON);
  next->eigen_residual = sqrt (trust.residual) * scale / norm;
  next->orthogonality = sqrt (trust.orthogonality) * scale;
  next->eigen_checked = trust.checked;
  if (!(next->eigen_residual <= TRUST_REFUSE && next->orthogonality <= TRUST_REFUSE))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                   "the eigendecomposition failed its check: ‖HV − VΛ‖ is %.3g and ‖VᵀV − I‖ %.3g "
                   "times what rounding explains; try another device or fewer images",
                   next->eigen_residual, next->orthogonality);
      return FALSE;
    }
  if (next->eigen_residual > TRUST_NOTICE || next->orthogonality > TRUST_NOTICE)
    gram_analysis_add_notice (next,
                              "the eigendecomposition is less accurate than it should be: "
                              "‖HV − VΛ‖ = %.3g, ‖VᵀV − I‖ = %.3g in units of nε",
                              next->eigen_residual, next->orthogonality);
  return TRUE;
}

/* ---------- what the eigenvalues say -------------------------------------------------------- */

static void
notice_clusters (GramAnalysis *next, double rounding)
{
  gint64 pairs = 0, first = 0;

  for (gint64 i = next->n - 1; i > 0; i--)
    if (next->lambda[i - 1] - next->lambda[i] <= rounding)
      {
        pairs++;
        first = i;
      }
  if (pairs > 0)
    gram_analysis_add_notice (
        next,
        "%" G_GINT64_FORMAT " neighbouring eigenvalues agree to rounding, first λ%" G_GINT64_FORMAT
        " and λ%" G_GINT64_FORMAT ": their eigenvectors are not unique",
        pairs, first, first + 1);
}

/**
 * gram_analyser_notice_smallest:
 *
 * Says once how many digits of λ₀, and so of the measure, rounding has left. Needs λ₀ and λ₁.
 */
void
gram_analyser_notice_smallest (GramAnalyser *analyser)
{
  GramAnalysis *next = analyser->next;
  double lambda_min = next->lambda_min, rounding = next->n * DBL_EPSILON * next->lambda_max;

  if (analyser->smallest_noticed || !isfinite (lambda_min) || analyser->representative != NULL)
    return;
  analyser->smallest_noticed = lambda_min < 1e6 * rounding;
  if (lambda_min < -10 * rounding)
    gram_analysis_add_notice (next,
                              "λ₀ = %.3g is negative beyond rounding (nελ₁ = %.3g): H∞ is not "
                              "positive semidefinite; check the images",
                              lambda_min, rounding);
  else if (lambda_min <= rounding)
    gram_analysis_add_notice (next,
                              "λ₀ = %.3g is at rounding level (nελ₁ = %.3g): no digit of it can be "
                              "trusted, nor of a measure that depends on it",
                              lambda_min, rounding);
  else if (lambda_min < 1e6 * rounding)
    gram_analysis_add_notice (next,
                              "λ₀ = %.3g is close to rounding (nελ₁ = %.3g): trust about %d of its "
                              "digits and of the measure's",
                              lambda_min, rounding,
                              MAX (1, (int) floor (log10 (lambda_min / rounding))));
}

static gboolean
decompose (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  double *lambda = g_try_new (double, next->n);
  double rounding;

  if (lambda == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no memory for the eigenvalues");
      return FALSE;
    }
  gram_analyser_part (analyser, 0, 0.9);
  g_free (next->lambda);
  next->lambda = lambda;
  if (!gram_system_eigen (analyser->system, lambda, &analyser->job, error)
      || !measure_trust (analyser, error))
    {
      g_clear_pointer (&next->lambda, g_free);
      return FALSE;
    }
  next->lambda_max = lambda[0];
  next->lambda_min = analyser->lambda_min = lambda[next->n - 1];
  next->lambda_exact = TRUE;
  rounding = next->n * DBL_EPSILON * fabs (lambda[0]);
  gram_analyser_notice_smallest (analyser);
  notice_clusters (next, rounding);
  analyser->decomposed = TRUE;
  return TRUE;
}

/* ---------- projections --------------------------------------------------------------------- */

/* The label vectors that wait for their projection, side by side; or their projections back. */
static gint64
gather (GramAnalyser *analyser, double *Y)
{
  GPtrArray *sets = analyser->next->labels;
  gint64 n = analyser->next->n, count = 0;

  for (guint i = 0; i < sets->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (sets, i);

      if (set->labels != NULL && set->projection == NULL)
        memcpy (Y + count++ * n, set->labels->y, (gsize) n * sizeof (double));
    }
  return count;
}

static gboolean
scatter (GramAnalyser *analyser, const double *P, GError **error)
{
  GPtrArray *sets = analyser->next->labels;
  gint64 n = analyser->next->n, count = 0;

  for (guint i = 0; i < sets->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (sets, i);

      if (set->labels == NULL || set->projection != NULL)
        continue;
      set->projection = g_try_new (double, n);
      if (set->projection == NULL)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no memory for the projections");
          return FALSE;
        }
      memcpy (set->projection, P + count++ * n, (gsize) n * sizeof (double));
    }
  return TRUE;
}

/* All projections in one pass over V. */
static gboolean
project_sets (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->next->n, width = MAX (analyser->next->labels->len, 1), count;
  double *Y = gram_try_alloc (sizeof (double), n, 2 * width, "the projections", error);
  double *P = Y + n * width;
  gboolean success;

  if (Y == NULL)
    return FALSE;
  count = gather (analyser, Y);
  success = count == 0
            || (gram_system_project (analyser->system, count, Y, n, P, n, error)
                && scatter (analyser, P, error));
  gram_free (Y);
  return success;
}

/* The measure by the spectrum must be that of Cholesky, within what rounding explains. */
static void
compare_measures (GramAnalysis *next)
{
  for (guint i = 0; i < next->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (next->labels, i);
      double form = 0, difference;

      if (set->projection == NULL || !isfinite (set->quadratic_form) || !(next->lambda_min > 0))
        continue;
      for (gint64 j = 0; j < next->n; j++)
        form += set->projection[j] * set->projection[j] / next->lambda[j];
      difference = fabs (form / set->quadratic_form - 1);
      if (difference > 1e-6 && difference > 100 * set->complexity_error)
        gram_analysis_add_notice (
            next,
            "the measure of the labels “%s” is %.10g by Cholesky and %.10g by "
            "the spectrum: trust the digits that agree",
            set->labels->name, set->complexity, sqrt (2 * form / next->n));
    }
}

static gboolean
worst_by_spectrum (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->next->n;
  double *v, lambda_min = analyser->lambda_min;
  gboolean success;

  if (analyser->worst != NULL)
    return TRUE;
  v = gram_try_alloc (sizeof (double), n, 1, "vₙ", error);
  success = v != NULL && gram_system_eigenvectors (analyser->system, n - 1, 1, v, n, error)
            && gram_analyser_set_worst (analyser, v, lambda_min, error);
  gram_free (v);
  return success;
}

/* What Cholesky could not do for a singular H∞. */
static gboolean
trace_by_spectrum (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  double sum = 0;

  if (!isnan (next->trace_inverse))
    return TRUE;
  for (gint64 i = 0; i < next->n; i++)
    sum += 1 / next->lambda[i];
  next->trace_inverse =
      next->lambda_min > next->n * DBL_EPSILON * next->lambda_max ? sum : INFINITY;
  return gram_analyser_noise (analyser, error);
}

/* A spectrum that does not fit, or that this device cannot do, leaves the analysis at KRYLOV. */
static gboolean
decompose_or_notice (GramAnalyser *analyser, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (analyser->decomposed || analyser->spectrum_impossible)
    return TRUE;
  if (decompose (analyser, &local))
    return TRUE;
  if (analyser->worst == NULL
      || !(g_error_matches (local, GRAM_ERROR, GRAM_ERROR_MEMORY)
           || g_error_matches (local, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED)))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  analyser->spectrum_impossible = TRUE;
  gram_analysis_add_notice (analyser->next,
                            "no full spectrum (%s): λ₀, λ₁, the measure and the curves do without "
                            "it, by Cholesky and Gauss quadrature",
                            local->message);
  return TRUE;
}

/**
 * gram_analyser_spectrum:
 *
 * All eigenvalues once, then the projections of the label sets that have none. Where the spectrum
 * cannot be had the stage stays KRYLOV.
 */
gboolean
gram_analyser_spectrum (GramAnalyser *analyser, GError **error)
{
  if (!decompose_or_notice (analyser, error))
    return FALSE;
  if (!analyser->decomposed)
    {
      analyser->stage = GRAM_STAGE_KRYLOV;
      return TRUE;
    }
  if (!worst_by_spectrum (analyser, error) || !gram_analyser_measures (analyser, error)
      || !project_sets (analyser, error) || !trace_by_spectrum (analyser, error))
    return FALSE;
  compare_measures (analyser->next);
  return TRUE;
}
