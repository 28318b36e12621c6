/* gram-cpu-lazy-epoch.c: when S waits and how long, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 *
 * All decisions are made from counts and residuals, never from the clock: a run gives the same
 * bits on every machine and however it is paused.
 */
#include "gram-cpu-lazy.h"

#include <math.h>
#include <string.h>

#include "gram-size.h"

#define SHORTEST_PLAN 3
#define LONGEST_PLAN 4096
#define LONGEST_PAUSE 256
#define UNITS 16 /* of margins, to what one flip does */
/* Limits are this much above what is expected: an epoch ends early without, and watches more
 * pairs with. */
#define SAFETY 1.5

/* ---------- the limits of an epoch ----------------------------------------------------------- */

/* The length at which what grows in an epoch costs as much as what does not, if it grows as its
 * square. */
static void
plan_length (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  double used = (double) lazy->length;
  double factor =
      sqrt (gram_cpu_lazy_fixed_cycles (trainer, (double) lazy->near_first) / (lazy->spent + 1));
  double planned = (double) lazy->planned * CLAMP (factor, 0.5, 2);

  if (lazy->length <= lazy->planned)
    planned = MIN (planned, 1.25 * used + 2);
  lazy->planned = (gint64) CLAMP (planned, SHORTEST_PLAN, LONGEST_PLAN);
}

/* R after the planned steps, if the residual goes on changing as it does */
static void
predict (GramCpuTrainer *trainer, GramCpuSet *set, double *R)
{
  GramCpuLazy *lazy = set->lazy;
  double T = (double) lazy->planned, length = (double) lazy->length;

  for (gint64 j = 0; j < trainer->n; j++)
    {
      double change = lazy->length > 2 ? (set->r[j] - lazy->pending[j] / length) * 2 / (length - 1)
                                       : lazy->change[j];

      R[j] = T * set->r[j] + change * T * (T + 1) / 2;
    }
}

/* Margins are counted in parts of what a flip does until the epoch ends, @total being R of a sample
 * then. Pairs that one flip can use up are watched from the start, so that neurons of one flip need
 * not be looked at again; where flips are few, three: most neurons have less. */
static void
set_units (const GramCpuTrainer *trainer, GramCpuLazy *lazy, double total)
{
  gboolean few = 2 * (gint64) lazy->flips->len < trainer->neurons;

  lazy->unit_scale = (float) (UNITS / (gram_cpu_rate (trainer) * trainer->gram_max * total));
  lazy->idle = few ? 3 * UNITS : UNITS;
}

/* τ, D and what they can do to s, with room for what is not foreseen */
static gboolean
set_limits (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  double rate = gram_cpu_rate (trainer), dot = 0, square = 0, mean = 0, tau;
  gint64 n = trainer->n;

  predict (trainer, set, lazy->drift);
  for (gint64 j = 0; j < n; j++)
    {
      dot += lazy->drift[j] * lazy->pending[j];
      square += lazy->pending[j] * lazy->pending[j];
    }
  tau = dot / square;
  if (!(tau > 0) || !isfinite (tau))
    return FALSE;
  for (gint64 j = 0; j < n; j++)
    lazy->drift[j] -= tau * lazy->pending[j];
  gram_cpu_lazy_rows (trainer, set, lazy->drift, FALSE);
  for (gint64 j = 0; j < n; j++)
    {
      lazy->allowance[j] =
          (float) (SAFETY / 2 * rate * (lazy->sums[3 * j + 1] + fabs (lazy->sums[3 * j + 2])));
      mean += (double) lazy->allowance[j] / (double) n;
    }
  set_units (trainer, lazy, 1.1 * tau * sqrt (square / (double) n));
  for (gint64 j = 0; j < n; j++)
    lazy->allowance[j] += (float) (0.25 * mean);
  for (gint64 j = n; j < trainer->n_tiles * GRAM_TILE; j++)
    lazy->allowance[j] = -1e30f; /* padding lies at zero for ever */
  memcpy (lazy->base, lazy->pending, (gsize) n * sizeof (double));
  lazy->base_square = square;
  lazy->tau = 0;
  lazy->tau_limit = 1.1 * tau;
  return TRUE;
}

