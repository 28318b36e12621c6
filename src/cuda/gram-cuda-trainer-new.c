/* gram-cuda-trainer-new.c: making a trainer: its memory, and images, labels and W(0) to the card
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-trainer.h"

#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

/* Columns at a time: host memory stays small. */
#define BLOCK 1024

/* ---------- images --------------------------------------------------------------------------- */

/* (count × n) rows @pixels of X as float32, leading dimension @ld */
static gboolean
upload_images (CudaTrainer *t, const GramSamples *samples, const gint64 *pixels, gint64 count,
               gpointer to, gint64 ld, GError **error)
{
  float *block = gram_try_alloc (sizeof (float), ld, MIN (BLOCK, samples->n), "images", error);
  gboolean done = block != NULL;

  for (gint64 first = 0; done && first < samples->n; first += BLOCK)
    {
      gint64 columns = MIN (BLOCK, samples->n - first);

      for (gint64 i = 0; i < columns; i++)
        for (gint64 j = 0; j < count; j++)
          block[i * ld + j] = (float) samples->X[(first + i) * samples->ldx + pixels[j]];
      done = cuda_upload (&t->queue, (float *) to + first * ld, (gsize) ld * sizeof (float), block,
                          (gsize) ld * sizeof (float), (gsize) count * sizeof (float),
                          (gsize) columns, error);
    }
  gram_free (block);
  return done;
}

static guint16
exact_bf16 (guint8 pixel)
{
  float value = pixel;
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return (guint16) (bits >> 16); /* 8 significant bits: nothing is lost */
}

/* The pixels 0…255 as bf16, once for every term of W: (terms·d_pad × n) */
static gboolean
upload_pixels (CudaTrainer *t, const GramSamples *samples, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 ld = s->terms * s->d_pad;
  gsize pitch = (gsize) ld * sizeof (guint16);
  guint16 *block = gram_try_alloc (sizeof (guint16), ld, MIN (BLOCK, samples->n), "images", error);
  gboolean done = block != NULL;

  for (gint64 first = 0; done && first < samples->n; first += BLOCK)
    {
      gint64 columns = MIN (BLOCK, samples->n - first);

      for (gint64 i = 0; i < columns; i++)
        for (gint64 j = 0; j < s->d; j++)
          {
            guint16 value = exact_bf16 (samples->pixels[(first + i) * samples->d + t->used[j]]);

            for (int term = 0; term < s->terms; term++)
              block[i * ld + term * s->d_pad + j] = value;
          }
      done = cuda_upload (&t->queue, CUDA_AT (t, guint16, FORWARD) + first * ld, pitch, block,
                          pitch, pitch, (gsize) columns, error);
    }
  gram_free (block);
  return done;
}

/* A vector of @count floats: @values at @at, or @constant where there are none. */
static gboolean
upload_vector (CudaTrainer *t, gpointer to, gint64 count, const double *values, const gint64 *at,
               double constant, GError **error)
{
  g_autofree float *vector = g_new (float, count);
  gsize bytes = (gsize) count * sizeof (float);

  for (gint64 i = 0; i < count; i++)
    vector[i] = (float) (values != NULL ? values[at != NULL ? at[i] : i] : constant);
  return cuda_upload (&t->queue, to, bytes, vector, bytes, bytes, 1, error);
}

/* In bf16-split X = (gain∘pixels − shift)·scale; else X itself with nothing to gain or shift. */
static gboolean
upload_pixel_form (CudaTrainer *t, const GramSamples *samples, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gboolean exact = s->terms > 1;

  return upload_vector (t, t->array[CUDA_ARRAY_SCALE], s->n, exact ? samples->scale : NULL, NULL, 1,
                        error)
         && upload_vector (t, t->array[CUDA_ARRAY_GAIN], s->d, exact ? samples->gain : NULL,
                           t->used, 1, error)
         && upload_vector (t, t->array[CUDA_ARRAY_SHIFT], s->d, exact ? samples->shift : NULL,
                           t->used, 0, error)
         && (!exact || upload_pixels (t, samples, error));
}

static gboolean
upload_test (CudaTrainer *t, const GramSamples *test, GError **error)
{
  const CudaLayout *l = &t->layout;

  return upload_images (t, test, t->used, l->shape.d, t->array[CUDA_ARRAY_TEST], l->shape.d_pad,
                        error)
         && upload_vector (t, t->array[CUDA_ARRAY_TEST_ONES], l->test_pad, NULL, NULL, 1, error)
         && (l->d_rest == 0
             || upload_images (t, test, t->rest, l->d_rest, t->array[CUDA_ARRAY_TEST_REST],
                               l->rest_pad, error));
}

