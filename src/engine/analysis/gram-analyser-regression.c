/* gram-analyser-regression.c: kernel regression on test images, for many label sets at once
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 32: f*(x) = k(x, X)H∞⁻¹y, which is number 24 at k → ∞. The kernel between training and
 * test images is made once, a block of test images at a time, for all label sets.
 */
#include "gram-analyser-private.h"

#include <math.h>
#include <string.h>

#include "gram-dense.h"
#include "gram-kernel.h"
#include "gram-losses.h"
#include "gram-samples.h"
#include "gram-size.h"

#define BLOCK 256

/* @S: (n × @count): Y on entry, H∞⁻¹Y on return, refined once. */
static gboolean
solve_refined (GramAnalyser *analyser, gint64 count, double *S, GError **error)
{
  gint64 n = analyser->problem->n, size = n * count;
  const GramJob *job = &analyser->job;
  gram_autofree double *R = gram_try_alloc (sizeof (double), n, 2 * count, "H∞⁻¹y", error);
  double *HS = R != NULL ? R + size : NULL;

  if (R == NULL)
    return FALSE;
  memcpy (R, S, (gsize) size * sizeof (double));
  if (!gram_system_solve (analyser->system, count, S, n, job, error)
      || !gram_system_multiply (analyser->system, count, S, n, HS, n, job, error))
    return FALSE;
  for (gint64 i = 0; i < size; i++)
    R[i] -= HS[i];
  if (!gram_system_solve (analyser->system, count, R, n, job, error))
    return FALSE;
  for (gint64 i = 0; i < size; i++)
    S[i] += R[i];
  return TRUE;
}

/* @F: (out caller-allocates): (n_test × @count): f* of each test image and label set */
static gboolean
regress (GramAnalyser *analyser, gint64 count, const double *S, double *F, GError **error)
{
  GramSamples train, test;
  gram_autofree double *C = NULL;

  gram_samples_of_problem (analyser->problem, &train, &test);
  C = gram_try_alloc (sizeof (double), train.n, MIN (BLOCK, test.n), "the test kernel", error);
  for (gint64 first = 0; C != NULL && first < test.n; first += BLOCK)
    {
      gint64 columns = MIN (BLOCK, test.n - first);

      if (g_cancellable_set_error_if_cancelled (analyser->job.cancellable, error)
          || !gram_kernel_cross (train.n, columns, train.d, train.X, train.ldx,
                                 test.X + first * test.ldx, test.ldx, C, train.n, error)
          || !gram_dense_inner (columns, count, train.n, C, train.n, S, train.n, F + first, test.n,
                                error))
        return FALSE;
    }
  return C != NULL;
}

/**
 * gram_analyser_regression:
 * @labels: (element-type GramLabels): label sets with test labels
 * @l1: (out caller-allocates): mean |y − f*| on the test images, a number a label set
 * @zero_one: (out caller-allocates): fraction of wrong signs
 *
 * All are NAN where H∞ has no factor, or there are no test images.
 */
gboolean
gram_analyser_regression (GramAnalyser *analyser, const GPtrArray *labels, double *l1,
                          double *zero_one, GError **error)
{
  gint64 n = analyser->problem->n, n_test = analyser->problem->n_test, count = labels->len;
  gram_autofree double *S = NULL;
  gram_autofree double *F = NULL;

  for (gint64 i = 0; i < count; i++)
    l1[i] = zero_one[i] = NAN;
  if (!analyser->factored || n_test == 0)
    return TRUE;
  S = gram_try_alloc (sizeof (double), n, count, "labels", error);
  F = S != NULL ? gram_try_alloc (sizeof (double), n_test, count, "predictions", error) : NULL;
  for (gint64 i = 0; F != NULL && i < count; i++)
    memcpy (S + i * n, ((GramLabels *) g_ptr_array_index (labels, i))->y,
            (gsize) n * sizeof (double));
  if (F == NULL || !solve_refined (analyser, count, S, error)
      || !regress (analyser, count, S, F, error))
    return FALSE;
  for (gint64 i = 0; i < count; i++)
    {
      const GramLabels *set = g_ptr_array_index (labels, i);

      l1[i] = gram_loss_l1 (n_test, set->y_test, F + i * n_test);
      zero_one[i] = gram_loss_zero_one (n_test, set->y_test, F + i * n_test);
    }
  return TRUE;
}
