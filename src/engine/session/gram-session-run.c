/* gram-session-run.c: commands to the run and to the sweep
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-private.h"

#include <math.h>

#include "gram-checkpoint.h"
#include "gram-error.h"

/* There is no run any more, and what is still reported of it is not taken. */
void
gram_session_drop_run (GramSession *session)
{
  gboolean had_run = session->run != NULL;

  if (session->run_cancellable != NULL)
    g_cancellable_cancel (session->run_cancellable);
  g_clear_object (&session->run_cancellable);
  if (session->phase != GRAM_PHASE_NONE && session->phase != GRAM_PHASE_WAITING)
    gram_engine_drop (session->engine);
  session->phase = GRAM_PHASE_NONE;
  session->run_number++;
  session->wanted = FALSE;
  session->pausing = FALSE;
  session->wanted_steps = 0;
  session->target_step = -1;
  session->progress.step = 0;
  session->progress.steps_per_second = 0;
  session->progress.eta_seconds = NAN;
  g_clear_error (&session->failure);
  g_clear_pointer (&session->run, gram_run_unref);
  g_clear_pointer (&session->opened_state, g_bytes_unref);
  gram_session_update_state (session);
  if (had_run)
    gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
}

static GramLabels *
labels_of_analysis (const GramSession *session, const GramLabelsSpec *spec)
{
  for (guint i = 0; session->analysis != NULL && i < session->analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (session->analysis->labels, i);

      if (set->labels != NULL && gram_labels_spec_equal (&set->labels->spec, spec))
        return gram_labels_ref (set->labels);
    }
  return NULL;
}

/* An opened run goes on with the very labels it had. */
static GPtrArray *
labels_of_run (const GramSession *session)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);

  for (guint i = 0; i < session->run->sets->len; i++)
    g_ptr_array_add (all, gram_labels_ref (gram_run_get_set (session->run, i)->labels));
  return all;
}

/* The settings' label sets; %NULL without error when the analysis has to come first. */
static GPtrArray *
collect_labels (GramSession *session, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);

  for (guint i = 0; i < session->settings->labels->len; i++)
    {
      const GramLabelsSpec *spec = &g_array_index (session->settings->labels, GramLabelsSpec, i);
      GramLabels *labels = labels_of_analysis (session, spec);

      if (labels == NULL && gram_labels_kind_info (spec->kind)->from_spectrum)
        return NULL;
      if (labels == NULL)
        labels = gram_labels_new (session->problem, spec, session->settings->problem.seed, error);
      if (labels == NULL)
        return NULL;
      g_ptr_array_add (all, labels);
    }
  return g_steal_pointer (&all);
}

static void
fail_run (GramSession *session, GError *error)
{
  session->phase = GRAM_PHASE_NONE;
  session->wanted = FALSE;
  g_clear_error (&session->failure);
  session->failure = error;
  gram_session_update_state (session);
  gram_session_tell (session, error, TRUE);
}

/* The analysis is over and the worst-case labels are not known. */
static void
missing_worst (GramSession *session)
{
  if (g_error_matches (session->analysis_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_error (&session->analysis_error);
      session->analyses++;
      gram_worker_analyse (session->worker, session->settings);
      return;
    }
  fail_run (session,
            g_error_new (GRAM_ERROR, GRAM_ERROR_NUMERIC,
                         "the worst-case labels need the last eigenvector of H∞, which is not "
                         "known (%s); train other label sets",
                         session->analysis_error != NULL ? session->analysis_error->message
                                                         : "no analysis"));
}

/* A state means something only to the images it was made with, and so do curves. */
gboolean
gram_session_check_opened (GramSession *session)
{
  g_autoptr (GError) error = NULL;

  if (session->opened_fingerprint == gram_checkpoint_fingerprint (session->problem))
    return TRUE;
  error = g_error_new_literal (GRAM_ERROR, GRAM_ERROR_DATA,
                               "the images are not those that the saved run was trained on: its "
                               "curves can be looked at, a start begins anew");
  g_clear_pointer (&session->opened_state, g_bytes_unref);
  session->phase = GRAM_PHASE_NONE;
  session->wanted = FALSE;
  gram_session_update_state (session);
  gram_session_tell (session, error, FALSE);
  return FALSE;
}

/* Makes the trainer if all it needs is there. */
void
gram_session_try_build (GramSession *session)
{
  g_autoptr (GPtrArray) labels = NULL;
  GError *error = NULL;
  GramEngineBuild build = { 0 };

  if (session->phase != GRAM_PHASE_WAITING || session->problem == NULL)
    return;
  if (session->opened_state != NULL && !gram_session_check_opened (session))
    return;
  labels =
      session->opened_state != NULL ? labels_of_run (session) : collect_labels (session, &error);
  if (error != NULL)
    {
      fail_run (session, error);
      return;
    }
  if (labels == NULL)
    {
      if (session->analyses == 0)
        missing_worst (session);
      return;
    }
  session->run_cancellable = g_cancellable_new ();
  build.run = ++session->run_number;
  build.settings = session->settings;
  build.problem = session->problem;
  build.labels = labels;
  build.state = session->opened_state;
  build.lambda_max = session->analysis != NULL ? session->analysis->lambda_max : NAN;
  build.cancellable = session->run_cancellable;
  session->phase = GRAM_PHASE_BUILDING;
  gram_engine_build (session->engine, &build);
  gram_session_update_target (session);
  gram_session_update_state (session);
}

void
gram_session_send_run (GramSession *session, gint64 count)
{
  session->control = gram_engine_run (session->engine, count);
  session->phase = GRAM_PHASE_GOING;
  session->pausing = FALSE;
  gram_session_update_state (session);
}

static void
begin_run (GramSession *session)
{
  g_clear_error (&session->failure);
  if (session->opened_state == NULL && session->run != NULL)
    {
      g_clear_pointer (&session->run, gram_run_unref);
      gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
    }
  session->phase = GRAM_PHASE_WAITING;
  if (session->problem == NULL && !session->loading)
    {
      gboolean wanted = session->wanted;
      gint64 steps = session->wanted_steps;

      gram_session_load (session, GRAM_LOAD_BESIDE);
      session->phase = GRAM_PHASE_WAITING;
      session->wanted = wanted;
      session->wanted_steps = steps;
    }
  gram_session_update_state (session);
  gram_session_try_build (session);
}

static void
go (GramSession *session, gint64 count)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  g_return_if_fail (!session->closed);
  gram_session_apply_changes (session);
  if (session->candidate.worker != NULL)
    {
      session->candidate.wanted = TRUE;
      session->candidate.wanted_steps = count;
      return;
    }
  if (session->phase == GRAM_PHASE_OVER
      && (session->state == GRAM_STATE_DIVERGED || session->state == GRAM_STATE_FAILED))
    gram_session_drop_run (session);
  session->wanted = TRUE;
  session->wanted_steps = count;
  if (session->phase == GRAM_PHASE_HALTED || session->phase == GRAM_PHASE_OVER
      || (session->phase == GRAM_PHASE_GOING && session->pausing))
    gram_session_send_run (session, count);
  else if (session->phase == GRAM_PHASE_NONE)
    begin_run (session);
}

