/* gram-cpu-trainer-step.c: one step of Eq 5, in weight space or in sample space
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-trainer.h"

#include <math.h>
#include <string.h>

#include "gram-cpu-forward.h"
#include "gram-cpu-lazy.h"
#include "gram-error.h"

/* Σ_i 1{w_rᵀx_i ≥ 0}·rates_i·panel_i for a block of neurons and 16 outputs, over the samples of
 * some tiles, two tiles at a time; @tiles: (nullable): NULL: 0 … count − 1 */
void
gram_cpu_trainer_mask_sums (GramCpuTrainer *trainer, const GramCpuSet *set, const float *panel,
                            const gint32 *tiles, gint64 n_tiles, gint64 first, gint64 count,
                            float *sums, float *table)
{
  const GramCpuKernels *kernels = trainer->device->kernels;
  /* Small tables pay for few neurons. They round otherwise: by the whole network's width, so that
   * every shard rounds alike. */
  gboolean few = trainer->spec.m <= GRAM_CPU_SMALL;
  gint64 half = few ? GRAM_SMALL_TABLE_FLOATS : GRAM_TABLE_FLOATS;

  memset (sums, 0, (gsize) (count * GRAM_HALF) * sizeof (float));
  for (gint64 q = 0; q < n_tiles; q += 2)
    {
      const guint32 *words[2] = { NULL, NULL };

      for (gint64 i = 0; i < 2 && q + i < n_tiles; i++)
        {
          gint64 t = tiles != NULL ? tiles[q + i] : q + i;

          (few ? kernels->mask_table_small
               : kernels->mask_table) (panel + t * GRAM_TILE * GRAM_HALF,
                                       set->rates + t * GRAM_TILE, table + i * half);
          words[i] = set->bits + t * trainer->neurons + first;
        }
      (few ? kernels->mask_product_small : kernels->mask_product) (count, words[0], words[1], table,
                                                                   sums);
    }
}

/* S ← S(0) + D, D ← D − diag (a)·sums of a block and a tile, unit by unit; u: (32) what the block
 * adds to √m·u */
static void
advance (GramCpuTrainer *trainer, GramCpuSet *set, gint64 tile, gint64 first, gint64 count,
         const float *sums, guint32 *bits, double *u)
{
  memset (u, 0, GRAM_TILE * sizeof (double));
  for (gint64 r = 0; r < count; r += GRAM_SHARD_UNIT)
    {
      gint64 at = (tile * trainer->neurons + first + r) * GRAM_TILE;
      double part[GRAM_TILE] = { 0 };

      trainer->device->kernels->advance (MIN (GRAM_SHARD_UNIT, count - r), trainer->a + first + r,
                                         sums + r * GRAM_HALF, count * GRAM_HALF,
                                         trainer->start + at, set->delta + at,
                                         bits + at / GRAM_TILE, part);
      gram_cpu_forward_round (GRAM_TILE, part);
      for (int i = 0; i < GRAM_TILE; i++)
        u[i] += part[i];
    }
}

/* A bit that changed ends or begins a spell of activity of neuron r on sample i. The residuals of
 * a spell are the difference of the running totals at its ends. */
static void
count_spells (GramCpuSet *set, gint64 tile, gint64 at, gint64 count)
{
  const double *total = set->total + tile * GRAM_TILE;

  for (gint64 r = at; r < at + count; r++)
    for (guint32 flips = set->bits[r] ^ set->next[r]; flips != 0; flips &= flips - 1)
      {
        int i = __builtin_ctz (flips);
        float change = (float) total[i];

        set->spells[r * GRAM_TILE + i] += set->bits[r] >> i & 1 ? change : -change;
      }
}

/* Which pairs can flip in the epoch that begins, and what keeps the others from it; @sums: V/a */
static void
find_margins (GramCpuTrainer *trainer, GramCpuSet *set, gint64 tile, gint64 first, gint64 count,
              const float *sums)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 at = tile * trainer->neurons + first;
  _Alignas(64) float allowance[GRAM_TILE];

  for (gint64 i = 0; i < GRAM_TILE; i++)
    allowance[i] = lazy->allowance[tile * GRAM_TILE + i]
                   + (lazy->idle + GRAM_CPU_LAZY_RESERVE) / lazy->unit_scale;
  trainer->device->kernels->margins (count, trainer->a + first, sums, count * GRAM_HALF,
                                     trainer->start + at * GRAM_TILE, set->delta + at * GRAM_TILE,
                                     (float) lazy->tau_limit, allowance, lazy->unit_scale,
                                     lazy->near + at, lazy->margin + at * GRAM_TILE);
}

