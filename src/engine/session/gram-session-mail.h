/* gram-session-mail.h: what the threads of a session tell the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * News are delivered in the order they were posted. However many there are, one callback at most
 * is pending in the main loop; curves of a run that wait together become one batch.
 */
#pragma once

#include "gram-analysis.h"
#include "gram-run.h"
#include "gram-sweep.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_NEWS_PROBLEM,  /* dataset and problem were read */
  GRAM_NEWS_ANALYSIS, /* a stage was reached */
  GRAM_NEWS_ANALYSED, /* the worker is done, error or not */
  GRAM_NEWS_STAGE,    /* how far a stage is; only the latest is kept */
  GRAM_NEWS_PLAN,     /* what training would take, or why it cannot be */
  GRAM_NEWS_BUILT,    /* the trainer is there */
  GRAM_NEWS_RUN,      /* recorded points */
  GRAM_NEWS_PAUSED,
  GRAM_NEWS_STOPPED, /* finished, diverged or failed */
  GRAM_NEWS_NOTICE,  /* something to tell */
  GRAM_NEWS_SWEEP,   /* a new table */
} GramNewsKind;

typedef struct
{
  GramNewsKind kind;
  guint64 sender;  /* the worker or run it is about; news of superseded ones are dropped */
  guint64 control; /* number of the last command the engine had seen */
  GramDataset *dataset;
  GramProblem *problem;
  GramAnalysis *analysis;
  GramRun *run;
  GramSweepTable *sweep;
  GramTrainerPlan plan;
  GramStage stage;
  double fraction;
  GramStopped stopped;
  GError *error;
} GramNews;

typedef struct _GramMail GramMail;
typedef void (*GramMailFunc) (GramNews *news, gpointer user_data);

GramMail *gram_mail_new (GMainContext *context, GramMailFunc func, gpointer user_data);
GramMail *gram_mail_ref (GramMail *mail);
void gram_mail_unref (GramMail *mail);
void gram_mail_close (GramMail *mail);
void gram_mail_post (GramMail *mail, GramNews *news);

GramNews *gram_news_new (GramNewsKind kind, guint64 sender);
void gram_news_free (GramNews *news);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramNews, gram_news_free)

G_END_DECLS
