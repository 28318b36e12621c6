/* gram-cpu-lazy-flips.c: patterns that change while S waits, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-lazy.h"

#include <math.h>
#include <string.h>

/* Words of patterns, 32 columns of counts each, of a task */
#define COUNT_WORDS 8

/* ---------- what flips do to the other samples ----------------------------------------------- */

/* R of the sample of a flip since, or until then */
static double
residuals_of (const GramCpuLazy *lazy, const GramCpuFlip *flip, gboolean since)
{
  return since ? lazy->pending[flip->sample] - flip->total : flip->total;
}

/* lazy->most: what the flips of a neuron can have done to its pairs since, in units. */
static void
bound_effects (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  float unit = (float) gram_cpu_rate (trainer) * trainer->gram_max * lazy->unit_scale;

  memset (lazy->most, 0, (gsize) trainer->neurons * sizeof *lazy->most);
  for (guint f = 0; f < lazy->flips->len; f++)
    {
      const GramCpuFlip *flip = &g_array_index (lazy->flips, GramCpuFlip, f);

      lazy->most[flip->neuron] += unit * (float) fabs (residuals_of (lazy, flip, TRUE));
    }
}

/**
 * gram_cpu_lazy_gather:
 * @since: whether what they have done since is asked for, of neurons where that can matter, else
 *   what they take off K·(M∘R), for gram_cpu_lazy_correct()
 *
 * Sorts the flips of the epoch by neuron.
 */
void
gram_cpu_lazy_gather (GramCpuTrainer *trainer, GramCpuLazy *lazy, gboolean since)
{
  gint32 *start = lazy->start;
  double rate = gram_cpu_rate (trainer);
  float idle = since ? lazy->idle : -1;

  bound_effects (trainer, lazy);
  memset (start, 0, (gsize) (trainer->neurons + 1) * sizeof *start);
  for (guint f = 0; f < lazy->flips->len; f++)
    {
      gint32 r = g_array_index (lazy->flips, GramCpuFlip, f).neuron;

      start[r + 1] += !(lazy->most[r] <= idle);
    }
  for (gint64 r = 0; r < trainer->neurons; r++)
    start[r + 1] += start[r];
  g_array_set_size (lazy->effects, (guint) start[trainer->neurons]);
  g_array_set_size (lazy->ended, (guint) start[trainer->neurons]);
  for (guint f = 0; f < lazy->flips->len; f++)
    {
      const GramCpuFlip *flip = &g_array_index (lazy->flips, GramCpuFlip, f);

      if (!(lazy->most[flip->neuron] <= idle))
        {
          gint32 at = start[flip->neuron]++;

          g_array_index (lazy->effects, GramCpuEffect, at) =
              (GramCpuEffect){ flip->sample,
                               (float) (rate * flip->sign * residuals_of (lazy, flip, since)) };
          g_array_index (lazy->ended, double, at) = flip->sign * flip->total;
        }
    }
  for (gint64 r = trainer->neurons; r > 0; r--)
    start[r] = start[r - 1];
  start[0] = 0;
}

/**
 * gram_cpu_lazy_correct:
 * @sums: in two planes: K·(M∘R) of @count neurons from @first; what flips change is taken off
 */
void
gram_cpu_lazy_correct (const GramCpuTrainer *trainer, const GramCpuLazy *lazy, gint64 tile,
                       gint64 first, gint64 count, float *sums, gint64 plane)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;

  trainer->device->kernels->effects (count, lazy->start + first,
                                     (const GramCpuEffect *) (gpointer) lazy->effects->data,
                                     trainer->kernel + 2 * tile * n * GRAM_HALF, n * GRAM_HALF,
                                     sums, plane);
}

/* ---------- pairs that flips of their neuron let reach zero ---------------------------------- */

typedef struct
{
  GramCpuTrainer *trainer;
  GramCpuSet *set;
  guint first; /* of the flips that are new */
} Flips;

