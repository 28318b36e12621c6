/* gram-cpu-spectrum-chase.c: B = Q₂TQ₂ᵀ, from a band to three diagonals
 *
 * SPDX-License-Identifier: MIT
 *
 * A sweep makes one column tridiagonal by a reflector and chases the bulge that this raises down
 * the band, a reflector a step (Lang 1993; Haidar, Ltaief and Dongarra 2011). Step k of a sweep
 * may follow step k + 1 of the sweep before, so sweeps run one behind the other: in groups, in
 * which four go in step on one thread, and the groups on all threads. Groups are dealt in order,
 * so the one that a group waits for is always being worked on. No bit depends on the threads.
 */
#include "gram-cpu-spectrum-private.h"

#include <sched.h>
#include <string.h>

#include "gram-size.h"

#define BAND GRAM_CPU_BAND
#define WIDTH GRAM_CPU_FEW
#define GROUP 4
#define SPINS 200 /* looks at another group before the processor is given away */
#define FRONT 16  /* sweeps whose reflectors go over vectors side by side */

typedef struct
{
  GramCpuSpectrum *s;
  gint64
      *done; /* (groups) atomic: steps that the group's last sweep has done; G_MAXINT64 at last */
  gint64 groups;
  const GramJob *job;
} Chase;

/* A sweep's reflector, on its way from step to step. */
typedef struct
{
  double v[BAND] __attribute__ ((aligned (64)));
  double tau;
} Reflector;

/* Step @k of sweep @sweep; FALSE when the sweep is over. */
static gboolean
take_step (const GramCpuSpectrum *s, gint64 sweep, gint64 k, Reflector *reflector)
{
  const GramCpuKernels *kernels = s->device->kernels;
  gint64 row = sweep + 1 + k * BAND, ld = GRAM_CPU_BAND_LD - 1;
  Reflector next;
  double *keep;

  if (row > s->n - 1)
    return FALSE;
  if (k == 0)
    {
      double *x = gram_cpu_spectrum_b (s, row, sweep), beta;

      beta = kernels->householder (x, next.v, &next.tau);
      memset (x, 0, BAND * sizeof (double));
      x[0] = beta;
    }
  else
    kernels->chase_sides (gram_cpu_spectrum_b (s, row, row - BAND), ld, reflector->v,
                          reflector->tau, next.v, &next.tau);
  *reflector = next;
  kernels->chase_core (gram_cpu_spectrum_b (s, row, row), ld, next.v, next.tau);
  keep = gram_cpu_spectrum_reflector (s, sweep, k);
  keep[0] = next.tau;
  memcpy (keep + 1, next.v + 1, (gsize) (MIN (BAND, s->n - row) - 1) * sizeof (double));
  return TRUE;
}

/* Until the last sweep of the group before has done @steps; returns what it has done. */
static gint64
wait_for (const Chase *chase, gint64 group, gint64 steps)
{
  gint64 seen;

  for (int spin = 0; (seen = __atomic_load_n (&chase->done[group - 1], __ATOMIC_ACQUIRE)) < steps;
       spin++)
    if (spin > SPINS)
      sched_yield ();
  return seen;
}

static void
chase_group (gint64 group, guint worker, gpointer data)
{
  const Chase *chase = data;
  gint64 first = group * GROUP, count = MIN (GROUP, chase->s->n - 2 - first);
  gint64 seen = group == 0 ? G_MAXINT64 : 0;
  gboolean live = !g_cancellable_is_cancelled (chase->job->cancellable);
  Reflector reflector[GROUP];

  for (gint64 wave = 0; live; wave++)
    {
      live = wave < 2 * count; /* the later ones have not begun */
      for (gint64 q = 0; q < count && wave >= 2 * q; q++)
        {
          gint64 k = wave - 2 * q;

          if (q == 0 && seen < k + 2)
            seen = wait_for (chase, group, k + 2);
          if (!take_step (chase->s, first + q, k, &reflector[q]))
            continue;
          live = TRUE;
          if (q == count - 1)
            __atomic_store_n (&chase->done[group], k + 1, __ATOMIC_RELEASE);
        }
    }
  __atomic_store_n (&chase->done[group], G_MAXINT64, __ATOMIC_RELEASE);
  if (worker == 0)
    gram_job_progress (chase->job, (double) (group + 1) / (double) chase->groups);
}