/* S ← S − (η/√m)·K·(M∘r)·diag(a), or the same of all steps since S was brought up to date */
static void
samples_task (gint64 task, guint worker, gpointer data)
{
  GramCpuTrainer *trainer = data;
  gint64 block = task % trainer->blocks, tile = task / trainer->blocks % trainer->n_tiles;
  guint s = (guint) (task / trainer->blocks / trainer->n_tiles);
  GramCpuSet *set = &trainer->sets[s];
  GramCpuLazy *lazy = set->lazy;
  gint64 first = block * trainer->block_size;
  gint64 count = MIN (trainer->block_size, trainer->neurons - first);
  gint64 at = tile * trainer->neurons + first, n = trainer->n_tiles * GRAM_TILE;
  float *table = gram_cpu_scratch (trainer, worker), *sums = table + 2 * GRAM_TABLE_FLOATS;
  float *change = sums;
  double *u = trainer->parts + ((s * trainer->blocks + block) * n + tile * GRAM_TILE);

  if (lazy != NULL && !lazy->stale)
    return;
  for (gint64 h = 0; h < 2; h++)
    gram_cpu_trainer_mask_sums (trainer, set, trainer->kernel + (2 * tile + h) * n * GRAM_HALF,
                                NULL, trainer->n_tiles, first, count, sums + h * count * GRAM_HALF,
                                table);
  if (lazy != NULL && lazy->flips->len > 0)
    {
      change = sums + count * GRAM_TILE;
      memcpy (change, sums, (gsize) (count * GRAM_TILE) * sizeof (float));
      gram_cpu_lazy_correct (trainer, lazy, tile, first, count, change, count * GRAM_HALF);
    }
  advance (trainer, set, tile, first, count, change, set->next, u);
  count_spells (set, tile, at, count);
  if (lazy != NULL && lazy->trying)
    find_margins (trainer, set, tile, first, count, sums);
}

/* D ← D − (η/√m)·Xᵀ(M∘r)·diag(a), W = W(0) + D */
static void
weights_task (gint64 task, guint worker, gpointer data)
{
  GramCpuTrainer *trainer = data;
  gint64 block = task % trainer->blocks, tile = task / trainer->blocks % trainer->d_tiles;
  GramCpuSet *set = &trainer->sets[task / trainer->blocks / trainer->d_tiles];
  gint64 first = block * trainer->block_size;
  gint64 count = MIN (trainer->block_size, trainer->neurons - first);
  gint64 at = (tile * trainer->neurons + first) * GRAM_TILE;
  float *table = gram_cpu_scratch (trainer, worker), *sums = table + 2 * GRAM_TABLE_FLOATS;

  for (gint64 h = 2 * tile; h < 2 * tile + 2; h++)
    gram_cpu_trainer_mask_sums (trainer, set,
                                trainer->pixels + h * trainer->n_tiles * GRAM_TILE * GRAM_HALF,
                                trainer->block_tiles + trainer->block_start[h],
                                trainer->block_start[h + 1] - trainer->block_start[h], first, count,
                                sums + h % 2 * count * GRAM_HALF, table);
  trainer->device->kernels->move (count, trainer->a + first, sums, count * GRAM_HALF,
                                  trainer->weights + at, set->moved + at, set->weights + at);
}

/**
 * gram_cpu_trainer_is_whole:
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE after a step broke off between the shards
 */
gboolean
gram_cpu_trainer_is_whole (const GramCpuTrainer *trainer, GError **error)
{
  if (trainer->torn)
    gram_fail (error, GRAM_ERROR_DEVICE, "a step broke off between the parts of the network");
  return !trainer->torn;
}

/**
 * gram_cpu_trainer_sum:
 *
 * u and the residuals of all label sets, of what all shards add to u.
 */
gboolean
gram_cpu_trainer_sum (GramCpuTrainer *trainer, GError **error)
{
  const GramShard *shard = &trainer->spec.shard;
  gint64 n = trainer->n, sets = trainer->spec.n_sets;

  for (gint64 s = 0; shard->count > 0 && s < sets; s++)
    for (gint64 i = 0; i < n; i++)
      trainer->sums[s * n + trainer->order[i]] = trainer->sets[s].own[i];
  trainer->torn = shard->count > 0 && !shard->sum (trainer->sums, n * sets, shard->data, error);
  for (gint64 s = 0; !trainer->torn && s < sets; s++)
    if (shard->count > 0)
      gram_cpu_forward_finish (trainer, &trainer->sets[s], trainer->sums + s * n, trainer->order);
    else
      gram_cpu_forward_finish (trainer, &trainer->sets[s], trainer->sets[s].own, NULL);
  return !trainer->torn;
}

/**
 * gram_cpu_trainer_refresh_weights:
 *
 * What W(k) adds to u, and its patterns.
 */
void
gram_cpu_trainer_refresh_weights (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuForward forward = { .trainer = trainer,
                             .tiles = trainer->n_tiles,
                             .k = trainer->d_used,
                             .panel = trainer->images,
                             .sparse = gram_cpu_is_sparse (trainer),
                             .weights = set->weights,
                             .bits = set->bits };

  gram_cpu_forward (&forward, set->own);
}

