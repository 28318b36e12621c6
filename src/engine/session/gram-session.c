/* gram-session.c: a problem, its analysis and its training run, off the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * The object, its settings and its one state. Commands to the run are in gram-session-run.c, what
 * the threads report in gram-session-news.c.
 */
#include "gram-session-private.h"

#include <math.h>

#include "gram-checkpoint.h"
#include "gram-file-lock.h"
#include "gram-error.h"

/* Typing and dragging change settings many times a second; loading follows this late at most. */
#define CHANGE_PAUSE_MS 150
/* How long closing waits for the threads; a LAPACK call may take longer and is left. */
#define SHUTDOWN_WAIT_MS 40

G_DEFINE_FINAL_TYPE (GramSession, gram_session, G_TYPE_OBJECT)

guint gram_session_signals[GRAM_N_SIGNALS];

static void
gram_session_dispose (GObject *object)
{
  gram_session_shutdown (GRAM_SESSION (object));
  G_OBJECT_CLASS (gram_session_parent_class)->dispose (object);
}

static void
gram_session_finalize (GObject *object)
{
  GramSession *session = GRAM_SESSION (object);

  gram_settings_free (session->settings);
  gram_settings_free (session->asked);
  g_clear_error (&session->failure);
  g_clear_error (&session->analysis_error);
  g_clear_error (&session->plan_error);
  g_clear_pointer (&session->dataset, gram_dataset_unref);
  g_clear_pointer (&session->problem, gram_problem_unref);
  gram_analysis_unref (session->analysis);
  gram_run_unref (session->run);
  g_clear_pointer (&session->opened_state, g_bytes_unref);
  gram_settings_free (session->opened_settings);
  g_hash_table_unref (session->locks);
  g_hash_table_unref (session->own_locks);
  gram_sweep_table_unref (session->sweep);
  g_clear_object (&session->run_cancellable);
  g_clear_object (&session->sweep_cancellable);
  g_ptr_array_unref (session->questions);
  g_free (session->dataset_name);
  g_free (session->dataset_dir);
  gram_mail_unref (session->mail);
  g_main_context_unref (session->context);
  G_OBJECT_CLASS (gram_session_parent_class)->finalize (object);
}

static void
gram_session_class_init (GramSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  static const struct
  {
    guint signal;
    const char *name;
  } plain[] = {
    { GRAM_SIGNAL_PROBLEM_CHANGED, "problem-changed" },
    { GRAM_SIGNAL_ANALYSIS_CHANGED, "analysis-changed" },
    { GRAM_SIGNAL_RUN_CHANGED, "run-changed" },
    { GRAM_SIGNAL_SWEEP_CHANGED, "sweep-changed" },
    { GRAM_SIGNAL_PROGRESS, "progress" },
    { GRAM_SIGNAL_PLAN_CHANGED, "plan-changed" },
  };

  object_class->dispose = gram_session_dispose;
  object_class->finalize = gram_session_finalize;
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    gram_session_signals[plain[i].signal] =
        g_signal_new (plain[i].name, GRAM_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 0);
  gram_session_signals[GRAM_SIGNAL_STATE_CHANGED] =
      g_signal_new ("state-changed", GRAM_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_INT);
  gram_session_signals[GRAM_SIGNAL_DATA_REFUSED] =
      g_signal_new ("data-refused", GRAM_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_ERROR);
  gram_session_signals[GRAM_SIGNAL_NOTICE] =
      g_signal_new ("notice", GRAM_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_ERROR, G_TYPE_BOOLEAN);
}

static void
gram_session_init (GramSession *session)
{
  session->thread = g_thread_self ();
  session->context = g_main_context_ref_thread_default ();
  session->settings = gram_settings_new ();
  session->asked = gram_settings_new ();
  session->questions = g_ptr_array_new ();
  session->locks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) gram_file_lock_release);
  session->own_locks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify) gram_file_lock_release);
  session->target_step = -1;
  session->progress.eta_seconds = NAN;
  session->progress.fraction = NAN;
  session->mail = gram_mail_new (session->context, gram_session_take_news, session);
  session->engine = gram_engine_new (session->mail);
}

