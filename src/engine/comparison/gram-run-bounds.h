/* gram-run-bounds.h: what the theorems say of a recorded run
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analysis.h"
#include "gram-convergence-bound.h"
#include "gram-generalization-bound.h"
#include "gram-run.h"

G_BEGIN_DECLS

/* What is not known is NAN. */
typedef struct
{
  double rate;                      /* 1 − ηλ₀/2, by which Φ falls at least a step */
  GramConvergenceCheck convergence; /* whether it did */
  double error_bound;               /* number 19: of the test error, constant shown as 1 */
  double step;                      /* k of what follows: the last one that was looked at */
  double distance, distance_max;    /* B and R, measured at k */
  double train_loss;                /* ‖y − u(k)‖/√n, at most 1 */
  GramRademacher rademacher;        /* number 21 with these */
} GramRunBounds;

void gram_run_bounds (const GramAnalysis *analysis, const GramRun *run, guint set, double delta,
                      GramRunBounds *bounds);

G_END_DECLS
