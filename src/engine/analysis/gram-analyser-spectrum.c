/* gram-analyser-spectrum.c: all eigenvalues, and whether to believe them
 *
 * SPDX-License-Identifier: MIT
 *
 * Stage SPECTRUM: H∞ = VΛVᵀ and pᵢ = vᵢᵀy. LAPACK's info = 0 proves nothing, so ‖HV − VΛ‖ and
 * ‖VᵀV − I‖ are measured and shown; an answer that fails them is an error. A backend may have V in
 * factors only, where a column costs O(n²): of a large problem a few are looked at, and random
 * vectors tell of the others.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-philox.h"
#include "gram-size.h"

#define CHECK_BLOCK 32
#define CHECK_SAMPLE 32 /* columns looked at of a large problem */
#define CHECK_PROBES 8  /* random vectors that tell of the others */
#define CHECK_SUBSTREAM 7
#define CHECKING 0.9       /* share of the stage after which the check begins */
#define TRUST_NOTICE 60.0  /* what a good solver stays below, in units of n·ε */
#define TRUST_REFUSE 1.0e5 /* beyond it the digits are not those of H∞ */

typedef struct
{
  gint64 n, checked;
  double residual, orthogonality; /* sums of squares over the checked columns */
  double probed, distance;        /* estimates of the two sums over all columns */
} Trust;

/* Adds the columns @column to the sums. */
static gboolean
check_block (GramAnalyser *analyser, const gint64 *column, gint64 count, double *work, Trust *trust,
             GError **error)
{
  gint64 n = trust->n;
  const double *lambda = analyser->next->lambda;
  double *V = work, *HV = work + n * count;

  memset (HV, 0, (gsize) (n * count) * sizeof (double));
  for (gint64 c = 0; c < count; c++)
    HV[c * n + column[c]] = 1;
  if (!gram_system_expand (analyser->system, count, HV, n, V, n, &analyser->job, error)
      || !gram_system_multiply (analyser->system, count, V, n, HV, n, &analyser->job, error))
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    for (gint64 i = 0; i < n; i++)
      {
        double difference = HV[c * n + i] - lambda[column[c]] * V[c * n + i];

        trust->residual += difference * difference;
      }
  if (!gram_system_project (analyser->system, count, V, n, HV, n, &analyser->job, error))
    return FALSE;
  for (gint64 c = 0; c < count; c++)
    for (gint64 i = 0; i < n; i++)
      {
        double difference = HV[c * n + i] - (i == column[c] ? 1 : 0);

        trust->orthogonality += difference * difference;
      }
  trust->checked += count;
  return TRUE;
}

/* The pairs that the sample leaves out, by signs z: with E = HV − VΛ, E‖Eᵀz‖² = ‖E‖_F² over all of
 * them, and Eᵀz = Vᵀ(Hz) − ΛVᵀz; and V(Vᵀz) − z likewise for ‖VVᵀ − I‖_F, which is ‖VᵀV − I‖_F. */
static gboolean
check_probes (GramAnalyser *analyser, gint64 block, double *work, Trust *trust, GError **error)
{
  gint64 n = trust->n, count = MIN (CHECK_PROBES, block / 2);
  const double *lambda = analyser->next->lambda;
  double *Z = work, *HZ = Z + n * count, *VZ = HZ + n * count, *VHZ = VZ + n * count;

  for (gint64 i = 0; i < n * count; i++)
    Z[i] = gram_philox_sign (analyser->seed, GRAM_STREAM_PROBE, CHECK_SUBSTREAM, i);
  if (!gram_system_multiply (analyser->system, count, Z, n, HZ, n, &analyser->job, error)
      || !gram_system_project (analyser->system, 2 * count, Z, n, VZ, n, &analyser->job, error)
      || !gram_system_expand (analyser->system, count, VZ, n, HZ, n, &analyser->job, error))
    return FALSE;
  for (gint64 i = 0; i < n * count; i++)
    {
      double difference = VHZ[i] - lambda[i % n] * VZ[i], distance = HZ[i] - Z[i];

      trust->probed += difference * difference / count;
      trust->distance += distance * distance / count;
    }
  return TRUE;
}

/* All columns of a small problem, evenly spread ones of a large one, the first and last included.
 */
