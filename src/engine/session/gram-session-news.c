/* gram-session-news.c: what the threads report, on the main thread
 *
 * SPDX-License-Identifier: MIT
 *
 * News of a worker or run that was superseded in the meantime are dropped here, by their number.
 */
#include "gram-session-private.h"

#include <math.h>

#include "gram-error.h"

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
  session->phase = GRAM_PHASE_NONE;
  session->wanted = FALSE;
  gram_session_refuse_questions (session, error->domain, error->code, error->message);
  if (!is_cancelled (error))
    {
      g_clear_error (&session->failure);
      session->failure = g_error_copy (error);
    }
  gram_session_update_state (session);
  if (!is_cancelled (error))
    gram_session_tell (session, error, TRUE);
}

static void
take_problem (GramSession *session, GramNews *news)
{
  if (news->error != NULL)
    {
      load_failed (session, news->error);
      return;
    }
  if (news->dataset != NULL && news->dataset != session->dataset)
    {
      g_clear_pointer (&session->dataset, gram_dataset_unref);
      session->dataset = gram_dataset_ref (news->dataset);
    }
  if (news->problem != NULL)
    {
      g_clear_pointer (&session->problem, gram_problem_unref);
      session->problem = gram_problem_ref (news->problem);
      session->loading = FALSE;
      gram_session_request_plan (session);
      /* an opened run of which there are curves alone */
      if (session->run != NULL && session->phase == GRAM_PHASE_NONE && session->opened_state == NULL
          && session->opened_fingerprint != 0)
        gram_session_check_opened (session);
      gram_session_try_build (session);
      gram_session_update_state (session);
    }
  gram_session_emit (session, GRAM_SIGNAL_PROBLEM_CHANGED);
}

static void
take_analysis (GramSession *session, GramNews *news)
{
  g_clear_pointer (&session->analysis, gram_analysis_unref);
  session->analysis = gram_analysis_ref (news->analysis);
  if (session->analysis->lambda_max > 0 && session->phase > GRAM_PHASE_WAITING)
    gram_engine_set_lambda_max (session->engine, session->analysis->lambda_max);
  gram_session_update_target (session);
  gram_session_try_build (session);
  gram_session_answer_questions (session);
  gram_session_emit (session, GRAM_SIGNAL_ANALYSIS_CHANGED);
}

static void
take_analysed (GramSession *session, GramNews *news)
{
  g_clear_error (&session->analysis_error);
  session->analysis_error = g_steal_pointer (&news->error);
  if (session->analyses > 0)
    session->analyses--;
  if (session->analyses > 0)
    return;
  session->progress.stage = GRAM_STAGE_NONE;
  session->progress.fraction = NAN;
  gram_session_answer_questions (session);
  if (session->analysis_error != NULL)
    gram_session_refuse_questions (session, session->analysis_error->domain,
                                   session->analysis_error->code, session->analysis_error->message);
  if (session->analysis_error != NULL && !is_cancelled (session->analysis_error))
    gram_session_tell (session, session->analysis_error, FALSE);
  gram_session_try_build (session);
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
  gram_session_emit (session, GRAM_SIGNAL_ANALYSIS_CHANGED);
}

static void
take_stage (GramSession *session, GramNews *news)
{
  session->progress.stage = news->stage;
  session->progress.fraction = news->fraction;
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
}

static void
take_plan (GramSession *session, GramNews *news)
{
  g_clear_error (&session->plan_error);
  session->plan_error = g_steal_pointer (&news->error);
  session->plan_known = session->plan_error == NULL;
  session->plan = news->plan;
  gram_session_emit (session, GRAM_SIGNAL_PLAN_CHANGED);
}

static void
update_pace (GramSession *session)
{
  double pace = session->run->seconds_per_step;
  gint64 left = session->target_step - session->run->steps;

  session->progress.step = session->run->steps;
  session->progress.steps_per_second = pace > 0 ? 1 / pace : 0;
  session->progress.eta_seconds =
      session->target_step >= 0 && pace > 0 ? (double) MAX (left, 0) * pace : NAN;
}

static void
take_run (GramSession *session, GramNews *news)
{
  guint before = 0;
  gint64 steps, lazy;

  if (session->run == NULL)
    session->run = gram_run_new ();
  steps = session->run->steps;
  lazy = session->run->lazy_steps;
  before = session->run->notices->len;
  gram_run_merge (session->run, news->run);
  if (session->run->steps > steps)
    session->progress.lazy_share =
        (double) (session->run->lazy_steps - lazy) / (double) (session->run->steps - steps);
  update_pace (session);
  for (guint i = before; i < session->run->notices->len; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (GRAM_ERROR, GRAM_ERROR_FAILED,
                                                      g_ptr_array_index (session->run->notices, i));

      gram_session_tell (session, error, FALSE);
    }
  gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
  gram_session_emit (session, GRAM_SIGNAL_PROGRESS);
}

