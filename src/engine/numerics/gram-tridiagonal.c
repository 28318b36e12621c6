/* gram-tridiagonal.c: eigenvalues of a small symmetric tridiagonal matrix
 *
 * SPDX-License-Identifier: MIT
 *
 * The QL method with implicit shifts. The matrices here are the few hundred rows that Lanczos
 * makes, and mostly only the first and last row of the eigenvectors are wanted, so that a problem
 * costs O(j²) and the engine needs no LAPACK.
 */
#include "gram-tridiagonal.h"

#include <float.h>
#include <math.h>

#include "gram-error.h"

#define SWEEPS_CAP 60

typedef struct
{
  guint j, rows;
  double *d, *e, *Z;
} Tridiagonal;

static void
rotate (Tridiagonal *t, guint column, double c, double s)
{
  double *left = t->Z + (gsize) column * t->rows, *right = left + t->rows;

  for (guint row = 0; row < t->rows; row++)
    {
      double f = right[row];

      right[row] = s * left[row] + c * f;
      left[row] = c * left[row] - s * f;
    }
}

/* One implicit QL sweep over the unreduced block first … last. */
static void
sweep (Tridiagonal *t, guint first, guint last)
{
  double *d = t->d, *e = t->e;
  double g = (d[first + 1] - d[first]) / (2 * e[first]);
  double r = hypot (g, 1);
  double s = 1, c = 1, p = 0;

  g = d[last] - d[first] + e[first] / (g + copysign (r, g));
  for (guint i = last; i-- > first;)
    {
      double f = s * e[i], b = c * e[i];

      r = hypot (f, g);
      e[i + 1] = r;
      if (r == 0)
        {
          /* the block splits here; the next sweep goes on with its parts */
          d[i + 1] -= p;
          e[last] = 0;
          return;
        }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      rotate (t, i, c, s);
    }
  d[first] -= p;
  e[first] = g;
  e[last] = 0;
}

/* Index at which the block that starts at @first ends. */
static guint
block_end (const Tridiagonal *t, guint first)
{
  guint last = first;

  while (last + 1 < t->j
         && fabs (t->e[last]) > DBL_EPSILON * (fabs (t->d[last]) + fabs (t->d[last + 1])))
    last++;
  return last;
}

static void
sort_descending (Tridiagonal *t)
{
  for (guint i = 0; i + 1 < t->j; i++)
    {
      guint largest = i;
      double swap;

      for (guint k = i + 1; k < t->j; k++)
        if (t->d[k] > t->d[largest])
          largest = k;
      if (largest == i)
        continue;
      swap = t->d[i], t->d[i] = t->d[largest], t->d[largest] = swap;
      for (guint row = 0; row < t->rows; row++)
        {
          double *a = t->Z + (gsize) i * t->rows + row;
          double *b = t->Z + (gsize) largest * t->rows + row;

          swap = *a, *a = *b, *b = swap;
        }
    }
}

/**
 * gram_tridiagonal_eigen:
 * @j: order
 * @diagonal: (inout) (array length=j): diagonal in, eigenvalues out, descending
 * @off_diagonal: (inout): @j numbers, of which the first @j − 1 are the off-diagonal in;
 *   overwritten
 * @rows: rows of @Z
 * @Z: (inout) (nullable): (@rows × @j), leading dimension @rows: some rows of the identity in, the
 *   same rows of the eigenvectors out
 *
 * Returns: %FALSE with GRAM_ERROR_NUMERIC set when the method does not converge
 */
gboolean
gram_tridiagonal_eigen (guint j, double *diagonal, double *off_diagonal, guint rows, double *Z,
                        GError **error)
{
  Tridiagonal t = { j, Z != NULL ? rows : 0, diagonal, off_diagonal, Z };

  if (j == 0)
    return TRUE;
  off_diagonal[j - 1] = 0;
  for (guint first = 0; first < j; first++)
    {
      guint last, sweeps = 0;

      while ((last = block_end (&t, first)) != first)
        {
          if (sweeps++ == SWEEPS_CAP || !isfinite (diagonal[first]))
            {
              g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                           "the eigenvalues of a %u × %u tridiagonal matrix did not converge", j,
                           j);
              return FALSE;
            }
          sweep (&t, first, last);
        }
    }
  sort_descending (&t);
  return TRUE;
}
