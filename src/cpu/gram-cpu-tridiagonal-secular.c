/* gram-cpu-tridiagonal-secular.c: the roots of 1/ρ + Σ z_j²/(d_j − λ)
 *
 * SPDX-License-Identifier: MIT
 *
 * The eigenvalues of D + ρzzᵀ, one between each two poles and one above the last. A step takes the
 * function as a constant and a simple pole at either end of the interval, with their values and
 * slopes right, and goes to the root of that (the middle way of Li, LAPACK Working Note 89); where
 * it leaves the interval known to hold the root, the interval is halved. Roots are kept as their
 * distance from the nearest pole, for differences of the two keep their digits so.
 */
#include "gram-cpu-tridiagonal-private.h"

#include <float.h>
#include <math.h>

#define STEPS_CAP 100

typedef struct
{
  const GramCpuKernels *kernels;
  gint64 k, i;
  const double *d, *squares;
  double inverse_rho;
  double origin, tau;  /* λ = origin + τ */
  double low, high;    /* between which τ lies */
  double value, slope; /* of the function at τ, its poles up to i and those above it apart */
  double value_above, slope_above;
} Root;

/* The root of c + a/(d_i − λ) + b/(d_{i+1} − λ), seen from the nearer pole; the interval halves. */
static void
start_between (Root *root)
{
  const double *d = root->d + root->i, *squares = root->squares + root->i;
  double gap = d[1] - d[0], middle = gap / 2, below[2], above[2], c, a, b, q;
  gboolean left;

  root->kernels->secular_sums (root->i, root->d, root->squares, d[0], middle, below);
  root->kernels->secular_sums (root->k - root->i - 2, d + 2, squares + 2, d[0], middle, above);
  c = root->inverse_rho + below[0] + above[0];
  left = c - squares[0] / middle + squares[1] / (gap - middle) >= 0;
  root->origin = left ? d[0] : d[1];
  root->low = left ? 0 : -middle;
  root->high = left ? middle : 0;
  a = left ? c * gap + squares[0] + squares[1] : c * gap - squares[0] - squares[1];
  b = left ? squares[0] * gap : -squares[1] * gap;
  q = sqrt (fabs (a * a - 4 * b * c));
  if (left)
    root->tau = a > 0 ? 2 * b / (a + q) : (a - q) / (2 * c);
  else
    root->tau = a < 0 ? -2 * b / (a - q) : -(a + q) / (2 * c);
}

static void
start_above (Root *root)
{
  double sum = 0;

  for (gint64 j = 0; j < root->k; j++)
    sum += root->squares[j];
  root->origin = root->d[root->k - 1];
  root->low = 0;
  root->high = sum / root->inverse_rho * (1 + 4 * DBL_EPSILON * (double) root->k);
  root->tau = root->high / 2;
}

static void
evaluate (Root *root)
{
  gint64 below = root->i + 1;
  double sums[2], above[2] = { 0, 0 };

  root->kernels->secular_sums (below, root->d, root->squares, root->origin, root->tau, sums);
  if (below < root->k)
    root->kernels->secular_sums (root->k - below, root->d + below, root->squares + below,
                                 root->origin, root->tau, above);
  root->value = sums[0];
  root->slope = sums[1];
  root->value_above = above[0];
  root->slope_above = above[1];
}

/* Where the rational function that agrees at τ has its root; Newton where that is no step at all.
 * @f is the value at τ. */
static double
step (const Root *root, double f)
{
  double a = (root->d[root->i] - root->origin) - root->tau, eta;

  if (root->i < root->k - 1)
    {
      double b = (root->d[root->i + 1] - root->origin) - root->tau;
      double c = f - a * root->slope - b * root->slope_above;
      double B = f * (a + b) - a * b * (root->slope + root->slope_above), C = a * b * f;
      double q = sqrt (fabs (B * B - 4 * C * c));

      eta = c == 0 ? C / B : B <= 0 ? (B - q) / (2 * c) : 2 * C / (B + q);
    }
  else
    {
      double c = f - a * root->slope;

      eta = c > 0 ? a + a * a * root->slope / c : NAN;
    }
  return f * eta >= 0 || isnan (eta) ? -f / (root->slope + root->slope_above) : eta;
}

/**
 * gram_cpu_tridiagonal_root:
 * @k: poles
 * @i: which root, ascending: it lies above pole @i and below the next
 * @d: (@k): poles, ascending and distinct
 * @squares: (@k): z_j², positive
 * @rho: ρ > 0
 * @origin, @tau: (out): the root is their sum; origin is the nearest pole
 */
void
gram_cpu_tridiagonal_root (const GramCpuKernels *kernels, gint64 k, gint64 i, const double *d,
                           const double *squares, double rho, double *origin, double *tau)
{
  Root root = { .kernels = kernels, .k = k, .i = i, .d = d, .squares = squares };

  root.inverse_rho = 1 / rho;
  if (i < k - 1)
    start_between (&root);
  else
    start_above (&root);
  if (!(root.tau > root.low && root.tau < root.high))
    root.tau = (root.low + root.high) / 2;
  for (int count = 0; count < STEPS_CAP && k > 1; count++)
    {
      double f, next, rounding;

      evaluate (&root);
      f = root.inverse_rho + root.value + root.value_above;
      rounding = 8 * (root.value_above - root.value) + root.inverse_rho
                 + fabs (root.tau) * (root.slope + root.slope_above);
      if (fabs (f) <= DBL_EPSILON * rounding)
        break;
      if (f < 0)
        root.low = root.tau;
      else
        root.high = root.tau;
      next = root.tau + step (&root, f);
      if (!(next > root.low && next < root.high))
        next = (root.low + root.high) / 2;
      if (next == root.tau || next == root.low || next == root.high)
        break;
      root.tau = next;
    }
  *origin = root.origin;
  *tau = k > 1 ? root.tau : rho * squares[0];
}
