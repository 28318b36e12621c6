/* gram-session-private.h: what the parts of a session share
 *
 * SPDX-License-Identifier: MIT
 *
 * All of it belongs to the main thread; the other threads' data is theirs (gram-session-engine.c,
 * gram-session-worker.c) and what passes between them is under the mail's lock.
 */
#pragma once

#include "gram-session-engine.h"
#include "gram-session-worker.h"
#include "gram-session.h"

G_BEGIN_DECLS

/* Where the run is, as far as the main thread knows. */
typedef enum
{
  GRAM_PHASE_NONE,     /* there is no run */
  GRAM_PHASE_WAITING,  /* one is wanted; data or labels are not there yet */
  GRAM_PHASE_BUILDING, /* the engine makes the trainer */
  GRAM_PHASE_HALTED,
  GRAM_PHASE_GOING,
  GRAM_PHASE_OVER,
} GramPhase;

enum
{
  GRAM_SIGNAL_STATE_CHANGED,
  GRAM_SIGNAL_PROBLEM_CHANGED,
  GRAM_SIGNAL_ANALYSIS_CHANGED,
  GRAM_SIGNAL_RUN_CHANGED,
  GRAM_SIGNAL_SWEEP_CHANGED,
  GRAM_SIGNAL_PROGRESS,
  GRAM_SIGNAL_PLAN_CHANGED,
  GRAM_SIGNAL_DATA_REFUSED,
  GRAM_SIGNAL_NOTICE,
  GRAM_N_SIGNALS
};

typedef enum
{
  GRAM_LOAD_BESIDE,  /* what is there stays until the new data are known to be good */
  GRAM_LOAD_INSTEAD, /* it goes at once */
} GramLoad;

extern guint gram_session_signals[GRAM_N_SIGNALS];

struct _GramSession
{
  GObject parent_instance;

  GThread *thread; /* the main thread */
  GMainContext *context;
  gboolean closed;
  GramSettings *settings; /* of the data that is loaded, and of the run */
  GramSettings *asked;    /* what is wanted: the same but for what is still on its way */
  GramState state;        /* written by gram_session_update_state() alone */
  GError *failure;        /* (nullable) why the state is FAILED */
  GramProgress progress;

  /* settings that come in quick succession are acted upon together */
  gboolean configured;
  GramChange waiting_change;
  GSource *change_source;
  gint64 changed_at; /* monotonic µs */

  /* data and analysis */
  GramMail *mail;
  GramWorker *worker;
  guint64 worker_number, last_worker;
  guint analyses; /* asked for and not answered yet */
  gboolean loading;
  char *dataset_name, *dataset_dir; /* what dataset was opened by */
  GramDataset *dataset;
  GramProblem *problem;
  GramAnalysis *analysis;
  GError *analysis_error; /* (nullable) why the last one ended early */
  GPtrArray *questions;   /* of GramQuestion, for stages not reached yet */

  /* new data, read beside those that are there (gram-session-load.c) */
  struct
  {
    GramWorker *worker; /* (nullable) */
    guint64 number;
    GramSettings *settings;
    GramDataset *dataset; /* (nullable) as soon as it is open */
    gboolean wanted;      /* to train on them when they are there */
    gint64 wanted_steps;
  } candidate;

  /* the run */
  GramEngine *engine;
  GramPhase phase;
  guint64 run_number, control;
  GCancellable *run_cancellable;
  gboolean wanted;     /* to go on when it can */
  gint64 wanted_steps; /* 0: without end */
  gboolean pausing;    /* told to pause, which is not answered yet */
  GramRun *run;
  GBytes *opened_state;       /* (nullable) of a session file, to go on from when there is data */
  guint64 opened_fingerprint; /* of the problem it belongs to */
  GramSettings *opened_settings; /* (nullable) the file's */
  GHashTable *locks;             /* path → GramFileLock of the files written or opened */
  GHashTable *own_locks;         /* the same, until it is shut down */
  gint64 target_step;            /* predicted end; −1: unknown */

  guint64 plan_number;
  gboolean plan_known;
  GramTrainerPlan plan;
  GError *plan_error;

  guint64 sweep_number;
  GCancellable *sweep_cancellable;
  GramSweepTable *sweep;
};

#define GRAM_SESSION_ASSERT_MAIN(session) g_assert ((session)->thread == g_thread_self ())

/* gram-session.c */
void gram_session_update_state (GramSession *session);
void gram_session_emit (GramSession *session, guint signal);
void gram_session_tell (GramSession *session, const GError *error, gboolean fatal);
void gram_session_apply_changes (GramSession *session);
void gram_session_restore_settings (GramSession *session);
void gram_session_adopt (GramSession *session, const GramSettings *settings);

/* gram-session-load.c */
gboolean gram_session_has_data (GramSession *session);
void gram_session_load (GramSession *session, GramLoad load);
void gram_session_keep_data (GramSession *session);
void gram_session_reload_candidate (GramSession *session);
void gram_session_take_candidate (GramSession *session);
void gram_session_refuse_candidate (GramSession *session, const GError *error);
void gram_session_leave_workers (GramSession *session, guint wait_ms);

/* gram-session-file.c */
void gram_session_release_files (GramSession *session);

/* gram-session-run.c */
void gram_session_drop_run (GramSession *session);
void gram_session_try_build (GramSession *session);
gboolean gram_session_check_opened (GramSession *session);
void gram_session_send_run (GramSession *session, gint64 count);
void gram_session_request_plan (GramSession *session);
void gram_session_update_target (GramSession *session);

/* gram-session-questions.c */
void gram_session_answer_questions (GramSession *session);
void gram_session_refuse_questions (GramSession *session, GQuark domain, int code,
                                    const char *message);

/* gram-session-news.c */
void gram_session_take_news (GramNews *news, gpointer user_data);

G_END_DECLS
