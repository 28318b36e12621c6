/* gram-target-examples.c: one function of each kind that Section 6 names
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-target.h"

#include <math.h>

#include "gram-philox.h"
#include "gram-size.h"

#define QUADRATIC_RANK 3

/**
 * gram_target_direction:
 * @norm: ‖β‖
 * @which: number of the direction; the same seed and number give the same β
 * @beta: (out caller-allocates): (@d), uniform on the sphere of that norm
 */
void
gram_target_direction (gint64 d, double norm, guint64 seed, guint32 which, double *beta)
{
  double squares = 0;

  gram_philox_normal (seed, GRAM_STREAM_FUNCTION, which, 0, (gsize) d, beta);
  for (gint64 i = 0; i < d; i++)
    squares += beta[i] * beta[i];
  for (gint64 i = 0; i < d; i++)
    beta[i] *= norm / sqrt (squares);
}

/* (βᵀx) + (β₂ᵀx)²/2 − (β₃ᵀx)⁴/4 */
static GramTarget *
example_sum (gint64 d, double *directions, GError **error)
{
  const double alpha[] = { 1, 0.5, -0.25 };
  const guint power[] = { 1, 2, 4 };

  return gram_target_sum (d, G_N_ELEMENTS (alpha), alpha, directions, power, error);
}

/* A of rank 3 with eigenvalues of both signs */
static GramTarget *
example_quadratic (gint64 d, const double *directions, GError **error)
{
  static const double weight[QUADRATIC_RANK] = { 1, -0.5, 0.25 };
  gram_autofree double *A =
      gram_try_alloc (sizeof (double), d, d, "the matrix of a quadratic function", error);

  if (A == NULL)
    return NULL;
  for (guint r = 0; r < QUADRATIC_RANK; r++)
    for (gint64 j = 0; j < d; j++)
      for (gint64 i = 0; i < d; i++)
        A[j * d + i] += weight[r] * directions[r * d + i] * directions[r * d + j];
  /* sums in another order may differ in the last bit */
  for (gint64 j = 0; j < d; j++)
    for (gint64 i = 0; i < j; i++)
      A[i * d + j] = A[j * d + i];
  return gram_target_quadratic (d, A, error);
}

static gboolean
take (GPtrArray *targets, GramTarget *target)
{
  if (target != NULL)
    g_ptr_array_add (targets, target);
  return target != NULL;
}

/**
 * gram_target_examples:
 * @d: dimension of the inputs
 *
 * Linear, even powers 2 and 4, a sum, a quadratic form, cosine, arctan, and the odd power 3 that is
 * not learnable; directions drawn by @seed, all of norm 1.
 *
 * Returns: (transfer full) (nullable) (element-type GramTarget)
 */
GPtrArray *
gram_target_examples (gint64 d, guint64 seed, GError **error)
{
  g_autoptr (GPtrArray) targets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gram_target_free);
  g_autofree double *beta = g_new (double, d *QUADRATIC_RANK);

  for (guint r = 0; r < QUADRATIC_RANK; r++)
    gram_target_direction (d, 1, seed, r, beta + r * d);
  if (take (targets, gram_target_power (d, 1, beta, 1, error))
      && take (targets, gram_target_power (d, 1, beta, 2, error))
      && take (targets, gram_target_power (d, 1, beta, 4, error))
      && take (targets, example_sum (d, beta, error))
      && take (targets, example_quadratic (d, beta, error))
      && take (targets, gram_target_cosine (d, beta, error))
      && take (targets, gram_target_arctan (d, beta, error))
      && take (targets, gram_target_power (d, 1, beta, 3, error)))
    return g_steal_pointer (&targets);
  return NULL;
}