/**
 * gram_session_new:
 *
 * Signals are emitted in the calling thread's default main context, and all functions are to be
 * called on this thread.
 *
 * Returns: (transfer full): an empty session; configure it to load something
 */
GramSession *
gram_session_new (void)
{
  return g_object_new (GRAM_TYPE_SESSION, NULL);
}

void
gram_session_emit (GramSession *session, guint signal)
{
  g_signal_emit (session, gram_session_signals[signal], 0);
}

void
gram_session_tell (GramSession *session, const GError *error, gboolean fatal)
{
  g_signal_emit (session, gram_session_signals[GRAM_SIGNAL_NOTICE], 0, error, fatal);
}

static GramState
state_of_ended_run (const GramSession *session)
{
  GramStopped stopped = session->run != NULL ? session->run->stopped : GRAM_STOPPED_FAILED;

  if (stopped == GRAM_STOPPED_DIVERGED)
    return GRAM_STATE_DIVERGED;
  return stopped == GRAM_STOPPED_FAILED ? GRAM_STATE_FAILED : GRAM_STATE_FINISHED;
}

static GramState
derive_state (const GramSession *session)
{
  /* beside new data that are being read the old run goes on; else reading is what there is to tell
   */
  if (session->candidate.worker != NULL && session->phase != GRAM_PHASE_GOING)
    return GRAM_STATE_PREPARING;
  if (session->failure != NULL)
    return GRAM_STATE_FAILED;
  switch (session->phase)
    {
    case GRAM_PHASE_WAITING:
    case GRAM_PHASE_BUILDING:
      return GRAM_STATE_PREPARING;
    case GRAM_PHASE_GOING:
      return GRAM_STATE_TRAINING;
    case GRAM_PHASE_HALTED:
      return GRAM_STATE_PAUSED;
    case GRAM_PHASE_OVER:
      return state_of_ended_run (session);
    case GRAM_PHASE_NONE:
    default:
      if (session->loading)
        return GRAM_STATE_PREPARING;
      return session->problem != NULL ? GRAM_STATE_READY : GRAM_STATE_EMPTY;
    }
}

/* The one place that changes the state: it follows from what there is. */
void
gram_session_update_state (GramSession *session)
{
  GramState state = derive_state (session);

  GRAM_SESSION_ASSERT_MAIN (session);
  if (state == session->state)
    return;
  session->state = state;
  g_signal_emit (session, gram_session_signals[GRAM_SIGNAL_STATE_CHANGED], 0, (int) state);
}

/* Another network or other labels: the run begins anew, and goes on by itself if it was going. */
static void
renew_run (GramSession *session)
{
  gboolean was_going =
      session->wanted && session->phase != GRAM_PHASE_NONE && session->phase != GRAM_PHASE_OVER;

  gram_session_drop_run (session);
  gram_session_request_plan (session);
  if (was_going)
    gram_session_start (session);
}

static void
forget_changes (GramSession *session)
{
  session->waiting_change = GRAM_CHANGE_NONE;
  if (session->change_source != NULL)
    g_source_destroy (session->change_source);
  g_clear_pointer (&session->change_source, g_source_unref);
}

static void
take_over (GramSettings **settings, const GramSettings *next)
{
  gram_settings_free (*settings);
  *settings = gram_settings_copy (next);
}

/* What does not need other data. */
static void
apply_to_loaded (GramSession *session, GramChange change)
{
  take_over (&session->settings, session->asked);
  if (change & GRAM_CHANGE_LIMITS)
    gram_engine_set_limits (session->engine, session->settings->max_steps,
                            session->settings->until_residual);
  if ((change & GRAM_CHANGE_LABELS) && session->worker != NULL)
    {
      session->analyses++;
      gram_worker_analyse (session->worker, session->settings);
    }
  if (change & (GRAM_CHANGE_LABELS | GRAM_CHANGE_NETWORK))
    renew_run (session);
  gram_session_update_target (session);
}

