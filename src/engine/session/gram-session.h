/* gram-session.h: a problem, its analysis and its training run, off the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * A session owns a training thread and an analysis thread (kernel → Cholesky → Krylov → spectrum).
 * Every function here is called on the thread that made the session (the main thread) and returns
 * at once; what happens is told by signals in that thread's main context:
 *
 *   "state-changed"     (GramState)     the one state machine
 *   "problem-changed"   ()              a dataset or pair was loaded: gram_session_get_problem()
 *   "analysis-changed"  ()              a stage was reached: gram_session_get_analysis()
 *   "run-changed"       ()              curves grew or were reset: gram_session_get_run()
 *   "runs-changed"      ()              gram_session_get_runs()
 *   "progress"          ()              gram_session_get_progress()
 *   "plan-changed"      ()              gram_session_get_plan(), gram_session_get_plan_error()
 *   "sweep-changed"     ()              gram_session_get_sweep(), gram_session_get_study()
 *   "data-refused"      (GError *)      new data cannot be used: what was there stays, and the
 *                                       settings are its again
 *   "settings-adopted"  ()              a run that stayed goes on: the settings are its
 *   "notice"            (GError *, gboolean fatal)   something to tell; fatal: the job stopped
 *
 * At most one callback is pending in the main loop however fast the threads run.
 */
#pragma once

#include <glib-object.h>

#include "gram-question.h"
#include "gram-run-list.h"
#include "gram-settings.h"
#include "gram-sweep.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_STATE_EMPTY,
  GRAM_STATE_PREPARING, /* reading data, unless a run goes on; or building the trainer */
  GRAM_STATE_READY,
  GRAM_STATE_TRAINING,
  GRAM_STATE_PAUSED,
  GRAM_STATE_FINISHED,
  GRAM_STATE_DIVERGED,
  GRAM_STATE_FAILED,
} GramState;

typedef struct
{
  GramStage stage; /* being worked at; NONE when the analysis is done or absent */
  double fraction; /* of the stage, [0, 1]; NAN: unknown */
  double made;     /* of the trainer, [0, 1]; NAN: it is not being made, or nobody knows */
  gint64 step;
  double steps_per_second;
  double lazy_share;   /* of the recent steps, those of the late-training path */
  double seconds_left; /* to @target_step; NAN: unknown, or past */
  gint64 target_step;  /* where the run ends; without an end, where Eq 8 is at 1 % of the slowest
                        * label set; −1: unknown */
  gboolean ends;       /* at @target_step, or sooner */
} GramProgress;

#define GRAM_TYPE_SESSION (gram_session_get_type ())
G_DECLARE_FINAL_TYPE (GramSession, gram_session, GRAM, SESSION, GObject)

GramSession *gram_session_new (void);

/* What changed decides what is redone: data → everything; labels → projections and run; network →
 * run only; rho → nothing but the slider's numbers. */
void gram_session_configure (GramSession *session, const GramSettings *settings);
const GramSettings *gram_session_get_settings (GramSession *session);
gboolean gram_session_is_loading (GramSession *session);

void gram_session_start (GramSession *session);
void gram_session_pause (GramSession *session);
void gram_session_go_on_here (GramSession *session);
const GError *gram_session_get_lost (GramSession *session);
void gram_session_step (GramSession *session, gint64 count);
void gram_session_reset (GramSession *session);
void gram_session_halt_analysis (GramSession *session);
void gram_session_resume_analysis (GramSession *session);
gboolean gram_session_is_analysis_halted (GramSession *session);
void gram_session_shutdown (GramSession *session);

GramState gram_session_get_state (GramSession *session);
GramDataset *gram_session_get_dataset (GramSession *session);
GramProblem *gram_session_get_problem (GramSession *session);
GramAnalysis *gram_session_get_analysis (GramSession *session);
GramRun *gram_session_get_run (GramSession *session);
const GramProgress *gram_session_get_progress (GramSession *session);
gboolean gram_session_get_plan (GramSession *session, GramTrainerPlan *plan);

const GError *gram_session_get_plan_error (GramSession *session);

void gram_session_get_eigenvector (GramSession *session, gint64 index, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
void gram_session_ask (GramSession *session, GramStage stage, GramQuestionFunc func,
                       gpointer func_data, GDestroyNotify func_data_free,
                       GDestroyNotify result_free, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data);
gpointer gram_session_ask_finish (GramSession *session, GAsyncResult *result, GError **error);

void gram_session_start_sweep (GramSession *session, const GramSweepSpec *spec);
void gram_session_cancel_sweep (GramSession *session);
GramSweepTable *gram_session_get_sweep (GramSession *session);
GramSweepTable *gram_session_get_study (GramSession *session);

/* Runs that stay when another takes their place: in the list as soon as they are dropped. */
GramRunList *gram_session_get_runs (GramSession *session);
void gram_session_continue_run (GramSession *session, guint number);
guint gram_session_lay_aside (GramSession *session, gboolean *goes_on);
void gram_session_bring_back (GramSession *session, guint number, gboolean goes_on);
void gram_session_set_run_budget (GramSession *session, guint64 bytes);

typedef enum
{
  GRAM_SAVE_CURVES, /* of all runs */
  GRAM_SAVE_RUN,    /* and the weights of the run that is there */
  GRAM_SAVE_ALL,    /* and those of the runs that stay */
} GramSaveWhat;

gboolean gram_session_own_file (GramSession *session, const char *path, GError **error);

void gram_session_save (GramSession *session, const char *path, const char *view, GramSaveWhat what,
                        GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data);
gboolean gram_session_save_finish (GramSession *session, GAsyncResult *result, GError **error);
void gram_session_open (GramSession *session, const char *path, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
char *gram_session_open_finish (GramSession *session, GAsyncResult *result, GError **error);

const char *gram_state_to_string (GramState state);

G_END_DECLS
