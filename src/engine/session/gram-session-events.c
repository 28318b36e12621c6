/* gram-session-events.c: what the threads report, on the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * Events of a thread, run, plan or sweep that another has replaced in the meantime are dropped
 * here, by their number. A session is made here too: its threads report to this part, which calls
 * all others and is called by none.
 */
#include "gram-session-private.h"

#include <math.h>

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
load_failed (GramSession *session, const GError *error)
{
  session->loading = FALSE;
  session->analyses = 0;
  session->wanted = FALSE;
  gram_session_refuse_questions (session, error);
  if (!is_cancelled (error))
    {
      g_clear_error (&session->failure);
      session->failure = g_error_copy (error);
    }
  gram_session_set_phase (session, GRAM_PHASE_NONE);
  if (!is_cancelled (error))
    gram_session_tell (session, error, TRUE);
}

static gboolean
fit (gint64 *count, gint64 most)
{
  gboolean fits = *count <= most;

  *count = MIN (*count, most);
  return fits;
}

/* The new data may have fewer images than were asked of the old. That is told, and what there is
 * becomes what is asked for, also of the next pair and in files. */
static void
fit_counts (GramSession *session)
{
  const GramProblem *problem = session->problem;
  GramProblemSpec *spec = &session->settings->problem;
  gboolean fits = fit (&spec->n, problem->most);
  g_autofree char *text = NULL;

  if (fit (&spec->n_test, problem->most_test) && fits)
    return;
  if (!gram_session_is_loading (session))
    {
      session->asked->problem.n = spec->n;
      session->asked->problem.n_test = spec->n_test;
    }
  text = g_strdup_printf ("%s has %'" G_GINT64_FORMAT " training and %'" G_GINT64_FORMAT
                          " test images of this pair, fewer than were asked for; %'" G_GINT64_FORMAT
                          " and %'" G_GINT64_FORMAT " are used",
                          problem->dataset_title, problem->most, problem->most_test, spec->n,
                          spec->n_test);
  gram_session_tell_text (session, GRAM_ERROR_FAILED, text);
}

static void
take_data (GramSession *session, GramEvent *event)
{
  if (event->error != NULL)
    {
      load_failed (session, event->error);
      return;
    }
  if (event->data.dataset != NULL && event->data.dataset != session->dataset)
    {
      g_clear_pointer (&session->dataset, gram_dataset_unref);
      session->dataset = gram_dataset_ref (event->data.dataset);
    }
  if (event->data.problem != NULL)
    {
      g_clear_pointer (&session->problem, gram_problem_unref);
      session->problem = gram_problem_ref (event->data.problem);
      session->fingerprint = event->data.fingerprint;
      session->loading = FALSE;
      session->progress.stage = GRAM_STAGE_KERNEL; /* which is worked at from here on */
      session->progress.fraction = 0;
      fit_counts (session);
      gram_session_update_present (session);
      gram_session_request_plan (session);
      /* an opened file that has curves but no state of the trainer */
      if (session->run != NULL && session->phase == GRAM_PHASE_NONE
          && session->opened->state == NULL && session->opened->fingerprint != 0)
        gram_session_check_opened (session);
      gram_session_try_build (session);
      gram_session_update_state (session);
    }
  gram_session_emit (session, GRAM_SIGNAL_PROBLEM_CHANGED);
}

static void
take_analysis (GramSession *session, GramEvent *event)
{
  GramCommand lambda_max = { GRAM_COMMAND_LAMBDA_MAX };

  g_clear_pointer (&session->analysis, gram_analysis_unref);
  session->analysis = gram_analysis_ref (event->analysis);
  lambda_max.lambda_max = session->analysis->lambda_max;
  if (lambda_max.lambda_max > 0 && session->phase > GRAM_PHASE_WAITING)
    gram_training_thread_send (session->training_thread, &lambda_max);
  gram_session_update_target (session);
  gram_session_try_build (session);
  gram_session_ask_waiting (session);
  gram_session_emit (session, GRAM_SIGNAL_ANALYSIS_CHANGED);
}

