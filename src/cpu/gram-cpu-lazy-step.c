/* gram-cpu-lazy-step.c: steps that do not touch S, see gram-cpu-lazy.h
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-lazy.h"

#include <math.h>
#include <string.h>

/* ---------- rows of K ------------------------------------------------------------------------ */

typedef struct
{
  GramCpuTrainer *trainer;
  GramCpuSet *set;
  const float *r, *d;
  gboolean advance; /* the watched pairs too */
} Rows;

/* The watched pairs of image i by one step; those whose sign is not their pattern are found.
 * @terms: K_i∘r */
static void
advance_watched (const Rows *rows, gint64 i, const float *terms, GArray *found)
{
  GramCpuTrainer *trainer = rows->trainer;
  GramCpuLazy *lazy = rows->set->lazy;
  GArray *watch = lazy->watch[i];
  double rate = gram_cpu_rate (trainer), sums[GRAM_CPU_AT_ONCE];
  const guint32 *bits[GRAM_CPU_AT_ONCE];

  for (guint w = 0; w < watch->len; w += GRAM_CPU_AT_ONCE)
    {
      GramCpuWatch *pairs = &g_array_index (watch, GramCpuWatch, w);
      guint count = MIN (watch->len - w, GRAM_CPU_AT_ONCE);

      for (guint p = 0; p < GRAM_CPU_AT_ONCE; p++)
        bits[p] = lazy->rows + pairs[MIN (p, count - 1)].neuron * trainer->n_tiles;
      trainer->device->kernels->masked_sums (trainer->n_tiles, bits, terms, sums);
      for (guint p = 0; p < count; p++)
        {
          pairs[p].s -= rate * (double) trainer->a[pairs[p].neuron] * sums[p];
          gram_cpu_lazy_check (found, i, &pairs[p], bits[p][i / GRAM_TILE] >> (i % GRAM_TILE) & 1);
        }
    }
}

static void
rows_task (gint64 task, guint worker, gpointer data)
{
  const Rows *rows = data;
  GramCpuTrainer *trainer = rows->trainer;
  GramCpuLazy *lazy = rows->set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE, first = task * GRAM_CPU_LAZY_ROWS;
  float *z = lazy->partial + 2 * worker * n, *terms = z + n;
  double *out = lazy->product + task * n;

  memset (z, 0, (gsize) n * sizeof (float));
  for (gint64 i = first; i < MIN (first + GRAM_CPU_LAZY_ROWS, trainer->n); i++)
    {
      trainer->device->kernels->overlap_row (n, trainer->gram + i * n, lazy->counts + i * n,
                                             rows->r, rows->r[i], rows->d, terms, z,
                                             lazy->sums + 3 * i);
      if (rows->advance)
        advance_watched (rows, i, terms, lazy->found[task]);
    }
  for (gint64 j = 0; j < n; j++)
    out[j] = (double) z[j];
}

/**
 * gram_cpu_lazy_rows:
 * @d: (n)
 * @advance: whether the watched pairs take part in a step too, for which there are counts
 *
 * Rows of lazy->sums: what D = @d can do to s, from K alone, and with the counts what a step does.
 */
void
gram_cpu_lazy_rows (GramCpuTrainer *trainer, GramCpuSet *set, const double *d, gboolean advance)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE;
  float *r = lazy->narrow + n, *off = lazy->narrow + 2 * n;
  Rows rows = { trainer, set, r, off, advance };

  for (gint64 j = 0; j < trainer->n; j++)
    {
      r[j] = (float) set->r[j];
      off[j] = (float) d[j];
    }
  for (gint64 t = 0; t < gram_cpu_lazy_tasks (trainer); t++)
    g_array_set_size (lazy->found[t], 0);
  gram_cpu_pool_run (trainer->device->training, gram_cpu_lazy_tasks (trainer), rows_task, &rows);
}

/* ---------- a step --------------------------------------------------------------------------- */

/* Whether R went no further along b than was foreseen; makes D. */
static gboolean
within_limits (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  double dot = 0, tau;

  for (gint64 j = 0; j < trainer->n; j++)
    dot += lazy->pending[j] * lazy->base[j];
  tau = dot / lazy->base_square;
  if (!(tau >= lazy->tau && tau <= lazy->tau_limit))
    return FALSE;
  lazy->tau = tau;
  for (gint64 j = 0; j < trainer->n; j++)
    lazy->drift[j] = lazy->pending[j] - tau * lazy->base[j];
  return TRUE;
}

/* max(Σ[·]₊, Σ[·]₋) of the terms whose sum of magnitudes and sum are given, and some rounding */
static gboolean
within_allowance (GramCpuTrainer *trainer, GramCpuLazy *lazy)
{
  double rate = gram_cpu_rate (trainer) * (1 + 1e-4) / 2;

  for (gint64 i = 0; i < trainer->n; i++)
    if (!(rate * (lazy->sums[3 * i + 1] + fabs (lazy->sums[3 * i + 2]))
          <= (double) lazy->allowance[i]))
      return FALSE;
  return TRUE;
}

/**
 * gram_cpu_lazy_step:
 *
 * √m·u(k+1) = √m·(u(k) − ηH(k)r) and what the flips of this step add, of the neurons here. R is
 * that of k + 1 already.
 *
 * Returns: %FALSE when the step has to bring S up to date; nothing that outlasts the epoch was
 *   changed then
 */
gboolean
gram_cpu_lazy_step (GramCpuTrainer *trainer, GramCpuSet *set)
{
  GramCpuLazy *lazy = set->lazy;
  gint64 n = trainer->n_tiles * GRAM_TILE, tasks = gram_cpu_lazy_tasks (trainer);
  double scale = gram_cpu_rate (trainer) / 2;
  guint flips = lazy->flips->len;

  if (!gram_cpu_lazy_goes_on (trainer, lazy) || !within_limits (trainer, lazy))
    return FALSE;
  gram_cpu_lazy_rows (trainer, set, lazy->drift, TRUE);
  if (!within_allowance (trainer, lazy))
    return FALSE;
  for (gint64 i = 0; i < trainer->n; i++)
    {
      double sum = lazy->sums[3 * i];

      for (gint64 t = 0; t < tasks; t++)
        sum += lazy->product[t * n + i];
      set->own[i] -= scale * sum;
    }
  gram_cpu_lazy_reach (trainer, set);
  gram_cpu_lazy_take (trainer, set);
  gram_cpu_lazy_spend (trainer, lazy, lazy->flips->len - flips);
  lazy->steps++;
  return TRUE;
}
