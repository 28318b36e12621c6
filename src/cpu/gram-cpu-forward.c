/* gram-cpu-forward.c: the outputs of a network, and what follows from them
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-forward.h"

#include <math.h>
#include <string.h>

/* W(k) − W(0) = Σ_i coefficient_{r,i}·x_i of @count neurons from @first, one tile of samples */
void
gram_cpu_forward_coefficients (GramCpuTrainer *trainer, GramCpuSet *set, gint64 tile, gint64 first,
                               gint64 count, float *out)
{
  gint64 at = tile * trainer->neurons + first;
  _Alignas(64) float total[GRAM_TILE];

  for (int i = 0; i < GRAM_TILE; i++)
    total[i] = (float) set->total[tile * GRAM_TILE + i];
  trainer->device->kernels->coefficients (count, (float) -gram_cpu_rate (trainer),
                                          trainer->a + first, set->bits + at,
                                          set->spells + at * GRAM_TILE, total, out);
}

static void
forward_task (gint64 chunk, guint worker, gpointer data)
{
  GramCpuForward *f = data;
  GramCpuTrainer *trainer = f->trainer;
  const GramCpuKernels *kernels = trainer->device->kernels;
  gint64 first = chunk * GRAM_CPU_CHUNK, count = MIN (GRAM_CPU_CHUNK, trainer->neurons - first);
  float *S = gram_cpu_scratch (trainer, worker), *made = S + GRAM_CPU_CHUNK * GRAM_TILE;
  guint32 unused[GRAM_CPU_CHUNK];
  const float *w = f->weights != NULL ? f->weights + first * GRAM_TILE : made;
  gint64 stride = (f->weights != NULL ? trainer->neurons : count) * GRAM_TILE;

  for (gint64 t = 0; f->weights == NULL && t < trainer->n_tiles; t++)
    gram_cpu_forward_coefficients (trainer, f->set, t, first, count, made + t * stride);
  for (gint64 t = 0; t < f->tiles; t++)
    {
      gint64 at = t * trainer->neurons + first;
      float *s = f->out != NULL ? f->out + at * GRAM_TILE : S;

      if (f->sparse)
        kernels->product_sparse (trainer->image_start[t + 1] - trainer->image_start[t],
                                 f->panel + trainer->image_start[t] * GRAM_TILE,
                                 trainer->offsets + trainer->image_start[t], w, count, s);
      else
        kernels->product (f->k, f->panel + t * f->k * GRAM_TILE, w, stride, count, s);
      for (gint64 i = 0; f->base != NULL && i < count * GRAM_TILE; i++)
        s[i] += f->base[at * GRAM_TILE + i];
      kernels->activate (count, trainer->a + first, s, f->bits != NULL ? f->bits + at : unused,
                         trainer->parts + (chunk * f->tiles + t) * GRAM_TILE);
    }
  gram_cpu_forward_round (f->tiles * GRAM_TILE, trainer->parts + chunk * f->tiles * GRAM_TILE);
}

/**
 * gram_cpu_forward_round:
 * @parts: (n) what a unit of neurons adds to √m·u, rounded to a multiple of GRAM_CPU_GRAIN
 */
void
gram_cpu_forward_round (gint64 n, double *parts)
{
  for (gint64 i = 0; i < n; i++)
    parts[i] = rint (parts[i] / GRAM_CPU_GRAIN) * GRAM_CPU_GRAIN;
}

/* @u: (32·tiles) √m times what the neurons here add to the outputs */
void
gram_cpu_forward (GramCpuForward *f, double *u)
{
  GramCpuTrainer *trainer = f->trainer;
  gint64 n = f->tiles * GRAM_TILE;

  memset (trainer->parts, 0, (gsize) (trainer->chunks * n) * sizeof (double));
  gram_cpu_pool_run (trainer->device->training, trainer->chunks, forward_task, f);
  memset (u, 0, (gsize) n * sizeof (double));
  for (gint64 c = 0; c < trainer->chunks; c++)
    for (gint64 i = 0; i < n; i++)
      u[i] += trainer->parts[c * n + i];
}

/**
 * gram_cpu_forward_finish:
 * @sums: √m·u; of image i, number @at[i]
 *
 * u, the residual and what the next step multiplies with.
 */
void
gram_cpu_forward_finish (GramCpuTrainer *trainer, GramCpuSet *set, const double *sums,
                         const gint64 *at)
{
  gint64 index = set - trainer->sets;
  const double *y = trainer->Y + index * trainer->n_tiles * GRAM_TILE;
  double rate = gram_cpu_rate (trainer), scale = 1 / sqrt ((double) trainer->spec.m), sum = 0;
  gboolean zero = gram_cpu_starts_at_zero (trainer);

  for (gint64 i = 0; i < trainer->n; i++)
    {
      set->u[i] = zero ? 0 : scale * sums[at != NULL ? at[i] : i];
      set->r[i] = set->u[i] - y[i];
      set->rates[i] = (float) (rate * set->r[i]);
      sum += set->r[i] * set->r[i];
    }
  set->residual = sqrt (sum);
}