static void
take_analysed (GramSession *session, GramEvent *event)
{
  g_clear_error (&session->analysis_error);
  session->analysis_error = g_steal_pointer (&event->error);
  if (session->analyses > 0)
    session->analyses--;
  if (session->analyses > 0)
    return;
  session->progress.stage = GRAM_STAGE_NONE;
  session->progress.fraction = NAN;
  gram_session_ask_waiting (session);
  if (session->analysis_error != NULL)
    gram_session_refuse_questions (session, session->analysis_error);
  if (session->analysis_error != NULL && !is_cancelled (session->analysis_error))
    gram_session_tell (session, session->analysis_error, FALSE);
  gram_session_try_build (session);
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
  gram_session_emit (session, GRAM_SIGNAL_ANALYSIS_CHANGED);
}

static void
take_stage (GramSession *session, GramEvent *event)
{
  session->progress.stage = event->progress.stage;
  session->progress.fraction = event->progress.fraction;
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
}

static void
take_plan (GramSession *session, GramEvent *event)
{
  g_clear_error (&session->plan_error);
  session->plan_error = g_steal_pointer (&event->error);
  session->plan_known = session->plan_error == NULL;
  session->plan = event->plan;
  gram_session_emit (session, GRAM_SIGNAL_PLAN_CHANGED);
}

static void
take_notice (GramSession *session, GramEvent *event)
{
  gram_session_tell (session, event->error, FALSE);
}

static void
update_pace (GramSession *session)
{
  double pace = session->run->seconds_per_step;
  gint64 left = session->progress.target_step - session->run->steps;

  session->progress.step = session->run->steps;
  session->progress.steps_per_second = pace > 0 ? 1 / pace : 0;
  session->progress.seconds_left =
      pace > 0 && (left > 0 || (left == 0 && session->progress.ends)) ? (double) left * pace : NAN;
}

static void
take_run (GramSession *session, GramEvent *event)
{
  guint before;
  gint64 steps, lazy;

  if (session->run == NULL)
    session->run = gram_run_new ();
  steps = session->run->steps;
  lazy = session->run->lazy_steps;
  before = session->run->notices->len;
  gram_run_merge (session->run, event->run);
  if (session->run->steps > steps)
    session->progress.lazy_share =
        (double) (session->run->lazy_steps - lazy) / (double) (session->run->steps - steps);
  update_pace (session);
  for (guint i = before; i < session->run->notices->len; i++)
    gram_session_tell_text (session, GRAM_ERROR_FAILED,
                            g_ptr_array_index (session->run->notices, i));
  gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
}

static void
take_building (GramSession *session, GramEvent *event)
{
  if (session->phase != GRAM_PHASE_BUILDING)
    return;
  session->progress.made = event->made;
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
}

static void
take_built (GramSession *session, GramEvent *event)
{
  g_clear_pointer (&session->opened->state, g_bytes_unref);
  gram_session_update_present (session);
  if (session->wanted)
    gram_session_send_run (session, session->wanted_steps, FALSE);
  else
    gram_session_set_phase (session, GRAM_PHASE_HALTED);
}

static void
tell_divergence (GramSession *session)
{
  g_autoptr (GError) error = NULL;
  const GramRun *run = session->run;

  if (run->stable_eta > 0)
    error = g_error_new (GRAM_ERROR, GRAM_ERROR_DIVERGED,
                         "the run diverged at step %" G_GINT64_FORMAT
                         ": η = %.3g is not stable here, it must be below 2/λ₁ = %.3g",
                         run->steps, run->eta, run->stable_eta);
  else
    error = g_error_new (GRAM_ERROR, GRAM_ERROR_DIVERGED,
                         "the run diverged at step %" G_GINT64_FORMAT
                         ": η = %.3g is too large, it must be below 2/λ₁",
                         run->steps, run->eta);
  gram_session_tell (session, error, TRUE);
}

