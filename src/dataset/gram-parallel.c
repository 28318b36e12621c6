/* gram-parallel.c: images that are multiples of one another
 *
 * SPDX-License-Identifier: MIT
 *
 * Unit columns are projected on one random direction g and sorted by |gᵀx|. Parallel columns have
 * equal projections, so only neighbours need be compared: O(n·d + n log n) instead of the n²·d of
 * looking at all of K.
 *
 * How near is parallel? Two 8-bit images p ∦ q have sin∠(p, q) ≥ 1/(‖p‖‖q‖), above 5e-9 for
 * 32 × 32 × 3, while rounding moves a unit vector by 1e-15: 1e-10 tells them apart for certain.
 */
#include "gram-parallel.h"

#include <math.h>
#include <stdlib.h>

#include "gram-philox.h"
#include "gram-size.h"

#define NEAR 1e-10

typedef struct
{
  double projection; /* |gᵀx| */
  gint64 i;
} Key;

static int
compare_keys (const void *a, const void *b)
{
  const Key *first = a, *second = b;

  if (first->projection != second->projection)
    return first->projection < second->projection ? -1 : 1;
  return first->i < second->i ? -1 : first->i > second->i;
}

/* +1: the same direction, −1: opposite, 0: neither */
static int
compare_columns (const double *a, const double *b, gint64 d)
{
  double minus = 0, plus = 0;

  for (gint64 j = 0; j < d; j++)
    {
      minus = fmax (minus, fabs (a[j] - b[j]));
      plus = fmax (plus, fabs (a[j] + b[j]));
      if (minus > NEAR && plus > NEAR)
        return 0;
    }
  return minus <= NEAR ? 1 : -1;
}

static Key *
project (const double *X, gint64 d, gint64 n, double *reach, GError **error)
{
  double *g = gram_try_alloc (sizeof (double), d, 1, "a direction", error);
  Key *keys = g != NULL ? gram_try_alloc (sizeof (Key), n, 1, "projections", error) : NULL;
  double length = 0;

  if (keys != NULL)
    {
      gram_philox_normal (0, GRAM_STREAM_PROBE, 0, 0, (gsize) d, g);
      for (gint64 j = 0; j < d; j++)
        length += fabs (g[j]);
      for (gint64 i = 0; i < n; i++)
        {
          double sum = 0;

          for (gint64 j = 0; j < d; j++)
            sum += g[j] * X[i * d + j];
          keys[i].projection = fabs (sum);
          keys[i].i = i;
        }
      qsort (keys, (gsize) n, sizeof (Key), compare_keys);
    }
  gram_free (g);
  /* if two columns differ by at most NEAR in every element, their projections differ by at most
   * this */
  *reach = NEAR * length;
  return keys;
}

/* A bundle is the columns that are multiples of one another, on both sides of 0. Each further
 * column is compared with the first of each bundle only, so that m copies of an image cost m
 * comparisons and not m². @bundle: (n) the first column of each one's bundle; @side: (n) ±1 */
static void
find_bundles (const double *X, gint64 d, gint64 n, const Key *keys, double reach, gint64 *bundle,
              int *side)
{
  g_autofree gint64 *leads = g_new (gint64, n);
  gint64 first = 0, count = 0;

  for (gint64 k = 0; k < n; k++)
    {
      gint64 i = keys[k].i;

      bundle[i] = i;
      side[i] = 0;
      while (first < count && keys[k].projection - keys[leads[first]].projection > reach)
        first++;
      for (gint64 at = first; side[i] == 0 && at < count; at++)
        {
          bundle[i] = keys[leads[at]].i;
          side[i] = compare_columns (X + bundle[i] * d, X + i * d, d);
        }
      if (side[i] != 0)
        continue;
      bundle[i] = i;
      side[i] = 1;
      leads[count++] = k;
    }
}

/* Lists a pair for each column that is not the first of its bundle: with an equal one, of the same
 * label if there is one; else with an opposite one. */
static GArray *
list_pairs (gint64 n, const double *y, const gint64 *bundle, const int *side)
{
  GArray *pairs = g_array_new (FALSE, FALSE, sizeof (GramParallelPair));
  /* of each bundle, the first column on each side with each label, counted from 1 */
  g_autofree gint64 *firsts = g_new0 (gint64, 4 * (gsize) n);

  for (gint64 j = 0; j < n; j++)
    {
      gint64 *of = firsts + 4 * bundle[j];
      int own = (side[j] > 0 ? 0 : 2) + (y[j] > 0 ? 0 : 1);
      const int order[] = { own, own ^ 1, own ^ 2, own ^ 3 };

      for (int k = 0; k < 4; k++)
        {
          GramParallelPair pair = { of[order[k]] - 1, j, k % 2 == 0, k >= 2 };

          if (pair.i < 0)
            continue;
          g_array_append_val (pairs, pair);
          break;
        }
      if (of[own] == 0)
        of[own] = j + 1;
    }
  return pairs;
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const GramParallelPair *first = a, *second = b;

  if (first->i != second->i)
    return first->i < second->i ? -1 : 1;
  return first->j < second->j ? -1 : first->j > second->j;
}

/**
 * gram_parallel_find:
 * @X: (d × n) unit columns
 * @y: (n) labels, ±1
 *
 * Returns: (transfer full) (nullable): of #GramParallelPair, the first column before the second;
 *   each bundle of m parallel columns gives m − 1 pairs, which join all that are equal
 */
GArray *
gram_parallel_find (const double *X, gint64 d, gint64 n, const double *y, GError **error)
{
  g_autofree gint64 *bundle = g_new (gint64, n);
  g_autofree int *side = g_new (int, n);
  double reach;
  Key *keys = project (X, d, n, &reach, error);
  GArray *pairs;

  if (keys == NULL)
    return NULL;
  find_bundles (X, d, n, keys, reach, bundle, side);
  gram_free (keys);
  pairs = list_pairs (n, y, bundle, side);
  g_array_sort (pairs, compare_pairs);
  return pairs;
}
