/* gram-conformance-problem.c: made-up problems, which need no data
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-conformance-private.h"

#include <math.h>

#include "gram-philox.h"

/* Every seventh pixel is never set, as the border of digits is not. */
static guint8
draw_pixel (guint64 seed, guint substream, gint64 index, gint64 j, gint64 d, double density)
{
  guint32 word = gram_philox_u32 (seed, GRAM_STREAM_INPUTS, substream, (guint64) index);

  if (d > 7 && j % 7 == 3)
    return 0;
  return (word & 0xffff) < density * 0x10000 ? (guint8) (1 + (word >> 16) % 255) : 0;
}

static void
draw_images (gint64 n, gint64 d, double density, guint64 seed, guint substream, guint8 *pixels,
             double *scale, double *X)
{
  for (gint64 i = 0; i < n; i++)
    {
      double norm = 0;

      for (gint64 j = 0; j < d; j++)
        pixels[i * d + j] = draw_pixel (seed, substream, i * d + j, j, d, density);
      if (pixels[i * d] == 0)
        pixels[i * d] = 100; /* no image is empty */
      for (gint64 j = 0; j < d; j++)
        norm += (double) pixels[i * d + j] * pixels[i * d + j] / (255.0 * 255.0);
      scale[i] = 1 / sqrt (norm);
      for (gint64 j = 0; j < d; j++)
        X[i * d + j] = pixels[i * d + j] / 255.0 * scale[i];
    }
}

/**
 * gram_conformance_problem_new:
 * @density: share of pixels that are set
 *
 * Label sets: ±1 by a rule on the image, then ±1 at random.
 */
GramConformanceProblem *
gram_conformance_problem_new (gint64 n, gint64 d, gint64 m, gint64 n_test, guint n_sets,
                              double density, guint64 seed)
{
  GramConformanceProblem *p = g_new0 (GramConformanceProblem, 1);

  p->X = g_new (double, (gsize) (n * d));
  p->X_test = g_new (double, (gsize) (n_test * d));
  p->pixels = g_new (guint8, (gsize) (n * d));
  p->pixels_test = g_new (guint8, (gsize) (n_test * d));
  p->scale = g_new (double, (gsize) n);
  p->scale_test = g_new (double, (gsize) n_test);
  p->gain = g_new (double, (gsize) d);
  p->shift = g_new0 (double, (gsize) d);
  p->Y = g_new (double, (gsize) n *n_sets);
  for (gint64 j = 0; j < d; j++)
    p->gain[j] = 1 / 255.0;
  draw_images (n, d, density, seed, 0, p->pixels, p->scale, p->X);
  draw_images (n_test, d, density, seed, 1, p->pixels_test, p->scale_test, p->X_test);
  for (gint64 i = 0; i < n; i++)
    for (guint s = 0; s < n_sets; s++)
      p->Y[s * n + i] = s == 0 ? (p->pixels[i * d] > 60 ? 1 : -1)
                               : gram_philox_sign (seed, GRAM_STREAM_LABELS_TRAIN, s, (guint64) i);
  p->spec = (GramTrainerSpec){
    .train = { n, d, p->X, d, p->pixels, p->gain, p->shift, p->scale },
    .test = { n_test, d, p->X_test, d, p->pixels_test, p->gain, p->shift, p->scale_test },
    .m = m,
    .n_sets = n_sets,
    .Y = p->Y,
    .eta = 0.5 / (double) n,
    .kappa = 0.1,
    .seed = seed,
  };
  return p;
}

void
gram_conformance_problem_free (GramConformanceProblem *p)
{
  g_free (p->X);
  g_free (p->X_test);
  g_free (p->pixels);
  g_free (p->pixels_test);
  g_free (p->scale);
  g_free (p->scale_test);
  g_free (p->gain);
  g_free (p->shift);
  g_free (p->Y);
  g_free (p);
}
