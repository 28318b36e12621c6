/* gram-learnability.c: Section 6, the measure of known functions against its bounds as n grows
 *
 * SPDX-License-Identifier: MIT
 *
 * For a learnable function √(yᵀH∞⁻¹y) stays below a bound that knows no n; for an odd
 * power of 3 or more it grows without end.
 */
#include "gram-learnability.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-philox.h"
#include "gram-size.h"

/**
 * gram_learnability_inputs:
 * @X: (out caller-allocates): (@d × @n): columns uniform on the unit sphere; the first columns do
 *   not depend on @n
 *
 * Returns: %FALSE when a shape is impossible
 */
gboolean
gram_learnability_inputs (gint64 d, gint64 n, guint64 seed, double *X)
{
  g_return_val_if_fail (d > 0 && n > 0, FALSE);
  for (gint64 i = 0; i < n; i++)
    {
      double *x = X + i * d, squares = 0;

      gram_philox_normal (seed, GRAM_STREAM_INPUTS, 0, (guint64) i * (guint64) d, (gsize) d, x);
      for (gint64 j = 0; j < d; j++)
        squares += x[j] * x[j];
      for (gint64 j = 0; j < d; j++)
        x[j] /= sqrt (squares);
    }
  return TRUE;
}

/* Takes a power of two out of y, which is exact, so that yᵀH∞⁻¹y neither overflows nor vanishes
 * where its root does not. */
static int
scale (gint64 n, double *y)
{
  double most = 0;
  int exponent;

  for (gint64 i = 0; i < n; i++)
    most = MAX (most, fabs (y[i]));
  (void) frexp (most, &exponent);
  for (gint64 i = 0; i < n; i++)
    y[i] = ldexp (y[i], -exponent);
  return exponent;
}

static gboolean
make_row (gint64 n, guint function, const GramTarget *target, int exponent, const double *y,
          const double *s, const double *Hs, GramLearnRow *row, GError **error)
{
  double form = 0, squares = 0, residual = 0;

  for (gint64 i = 0; i < n; i++)
    {
      double r = y[i] - Hs[i];

      form += s[i] * (y[i] + r); /* sᵀy + sᵀr: exact to second order in r */
      squares += y[i] * y[i];
      residual += r * r;
    }
  row->n = n;
  row->function = function;
  row->root = ldexp (sqrt (form), exponent);
  row->complexity = ldexp (sqrt (2 * form / (double) n), exponent);
  row->bound = gram_target_bound (target);
  row->bound_tight = gram_target_bound_tight (target);
  row->norm = ldexp (sqrt (squares), exponent);
  row->residual = squares > 0 ? sqrt (residual / squares) : 0;
  if (isfinite (row->root) && isfinite (row->norm))
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
               "the measure of %s at n = %" G_GINT64_FORMAT
               " is larger than the largest number, 1.8e308: choose a smaller α or β",
               target->name, n);
  return FALSE;
}

static gboolean
rows_of_size (GramSystem *system, const GramSamples *inputs, GPtrArray *targets,
              GramLearnRowFunc row_func, gpointer data, const GramJob *job, GError **error)
{
  gint64 n = inputs->n, count = targets->len;
  gram_autofree double *Y =
      gram_try_alloc (sizeof (double), n, 3 * count, "function values", error);
  g_autofree int *exponents = g_new (int, targets->len);
  double *S = Y + n * count, *HS = S + n * count;

  if (Y == NULL)
    return FALSE;
  for (guint f = 0; f < targets->len; f++)
    {
      if (!gram_target_evaluate (g_ptr_array_index (targets, f), n, inputs->X, inputs->ldx,
                                 Y + f * n, error))
        return FALSE;
      exponents[f] = scale (n, Y + f * n);
    }
  memcpy (S, Y, (gsize) n * count * sizeof (double));
  if (!gram_system_solve (system, count, S, n, job, error)
      || !gram_system_multiply (system, count, S, n, HS, n, job, error))
    return FALSE;
  for (guint f = 0; f < targets->len; f++)
    {
      GramLearnRow row;

      if (!make_row (n, f, g_ptr_array_index (targets, f), exponents[f], Y + f * n, S + f * n,
                     HS + f * n, &row, error))
        return FALSE;
      row_func (&row, data);
    }
  return TRUE;
}

static gboolean
check_sizes (const GramSamples *inputs, const gint64 *sizes, guint n_sizes, GPtrArray *targets,
             GError **error)
{
  for (guint i = 0; i < n_sizes; i++)
    if (sizes[i] < 1 || sizes[i] > inputs->n)
      {
        g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                     "n = %" G_GINT64_FORMAT " is not between 1 and the %" G_GINT64_FORMAT
                     " inputs there are",
                     sizes[i], inputs->n);
        return FALSE;
      }
  for (guint f = 0; f < targets->len; f++)
    {
      const GramTarget *target = g_ptr_array_index (targets, f);

      if (target->d != inputs->d)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "the function %s takes %" G_GINT64_FORMAT
                       " numbers, the inputs have %" G_GINT64_FORMAT,
                       target->name, target->d, inputs->d);
          return FALSE;
        }
      if (target->learnable && !isfinite (gram_target_bound (target)))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "the bound of %s is larger than the largest number, 1.8e308: choose a "
                       "smaller α or β",
                       target->name);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * gram_learnability_run:
 * @inputs: X with unit columns; size n takes the first n
 * @sizes: (array length=n_sizes): values of n
 * @targets: (element-type GramTarget)
 * @row_func: called on this thread, size by size, function by function
 *
 * Numbers 25 to 28. GRAM_ERROR_SINGULAR when inputs are identical.
 */
gboolean
gram_learnability_run (GramDevice *device, const GramSamples *inputs, const gint64 *sizes,
                       guint n_sizes, GPtrArray *targets, GramLearnRowFunc row_func, gpointer data,
                       const GramJob *job, GError **error)
{
  GramJob quiet = { job != NULL ? job->cancellable : NULL, NULL, NULL };

  if (!check_sizes (inputs, sizes, n_sizes, targets, error))
    return FALSE;
  for (guint i = 0; i < n_sizes; i++)
    {
      g_autoptr (GramSystem) system = NULL;
      GramSamples samples = *inputs;

      samples.n = sizes[i];
      if (g_cancellable_set_error_if_cancelled (quiet.cancellable, error))
        return FALSE;
      system = gram_system_new (device, &samples, &quiet, error);
      if (system == NULL)
        return FALSE;
      if (!gram_system_factor (system, &quiet, error))
        {
          g_prefix_error (error, "the first %" G_GINT64_FORMAT " inputs: ", sizes[i]);
          return FALSE;
        }
      if (!rows_of_size (system, &samples, targets, row_func, data, &quiet, error))
        return FALSE;
      if (job != NULL && job->progress != NULL)
        job->progress ((i + 1.0) / n_sizes, job->progress_data);
    }
  return TRUE;
}