static void
take_built (GramSession *session)
{
  session->phase = GRAM_PHASE_HALTED;
  g_clear_pointer (&session->opened_state, g_bytes_unref);
  if (session->wanted)
    gram_session_send_run (session, session->wanted_steps);
  else
    gram_session_update_state (session);
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
take_halt (GramSession *session, GramNews *news)
{
  if (news->error != NULL)
    {
      session->phase = GRAM_PHASE_OVER;
      session->wanted = FALSE;
      if (is_cancelled (news->error))
        session->phase = GRAM_PHASE_NONE;
      else
        session->failure = g_error_copy (news->error);
      gram_session_update_state (session);
      if (session->failure != NULL)
        gram_session_tell (session, session->failure, TRUE);
      return;
    }
  /* A later command is on its way; its answer will come. */
  if (news->control < session->control)
    return;
  session->phase = news->stopped == GRAM_STOPPED_NOT ? GRAM_PHASE_HALTED : GRAM_PHASE_OVER;
  session->wanted = FALSE;
  gram_session_update_state (session);
  if (news->stopped == GRAM_STOPPED_DIVERGED)
    tell_divergence (session);
}

static void
take_sweep (GramSession *session, GramNews *news)
{
  if (news->sweep != NULL)
    {
      g_clear_pointer (&session->sweep, gram_sweep_table_unref);
      session->sweep = gram_sweep_table_ref (news->sweep);
    }
  if (news->error != NULL && !is_cancelled (news->error))
    gram_session_tell (session, news->error, FALSE);
  else if (news->sweep != NULL && news->sweep->error != NULL && !is_cancelled (news->sweep->error))
    gram_session_tell (session, news->sweep->error, FALSE);
  gram_session_emit (session, GRAM_SIGNAL_SWEEP_CHANGED);
}

/* Of new data read beside the old ones; what comes before the images is only looked at. */
static void
take_candidate_news (GramSession *session, GramNews *news)
{
  if (news->kind != GRAM_NEWS_PROBLEM)
    {
      if (news->kind == GRAM_NEWS_NOTICE)
        gram_session_tell (session, news->error, FALSE);
      return;
    }
  if (news->error != NULL)
    {
      gram_session_refuse_candidate (session, news->error);
      return;
    }
  if (news->dataset != NULL && news->dataset != session->candidate.dataset)
    {
      g_clear_pointer (&session->candidate.dataset, gram_dataset_unref);
      session->candidate.dataset = gram_dataset_ref (news->dataset);
    }
  if (news->problem == NULL)
    return;
  gram_session_take_candidate (session);
  take_problem (session, news);
}

static void
take_worker_news (GramSession *session, GramNews *news)
{
  switch (news->kind)
    {
    case GRAM_NEWS_PROBLEM:
      take_problem (session, news);
      break;
    case GRAM_NEWS_ANALYSIS:
      take_analysis (session, news);
      break;
    case GRAM_NEWS_ANALYSED:
      take_analysed (session, news);
      break;
    case GRAM_NEWS_STAGE:
      take_stage (session, news);
      break;
    default:
      gram_session_tell (session, news->error, FALSE);
      break;
    }
}

static void
take_run_news (GramSession *session, GramNews *news)
{
  if (news->kind == GRAM_NEWS_RUN)
    take_run (session, news);
  else if (news->kind == GRAM_NEWS_BUILT)
    take_built (session);
  else
    take_halt (session, news);
}

/* The mail's callback. */
void
gram_session_take_news (GramNews *news, gpointer user_data)
{
  g_autoptr (GramSession) session = g_object_ref (GRAM_SESSION (user_data));

  GRAM_SESSION_ASSERT_MAIN (session);
  if (session->closed)
    return;
  switch (news->kind)
    {
    case GRAM_NEWS_PLAN:
      if (news->sender == session->plan_number)
        take_plan (session, news);
      break;
    case GRAM_NEWS_BUILT:
    case GRAM_NEWS_RUN:
    case GRAM_NEWS_PAUSED:
    case GRAM_NEWS_STOPPED:
      if (news->sender == session->run_number)
        take_run_news (session, news);
      break;
    case GRAM_NEWS_SWEEP:
      if (news->sender == session->sweep_number)
        take_sweep (session, news);
      break;
    case GRAM_NEWS_PROBLEM:
    case GRAM_NEWS_ANALYSIS:
    case GRAM_NEWS_ANALYSED:
    case GRAM_NEWS_STAGE:
    case GRAM_NEWS_NOTICE:
    default:
      if (news->sender == session->worker_number)
        take_worker_news (session, news);
      else if (news->sender == session->candidate.number)
        take_candidate_news (session, news);
      break;
    }
}
