/* gram-cpu-lazy.c: steps that do not touch S, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-lazy.h"

#include <math.h>
#include <string.h>

/* ---------- rows of K ------------------------------------------------------------------------ */

typedef struct
{
  GramCpuTrainer *trainer;
  GramCpuSet *set;
  const float *r, *d;
  gboolean advance; /* the watched pairs too */
} Rows;

/* The watched pairs of image i by one step; those whose sign is not their pattern are found. */
static void
advance_watched (const Rows *rows, gint64 i, GArray *found)
{
  GramCpuTrainer *trainer = rows->trainer;
  GramCpuLazy *lazy = rows->set->lazy;
  GArray *watch = lazy->watch[i];
  const float *k = trainer->gram + i * trainer->n_tiles * GRAM_TILE;
  double rate = gram_cpu_rate (trainer);

  for (guint w = 0; w < watch->len; w++)
    {
      GramCpuWatch *pair = &g_array_index (watch, GramCpuWatch, w);
      const guint32 *bits = lazy->rows + pair->neuron * trainer->n_tiles;
      gint32 on = bits[i / GRAM_TILE] >> (i % GRAM_TILE) & 1;

      pair->s -= rate * (double) trainer->a[pair->neuron]
                 * trainer->device->kernels->masked_dot (trainer->n_tiles, bits, k, rows->r);
      if ((pair->s >= 0) != on)
        {
          GramCpuFlip flip = { (gint32) i, pair->neuron, -1, on ? -1 : 1, 0, pair->s };

          g_array_append_val (found, flip);
        }
    }
}

static void
rows_task (gint64 task, guint worker, gpointer data)
{
  const Rows *rows = data;
  GramCpuTrainer *trainer = rows->trainer;
  GramCpuLazy *lazy = rows->set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE, first = task * GRAM_CPU_LAZY_ROWS;
  float *z = lazy->partial + worker * n;
  double *out = lazy->product + task * n;

  memset (z, 0, (gsize) n * sizeof (float));
  for (gint64 i = first; i < MIN (first + GRAM_CPU_LAZY_ROWS, trainer->n); i++)
    {
      trainer->device->kernels->overlap_row (n, trainer->gram + i * n, lazy->counts + i * n,
                                             rows->r, rows->r[i], rows->d, z, lazy->sums + 3 * i);
      if (rows->advance)
        advance_watched (rows, i, lazy->found[task]);
    }
  for (gint64 j = 0; j < n; j++)
    out[j] = (double) z[j];
}

static gint64
row_tasks (const GramCpuTrainer *trainer)
{
  return (trainer->n + GRAM_CPU_LAZY_ROWS - 1) / GRAM_CPU_LAZY_ROWS;
}

static void
run_rows (GramCpuTrainer *trainer, GramCpuSet *set, const double *d, gboolean advance)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE;
  float *r = lazy->narrow + n, *off = lazy->narrow + 2 * n;
  Rows rows = { trainer, set, r, off, advance };

  for (gint64 j = 0; j < trainer->n; j++)
    {
      r[j] = (float) set->r[j];
      off[j] = (float) d[j];
    }
  for (gint64 t = 0; t < row_tasks (trainer); t++)
    g_array_set_size (lazy->found[t], 0);
  gram_cpu_pool_run (trainer->device->training, row_tasks (trainer), rows_task, &rows);
}

/**
 * gram_cpu_lazy_rows:
 * @d: (n)
 *
 * What D = @d can do to s, from K alone: rows of lazy->sums.
 */
void
gram_cpu_lazy_rows (GramCpuTrainer *trainer, GramCpuSet *set, const double *d)
{
  run_rows (trainer, set, d, FALSE);
}

/* ---------- flips ---------------------------------------------------------------------------- */

/**
 * gram_cpu_lazy_count_flip:
 *
 * Turns the pattern of neuron @r on image @i over in rows and counts.
 */
