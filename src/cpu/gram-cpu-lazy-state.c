/* gram-cpu-lazy-state.c: saving a run in the middle of an epoch, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 *
 * A run that was saved goes on to the same bits, and saving does not end the epoch, so that a run
 * does not depend on when it was saved. One walk over what an epoch is serves for its size, for
 * writing it and for reading it.
 */
#include "gram-cpu-lazy.h"

#include <string.h>

#include "gram-size.h"

typedef struct
{
  guint8 *memory;       /* NULL: only the size is asked for */
  const guint8 *source; /* (nullable): read from here */
  gsize at, size;
} Walk;

static gboolean
walk (Walk *w, gpointer memory, gsize bytes)
{
  if (bytes == 0) /* an empty array has no memory */
    return TRUE;
  if (w->source != NULL && bytes > w->size - w->at)
    return FALSE;
  if (w->source != NULL)
    memcpy (memory, w->source + w->at, bytes);
  else if (w->memory != NULL)
    memcpy (w->memory + w->at, memory, bytes);
  w->at += bytes;
  return TRUE;
}

/* A list and its length before it. */
static gboolean
walk_array (Walk *w, GArray *array, guint most)
{
  guint64 count = array->len;

  if (!walk (w, &count, sizeof count))
    return FALSE;
  if (w->source != NULL)
    {
      if (count > most || count > (w->size - w->at) / g_array_get_element_size (array))
        return FALSE;
      g_array_set_size (array, (guint) count);
    }
  return walk (w, array->data, (gsize) count * g_array_get_element_size (array));
}

static gboolean
walk_choice (Walk *w, GramCpuLazy *lazy)
{
  return walk (w, &lazy->active, sizeof lazy->active)
         && walk (w, &lazy->length, sizeof lazy->length)
         && walk (w, &lazy->planned, sizeof lazy->planned)
         && walk (w, &lazy->rest, sizeof lazy->rest) && walk (w, &lazy->pause, sizeof lazy->pause)
         && walk (w, &lazy->steps, sizeof lazy->steps)
         && walk (w, &lazy->watched, sizeof lazy->watched)
         && walk (w, &lazy->near_first, sizeof lazy->near_first)
         && walk (w, &lazy->spent, sizeof lazy->spent)
         && walk (w, &lazy->latest, sizeof lazy->latest)
         && walk (w, &lazy->base_square, sizeof lazy->base_square)
         && walk (w, &lazy->tau, sizeof lazy->tau)
         && walk (w, &lazy->tau_limit, sizeof lazy->tau_limit)
         && walk (w, &lazy->unit_scale, sizeof lazy->unit_scale)
         && walk (w, &lazy->idle, sizeof lazy->idle);
}

static gboolean
walk_epoch (Walk *w, GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  gsize n = (gsize) (trainer->n_tiles * GRAM_TILE), m = (gsize) trainer->neurons;
  gsize words = (gsize) trainer->n_tiles * m;
  gboolean done =
      walk (w, set->own, n * sizeof (double)) && walk (w, set->bits, words * sizeof (guint32))
      && walk (w, lazy->pending, n * sizeof (double)) && walk (w, lazy->base, n * sizeof (double))
      && walk (w, lazy->allowance, n * sizeof (float)) && walk (w, lazy->margin, n * m)
      && walk (w, lazy->near, words * sizeof (guint32))
      && walk (w, lazy->counts, n * n * sizeof (gint32)) && walk_array (w, lazy->flips, G_MAXINT32);

  for (gsize i = 0; done && i < n; i++)
    done = walk_array (w, lazy->watch[i], (guint) MIN (m, G_MAXINT32));
  return done;
}

static gboolean
walk_all (Walk *w, GramCpuTrainer *trainer)
{
  gboolean done = TRUE;

  for (guint s = 0; done && s < trainer->spec.n_sets; s++)
    {
      GramCpuSet *set = &trainer->sets[s];

      done = walk_choice (w, set->lazy)
             && walk (w, set->lazy->last, (gsize) trainer->n * sizeof (double))
             && (!set->lazy->active || walk_epoch (w, trainer, set));
    }
  return done;
}

/* Every index lies inside. */
static gboolean
is_sound (const GramCpuTrainer *trainer, const GramCpuLazy *lazy)
{
  gboolean sound = lazy->planned >= 1 && lazy->length >= 0 && lazy->rest >= 0 && lazy->pause >= 1;

  if (!lazy->active)
    return sound;
  for (guint f = 0; f < lazy->flips->len; f++)
    {
      const GramCpuFlip *flip = &g_array_index (lazy->flips, GramCpuFlip, f);

      sound &= flip->sample >= 0 && flip->sample < trainer->n && flip->neuron >= 0
               && flip->neuron < trainer->m;
    }
  for (gint64 i = 0; i < trainer->n_tiles * GRAM_TILE; i++)
    for (guint w = 0; w < lazy->watch[i]->len; w++)
      {
        gint64 neuron = g_array_index (lazy->watch[i], GramCpuWatch, w).neuron;

        sound &= neuron >= 0 && neuron < trainer->m;
      }
  return sound;
}

/* What is made of the rest. */
static void
complete (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;

  lazy->counted = lazy->active;
  if (!lazy->active)
    {
      memset (lazy->pending, 0, (gsize) trainer->n * sizeof (double));
      g_array_set_size (lazy->flips, 0);
      lazy->length = 0;
      return;
    }
  for (gint64 t = 0; t < trainer->n_tiles; t++)
    for (gint64 r = 0; r < trainer->neurons; r++)
      lazy->rows[r * trainer->n_tiles + t] = set->bits[t * trainer->neurons + r];
}

/**
 * gram_cpu_lazy_save:
 *
 * Returns: (transfer full) (nullable): what the epochs of all label sets are; free with gram_free()
 */
guint8 *
gram_cpu_lazy_save (GramCpuTrainer *trainer, gsize *bytes, GError **error)
{
  Walk measure = { 0 }, write = { 0 };

  walk_all (&measure, trainer);
  *bytes = measure.at;
  write.memory = gram_try_alloc (1, (gint64) measure.at, 1, "the state of the run", error);
  if (write.memory != NULL)
    walk_all (&write, trainer);
  return write.memory;
}

/**
 * gram_cpu_lazy_restore:
 *
 * S and what follows from it are there; u is to be summed afterwards.
 *
 * Returns: %FALSE when @memory is not what gram_cpu_lazy_save() wrote for this problem
 */
gboolean
gram_cpu_lazy_restore (GramCpuTrainer *trainer, const guint8 *memory, gsize bytes)
{
  Walk read = { NULL, memory, 0, bytes };

  if (!walk_all (&read, trainer) || read.at != bytes)
    return FALSE;
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    if (!is_sound (trainer, trainer->sets[s].lazy))
      return FALSE;
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    complete (trainer, &trainer->sets[s]);
  return TRUE;
}
