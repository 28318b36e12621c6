/* gram-target.c: Theorem 6.1, functions whose measure is bounded
 *
 * SPDX-License-Identifier: MIT
 *
 * Numbers 25 to 28. The bounds are on the root √(yᵀH∞⁻¹y) for unit columns of X; the paper's M_g
 * bounds the square, though its examples quote the root.
 */
#include "gram-target.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gram-dense.h"
#include "gram-error.h"

static double
norm_of (gint64 d, const double *beta)
{
  double sum = 0;

  for (gint64 i = 0; i < d; i++)
    sum += beta[i] * beta[i];
  return sqrt (sum);
}

static GramTarget *
target_new (GramTargetKind kind, gint64 d, guint terms, const double *beta, const char *name,
            const char *statement)
{
  GramTarget *target = g_new0 (GramTarget, 1);

  target->kind = kind;
  target->d = d;
  target->terms = terms;
  target->beta = terms > 0 ? g_memdup2 (beta, (gsize) d * terms * sizeof (double)) : NULL;
  target->name = g_strdup (name);
  target->statement = statement;
  target->learnable = TRUE;
  return target;
}

void
gram_target_free (GramTarget *target)
{
  if (target == NULL)
    return;
  g_free (target->name);
  g_free (target->beta);
  g_free (target->alpha);
  g_free (target->power);
  g_free (target->A);
  g_free (target);
}

static gboolean
check_finite (gint64 count, const double *values, const char *what, GError **error)
{
  for (gint64 i = 0; i < count; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                     "%s has an entry that is no finite number", what);
        return FALSE;
      }
  return TRUE;
}

/* ---------- makers -------------------------------------------------------------------------- */

static char *
power_name (guint p)
{
  static const char *const digits[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };

  if (p == 1)
    return g_strdup ("βᵀx");
  return p < 10 ? g_strdup_printf ("(βᵀx)%s", digits[p]) : g_strdup_printf ("(βᵀx)^%u", p);
}

/**
 * gram_target_sum:
 * @alpha: (@terms)
 * @beta: (@d × @terms)
 * @power: (@terms): 1 or even for the theorem to hold; odd ones of 3 and more are let through as
 *   the negative control, without a bound
 *
 * Σ αⱼ(βⱼᵀx)^{pⱼ}, Eq 12.
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_USAGE for a power of 0
 */
GramTarget *
gram_target_sum (gint64 d, guint terms, const double *alpha, const double *beta, const guint *power,
                 GError **error)
{
  g_autoptr (GramTarget) target = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (terms > 0, NULL);
  if (!check_finite (terms, alpha, "α", error) || !check_finite (d * terms, beta, "β", error))
    return NULL;
  name = terms == 1 ? power_name (power[0]) : g_strdup_printf ("sum of %u powers of βᵀx", terms);
  target = target_new (GRAM_TARGET_SUM, d, terms, beta, name,
                       terms > 1 ? N_ ("Corollary 6.2") : N_ ("Theorem 6.1"));
  target->alpha = g_memdup2 (alpha, terms * sizeof (double));
  target->power = g_memdup2 (power, terms * sizeof (guint));
  for (guint j = 0; j < terms; j++)
    {
      if (power[j] == 0)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "p = 0 is a constant, which Theorem 6.1 does not cover: choose 1 or an even "
                       "number");
          return NULL;
        }
      if (power[j] > 1 && power[j] % 2 != 0)
        target->learnable = FALSE;
    }
  if (!target->learnable)
    target->statement = N_ ("odd power: negative control, no bound");
  return g_steal_pointer (&target);
}

/**
 * gram_target_power:
 *
 * α(βᵀx)^p, Theorem 6.1; α = p = 1 is Example 6.1.
 */
GramTarget *
gram_target_power (gint64 d, double alpha, const double *beta, guint p, GError **error)
{
  return gram_target_sum (d, 1, &alpha, beta, &p, error);
}

/**
 * gram_target_quadratic:
 * @A: (@d × @d), symmetric
 *
 * xᵀAx, Example 6.2.
 */
GramTarget *
gram_target_quadratic (gint64 d, const double *A, GError **error)
{
  g_autoptr (GramTarget) target = NULL;

  if (!check_finite (d * d, A, "A", error))
    return NULL;
  for (gint64 j = 0; j < d; j++)
    for (gint64 i = 0; i < j; i++)
      if (A[j * d + i] != A[i * d + j])
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "A is not symmetric: entries (%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
                       ") differ; use (A + Aᵀ)/2, which is the same function",
                       i + 1, j + 1);
          return NULL;
        }
  target = target_new (GRAM_TARGET_QUADRATIC, d, 0, NULL, "xᵀAx", N_ ("Example 6.2"));
  if (!gram_dense_nuclear_norm (d, A, d, &target->nuclear, error))
    return NULL;
  target->A = g_memdup2 (A, (gsize) d * d * sizeof (double));
  return g_steal_pointer (&target);
}

/**
 * gram_target_cosine:
 *
 * cos(βᵀx) − 1, Example 6.3.
 */
GramTarget *
gram_target_cosine (gint64 d, const double *beta, GError **error)
{
  if (!check_finite (d, beta, "β", error))
    return NULL;
  return target_new (GRAM_TARGET_COSINE, d, 1, beta, "cos(βᵀx) − 1", N_ ("Example 6.3"));
}

/**
 * gram_target_arctan:
 *
 * z·arctan(z/2) with z = βᵀx, Example 6.4, whose argument needs |z| ≤ 1 and so ‖β‖ ≤ 1 on the unit
 * sphere: a larger β is refused with the reason.
 */
