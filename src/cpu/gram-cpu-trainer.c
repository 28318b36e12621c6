/* gram-cpu-trainer.c: making a trainer: its memory and its start
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-trainer.h"

#include <string.h>

#include "gram-cpu-forward.h"
#include "gram-cpu-lazy.h"
#include "gram-cpu-network.h"
#include "gram-size.h"

static void
set_free (GramCpuTrainer *trainer, GramCpuSet *set)
{
  gram_cpu_lazy_free (trainer, set->lazy);
  gram_free (set->moved);
  gram_free (set->weights);
  gram_free (set->delta);
  gram_free (set->spells);
  g_free (set->total);
  gram_free (set->next);
  gram_free (set->bits);
  g_free (set->own);
  g_free (set->u);
  g_free (set->r);
  gram_free (set->rates);
}

void
gram_cpu_trainer_free (gpointer data)
{
  GramCpuTrainer *trainer = data;
  gpointer arrays[] = { trainer->offsets,    trainer->block_tiles, trainer->a,     trainer->Y,
                        trainer->images,     trainer->pixels,      trainer->tests, trainer->weights,
                        trainer->kernel,     trainer->gram,        trainer->cross, trainer->start,
                        trainer->test_start, trainer->bits,        trainer->parts, trainer->sums,
                        trainer->scratch };

  for (guint s = 0; trainer->sets != NULL && s < trainer->spec.n_sets; s++)
    set_free (trainer, &trainer->sets[s]);
  g_free (trainer->order);
  g_free (trainer->used);
  g_free (trainer->image_start);
  g_free (trainer->block_start);
  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    gram_free (arrays[i]);
  g_free (trainer->sets);
  g_free (trainer);
}

static gboolean
alloc_floats (float **out, gint64 rows, gint64 columns, const char *what, GError **error)
{
  *out = gram_try_alloc (sizeof (float), rows, columns, what, error);
  return *out != NULL;
}

static gboolean
set_alloc (GramCpuTrainer *trainer, GramCpuSet *set, GError **error)
{
  gint64 n = trainer->n_tiles * GRAM_TILE, words = trainer->n_tiles * trainer->neurons;
  gint64 d = trainer->d_tiles * GRAM_TILE;
  gboolean samples = gram_cpu_in_samples (trainer);
  float **big[2] = { &set->moved, &set->weights };

  if (samples)
    big[0] = &set->delta, big[1] = &set->spells;
  set->own = g_new0 (double, n);
  set->u = g_new0 (double, n);
  set->r = g_new0 (double, n);
  set->total = g_new0 (double, n);
  return alloc_floats (big[0], samples ? n : d, trainer->neurons, "a label set's network", error)
         && alloc_floats (big[1], samples ? n : d, trainer->neurons, "a label set's network", error)
         && alloc_floats (&set->rates, n, 1, "the residuals", error)
         && (set->bits = gram_try_alloc (4, words, 1, "the patterns", error)) != NULL
         && (!samples || (set->next = gram_try_alloc (4, words, 1, "the patterns", error)) != NULL);
}

static gboolean
shared_alloc (GramCpuTrainer *trainer, GError **error)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;
  gint64 tiles = MAX (trainer->n_tiles, trainer->test_tiles);
  gboolean samples = gram_cpu_in_samples (trainer);
  gboolean lazy = trainer->plan.formulation == GRAM_FORMULATION_LAZY;
  gint64 sums = ((lazy ? 2 : 1) * trainer->block_size + 3 * GRAM_CPU_CHUNK) * GRAM_TILE
                + 2 * GRAM_TABLE_FLOATS;
  gint64 made = GRAM_CPU_CHUNK * GRAM_TILE + (samples ? n * (GRAM_CPU_CHUNK + GRAM_TILE) : 0);
  gint64 parts = MAX (trainer->chunks, trainer->blocks * trainer->spec.n_sets);

  if (trainer->spec.shard.count > 0)
    trainer->sums = g_new0 (double, trainer->n * trainer->spec.n_sets);
  trainer->scratch_size = MAX (sums, made);
  if (lazy)
    trainer->scratch_size = MAX (trainer->scratch_size, n * GRAM_TILE + trainer->block_size);
  return (trainer->parts =
              gram_try_alloc (sizeof (double), parts, tiles * GRAM_TILE, "partial sums", error))
             != NULL
         && alloc_floats (&trainer->scratch, trainer->scratch_size,
                          gram_cpu_pool_get_threads (trainer->device->training), "scratch", error)
         && (trainer->bits =
                 gram_try_alloc (4, trainer->n_tiles, trainer->neurons, "the patterns", error))
                != NULL
         && (trainer->Y =
                 gram_try_alloc (sizeof (double), n, trainer->spec.n_sets, "the labels", error))
                != NULL;
}

static GramCpuTrainer *
trainer_shape (GramCpuDevice *device, const GramTrainerSpec *spec, const GramTrainerPlan *plan)
{
  GramCpuTrainer *trainer = g_new0 (GramCpuTrainer, 1);
  gint64 units;

  trainer->device = device;
  trainer->spec = *spec;
  trainer->spec.Y = NULL;
  trainer->spec.train = (GramSamples){ .n = spec->train.n, .d = spec->train.d };
  trainer->spec.test = (GramSamples){ .n = spec->test.n };
  trainer->plan = *plan;
  trainer->n = spec->train.n;
  trainer->n_test = spec->test.n;
  trainer->d = spec->train.d;
  trainer->m = gram_network_count (spec);
  trainer->d_used = plan->d_used;
  trainer->n_tiles = (trainer->n + GRAM_TILE - 1) / GRAM_TILE;
  trainer->test_tiles = (trainer->n_test + GRAM_TILE - 1) / GRAM_TILE;
  trainer->d_tiles = (trainer->d_used + GRAM_TILE - 1) / GRAM_TILE;
  trainer->neurons = (trainer->m + 15) / 16 * 16;
  units = (trainer->neurons + GRAM_SHARD_UNIT - 1) / GRAM_SHARD_UNIT;
  trainer->blocks = (units * GRAM_SHARD_UNIT + GRAM_CPU_BLOCK - 1) / GRAM_CPU_BLOCK;
  trainer->block_size = (units + trainer->blocks - 1) / trainer->blocks * GRAM_SHARD_UNIT;
  trainer->blocks = (trainer->neurons + trainer->block_size - 1) / trainer->block_size;
  trainer->chunks = (trainer->neurons + GRAM_CPU_CHUNK - 1) / GRAM_CPU_CHUNK;
  return trainer;
}

/* u(0) is the same for every label set, of which @u is √m times the part that is made here. */
static void
start_sets (GramCpuTrainer *trainer, const double *u)
{
  gint64 words = trainer->n_tiles * trainer->neurons;

  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      GramCpuSet *set = &trainer->sets[s];

      memcpy (set->bits, trainer->bits, (gsize) words * 4);
      if (set->weights != NULL)
        memcpy (set->weights, trainer->weights,
                (gsize) (trainer->d_tiles * GRAM_TILE * trainer->neurons) * sizeof (float));
      memcpy (set->own, u, (gsize) (trainer->n_tiles * GRAM_TILE) * sizeof (double));
    }
}

