/* gram-krylov-curve.c: how far a space of Lanczos tells the decay of its vector
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-krylov.h"

#include <math.h>

#define TIMES 18
#define FLOOR 1e-2 /* of ‖y‖, below which the error is absolute */

/* ‖exp(−tA)y‖ = √Σ weightⱼ exp(−2t·nodeⱼ) */
static double
decayed (guint count, const double *nodes, const double *weights, double t)
{
  double sum = 0;

  for (guint i = 0; i < count; i++)
    sum += weights[i] * exp (-2 * t * nodes[i]);
  return sqrt (sum);
}

/**
 * gram_krylov_curve_error:
 * @lambda_max: the largest eigenvalue, about
 * @fixed: a number that is not above the smallest
 * @latest: the last time t that is asked about, above 1/@lambda_max
 * @gap: (out): the largest relative difference, +∞ where it is not known
 *
 * ‖exp(−tA)y‖ by Gauss and by Gauss–Radau quadrature over times from 1/@lambda_max to @latest:
 * what ‖(I − ηA)ᵏy‖, t = ηk, is at small η, and what bounds it at large.
 */
gboolean
gram_krylov_curve_error (const GramKrylov *krylov, guint vector, double lambda_max, double fixed,
                         double latest, double *gap, GError **error)
{
  guint steps = gram_krylov_get_steps (krylov, vector), gauss, radau;
  g_autofree double *work = g_new (double, 4 * (steps + 1));
  double *nodes = work, *weights = work + steps + 1;
  double *radau_nodes = weights + steps + 1, *radau_weights = radau_nodes + steps + 1;
  double largest = 0, norm;

  if (!gram_krylov_gauss (krylov, vector, nodes, weights, &gauss, error)
      || !gram_krylov_radau (krylov, vector, fixed, radau_nodes, radau_weights, &radau, error))
    return FALSE;
  norm = decayed (gauss, nodes, weights, 0);
  for (guint i = 0; i < TIMES; i++)
    {
      double t = pow (latest * lambda_max, i / (double) (TIMES - 1)) / lambda_max;
      double a = decayed (gauss, nodes, weights, t);
      double b = decayed (radau, radau_nodes, radau_weights, t);

      largest = MAX (largest, fabs (a - b) / MAX (a, FLOOR * norm));
    }
  *gap = isfinite (largest) ? largest : INFINITY;
  return TRUE;
}
