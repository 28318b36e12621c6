/* gram-session-private.h: what the parts of a session share
 *
 * SPDX-License-Identifier: MIT
 *
 * All of it belongs to the main thread. What the two other threads own is in gram-training-thread.c
 * and gram-analysis-thread.c, and what passes between the threads are commands and events.
 */
#pragma once

#include "gram-analysis-thread.h"
#include "gram-checkpoint.h"
#include "gram-error.h"
#include "gram-session.h"
#include "gram-training-thread.h"

G_BEGIN_DECLS

/* Where the run is, as far as the main thread knows. */
typedef enum
{
  GRAM_PHASE_NONE,     /* there is no run */
  GRAM_PHASE_WAITING,  /* one is wanted; data or labels are not there yet */
  GRAM_PHASE_BUILDING, /* the training thread makes the trainer */
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
  GRAM_SIGNAL_RUNS_CHANGED,
  GRAM_SIGNAL_SWEEP_CHANGED,
  GRAM_SIGNAL_PROGRESS,
  GRAM_SIGNAL_PLAN_CHANGED,
  GRAM_SIGNAL_DATA_REFUSED,
  GRAM_SIGNAL_SETTINGS_ADOPTED,
  GRAM_SIGNAL_NOTICE,
  GRAM_N_SIGNALS
};

typedef enum
{
  GRAM_LOAD_BESIDE,  /* what is there stays until the new data are known to be good */
  GRAM_LOAD_INSTEAD, /* it goes at once */
  GRAM_LOAD_OTHERS,  /* the same, but what is there stays where it is what is asked for */
} GramLoad;

extern guint gram_session_signals[GRAM_N_SIGNALS];

struct _GramSession
{
  GObject parent_instance;

  GThread *main_thread;
  GMainContext *context;
  GramEventQueue *events;
  gboolean closed;
  GramSettings *settings; /* of the data that are loaded, and of the run */
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
  GramAnalysisThread *analysis_thread; /* (nullable) */
  guint64 analysis_number;             /* of that thread; 0: there is none */
  guint64 last_number;                 /* of the analysis threads so far */
  guint analyses;                      /* asked for and not answered yet */
  gboolean loading;
  GramDataset *dataset; /* (nullable) what the settings name */
  GramProblem *problem;
  guint64 fingerprint; /* of it; 0: there is none */
  GramAnalysis *analysis;
  GError *analysis_error; /* (nullable) why the last one ended early */
  GPtrArray *questions;   /* of GramQuestion, for stages not reached yet */

  /* new data, read beside those that are there (gram-session-load.c) */
  struct
  {
    GramAnalysisThread *thread; /* (nullable) */
    guint64 number;
    GramSettings *settings;
    GramDataset *dataset; /* (nullable) as soon as it is open */
    gboolean wanted;      /* to train on them when they are there */
    gint64 wanted_steps;
  } candidate;

  /* the run */
  GramTrainingThread *training_thread;
  GramPhase phase; /* written by gram_session_set_phase() alone */
  guint64 run_number;
  guint64 command; /* number of the last RUN or PAUSE */
  GCancellable *run_cancellable, *plan_cancellable;
  gboolean wanted;     /* to go on when it can */
  gint64 wanted_steps; /* 0: without end */
  gboolean pausing;    /* told to pause, which is not answered yet */
  GError *lost;        /* (nullable) why the run waits for its device */
  GramRun *run;
  struct
  {
    GramSettings *settings; /* (nullable) it was begun with */
    guint64 fingerprint;    /* of the images it is trained on */
    char *problem;          /* (nullable) those in words */
    char *name;             /* (nullable) given by people */
  } origin;                 /* of @run */

  /* runs that stay (gram-session-keep.c) */
  GramRunList *runs;
  GPtrArray *keepings; /* those whose weights are being written */
  GQueue when_kept;    /* what waits for that */

  /* files */
  gboolean aside;         /* gram_session_lay_aside(): what is begun now is to leave no trace */
  gboolean passing;       /* and the run was */
  guint coming_back;      /* number of the run that is on its way back; 0: none */
  gboolean returning;     /* it trains then, unless a pause comes first, */
  gint64 returning_steps; /* so many steps; 0: without end */
  GramCheckpoint *opened; /* the file's, or empty; its state waits for its data, if there is one */
  GHashTable *locks;      /* path → GramFileLock of the files written or opened */
  GHashTable *own_locks;  /* the same, until it is shut down */

  guint64 plan_number;
  gboolean plan_known;
  GramTrainerPlan plan;
  GError *plan_error;

  guint64 sweep_number;
  GCancellable *sweep_cancellable;
  GramSweepTable *sweep; /* (nullable), as is the next: the last of each kind */
  GramSweepTable *study;
};

#define GRAM_SESSION_ASSERT_MAIN(session) g_assert ((session)->main_thread == g_thread_self ())

/* gram-session.c: what all parts stand on */
void gram_session_update_state (GramSession *session);
void gram_session_set_phase (GramSession *session, GramPhase phase);
void gram_session_emit (GramSession *session, guint signal);
void gram_session_tell (GramSession *session, const GError *error, gboolean fatal);
void gram_session_tell_text (GramSession *session, GramError code, const char *text);
void gram_session_forget_changes (GramSession *session);
void gram_session_clear_origin (GramSession *session);
void gram_session_leave_analysis (GramSession *session, guint wait_ms);
void gram_session_leave_candidate (GramSession *session, guint wait_ms);
void gram_session_refuse_questions (GramSession *session, const GError *error);

/* gram-session-questions.c */
void gram_session_ask_waiting (GramSession *session);

/* gram-session-keep.c */
void gram_session_keep_run (GramSession *session);
void gram_session_keep_points (GramSession *session, guint64 run_number, const GramRun *run);
void gram_session_when_kept (GramSession *session, GFunc func, gpointer data);
void gram_session_take_kept (GramSession *session, const GramCheckpoint *checkpoint);
void gram_session_update_present (GramSession *session);
void gram_session_set_origin (GramSession *session, const GramSettings *settings,
                              guint64 fingerprint, const char *problem, const char *name);

/* gram-session-run.c, which calls gram-session-keep.c */
void gram_session_drop_run (GramSession *session);
void gram_session_try_build (GramSession *session);
gboolean gram_session_check_opened (GramSession *session);
void gram_session_send_run (GramSession *session, gint64 count, gboolean here);
void gram_session_request_plan (GramSession *session);
void gram_session_update_target (GramSession *session);

/* gram-session-load.c, which calls gram-session-run.c */
gboolean gram_session_has_data (GramSession *session);
void gram_session_load (GramSession *session, GramLoad load);
void gram_session_reload_candidate (GramSession *session);
void gram_session_take_candidate (GramSession *session);
void gram_session_train (GramSession *session, gint64 count);

/* gram-session-settings.c, which calls both */
void gram_session_apply_changes (GramSession *session);
void gram_session_adopt (GramSession *session, const GramSettings *settings, GramLoad load);
void gram_session_refuse_candidate (GramSession *session, const GError *error);

/* gram-session-file.c, which calls these; gram-session-commands.c calls all */
gboolean gram_session_trains_when_back (GramSession *session, gint64 count);

G_END_DECLS