static gboolean
check_columns (GramAnalyser *analyser, Trust *trust, GError **error)
{
  gint64 n = trust->n, block = MIN (n, CHECK_BLOCK);
  gboolean all = n <= analyser->check_all_up_to;
  gint64 columns = all ? n : CHECK_SAMPLE;
  gram_autofree double *work =
      gram_try_alloc (sizeof (double), n, 2 * block, "the check of V", error);

  for (gint64 first = 0; work != NULL && first < columns; first += block)
    {
      gint64 count = MIN (block, columns - first), column[CHECK_BLOCK];

      for (gint64 c = 0; c < count; c++)
        column[c] = all ? first + c : (n - 1) * (first + c) / (columns - 1);
      if (g_cancellable_set_error_if_cancelled (analyser->job.cancellable, error)
          || !check_block (analyser, column, count, work, trust, error))
        return FALSE;
      gram_analyser_map_progress (analyser, CHECKING + (1 - CHECKING) * (first + count) / columns,
                                  0);
    }
  return work != NULL && (all || check_probes (analyser, block, work, trust, error));
}

/* NaN where one of them is */
static double
larger (double x, double y)
{
  return x > y || isnan (x) ? x : y;
}

/* Frobenius norms, scaled up from the columns looked at: upper bounds of the spectral norms. */
static gboolean
measure_trust (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  Trust trust = { .n = next->n };
  double scale, share, norm = MAX (fabs (next->lambda[0]), fabs (next->lambda[next->n - 1]));

  if (!check_columns (analyser, &trust, error))
    return FALSE;
  scale = 1 / (next->n * DBL_EPSILON);
  share = trust.checked / (double) next->n;
  next->eigen_residual = sqrt (larger (trust.residual / share, trust.probed)) * scale / norm;
  next->orthogonality = sqrt (larger (trust.orthogonality / share, trust.distance)) * scale;
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
notice_clusters (GramAnalysis *next)
{
  double rounding = gram_analysis_rounding (next);
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

static gboolean
decompose (GramAnalyser *analyser, GError **error)
{
  GramAnalysis *next = analyser->next;
  double *lambda = g_new (double, next->n);

  gram_analyser_map_progress (analyser, 0, CHECKING);
  g_free (next->lambda);
  next->lambda = lambda;
  if (!gram_system_spectrum (analyser->system, lambda, &analyser->job, error)
      || !measure_trust (analyser, error))
    {
      g_clear_pointer (&next->lambda, g_free);
      return FALSE;
    }
  next->lambda_max = lambda[0];
  next->lambda_min = analyser->lambda_min = lambda[next->n - 1];
  next->lambda_exact = TRUE;
  gram_analyser_notice_accuracy (analyser);
  notice_clusters (next);
  analyser->decomposed = TRUE;
  return TRUE;
}

/* ---------- projections --------------------------------------------------------------------- */

/* V is orthogonal, or nothing that is projected on it means anything. */
static gboolean
check_length (const GramLabelAnalysis *set, const double *p, gint64 n, GError **error)
{
  double squares = 0, length = set->norm * set->norm;

  for (gint64 i = 0; i < n; i++)
    squares += p[i] * p[i];
  if (fabs (squares - length) <= TRUST_REFUSE * (double) n * DBL_EPSILON * length)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
               "the projections of the labels “%s” have the length %.10g, the labels %.10g: the "
               "eigendecomposition cannot be trusted; try another device or fewer images",
               set->labels->name, sqrt (squares), set->norm);
  return FALSE;
}

/* All projections that are missing, in one pass over V. */
static gboolean
project_sets (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->next->n, width = MAX (analyser->next->labels->len, 1);
  g_autoptr (GPtrArray) sets = g_ptr_array_new ();
  gram_autofree double *Y =
      gram_try_alloc (sizeof (double), n, 2 * width, "the projections", error);
  double *P = Y + n * width;

  if (Y == NULL)
    return FALSE;
  for (guint i = 0; i < analyser->next->labels->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (analyser->next->labels, i);

      if (set->labels == NULL || set->projection != NULL)
        continue;
      memcpy (Y + sets->len * n, set->labels->y, (gsize) n * sizeof (double));
      g_ptr_array_add (sets, set);
    }
  if (sets->len > 0
      && !gram_system_project (analyser->system, sets->len, Y, n, P, n, &analyser->job, error))
    return FALSE;
  for (guint i = 0; i < sets->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (sets, i);

      if (!check_length (set, P + i * n, n, error))
        return FALSE;
      set->projection = g_memdup2 (P + i * n, (gsize) n * sizeof (double));
    }
  return TRUE;
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
  g_autofree double *v = NULL;

  if (analyser->worst != NULL)
    return TRUE;
  v = g_new (double, n);
  return gram_system_eigenvector (analyser->system, n - 1, v, &analyser->job, error)
         && gram_analyser_set_worst (analyser, v, analyser->lambda_min, error);
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
  g_free (analyser->next->no_spectrum);
  analyser->next->no_spectrum = g_strdup (local->message);
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
