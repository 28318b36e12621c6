/* net-fixture.h: a small net, trained by the backend and once more in float64
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analyser.h"
#include "gram-backend.h"
#include "gram-problem.h"

G_BEGIN_DECLS

/* Both from the same W(0). */
typedef struct
{
  gint64 n, d, m, n_test;
  double eta, kappa;
  GramInit init;
  GramDevice *device;
  GramProblem *problem;
  GramAnalyser *analyser;
  GramAnalysis *analysis;
  GramTrainer *trainer;
  double *W, *W0; /* (d × m) float64 net */
  float *a;       /* (m) */
  double *u;      /* (n) its predictions */
} Net;

void net_init (Net *net, gint64 n, gint64 m, double kappa, GramInit init);
void net_clear (Net *net);
void net_step (Net *net);
GramObservation net_observe (const Net *net, GramObserveFlags flags, double *u);

G_END_DECLS
