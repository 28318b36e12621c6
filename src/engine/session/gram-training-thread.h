/* gram-training-thread.h: the thread that trains
 *
 * SPDX-License-Identifier: MIT
 *
 * Commands are carried out in order. Between them it trains in slices of about 25 ms and hands over
 * each slice's points as one event; when no run trains it works at the sweep. All functions here
 * belong to the main thread, and none of them waits for the training thread.
 */
#pragma once

#include "gram-event-queue.h"
#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct _GramTrainingThread GramTrainingThread;

/* What a new run is made of. */
typedef struct
{
  guint64 run; /* number of the run, the sender of its events */
  GramSettings *settings;
  GramProblem *problem;
  GPtrArray *labels; /* of GramLabels */
  GBytes *state;     /* (nullable) to go on from */
  double lambda_max; /* NAN: unknown */
  GCancellable *cancellable;
} GramTrainingBuild;

GramTrainingThread *gram_training_thread_new (GramEventQueue *events);
void gram_training_thread_shutdown (GramTrainingThread *thread, guint wait_ms);

void gram_training_thread_plan (GramTrainingThread *thread, guint64 sender,
                                const GramSettings *settings, GramProblem *problem);
void gram_training_thread_build (GramTrainingThread *thread, const GramTrainingBuild *build);
void gram_training_thread_run (GramTrainingThread *thread, guint64 number, gint64 count);
void gram_training_thread_pause (GramTrainingThread *thread, guint64 number);
void gram_training_thread_drop (GramTrainingThread *thread);
void gram_training_thread_set_limits (GramTrainingThread *thread, gint64 max_steps,
                                      double until_residual);
void gram_training_thread_set_lambda_max (GramTrainingThread *thread, double lambda_max);
void gram_training_thread_save (GramTrainingThread *thread, GTask *task);
void gram_training_thread_sweep (GramTrainingThread *thread, guint64 sender,
                                 const GramSettings *settings, GramProblem *problem,
                                 const GramSweepSpec *spec, GCancellable *cancellable);

G_END_DECLS