/**
 * gram_session_start:
 *
 * Trains, until paused or a limit of the settings is reached. Before the data is there it starts
 * when it comes, and while new data is being read it means that; with worst-case labels when vₙ is
 * known. After divergence it begins anew.
 */
void
gram_session_start (GramSession *session)
{
  go (session, 0);
}

/**
 * gram_session_step:
 * @count: steps to do before it pauses again
 *
 * Does nothing while a run goes on.
 */
void
gram_session_step (GramSession *session, gint64 count)
{
  g_return_if_fail (count > 0);
  if (session->phase != GRAM_PHASE_GOING)
    go (session, count);
}

void
gram_session_pause (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  session->wanted = session->candidate.wanted = FALSE;
  if (session->phase == GRAM_PHASE_GOING)
    {
      session->control = gram_engine_pause (session->engine);
      session->pausing = TRUE;
    }
  else if (session->phase == GRAM_PHASE_WAITING && session->opened_state == NULL)
    gram_session_drop_run (session);
}

/**
 * gram_session_reset:
 *
 * Back to W(0): the run and its curves are gone.
 */
void
gram_session_reset (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  session->candidate.wanted = FALSE;
  gram_session_drop_run (session);
}

/* Asks what training would take; answered by GRAM_NEWS_PLAN. */
void
gram_session_request_plan (GramSession *session)
{
  if (session->problem == NULL)
    return;
  gram_engine_plan (session->engine, ++session->plan_number, session->settings, session->problem,
                    session->settings->labels->len);
}

/* Where the run will end, predicted once rather than with each batch. */
void
gram_session_update_target (GramSession *session)
{
  const GramSettings *settings = session->settings;
  gint64 target = settings->max_steps > 0 ? settings->max_steps : -1, slowest = -1;

  if (settings->until_residual > 0 && session->analysis != NULL
      && session->analysis->stage >= GRAM_STAGE_KRYLOV)
    for (guint i = 0; i < session->analysis->labels->len; i++)
      slowest = MAX (slowest, gram_analysis_steps_to (session->analysis, i, settings->eta,
                                                      settings->until_residual));
  if (slowest > 0 && (target < 0 || slowest < target))
    target = slowest;
  session->target_step = target;
}

/**
 * gram_session_start_sweep:
 * @spec: copied
 *
 * Begins a sweep in the place of any other. Its cells use the session's settings as they are now.
 */
void
gram_session_start_sweep (GramSession *session, const GramSweepSpec *spec)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  g_return_if_fail (!session->closed);
  gram_session_apply_changes (session);
  gram_session_cancel_sweep (session);
  if (session->problem == NULL || session->candidate.worker != NULL)
    {
      g_autoptr (GError) error =
          g_error_new_literal (GRAM_ERROR, GRAM_ERROR_USAGE,
                               session->candidate.worker != NULL
                                   ? "the new data is still being read: start the sweep after it"
                                   : "a sweep needs data: load some");

      gram_session_tell (session, error, FALSE);
      return;
    }
  g_clear_pointer (&session->sweep, gram_sweep_table_unref);
  session->sweep_cancellable = g_cancellable_new ();
  gram_engine_sweep (session->engine, ++session->sweep_number, session->settings, session->problem,
                     spec, session->sweep_cancellable);
  gram_session_emit (session, GRAM_SIGNAL_SWEEP_CHANGED);
}

/**
 * gram_session_cancel_sweep:
 *
 * Finished cells stay, in the table and in the file.
 */
void
gram_session_cancel_sweep (GramSession *session)
{
  if (session->sweep_cancellable != NULL)
    g_cancellable_cancel (session->sweep_cancellable);
  g_clear_object (&session->sweep_cancellable);
}
