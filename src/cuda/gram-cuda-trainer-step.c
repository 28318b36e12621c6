/* gram-cuda-trainer-step.c: steps of gradient descent, queued in batches without a word from the
 * host
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-trainer.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"

/* A batch is as many steps as fit in this time, so that a cancel is seen soon; one of a part of a
 * network, which waits for the others. */
#define BATCH_SECONDS 0.05
/* Steps that a graph records. */
#define GRAPH_STEPS 8
/* Below this a step is bound by launches, and a graph of steps pays. */
#define GRAPH_FLOPS 5e10

static gboolean
launched (CudaTrainer *trainer, cudaError_t status, GError **error)
{
  return cuda_ok (trainer->queue.device, status, "training", error);
}

/* ---------- the parts of a step -------------------------------------------------------------- */

static gboolean
prepare (CudaTrainer *t, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  CudaPrepare p = { .shape = *s,
                    .r = CUDA_AT (t, float, R),
                    .slot = CUDA_AT (t, int64_t, SLOT),
                    .A = t->array[CUDA_ARRAY_LEFT] };

  if (!t->layout.weights)
    {
      p.image = t->array[CUDA_ARRAY_KERNEL];
      p.ld_image = p.image_rows = s->n_pad;
      p.running = CUDA_AT (t, double, RUNNING);
      return launched (t, cuda_kernel_prepare (&p, t->queue.stream), error);
    }
  p.image_bf16 = s->terms > 1;
  p.image = t->array[p.image_bf16 ? CUDA_ARRAY_FORWARD : CUDA_ARRAY_IMAGE];
  p.ld_image = p.image_bf16 ? s->terms * s->d_pad : s->d_pad;
  p.image_rows = s->d;
  p.ones = 1;
  p.scale = CUDA_AT (t, float, SCALE);
  return launched (t, cuda_kernel_prepare (&p, t->queue.stream), error);
}

/* Tensor cores cut off what does not fit while they add up, so that an error grows with the length
 * of a sum. A sum of bf16 products is therefore begun anew after so many samples, and the parts
 * are added with proper rounding. */
#define INNER_MAX 4096

/* PRODUCT = LEFT·TILE, of the samples from @first on, added to what is there but at the first. */
static gboolean
multiply_part (CudaTrainer *t, CudaTile tile, gint64 first, gint64 inner, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 left = s->terms * s->rows;
  gsize element = s->terms > 1 ? 2 : 4;
  const char *A = t->array[CUDA_ARRAY_LEFT], *M = t->array[CUDA_ARRAY_TILE];

  return cuda_trainer_product (t, CUBLAS_OP_N, CUBLAS_OP_N, left, tile.width, inner, 1,
                               A + (gsize) (first * left) * element, left, left * s->n_pad,
                               M + (gsize) first * element, s->n_pad, s->n_pad * tile.width,
                               first > 0 ? 1 : 0, CUDA_AT (t, float, PRODUCT), left,
                               left * tile.width, s->sets, CUDA_PRODUCT_STEP, error);
}

/* PRODUCT = LEFT·M for a tile of neurons and every label set. */
static gboolean
multiply_patterns (CudaTrainer *t, CudaTile tile, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 longest = s->terms > 1 ? INNER_MAX : s->n_pad;

  if (!launched (t,
                 cuda_kernel_expand (s, tile, CUDA_AT (t, uint32_t, BITS),
                                     t->array[CUDA_ARRAY_TILE], t->queue.stream),
                 error))
    return FALSE;
  for (gint64 first = 0; first < s->n_pad; first += longest)
    if (!multiply_part (t, tile, first, MIN (longest, s->n_pad - first), error))
      return FALSE;
  return TRUE;
}

/* W and what the forward product needs of it; without @descend only the latter. */
static gboolean
update_weights (CudaTrainer *t, CudaTile tile, gboolean descend, GError **error)
{
  CudaUpdate p = { .shape = t->layout.shape,
                   .tile = tile,
                   .G = descend ? CUDA_AT (t, float, PRODUCT) : NULL,
                   .a = CUDA_AT (t, float, SIGNS),
                   .gain = CUDA_AT (t, float, GAIN),
                   .shift = CUDA_AT (t, float, SHIFT),
                   .step = cuda_step_size (t),
                   .W = CUDA_AT (t, float, W),
                   .split = CUDA_AT (t, uint16_t, SPLIT),
                   .c = CUDA_AT (t, float, C) };

  return launched (t, cuda_kernel_update (&p, t->queue.stream), error);
}

