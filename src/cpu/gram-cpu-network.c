/* gram-cpu-network.c: images, W(0) and K laid out in tiles
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-network.h"

#include "gram-blas.h"
#include "gram-cpu-order.h"
#include "gram-size.h"

#define DRAWN 16    /* neurons drawn at a time */
#define COLUMNS 256 /* of K made at a time */

static float *
floats (gint64 rows, gint64 columns, const char *what, GError **error)
{
  return gram_try_alloc (sizeof (float), MAX (rows, 1), MAX (columns, 1), what, error);
}

/* (d_used × n) as a panel: for XᵀW; @order: (nullable) */
static float *
pack_images (GramCpuTrainer *trainer, const GramSamples *samples, const gint64 *order, gint64 tiles,
             GError **error)
{
  gint64 d = trainer->d_used;
  float *panel = floats (tiles * GRAM_TILE, d, "the images", error);

  for (gint64 i = 0; panel != NULL && i < samples->n; i++)
    {
      const double *x = samples->X + (order != NULL ? order[i] : i) * samples->ldx;

      for (gint64 j = 0; j < d; j++)
        panel[(i / GRAM_TILE * d + j) * GRAM_TILE + i % GRAM_TILE] = (float) x[trainer->used[j]];
    }
  return panel;
}

/* (n × d) as a half panel: for gradients */
static float *
pack_pixels (GramCpuTrainer *trainer, const GramSamples *samples, GError **error)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;
  float *panel = floats (n, trainer->d_tiles * GRAM_TILE, "the images", error);

  for (gint64 i = 0; panel != NULL && i < samples->n; i++)
    for (gint64 j = 0; j < trainer->d_used; j++)
      panel[(j / GRAM_HALF * n + i) * GRAM_HALF + j % GRAM_HALF] =
          (float) samples->X[trainer->order[i] * samples->ldx + trainer->used[j]];
  return panel;
}

/* Whether any of the 32 images of a tile has any of @count pixels from @first set */
static gboolean
tile_has (GramCpuTrainer *trainer, gint64 tile, gint64 first, gint64 count)
{
  gint64 n = trainer->n_tiles * GRAM_TILE;

  for (gint64 j = first; j < first + count; j++)
    for (gint64 i = tile * GRAM_TILE; i < (tile + 1) * GRAM_TILE; i++)
      if (trainer->pixels[(j / GRAM_HALF * n + i) * GRAM_HALF + j % GRAM_HALF] != 0)
        return TRUE;
  return FALSE;
}

/* Which tiles of images take part in the gradient of each 16 pixels; all, unless sparse. */
static gboolean
list_blocks (GramCpuTrainer *trainer, GError **error)
{
  gint64 blocks = 2 * trainer->d_tiles, kept = 0;

  trainer->block_start = g_new (gint64, blocks + 1);
  trainer->block_tiles =
      gram_try_alloc (sizeof (gint32), blocks, trainer->n_tiles, "lists of tiles", error);
  if (trainer->block_tiles == NULL)
    return FALSE;
  for (gint64 b = 0; b < blocks; b++)
    {
      trainer->block_start[b] = kept;
      for (gint64 t = 0; t < trainer->n_tiles; t++)
        if (!gram_cpu_is_sparse (trainer) || tile_has (trainer, t, b * GRAM_HALF, GRAM_HALF))
          trainer->block_tiles[kept++] = (gint32) t;
    }
  trainer->block_start[blocks] = kept;
  return TRUE;
}

/* The images tile by tile with only the pixels that one of a tile's images has set. */
static gboolean
pack_sparse (GramCpuTrainer *trainer, GError **error)
{
  gint64 n = trainer->n_tiles * GRAM_TILE, d = trainer->d_used, kept = 0;
  float *out;

  trainer->image_start = g_new (gint64, trainer->n_tiles + 1);
  trainer->offsets =
      gram_try_alloc (sizeof (gsize), trainer->n_tiles, MAX (d, 1), "lists of pixels", error);
  if (trainer->offsets == NULL)
    return FALSE;
  for (gint64 t = 0; t < trainer->n_tiles; t++)
    {
      trainer->image_start[t] = kept;
      for (gint64 j = 0; j < d; j++)
        if (tile_has (trainer, t, j, 1))
          trainer->offsets[kept++] = (gsize) j;
    }
  trainer->image_start[trainer->n_tiles] = kept;
  out = trainer->images = floats (kept, GRAM_TILE, "the images", error);
  for (gint64 t = 0; out != NULL && t < trainer->n_tiles; t++)
    for (gint64 q = trainer->image_start[t]; q < trainer->image_start[t + 1]; q++)
      {
        gint64 j = (gint64) trainer->offsets[q];

        for (gint64 i = 0; i < GRAM_TILE; i++)
          *out++ =
              trainer->pixels[(j / GRAM_HALF * n + t * GRAM_TILE + i) * GRAM_HALF + j % GRAM_HALF];
        trainer->offsets[q] =
            (gsize) (j / GRAM_TILE * trainer->neurons * GRAM_TILE + j % GRAM_TILE);
      }
  return out != NULL;
}

typedef struct
{
  GramCpuTrainer *trainer;
  float *drawn; /* threads × d × DRAWN */
  float *W;
} Draw;

