/* gram-cpu-trainer-observe.c: what a network looks like after k steps
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-trainer.h"

#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-cpu-forward.h"
#include "gram-cpu-lazy.h"
#include "gram-size.h"

/* Tasks of a block of neurons, each with sums of its own: no bit depends on threads. */
#define DISTANCE_PARTS 16

typedef struct
{
  GramCpuTrainer *trainer;
  GramCpuSet *set;
  double *squares; /* (neurons × DISTANCE_PARTS) ‖w_r(k) − w_r(0)‖² */
  float *W;        /* (d × m) */
  gint64 ldw;
  gboolean waits; /* S */
} Observe;

/* K·(M∘R) of a tile and a block while S waits, in two planes. @work: tables */
static void
sums_meanwhile (GramCpuTrainer *trainer, GramCpuSet *set, gint64 tile, gint64 first, gint64 count,
                float *sums, float *work)
{
  gint64 n = trainer->n_tiles * GRAM_TILE, plane = count * GRAM_HALF;

  for (gint64 h = 0; h < 2; h++)
    gram_cpu_trainer_mask_sums (trainer, set, trainer->kernel + (2 * tile + h) * n * GRAM_HALF,
                                NULL, trainer->n_tiles, first, count, sums + h * plane, work);
  gram_cpu_lazy_correct (trainer, set->lazy, tile, first, count, sums, plane);
}

/* S(k) − S(0) of a tile and a chunk while S waits. @sums: those of the chunk's first neuron */
static void
moved_meanwhile (const Observe *observe, gint64 tile, gint64 first, gint64 count, const float *sums,
                 gint64 plane, float *out)
{
  const GramCpuTrainer *trainer = observe->trainer;
  const float *delta = observe->set->delta + (tile * trainer->neurons + first) * GRAM_TILE;

  for (gint64 r = 0; r < count; r++)
    for (gint64 i = 0; i < GRAM_TILE; i++)
      out[r * GRAM_TILE + i] =
          delta[r * GRAM_TILE + i]
          - trainer->a[first + r] * sums[i / GRAM_HALF * plane + r * GRAM_HALF + i % GRAM_HALF];
}

/* In sample space ‖Δw_r‖² = c_rᵀKc_r = ⟨c_r, s_r(k) − s_r(0)⟩, c_r the coefficients of the images.
 */
static void
distance_task (gint64 task, guint worker, gpointer data)
{
  Observe *observe = data;
  GramCpuTrainer *trainer = observe->trainer;
  GramCpuSet *set = observe->set;
  gint64 first = task % trainer->blocks * trainer->block_size, part = task / trainer->blocks;
  gint64 size = MIN (trainer->block_size, trainer->neurons - first);
  float *table = gram_cpu_scratch (trainer, worker), *sums = table + 2 * GRAM_TABLE_FLOATS;
  float *c = sums + size * GRAM_TILE, *moved = c + GRAM_CPU_CHUNK * GRAM_TILE;
  gboolean samples = set->delta != NULL;
  gint64 tiles = samples ? trainer->n_tiles : trainer->d_tiles;

  for (gint64 t = part * tiles / DISTANCE_PARTS; t < (part + 1) * tiles / DISTANCE_PARTS; t++)
    {
      if (observe->waits)
        sums_meanwhile (trainer, set, t, first, size, sums, table);
      for (gint64 r = 0; r < size; r += GRAM_CPU_CHUNK)
        {
          gint64 count = MIN (GRAM_CPU_CHUNK, size - r);
          gint64 at = (t * trainer->neurons + first + r) * GRAM_TILE;
          const float *x = samples ? set->delta + at : set->moved + at;

          if (samples)
            gram_cpu_forward_coefficients (trainer, set, t, first + r, count, c);
          if (observe->waits)
            {
              moved_meanwhile (observe, t, first + r, count, sums + r * GRAM_HALF, size * GRAM_HALF,
                               moved);
              x = moved;
            }
          trainer->device->kernels->dots (count, x, samples ? c : x,
                                          observe->squares + part * trainer->neurons + first + r);
        }
    }
}

static void
observe_distance (GramCpuTrainer *trainer, GramCpuSet *set, GramObservation *observation)
{
  g_autofree double *squares = g_new0 (double, trainer->neurons *DISTANCE_PARTS);
  Observe observe = { trainer, set, squares, NULL, 0, FALSE };
  double sum = 0, largest = 0;

  if (set->lazy != NULL && set->lazy->active)
    {
      observe.waits = TRUE;
      gram_cpu_lazy_gather (trainer, set->lazy, FALSE);
      gram_cpu_lazy_rates (trainer, set);
    }
  gram_cpu_pool_run (trainer->device->training, trainer->blocks * DISTANCE_PARTS, distance_task,
                     &observe);
  for (gint64 r = 0; r < trainer->m; r++)
    {
      double square = 0;

      for (gint64 part = 0; part < DISTANCE_PARTS; part++)
        square += squares[part * trainer->neurons + r];
      /* Rounding may leave a neuron that did not move a hair below zero. */
      square = square < 0 ? 0 : square;
      sum += square;
      largest = MAX (largest, square);
    }
  observation->distance = sqrt (sum);
  observation->distance_max = sqrt (largest);
}

