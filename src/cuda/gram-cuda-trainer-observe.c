/* gram-cuda-trainer-observe.c: what a trainer on a card looks like after k steps
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-trainer.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

static gboolean
launched (CudaTrainer *t, cudaError_t status, GError **error)
{
  return cuda_ok (t->queue.device, status, "observing the network", error);
}

static const float *
base_weights (const CudaTrainer *t, guint set, gint64 first)
{
  const CudaShape *s = &t->layout.shape;
  gint64 set_offset = t->base != NULL ? set * s->d_pad * s->m : 0;
  const float *base = t->base != NULL ? t->base : t->array[CUDA_ARRAY_W0];

  return base + set_offset + first * s->d_pad;
}

/**
 * cuda_trainer_weights_tile:
 * @tile: columns, at most the layout's tile
 *
 * Returns: (nullable): on the card, (d_pad × width): W(k) of these columns. In sample space it is
 *   made: W(k) = W(base) − X·C, with C the sum over all steps of (η/√m)·a_r·1{…}·r_i
 */
const float *
cuda_trainer_weights_tile (CudaTrainer *t, guint set, CudaTile tile, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 at = (gint64) set * s->m;
  float *C = CUDA_AT (t, float, PRODUCT), *W = CUDA_AT (t, float, W_TILE);

  if (t->layout.weights)
    return CUDA_AT (t, float, W) + (at + tile.first) * s->d_pad;
  if (!launched (t,
                 cuda_kernel_coefficients (s, tile, CUDA_AT (t, uint32_t, BITS) + at * s->words,
                                           CUDA_AT (t, double, RUNNING) + set * s->n_pad,
                                           CUDA_AT (t, float, E) + at * s->n_pad,
                                           CUDA_AT (t, float, SIGNS), cuda_step_size (t), C,
                                           t->queue.stream),
                 error)
      || !launched (t,
                    cudaMemcpyAsync (W, base_weights (t, set, tile.first),
                                     (gsize) (s->d_pad * tile.width) * sizeof (float),
                                     cudaMemcpyDeviceToDevice, t->queue.stream),
                    error)
      || !cuda_trainer_product (t, CUBLAS_OP_N, CUBLAS_OP_N, s->d_pad, tile.width, s->n_pad, -1,
                                t->array[CUDA_ARRAY_IMAGE], s->d_pad, 0, C, s->n_pad, 0, 1, W,
                                s->d_pad, 0, 1, CUDA_PRODUCT_FULL, error))
    return NULL;
  return W;
}

/* ---------- observe -------------------------------------------------------------------------- */

static gboolean
observe_distance (CudaTrainer *t, guint set, GramObservation *o, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  double *sums = CUDA_AT (t, double, REDUCE), sum = 0, largest = 0;
  gsize bytes = (gsize) s->m * sizeof (double);
  g_autofree double *host = g_new (double, s->m);

  for (gint64 first = 0; first < s->m; first += t->layout.tile)
    {
      CudaTile tile = cuda_trainer_tile (t, first);
      const float *W = cuda_trainer_weights_tile (t, set, tile, error);

      if (W == NULL
          || !launched (t,
                        cuda_kernel_distance (W, CUDA_AT (t, float, W0) + first * s->d_pad, s->d,
                                              s->d_pad, tile.width, sums + first, t->queue.stream),
                        error))
        return FALSE;
    }
  if (!cuda_download (&t->queue, host, bytes, sums, bytes, bytes, 1, error))
    return FALSE;
  for (gint64 r = 0; r < s->m; r++)
    {
      sum += host[r];
      largest = host[r] > largest || isnan (host[r]) ? host[r] : largest;
    }
  o->distance = sqrt (sum);
  o->distance_max = sqrt (largest);
  return TRUE;
}

static gboolean
observe_flipped (CudaTrainer *t, guint set, GramObservation *o, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gsize bytes = (gsize) s->words * sizeof (double);
  g_autofree double *host = g_new (double, s->words);
  double flips = 0;

  if (!launched (t,
                 cuda_kernel_flips (CUDA_AT (t, uint32_t, BITS) + set * s->words * s->m,
                                    CUDA_AT (t, uint32_t, BITS0), s->words, s->m,
                                    CUDA_AT (t, double, REDUCE), t->queue.stream),
                 error)
      || !cuda_download (&t->queue, host, bytes, t->array[CUDA_ARRAY_REDUCE], bytes, bytes, 1,
                         error))
    return FALSE;
  for (gint64 w = 0; w < s->words; w++)
    flips += host[w];
  o->flipped = flips / ((double) s->n * (double) t->spec.m);
  return TRUE;
}

