/* gram-event.h: what a thread of a session tells the main thread
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analysis.h"
#include "gram-run.h"
#include "gram-sweep.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_EVENT_DATA,     /* the dataset was opened, or the problem was read, or neither can be */
  GRAM_EVENT_ANALYSIS, /* a stage was reached */
  GRAM_EVENT_ANALYSED, /* the analysis is over; the error says whether it ended early */
  GRAM_EVENT_STAGE,    /* how far a stage is; only the latest is kept */
  GRAM_EVENT_NOTICE,   /* the error is something to tell, no more */
  GRAM_EVENT_PLAN,     /* what training would take, or why it cannot be */
  GRAM_EVENT_BUILDING, /* how far the trainer is made; only the latest is kept */
  GRAM_EVENT_BUILT,    /* the trainer is there */
  GRAM_EVENT_RECORDED, /* points of the curves */
  GRAM_EVENT_PAUSED,
  GRAM_EVENT_STOPPED, /* finished, diverged or failed */
  GRAM_EVENT_SWEEP,   /* a new table */
} GramEventKind;

/* The kind says which member of the union is there; each may be %NULL beside an error. */
typedef struct
{
  GramEventKind kind;
  guint64 sender; /* the thread, run, plan or sweep it is about; of one that was given up it is
                   * dropped */
  GError *error;  /* (nullable) */
  union
  {
    struct
    {
      GramDataset *dataset;
      GramProblem *problem; /* (nullable) while only the dataset is known */
      guint64 fingerprint;  /* of the problem, gram_checkpoint_fingerprint() */
    } data;
    GramAnalysis *analysis;
    struct
    {
      GramStage stage;
      double fraction;
    } progress;  /* STAGE */
    double made; /* BUILDING, [0, 1] */
    GramTrainerPlan plan;
    GramRun *run; /* RECORDED */
    struct
    {
      guint64 command; /* the last RUN or PAUSE that the training thread had seen */
      GramStopped stopped;
    } end; /* PAUSED, STOPPED */
    GramSweepTable *sweep;
  };
} GramEvent;

GramEvent *gram_event_new (GramEventKind kind, guint64 sender);
void gram_event_free (GramEvent *event);
gboolean gram_event_merge (GramEvent *event, const GramEvent *next);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramEvent, gram_event_free)

G_END_DECLS
