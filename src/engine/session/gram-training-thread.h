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

typedef enum
{
  GRAM_COMMAND_PLAN,       /* what would training take? Answered by GRAM_EVENT_PLAN */
  GRAM_COMMAND_BUILD,      /* makes a new run, paused: GRAM_EVENT_BUILT or, in error, STOPPED */
  GRAM_COMMAND_RUN,        /* goes on */
  GRAM_COMMAND_PAUSE,      /* GRAM_EVENT_PAUSED */
  GRAM_COMMAND_DROP,       /* frees the run and its trainer */
  GRAM_COMMAND_LIMITS,     /* where a run ends */
  GRAM_COMMAND_LAMBDA_MAX, /* λ₁ became known */
  GRAM_COMMAND_SAVE,       /* returns the task */
  GRAM_COMMAND_SWEEP,      /* starts a sweep in the place of any other: GRAM_EVENT_SWEEP */
  GRAM_COMMAND_QUIT,       /* gram_training_thread_shutdown() alone sends it */
} GramCommandKind;

/* The kind says which members are there. */
typedef struct
{
  GramCommandKind kind;
  guint64 number; /* PLAN, BUILD, SWEEP: sender of the events; RUN, PAUSE: of the command, larger
                   * than those before: what is told after it carries it */
  GramSettings *settings;    /* PLAN, BUILD, SWEEP */
  GramProblem *problem;      /* PLAN, BUILD, SWEEP */
  GCancellable *cancellable; /* PLAN, BUILD, SWEEP */
  union
  {
    struct
    {
      GPtrArray *labels; /* of GramLabels */
      GBytes *state;     /* (nullable) to go on from */
      double lambda_max; /* NAN: unknown */
    } build;
    struct
    {
      gint64 count;  /* steps; 0: until told otherwise */
      gboolean here; /* a run that waits for a lost device goes on on the CPU */
    } go;            /* RUN */
    struct
    {
      gint64 max_steps;
      double until_residual;
    } limits;
    double lambda_max;
    GTask *task; /* SAVE: gets a GramCheckpoint that has the trainer's state and step, or none */
    const GramSweepSpec *spec; /* SWEEP */
  };
} GramCommand;

typedef struct _GramTrainingThread GramTrainingThread;

GramTrainingThread *gram_training_thread_new (GramEventQueue *events);
void gram_training_thread_send (GramTrainingThread *thread, const GramCommand *command);
void gram_training_thread_shutdown (GramTrainingThread *thread, guint wait_ms);

G_END_DECLS
