/* gram-cpu-order.c: putting similar images, and pixels that are set together, side by side
 *
 * SPDX-License-Identifier: MIT
 *
 * The sparse formulation skips a pixel for 32 images at once when none of them has it set. How
 * often that happens depends on which images share a tile: they are split in halves along the
 * direction in which their sets of pixels vary most, and so on. The order changes no result but
 * the rounding of sums.
 */
#include "gram-cpu-order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-philox.h"
#include "gram-size.h"

#define ITERATIONS 4
#define SAMPLE 2048 /* images that an estimate looks at */

typedef struct
{
  float place;
  gint64 item;
} Place;

/* Columns of @set are items, 1 where they have a feature. */
typedef struct
{
  gint64 features, items, leaf;
  float *set; /* (features × items), permuted along */
  float *scratch;
  gint64 *item; /* which item lies here */
  gint64 *old;
  Place *places;
  float *mean, *direction, *projection;
} Bisection;

static void
bisection_clear (Bisection *b)
{
  gram_free (b->set);
  gram_free (b->scratch);
  g_free (b->item);
  g_free (b->old);
  g_free (b->places);
  g_free (b->mean);
  gram_free (b->direction);
  gram_free (b->projection);
}

static gboolean
bisection_init (Bisection *b, gint64 features, gint64 items, gint64 leaf, GError **error)
{
  const char *what = "the order of the images";

  *b = (Bisection){ .features = features, .items = items, .leaf = leaf };
  b->item = g_new (gint64, items);
  b->old = g_new (gint64, items);
  b->places = g_new (Place, items);
  b->mean = g_new (float, features);
  if ((b->set = gram_try_alloc (sizeof (float), features, items, what, error)) == NULL
      || (b->scratch = gram_try_alloc (sizeof (float), features, items, what, error)) == NULL
      || (b->direction = gram_try_alloc (sizeof (float), features, 1, what, error)) == NULL
      || (b->projection = gram_try_alloc (sizeof (float), items, 1, what, error)) == NULL)
    return FALSE;
  for (gint64 i = 0; i < items; i++)
    b->item[i] = i;
  return TRUE;
}

/* Projections of the items @first … on their principal direction, by power iteration. */
static void
project (Bisection *b, gint64 first, gint64 count)
{
  const float *Z = b->set + first * b->features;
  float *v = b->direction, *p = b->projection;

  memset (b->mean, 0, (gsize) b->features * sizeof (float));
  for (gint64 i = 0; i < count; i++)
    for (gint64 j = 0; j < b->features; j++)
      b->mean[j] += Z[i * b->features + j] / (float) count;
  gram_philox_normal_f32 (0, GRAM_STREAM_PROBE, 2, 0, (gsize) b->features, 1, v);
  for (int k = 0; k <= ITERATIONS; k++)
    {
      float centre = 0, sum = 0, norm = 0;

      cblas_sgemv (CblasColMajor, CblasTrans, b->features, count, 1, Z, b->features, v, 1, 0, p, 1);
      for (gint64 j = 0; j < b->features; j++)
        centre += b->mean[j] * v[j];
      for (gint64 i = 0; i < count; i++)
        sum += p[i] -= centre;
      if (k == ITERATIONS)
        break;
      cblas_sgemv (CblasColMajor, CblasNoTrans, b->features, count, 1, Z, b->features, p, 1, 0, v,
                   1);
      for (gint64 j = 0; j < b->features; j++)
        {
          v[j] -= b->mean[j] * sum;
          norm += v[j] * v[j];
        }
      for (gint64 j = 0; j < b->features; j++)
        v[j] /= sqrtf (norm) + 1e-30f;
    }
}

static int
compare_places (gconstpointer x, gconstpointer y)
{
  const Place *a = x, *b = y;

  if (a->place != b->place)
    return a->place < b->place ? -1 : 1;
  return (a->item > b->item) - (a->item < b->item);
}