static void
take_halt (GramSession *session, GramEvent *event)
{
  gboolean lost = event->end.stopped == GRAM_STOPPED_LOST;

  if (event->error != NULL && !lost)
    {
      session->wanted = FALSE;
      if (!is_cancelled (event->error))
        session->failure = g_error_copy (event->error);
      gram_session_set_phase (session,
                              is_cancelled (event->error) ? GRAM_PHASE_NONE : GRAM_PHASE_OVER);
      if (session->failure != NULL)
        gram_session_tell (session, session->failure, TRUE);
      return;
    }
  /* This answers an older command; the answer to the latest one is still to come. */
  if (event->end.command < session->command)
    return;
  session->wanted = FALSE;
  g_clear_error (&session->lost);
  session->lost = lost ? g_steal_pointer (&event->error) : NULL;
  gram_session_set_phase (session, lost || event->end.stopped == GRAM_STOPPED_NOT
                                       ? GRAM_PHASE_HALTED
                                       : GRAM_PHASE_OVER);
  if (event->end.stopped == GRAM_STOPPED_DIVERGED)
    tell_divergence (session);
}

static void
take_sweep (GramSession *session, GramEvent *event)
{
  const GError *error = event->sweep != NULL ? event->sweep->error : event->error;

  if (event->sweep != NULL)
    {
      GramSweepTable **place = event->sweep->variations != NULL ? &session->study : &session->sweep;

      g_clear_pointer (place, gram_sweep_table_unref);
      *place = gram_sweep_table_ref (event->sweep);
    }
  if (error != NULL && !is_cancelled (error))
    gram_session_tell (session, error, FALSE);
  gram_session_emit (session, GRAM_SIGNAL_SWEEP_CHANGED);
}

/* From the thread that reads new data beside the old. Until its images are there, nothing it tells
 * changes what is shown. */
static void
take_candidate_event (GramSession *session, GramEvent *event)
{
  if (event->kind == GRAM_EVENT_NOTICE)
    take_notice (session, event);
  if (event->kind != GRAM_EVENT_DATA)
    return;
  if (event->error != NULL)
    {
      gram_session_refuse_candidate (session, event->error);
      return;
    }
  if (event->data.dataset != NULL && event->data.dataset != session->candidate.dataset)
    {
      g_clear_pointer (&session->candidate.dataset, gram_dataset_unref);
      session->candidate.dataset = gram_dataset_ref (event->data.dataset);
    }
  if (event->data.problem == NULL)
    return;
  gram_session_take_candidate (session);
  take_data (session, event);
}

/* A kind of event: what takes it, and which number its sender has to have to be heard. */
#define OF(number) G_STRUCT_OFFSET (GramSession, number)
static const struct
{
  void (*take) (GramSession *session, GramEvent *event);
  glong number;
} kinds[] = {
  [GRAM_EVENT_DATA] = { take_data, OF (analysis_number) },
  [GRAM_EVENT_ANALYSIS] = { take_analysis, OF (analysis_number) },
  [GRAM_EVENT_ANALYSED] = { take_analysed, OF (analysis_number) },
  [GRAM_EVENT_STAGE] = { take_stage, OF (analysis_number) },
  [GRAM_EVENT_NOTICE] = { take_notice, OF (analysis_number) },
  [GRAM_EVENT_PLAN] = { take_plan, OF (plan_number) },
  [GRAM_EVENT_BUILDING] = { take_building, OF (run_number) },
  [GRAM_EVENT_BUILT] = { take_built, OF (run_number) },
  [GRAM_EVENT_RECORDED] = { take_run, OF (run_number) },
  [GRAM_EVENT_PAUSED] = { take_halt, OF (run_number) },
  [GRAM_EVENT_STOPPED] = { take_halt, OF (run_number) },
  [GRAM_EVENT_SWEEP] = { take_sweep, OF (sweep_number) },
};

static void
take_event (GramEvent *event, gpointer user_data)
{
  g_autoptr (GramSession) session = g_object_ref (GRAM_SESSION (user_data));
  glong number = kinds[event->kind].number;

  GRAM_SESSION_ASSERT_MAIN (session);
  if (session->closed)
    return;
  if (event->sender == G_STRUCT_MEMBER (guint64, session, number))
    kinds[event->kind].take (session, event);
  else if (number == OF (analysis_number) && event->sender == session->candidate.number)
    take_candidate_event (session, event);
  else if (event->kind == GRAM_EVENT_RECORDED)
    gram_session_keep_points (session, event->sender, event->run);
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
  GramSession *session = g_object_new (GRAM_TYPE_SESSION, NULL);

  session->events = gram_event_queue_new (session->context, take_event, session);
  session->training_thread = gram_training_thread_new (session->events);
  return session;
}
