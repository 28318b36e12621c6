/* gram-test-prediction.c: Equation 8 for test images, predictions without training
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 24: f_k(x) = k(x, X)·H∞⁻¹(I − (I − ηH∞)ᵏ)y. With C = k(X, X_test) made once, many steps
 * are one block: F = Cᵀ·V·(((1 − (1 − ηλ)ᵏ)/λ)·p).
 */
#include "gram-test-prediction.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-decay.h"
#include "gram-dense.h"
#include "gram-kernel.h"
#include "gram-size.h"

#define BLOCK 256 /* test images between two looks at the cancellable */
#define STEPS 64  /* steps of a block */

struct _GramTestPrediction
{
  GramSystem *system; /* not owned */
  gint64 n, count;
  double *lambda; /* (n) */
  double *C;      /* (n × count): k(X, X_test) */
};

static gboolean
fill (GramTestPrediction *prediction, const GramSamples *train, const GramSamples *test,
      GCancellable *cancellable, GError **error)
{
  gint64 n = prediction->n;

  for (gint64 first = 0; first < test->n; first += BLOCK)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !gram_kernel_cross (n, MIN (BLOCK, test->n - first), train->d, train->X, train->ldx,
                               test->X + first * test->ldx, test->ldx, prediction->C + first * n, n,
                               error))
      return FALSE;
  return TRUE;
}

/**
 * gram_test_prediction_new:
 * @system: H∞ of @train, with its spectrum; has to outlive the result
 * @lambda: (n): its eigenvalues
 *
 * Returns: (transfer full) (nullable): free with gram_test_prediction_free()
 */
GramTestPrediction *
gram_test_prediction_new (GramSystem *system, const double *lambda, const GramSamples *train,
                          const GramSamples *test, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramTestPrediction) prediction = g_new0 (GramTestPrediction, 1);
  gint64 n = gram_system_get_n (system);

  g_return_val_if_fail (train->n == n && train->d == test->d, NULL);
  prediction->system = system;
  prediction->n = n;
  prediction->count = test->n;
  prediction->lambda = g_new (double, n);
  memcpy (prediction->lambda, lambda, (gsize) n * sizeof (double));
  prediction->C = gram_try_alloc (sizeof (double), n, test->n, "the test kernel", error);
  if (prediction->C == NULL || !fill (prediction, train, test, cancellable, error))
    return NULL;
  return g_steal_pointer (&prediction);
}

void
gram_test_prediction_free (GramTestPrediction *prediction)
{
  if (prediction == NULL)
    return;
  g_free (prediction->lambda);
  gram_free (prediction->C);
  g_free (prediction);
}

gint64
gram_test_prediction_get_count (const GramTestPrediction *prediction)
{
  return prediction->count;
}

/* What a mode counts after @k steps, (1 − (1 − ηλ)ᵏ)/λ; its limit ηk where λ is 0. For k → ∞, which
 * is INFINITY here, 1/λ; modes with λ at rounding level are left out. */
static double
filter (const GramTestPrediction *prediction, double lambda, double eta, double k)
{
  if (isinf (k))
    return lambda > (double) prediction->n * DBL_EPSILON * prediction->lambda[0] ? 1 / lambda : 0;
  return lambda > 0 ? gram_decay_complement (eta * lambda, (gint64) k) / lambda : eta * k;
}

/**
 * gram_test_prediction_at:
 * @projection: (n): p_i = v_iᵀy
 * @count: how many steps
 * @k: (array length=count): whole steps; %INFINITY for k(x, X)H∞⁻¹y, kernel regression
 * @F: (out caller-allocates): (n_test × @count): predictions of the test images after each
 *
 * Many steps in one call cost much less than one by one.
 */
gboolean
gram_test_prediction_at (const GramTestPrediction *prediction, const double *projection, double eta,
                         gint64 count, const double *k, double *F, const GramJob *job,
                         GError **error)
{
  gint64 n = prediction->n;
  gram_autofree double *W =
      gram_try_alloc (sizeof (double), n, 2 * MIN (STEPS, count), "the predictions", error);
  double *X;

  if (W == NULL)
    return FALSE;
  X = W + n * MIN (STEPS, count);
  for (gint64 first = 0; first < count; first += STEPS)
    {
      gint64 columns = MIN (STEPS, count - first);

      for (gint64 c = 0; c < columns; c++)
        for (gint64 i = 0; i < n; i++)
          W[c * n + i] =
              projection[i] * filter (prediction, prediction->lambda[i], eta, k[first + c]);
      if (!gram_system_expand (prediction->system, columns, W, n, X, n, job, error)
          || !gram_dense_inner (prediction->count, columns, n, prediction->C, n, X, n,
                                F + first * prediction->count, prediction->count, error))
        return FALSE;
    }
  return TRUE;
}
