/* replay.h: gradient descent replayed plainly: Eq 1, 5 and 6 as they stand, in double
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-problem.h"

G_BEGIN_DECLS

#define REPLAY_N 48 /* samples */
#define REPLAY_M 96 /* neurons */

typedef struct
{
  const GramProblem *problem;
  double *W0, *W; /* (d × m) */
  float *a;
  double eta;
  const double *y;
  double *u; /* (n) outputs */
} Replay;

void replay_init (Replay *replay, const GramProblem *problem, const GramTrainerSpec *spec,
                  const double *y);
void replay_clear (Replay *replay);
void replay_step (Replay *replay);
double replay_forward (const Replay *replay, const double *x);
double replay_residual (const Replay *replay);
void replay_patterns (const Replay *replay, double *flipped, double *drift);

G_END_DECLS
