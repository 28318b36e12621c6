/* gram-run.h: what was recorded of a training run
 *
 * SPDX-License-Identifier: MIT
 *
 * The recorded curves of every label set. Owned by the thread that draws them: the session
 * appends to it on the main thread, from batches that the training thread hands over.
 */
#pragma once

#include <glib.h>

#include "gram-quantity.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_STOPPED_NOT, /* still going or paused */
  GRAM_STOPPED_STEPS,
  GRAM_STOPPED_TARGET,
  GRAM_STOPPED_DIVERGED,
  GRAM_STOPPED_CANCELLED,
  GRAM_STOPPED_FAILED,
  GRAM_STOPPED_LOST, /* waits for a device that is gone */
} GramStopped;

/* One label set's curves: arrays of double, each as long as the steps it belongs to. */
typedef struct
{
  GramLabels *labels;
  GArray *curve[GRAM_N_QUANTITIES];
  GPtrArray *snapshot_u; /* of float *: (n), u(k) at logarithmically spaced steps; never changed
                          * once made, so that threads share them: g_atomic_rc_box_acquire() */
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
  gint64 kernel_every;     /* steps between two looks at H(k); 0: none */
  gint64 steps;            /* done so far */
  gint64 lazy_steps;       /* of those, the ones for which S waited; FORMULATION_LAZY */
  double seconds_per_step; /* median of the recent ones */
  GramStopped stopped;
  GPtrArray *notices; /* of char *: the run moved to another device, … */
  GramPrecision precision;
  double stable_eta; /* 2/λ₁, the limit, after a run diverged; 0: unknown */
} GramRun;

GramRun *gram_run_new (void);
GramRunSet *gram_run_add_set (GramRun *run, GramLabels *labels);
GramRunSet *gram_run_get_set (const GramRun *run, guint set);
void gram_run_merge (GramRun *run, const GramRun *fresh);
gboolean gram_run_records (gint64 k, gint64 record_every);
gboolean gram_run_looks_at_kernel (gint64 k, gint64 kernel_every);
gboolean gram_run_observes (gint64 k, GramFormulation formulation);
void gram_run_set_empty (GramRunSet *set);
void gram_run_set_append (GramRunSet *set, GramQuantity steps, const double *values);
double gram_run_set_last (const GramRunSet *set, GramQuantity quantity);
void gram_run_drop_provisional (GramRun *run, guint set, GramQuantity steps);
float *gram_run_snapshot_new (gint64 n, const double *u);
GramRun *gram_run_ref (GramRun *run);
void gram_run_unref (GramRun *run);
const char *gram_stopped_to_string (GramStopped stopped);
gboolean gram_stopped_from_string (const char *text, GramStopped *stopped);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramRun, gram_run_unref)

G_END_DECLS