GramTarget *
gram_target_arctan (gint64 d, const double *beta, GError **error)
{
  double norm = norm_of (d, beta);

  if (!check_finite (d, beta, "β", error))
    return NULL;
  if (norm > 1 + 1e-12)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "Example 6.4 needs ‖β‖ ≤ 1, so that βᵀx stays in [−1, 1] for every ‖x‖ = 1; "
                   "here ‖β‖ = %.6g: scale β by %.6g or less",
                   norm, 1 / norm);
      return NULL;
    }
  return target_new (GRAM_TARGET_ARCTAN, d, 1, beta, "z·arctan(z/2), z = βᵀx", N_ ("Example 6.4"));
}

/* ---------- values -------------------------------------------------------------------------- */

static double
inner (gint64 d, const double *a, const double *b)
{
  double sum = 0;

  for (gint64 i = 0; i < d; i++)
    sum += a[i] * b[i];
  return sum;
}

static double
power_of (double z, guint p)
{
  double result = 1;

  for (; p > 0; p >>= 1, z *= z)
    if (p & 1)
      result *= z;
  return result;
}

static double
value (const GramTarget *target, const double *x)
{
  double sum = 0, z;

  switch (target->kind)
    {
    case GRAM_TARGET_SUM:
      for (guint j = 0; j < target->terms; j++)
        sum += target->alpha[j]
               * power_of (inner (target->d, target->beta + j * target->d, x), target->power[j]);
      return sum;
    case GRAM_TARGET_QUADRATIC:
      for (gint64 j = 0; j < target->d; j++)
        sum += x[j] * inner (target->d, target->A + j * target->d, x);
      return sum;
    case GRAM_TARGET_COSINE:
      z = sin (inner (target->d, target->beta, x) / 2); /* no cancellation near z = 0 */
      return -2 * z * z;
    case GRAM_TARGET_ARCTAN:
    default:
      z = inner (target->d, target->beta, x);
      return z * atan (z / 2);
    }
}

/**
 * gram_target_evaluate:
 * @X: (d × @n): unit columns
 * @y: (out caller-allocates): (@n): g(x_i)
 *
 * Refuses inputs off the unit sphere, where the bounds do not hold, and values that overflow.
 */
gboolean
gram_target_evaluate (const GramTarget *target, gint64 n, const double *X, gint64 ldx, double *y,
                      GError **error)
{
  for (gint64 i = 0; i < n; i++)
    {
      double norm = norm_of (target->d, X + i * ldx);

      if (!(fabs (norm - 1) <= 1e-6))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "Section 6 is about ‖x‖ = 1, but input %" G_GINT64_FORMAT " has ‖x‖ = %.6g",
                       i, norm);
          return FALSE;
        }
      y[i] = value (target, X + i * ldx);
      if (!isfinite (y[i]))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "%s at input %" G_GINT64_FORMAT
                       " is larger than the largest number, 1.8e308: choose a smaller α or β",
                       target->name, i);
          return FALSE;
        }
    }
  return TRUE;
}

/* ---------- bounds -------------------------------------------------------------------------- */

/* What Theorem 6.1, or its proof, gives the terms of a sum. */
static double
bound_of_sum (const GramTarget *target, gboolean tight)
{
  double sum = 0;

  for (guint j = 0; j < target->terms; j++)
    {
      guint p = target->power[j];
      double factor = p == 1 ? 2 : sqrt (2 * G_PI) * (p - 1);

      sum += (tight ? factor : 3 * p) * fabs (target->alpha[j])
             * power_of (norm_of (target->d, target->beta + j * target->d), p);
    }
  return sum;
}

/**
 * gram_target_bound:
 *
 * Returns: what √(yᵀH∞⁻¹y) stays below whatever n is; +∞ for the negative control.
 *
 * Theorem 6.1: 3p|α|‖β‖^p; Corollary 6.2: their sum; Example 6.2: 6‖A‖_*; 6.3: 3b·sinh b;
 * 6.4: 3[2b²/(4−b²) + b·artanh(b/2)], b = ‖β‖.
 */
double
gram_target_bound (const GramTarget *target)
{
  double b = target->terms > 0 ? norm_of (target->d, target->beta) : 0;

  if (!target->learnable)
    return INFINITY;
  switch (target->kind)
    {
    case GRAM_TARGET_SUM:
      return bound_of_sum (target, FALSE);
    case GRAM_TARGET_QUADRATIC:
      return 6 * target->nuclear;
    case GRAM_TARGET_COSINE:
      return 3 * b * sinh (b);
    case GRAM_TARGET_ARCTAN:
    default:
      return 3 * (2 * b * b / (4 - b * b) + b * atanh (b / 2));
    }
}

/**
 * gram_target_bound_tight:
 *
 * Returns: the same from what the proof of Theorem 6.1 really gives a term, 2|α|‖β‖ for p = 1 and
 * √(2π)(p−1)|α|‖β‖^p for even p, summed over the Taylor series of the examples
 */
double
gram_target_bound_tight (const GramTarget *target)
{
  double root = sqrt (2 * G_PI);
  double b = target->terms > 0 ? norm_of (target->d, target->beta) : 0;

  if (!target->learnable)
    return INFINITY;
  switch (target->kind)
    {
    case GRAM_TARGET_SUM:
      return bound_of_sum (target, TRUE);
    case GRAM_TARGET_QUADRATIC:
      return root * target->nuclear;
    case GRAM_TARGET_COSINE:
      /* Σ (2j−1)b^{2j}/(2j)! = b·sinh b − (cosh b − 1) */
      return root * (b * sinh (b) - 2 * sinh (b / 2) * sinh (b / 2));
    case GRAM_TARGET_ARCTAN:
    default:
      /* Σ 2^{1−2j}b^{2j} */
      return root * 2 * b * b / (4 - b * b);
    }
}