static void
draw_task (gint64 task, guint worker, gpointer data)
{
  Draw *draw = data;
  GramCpuTrainer *trainer = draw->trainer;
  gint64 first = task * DRAWN, count = MIN (DRAWN, trainer->m - first);
  float *w = draw->drawn + worker * trainer->d * DRAWN;

  gram_network_weights (&trainer->spec, first, count, w, trainer->d);
  for (gint64 r = 0; r < count; r++)
    for (gint64 j = 0; j < trainer->d_used; j++)
      draw->W[(j / GRAM_TILE * trainer->neurons + first + r) * GRAM_TILE + j % GRAM_TILE] =
          w[r * trainer->d + trainer->used[j]];
}

/**
 * gram_cpu_network_draw:
 *
 * W(0) in tiles and a, again when W(0) was given up.
 */
gboolean
gram_cpu_network_draw (GramCpuTrainer *trainer, GError **error)
{
  guint threads = gram_cpu_pool_get_threads (trainer->device->training);
  Draw draw = { trainer, floats (trainer->d * DRAWN, threads, "weights being drawn", error), NULL };

  if (draw.drawn != NULL)
    trainer->weights = draw.W =
        floats (trainer->d_tiles * GRAM_TILE, trainer->neurons, "W(0)", error);
  if (draw.W != NULL)
    gram_cpu_pool_run (trainer->device->training, (trainer->m + DRAWN - 1) / DRAWN, draw_task,
                       &draw);
  gram_free (draw.drawn);
  gram_free (trainer->a);
  trainer->a = draw.W != NULL ? floats (trainer->neurons, 1, "the signs", error) : NULL;
  if (trainer->a != NULL)
    gram_network_signs (&trainer->spec, trainer->a);
  return trainer->a != NULL;
}

/* XᵀR, R one of the sets of images, as a panel (n × R's n) of rows of @width: rounded once from
 * float64 */
static float *
make_kernel (GramCpuTrainer *trainer, const double *X, const GramSamples *rows, const gint64 *order,
             gint64 tiles, gint64 width, const GramJob *job, GError **error)
{
  gint64 n = trainer->n_tiles * GRAM_TILE, d = trainer->d_used;
  double *R = gram_cpu_device_used_images (rows, order, trainer->used, d, error);
  double *block = gram_try_alloc (sizeof (double), rows->n, COLUMNS, "a block of K", error);
  float *panel = floats (n, tiles * GRAM_TILE, "K", error);
  gboolean done = R != NULL && block != NULL && panel != NULL;

  for (gint64 first = 0; done && first < trainer->n; first += COLUMNS)
    {
      gint64 count = MIN (COLUMNS, trainer->n - first);

      if (d > 0)
        cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, rows->n, count, d, 1, R, d,
                     X + first * d, d, 0, block, rows->n);
      for (gint64 j = 0; j < count; j++)
        for (gint64 i = 0; i < rows->n; i++)
          panel[(i / width * n + first + j) * width + i % width] = (float) block[j * rows->n + i];
      gram_job_progress (job, (double) (first + count) / (double) trainer->n);
      done = !g_cancellable_set_error_if_cancelled (job->cancellable, error);
    }
  gram_free (R);
  gram_free (block);
  if (!done)
    gram_free (g_steal_pointer (&panel));
  return panel;
}

static gboolean
make_sample_space (GramCpuTrainer *trainer, const GramTrainerSpec *spec, const GramJob *job,
                   GError **error)
{
  double *X = gram_cpu_device_used_images (&spec->train, trainer->order, trainer->used,
                                           trainer->d_used, error);
  gboolean done;

  done =
      X != NULL
      && (trainer->kernel = make_kernel (trainer, X, &spec->train, trainer->order, trainer->n_tiles,
                                         GRAM_HALF, job, error))
             != NULL
      && (trainer->start = floats (trainer->n_tiles * GRAM_TILE, trainer->neurons, "S(0)", error))
             != NULL;
  if (done && trainer->n_test > 0)
    done = (trainer->cross = make_kernel (trainer, X, &spec->test, NULL, trainer->test_tiles,
                                          GRAM_TILE, job, error))
               != NULL
           && (trainer->test_start =
                   floats (trainer->test_tiles * GRAM_TILE, trainer->neurons, "S(0)", error))
                  != NULL;
  gram_free (X);
  return done;
}

static gboolean
pack_train (GramCpuTrainer *trainer, const GramSamples *train, GError **error)
{
  if (!gram_cpu_order_images (trainer, train, error)
      || (trainer->pixels = pack_pixels (trainer, train, error)) == NULL
      || !list_blocks (trainer, error))
    return FALSE;
  if (gram_cpu_is_sparse (trainer))
    return pack_sparse (trainer, error);
  trainer->images = pack_images (trainer, train, trainer->order, trainer->n_tiles, error);
  return trainer->images != NULL;
}

gboolean
gram_cpu_network_new (GramCpuTrainer *trainer, const GramTrainerSpec *spec, const GramJob *job,
                      GError **error)
{
  gint64 count;

  trainer->used = gram_samples_used_pixels (&spec->train, &spec->test, &count);
  if (!pack_train (trainer, &spec->train, error)
      || (trainer->n_test > 0
          && (trainer->tests = pack_images (trainer, &spec->test, NULL, trainer->test_tiles, error))
                 == NULL))
    return FALSE;
  return !g_cancellable_set_error_if_cancelled (job->cancellable, error)
         && gram_cpu_network_draw (trainer, error)
         && (!gram_cpu_in_samples (trainer) || make_sample_space (trainer, spec, job, error));
}