static void
bisect (Bisection *b, gint64 first, gint64 count)
{
  gint64 left = (count / b->leaf + 1) / 2 * b->leaf;
  gsize column = (gsize) b->features * sizeof (float);

  if (count <= b->leaf || left >= count)
    return;
  project (b, first, count);
  for (gint64 i = 0; i < count; i++)
    b->places[i] = (Place){ b->projection[i], i };
  qsort (b->places, (gsize) count, sizeof *b->places, compare_places);
  memcpy (b->scratch, b->set + first * b->features, (gsize) count * column);
  memcpy (b->old, b->item + first, (gsize) count * sizeof *b->old);
  for (gint64 i = 0; i < count; i++)
    {
      memcpy (b->set + (first + i) * b->features, b->scratch + b->places[i].item * b->features,
              column);
      b->item[first + i] = b->old[b->places[i].item];
    }
  bisect (b, first, left);
  bisect (b, first + left, count - left);
}

/* A second bisection of the features, by the groups of 32 items that have them. */
static gboolean
bisect_features (Bisection *images, Bisection *pixels, GError **error)
{
  gint64 groups = (images->items + GRAM_TILE - 1) / GRAM_TILE;

  if (!bisection_init (pixels, groups, images->features, GRAM_HALF, error))
    return FALSE;
  for (gint64 i = 0; i < images->items; i++)
    for (gint64 j = 0; j < images->features; j++)
      if (images->set[i * images->features + j] != 0)
        pixels->set[j * groups + i / GRAM_TILE] = 1;
  bisect (pixels, 0, pixels->items);
  return TRUE;
}

static gboolean
bisect_images (Bisection *images, const GramSamples *samples, const gint64 *used, gint64 d,
               gint64 count, GError **error)
{
  if (!bisection_init (images, d, count, GRAM_TILE, error))
    return FALSE;
  for (gint64 i = 0; i < count; i++)
    for (gint64 j = 0; j < d; j++)
      images->set[i * d + j] =
          samples->X[i * samples->n / count * samples->ldx + used[j]] != 0 ? 1 : 0;
  bisect (images, 0, count);
  return TRUE;
}

/**
 * gram_cpu_order_images:
 *
 * Fills trainer->order and, in the sparse formulation, permutes trainer->used.
 */
gboolean
gram_cpu_order_images (GramCpuTrainer *trainer, const GramSamples *samples, GError **error)
{
  Bisection images = { 0 }, pixels = { 0 };
  gint64 d = trainer->d_used;
  gboolean done;

  trainer->order = g_new (gint64, trainer->n);
  for (gint64 i = 0; i < trainer->n; i++)
    trainer->order[i] = i;
  if (!gram_cpu_is_sparse (trainer))
    return TRUE;
  done = bisect_images (&images, samples, trainer->used, d, trainer->n, error)
         && bisect_features (&images, &pixels, error);
  if (done)
    {
      memcpy (trainer->order, images.item, (gsize) trainer->n * sizeof (gint64));
      for (gint64 j = 0; j < d; j++)
        pixels.old[j] = trainer->used[pixels.item[j]];
      memcpy (trainer->used, pixels.old, (gsize) d * sizeof (gint64));
    }
  bisection_clear (&images);
  bisection_clear (&pixels);
  return done;
}

/**
 * gram_cpu_order_estimate:
 * @filled: (out): share of (tile of images, pixel) pairs that the sparse product visits
 * @blocks: (out): share of (tile of images, 16 pixels) that its gradient visits
 *
 * From at most 2,048 of the images, so a little too high for more.
 */
gboolean
gram_cpu_order_estimate (const GramSamples *samples, const gint64 *used, gint64 d, double *filled,
                         double *blocks, GError **error)
{
  Bisection images = { 0 }, pixels = { 0 };
  gint64 count = MIN (samples->n, SAMPLE), groups = (count + GRAM_TILE - 1) / GRAM_TILE;
  gint64 set = 0, taken = 0, all = 0;
  gboolean done = bisect_images (&images, samples, used, d, count, error)
                  && bisect_features (&images, &pixels, error);

  for (gint64 j0 = 0; done && j0 < d; j0 += GRAM_HALF)
    for (gint64 g = 0; g < groups; g++)
      {
        gint64 here = 0;

        for (gint64 j = j0; j < MIN (j0 + GRAM_HALF, d); j++)
          here += pixels.set[j * groups + g] != 0;
        set += here;
        taken += here > 0;
        all++;
      }
  if (done)
    {
      *filled = (double) set / (double) (d * groups);
      *blocks = (double) taken / (double) all;
    }
  bisection_clear (&images);
  bisection_clear (&pixels);
  return done;
}
