/* gram-cuda-trainer-state.c: weights and states between card and host
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-trainer.h"

#include <string.h>

#include "gram-error.h"
#include "gram-size.h"
#include "gram-state.h"

/* Columns at a time on the host. */
#define BLOCK 1024

/* ---------- weights -------------------------------------------------------------------------- */

/* A block of columns from the card, (ld × width), of @count pixels each, to the neurons and pixels
 * of the caller. */
static gboolean
download_columns (CudaTrainer *t, const float *from, gint64 ld, const gint64 *pixels, gint64 count,
                  CudaTile tile, float *part, float *W, gint64 ldw, GError **error)
{
  gsize width = (gsize) count * sizeof (float);

  if (!cuda_download (&t->queue, part, width, from, (gsize) ld * sizeof (float), width,
                      (gsize) tile.width, error))
    return FALSE;
  for (gint64 column = 0; column < tile.width; column++)
    for (gint64 j = 0; j < count; j++)
      W[cuda_trainer_neuron (t, tile.first + column) * ldw + pixels[j]] = part[column * count + j];
  return TRUE;
}

/* Pixels that no training image has keep their initial weights. */
static gboolean
download_weights (CudaTrainer *t, guint set, float *W, gint64 ldw, GError **error)
{
  const CudaLayout *l = &t->layout;
  gint64 block = MIN (MIN (BLOCK, l->shape.m), l->tile), m = l->shape.m;
  float *part =
      gram_try_alloc (sizeof (float), MAX (l->shape.d, l->d_rest), block, "weights", error);
  gboolean done = part != NULL;

  for (gint64 first = 0; done && first < m; first += block)
    {
      CudaTile tile = { first, MIN (block, m - first) };
      const float *from = cuda_trainer_weights_tile (t, set, tile, error);

      done = from != NULL
             && download_columns (t, from, l->shape.d_pad, t->used, l->shape.d, tile, part, W, ldw,
                                  error)
             && download_columns (t, CUDA_AT (t, float, W_REST) + first * l->rest_pad, l->rest_pad,
                                  t->rest, l->d_rest, tile, part, W, ldw, error);
    }
  gram_free (part);
  return done;
}

gboolean
cuda_trainer_weights (gpointer trainer, guint set, float *W, gint64 ldw, GError **error)
{
  CudaTrainer *t = trainer;

  return cuda_trainer_enter (t, error) && download_weights (t, set, W, ldw, error);
}

static gint64
set_size (const CudaTrainer *t)
{
  return t->spec.train.d * t->layout.shape.m;
}

/* (d × m × n_sets) */
static gboolean
download_all_weights (CudaTrainer *t, float *W, GError **error)
{
  for (guint set = 0; set < t->spec.n_sets; set++)
    if (!download_weights (t, set, W + set * set_size (t), t->spec.train.d, error))
      return FALSE;
  return TRUE;
}

/* ---------- save ----------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  gpointer device; /* NULL: not part of this state */
  gsize bytes;
  gpointer host;
} PrivateSection;

#define N_PRIVATE 4

/* Sections of its own, which make a continuation in sample space bitwise the same. */
static void
private_sections (const CudaTrainer *t, PrivateSection list[N_PRIVATE])
{
  const CudaShape *s = &t->layout.shape;
  gsize samples = (gsize) (s->n_pad * s->m * s->sets) * sizeof (float);

  list[0] = (PrivateSection){ "cuda-s", t->array[CUDA_ARRAY_S], samples, NULL };
  list[1] = (PrivateSection){ "cuda-e", t->array[CUDA_ARRAY_E], samples, NULL };
  list[2] = (PrivateSection){ "cuda-running", t->array[CUDA_ARRAY_RUNNING],
                              (gsize) (s->n_pad * s->sets) * sizeof (double), NULL };
  list[3] = (PrivateSection){ "cuda-base", t->base,
                              (gsize) (s->d_pad * s->m * s->sets) * sizeof (float), NULL };
}

