/* gram-conformance-private.h: what the parts of the conformance suite share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-conformance.h"

G_BEGIN_DECLS

typedef struct
{
  GramDevice *device;
  GramDevice *reference; /* (nullable) */
  GCancellable *cancellable;
  GPtrArray *results;
  GramConformanceFunc on_result;
  gpointer data;
  gint64 started;
} GramConformance;

void gram_conformance_check (GramConformance *suite, double value, double limit,
                             const GError *error, const char *format, ...) G_GNUC_PRINTF (5, 6);
gboolean gram_conformance_stopped (GramConformance *suite);

void gram_conformance_systems (GramConformance *suite);
void gram_conformance_trainers (GramConformance *suite);
void gram_conformance_states (GramConformance *suite);
void gram_conformance_shards (GramConformance *suite);

/* A made-up problem: images of 8-bit pixels, some pixels never set, two classes. */
typedef struct
{
  GramTrainerSpec spec;
  double *X, *X_test, *Y, *gain, *shift, *scale, *scale_test;
  guint8 *pixels, *pixels_test;
} GramConformanceProblem;

GramConformanceProblem *gram_conformance_problem_new (gint64 n, gint64 d, gint64 m, gint64 n_test,
                                                      guint n_sets, double density, guint64 seed);
void gram_conformance_problem_free (GramConformanceProblem *problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramConformanceProblem, gram_conformance_problem_free)

/* Eq 5 in float64, written as plainly as possible: the network of one label set. */
typedef struct
{
  const GramTrainerSpec *spec;
  double *W, *W0; /* (d × m) */
  float *a;
  double *u, *u_test;       /* (n), (n_test) */
  guint8 *active, *active0; /* (n × m) */
  const double *y;
} GramReplay;

GramReplay *gram_replay_new (const GramTrainerSpec *spec, guint set);
void gram_replay_free (GramReplay *replay);
void gram_replay_gradient (const GramReplay *replay, double *gradient);
void gram_replay_step (GramReplay *replay);
double gram_replay_loss (GramReplay *replay);
void gram_replay_observe (GramReplay *replay, GramObservation *observation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramReplay, gram_replay_free)

double gram_relative_difference (gint64 count, const double *x, const double *y);

G_END_DECLS