static double
flipped (GramCpuTrainer *trainer, GramCpuSet *set)
{
  gint64 words = trainer->n_tiles * trainer->neurons, count = 0;

  for (gint64 i = 0; i < words; i++)
    count += __builtin_popcount (set->bits[i] ^ trainer->bits[i]);
  return (double) count / ((double) trainer->n * (double) trainer->spec.m);
}

static void
observe_test (GramCpuTrainer *trainer, GramCpuSet *set, double *u_test)
{
  GramCpuForward forward = { .trainer = trainer,
                             .tiles = trainer->test_tiles,
                             .k = trainer->d_used,
                             .panel = trainer->tests,
                             .weights = set->weights,
                             .set = set };
  g_autofree double *u = g_new (double, trainer->test_tiles *GRAM_TILE);

  if (set->delta != NULL)
    {
      forward.k = trainer->n_tiles * GRAM_TILE;
      forward.panel = trainer->cross;
      forward.base = trainer->test_start;
    }
  gram_cpu_forward (&forward, u);
  for (gint64 i = 0; i < trainer->n_test; i++)
    u_test[i] = gram_cpu_starts_at_zero (trainer) ? 0 : u[i] / sqrt ((double) trainer->spec.m);
}

gboolean
gram_cpu_trainer_observe (gpointer data, guint index, GramObserveFlags flags,
                          GramObservation *observation, GError **error)
{
  GramCpuTrainer *trainer = data;
  GramCpuSet *set = &trainer->sets[index];

  if (!gram_cpu_trainer_is_whole (trainer, error))
    return FALSE;
  observation->step = trainer->step;
  observation->residual = set->residual;
  observation->formulation = trainer->plan.formulation;
  observation->lazy_steps = set->lazy != NULL ? set->lazy->steps : 0;
  for (gint64 i = 0; observation->u != NULL && i < trainer->n; i++)
    observation->u[trainer->order[i]] = set->u[i];
  if ((flags & GRAM_OBSERVE_FLIPPED) != 0)
    observation->flipped = flipped (trainer, set);
  if ((flags & GRAM_OBSERVE_DISTANCE) != 0)
    observe_distance (trainer, set, observation);
  if ((flags & GRAM_OBSERVE_TEST) != 0 && observation->u_test != NULL && trainer->n_test > 0)
    observe_test (trainer, set, observation->u_test);
  return TRUE;
}

/* Two half panels of @n rows as one panel. */
static void
join_halves (const float *halves, gint64 n, float *panel)
{
  for (gint64 i = 0; i < n; i++)
    {
      memcpy (panel + i * GRAM_TILE, halves + i * GRAM_HALF, GRAM_HALF * sizeof (float));
      memcpy (panel + i * GRAM_TILE + GRAM_HALF, halves + (n + i) * GRAM_HALF,
              GRAM_HALF * sizeof (float));
    }
}

/* W(k) of a chunk of neurons: W(0) drawn again, and what was added to the used pixels. */
static void
weights_task (gint64 chunk, guint worker, gpointer data)
{
  Observe *observe = data;
  GramCpuTrainer *trainer = observe->trainer;
  GramCpuSet *set = observe->set;
  gint64 first = chunk * GRAM_CPU_CHUNK, count = MIN (GRAM_CPU_CHUNK, trainer->neurons - first);
  gint64 n = trainer->n_tiles * GRAM_TILE, real = MIN (count, trainer->m - first);
  float *out = gram_cpu_scratch (trainer, worker), *c = out + GRAM_CPU_CHUNK * GRAM_TILE;
  float *panel = c + n * GRAM_CPU_CHUNK;

  gram_network_weights (&trainer->spec, first, real, observe->W + first * observe->ldw,
                        observe->ldw);
  for (gint64 t = 0; set->delta != NULL && t < trainer->n_tiles; t++)
    gram_cpu_forward_coefficients (trainer, set, t, first, count, c + t * count * GRAM_TILE);
  for (gint64 t = 0; t < trainer->d_tiles; t++)
    {
      const float *moved = out;

      if (set->delta != NULL)
        {
          join_halves (trainer->pixels + 2 * t * n * GRAM_HALF, n, panel);
          trainer->device->kernels->product (n, panel, c, count * GRAM_TILE, count, out);
        }
      else
        moved = set->moved + (t * trainer->neurons + first) * GRAM_TILE;
      for (gint64 r = 0; r < real; r++)
        for (gint64 j = t * GRAM_TILE; j < MIN ((t + 1) * GRAM_TILE, trainer->d_used); j++)
          observe->W[(first + r) * observe->ldw + trainer->used[j]] +=
              moved[r * GRAM_TILE + j % GRAM_TILE];
    }
}