void
gram_cpu_lazy_count_flip (GramCpuTrainer *trainer, GramCpuSet *set, gint64 i, gint64 r)
{
  GramCpuLazy *lazy = set->lazy;
  guint32 *bits = lazy->rows + r * trainer->n_tiles, bit = 1u << (i % GRAM_TILE);
  gint32 *counts = lazy->counts + i * trainer->n_tiles * GRAM_TILE;
  gboolean on = (bits[i / GRAM_TILE] & bit) != 0;

  bits[i / GRAM_TILE] &= ~bit;
  trainer->device->kernels->count_row (trainer->n_tiles, bits, on ? -2 : 2, counts);
  counts[i] += on ? -1 : 1;
  if (!on)
    bits[i / GRAM_TILE] |= bit;
}

/**
 * gram_cpu_lazy_flipped:
 * @flip: with R of its sample
 *
 * What a flip does to the bounds of its neuron.
 */
void
gram_cpu_lazy_flipped (GramCpuTrainer *trainer, GramCpuSet *set, const GramCpuFlip *flip)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 j = flip->sample;
  GramCpuFlip kept = *flip;
  double off = fabs (lazy->pending[j] - lazy->tau * lazy->base[j]);

  kept.previous = lazy->last_flip[flip->neuron];
  lazy->last_flip[flip->neuron] = (gint32) lazy->flips->len;
  g_array_append_val (lazy->flips, kept);
  lazy->extra[flip->neuron] +=
      (float) (gram_cpu_rate (trainer) * trainer->gram_max
               * ((lazy->tau_limit - lazy->tau) * fabs (lazy->base[j]) + lazy->limit[j] + off));
}

/* s of a pair now: S, R, the patterns and the flips of its neuron */
static double
exact (GramCpuTrainer *trainer, GramCpuSet *set, gint64 i, gint64 r)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE;
  gint64 at = (i / GRAM_TILE * trainer->neurons + r) * GRAM_TILE + i % GRAM_TILE;
  const float *k = trainer->gram + i * n;
  double sum =
      trainer->device->kernels->masked_dot (trainer->n_tiles, lazy->rows + r * trainer->n_tiles, k,
                                            lazy->narrow);

  for (gint32 f = lazy->last_flip[r]; f >= 0;)
    {
      const GramCpuFlip *flip = &g_array_index (lazy->flips, GramCpuFlip, f);

      sum -= flip->sign * flip->total * (double) k[flip->sample];
      f = flip->previous;
    }
  return (double) (trainer->start[at] + set->delta[at])
         - gram_cpu_rate (trainer) * (double) trainer->a[r] * sum;
}

/* Watches the pairs of neuron r that its new level lets reach zero. */
static void
widen_neuron (GramCpuTrainer *trainer, GramCpuSet *set, gint64 r)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 block = r / trainer->block_size, first = block * trainer->block_size;
  gint64 count = MIN (trainer->block_size, trainer->neurons - first);
  float limits[GRAM_TILE];

  lazy->level[r] = 2 * lazy->extra[r];
  for (gint64 t = 0; t < trainer->n_tiles; t++)
    {
      gint64 at = t * trainer->neurons + r;
      const float *sums = lazy->velocity + (t * trainer->neurons + first) * GRAM_TILE;
      guint32 near;

      for (int i = 0; i < GRAM_TILE; i++)
        limits[i] = lazy->allowance[t * GRAM_TILE + i] + lazy->level[r];
      trainer->device->kernels->near_zero (1, trainer->a + r, sums + (r - first) * GRAM_HALF,
                                           count * GRAM_HALF, trainer->start + at * GRAM_TILE,
                                           set->delta + at * GRAM_TILE, (float) lazy->tau_limit,
                                           limits, &near);
      near &= ~lazy->near[at];
      lazy->near[at] |= near;
      for (; near != 0; near &= near - 1)
        {
          gint64 i = t * GRAM_TILE + __builtin_ctz (near);
          GramCpuWatch pair = { (gint32) r, 0 };

          if (i >= trainer->n)
            continue;
          pair.s = exact (trainer, set, i, r);
          g_array_append_val (lazy->watch[i], pair);
          lazy->watched++;
        }
    }
}

/**
 * gram_cpu_lazy_widen:
 * @first: the first of the flips that are new
 *
 * Watches more pairs of the neurons whose flips exceed what they were chosen with.
 */
