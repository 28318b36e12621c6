/* gram-session-run.c: the run: made when all it needs is there, told to go on, and dropped
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-private.h"

#include <math.h>

#define NO_END_RESIDUAL 0.01

/* Drops the run, which stays in the list. Events that are still on their way have its old number
 * and are not taken. */
void
gram_session_drop_run (GramSession *session)
{
  gboolean had_run = session->run != NULL;

  gram_session_keep_run (session);
  g_cancellable_cancel (session->run_cancellable);
  g_clear_object (&session->run_cancellable);
  if (session->phase != GRAM_PHASE_NONE && session->phase != GRAM_PHASE_WAITING)
    gram_training_thread_send (session->training_thread, &(GramCommand){ GRAM_COMMAND_DROP });
  session->run_number++;
  session->wanted = FALSE;
  session->pausing = FALSE;
  session->wanted_steps = 0;
  session->progress.target_step = -1;
  session->progress.step = 0;
  session->progress.steps_per_second = 0;
  session->progress.seconds_left = NAN;
  g_clear_error (&session->failure);
  g_clear_error (&session->lost);
  g_clear_pointer (&session->run, gram_run_unref);
  gram_session_clear_origin (session);
  g_clear_pointer (&session->opened->state, g_bytes_unref);
  gram_session_update_present (session);
  gram_session_set_phase (session, GRAM_PHASE_NONE);
  if (had_run)
    gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
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
      const GramLabelAnalysis *analysed =
          session->analysis != NULL ? gram_analysis_find_labels (session->analysis, spec) : NULL;
      GramLabels *labels = NULL;

      if (analysed != NULL && analysed->labels != NULL)
        labels = gram_labels_ref (analysed->labels);
      else if (!gram_labels_kind_info (spec->kind)->from_spectrum)
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
  session->wanted = FALSE;
  g_clear_error (&session->failure);
  session->failure = error;
  gram_session_set_phase (session, GRAM_PHASE_NONE);
  gram_session_tell (session, error, TRUE);
}

/* The analysis is over and the worst-case labels are not known. */
static void
missing_worst (GramSession *session)
{
  fail_run (session,
            g_error_new (GRAM_ERROR, GRAM_ERROR_NUMERIC,
                         "the worst-case labels need the last eigenvector of H∞, which is not "
                         "known (%s); train other label sets",
                         session->analysis_error != NULL ? session->analysis_error->message
                                                         : "no analysis"));
}

/* Whether the problem has the images that the opened run was trained on: its state and its curves
 * mean nothing for others. */
gboolean
gram_session_check_opened (GramSession *session)
{
  if (session->opened->fingerprint == session->fingerprint)
    return TRUE;
  g_clear_pointer (&session->opened->state, g_bytes_unref);
  session->wanted = FALSE;
  gram_session_set_phase (session, GRAM_PHASE_NONE);
  gram_session_tell_text (session, GRAM_ERROR_DATA,
                          "the images are not those that the saved run was trained on: its curves "
                          "can be looked at, a start begins anew");
  return FALSE;
}

/* Makes the trainer if all it needs is there. */
void
gram_session_try_build (GramSession *session)
{
  g_autoptr (GPtrArray) labels = NULL;
  GError *error = NULL;
  GramCommand build = { GRAM_COMMAND_BUILD };

  if (session->phase != GRAM_PHASE_WAITING || session->problem == NULL)
    return;
  if (session->opened->state != NULL && !gram_session_check_opened (session))
    return;
  labels =
      session->opened->state != NULL ? labels_of_run (session) : collect_labels (session, &error);
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
  if (session->opened->state == NULL)
    {
      g_autofree char *problem = gram_problem_describe (session->problem);

      gram_session_set_origin (session, session->settings, session->fingerprint, problem, NULL);
      session->passing = session->aside;
    }
  session->run_cancellable = g_cancellable_new ();
  build.number = ++session->run_number;
  build.settings = session->settings;
  build.problem = session->problem;
  build.build.labels = labels;
  build.build.state = session->opened->state;
  build.build.lambda_max = session->analysis != NULL ? session->analysis->lambda_max : NAN;
  build.cancellable = session->run_cancellable;
  gram_training_thread_send (session->training_thread, &build);
  gram_session_update_target (session);
  gram_session_set_phase (session, GRAM_PHASE_BUILDING);
}

void
gram_session_send_run (GramSession *session, gint64 count, gboolean here)
{
  GramCommand run = { GRAM_COMMAND_RUN, ++session->command, .go = { count, here } };

  g_clear_error (&session->lost);
  gram_training_thread_send (session->training_thread, &run);
  session->pausing = FALSE;
  gram_session_set_phase (session, GRAM_PHASE_GOING);
}

/* Asks what training would take; answered by GRAM_EVENT_PLAN. */
void
gram_session_request_plan (GramSession *session)
{
  GramCommand plan = { GRAM_COMMAND_PLAN };

  if (session->problem == NULL)
    return;
  g_cancellable_cancel (session->plan_cancellable); /* images on their way to a server */
  g_clear_object (&session->plan_cancellable);
  plan.cancellable = session->plan_cancellable = g_cancellable_new ();
  plan.number = ++session->plan_number;
  plan.settings = session->settings;
  plan.problem = session->problem;
  gram_training_thread_send (session->training_thread, &plan);
}

/* When Eq 8 says that the slowest label set reaches that share of ‖y‖; −1: never, or not known. */
static gint64
slowest_to (const GramSession *session, double residual)
{
  gint64 slowest = -1;

  if (session->analysis == NULL || session->analysis->stage < GRAM_STAGE_KRYLOV)
    return -1;
  for (guint i = 0; i < session->analysis->labels->len; i++)
    slowest = MAX (slowest,
                   gram_analysis_steps_to (session->analysis, i, session->settings->eta, residual));
  return slowest;
}

/* Predicts where the run will end, once rather than with each event. A run without an end is
 * measured against 1 %, which is where people stop looking. */
void
gram_session_update_target (GramSession *session)
{
  const GramSettings *settings = session->settings;
  gint64 target = settings->max_steps > 0 ? settings->max_steps : -1;
  gint64 slowest =
      settings->until_residual > 0 ? slowest_to (session, settings->until_residual) : -1;

  if (slowest > 0 && (target < 0 || slowest < target))
    target = slowest;
  session->progress.ends = target >= 0 || settings->until_residual > 0;
  session->progress.target_step =
      session->progress.ends ? target : slowest_to (session, NO_END_RESIDUAL);
}
