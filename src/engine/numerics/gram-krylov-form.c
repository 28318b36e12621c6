/* gram-krylov-form.c: yᵀA⁻¹y by quadrature, between two bounds
 *
 * SPDX-License-Identifier: MIT
 *
 * Gauss quadrature of 1/λ is a lower bound and Gauss–Radau with a node below the spectrum an upper
 * one (Golub and Meurant). It is the number that conjugate gradients would come to in as many
 * steps, from spaces that are there for the curves.
 */
#include "gram-krylov.h"

#include <math.h>

/**
 * gram_krylov_smallest:
 *
 * Returns: the smallest Ritz value, which is not below the smallest eigenvalue that has a part in
 *   the starting vector; +∞ before the first step
 */
double
gram_krylov_smallest (const GramKrylov *krylov, guint vector, GError **error)
{
  guint steps = gram_krylov_get_steps (krylov, vector), count;
  g_autofree double *nodes = g_new (double, 2 * (steps + 1));

  if (steps == 0)
    return INFINITY;
  return gram_krylov_gauss (krylov, vector, nodes, nodes + steps + 1, &count, error)
             ? nodes[count - 1]
             : NAN;
}

/**
 * gram_krylov_form:
 * @fixed: above 0 and not above the smallest eigenvalue that has a part in y
 * @form: (out)
 *
 * yᵀA⁻¹y of a positive definite A.
 */
gboolean
gram_krylov_form (const GramKrylov *krylov, guint vector, double fixed, GramKrylovForm *form,
                  GError **error)
{
  guint steps = gram_krylov_get_steps (krylov, vector), count;
  g_autofree double *nodes = g_new (double, 2 * (steps + 2));
  double *weights = nodes + steps + 2;

  *form = (GramKrylovForm){ 0 };
  if (!gram_krylov_gauss (krylov, vector, nodes, weights, &count, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      form->lower += weights[i] / nodes[i];
      form->squares += weights[i] / (nodes[i] * nodes[i]);
    }
  if (!gram_krylov_radau (krylov, vector, fixed, nodes, weights, &count, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    form->upper += weights[i] / nodes[i];
  return TRUE;
}