void
gram_cpu_lazy_widen (GramCpuTrainer *trainer, GramCpuSet *set, gint64 first)
{
  GramCpuLazy *lazy = set->lazy;

  for (gint64 j = 0; j < trainer->n; j++)
    lazy->narrow[j] = (float) lazy->pending[j];
  for (gint64 f = first; f < lazy->flips->len; f++)
    {
      gint64 r = g_array_index (lazy->flips, GramCpuFlip, f).neuron;

      if (lazy->extra[r] > lazy->level[r])
        widen_neuron (trainer, set, r);
    }
}

/* Takes the flips that the rows found into u, the patterns, the spells and the bounds. */
static void
take_flips (GramCpuTrainer *trainer, GramCpuSet *set, double *u)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 first = lazy->flips->len;

  for (gint64 t = 0; t < row_tasks (trainer); t++)
    for (guint f = 0; f < lazy->found[t]->len; f++)
      {
        GramCpuFlip *flip = &g_array_index (lazy->found[t], GramCpuFlip, f);
        gint64 i = flip->sample, r = flip->neuron;
        gint64 at = i / GRAM_TILE * trainer->neurons + r;

        flip->total = lazy->pending[i];
        u[i] += (double) trainer->a[r] * fabs (flip->s) / sqrt ((double) trainer->m);
        gram_cpu_lazy_count_flip (trainer, set, i, r);
        set->bits[at] ^= 1u << (i % GRAM_TILE);
        set->spells[at * GRAM_TILE + i % GRAM_TILE] -= (float) (flip->sign * set->total[i]);
        gram_cpu_lazy_flipped (trainer, set, flip);
      }
  gram_cpu_lazy_widen (trainer, set, first);
}

/* ---------- a step --------------------------------------------------------------------------- */

/* Whether R is still near enough to a multiple of b; makes D. */
static gboolean
within_limits (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  double dot = 0, tau;

  for (gint64 j = 0; j < trainer->n; j++)
    dot += lazy->pending[j] * lazy->base[j];
  tau = dot / lazy->base_square;
  if (!(tau >= lazy->tau && tau <= lazy->tau_limit))
    return FALSE;
  lazy->tau = tau;
  for (gint64 j = 0; j < trainer->n; j++)
    {
      lazy->drift[j] = lazy->pending[j] - tau * lazy->base[j];
      if (!(fabs (lazy->drift[j]) <= lazy->limit[j]))
        return FALSE;
    }
  return TRUE;
}

/* max(Σ[·]₊, Σ[·]₋) of the terms whose sum of magnitudes and sum are given, and some rounding */
static gboolean
within_allowance (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  double rate = gram_cpu_rate (trainer) * (1 + 1e-4) / 2;

  for (gint64 i = 0; i < trainer->n; i++)
    if (!(rate * (lazy->sums[3 * i + 1] + fabs (lazy->sums[3 * i + 2]))
          <= (double) lazy->allowance[i]))
      return FALSE;
  return TRUE;
}

/**
 * gram_cpu_lazy_step:
 *
 * u(k+1) = u(k) − ηH(k)r and what the flips of this step add. R is that of k + 1 already.
 *
 * Returns: %FALSE when the step has to bring S up to date; nothing that outlasts the epoch was
 *   changed then
 */
gboolean
gram_cpu_lazy_step (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE, tasks = row_tasks (trainer);
  double scale = trainer->spec.eta / (2 * (double) trainer->m);

  if (lazy->length > lazy->planned || !within_limits (trainer, lazy))
    return FALSE;
  run_rows (trainer, set, lazy->drift, TRUE);
  if (!within_allowance (trainer, lazy))
    return FALSE;
  for (gint64 i = 0; i < trainer->n; i++)
    {
      double sum = lazy->sums[3 * i];

      for (gint64 t = 0; t < tasks; t++)
        sum += lazy->product[t * n + i];
      set->u[i] -= scale * sum;
    }
  take_flips (trainer, set, set->u);
  gram_cpu_set_finish (trainer, set, set->u);
  lazy->steps++;
  return TRUE;
}
