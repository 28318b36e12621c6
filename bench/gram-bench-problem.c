/* gram-bench-problem.c: made-up images for timings
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-bench-problem.h"

#include <math.h>

#include "gram-philox.h"
#include "gram-size.h"

static void
draw_images (guint64 seed, guint substream, gint64 n, gint64 d, double density, guint8 *pixels,
             double *scale, double *X)
{
  for (gint64 i = 0; i < n; i++)
    {
      double norm = 0;

      for (gint64 j = 0; j < d; j++)
        {
          guint32 word =
              gram_philox_u32 (seed, GRAM_STREAM_INPUTS, substream, (guint64) (i * d + j));
          guint8 value = (guint8) (1 + (word >> 16) % 255);

          pixels[i * d + j] = j == 0 || (word & 0xffff) < density * 0x10000 ? value : 0;
          norm += (double) pixels[i * d + j] * pixels[i * d + j];
        }
      scale[i] = 1 / sqrt (norm);
      for (gint64 j = 0; j < d; j++)
        X[i * d + j] = pixels[i * d + j] * scale[i];
    }
}

static gboolean
alloc_problem (GramBenchProblem *p, const GramBenchShape *shape, GError **error)
{
  gint64 n = shape->n, d = shape->d, n_test = MAX (shape->n_test, 1);

  return (p->X = gram_try_alloc (8, n, d, "the images", error)) != NULL
         && (p->X_test = gram_try_alloc (8, n_test, d, "the images", error)) != NULL
         && (p->Y = gram_try_alloc (8, n, MAX (shape->n_sets, 1), "the labels", error)) != NULL
         && (p->gain = gram_try_alloc (8, d, 1, "the images", error)) != NULL
         && (p->shift = gram_try_alloc (8, d, 1, "the images", error)) != NULL
         && (p->scale = gram_try_alloc (8, n, 1, "the images", error)) != NULL
         && (p->scale_test = gram_try_alloc (8, n_test, 1, "the images", error)) != NULL
         && (p->pixels = gram_try_alloc (1, n, d, "the images", error)) != NULL
         && (p->pixels_test = gram_try_alloc (1, n_test, d, "the images", error)) != NULL;
}

/**
 * gram_bench_problem_new:
 *
 * Label set 0 is ±1 by a rule on the image, the others are random. η = ½/n is below 2/λ₁ always.
 *
 * Returns: (transfer full) (nullable)
 */
GramBenchProblem *
gram_bench_problem_new (const GramBenchShape *shape, guint64 seed, GError **error)
{
  g_autoptr (GramBenchProblem) p = g_new0 (GramBenchProblem, 1);
  gint64 n = shape->n, d = shape->d;

  if (!alloc_problem (p, shape, error))
    return NULL;
  for (gint64 j = 0; j < d; j++)
    p->gain[j] = 1;
  draw_images (seed, 0, n, d, shape->density, p->pixels, p->scale, p->X);
  draw_images (seed, 1, shape->n_test, d, shape->density, p->pixels_test, p->scale_test, p->X_test);
  for (guint s = 0; s < MAX (shape->n_sets, 1); s++)
    for (gint64 i = 0; i < n; i++)
      p->Y[s * n + i] = s == 0 ? (p->pixels[i * d] > 128 ? 1 : -1)
                               : gram_philox_sign (seed, GRAM_STREAM_LABELS_TRAIN, s, (guint64) i);
  p->spec = (GramTrainerSpec){
    .train = { n, d, p->X, d, p->pixels, p->gain, p->shift, p->scale },
    .test = { shape->n_test, d, p->X_test, d, p->pixels_test, p->gain, p->shift, p->scale_test },
    .m = shape->m,
    .n_sets = MAX (shape->n_sets, 1),
    .Y = p->Y,
    .eta = 0.5 / (double) n,
    .kappa = 0.1,
    .seed = seed,
    .formulation = shape->formulation,
  };
  return g_steal_pointer (&p);
}

void
gram_bench_problem_free (GramBenchProblem *p)
{
  gram_free (p->X);
  gram_free (p->X_test);
  gram_free (p->Y);
  gram_free (p->gain);
  gram_free (p->shift);
  gram_free (p->scale);
  gram_free (p->scale_test);
  gram_free (p->pixels);
  gram_free (p->pixels_test);
  g_free (p);
}
