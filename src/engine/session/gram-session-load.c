/* gram-session-load.c: other data in the place of those that are there
 *
 * SPDX-License-Identifier: MIT
 *
 * New data are read by a thread of their own beside the old: only when their images are there do
 * they take the place, with what was asked of them meanwhile. So data that cannot be read cost
 * nothing, neither problem nor analysis nor a run, not even one that goes on.
 */
#include "gram-session-private.h"

/* Whether only the place of the dataset differs from the settings of the opened file: the data of
 * its run are looked for elsewhere, and the run or its curves are to stay. */
static gboolean
is_located (const GramSession *session)
{
  g_auto (GStrv) keys = NULL;
  gboolean located =
      session->opened->settings != NULL && session->run != NULL && session->problem == NULL;

  if (!located)
    return FALSE;
  keys = gram_settings_changed_keys (session->opened->settings, session->settings);
  for (guint i = 0; keys[i] != NULL; i++)
    located &= g_str_equal (keys[i], "dataset") || g_str_equal (keys[i], "data-dir");
  return located;
}

/* Drops the run, unless it is an opened one whose data are looked for elsewhere. */
static void
drop_or_keep_run (GramSession *session)
{
  g_autoptr (GramRun) run = NULL;
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GramSettings) origin = NULL;
  guint64 fingerprint;

  if (!is_located (session))
    {
      /* Others may write the files: what comes is not what they hold. One that is still being
       * written is whole all the same, since each writer has a new file of its own. */
      g_hash_table_remove_all (session->locks);
      gram_session_drop_run (session);
      return;
    }
  /* it does not go */
  run = g_steal_pointer (&session->run);
  origin = gram_settings_copy (session->origin.settings);
  fingerprint = session->origin.fingerprint;
  state = g_steal_pointer (&session->opened->state);
  gram_session_drop_run (session);
  session->run = g_steal_pointer (&run);
  gram_session_set_origin (session, origin, fingerprint, NULL, NULL);
  session->progress.step = session->run->steps;
  session->opened->state = g_steal_pointer (&state);
  if (session->opened->state != NULL)
    gram_session_set_phase (session, GRAM_PHASE_WAITING);
  gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
}

/* Whether other images are asked for than those for which n and the number of test images were
 * chosen: fewer will do where there are fewer. The data of an opened run are to be as they were. */
static gboolean
keeps_counts (const GramSession *session)
{
  g_auto (GStrv) changed = gram_settings_changed_keys (session->settings, session->asked);
  const char *const *keys = (const char *const *) changed;

  return (session->opened->settings == NULL || session->problem != NULL)
         && (g_strv_contains (keys, "dataset") || g_strv_contains (keys, "data-dir")
             || g_strv_contains (keys, "classes"))
         && !g_strv_contains (keys, "samples") && !g_strv_contains (keys, "test-samples");
}

/* The candidate, whether its images are read already or not, takes the place of what is there. */
static void
install (GramSession *session)
{
  gboolean wanted = session->candidate.wanted;

  gram_session_leave_analysis (session, 0);
  gram_settings_free (session->settings);
  session->settings = g_steal_pointer (&session->candidate.settings);
  drop_or_keep_run (session);
  g_clear_error (&session->analysis_error);
  g_clear_pointer (&session->problem, gram_problem_unref);
  session->fingerprint = 0;
  gram_session_update_present (session);
  g_clear_pointer (&session->analysis, gram_analysis_unref);
  g_clear_error (&session->plan_error);
  session->plan_known = FALSE;
  session->analysis_thread = g_steal_pointer (&session->candidate.thread);
  session->analysis_number = session->candidate.number;
  session->candidate.number = 0;
  g_clear_pointer (&session->dataset, gram_dataset_unref);
  session->dataset = g_steal_pointer (&session->candidate.dataset);
  session->analyses = 1;
  if (wanted)
    {
      session->wanted = TRUE;
      session->wanted_steps = session->candidate.wanted_steps;
      gram_session_set_phase (session, GRAM_PHASE_WAITING);
    }
  gram_session_leave_candidate (session, 0);
}

/* Whether the data that are there are those that the settings ask for. */
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
                          && g_strcmp0 (session->settings->dataset, settings->dataset) == 0
                          && g_strcmp0 (session->settings->data_dir, settings->data_dir) == 0;

  gram_session_leave_candidate (session, 0);
  session->candidate.settings = gram_settings_copy (settings);
  session->candidate.settings->problem.fewer = load == GRAM_LOAD_BESIDE && keeps_counts (session);
  session->candidate.number = ++session->last_number;
  session->candidate.dataset = same_dataset ? gram_dataset_ref (session->dataset) : NULL;
  session->candidate.thread =
      gram_analysis_thread_new (session->events, session->candidate.number,
                                session->candidate.settings, session->candidate.dataset);
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

/* Other label sets are asked for while new data are read: begins to read again, with those. */
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

/* ---------- training on them ------------------------------------------------------------------ */

static void
begin_run (GramSession *session)
{
  g_clear_error (&session->failure);
  if (session->problem == NULL && !session->loading)
    {
      gboolean wanted = session->wanted;
      gint64 steps = session->wanted_steps;

      gram_session_load (session, GRAM_LOAD_BESIDE);
      session->wanted = wanted;
      session->wanted_steps = steps;
    }
  gram_session_set_phase (session, GRAM_PHASE_WAITING);
  gram_session_try_build (session);
}

/**
 * gram_session_train:
 * @count: steps; 0: without end
 *
 * Trains on the data that are being read, if there are any, else on those that are there, and reads
 * them first where that has failed.
 */
void
gram_session_train (GramSession *session, gint64 count)
{
  if (session->candidate.thread != NULL)
    {
      session->candidate.wanted = TRUE;
      session->candidate.wanted_steps = count;
      return;
    }
  if ((session->phase == GRAM_PHASE_OVER
       && (session->state == GRAM_STATE_DIVERGED || session->state == GRAM_STATE_FAILED))
      || (session->phase == GRAM_PHASE_NONE && session->run != NULL))
    gram_session_drop_run (session); /* curves that cannot go on stay in the list */
  session->wanted = TRUE;
  session->wanted_steps = count;
  if (session->phase == GRAM_PHASE_HALTED || session->phase == GRAM_PHASE_OVER
      || (session->phase == GRAM_PHASE_GOING && session->pausing))
    gram_session_send_run (session, count, FALSE);
  else if (session->phase == GRAM_PHASE_NONE)
    begin_run (session);
}
