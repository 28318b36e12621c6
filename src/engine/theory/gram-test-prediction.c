/* gram-test-prediction.c: Equation 8 for test images, predictions without training
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 24: f_k(x) = k(x, X)·H∞⁻¹(I − (I − ηH∞)ᵏ)y. With G = Vᵀk(X, X_test) made once, a step k
 * costs one pass over G: f_k = Gᵀ(((1 − (1 − ηλ)ᵏ)/λ)·p).
 */
#include "gram-test-prediction.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-decay.h"
#include "gram-kernel.h"
#include "gram-size.h"

#define BLOCK 256

struct _GramTestPrediction
{
  gint64 n, count;
  double *lambda; /* (n) */
  double *filter; /* (n) */
  double *G;      /* (n × count): Vᵀk(X, X_test) */
};

static gboolean
fill (GramTestPrediction *prediction, GramSystem *system, const GramSamples *train,
      const GramSamples *test, GCancellable *cancellable, GError **error)
{
  gint64 n = prediction->n;
  gram_autofree double *C =
      gram_try_alloc (sizeof (double), n, MIN (BLOCK, test->n), "the test kernel", error);

  for (gint64 first = 0; C != NULL && first < test->n; first += BLOCK)
    {
      gint64 columns = MIN (BLOCK, test->n - first);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !gram_kernel_cross (n, columns, train->d, train->X, train->ldx,
                                 test->X + first * test->ldx, test->ldx, C, n, error)
          || !gram_system_project (system, columns, C, n, prediction->G + first * n, n, error))
        return FALSE;
    }
  return C != NULL;
}

/**
 * gram_test_prediction_new:
 * @system: decomposed H∞ of @train
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
  prediction->n = n;
  prediction->count = test->n;
  prediction->lambda = g_new (double, 2 * n);
  prediction->filter = prediction->lambda + n;
  memcpy (prediction->lambda, lambda, (gsize) n * sizeof (double));
  prediction->G = gram_try_alloc (sizeof (double), n, test->n, "the test kernel", error);
  if (prediction->G == NULL || !fill (prediction, system, train, test, cancellable, error))
    return NULL;
  return g_steal_pointer (&prediction);
}

void
gram_test_prediction_free (GramTestPrediction *prediction)
{
  if (prediction == NULL)
    return;
  g_free (prediction->lambda);
  gram_free (prediction->G);
  g_free (prediction);
}

gint64
gram_test_prediction_get_count (const GramTestPrediction *prediction)
{
  return prediction->count;
}

static void
apply (const GramTestPrediction *prediction, double *f)
{
  for (gint64 j = 0; j < prediction->count; j++)
    {
      const double *g = prediction->G + j * prediction->n;
      double part[4] = { 0 };
      gint64 i = 0;

      for (; i + 4 <= prediction->n; i += 4)
        for (int lane = 0; lane < 4; lane++)
          part[lane] += g[i + lane] * prediction->filter[i + lane];
      for (; i < prediction->n; i++)
        part[0] += g[i] * prediction->filter[i];
      f[j] = (part[0] + part[1]) + (part[2] + part[3]);
    }
}

/**
 * gram_test_prediction_at:
 * @projection: (n): p_i = v_iᵀy
 * @f: (out caller-allocates): predictions of the test images after @k steps
 *
 * Where λ_i is 0, (1 − (1 − ηλ_i)ᵏ)/λ_i is its limit ηk.
 */
void
gram_test_prediction_at (GramTestPrediction *prediction, const double *projection, double eta,
                         gint64 k, double *f)
{
  for (gint64 i = 0; i < prediction->n; i++)
    {
      double lambda = prediction->lambda[i];

      prediction->filter[i] =
          projection[i]
          * (lambda > 0 ? gram_decay_complement (eta * lambda, k) / lambda : eta * (double) k);
    }
  apply (prediction, f);
}

/**
 * gram_test_prediction_limit:
 *
 * The predictions at k → ∞, k(x, X)H∞⁻¹y: kernel regression. Directions with λ at rounding level
 * are left out.
 */
void
gram_test_prediction_limit (GramTestPrediction *prediction, const double *projection, double *f)
{
  double floor = (double) prediction->n * DBL_EPSILON * prediction->lambda[0];

  for (gint64 i = 0; i < prediction->n; i++)
    prediction->filter[i] =
        prediction->lambda[i] > floor ? projection[i] / prediction->lambda[i] : 0;
  apply (prediction, f);
}
