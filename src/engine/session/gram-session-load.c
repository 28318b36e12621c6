/* gram-session-load.c: other data in the place of those that are there
 *
 * SPDX-License-Identifier: MIT
 *
 * New data are read by a worker of their own beside the old: only when their images are there do
 * they take the place, with what was asked of them meanwhile. So data that cannot be read cost
 * nothing, neither problem nor analysis nor a run, not even one that goes on.
 */
#include "gram-session-private.h"

static void
leave_worker (GramSession *session, guint wait_ms)
{
  if (session->worker != NULL)
    gram_worker_leave (g_steal_pointer (&session->worker), wait_ms);
  session->worker_number = 0;
  session->analyses = 0;
  session->loading = FALSE;
  session->progress.stage = GRAM_STAGE_NONE;
  gram_session_refuse_questions (session, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                 "the problem changed before the question was answered");
}

static void
leave_candidate (GramSession *session, guint wait_ms)
{
  if (session->candidate.worker != NULL)
    gram_worker_leave (g_steal_pointer (&session->candidate.worker), wait_ms);
  session->candidate.number = 0;
  session->candidate.wanted = FALSE;
  session->candidate.wanted_steps = 0;
  g_clear_pointer (&session->candidate.dataset, gram_dataset_unref);
  g_clear_pointer (&session->candidate.settings, gram_settings_free);
}

/**
 * gram_session_leave_workers:
 * @wait_ms: how long to wait for each
 */
void
gram_session_leave_workers (GramSession *session, guint wait_ms)
{
  leave_candidate (session, wait_ms);
  leave_worker (session, wait_ms);
}

/* Whether the settings are those of the opened file but for where its dataset is: then its run
 * waits for the data, or its curves are looked at when that is all there is of it. */
static gboolean
is_located (const GramSession *session)
{
  g_auto (GStrv) keys = NULL;
  gboolean located =
      session->opened_settings != NULL && session->run != NULL && session->problem == NULL;

  if (!located)
    return FALSE;
  keys = gram_settings_changed_keys (session->opened_settings, session->settings);
  for (guint i = 0; keys[i] != NULL; i++)
    located &= g_str_equal (keys[i], "dataset") || g_str_equal (keys[i], "data-dir");
  return located;
}

/* The run goes, unless it is an opened one whose data was looked for elsewhere. */
static void
drop_or_keep_run (GramSession *session)
{
  g_autoptr (GramRun) run = NULL;
  g_autoptr (GBytes) state = NULL;

  if (!is_located (session))
    {
      gram_session_release_files (session); /* what comes is not what they hold */
      gram_session_drop_run (session);
      return;
    }
  run = gram_run_ref (session->run);
  state = g_steal_pointer (&session->opened_state);
  gram_session_drop_run (session);
  session->run = g_steal_pointer (&run);
  session->progress.step = session->run->steps;
  session->opened_state = g_steal_pointer (&state);
  if (session->opened_state != NULL)
    session->phase = GRAM_PHASE_WAITING;
  gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
}

/* What is there goes, and the candidate is what is being read or was read. */
static void
install (GramSession *session)
{
  gboolean wanted = session->candidate.wanted;

  leave_worker (session, 0);
  gram_settings_free (session->settings);
  session->settings = g_steal_pointer (&session->candidate.settings);
  drop_or_keep_run (session);
  g_clear_error (&session->analysis_error);
  g_clear_pointer (&session->problem, gram_problem_unref);
  g_clear_pointer (&session->analysis, gram_analysis_unref);
  g_clear_error (&session->plan_error);
  session->plan_known = FALSE;
  session->worker = g_steal_pointer (&session->candidate.worker);
  session->worker_number = session->candidate.number;
  session->candidate.number = 0;
  g_clear_pointer (&session->dataset, gram_dataset_unref);
  session->dataset = g_steal_pointer (&session->candidate.dataset);
  g_free (session->dataset_name);
  g_free (session->dataset_dir);
  session->dataset_name = g_strdup (session->settings->dataset);
  session->dataset_dir = g_strdup (session->settings->data_dir);
  session->analyses = 1;
  if (wanted)
    {
      session->wanted = TRUE;
      session->wanted_steps = session->candidate.wanted_steps;
      session->phase = GRAM_PHASE_WAITING;
    }
  leave_candidate (session, 0);
}

/* Whether what is asked for needs no other data than those that are there. */
gboolean
gram_session_has_data (GramSession *session)
{
  return session->problem != NULL
         && (gram_settings_compare (session->settings, session->asked) & GRAM_CHANGE_DATA) == 0;
}

/**
 * gram_session_load:
 *
 * Reads the data of the settings that are asked for, in the place of any that are being read. The
 * dataset stays open where it is the same.
 */
void
gram_session_load (GramSession *session, GramLoad load)
{
  const GramSettings *settings = session->asked;
  gboolean same_dataset = session->dataset != NULL
                          && g_strcmp0 (session->dataset_name, settings->dataset) == 0
                          && g_strcmp0 (session->dataset_dir, settings->data_dir) == 0;

  leave_candidate (session, 0);
  session->candidate.settings = gram_settings_copy (settings);
  session->candidate.number = ++session->last_worker;
  session->candidate.dataset = same_dataset ? gram_dataset_ref (session->dataset) : NULL;
  session->candidate.worker = gram_worker_new (session->mail, session->candidate.number, settings,
                                               session->candidate.dataset, NULL);
  if (session->problem == NULL || load == GRAM_LOAD_INSTEAD)
    {
      install (session);
      session->loading = TRUE;
      gram_session_update_state (session);
      gram_session_emit (session, GRAM_SIGNAL_PROBLEM_CHANGED);
      gram_session_emit (session, GRAM_SIGNAL_ANALYSIS_CHANGED);
      return;
    }
  gram_session_update_state (session);
}

/* The data that are there are wanted again. */
void
gram_session_keep_data (GramSession *session)
{
  leave_candidate (session, 0);
  gram_session_update_state (session);
}

/* Other label sets are asked for before the data is there: as before, with those. */
void
gram_session_reload_candidate (GramSession *session)
{
  gboolean wanted = session->candidate.wanted;
  gint64 steps = session->candidate.wanted_steps;

  gram_session_load (session, GRAM_LOAD_BESIDE);
  session->candidate.wanted = wanted;
  session->candidate.wanted_steps = steps;
}

/**
 * gram_session_take_candidate:
 *
 * Its images are there: it takes the place of the old data. The caller tells of the new problem.
 */
void
gram_session_take_candidate (GramSession *session)
{
  install (session);
  gram_session_emit (session, GRAM_SIGNAL_ANALYSIS_CHANGED);
}

/**
 * gram_session_refuse_candidate:
 * @error: (nullable): why it cannot be used; %NULL: it was cancelled
 *
 * Everything stays, or is again, as it was before it was asked for.
 */
void
gram_session_refuse_candidate (GramSession *session, const GError *error)
{
  leave_candidate (session, 0);
  /* others are wanted already: they decide */
  if (error != NULL && (session->waiting_change & GRAM_CHANGE_DATA) != 0)
    {
      gram_session_apply_changes (session);
      return;
    }
  gram_session_restore_settings (session);
  gram_session_update_state (session);
  g_signal_emit (session, gram_session_signals[GRAM_SIGNAL_DATA_REFUSED], 0, error);
}