/* S = X_testᵀW(k) of one tile into TILE, and its part of the predictions. */
static gboolean
test_tile (CudaTrainer *t, guint set, CudaTile tile, const CudaShape *test, GError **error)
{
  const CudaLayout *l = &t->layout;
  const float *W = cuda_trainer_weights_tile (t, set, tile, error);
  float *S = CUDA_AT (t, float, TILE);
  CudaEvaluate p = { .shape = *test,
                     .tile = tile,
                     .raw = S,
                     .scale = CUDA_AT (t, float, TEST_ONES),
                     .c = CUDA_AT (t, float, TEST_ZEROS),
                     .a = CUDA_AT (t, float, SIGNS),
                     .partial = CUDA_AT (t, float, PARTIAL) };

  return W != NULL
         && cuda_trainer_product (t, CUBLAS_OP_T, CUBLAS_OP_N, l->test_pad, tile.width,
                                  l->shape.d_pad, 1, t->array[CUDA_ARRAY_TEST], l->shape.d_pad, 0,
                                  W, l->shape.d_pad, 0, 0, S, l->test_pad, 0, 1, CUDA_PRODUCT_FULL,
                                  error)
         && (l->d_rest == 0
             || cuda_trainer_product (t, CUBLAS_OP_T, CUBLAS_OP_N, l->test_pad, tile.width,
                                      l->rest_pad, 1, t->array[CUDA_ARRAY_TEST_REST], l->rest_pad,
                                      0, CUDA_AT (t, float, W_REST) + tile.first * l->rest_pad,
                                      l->rest_pad, 0, 1, S, l->test_pad, 0, 1, CUDA_PRODUCT_FULL,
                                      error))
         && launched (t, cuda_kernel_evaluate (&p, t->queue.stream), error);
}

static gboolean
observe_test (CudaTrainer *t, guint set, GramObservation *o, GError **error)
{
  const CudaLayout *l = &t->layout;
  CudaShape test = { .n = l->n_test,
                     .n_pad = l->test_pad,
                     .words = l->test_pad / CUDA_WORD,
                     .m = l->shape.m,
                     .sets = 1 };
  gsize bytes = (gsize) l->n_test * sizeof (double);
  gint64 width = (gint64) (l->bytes[CUDA_ARRAY_TILE] / sizeof (float)) / l->test_pad;

  width = MIN (width / CUDA_CHUNK * CUDA_CHUNK, l->tile);
  for (gint64 first = 0; first < l->shape.m; first += width)
    {
      CudaTile tile = { first, MIN (width, l->shape.m - first) };

      if (!test_tile (t, set, tile, &test, error))
        return FALSE;
    }
  return launched (t,
                   cuda_kernel_collect (CUDA_AT (t, float, PARTIAL), l->test_pad, l->chunks,
                                        1 / sqrt ((double) t->spec.m), CUDA_AT (t, double, REDUCE),
                                        t->queue.stream),
                   error)
         && cuda_download (&t->queue, o->u_test, bytes, t->array[CUDA_ARRAY_REDUCE], bytes, bytes,
                           1, error);
}

/* Step and residual lie on the host, so they are known even of a card that failed. */
gboolean
cuda_trainer_observe (gpointer trainer, guint set, GramObserveFlags flags,
                      GramObservation *observation, GError **error)
{
  CudaTrainer *t = trainer;
  const CudaShape *s = &t->layout.shape;
  gsize bytes = (gsize) s->n * sizeof (double);

  observation->step = t->step;
  observation->residual = t->norms[set];
  if (observation->u == NULL && (flags == GRAM_OBSERVE_RESIDUAL))
    return TRUE;
  return cuda_trainer_enter (t, error)
         && (observation->u == NULL
             || cuda_download (&t->queue, observation->u, bytes,
                               CUDA_AT (t, double, U) + set * s->n_pad, bytes, bytes, 1, error))
         && (!(flags & GRAM_OBSERVE_DISTANCE) || observe_distance (t, set, observation, error))
         && (!(flags & GRAM_OBSERVE_FLIPPED) || observe_flipped (t, set, observation, error))
         && (!(flags & GRAM_OBSERVE_TEST) || observation->u_test == NULL || t->layout.n_test == 0
             || observe_test (t, set, observation, error));
}

/* ---------- H(k) and patterns ---------------------------------------------------------------- */

