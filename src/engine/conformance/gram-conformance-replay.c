/* gram-conformance-replay.c: Eq 5 in float64, as plainly as possible
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"

static double
output (const GramReplay *replay, const GramSamples *samples, gint64 i, guint8 *active)
{
  const GramTrainerSpec *spec = replay->spec;
  gint64 d = spec->train.d;
  double u = 0;

  for (gint64 r = 0; r < spec->m; r++)
    {
      double s = 0;

      for (gint64 j = 0; j < d; j++)
        s += replay->W[r * d + j] * samples->X[i * samples->ldx + j];
      if (active != NULL)
        active[r * samples->n + i] = s >= 0;
      u += s > 0 ? replay->a[r] * s : 0;
    }
  return u / sqrt ((double) spec->m);
}

static void
evaluate (GramReplay *replay)
{
  for (gint64 i = 0; i < replay->spec->train.n; i++)
    replay->u[i] = output (replay, &replay->spec->train, i, replay->active);
}

GramReplay *
gram_replay_new (const GramTrainerSpec *spec, guint set)
{
  GramReplay *replay = g_new0 (GramReplay, 1);
  gint64 n = spec->train.n, d = spec->train.d, m = spec->m;
  g_autofree float *W = g_new (float, (gsize) (d * m));

  replay->spec = spec;
  replay->W = g_new (double, (gsize) (2 * d * m + n + spec->test.n));
  replay->W0 = replay->W + d * m;
  replay->u = replay->W0 + d * m;
  replay->u_test = replay->u + n;
  replay->a = g_new (float, (gsize) m);
  replay->active = g_new (guint8, (gsize) (2 * n * m));
  replay->active0 = replay->active + n * m;
  replay->y = spec->Y + set * n;
  gram_network_weights (spec, 0, m, W, d);
  gram_network_signs (spec, replay->a);
  for (gint64 i = 0; i < d * m; i++)
    replay->W[i] = replay->W0[i] = W[i];
  evaluate (replay);
  memcpy (replay->active0, replay->active, (gsize) (n * m));
  return replay;
}

void
gram_replay_free (GramReplay *replay)
{
  g_free (replay->W);
  g_free (replay->a);
  g_free (replay->active);
  g_free (replay);
}

/* ∂Φ/∂w_r = a_r m^{-1/2} Σ_i (u_i − y_i) 1{w_rᵀx_i ≥ 0} x_i */
void
gram_replay_gradient (const GramReplay *replay, double *gradient)
{
  const GramTrainerSpec *spec = replay->spec;
  gint64 n = spec->train.n, d = spec->train.d;

  memset (gradient, 0, (gsize) (d * spec->m) * sizeof (double));
  for (gint64 r = 0; r < spec->m; r++)
    for (gint64 i = 0; i < n; i++)
      for (gint64 j = 0; replay->active[r * n + i] && j < d; j++)
        gradient[r * d + j] += replay->a[r] / sqrt ((double) spec->m)
                               * (replay->u[i] - replay->y[i])
                               * spec->train.X[i * spec->train.ldx + j];
}

void
gram_replay_step (GramReplay *replay)
{
  gint64 count = replay->spec->train.d * replay->spec->m;
  g_autofree double *gradient = g_new (double, (gsize) count);

  gram_replay_gradient (replay, gradient);
  for (gint64 i = 0; i < count; i++)
    replay->W[i] -= replay->spec->eta * gradient[i];
  evaluate (replay);
}

/* Φ of Eq 2 at the present W */
double
gram_replay_loss (GramReplay *replay)
{
  double sum = 0;

  evaluate (replay);
  for (gint64 i = 0; i < replay->spec->train.n; i++)
    sum += (replay->u[i] - replay->y[i]) * (replay->u[i] - replay->y[i]) / 2;
  return sum;
}

/* Fills the scalars, and u_test of the replay itself. */
void
gram_replay_observe (GramReplay *replay, GramObservation *observation)
{
  const GramTrainerSpec *spec = replay->spec;
  gint64 n = spec->train.n, d = spec->train.d, flips = 0;
  double sum = 0, total = 0, largest = 0;

  for (gint64 i = 0; i < n; i++)
    sum += (replay->u[i] - replay->y[i]) * (replay->u[i] - replay->y[i]);
  for (gint64 i = 0; i < n * spec->m; i++)
    flips += replay->active[i] != replay->active0[i];
  for (gint64 r = 0; r < spec->m; r++)
    {
      double square = 0;

      for (gint64 j = r * d; j < (r + 1) * d; j++)
        square += (replay->W[j] - replay->W0[j]) * (replay->W[j] - replay->W0[j]);
      total += square;
      largest = MAX (largest, square);
    }
  for (gint64 i = 0; i < spec->test.n; i++)
    replay->u_test[i] = output (replay, &spec->test, i, NULL);
  observation->residual = sqrt (sum);
  observation->distance = sqrt (total);
  observation->distance_max = sqrt (largest);
  observation->flipped = (double) flips / ((double) n * (double) spec->m);
}