/* Acts upon the settings that have changed since the last time. While new data are being read they
 * are about these: what is loaded stays as it is. */
void
gram_session_apply_changes (GramSession *session)
{
  GramChange change = session->waiting_change;

  forget_changes (session);
  if (change == GRAM_CHANGE_NONE || session->closed)
    return;
  session->changed_at = g_get_monotonic_time ();
  if ((change & GRAM_CHANGE_DATA) && gram_session_has_data (session))
    {
      gram_session_keep_data (session);
      apply_to_loaded (session, gram_settings_compare (session->settings, session->asked));
    }
  else if (change & GRAM_CHANGE_DATA)
    gram_session_load (session, GRAM_LOAD_BESIDE);
  else if (session->candidate.worker == NULL)
    apply_to_loaded (session, change);
  else if (change & GRAM_CHANGE_LABELS)
    gram_session_reload_candidate (session);
  else
    take_over (&session->candidate.settings, session->asked);
}

/* What was asked for and is not there is asked for no more. */
void
gram_session_restore_settings (GramSession *session)
{
  forget_changes (session);
  take_over (&session->asked, session->settings);
}

static gboolean
on_change_timeout (gpointer data)
{
  gram_session_apply_changes (data);
  return G_SOURCE_REMOVE;
}

/* The slider's fraction decides nothing that is computed. */
static void
set_rho (GramSession *session, double rho)
{
  session->asked->rho = session->settings->rho = rho;
  if (session->candidate.settings != NULL)
    session->candidate.settings->rho = rho;
}

/**
 * gram_session_configure:
 * @settings: copied
 *
 * Takes over new settings and redoes what they make necessary. The first change is acted upon at
 * once, those that follow within 150 ms together. Other data are read beside those that are there,
 * which stay, with analysis and run, until the new are known to be good. When they are not,
 * "data-refused" tells why, and the settings are again those of before.
 */
void
gram_session_configure (GramSession *session, const GramSettings *settings)
{
  GramChange change = gram_settings_compare (session->asked, settings);
  gint64 since;

  GRAM_SESSION_ASSERT_MAIN (session);
  g_return_if_fail (!session->closed);
  /* what was asked for before other data stands by itself, also when these are refused */
  if ((change & GRAM_CHANGE_DATA) && !(session->waiting_change & GRAM_CHANGE_DATA))
    gram_session_apply_changes (session);
  take_over (&session->asked, settings);
  set_rho (session, settings->rho);
  if (!session->configured)
    change |= GRAM_CHANGE_DATA;
  session->configured = TRUE;
  session->waiting_change |= change & ~GRAM_CHANGE_RHO;
  if (session->waiting_change == GRAM_CHANGE_NONE)
    return;
  since = g_get_monotonic_time () - session->changed_at;
  /* going back to what is loaded takes no time, and need not wait for what is being read */
  if (since >= CHANGE_PAUSE_MS * G_TIME_SPAN_MILLISECOND
      || (session->candidate.worker != NULL && gram_session_has_data (session)))
    {
      gram_session_apply_changes (session);
      return;
    }
  if (session->change_source != NULL)
    return;
  session->change_source = g_timeout_source_new (CHANGE_PAUSE_MS);
  g_source_set_callback (session->change_source, on_change_timeout, session, NULL);
  g_source_attach (session->change_source, session->context);
}

/* The settings of an opened file: at once, whatever was waiting. */
void
gram_session_adopt (GramSession *session, const GramSettings *settings)
{
  forget_changes (session);
  take_over (&session->asked, settings);
  session->configured = TRUE;
  session->changed_at = g_get_monotonic_time ();
  gram_session_load (session, GRAM_LOAD_INSTEAD);
}

/**
 * gram_session_get_settings:
 *
 * Returns: (transfer none): those that were asked for last. While new data are being read they are
 *   those of the data to come
 */
const GramSettings *
gram_session_get_settings (GramSession *session)
{
  return session->asked;
}

