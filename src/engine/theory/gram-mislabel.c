/* gram-mislabel.c: Equation 10 of one label, which labels look wrong
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 23: flipping y_i changes yᵀH∞⁻¹y by 4[(H∞⁻¹)_ii − y_i(H∞⁻¹y)_i]. A label whose flip would
 * make the labels simpler does not fit the others.
 */
#include "gram-mislabel.h"

#include <string.h>

#include "gram-philox.h"

static int
compare_change (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *change = data;
  gint64 i = *(const gint64 *) a, j = *(const gint64 *) b;

  if (change[i] != change[j])
    return change[i] < change[j] ? -1 : 1;
  return i < j ? -1 : i > j;
}

/**
 * gram_mislabel_new:
 * @system: factored
 * @inverse_diagonal: (n): (H∞⁻¹)_ii
 * @y: (n): labels
 *
 * One solve. margin is y_i times the prediction of x_i by kernel regression on all other samples,
 * 1 − y_i(H∞⁻¹y)_i/(H∞⁻¹)_ii for y_i = ±1: below 0 the others would give x_i the other label.
 *
 * Returns: (transfer full) (nullable): free with gram_mislabel_free()
 */
GramMislabel *
gram_mislabel_new (GramSystem *system, const double *inverse_diagonal, const double *y,
                   const GramJob *job, GError **error)
{
  gint64 n = gram_system_get_n (system);
  g_autoptr (GramMislabel) mislabel = g_new0 (GramMislabel, 1);

  mislabel->n = n;
  mislabel->change = g_new (double, n);
  mislabel->margin = g_new (double, n);
  mislabel->order = g_new (gint64, n);
  memcpy (mislabel->change, y, (gsize) n * sizeof (double));
  if (!gram_system_solve (system, 1, mislabel->change, n, job, error))
    return NULL;
  for (gint64 i = 0; i < n; i++)
    {
      double pull = y[i] * mislabel->change[i];

      mislabel->change[i] = 4 * (inverse_diagonal[i] * y[i] * y[i] - pull);
      mislabel->margin[i] = y[i] * y[i] - pull / inverse_diagonal[i];
      mislabel->order[i] = i;
    }
  g_qsort_with_data (mislabel->order, (int) n, sizeof (gint64), compare_change, mislabel->change);
  return g_steal_pointer (&mislabel);
}

void
gram_mislabel_free (GramMislabel *mislabel)
{
  if (mislabel == NULL)
    return;
  g_free (mislabel->change);
  g_free (mislabel->margin);
  g_free (mislabel->order);
  g_free (mislabel);
}

/**
 * gram_mislabel_plant:
 * @count: labels to flip, at most @n
 * @y: (inout) (array length=n): the labels
 *
 * Flips @count labels that the seed chooses, to see whether the ranking finds them.
 *
 * Returns: (transfer full) (array length=count): which, free with g_free()
 */
gint64 *
gram_mislabel_plant (gint64 n, gint64 count, guint64 seed, double *y)
{
  g_autofree gint64 *order = g_new (gint64, n);
  gint64 *planted;

  g_return_val_if_fail (count >= 0 && count <= n, NULL);
  gram_philox_permutation (seed, GRAM_STREAM_FLIPS, 0, (gsize) n, order);
  planted = g_memdup2 (order, (gsize) MAX (count, 1) * sizeof (gint64));
  for (gint64 i = 0; i < count; i++)
    y[planted[i]] = -y[planted[i]];
  return planted;
}

/**
 * gram_mislabel_recall:
 * @planted: (array length=count): flipped samples
 * @recall: (out caller-allocates) (array length=n): fraction of them among the first j + 1 of the
 *   ranking; NAN when @count is 0
 */
void
gram_mislabel_recall (const GramMislabel *mislabel, const gint64 *planted, gint64 count,
                      double *recall)
{
  g_autoptr (GHashTable) set = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 found = 0;

  for (gint64 i = 0; i < count; i++)
    g_hash_table_add (set, (gpointer) &planted[i]);
  for (gint64 j = 0; j < mislabel->n; j++)
    {
      found += g_hash_table_contains (set, &mislabel->order[j]) ? 1 : 0;
      recall[j] = (double) found / (double) count;
    }
}