gboolean
gram_cpu_trainer_weights (gpointer data, guint set, float *W, gint64 ldw, GError **error)
{
  GramCpuTrainer *trainer = data;
  Observe observe = { trainer, &trainer->sets[set], NULL, W, ldw, FALSE };

  if (!gram_cpu_trainer_is_whole (trainer, error))
    return FALSE;
  gram_cpu_pool_run (trainer->device->training, trainer->chunks, weights_task, &observe);
  return TRUE;
}

gboolean
gram_cpu_trainer_pattern (gpointer data, guint set, guint8 *bits, GError **error)
{
  GramCpuTrainer *trainer = data;
  const guint32 *words = trainer->sets[set].bits;
  gint64 bytes = (trainer->n + 7) / 8;

  memset (bits, 0, (gsize) (trainer->m * bytes));
  for (gint64 r = 0; r < trainer->m; r++)
    for (gint64 i = 0; i < trainer->n; i++)
      if (words[i / GRAM_TILE * trainer->neurons + r] >> (i % GRAM_TILE) & 1)
        bits[r * bytes + trainer->order[i] / 8] |= (guint8) (1 << trainer->order[i] % 8);
  return TRUE;
}

/* ---------- H(k), number 18 ------------------------------------------------------------------ */

typedef struct
{
  GramCpuTrainer *trainer;
  guint64 *active; /* (words × n): neurons active on a sample */
  gint64 words;
  double *H;
  gint64 ldh;
} Gram;

static void
collect_active (Gram *gram, const guint32 *bits)
{
  GramCpuTrainer *trainer = gram->trainer;

  for (gint64 t = 0; t < trainer->n_tiles; t++)
    for (gint64 r = 0; r < trainer->m; r++)
      for (guint32 word = bits[t * trainer->neurons + r]; word != 0; word &= word - 1)
        {
          gint64 i = t * GRAM_TILE + __builtin_ctz (word);

          if (i < trainer->n) /* padding is active too */
            gram->active[trainer->order[i] * gram->words + r / 64] |= (guint64) 1 << (r % 64);
        }
}

static void
gram_task (gint64 task, guint worker, gpointer data)
{
  Gram *gram = data;
  GramCpuTrainer *trainer = gram->trainer;
  gint64 n = trainer->n, j0 = task * GRAM_TILE;

  /* Tiles, so that the rows of patterns are read from the cache. */
  for (gint64 i0 = 0; i0 <= j0; i0 += GRAM_TILE)
    for (gint64 j = j0; j < MIN (j0 + GRAM_TILE, n); j++)
      for (gint64 i = i0; i < MIN (i0 + GRAM_TILE, j + 1); i++)
        {
          gint64 count =
              trainer->device->kernels->matches (gram->words, gram->active + i * gram->words,
                                                 gram->active + j * gram->words);
          double K = gram->H[j * gram->ldh + i];

          gram->H[j * gram->ldh + i] = gram->H[i * gram->ldh + j] =
              K * ((double) count / (double) trainer->spec.m);
        }
}

gboolean
gram_cpu_trainer_gram (gpointer data, guint set, double *H, gint64 ldh, GError **error)
{
  GramCpuTrainer *trainer = data;
  gint64 d = trainer->d_used, n = trainer->n;
  Gram gram = { trainer, NULL, (trainer->m + 63) / 64, H, ldh };
  double *X;

  gram.active = gram_try_alloc (8, gram.words, trainer->n_tiles * GRAM_TILE, "the patterns", error);
  X = gram.active != NULL ? gram_try_alloc (sizeof (double), MAX (d, 1), n, "the images", error)
                          : NULL;
  for (gint64 i = 0; X != NULL && i < n; i++)
    for (gint64 j = 0; j < d; j++)
      X[trainer->order[i] * d + j] =
          trainer->pixels[(j / GRAM_HALF * trainer->n_tiles * GRAM_TILE + i) * GRAM_HALF
                          + j % GRAM_HALF];
  if (X != NULL)
    {
      collect_active (&gram, trainer->sets[set].bits);
      /* K of the images as the trainer has them, float32, with products and sums in float64. */
      cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, n, n, d, 1, X, MAX (d, 1), X,
                   MAX (d, 1), 0, H, ldh);
      gram_cpu_pool_run (trainer->device->training, trainer->n_tiles, gram_task, &gram);
    }
  gram_free (X);
  gram_free (gram.active);
  return X != NULL;
}