/**
 * gram_cpu_spectrum_chase:
 *
 * B = Q₂TQ₂ᵀ, after gram_cpu_spectrum_band().
 */
gboolean
gram_cpu_spectrum_chase (GramCpuSpectrum *s, const GramJob *job, GError **error)
{
  gint64 n = s->n, groups = n > 2 ? (n - 2 + GROUP - 1) / GROUP : 0;
  g_autofree gint64 *done = g_new0 (gint64, groups + 1);
  Chase chase = { s, done, groups, job };

  gram_cpu_pool_run (s->device->analysis, groups, chase_group, &chase);
  for (gint64 i = 0; i < n; i++)
    {
      s->diagonal[i] = *gram_cpu_spectrum_b (s, i, i);
      s->off_diagonal[i] = i + 1 < n ? *gram_cpu_spectrum_b (s, i + 1, i) : 0;
    }
  return !g_cancellable_set_error_if_cancelled (job->cancellable, error);
}

/* ---------- Q₂ against vectors ---------------------------------------------------------------- */

/* Rows ← (I − τvvᵀ)·rows, with τ in the place of v₁. */
static inline void
reflect (gint64 count, const double *v, double *rows)
{
  double sum[WIDTH];

  if (v[0] == 0)
    return;
  for (int c = 0; c < WIDTH; c++)
    sum[c] = rows[c];
  for (gint64 i = 1; i < count; i++)
    for (int c = 0; c < WIDTH; c++)
      sum[c] += v[i] * rows[i * WIDTH + c];
  for (int c = 0; c < WIDTH; c++)
    {
      sum[c] *= v[0];
      rows[c] -= sum[c];
    }
  for (gint64 i = 1; i < count; i++)
    for (int c = 0; c < WIDTH; c++)
      rows[i * WIDTH + c] -= v[i] * sum[c];
}

typedef struct
{
  const GramCpuSpectrum *s;
  gboolean transpose;
  double *rows;
  GCancellable *cancellable;
} Sweeps;

/* A front of sweeps, so that its reflectors find the rows of vectors in the cache: step k of sweep
 * s goes after step k + 1 of sweep s − 1, or before it for Q₂. */
static void
sweep_front (const Sweeps *sweeps, gint64 first, double *rows)
{
  const GramCpuSpectrum *s = sweeps->s;
  gint64 n = s->n, count = MIN (FRONT, n - 2 - first);
  gint64 waves = (n - 1 - first + BAND - 1) / BAND + count;

  for (gint64 w = 0; w < waves; w++)
    for (gint64 r = 0; r < count; r++)
      {
        gint64 wave = sweeps->transpose ? w : waves - 1 - w;
        gint64 q = sweeps->transpose ? r : count - 1 - r;
        gint64 k = wave - q, row = first + q + 1 + k * BAND;

        if (k >= 0 && row < n)
          reflect (MIN (BAND, n - row), gram_cpu_spectrum_reflector (s, first + q, k),
                   rows + row * WIDTH);
      }
}

static void
sweep_group (gint64 task, guint worker, gpointer data)
{
  const Sweeps *sweeps = data;
  gint64 fronts = MAX (sweeps->s->n - 2 + FRONT - 1, 0) / FRONT;

  for (gint64 f = 0; f < fronts && !g_cancellable_is_cancelled (sweeps->cancellable); f++)
    sweep_front (sweeps, (sweeps->transpose ? f : fronts - 1 - f) * FRONT,
                 sweeps->rows + task * sweeps->s->n * WIDTH);
}

/**
 * gram_cpu_spectrum_sweeps:
 * @transpose: whether to multiply by Q₂ᵀ, else by Q₂
 * @groups: of four vectors
 * @rows: (inout): (@groups) blocks of n rows, a row one number of each of four vectors
 */
gboolean
gram_cpu_spectrum_sweeps (const GramCpuSpectrum *s, gboolean transpose, gint64 groups, double *rows,
                          const GramJob *job, GError **error)
{
  Sweeps sweeps = { s, transpose, rows, job->cancellable };

  gram_cpu_pool_run (s->device->analysis, groups, sweep_group, &sweeps);
  return !g_cancellable_set_error_if_cancelled (job->cancellable, error);
}