/**
 * gram_session_is_loading:
 *
 * Returns: whether data are being read, or are about to be, that may still be refused
 */
gboolean
gram_session_is_loading (GramSession *session)
{
  return session->candidate.worker != NULL || session->loading
         || (session->waiting_change & GRAM_CHANGE_DATA) != 0;
}

/**
 * gram_session_cancel:
 *
 * Ends whatever goes on: a run is paused, one that is being prepared is dropped, the analysis
 * keeps the stages it has reached, a sweep keeps its finished cells. New data that are being read
 * are not read any further, and the settings are again those of the data that are there.
 */
void
gram_session_cancel (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  if (session->phase == GRAM_PHASE_BUILDING)
    gram_session_drop_run (session);
  gram_session_pause (session);
  if (session->worker != NULL)
    gram_worker_cancel (session->worker);
  gram_session_cancel_sweep (session);
  if (session->candidate.worker != NULL)
    gram_session_refuse_candidate (session, NULL);
  gram_session_update_state (session);
}

/**
 * gram_session_shutdown:
 *
 * Ends the threads; nothing is told any more. Waits no longer than 100 ms in all: a thread inside
 * a long LAPACK call ends by itself when that returns.
 */
void
gram_session_shutdown (GramSession *session)
{
  if (session->closed)
    return;
  GRAM_SESSION_ASSERT_MAIN (session);
  session->closed = TRUE;
  forget_changes (session);
  if (session->run_cancellable != NULL)
    g_cancellable_cancel (session->run_cancellable);
  gram_session_cancel_sweep (session);
  gram_mail_close (session->mail);
  gram_session_leave_workers (session, SHUTDOWN_WAIT_MS);
  gram_engine_shutdown (g_steal_pointer (&session->engine), SHUTDOWN_WAIT_MS);
  gram_session_release_files (session);
  g_hash_table_remove_all (session->own_locks);
}

GramState
gram_session_get_state (GramSession *session)
{
  return session->state;
}

/**
 * gram_session_get_failure:
 *
 * Returns: (transfer none) (nullable): why the state is FAILED
 */
const GError *
gram_session_get_failure (GramSession *session)
{
  return session->failure;
}

/**
 * gram_session_get_dataset:
 *
 * Returns: (transfer none) (nullable): it is there as soon as it is opened, before its images are
 *   read, and stays when the images asked for cannot be had
 */
GramDataset *
gram_session_get_dataset (GramSession *session)
{
  return session->dataset;
}

GramProblem *
gram_session_get_problem (GramSession *session)
{
  return session->problem;
}

GramAnalysis *
gram_session_get_analysis (GramSession *session)
{
  return session->analysis;
}

/**
 * gram_session_get_run:
 *
 * Returns: (transfer none) (nullable): its curves grow until the run is reset, when it is another
 */
GramRun *
gram_session_get_run (GramSession *session)
{
  return session->run;
}

const GramProgress *
gram_session_get_progress (GramSession *session)
{
  return &session->progress;
}

/**
 * gram_session_get_plan:
 * @plan: (out caller-allocates): what training with these settings takes
 *
 * Returns: %FALSE when it is not known yet or training is not possible so: see
 *   gram_session_get_plan_error()
 */
gboolean
gram_session_get_plan (GramSession *session, GramTrainerPlan *plan)
{
  if (!session->plan_known)
    return FALSE;
  *plan = session->plan;
  return TRUE;
}

/**
 * gram_session_get_plan_error:
 *
 * Returns: (transfer none) (nullable): why training is not possible with these settings
 */
const GError *
gram_session_get_plan_error (GramSession *session)
{
  return session->plan_error;
}

GramSweepTable *
gram_session_get_sweep (GramSession *session)
{
  return session->sweep;
}

const char *
gram_state_to_string (GramState state)
{
  static const char *const names[] = { "empty",  "preparing", "ready",    "training",
                                       "paused", "finished",  "diverged", "failed" };

  return names[state];
}