/**
 * gram_cpu_lazy_rates:
 *
 * What the mask product has to multiply with for the whole epoch: η/√m·R.
 */
void
gram_cpu_lazy_rates (GramCpuTrainer *trainer, GramCpuSet *set)
{
  double rate = gram_cpu_rate (trainer);

  for (gint64 j = 0; j < trainer->n; j++)
    set->rates[j] = (float) (rate * set->lazy->pending[j]);
}

/**
 * gram_cpu_lazy_prepare:
 *
 * Before S is brought up to date: R as its rates, and the limits of the next epoch if one is tried.
 */
void
gram_cpu_lazy_prepare (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;

  if (lazy->active)
    plan_length (trainer, lazy);
  lazy->trying = lazy->rest == 0 && isfinite (set->residual) && set_limits (trainer, set);
  if (lazy->rest > 0)
    lazy->rest--;
  gram_cpu_lazy_gather (trainer, lazy, FALSE);
  gram_cpu_lazy_rates (trainer, set);
}

/* ---------- the watched pairs and the counts ------------------------------------------------- */

typedef struct
{
  GramCpuTrainer *trainer;
  GramCpuSet *set;
  const guint64 *active; /* (words × n): neurons active on an image */
  gint64 words;
} Begin;

/* The watched pairs of a tile of images, and its words of rows. */
static void
watch_task (gint64 tile, guint worker, gpointer data)
{
  const Begin *begin = data;
  GramCpuTrainer *trainer = begin->trainer;
  GramCpuLazy *lazy = begin->set->lazy;

  for (gint64 i = tile * GRAM_TILE; i < (tile + 1) * GRAM_TILE; i++)
    g_array_set_size (lazy->watch[i], 0);
  for (gint64 r = 0; r < trainer->m; r++)
    for (guint32 near = lazy->near[tile * trainer->neurons + r]; near != 0; near &= near - 1)
      {
        int bit = __builtin_ctz (near);
        gint64 at = (tile * trainer->neurons + r) * GRAM_TILE + bit;
        GramCpuWatch pair = { r, (double) (trainer->start[at] + begin->set->delta[at]) };

        if (tile * GRAM_TILE + bit < trainer->n)
          g_array_append_val (lazy->watch[tile * GRAM_TILE + bit], pair);
      }
}

/* Patterns neuron by neuron, and which neurons are active on an image. */
static void
turn_patterns (GramCpuTrainer *trainer, GramCpuSet *set, guint64 *active, gint64 words)
{
  for (gint64 t = 0; t < trainer->n_tiles; t++)
    for (gint64 r = 0; r < trainer->m; r++)
      {
        guint32 word = set->bits[t * trainer->neurons + r];

        set->lazy->rows[r * trainer->n_tiles + t] = word;
        for (; word != 0; word &= word - 1)
          active[(t * GRAM_TILE + __builtin_ctz (word)) * words + r / 64] |= (guint64) 1
                                                                             << (r % 64);
      }
}

static void
count_task (gint64 tile, guint worker, gpointer data)
{
  const Begin *count = data;
  gint64 n = count->trainer->n_tiles * GRAM_TILE;

  for (gint64 first = 0; first <= tile; first++)
    for (gint64 i = tile * GRAM_TILE; i < (tile + 1) * GRAM_TILE; i++)
      for (gint64 j = first * GRAM_TILE; j < MIN ((first + 1) * GRAM_TILE, i + 1); j++)
        count->set->lazy->counts[i * n + j] = count->set->lazy->counts[j * n + i] =
            (gint32) count->trainer->device->kernels->matches (count->words,
                                                               count->active + i * count->words,
                                                               count->active + j * count->words);
}