/* s of a pair now, from S, R, the patterns and the flips of its neuron; @terms: K_i∘R */
static double
exact (const Flips *flips, gint64 i, gint64 r, const float *terms)
{
  GramCpuTrainer *trainer = flips->trainer;
  GramCpuLazy *lazy = flips->set->lazy;
  const float *k = trainer->gram + i * trainer->n_tiles * GRAM_TILE;
  gint64 at = (i / GRAM_TILE * trainer->neurons + r) * GRAM_TILE + i % GRAM_TILE;
  const guint32 *row = lazy->rows + r * trainer->n_tiles, *rows[] = { row, row, row, row };
  double sums[GRAM_CPU_AT_ONCE], sum;

  trainer->device->kernels->masked_sums (trainer->n_tiles, rows, terms, sums);
  sum = sums[0];
  for (gint32 e = lazy->start[r]; e < lazy->start[r + 1]; e++)
    sum -= g_array_index (lazy->ended, double, e)
           * (double) k[g_array_index (lazy->effects, GramCpuEffect, e).sample];
  return (double) (trainer->start[at] + flips->set->delta[at])
         - gram_cpu_rate (trainer) * (double) trainer->a[r] * sum;
}

/* Watches a pair; its sign may have changed in this step already. */
static void
watch_pair (const Flips *flips, gint64 i, gint64 r, const float *terms, GArray *found)
{
  GramCpuTrainer *trainer = flips->trainer;
  GramCpuLazy *lazy = flips->set->lazy;
  GramCpuWatch pair = { r, exact (flips, i, r, terms) };
  gboolean on = lazy->rows[r * trainer->n_tiles + i / GRAM_TILE] >> (i % GRAM_TILE) & 1;

  g_array_append_val (lazy->watch[i], pair);
  gram_cpu_lazy_check (found, i, &pair, on);
}

/* The pairs of a tile and some neurons that are reached; @terms: [32][n], made as they are needed
 * and noted in @made */
static void
reach_block (const Flips *flips, gint64 tile, gint64 first, gint64 count, float *terms,
             guint32 *made, guint32 *words, GArray *found)
{
  GramCpuTrainer *trainer = flips->trainer;
  GramCpuLazy *lazy = flips->set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE, at = tile * trainer->neurons + first;

  trainer->device->kernels->reached (count, lazy->start + first,
                                     (const GramCpuEffect *) (gpointer) lazy->effects->data,
                                     trainer->kernel + 2 * tile * n * GRAM_HALF, n * GRAM_HALF,
                                     trainer->a + first, lazy->unit_scale * (1 + 1e-4f), lazy->idle,
                                     flips->set->bits + at, lazy->margin + at * GRAM_TILE, words);
  for (gint64 r = 0; r < count; r++)
    {
      guint32 fresh = words[r] & ~lazy->near[at + r];

      lazy->near[at + r] |= fresh;
      for (; fresh != 0; fresh &= fresh - 1)
        {
          int bit = __builtin_ctz (fresh);
          gint64 i = tile * GRAM_TILE + bit;
          float *own = terms + bit * n;

          if (i >= trainer->n)
            continue;
          for (gint64 j = 0; j < n && !(*made >> bit & 1); j++)
            own[j] = trainer->gram[i * n + j] * lazy->narrow[j];
          *made |= 1u << bit;
          watch_pair (flips, i, first + r, own, found);
        }
    }
}

static void
reach_task (gint64 task, guint worker, gpointer data)
{
  const Flips *flips = data;
  GramCpuTrainer *trainer = flips->trainer;
  gint64 tiles = GRAM_CPU_LAZY_ROWS / GRAM_TILE, n = trainer->n_tiles * GRAM_TILE;
  float *terms = gram_cpu_scratch (trainer, worker);
  guint32 *words = (guint32 *) (gpointer) (terms + GRAM_TILE * n);

  for (gint64 t = task * tiles; t < MIN ((task + 1) * tiles, trainer->n_tiles); t++)
    {
      guint32 made = 0;

      for (gint64 r = 0; r < trainer->neurons; r += trainer->block_size)
        reach_block (flips, t, r, MIN (trainer->block_size, trainer->neurons - r), terms, &made,
                     words, flips->set->lazy->found[task]);
    }
}

/**
 * gram_cpu_lazy_reach:
 *
 * Watches the pairs that flips of their neurons let reach zero until now. R is that of this step.
 */