/* TILE = XᵀW up to scale and shift, then its patterns and its part of u. */
static gboolean
forward (CudaTrainer *t, CudaTile tile, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gboolean narrow = s->terms > 1;
  gint64 inner = s->terms * s->d_pad;
  gsize element = narrow ? 2 : 4;
  const char *W = t->array[narrow ? CUDA_ARRAY_SPLIT : CUDA_ARRAY_W];
  CudaEvaluate p = { .shape = *s,
                     .tile = tile,
                     .raw = CUDA_AT (t, float, TILE),
                     .scale = CUDA_AT (t, float, SCALE),
                     .c = CUDA_AT (t, float, C),
                     .a = CUDA_AT (t, float, SIGNS),
                     .bits = CUDA_AT (t, uint32_t, BITS),
                     .partial = CUDA_AT (t, float, PARTIAL) };

  return cuda_trainer_product (t, CUBLAS_OP_T, CUBLAS_OP_N, s->n_pad, tile.width, inner, 1,
                               t->array[narrow ? CUDA_ARRAY_FORWARD : CUDA_ARRAY_IMAGE], inner, 0,
                               W + (gsize) (tile.first * inner) * element, inner, inner * s->m, 0,
                               CUDA_AT (t, float, TILE), s->n_pad, s->n_pad * tile.width, s->sets,
                               CUDA_PRODUCT_STEP, error)
         && launched (t, cuda_kernel_evaluate (&p, t->queue.stream), error);
}

static gboolean
advance (CudaTrainer *t, CudaTile tile, gboolean descend, GError **error)
{
  CudaAdvance p = { .shape = t->layout.shape,
                    .tile = tile,
                    .G = descend ? CUDA_AT (t, float, PRODUCT) : NULL,
                    .a = CUDA_AT (t, float, SIGNS),
                    .step = cuda_step_size (t),
                    .S = CUDA_AT (t, float, S),
                    .E = CUDA_AT (t, float, E),
                    .running = CUDA_AT (t, double, RUNNING),
                    .bits = CUDA_AT (t, uint32_t, BITS),
                    .partial = CUDA_AT (t, float, PARTIAL) };

  return launched (t, cuda_kernel_advance (&p, t->queue.stream), error);
}

/* SUM = √m·u of the whole network: what its neurons here add goes to the host, where the parts are
 * joined, and comes back. */
static gboolean
join_parts (CudaTrainer *t, const CudaResidual *p, GError **error)
{
  const GramShard *shard = &t->spec.shard;
  gint64 count = p->shape.n * p->shape.sets;
  gsize bytes = (gsize) count * sizeof (double);
  double *sum = CUDA_AT (t, double, SUM);
  const CudaOwn own = { p->shape, p->partial, p->parts, p->chunks, sum };

  return launched (t, cuda_kernel_own (&own, t->queue.stream), error)
         && cuda_download (&t->queue, t->sums, bytes, sum, bytes, bytes, 1, error)
         && shard->sum (t->sums, count, shard->data, error)
         && cuda_upload (&t->queue, sum, bytes, t->sums, bytes, bytes, 1, error);
}

static gboolean
residual (CudaTrainer *t, GError **error)
{
  const CudaLayout *l = &t->layout;
  CudaResidual p = { .shape = l->shape,
                     .partial = CUDA_AT (t, float, PARTIAL),
                     .parts = CUDA_AT (t, double, PARTS),
                     .sum = CUDA_AT (t, double, SUM),
                     .chunks = l->groups > 0 ? l->groups : l->chunks,
                     .scale = 1 / sqrt ((double) t->spec.m),
                     .y = CUDA_AT (t, double, Y),
                     .u = CUDA_AT (t, double, U),
                     .r = CUDA_AT (t, float, R),
                     .slot = CUDA_AT (t, int64_t, SLOT),
                     .squares = CUDA_AT (t, double, SQUARES) };

  return (l->groups == 0
          || launched (t,
                       cuda_kernel_gather (&l->shape, p.partial, l->chunks,
                                           CUDA_AT (t, double, PARTS), t->queue.stream),
                       error))
         && (!l->shared || join_parts (t, &p, error))
         && launched (t, cuda_kernel_residual (&p, t->queue.stream), error);
}

static gboolean
submit_step (CudaTrainer *t, GError **error)
{
  if (!prepare (t, error))
    return FALSE;
  for (gint64 first = 0; first < t->layout.shape.m; first += t->layout.tile)
    {
      CudaTile tile = cuda_trainer_tile (t, first);

      if (!multiply_patterns (t, tile, error))
        return FALSE;
      if (t->layout.weights ? !update_weights (t, tile, TRUE, error) || !forward (t, tile, error)
                            : !advance (t, tile, TRUE, error))
        return FALSE;
    }
  return residual (t, error);
}

/* ---------- what is not a step but the same parts -------------------------------------------- */

/* Downloads the norms of @count steps: (n_sets × @count). */
static gboolean
collect_norms (CudaTrainer *t, gint64 count, double *norms, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gsize bytes = (gsize) (count * s->sets) * sizeof (double);

  return launched (t,
                   cuda_kernel_norms (CUDA_AT (t, double, SQUARES), s->words, count * s->sets,
                                      CUDA_AT (t, double, NORMS), t->queue.stream),
                   error)
         && cuda_download (&t->queue, norms, bytes, t->array[CUDA_ARRAY_NORMS], bytes, bytes, 1,
                           error);
}

/**
 * cuda_trainer_evaluate_weights:
 *
 * Patterns, u and residuals of the weights that lie on the card.
 */
