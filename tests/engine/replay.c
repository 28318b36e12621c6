/* replay.c: gradient descent replayed plainly: Eq 1, 5 and 6 as they stand, in double
 *
 * SPDX-License-Identifier: MIT
 */
#include "replay.h"

#include <math.h>
#include <string.h>

double
replay_forward (const Replay *replay, const double *x)
{
  gint64 d = replay->problem->d;
  double sum = 0;

  for (gint64 r = 0; r < REPLAY_M; r++)
    {
      double z = 0;

      for (gint64 j = 0; j < d; j++)
        z += replay->W[r * d + j] * x[j];
      sum += replay->a[r] * fmax (z, 0);
    }
  return sum / sqrt (REPLAY_M);
}

void
replay_init (Replay *replay, const GramProblem *problem, const GramTrainerSpec *spec,
             const double *y)
{
  gint64 d = problem->d;
  g_autofree float *W = g_new (float, (gsize) (d * REPLAY_M));

  *replay = (Replay){ .problem = problem, .eta = spec->eta, .y = y };
  replay->a = g_new (float, REPLAY_M);
  replay->u = g_new (double, REPLAY_N);
  gram_network_weights (spec, 0, REPLAY_M, W, d);
  gram_network_signs (spec, replay->a);
  replay->W = g_new (double, (gsize) (d * REPLAY_M));
  for (gint64 i = 0; i < d * REPLAY_M; i++)
    replay->W[i] = W[i];
  replay->W0 = g_memdup2 (replay->W, (gsize) (d * REPLAY_M) * sizeof (double));
  for (gint64 i = 0; i < REPLAY_N; i++)
    replay->u[i] = replay_forward (replay, problem->X + i * d);
}

void
replay_clear (Replay *replay)
{
  g_free (replay->W0);
  g_free (replay->W);
  g_free (replay->a);
  g_free (replay->u);
}

void
replay_step (Replay *replay)
{
  gint64 d = replay->problem->d;
  g_autofree double *gradient = g_new (double, (gsize) d);

  for (gint64 r = 0; r < REPLAY_M; r++)
    {
      double *w = replay->W + r * d;

      memset (gradient, 0, (gsize) d * sizeof (double));
      for (gint64 i = 0; i < REPLAY_N; i++)
        {
          const double *x = replay->problem->X + i * d;
          double z = 0;

          for (gint64 j = 0; j < d; j++)
            z += w[j] * x[j];
          for (gint64 j = 0; z >= 0 && j < d; j++)
            gradient[j] += (replay->u[i] - replay->y[i]) * x[j];
        }
      for (gint64 j = 0; j < d; j++)
        w[j] -= replay->eta * replay->a[r] / sqrt (REPLAY_M) * gradient[j];
    }
  for (gint64 i = 0; i < REPLAY_N; i++)
    replay->u[i] = replay_forward (replay, replay->problem->X + i * d);
}

double
replay_residual (const Replay *replay)
{
  double sum = 0;

  for (gint64 i = 0; i < REPLAY_N; i++)
    sum += (replay->y[i] - replay->u[i]) * (replay->y[i] - replay->u[i]);
  return sqrt (sum);
}

static gboolean
is_on (const double *w, const double *x, gint64 d)
{
  double z = 0;

  for (gint64 j = 0; j < d; j++)
    z += w[j] * x[j];
  return z >= 0;
}

/* 1{w_rᵀx_i ≥ 0}, (m × n). */
static void
patterns (const Replay *replay, const double *W, gboolean on[REPLAY_N][REPLAY_M])
{
  gint64 d = replay->problem->d;

  for (gint64 i = 0; i < REPLAY_N; i++)
    for (gint64 r = 0; r < REPLAY_M; r++)
      on[i][r] = is_on (W + r * d, replay->problem->X + i * d, d);
}

/* The fraction of patterns that differ from the start, and ‖H(k) − H(0)‖_F with
 * H_ij = (K_ij/m) Σ_r 1_{r,i}1_{r,j}, number 18. */
void
replay_patterns (const Replay *replay, double *flipped, double *drift)
{
  static gboolean before[REPLAY_N][REPLAY_M], after[REPLAY_N][REPLAY_M];
  gint64 d = replay->problem->d, count = 0;
  const double *X = replay->problem->X;
  double sum = 0;

  patterns (replay, replay->W0, before);
  patterns (replay, replay->W, after);
  for (gint64 i = 0; i < REPLAY_N; i++)
    for (gint64 j = 0; j < REPLAY_N; j++)
      {
        double K = 0;
        gint64 both = 0;

        for (gint64 l = 0; l < d; l++)
          K += X[i * d + l] * X[j * d + l];
        for (gint64 r = 0; r < REPLAY_M; r++)
          both += (after[i][r] && after[j][r]) - (before[i][r] && before[j][r]);
        for (gint64 r = 0; r < REPLAY_M && i == j; r++)
          count += after[i][r] != before[i][r];
        sum += K / REPLAY_M * (double) both * K / REPLAY_M * (double) both;
      }
  *flipped = (double) count / (REPLAY_N * REPLAY_M);
  *drift = sqrt (sum);
}