void
gram_cpu_lazy_reach (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  Flips flips = { trainer, set, 0 };

  gram_cpu_lazy_gather (trainer, lazy, TRUE);
  lazy->seen = 0;
  lazy->seen_flips = lazy->effects->len;
  for (gint64 r = 0; r < trainer->neurons; r++)
    lazy->seen += lazy->start[r + 1] > lazy->start[r];
  if (lazy->seen == 0)
    return;
  for (gint64 j = 0; j < trainer->n; j++)
    lazy->narrow[j] = (float) lazy->pending[j];
  gram_cpu_pool_run (trainer->device->training, gram_cpu_lazy_tasks (trainer), reach_task, &flips);
  lazy->watched = 0;
  for (gint64 i = 0; i < trainer->n; i++)
    lazy->watched += lazy->watch[i]->len;
}

/* ---------- taking flips into account -------------------------------------------------------- */

/* The flips that a task found: u, patterns and spells of its images. */
static void
take_task (gint64 task, guint worker, gpointer data)
{
  const Flips *flips = data;
  GramCpuTrainer *trainer = flips->trainer;
  GramCpuSet *set = flips->set;
  GArray *found = set->lazy->found[task];

  for (guint f = 0; f < found->len; f++)
    {
      GramCpuFlip *flip = &g_array_index (found, GramCpuFlip, f);
      gint64 i = flip->sample, at = i / GRAM_TILE * trainer->neurons + flip->neuron;

      flip->total = set->lazy->pending[i];
      set->own[i] += (double) trainer->a[flip->neuron] * fabs (flip->s);
      set->bits[at] ^= 1u << (i % GRAM_TILE);
      set->spells[at * GRAM_TILE + i % GRAM_TILE] -= (float) (flip->sign * set->total[i]);
    }
}

/* New flips in some words of the patterns and their columns of counts, one flip after the other:
 * two in one neuron count as one pair. */
static void
count_task (gint64 task, guint worker, gpointer data)
{
  const Flips *flips = data;
  GramCpuTrainer *trainer = flips->trainer;
  GramCpuLazy *lazy = flips->set->lazy;
  gint64 tiles = trainer->n_tiles, first = task * COUNT_WORDS;
  gint64 words = MIN (COUNT_WORDS, tiles - first);

  for (guint f = flips->first; f < lazy->flips->len; f++)
    {
      const GramCpuFlip *flip = &g_array_index (lazy->flips, GramCpuFlip, f);
      gint64 i = flip->sample, word = i / GRAM_TILE;
      guint32 *bits = lazy->rows + flip->neuron * tiles, bit = 1u << (i % GRAM_TILE);
      gint32 *counts = lazy->counts + i * tiles * GRAM_TILE;
      gboolean here = word >= first && word < first + words;

      if (here)
        {
          bits[word] &= ~bit;
          counts[i] += flip->sign > 0 ? 1 : -1;
        }
      trainer->device->kernels->count_row (words, bits + first, flip->sign > 0 ? 2 : -2,
                                           counts + first * GRAM_TILE);
      if (here && flip->sign > 0)
        bits[word] |= bit;
    }
}

/**
 * gram_cpu_lazy_count:
 * @first: the first of the flips that are new
 *
 * Takes flips into rows and counts.
 */
void
gram_cpu_lazy_count (GramCpuTrainer *trainer, GramCpuSet *set, guint first)
{
  Flips flips = { trainer, set, first };

  if (first < set->lazy->flips->len)
    gram_cpu_pool_run (trainer->device->training,
                       (trainer->n_tiles + COUNT_WORDS - 1) / COUNT_WORDS, count_task, &flips);
}

/**
 * gram_cpu_lazy_take:
 *
 * Takes the flips that this step found into u, the patterns, the spells and the counts.
 */
void
gram_cpu_lazy_take (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  Flips flips = { trainer, set, lazy->flips->len };
  gint64 tasks = gram_cpu_lazy_tasks (trainer);

  gram_cpu_pool_run (trainer->device->training, tasks, take_task, &flips);
  for (gint64 t = 0; t < tasks; t++)
    g_array_append_vals (lazy->flips, lazy->found[t]->data, lazy->found[t]->len);
  gram_cpu_lazy_count (trainer, set, flips.first);
}