/* ---------- the network ---------------------------------------------------------------------- */

/* w(0) of @count columns from @first on, an even one, all pixels: (d × @count) */
static void
initial_columns (const CudaTrainer *trainer, gint64 first, gint64 count, float *W)
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

static gboolean
upload_rows (CudaTrainer *t, const float *columns, const gint64 *rows, gint64 count, float *part,
             gpointer to, gint64 ld, gint64 first, gint64 width, GError **error)
{
  gsize pitch = (gsize) ld * sizeof (float);

  for (gint64 r = 0; r < width; r++)
    for (gint64 j = 0; j < count; j++)
      part[r * ld + j] = columns[r * t->spec.train.d + rows[j]];
  return cuda_upload (&t->queue, (float *) to + first * ld, pitch, part, pitch,
                      (gsize) count * sizeof (float), (gsize) width, error);
}

/* W(0), made on the host so that it is the CPU's to the last bit. */
static gboolean
upload_initial_weights (CudaTrainer *t, GError **error)
{
  const CudaLayout *l = &t->layout;
  gint64 block = MIN (BLOCK, l->shape.m), ld = MAX (l->shape.d_pad, l->rest_pad);
  float *columns = gram_try_alloc (sizeof (float), t->spec.train.d, block, "weights", error);
  float *part =
      columns != NULL ? gram_try_alloc (sizeof (float), ld, block, "weights", error) : NULL;
  gboolean done = part != NULL;

  for (gint64 first = 0; done && first < l->shape.m; first += block)
    {
      gint64 width = MIN (block, l->shape.m - first);

      initial_columns (t, first, width, columns);
      done = upload_rows (t, columns, t->used, l->shape.d, part, t->array[CUDA_ARRAY_W0],
                          l->shape.d_pad, first, width, error)
             && (l->d_rest == 0
                 || upload_rows (t, columns, t->rest, l->d_rest, part, t->array[CUDA_ARRAY_W_REST],
                                 l->rest_pad, first, width, error));
    }
  gram_free (columns);
  gram_free (part);
  return done;
}

static gboolean
upload_signs (CudaTrainer *t, const GramTrainerSpec *spec, GError **error)
{
  gint64 m = t->layout.shape.m;
  gsize bytes = (gsize) m * sizeof (float);
  g_autofree float *a = g_new (float, m), *columns = g_new (float, m);

  gram_network_signs (spec, a);
  for (gint64 column = 0; column < m; column++)
    columns[column] = a[cuda_trainer_neuron (t, column)];
  return cuda_upload (&t->queue, t->array[CUDA_ARRAY_SIGNS], bytes, columns, bytes, bytes, 1,
                      error);
}

/* The first @size floats of @from for the label sets from @first on, one after the other in @to */
static gboolean
copy_to_sets (CudaTrainer *t, const float *from, float *to, gint64 size, gint64 first,
              const char *doing, GError **error)
{
  for (gint64 set = first; set < t->layout.shape.sets; set++)
    if (!cuda_ok (t->queue.device,
                  cudaMemcpyAsync (to + set * size, from, (gsize) size * sizeof (float),
                                   cudaMemcpyDeviceToDevice, t->queue.stream),
                  doing, error))
      return FALSE;
  return TRUE;
}

/* ---------- sample space --------------------------------------------------------------------- */

