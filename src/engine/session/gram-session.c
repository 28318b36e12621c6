/* gram-session.c: a problem, its analysis and its training run, off the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * The object, its one state, its end and what it can be asked for at once. All other parts stand on
 * this one and none is called from here: what is done to the run is in gram-session-run.c, runs
 * that stay in -keep.c, other data in -load.c, other settings in -settings.c, commands in
 * -commands.c, files in -file.c, questions in -questions.c, and what the threads report in
 * -events.c, where a session is made.
 */
#include "gram-session-private.h"

#include <math.h>

#include "gram-file-lock.h"

/* How long closing waits for each thread; a LAPACK call may take longer and is left. */
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
  g_clear_error (&session->lost);
  g_clear_error (&session->analysis_error);
  g_clear_error (&session->plan_error);
  g_clear_pointer (&session->dataset, gram_dataset_unref);
  g_clear_pointer (&session->problem, gram_problem_unref);
  gram_analysis_unref (session->analysis);
  gram_run_unref (session->run);
  gram_session_clear_origin (session);
  g_object_unref (session->runs);
  g_ptr_array_unref (session->keepings);
  gram_checkpoint_free (session->opened);
  g_hash_table_unref (session->locks);
  g_hash_table_unref (session->own_locks);
  gram_sweep_table_unref (session->sweep);
  gram_sweep_table_unref (session->study);
  g_clear_object (&session->run_cancellable);
  g_clear_object (&session->plan_cancellable);
  g_clear_object (&session->sweep_cancellable);
  g_ptr_array_unref (session->questions);
  gram_event_queue_unref (session->events);
  g_main_context_unref (session->context);
  G_OBJECT_CLASS (gram_session_parent_class)->finalize (object);
}

static void
gram_session_class_init (GramSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  struct
  {
    guint signal;
    const char *name;
    guint count;
    GType types[2];
  } signals[] = {
    { GRAM_SIGNAL_STATE_CHANGED, "state-changed", 1, { G_TYPE_INT } },
    { GRAM_SIGNAL_PROBLEM_CHANGED, "problem-changed", 0, { 0 } },
    { GRAM_SIGNAL_ANALYSIS_CHANGED, "analysis-changed", 0, { 0 } },
    { GRAM_SIGNAL_RUN_CHANGED, "run-changed", 0, { 0 } },
    { GRAM_SIGNAL_RUNS_CHANGED, "runs-changed", 0, { 0 } },
    { GRAM_SIGNAL_SWEEP_CHANGED, "sweep-changed", 0, { 0 } },
    { GRAM_SIGNAL_PROGRESS, "progress", 0, { 0 } },
    { GRAM_SIGNAL_PLAN_CHANGED, "plan-changed", 0, { 0 } },
    { GRAM_SIGNAL_DATA_REFUSED, "data-refused", 1, { G_TYPE_ERROR } },
    { GRAM_SIGNAL_SETTINGS_ADOPTED, "settings-adopted", 0, { 0 } },
    { GRAM_SIGNAL_NOTICE, "notice", 2, { G_TYPE_ERROR, G_TYPE_BOOLEAN } },
  };

  object_class->dispose = gram_session_dispose;
  object_class->finalize = gram_session_finalize;
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    gram_session_signals[signals[i].signal] =
        g_signal_newv (signals[i].name, GRAM_TYPE_SESSION, G_SIGNAL_RUN_LAST, NULL, NULL, NULL,
                       NULL, G_TYPE_NONE, signals[i].count, signals[i].types);
}

static GHashTable *
locks_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                (GDestroyNotify) gram_file_lock_release);
}

static void
runs_changed_cb (GramSession *session)
{
  gram_session_emit (session, GRAM_SIGNAL_RUNS_CHANGED);
}

static void
gram_session_init (GramSession *session)
{
  session->main_thread = g_thread_self ();
  session->context = g_main_context_ref_thread_default ();
  session->settings = gram_settings_new ();
  session->asked = gram_settings_new ();
  session->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_question_free);
  session->opened = g_new0 (GramCheckpoint, 1);
  session->runs = gram_run_list_new ();
  session->keepings = g_ptr_array_new ();
  g_signal_connect_object (session->runs, "changed", G_CALLBACK (runs_changed_cb), session,
                           G_CONNECT_SWAPPED);
  session->locks = locks_new ();
  session->own_locks = locks_new ();
  session->progress.target_step = -1;
  session->progress.seconds_left = NAN;
  session->progress.fraction = session->progress.made = NAN;
}

/* What ends after the session did, a file that was being written for one, tells nobody: who
 * listened may be gone. */
void
gram_session_emit (GramSession *session, guint signal)
{
  if (!session->closed)
    g_signal_emit (session, gram_session_signals[signal], 0);
}

