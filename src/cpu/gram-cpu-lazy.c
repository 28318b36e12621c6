/* gram-cpu-lazy.c: what waiting with S keeps for each label set, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-lazy.h"

#include <math.h>
#include <string.h>

#include "gram-size.h"

static GArray **
arrays_new (gint64 count, guint element)
{
  GArray **arrays = g_new (GArray *, count);

  for (gint64 i = 0; i < count; i++)
    arrays[i] = g_array_new (FALSE, FALSE, element);
  return arrays;
}

static void
arrays_free (GArray **arrays, gint64 count)
{
  for (gint64 i = 0; arrays != NULL && i < count; i++)
    g_array_unref (arrays[i]);
  g_free (arrays);
}

static gint64
found_arrays (const GramCpuTrainer *trainer)
{
  return trainer->n_tiles * GRAM_TILE / GRAM_CPU_LAZY_ROWS + 1;
}

typedef struct
{
  gpointer *out;
  gsize element;
  gint64 rows, columns;
} Array;

#define N_ARRAYS 16

static void
list_arrays (GramCpuTrainer *trainer, GramCpuLazy *lazy, Array list[N_ARRAYS])
{
  gint64 n = trainer->n_tiles * GRAM_TILE, m = trainer->neurons, tiles = trainer->n_tiles;
  guint threads = gram_cpu_pool_get_threads (trainer->device->training);
  const Array all[N_ARRAYS] = {
    { (gpointer *) &lazy->pending, sizeof (double), n, 1 },
    { (gpointer *) &lazy->base, sizeof (double), n, 1 },
    { (gpointer *) &lazy->last, sizeof (double), n, 1 },
    { (gpointer *) &lazy->change, sizeof (double), n, 1 },
    { (gpointer *) &lazy->drift, sizeof (double), n, 1 },
    { (gpointer *) &lazy->allowance, sizeof (float), n, 1 },
    { (gpointer *) &lazy->narrow, sizeof (float), n, 3 },
    { (gpointer *) &lazy->margin, 1, n, m },
    { (gpointer *) &lazy->most, sizeof (float), m, 1 },
    { (gpointer *) &lazy->start, sizeof (gint32), m + 1, 1 },
    { (gpointer *) &lazy->near, sizeof (guint32), tiles, m },
    { (gpointer *) &lazy->rows, sizeof (guint32), tiles, m },
    { (gpointer *) &lazy->counts, sizeof (gint32), n, n },
    { (gpointer *) &lazy->product, sizeof (double), n, found_arrays (trainer) },
    { (gpointer *) &lazy->partial, sizeof (float), n, 2 * threads },
    { (gpointer *) &lazy->sums, sizeof (double), n, 3 },
  };

  memcpy (list, all, sizeof all);
}

void
gram_cpu_lazy_free (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  Array list[N_ARRAYS];

  if (lazy == NULL)
    return;
  list_arrays (trainer, lazy, list);
  for (guint i = 0; i < N_ARRAYS; i++)
    gram_free (*list[i].out);
  arrays_free (lazy->watch, trainer->n_tiles * GRAM_TILE);
  arrays_free (lazy->found, found_arrays (trainer));
  g_clear_pointer (&lazy->flips, g_array_unref);
  g_clear_pointer (&lazy->effects, g_array_unref);
  g_clear_pointer (&lazy->ended, g_array_unref);
  g_free (lazy);
}

static gboolean
lazy_alloc (GramCpuTrainer *trainer, GramCpuLazy *lazy, GError **error)
{
  Array list[N_ARRAYS];

  list_arrays (trainer, lazy, list);
  for (guint i = 0; i < N_ARRAYS; i++)
    if ((*list[i].out = gram_try_alloc (list[i].element, list[i].rows, list[i].columns,
                                        "steps that skip S", error))
        == NULL)
      return FALSE;
  lazy->watch = arrays_new (trainer->n_tiles * GRAM_TILE, sizeof (GramCpuWatch));
  lazy->found = arrays_new (found_arrays (trainer), sizeof (GramCpuFlip));
  lazy->flips = g_array_new (FALSE, FALSE, sizeof (GramCpuFlip));
  lazy->effects = g_array_new (FALSE, FALSE, sizeof (GramCpuEffect));
  lazy->ended = g_array_new (FALSE, FALSE, sizeof (double));
  lazy->planned = GRAM_CPU_LAZY_FIRST_PLAN;
  lazy->pause = 1;
  lazy->rest = 2;
  return TRUE;
}

/* K row after row, from its half panels */
static gboolean
make_rows_of_kernel (GramCpuTrainer *trainer, GError **error)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;

  trainer->gram = gram_try_alloc (sizeof (float), n, n, "K", error);
  for (gint64 i = 0; trainer->gram != NULL && i < n; i++)
    for (gint64 j = 0; j < n; j++)
      {
        float k = trainer->kernel[(i / GRAM_HALF * n + j) * GRAM_HALF + i % GRAM_HALF];

        trainer->gram[i * n + j] = k;
        trainer->gram_max = MAX (trainer->gram_max, fabsf (k));
      }
  return trainer->gram != NULL;
}

/**
 * gram_cpu_lazy_new:
 *
 * For every label set, in sample space; K is there.
 */
gboolean
gram_cpu_lazy_new (GramCpuTrainer *trainer, GError **error)
{
  if (!make_rows_of_kernel (trainer, error))
    return FALSE;
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      trainer->sets[s].lazy = g_new0 (GramCpuLazy, 1);
      if (!lazy_alloc (trainer, trainer->sets[s].lazy, error))
        return FALSE;
    }
  return TRUE;
}
