/* gram-dynamics.h: modes and error budget of a run's recorded predictions
 *
 * SPDX-License-Identifier: MIT
 *
 * Made with what the run recorded until now, on the thread that owns the run; the rest is filled in
 * on the thread that has the eigenvectors (gram_session_ask(), stage SPECTRUM).
 */
#pragma once

#include "gram-analyser.h"
#include "gram-error-budget.h"
#include "gram-run.h"

G_BEGIN_DECLS

#define GRAM_DYNAMICS_BANDS 6

/* Immutable once it is computed. */
typedef struct
{
  gint references;
  GramLabels *labels;
  gint64 n;
  double eta;
  guint count; /* snapshots */
  double *step;
  GPtrArray *u; /* of float *: the run's snapshots */
  /* bands of eigenvectors: band b holds modes first[b] … first[b + 1] − 1, counted from 0 */
  guint bands;
  gint64 first[GRAM_DYNAMICS_BANDS + 1];
  double *measured;  /* (count × bands) √Σ(v_iᵀ(y − u(k)))² over the band, column a band */
  double *predicted; /* (count × bands) √Σ(1 − ηλ_i)^{2k}p_i² */
  GArray *budget;    /* of GramErrorBudgetRow, a row a snapshot */
} GramDynamics;

GramDynamics *gram_dynamics_new (const GramRun *run, guint set);
gpointer gram_dynamics_compute (GramAnalyser *analyser, gpointer dynamics,
                                GCancellable *cancellable, GError **error);
void gram_dynamics_unref (gpointer dynamics);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramDynamics, gram_dynamics_unref)

G_END_DECLS