/* Whether S of this set was not touched by this step. */
static gboolean
waits (const GramCpuSet *set)
{
  return set->lazy != NULL && !set->lazy->stale;
}

/* What the neurons here add to u, from the partial sums of all blocks, in their order. */
static void
samples_finish (GramCpuTrainer *trainer)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;

  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      GramCpuSet *set = &trainer->sets[s];
      const double *parts = trainer->parts + s * trainer->blocks * n;

      if (waits (set))
        continue;
      memcpy (set->own, parts, (gsize) n * sizeof (double));
      for (gint64 b = 1; b < trainer->blocks; b++)
        for (gint64 i = 0; i < n; i++)
          set->own[i] += parts[b * n + i];
    }
}

static void
samples_swap (GramCpuTrainer *trainer)
{
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      guint32 *bits = trainer->sets[s].bits;

      if (waits (&trainer->sets[s]))
        continue;
      trainer->sets[s].bits = trainer->sets[s].next;
      trainer->sets[s].next = bits;
    }
}

/**
 * gram_cpu_trainer_refresh_samples:
 *
 * What S(0) + Δ adds to u, and its patterns, after Δ was restored, by the same sums as a step makes
 * them.
 */
void
gram_cpu_trainer_refresh_samples (GramCpuTrainer *trainer)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;
  float *sums = gram_cpu_scratch (trainer, 0);

  for (guint s = 0; s < trainer->spec.n_sets; s++)
    if (trainer->sets[s].lazy != NULL)
      trainer->sets[s].lazy->stale = TRUE; /* as after a step that brought S up to date */
  memset (sums, 0, (gsize) (trainer->block_size * GRAM_TILE) * sizeof (float));
  for (gint64 task = 0; task < trainer->spec.n_sets * trainer->n_tiles * trainer->blocks; task++)
    {
      gint64 block = task % trainer->blocks, tile = task / trainer->blocks % trainer->n_tiles;
      gint64 s = task / trainer->blocks / trainer->n_tiles;
      gint64 first = block * trainer->block_size;
      gint64 count = MIN (trainer->block_size, trainer->neurons - first);

      advance (trainer, &trainer->sets[s], tile, first, count, sums, trainer->sets[s].bits,
               trainer->parts + (s * trainer->blocks + block) * n + tile * GRAM_TILE);
    }
  samples_finish (trainer);
}

/* Adds r(k) to the sums of residuals; a step that does not touch S ends here. */
static gboolean
begin_step (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;

  for (gint64 i = 0; i < trainer->n; i++)
    set->total[i] += set->r[i];
  if (lazy == NULL)
    return FALSE;
  for (gint64 i = 0; i < trainer->n; i++)
    {
      lazy->pending[i] += set->r[i];
      lazy->change[i] = set->r[i] - lazy->last[i];
      lazy->last[i] = set->r[i];
    }
  lazy->length++;
  lazy->stale = !lazy->active || !gram_cpu_lazy_step (trainer, set);
  if (lazy->stale)
    gram_cpu_lazy_prepare (trainer, set);
  return !lazy->stale;
}

static gboolean
step_samples (GramCpuTrainer *trainer, GError **error)
{
  guint sets = trainer->spec.n_sets, done = 0;

  for (guint s = 0; s < sets; s++)
    done += begin_step (trainer, &trainer->sets[s]);
  if (done == sets)
    return gram_cpu_trainer_sum (trainer, error);
  gram_cpu_pool_run (trainer->device->training, sets * trainer->n_tiles * trainer->blocks,
                     samples_task, trainer);
  samples_swap (trainer);
  samples_finish (trainer);
  for (guint s = 0; s < sets; s++)
    if (trainer->sets[s].lazy != NULL && trainer->sets[s].lazy->stale)
      gram_cpu_lazy_begin (trainer, &trainer->sets[s]);
  return gram_cpu_trainer_sum (trainer, error);
}

static gboolean
step_weights (GramCpuTrainer *trainer, GError **error)
{
  gram_cpu_pool_run (trainer->device->training,
                     trainer->spec.n_sets * trainer->d_tiles * trainer->blocks, weights_task,
                     trainer);
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    gram_cpu_trainer_refresh_weights (trainer, &trainer->sets[s]);
  return gram_cpu_trainer_sum (trainer, error);
}

gboolean
gram_cpu_trainer_step (gpointer data, gint64 count, double *residuals, const GramJob *job,
                       GError **error)
{
  GramCpuTrainer *trainer = data;
  guint sets = trainer->spec.n_sets;

  if (!gram_cpu_trainer_is_whole (trainer, error))
    return FALSE;
  for (gint64 k = 0; k < count; k++)
    {
      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      trainer->step++;
      if (!(gram_cpu_in_samples (trainer) ? step_samples : step_weights) (trainer, error))
        return FALSE;
      for (guint s = 0; s < sets; s++)
        residuals[k * sets + s] = trainer->sets[s].residual;
    }
  return TRUE;
}