void
gram_session_tell (GramSession *session, const GError *error, gboolean fatal)
{
  if (!session->closed)
    g_signal_emit (session, gram_session_signals[GRAM_SIGNAL_NOTICE], 0, error, fatal);
}

/* Tells of something that costs nothing but the notice. */
void
gram_session_tell_text (GramSession *session, GramError code, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (GRAM_ERROR, code, text);

  gram_session_tell (session, error, FALSE);
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
  /* the old run goes on while new data are read; without one, reading is what there is to tell */
  if (session->candidate.thread != NULL && session->phase != GRAM_PHASE_GOING)
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
      if (session->loading || session->coming_back != 0)
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
  if (state == session->state || session->closed)
    return;
  session->state = state;
  g_signal_emit (session, gram_session_signals[GRAM_SIGNAL_STATE_CHANGED], 0, (int) state);
}

/* The one place that says where the run is; the state follows. */
void
gram_session_set_phase (GramSession *session, GramPhase phase)
{
  session->phase = phase;
  session->progress.made = NAN;
  gram_session_update_state (session);
}

/* ---------- the end --------------------------------------------------------------------------- */

/* Settings that wait are not acted upon any more. */
void
gram_session_forget_changes (GramSession *session)
{
  session->waiting_change = GRAM_CHANGE_NONE;
  if (session->change_source != NULL)
    g_source_destroy (session->change_source);
  g_clear_pointer (&session->change_source, g_source_unref);
}

void
gram_session_clear_origin (GramSession *session)
{
  g_clear_pointer (&session->origin.settings, gram_settings_free);
  session->origin.fingerprint = 0;
  g_clear_pointer (&session->origin.problem, g_free);
  g_clear_pointer (&session->origin.name, g_free);
}

/**
 * gram_session_refuse_questions:
 * @error: (nullable): why the stages that are waited for will not come; %NULL: the problem changed
 */
void
gram_session_refuse_questions (GramSession *session, const GError *error)
{
  /* whoever is told may ask again at once */
  g_autoptr (GPtrArray) refused = g_steal_pointer (&session->questions);

  session->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_question_free);
  for (guint i = 0; error != NULL && i < refused->len; i++)
    gram_question_refuse (g_ptr_array_index (refused, i), error);
}

/**
 * gram_session_leave_analysis:
 * @wait_ms: how long to wait for the thread of the data that are there
 */
void
gram_session_leave_analysis (GramSession *session, guint wait_ms)
{
  if (session->analysis_thread != NULL)
    gram_analysis_thread_leave (g_steal_pointer (&session->analysis_thread), wait_ms);
  session->analysis_number = 0;
  session->analyses = 0;
  session->loading = FALSE;
  session->progress.stage = GRAM_STAGE_NONE;
  gram_session_refuse_questions (session, NULL);
}

/**
 * gram_session_leave_candidate:
 * @wait_ms: how long to wait for the thread of the new data
 */
void
gram_session_leave_candidate (GramSession *session, guint wait_ms)
{
  if (session->candidate.thread != NULL)
    gram_analysis_thread_leave (g_steal_pointer (&session->candidate.thread), wait_ms);
  session->candidate.number = 0;
  session->candidate.wanted = FALSE;
  session->candidate.wanted_steps = 0;
  g_clear_pointer (&session->candidate.dataset, gram_dataset_unref);
  g_clear_pointer (&session->candidate.settings, gram_settings_free);
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
  gram_session_forget_changes (session);
  g_cancellable_cancel (session->run_cancellable);
  g_cancellable_cancel (session->plan_cancellable);
  g_cancellable_cancel (session->sweep_cancellable);
  gram_event_queue_close (session->events);
  gram_session_leave_candidate (session, SHUTDOWN_WAIT_MS);
  gram_session_leave_analysis (session, SHUTDOWN_WAIT_MS);
  gram_training_thread_shutdown (g_steal_pointer (&session->training_thread), SHUTDOWN_WAIT_MS);
  g_hash_table_remove_all (session->locks);
  g_hash_table_remove_all (session->own_locks);
}

/* ---------- what there is --------------------------------------------------------------------- */

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
  return session->candidate.thread != NULL || session->loading
         || (session->waiting_change & GRAM_CHANGE_DATA) != 0;
}

GramState
gram_session_get_state (GramSession *session)
{
  return session->state;
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

/**
 * gram_session_get_study:
 *
 * Returns: (transfer none) (nullable): the study that runs or ran last, whatever data are there now
 */
GramSweepTable *
gram_session_get_study (GramSession *session)
{
  return session->study;
}

const char *
gram_state_to_string (GramState state)
{
  static const char *const names[] = { "empty",  "preparing", "ready",    "training",
                                       "paused", "finished",  "diverged", "failed" };

  return names[state];
}