gboolean
cuda_trainer_evaluate_weights (CudaTrainer *t, GError **error)
{
  CudaTile all = { 0, t->layout.shape.m };

  if (!cuda_zero (&t->queue, t->array[CUDA_ARRAY_SLOT], sizeof (int64_t), error)
      || !update_weights (t, all, FALSE, error))
    return FALSE;
  for (gint64 first = 0; first < t->layout.shape.m; first += t->layout.tile)
    if (!forward (t, cuda_trainer_tile (t, first), error))
      return FALSE;
  return residual (t, error) && collect_norms (t, 1, t->norms, error);
}

/* The same of the pre-activations S that lie on the card. */
gboolean
cuda_trainer_evaluate_samples (CudaTrainer *t, GError **error)
{
  if (!cuda_zero (&t->queue, t->array[CUDA_ARRAY_SLOT], sizeof (int64_t), error))
    return FALSE;
  for (gint64 first = 0; first < t->layout.shape.m; first += t->layout.tile)
    if (!advance (t, cuda_trainer_tile (t, first), FALSE, error))
      return FALSE;
  return residual (t, error) && collect_norms (t, 1, t->norms, error);
}

/* ---------- batches -------------------------------------------------------------------------- */

/* Records GRAPH_STEPS steps as one graph. A runtime that cannot is no failure of the card:
 * steps are then queued one by one, and if it was the card, the next call says so. */
static void
record_graph (CudaTrainer *t)
{
  CudaDevice *device = t->queue.device;
  gboolean was_dead = cuda_is_dead (device), recorded = TRUE;
  cudaGraph_t graph = NULL;

  t->no_graphs = TRUE;
  cuda_lock_card ();
  if (cudaStreamBeginCapture (t->queue.stream, cudaStreamCaptureModeRelaxed) != cudaSuccess)
    {
      cuda_unlock_card ();
      (void) cudaGetLastError ();
      return;
    }
  for (int i = 0; i < GRAPH_STEPS && recorded; i++)
    recorded = submit_step (t, NULL);
  recorded &= cudaStreamEndCapture (t->queue.stream, &graph) == cudaSuccess;
  cuda_unlock_card ();
  if (recorded && cudaGraphInstantiate (&t->graph, graph, 0) == cudaSuccess)
    t->no_graphs = FALSE;
  else
    t->graph = NULL;
  if (graph != NULL)
    (void) cudaGraphDestroy (graph);
  if (t->no_graphs)
    {
      (void) cudaGetLastError ();
      if (!was_dead)
        g_atomic_int_set (&device->dead, 0);
    }
}

static gboolean
submit_batch (CudaTrainer *t, gint64 count, GError **error)
{
  /* −1: each step begins by counting itself */
  if (!launched (t,
                 cudaMemsetAsync (t->array[CUDA_ARRAY_SLOT], 0xff, sizeof (int64_t),
                                  t->queue.stream),
                 error))
    return FALSE;
  if (t->warm && !t->no_graphs && t->graph == NULL && count >= GRAPH_STEPS
      && t->layout.plan.flops_per_step < GRAPH_FLOPS)
    record_graph (t);
  while (count > 0)
    {
      gboolean whole = t->graph != NULL && count >= GRAPH_STEPS;

      if (whole ? !launched (t, cudaGraphLaunch (t->graph, t->queue.stream), error)
                : !submit_step (t, error))
        return FALSE;
      count -= whole ? GRAPH_STEPS : 1;
    }
  return TRUE;
}

/* A batch either reaches the host whole or does not count. */
static gboolean
run_batch (CudaTrainer *t, gint64 count, double *residuals, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  t->torn = TRUE;
  if (!submit_batch (t, count, error) || !collect_norms (t, count, residuals, error))
    return FALSE;
  t->torn = FALSE;
  memcpy (t->norms, residuals + (count - 1) * t->spec.n_sets, t->spec.n_sets * sizeof (double));
  t->step += count;
  /* the first steps load kernels and say nothing about the pace */
  if (t->warm)
    t->seconds_per_step =
        (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC / (double) count;
  t->warm = TRUE;
  return TRUE;
}

static gint64
batch_size (const CudaTrainer *t, gint64 left)
{
  gint64 most = 1;

  if (t->seconds_per_step > 0 && !t->layout.shared)
    most = (gint64) MIN (BATCH_SECONDS / t->seconds_per_step, (double) t->layout.slots);
  return CLAMP (most, 1, MIN (left, t->layout.slots));
}

gboolean
cuda_trainer_step (gpointer trainer, gint64 count, double *residuals, const GramJob *job,
                   GError **error)
{
  CudaTrainer *t = trainer;

  if (!cuda_trainer_enter (t, error))
    return FALSE;
  for (gint64 done = 0; done < count;)
    {
      gint64 batch = batch_size (t, count - done);

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error)
          || !run_batch (t, batch, residuals + done * t->spec.n_sets, error))
        return FALSE;
      done += batch;
      gram_job_progress (job, (double) done / (double) count);
    }
  return TRUE;
}