/* K = XᵀX in float64, rounded once; block by block, so that no n×n float64 is needed. */
static gboolean
make_kernel (CudaTrainer *t, const GramSamples *samples, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  CudaDevice *device = t->queue.device;
  gint64 n = samples->n, d = samples->d, block = MIN (CUDA_KERNEL_BLOCK, n);
  const double one = 1, zero = 0;
  gsize row = (gsize) d * sizeof (double);
  double *X = cuda_alloc (device, (gsize) n * row, "the images", error);
  double *part = X != NULL ? cuda_alloc (device, (gsize) (n * block) * sizeof (double),
                                         "the kernel matrix K", error)
                           : NULL;
  gboolean done = part != NULL
                  && cuda_upload (&t->queue, X, row, samples->X,
                                  (gsize) samples->ldx * sizeof (double), row, (gsize) n, error);

  for (gint64 first = 0; done && first < n; first += block)
    {
      gint64 width = MIN (block, n - first);

      done = cublas_ok (&t->queue,
                        cublasDgemm (t->queue.blas, CUBLAS_OP_T, CUBLAS_OP_N, (int) n, (int) width,
                                     (int) d, &one, X, (int) d, X + first * d, (int) d, &zero, part,
                                     (int) n),
                        "building K", error)
             && cuda_ok (device,
                         cuda_kernel_narrow (part, n, CUDA_AT (t, float, KERNEL) + first * s->n_pad,
                                             s->n_pad, n, width, t->queue.stream),
                         "building K", error);
    }
  done = done && cuda_queue_wait (&t->queue, "building K", error);
  cuda_queue_drain (&t->queue);
  cuda_release (part);
  cuda_release (X);
  return done;
}

/* S(0) = XᵀW(0) in float32. The patterns depend on its signs, so it is made once for all sets. */
static gboolean
start_samples (CudaTrainer *t, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gint64 size = s->n_pad * s->m;
  float *S = CUDA_AT (t, float, S);

  if (!cuda_trainer_product (t, CUBLAS_OP_T, CUBLAS_OP_N, s->n_pad, s->m, s->d_pad, 1,
                             t->array[CUDA_ARRAY_IMAGE], s->d_pad, 0, t->array[CUDA_ARRAY_W0],
                             s->d_pad, 0, 0, S, s->n_pad, size, 1, CUDA_PRODUCT_FULL, error))
    return FALSE;
  return copy_to_sets (t, S, S, size, 1, "copying pre-activations", error);
}

/* ---------- a trainer --------------------------------------------------------------------- */

static gboolean
upload_problem (CudaTrainer *t, const GramTrainerSpec *spec, GError **error)
{
  const CudaShape *s = &t->layout.shape;
  gsize labels = (gsize) s->n * sizeof (double);

  if (!upload_images (t, &spec->train, t->used, s->d, t->array[CUDA_ARRAY_IMAGE], s->d_pad, error)
      || !cuda_upload (&t->queue, t->array[CUDA_ARRAY_Y], (gsize) s->n_pad * sizeof (double),
                       spec->Y, labels, labels, spec->n_sets, error)
      || !upload_signs (t, spec, error) || !upload_initial_weights (t, error)
      || (spec->test.n > 0 && !upload_test (t, &spec->test, error)))
    return FALSE;
  if (t->layout.weights)
    return upload_pixel_form (t, &spec->train, error)
           && copy_to_sets (t, t->array[CUDA_ARRAY_W0], CUDA_AT (t, float, W), s->d_pad * s->m, 0,
                            "copying weights", error);
  return make_kernel (t, &spec->train, error) && start_samples (t, error);
}

/* Padding is zero from here on and nothing ever writes to it. */
static gboolean
allocate (CudaTrainer *trainer, GError **error)
{
  const gsize *bytes = trainer->layout.bytes;

  for (int array = 0; array < CUDA_N_ARRAYS; array++)
    if (bytes[array] > 0
        && ((trainer->array[array] = cuda_alloc (trainer->queue.device, bytes[array],
                                                 cuda_layout_array_name (array), error))
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
      cuda_trainer_release (trainer);
      largest = trainer->layout.tile / 2;
      if (!g_error_matches (local, GRAM_ERROR, GRAM_ERROR_MEMORY) || largest < CUDA_TILE_MIN)
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
  trainer->spec.train = (GramSamples){ .n = spec->train.n, .d = spec->train.d };
  trainer->spec.test = (GramSamples){ .n = spec->test.n, .d = spec->test.d };
  trainer->norms = g_new0 (double, spec->n_sets);
  if (spec->shard.count > 0)
    trainer->sums = g_new0 (double, spec->train.n * spec->n_sets);
  trainer->queue.device = device;
  if (!cuda_queue_init (&trainer->queue, device, CUDA_QUEUE_TRAINING, error)
      || !allocate_or_shrink (trainer, spec, error) || !upload_problem (trainer, spec, error)
      || !(trainer->layout.weights ? cuda_trainer_evaluate_weights (trainer, error)
                                   : cuda_trainer_evaluate_samples (trainer, error))
      || !keep_initial_patterns (trainer, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    g_clear_pointer (&trainer, cuda_trainer_free);
  return trainer;
}
