/* gram-band.c: the largest eigenpair of a symmetric band matrix
 *
 * SPDX-License-Identifier: MIT
 *
 * σI − T has a Cholesky factor where σ is above every eigenvalue and none below the largest one, so
 * bisection finds it; inverse iteration with the last factor finds its vector. LAPACK would wake
 * the threads of BLAS for it, and these look for work on the cores that the next product needs.
 */
#include "gram-band.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-philox.h"

#define ITERATIONS 3
#define START_NOISE 1e-3

typedef struct
{
  gint64 n, width;
  const double *T; /* upper triangle, of which @width diagonals above the main one count */
  gint64 ld;
  double *L; /* ((width + 1) × n) column j from the diagonal down */
} Band;

static double *
entry (const Band *band, gint64 i, gint64 j)
{
  return band->L + j * (band->width + 1) + i - j;
}

/* σI − T = LLᵀ; FALSE when a pivot is not positive. */
static gboolean
factor (Band *band, double sigma)
{
  for (gint64 j = 0; j < band->n; j++)
    for (gint64 i = j; i <= MIN (j + band->width, band->n - 1); i++)
      {
        double sum = (i == j ? sigma : 0) - band->T[i * band->ld + j];

        for (gint64 k = MAX (0, i - band->width); k < j; k++)
          sum -= *entry (band, i, k) * *entry (band, j, k);
        if (i == j && !(sum > 0))
          return FALSE;
        *entry (band, i, j) = i == j ? sqrt (sum) : sum / *entry (band, j, j);
      }
  return TRUE;
}

/* x ← L⁻ᵀL⁻¹x, of norm 1 */
static void
solve (const Band *band, double *x)
{
  double squares = 0;

  for (gint64 j = 0; j < band->n; j++)
    {
      x[j] /= *entry (band, j, j);
      for (gint64 i = j + 1; i <= MIN (j + band->width, band->n - 1); i++)
        x[i] -= *entry (band, i, j) * x[j];
    }
  for (gint64 j = band->n; j-- > 0;)
    {
      for (gint64 i = j + 1; i <= MIN (j + band->width, band->n - 1); i++)
        x[j] -= *entry (band, i, j) * x[i];
      x[j] /= *entry (band, j, j);
      squares += x[j] * x[j];
    }
  for (gint64 j = 0; j < band->n; j++)
    x[j] /= sqrt (squares);
}

/* Leaves the factor with a σ just above the largest eigenvalue, which is between the largest
 * diagonal entry and the largest sum of a row's magnitudes. */
static void
bisect (Band *band)
{
  g_autofree double *sum = g_new0 (double, band->n);
  double low = band->T[0], norm = 0, high, step;

  for (gint64 j = 0; j < band->n; j++)
    for (gint64 i = MAX (0, j - band->width); i <= j; i++)
      {
        sum[i] += fabs (band->T[j * band->ld + i]);
        if (i < j)
          sum[j] += fabs (band->T[j * band->ld + i]);
      }
  for (gint64 j = 0; j < band->n; j++)
    {
      low = MAX (low, band->T[j * band->ld + j]);
      norm = MAX (norm, sum[j]);
    }
  step = MAX (2 * DBL_EPSILON * norm, DBL_MIN);
  high = norm + step;
  while (high - low > step)
    {
      double middle = low + (high - low) / 2;

      if (factor (band, middle))
        high = middle;
      else
        low = middle;
    }
  for (; !factor (band, high) && isfinite (high); step *= 2) /* it failed by rounding alone */
    high += step;
}

/**
 * gram_band_largest:
 * @n: order
 * @width: diagonals of @T above its main one
 * @T: (@n × @n): its upper triangle
 * @value: (out): the largest eigenvalue, to the rounding of @T
 * @s: (inout): (n): something like its eigenvector, or zeros; its eigenvector, of norm 1
 */
void
gram_band_largest (gint64 n, gint64 width, const double *T, gint64 ld, double *value, double *s)
{
  g_autofree double *L = g_new (double, (gsize) ((width + 1) * n));
  g_autofree double *noise = g_new (double, n);
  Band band = { n, width, T, ld, L };

  bisect (&band);
  gram_philox_normal (0, GRAM_STREAM_PROBE, 2, 0, (gsize) n, noise);
  for (gint64 i = 0; i < n; i++)
    s[i] += START_NOISE * noise[i];
  for (int i = 0; i < ITERATIONS; i++)
    solve (&band, s);
  *value = 0;
  for (gint64 j = 0; j < n; j++)
    for (gint64 i = MAX (0, j - width); i <= j; i++)
      *value += (i < j ? 2 : 1) * T[j * ld + i] * s[i] * s[j];
}