static gboolean
download_private (CudaTrainer *t, PrivateSection list[N_PRIVATE], GError **error)
{
  for (int i = 0; i < N_PRIVATE; i++)
    if (list[i].device != NULL
        && ((list[i].host =
                 gram_try_alloc (1, (gint64) list[i].bytes, 1, "the state of the run", error))
                == NULL
            || !cuda_download (&t->queue, list[i].host, list[i].bytes, list[i].device,
                               list[i].bytes, list[i].bytes, 1, error)))
      return FALSE;
  return TRUE;
}

static GBytes *
save_from_card (CudaTrainer *t, GramStateKind kind, GError **error)
{
  float *weights = gram_try_alloc (sizeof (float), set_size (t), t->spec.n_sets, "weights", error);
  PrivateSection list[N_PRIVATE];
  GramStateSection sections[N_PRIVATE + 1];
  GramStateHeader header;
  guint count = 0;
  GBytes *state = NULL;

  private_sections (t, list);
  if (weights != NULL && download_all_weights (t, weights, error)
      && (kind == GRAM_STATE_PORTABLE || download_private (t, list, error)))
    {
      sections[count++] =
          (GramStateSection){ GRAM_STATE_WEIGHTS, weights,
                              (gsize) set_size (t) * t->spec.n_sets * sizeof (float) };
      for (int i = 0; i < N_PRIVATE; i++)
        if (list[i].host != NULL)
          sections[count++] = (GramStateSection){ list[i].name, list[i].host, list[i].bytes };
      gram_state_header_init (&header, &t->spec, "cuda", &t->layout.plan, t->step);
      state = gram_state_build (&header, sections, count, error);
    }
  for (int i = 0; i < N_PRIVATE; i++)
    gram_free (list[i].host);
  gram_free (weights);
  return state;
}

/* After a failure what lies on the card is nothing to go on from: then it is the last state that
 * was asked for before, or the start. The parts of a network would come back to different steps:
 * who joins them has what to go on from. */
GBytes *
cuda_trainer_save (gpointer trainer, GramStateKind kind, GError **error)
{
  CudaTrainer *t = trainer;
  g_autoptr (GError) local = NULL;
  gboolean whole = !t->torn && !cuda_is_dead (t->queue.device);
  GBytes *state = whole && cuda_trainer_enter (t, &local) ? save_from_card (t, kind, &local) : NULL;

  if (state != NULL)
    {
      g_clear_pointer (&t->saved, g_bytes_unref);
      t->saved = state;
    }
  else if (whole && !cuda_is_dead (t->queue.device))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  else if (t->layout.shared)
    {
      gram_fail (error, GRAM_ERROR_DEVICE, "a step broke off between the parts of the network");
      return NULL;
    }
  return t->saved != NULL ? g_bytes_ref (t->saved)
                          : gram_state_start (&t->spec, "cuda", &t->layout.plan, error);
}

/* ---------- restore -------------------------------------------------------------------------- */

/* One set's (d × m) weights of a state, or W(0), to the card's (d_pad × m) at @to. */
static gboolean
upload_weights (CudaTrainer *t, const float *weights, float *to, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 block = MIN (BLOCK, s->m), d = t->spec.train.d;
  gsize pitch = (gsize) s->d_pad * sizeof (float);
  float *part = gram_try_alloc (sizeof (float), s->d_pad, block, "weights", error);
  gboolean done = part != NULL;

  for (gint64 first = 0; done && first < s->m; first += block)
    {
      gint64 width = MIN (block, s->m - first);

      for (gint64 column = 0; column < width; column++)
        for (gint64 j = 0; j < s->d; j++)
          part[column * s->d_pad + j] =
              weights[cuda_trainer_neuron (t, first + column) * d + t->used[j]];
      done = cuda_upload (&t->queue, to + first * s->d_pad, pitch, part, pitch, pitch,
                          (gsize) width, error);
    }
  gram_free (part);
  return done;
}

static gboolean
upload_all_weights (CudaTrainer *t, const float *weights, float *to, GError **error)
{
  for (guint set = 0; set < t->spec.n_sets; set++)
    if (!upload_weights (t, weights + set * set_size (t),
                         to + set * t->layout.shape.d_pad * t->layout.shape.m, error))
      return FALSE;
  return TRUE;
}