/* Σ_r 1_{r,i}1_{r,j} of all pairs of images */
static gboolean
count_all (GramCpuTrainer *trainer, GramCpuSet *set)
{
  Begin count = { trainer, set, NULL, (trainer->m + 63) / 64 };
  guint64 *active =
      gram_try_alloc (8, count.words, trainer->n_tiles * GRAM_TILE, "the patterns", NULL);

  if (active == NULL)
    return FALSE;
  turn_patterns (trainer, set, active, count.words);
  count.active = active;
  gram_cpu_pool_run (trainer->device->training, trainer->n_tiles, count_task, &count);
  gram_free (active);
  return TRUE;
}

/* The flips of the step that ended the last epoch: V was made with the patterns before it. */
static void
last_flips (GramCpuTrainer *trainer, GramCpuSet *set)
{
  for (gint64 t = 0; t < trainer->n_tiles; t++)
    for (gint64 r = 0; r < trainer->m; r++)
      {
        gint64 at = t * trainer->neurons + r;

        for (guint32 flips = set->bits[at] ^ set->next[at]; flips != 0; flips &= flips - 1)
          {
            int bit = __builtin_ctz (flips);
            GramCpuFlip flip = { (gint32) (t * GRAM_TILE + bit), (gint32) r,
                                 set->bits[at] >> bit & 1 ? 1 : -1, 0, 0 };

            if (flip.sample < trainer->n)
              g_array_append_val (set->lazy->flips, flip);
          }
      }
}

static gint64
count_near (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  gint64 count = 0;

  for (gint64 w = 0; w < trainer->n_tiles * trainer->neurons; w++)
    count += __builtin_popcount (lazy->near[w]);
  return count;
}

static void
give_up (GramCpuLazy *lazy)
{
  lazy->active = lazy->trying = lazy->counted = FALSE;
  g_array_set_size (lazy->flips, 0);
  lazy->planned = GRAM_CPU_LAZY_FIRST_PLAN;
  lazy->rest = lazy->pause;
  lazy->pause = MIN (2 * lazy->pause, LONGEST_PAUSE);
}

/* Whether an epoch of the planned length is worth it. If one of half the length is, which watches
 * about half as many pairs, that is tried next. */
static gboolean
choose (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  double length = (double) lazy->planned, watched = (double) lazy->watched;
  double flips = lazy->flips->len;

  if (gram_cpu_lazy_is_worth (trainer, length, watched, flips))
    return TRUE;
  for (gint64 part = 2; lazy->planned / part >= SHORTEST_PLAN; part *= 2)
    if (gram_cpu_lazy_is_worth (trainer, length / (double) part, watched / (double) part, flips))
      {
        gint64 planned = lazy->planned / part, pause = lazy->pause;

        give_up (lazy);
        lazy->planned = planned;
        lazy->pause = pause;
        lazy->rest = 0;
        return FALSE;
      }
  give_up (lazy);
  return FALSE;
}

/**
 * gram_cpu_lazy_begin:
 *
 * After S was brought up to date: an epoch begins if it is worth it.
 */
void
gram_cpu_lazy_begin (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  Begin begin = { .trainer = trainer, .set = set };

  lazy->length = 0;
  lazy->spent = lazy->latest = 0;
  memset (lazy->pending, 0, (gsize) trainer->n * sizeof (double));
  g_array_set_size (lazy->flips, 0);
  lazy->active = FALSE;
  if (!lazy->trying)
    {
      lazy->counted = FALSE;
      return;
    }
  lazy->watched = lazy->near_first = count_near (trainer, lazy);
  last_flips (trainer, set);
  if (!choose (trainer, lazy))
    return;
  gram_cpu_pool_run (trainer->device->training, trainer->n_tiles, watch_task, &begin);
  if (lazy->counted)
    gram_cpu_lazy_count (trainer, set, 0);
  else if (!count_all (trainer, set))
    {
      give_up (lazy);
      return;
    }
  lazy->counted = lazy->active = TRUE;
  lazy->pause = 1;
}
