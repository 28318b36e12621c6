/* gram-run.h: what was recorded of a training run
 *
 * SPDX-License-Identifier: MIT
 *
 * The recorded curves of every label set. Owned by the thread that draws them: the session
 * appends to it on the main thread, from batches that the engine thread hands over.
 */
#pragma once

#include <glib.h>

#include "gram-backend.h"
#include "gram-labels.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_STOPPED_NOT, /* still going or paused */
  GRAM_STOPPED_STEPS,
  GRAM_STOPPED_TARGET,
  GRAM_STOPPED_DIVERGED,
  GRAM_STOPPED_CANCELLED,
  GRAM_STOPPED_FAILED,
} GramStopped;

/* One label set's curves; arrays of double, as long as the array of steps above them. */
typedef struct
{
  GramLabels *labels;
  GArray *step;
  GArray *residual; /* ‖y − u(k)‖ */
  /* sparser, at the steps in observed_step */
  GArray *observed_step;
  GArray *distance;     /* ‖W(k) − W(0)‖_F */
  GArray *distance_max; /* max_r ‖w_r(k) − w_r(0)‖ */
  GArray *flipped;      /* fraction of patterns that differ from k = 0 */
  GArray *test_l1;      /* mean |y − f|; NAN without test labels */
  GArray *test_error;   /* fraction of wrong signs */
  GArray *test_ramp;    /* mean ramp loss min (1, max (0, 1 − yf)), Appendix D.4 */
  GArray *drift_gram;   /* ‖H(k) − H(0)‖_F; NAN unless asked for */
  GArray *drift_z;      /* ‖Z(k) − Z(0)‖_F = √(n·flipped) (Lemma C.2), unit columns of X */
  /* u(k) at logarithmically spaced steps, for the error budget and the modes */
  GArray *snapshot_step;
  GPtrArray *snapshot_u; /* of float *: (n) */
  double train_error;    /* fraction of wrong signs on the training set, at the last observation */
} GramRunSet;

typedef struct
{
  gint references;
  GPtrArray *sets; /* of GramRunSet */
  gint64 n, n_test, d, m;
  double eta, kappa;
  GramInit init;
  guint64 seed;
  char *device;
  GramTrainerPlan plan;
  gint64 record_every;     /* 0: automatic */
  gint64 steps;            /* done so far */
  gint64 lazy_steps;       /* of those, the ones for which S waited; FORMULATION_LAZY */
  double seconds_per_step; /* median of the recent ones */
  GramStopped stopped;
  GPtrArray *notices; /* of char *: the run moved to another device, … */
  GramPrecision precision;
  double stable_eta; /* what to try instead, after a run diverged; 0: unknown */
} GramRun;

GramRun *gram_run_new (void);
GramRunSet *gram_run_add_set (GramRun *run, GramLabels *labels);
GramRunSet *gram_run_get_set (const GramRun *run, guint set);
void gram_run_merge (GramRun *run, const GramRun *news);
gboolean gram_run_records (gint64 k, gint64 record_every);
gboolean gram_run_observes (gint64 k, GramFormulation formulation);
void gram_run_set_empty (GramRunSet *set);
void gram_run_set_drop_provisional (GramRunSet *set, gint64 record_every,
                                    GramFormulation formulation, gboolean residuals,
                                    gboolean observations);
double gram_run_last_residual (const GramRun *run, guint set);
GramRun *gram_run_ref (GramRun *run);
void gram_run_unref (GramRun *run);
const char *gram_stopped_to_string (GramStopped stopped);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramRun, gram_run_unref)

G_END_DECLS
