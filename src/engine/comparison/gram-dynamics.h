/* gram-dynamics.h: modes and error budget of a run's recorded predictions
 *
 * SPDX-License-Identifier: MIT
 *
 * A job carries what the run recorded until now (taken on the thread that owns the run) to the
 * thread that has the eigenvectors (gram_session_ask(), stage SPECTRUM).
 */
#pragma once

#include "gram-analyser.h"
#include "gram-error-budget.h"
#include "gram-run.h"

G_BEGIN_DECLS

#define GRAM_DYNAMICS_BANDS 6

typedef struct _GramDynamicsJob GramDynamicsJob;

/* Immutable. */
typedef struct
{
  gint references;
  GramLabels *labels;
  gint64 n;
  double eta;
  guint count; /* snapshots */
  double *step;
  /* bands of eigenvectors: band b holds modes first[b] … first[b + 1] − 1, counted from 0 */
  guint bands;
  gint64 first[GRAM_DYNAMICS_BANDS + 1];
  double *measured;  /* (count × bands) √Σ(v_iᵀ(y − u(k)))² over the band, column a band */
  double *predicted; /* (count × bands) √Σ(1 − ηλ_i)^{2k}p_i² */
  GArray *budget;    /* of GramErrorBudgetRow, a row a snapshot */
} GramDynamics;

GramDynamicsJob *gram_dynamics_job_new (const GramRun *run, guint set);
void gram_dynamics_job_free (gpointer job);
gpointer gram_dynamics_compute (GramAnalyser *analyser, gpointer job, GCancellable *cancellable,
                                GError **error);
void gram_dynamics_unref (gpointer dynamics);

G_END_DECLS
