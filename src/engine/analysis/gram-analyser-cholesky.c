/* gram-analyser-cholesky.c: the factor of H∞ and its smallest eigenpair
 *
 * SPDX-License-Identifier: MIT
 *
 * Stage CHOLESKY: the factor and an estimate of λ₀. Later, when nobody waits for curves any more,
 * λ₀ and vₙ by Lanczos on H∞⁻¹, or on −H∞ where there is no room for a factor.
 */
#include "gram-analyser-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-eigenpair.h"
#include "gram-size.h"

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
  gram_autofree double *X = NULL;

  analyser->unique = g_new (gint64, problem->n);
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
  return analyser->unique_system != NULL;
}

/* The null space holds e_i − e_j for every pair of copies: worst-case labels at no cost. */
static gboolean
worst_of_copies (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->problem->n, copy = 0;
  g_autofree double *v = g_new0 (double, n);

  while (analyser->representative[copy] == copy)
    copy++;
  v[analyser->representative[copy]] = G_SQRT2 / 2;
  v[copy] = -G_SQRT2 / 2;
  return gram_analyser_set_worst (analyser, v, 0.0, error);
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

static void
find_copies (GramAnalyser *analyser)
{
  gint64 n = analyser->problem->n;

  g_free (analyser->representative);
  analyser->representative = g_new (gint64, n);
  if (!join_copies (analyser, analyser->representative))
    g_clear_pointer (&analyser->representative, g_free);
  for (gint64 i = 0; analyser->representative != NULL && i < n; i++)
    analyser->representative[i] = root (analyser->representative, i);
}

static gboolean
factor_without_copies (GramAnalyser *analyser, GError **error)
{
  gboolean factored = FALSE, done;

  g_clear_pointer (&analyser->unique, g_free);
  g_clear_pointer (&analyser->unique_system, gram_system_free);
  done = build_unique_system (analyser, error)
         && factor_or_notice (analyser, analyser->unique_system, &factored, error);
  if (!factored)
    g_clear_pointer (&analyser->unique_system, gram_system_free);
  return done;
}

/* Factors H∞, or when images are identical the H∞ of one of each kind. */
gboolean
gram_analyser_factor (GramAnalyser *analyser, GError **error)
{
  if (analyser->cholesky_tried)
    return TRUE;
  find_copies (analyser);
  if (!analyser->products_only)
    analyser->cholesky_tried =
        analyser->representative != NULL
            ? factor_without_copies (analyser, error)
            : factor_or_notice (analyser, analyser->system, &analyser->factored, error);
  return analyser->products_only || analyser->cholesky_tried;
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
#define INVERSE_TOLERANCE 1e-11 /* the same, for vₙ */
#define INVERSE_COLUMNS 400     /* vectors kept for it */
#define PRODUCTS_TOLERANCE 1e-7 /* of ‖H∞v − λ₀v‖/λ₀ */
#define PRODUCTS_COLUMNS 3000

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
  g_autofree double *v = NULL;
  GramEigenpair pair;

  if (!analyser->factored || isfinite (analyser->lambda_min)
      || isfinite (analyser->lambda_estimate))
    return TRUE;
  v = g_new0 (double, n);
  if (!gram_eigenpair_largest (n, gram_apply_inverse, analyser->system, analyser->seed,
                               ESTIMATE_TOLERANCE, INVERSE_COLUMNS, v, &pair, &analyser->job,
                               error))
    return FALSE;
  analyser->lambda_estimate = 1 / pair.value;
  return TRUE;
}

/* A #GramApplyFunc: Y = −H∞V. Its largest eigenvalue is −λ₀. */
static gboolean
apply_negative (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
                const GramJob *job, GError **error)
{
  if (!gram_system_multiply (system, k, V, ldv, Y, ldy, job, error))
    return FALSE;
  for (gint64 c = 0; c < k; c++)
    for (gint64 i = 0; i < gram_system_get_n (system); i++)
      Y[c * ldy + i] = -Y[c * ldy + i];
  return TRUE;
}

/* vₙ from products alone takes hundreds of them: the small eigenvalues of H∞ are crowded. */
static gboolean
smallest_pair (GramAnalyser *analyser, double *v, GramEigenpair *pair, GError **error)
{
  gint64 n = analyser->problem->n;

  if (analyser->factored)
    return gram_eigenpair_largest (n, gram_apply_inverse, analyser->system, analyser->seed,
                                   INVERSE_TOLERANCE, INVERSE_COLUMNS, v, pair, &analyser->job,
                                   error);
  if (!gram_eigenpair_largest (n, apply_negative, analyser->system, analyser->seed,
                               PRODUCTS_TOLERANCE, PRODUCTS_COLUMNS, v, pair, &analyser->job,
                               error))
    return FALSE;
  analyser->lambda_residual = pair->residual;
  return TRUE;
}

/**
 * gram_analyser_worst:
 *
 * λ₀ and the worst-case labels before the spectrum: through the Cholesky factor, from products
 * where they are all there is, or from two copies of an image. Leaves them unknown when H∞ is
 * singular for a reason that only the spectrum can tell.
 */
gboolean
gram_analyser_worst (GramAnalyser *analyser, GError **error)
{
  gint64 n = analyser->problem->n;
  g_autofree double *v = NULL;
  double lambda_min;
  GramEigenpair pair;

  if (analyser->worst != NULL)
    return TRUE;
  if (analyser->representative != NULL)
    return worst_of_copies (analyser, error);
  if (!analyser->factored && !analyser->products_only)
    return TRUE;
  v = g_new0 (double, 2 * n); /* vₙ and H∞vₙ */
  return smallest_pair (analyser, v, &pair, error)
         && rayleigh (analyser, v, v + n, &lambda_min, error)
         && gram_analyser_set_worst (analyser, v, lambda_min, error);
}
