/* gram-cuda-trainer.c: the life of a trainer on a card
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-trainer.h"

#include "gram-error.h"
#include "gram-size.h"

#define TILE_MIN 256

/**
 * cuda_neuron:
 * @column: a column of the card's matrices of neurons
 *
 * Returns: which neuron that is. Pairs of an antisymmetric network lie side by side.
 */
gint64
cuda_neuron (const CudaTrainer *trainer, gint64 column)
{
  if (trainer->spec.init != GRAM_INIT_ANTISYMMETRIC)
    return column;
  return column / 2 + column % 2 * (trainer->spec.m / 2);
}

/**
 * cuda_initial_columns:
 * @first: first column, even
 * @count: columns
 * @W: (out caller-allocates): (d × @count): w(0) of these columns, all pixels
 */
void
cuda_initial_columns (const CudaTrainer *trainer, gint64 first, gint64 count, float *W)
{
  gint64 d = trainer->spec.train.d;

  if (trainer->spec.init != GRAM_INIT_ANTISYMMETRIC)
    {
      gram_network_weights (&trainer->spec, first, count, W, d);
      return;
    }
  gram_network_weights (&trainer->spec, first / 2, (count + 1) / 2, W, 2 * d);
  for (gint64 column = 1; column < count; column += 2)
    for (gint64 j = 0; j < d; j++)
      W[column * d + j] = W[(column - 1) * d + j];
}

/* cuda_enter() for what needs a whole state on the card. */
gboolean
cuda_trainer_enter (CudaTrainer *trainer, GError **error)
{
  if (!cuda_enter (trainer->queue.device, error))
    return FALSE;
  if (!trainer->torn)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
               "the run broke off in the middle of a step; it has to be restored to a saved state");
  return FALSE;
}

static void
release_arrays (CudaTrainer *trainer)
{
  cuda_queue_drain (&trainer->queue);
  for (int array = 0; array < CUDA_N_ARRAYS; array++)
    g_clear_pointer (&trainer->array[array], cuda_release);
  g_clear_pointer (&trainer->base, cuda_release);
}

void
cuda_trainer_free (gpointer data)
{
  CudaTrainer *trainer = data;

  (void) cudaSetDevice (trainer->queue.device->index);
  cuda_queue_drain (&trainer->queue);
  if (trainer->graph != NULL)
    (void) cudaGraphExecDestroy (trainer->graph);
  release_arrays (trainer);
  cuda_queue_clear (&trainer->queue);
  g_clear_pointer (&trainer->saved, g_bytes_unref);
  g_free (trainer->norms);
  g_free (trainer->used);
  g_free (trainer->rest);
  g_free (trainer);
}

/* Padding is zero from here on and nothing ever writes to it. */
static gboolean
allocate (CudaTrainer *trainer, GError **error)
{
  const gsize *bytes = trainer->layout.bytes;

  for (int array = 0; array < CUDA_N_ARRAYS; array++)
    if (bytes[array] > 0
        && ((trainer->array[array] =
                 cuda_alloc (trainer->queue.device, bytes[array], cuda_array_name (array), error))
                == NULL
            || !cuda_zero (&trainer->queue, trainer->array[array], bytes[array], error)))
      return FALSE;
  return TRUE;
}

/* Another program may have taken what the plan saw as free: try smaller tiles before giving up. */
static gboolean
allocate_or_shrink (CudaTrainer *trainer, const GramTrainerSpec *spec, GError **error)
{
  gint64 largest = G_MAXINT32;

  for (;;)
    {
      g_autoptr (GError) local = NULL;

      g_clear_pointer (&trainer->used, g_free);
      g_clear_pointer (&trainer->rest, g_free);
      if (!cuda_layout (trainer->queue.device, spec, largest, CUDA_WORKSPACE_BYTES,
                        &trainer->layout, &trainer->used, &trainer->rest, error))
        return FALSE;
      if (allocate (trainer, &local))
        return TRUE;
      release_arrays (trainer);
      largest = trainer->layout.tile / 2;
      if (!g_error_matches (local, GRAM_ERROR, GRAM_ERROR_MEMORY) || largest < TILE_MIN)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
}

/* The patterns at k = 0, the same for every label set, to count flips against. */
static gboolean
keep_initial_patterns (CudaTrainer *trainer, GError **error)
{
  const CudaShape *s = &trainer->layout.shape;

  return cuda_ok (trainer->queue.device,
                  cudaMemcpyAsync (trainer->array[CUDA_ARRAY_BITS0],
                                   trainer->array[CUDA_ARRAY_BITS],
                                   (gsize) (s->words * s->m) * sizeof (uint32_t),
                                   cudaMemcpyDeviceToDevice, trainer->queue.stream),
                  "starting training", error)
         && cuda_queue_wait (&trainer->queue, "starting training", error);
}

gpointer
cuda_trainer_new (gpointer device, const GramTrainerSpec *spec, const GramJob *job, GError **error)
{
  CudaTrainer *trainer;

  if (!cuda_enter (device, error))
    return NULL;
  trainer = g_new0 (CudaTrainer, 1);
  trainer->spec = *spec;
  trainer->spec.Y = NULL;
  trainer->spec.train.X = trainer->spec.test.X = NULL;
  trainer->spec.train.pixels = trainer->spec.test.pixels = NULL;
  trainer->spec.train.gain = trainer->spec.train.shift = trainer->spec.train.scale = NULL;
  trainer->spec.test.gain = trainer->spec.test.shift = trainer->spec.test.scale = NULL;
  trainer->norms = g_new0 (double, spec->n_sets);
  trainer->queue.device = device;
  if (!cuda_queue_init (&trainer->queue, device, CUDA_QUEUE_TRAINING, error)
      || !allocate_or_shrink (trainer, spec, error) || !cuda_upload_problem (trainer, spec, error)
      || !(trainer->layout.weights ? cuda_evaluate_weights (trainer, error)
                                   : cuda_evaluate_samples (trainer, error))
      || !keep_initial_patterns (trainer, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    g_clear_pointer (&trainer, cuda_trainer_free);
  return trainer;
}