/* A state of another backend: S = XᵀW(k), and from here on W(k') = W(k) − X·C. */
static gboolean
rebase (CudaTrainer *t, const float *weights, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 size = s->d_pad * s->m;

  if (t->base == NULL
      && (t->base = cuda_alloc (t->queue.device, (gsize) (size * s->sets) * sizeof (float),
                                "the weights", error))
             == NULL)
    return FALSE;
  return upload_all_weights (t, weights, t->base, error)
         && cuda_zero (&t->queue, t->array[CUDA_ARRAY_E], t->layout.bytes[CUDA_ARRAY_E], error)
         && cuda_zero (&t->queue, t->array[CUDA_ARRAY_RUNNING], t->layout.bytes[CUDA_ARRAY_RUNNING],
                       error)
         && cuda_trainer_product (t, CUBLAS_OP_T, CUBLAS_OP_N, s->n_pad, s->m, s->d_pad, 1,
                                  t->array[CUDA_ARRAY_IMAGE], s->d_pad, 0, t->base, s->d_pad, size,
                                  0, CUDA_AT (t, float, S), s->n_pad, s->n_pad * s->m, s->sets,
                                  CUDA_PRODUCT_FULL, error);
}

/* Its own state: everything as it was. */
static gboolean
upload_private (CudaTrainer *t, GBytes *state, GError **error)
{
  PrivateSection list[N_PRIVATE];

  private_sections (t, list);
  if (gram_state_section (state, list[3].name, list[3].bytes) == NULL)
    g_clear_pointer (&t->base, cuda_release);
  else if (t->base == NULL
           && (t->base = cuda_alloc (t->queue.device, list[3].bytes, "the weights", error)) == NULL)
    return FALSE;
  private_sections (t, list);
  for (int i = 0; i < N_PRIVATE; i++)
    if (list[i].device != NULL
        && !cuda_upload (&t->queue, list[i].device, list[i].bytes,
                         gram_state_section (state, list[i].name, list[i].bytes), list[i].bytes,
                         list[i].bytes, 1, error))
      return FALSE;
  return TRUE;
}

static gboolean
has_private (const CudaTrainer *t, GBytes *state)
{
  PrivateSection list[N_PRIVATE];

  private_sections (t, list);
  for (int i = 0; i < N_PRIVATE - 1; i++)
    if (gram_state_section (state, list[i].name, list[i].bytes) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
restore_weights (CudaTrainer *t, GBytes *state, GramStateKind kind, GError **error)
{
  const float *weights = gram_state_weights (state, &t->spec, error);

  if (weights == NULL)
    return FALSE;
  if (t->layout.weights)
    return upload_all_weights (t, weights, CUDA_AT (t, float, W), error)
           && cuda_trainer_evaluate_weights (t, error);
  return (kind == GRAM_STATE_NATIVE ? upload_private (t, state, error) : rebase (t, weights, error))
         && cuda_trainer_evaluate_samples (t, error);
}

gboolean
cuda_trainer_restore (gpointer trainer, GBytes *state, GramStateKind kind, GError **error)
{
  CudaTrainer *t = trainer;
  GramStateHeader own, header;

  if (!cuda_enter (t->queue.device, error))
    return FALSE;
  gram_state_header_init (&own, &t->spec, "cuda", &t->layout.plan, t->step);
  if (!gram_state_parse (state, &own, &header, error))
    return FALSE;
  if (kind == GRAM_STATE_NATIVE
      && !(gram_state_is_native (&header, &own) && (t->layout.weights || has_private (t, state))))
    return gram_fail (error, GRAM_ERROR_DATA, "the saved state is of another kind of trainer");
  t->torn = TRUE;
  if (!restore_weights (t, state, kind, error))
    return FALSE;
  t->torn = FALSE;
  t->step = header.step;
  g_clear_pointer (&t->saved, g_bytes_unref);
  t->saved = g_bytes_ref (state);
  return TRUE;
}
