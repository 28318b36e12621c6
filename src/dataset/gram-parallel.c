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

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const GramParallelPair *first = a, *second = b;

  if (first->i != second->i)
    return first->i < second->i ? -1 : 1;
  return first->j < second->j ? -1 : first->j > second->j;
}

/* Of each set of parallel columns only the first is compared with further columns, so that m copies
 * of an image cost m comparisons and not m². */
static void
compare_neighbours (const double *X, gint64 d, gint64 n, const double *y, const Key *keys,
                    double reach, GArray *pairs)
{
  g_autofree gint64 *leads = g_new (gint64, n);
  gint64 first = 0, count = 0;

  for (gint64 k = 0; k < n; k++)
    {
      gint64 at, side = 0;

      while (first < count && keys[k].projection - keys[leads[first]].projection > reach)
        first++;
      for (at = first; side == 0 && at < count; at++)
        side = compare_columns (X + keys[leads[at]].i * d, X + keys[k].i * d, d);
      if (side == 0)
        leads[count++] = k;
      else
        {
          gint64 a = keys[leads[at - 1]].i, b = keys[k].i;
          GramParallelPair pair = {
            .i = MIN (a, b), .j = MAX (a, b), .same_label = y[a] == y[b], .opposite = side < 0
          };

          g_array_append_val (pairs, pair);
        }
    }
}

/**
 * gram_parallel_find:
 * @X: (d × n) unit columns
 * @y: (n) labels
 *
 * Returns: (transfer full) (nullable): of #GramParallelPair; each bundle of m parallel columns
 *   gives m − 1 pairs
 */
GArray *
gram_parallel_find (const double *X, gint64 d, gint64 n, const double *y, GError **error)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (GramParallelPair));
  double reach;
  Key *keys = project (X, d, n, &reach, error);

  if (keys == NULL)
    return NULL;
  compare_neighbours (X, d, n, y, keys, reach, pairs);
  gram_free (keys);
  g_array_sort (pairs, compare_pairs);
  return g_steal_pointer (&pairs);
}