/* counts (n_pad × n_pad) = Σ_r 1_{r,i}1_{r,j}: whole numbers up to m, exact in float32 */
static gboolean
count_pairs (CudaTrainer *t, guint set, float *counts, GError **error)
{
  CudaShape one = t->layout.shape;

  one.sets = 1;
  for (gint64 first = 0; first < one.m; first += t->layout.tile)
    {
      CudaTile tile = cuda_trainer_tile (t, first);

      if (!launched (t,
                     cuda_kernel_expand (&one, tile,
                                         CUDA_AT (t, uint32_t, BITS) + set * one.words * one.m,
                                         t->array[CUDA_ARRAY_TILE], t->queue.stream),
                     error)
          || !cuda_trainer_product (t, CUBLAS_OP_N, CUBLAS_OP_T, one.n_pad, one.n_pad, tile.width,
                                    1, t->array[CUDA_ARRAY_TILE], one.n_pad, 0,
                                    t->array[CUDA_ARRAY_TILE], one.n_pad, 0, first > 0 ? 1 : 0,
                                    counts, one.n_pad, 0, 1, CUDA_PRODUCT_STEP, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_gram (CudaTrainer *t, guint set, float *K, float *counts, double *H_card, double *H,
           gint64 ldh, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gsize row = (gsize) s->n * sizeof (double);
  const float *kernel = t->layout.weights ? K : CUDA_AT (t, float, KERNEL);

  return (!t->layout.weights
          || cuda_trainer_product (t, CUBLAS_OP_T, CUBLAS_OP_N, s->n_pad, s->n_pad, s->d_pad, 1,
                                   t->array[CUDA_ARRAY_IMAGE], s->d_pad, 0,
                                   t->array[CUDA_ARRAY_IMAGE], s->d_pad, 0, 0, K, s->n_pad, 0, 1,
                                   CUDA_PRODUCT_FULL, error))
         && count_pairs (t, set, counts, error)
         && launched (t,
                      cuda_kernel_gram (kernel, s->n_pad, counts, s->n_pad, H_card, s->n, t->spec.m,
                                        t->queue.stream),
                      error)
         && cuda_download (&t->queue, H, (gsize) ldh * sizeof (double), H_card, row, row,
                           (gsize) s->n, error);
}

gboolean
cuda_trainer_gram (gpointer trainer, guint set, double *H, gint64 ldh, GError **error)
{
  CudaTrainer *t = trainer;
  const CudaShape *s = &t->layout.shape;
  CudaDevice *device = t->queue.device;
  gsize square = (gsize) s->n_pad * (gsize) s->n_pad;
  float *K = NULL, *counts = NULL;
  double *H_card = NULL;
  gboolean done;

  done = cuda_trainer_enter (t, error) && cuda_memory_check (device, square * 16, "H(k)", error)
         && (!t->layout.weights || (K = cuda_alloc (device, square * 4, "K", error)) != NULL)
         && (counts = cuda_alloc (device, square * 4, "H(k)", error)) != NULL
         && (H_card = cuda_alloc (device, square * 8, "H(k)", error)) != NULL
         && make_gram (t, set, K, counts, H_card, H, ldh, error);
  cuda_queue_drain (&t->queue);
  cuda_release (K);
  cuda_release (counts);
  cuda_release (H_card);
  return done;
}

gboolean
cuda_trainer_pattern (gpointer trainer, guint set, guint8 *bits, GError **error)
{
  CudaTrainer *t = trainer;
  const CudaShape *s = &t->layout.shape;
  gint64 row_bytes = (s->n + 7) / 8;
  gsize bytes = (gsize) (s->words * s->m) * sizeof (guint32);
  guint32 *host;
  gboolean done;

  if (!cuda_trainer_enter (t, error))
    return FALSE;
  host = gram_try_alloc (sizeof (guint32), s->words, s->m, "patterns", error);
  done =
      host != NULL
      && cuda_download (&t->queue, host, bytes, CUDA_AT (t, uint32_t, BITS) + set * s->words * s->m,
                        bytes, bytes, 1, error);
  for (gint64 column = 0; done && column < s->m; column++)
    {
      guint8 *row = bits + cuda_trainer_neuron (t, column) * row_bytes;

      for (gint64 byte = 0; byte < row_bytes; byte++)
        row[byte] = (guint8) (host[byte / 4 * s->m + column] >> (8 * (byte % 4)));
    }
  gram_free (host);
  return done;
}