static gboolean
evaluate (GramCpuTrainer *trainer, GError **error)
{
  GramCpuForward forward = { .trainer = trainer,
                             .tiles = trainer->n_tiles,
                             .k = trainer->d_used,
                             .panel = trainer->images,
                             .sparse = gram_cpu_is_sparse (trainer),
                             .weights = trainer->weights,
                             .out = trainer->start,
                             .bits = trainer->bits };
  gint64 n = MAX (trainer->n_tiles, trainer->test_tiles) * GRAM_TILE;
  g_autofree double *u = g_new (double, n);

  gram_cpu_forward (&forward, u);
  start_sets (trainer, u);
  if (trainer->test_start != NULL)
    {
      GramCpuForward test = { .trainer = trainer,
                              .tiles = trainer->test_tiles,
                              .k = trainer->d_used,
                              .panel = trainer->tests,
                              .weights = trainer->weights,
                              .out = trainer->test_start };

      gram_cpu_forward (&test, u);
    }
  /* Sample space has no more use for it. */
  if (trainer->start != NULL)
    gram_free (g_steal_pointer (&trainer->weights));
  return gram_cpu_trainer_sum (trainer, error);
}

/**
 * gram_cpu_trainer_to_weights:
 *
 * Leaves sample space for good: a state of another backend has W(k), from which the coefficients
 * of sample space cannot be told. All label sets are at W(0) afterwards.
 */
gboolean
gram_cpu_trainer_to_weights (GramCpuTrainer *trainer, GError **error)
{
  if (!gram_cpu_in_samples (trainer))
    return TRUE;
  trainer->plan.formulation = GRAM_FORMULATION_WEIGHTS;
  if (!gram_cpu_network_draw (trainer, error))
    return FALSE;
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      set_free (trainer, &trainer->sets[s]);
      memset (&trainer->sets[s], 0, sizeof trainer->sets[s]);
      if (!set_alloc (trainer, &trainer->sets[s], error))
        return FALSE;
    }
  gram_free (g_steal_pointer (&trainer->kernel));
  gram_free (g_steal_pointer (&trainer->gram));
  gram_free (g_steal_pointer (&trainer->cross));
  gram_free (g_steal_pointer (&trainer->start));
  gram_free (g_steal_pointer (&trainer->test_start));
  return TRUE;
}

gpointer
gram_cpu_trainer_new (gpointer device, const GramTrainerSpec *spec, const GramJob *job,
                      GError **error)
{
  GramTrainerPlan plan = { 0 };
  GramCpuTrainer *trainer;
  gboolean ready;

  if (!gram_cpu_trainer_plan (device, spec, &plan, NULL, error)
      || !gram_cpu_device_check_memory (plan.bytes, "training",
                                        "take fewer images, a smaller width m or fewer label sets",
                                        error))
    return NULL;
  trainer = trainer_shape (device, spec, &plan);
  trainer->sets = g_new0 (GramCpuSet, spec->n_sets);
  ready = shared_alloc (trainer, error);
  for (guint s = 0; ready && s < spec->n_sets; s++)
    ready = set_alloc (trainer, &trainer->sets[s], error);
  if (ready && gram_cpu_network_new (trainer, spec, job, error))
    {
      for (guint s = 0; s < spec->n_sets; s++)
        for (gint64 i = 0; i < trainer->n; i++)
          trainer->Y[s * trainer->n_tiles * GRAM_TILE + i] =
              spec->Y[s * trainer->n + trainer->order[i]];
      if ((trainer->plan.formulation != GRAM_FORMULATION_LAZY || gram_cpu_lazy_new (trainer, error))
          && evaluate (trainer, error))
        return trainer;
    }
  gram_cpu_trainer_free (trainer);
  return NULL;
}
