/* gram-session-commands.c: what a session is told to do
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-private.h"

/* Labels that only the analysis knows have it go on where it was halted. */
static void
resume_for_labels (GramSession *session)
{
  for (guint i = 0; i < session->settings->labels->len; i++)
    if (gram_labels_kind_info (g_array_index (session->settings->labels, GramLabelsSpec, i).kind)
            ->from_spectrum)
      gram_session_resume_analysis (session);
}

/* Settings that wait are acted upon first: they are what is to be trained with. */
static void
go (GramSession *session, gint64 count)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  g_return_if_fail (!session->closed);
  gram_session_apply_changes (session);
  if (gram_session_trains_when_back (session, count))
    return;
  resume_for_labels (session);
  gram_session_train (session, count);
}

/**
 * gram_session_start:
 *
 * Trains until it is paused or reaches a limit of the settings. While data are being read, training
 * starts on them as soon as they are there; with worst-case labels it starts when vₙ is known.
 * After a run that diverged it begins a new one.
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

/**
 * gram_session_get_lost:
 *
 * Returns: (transfer none) (nullable): why the run is paused and waits for its device, if it does:
 *   gram_session_start() connects again, gram_session_go_on_here() does without
 */
const GError *
gram_session_get_lost (GramSession *session)
{
  return session->lost;
}

/**
 * gram_session_go_on_here:
 *
 * A run that waits for its device goes on on the CPU, where that has room for it by now.
 */
void
gram_session_go_on_here (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  if (session->lost == NULL || session->phase != GRAM_PHASE_HALTED)
    return;
  session->wanted = TRUE;
  session->wanted_steps = 0;
  gram_session_send_run (session, 0, TRUE);
}

void
gram_session_pause (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  session->returning = FALSE;
  session->wanted = session->candidate.wanted = FALSE;
  if (session->phase == GRAM_PHASE_GOING)
    {
      gram_training_thread_send (session->training_thread,
                                 &(GramCommand){ GRAM_COMMAND_PAUSE, ++session->command });
      session->pausing = TRUE;
    }
  else if (session->phase == GRAM_PHASE_WAITING && session->opened->state == NULL)
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
  session->coming_back = 0;
  gram_session_drop_run (session);
}

/* ---------- the analysis ---------- */

/**
 * gram_session_halt_analysis:
 *
 * Ends the analysis that is under way, with what waits for it. The stages that it has reached stay,
 * and gram_session_resume_analysis() goes on after them. A stage that cannot be interrupted is
 * finished first.
 */
void
gram_session_halt_analysis (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  if (session->analyses == 0 || session->loading)
    return;
  if (session->phase == GRAM_PHASE_WAITING)
    gram_session_pause (session);
  gram_analysis_thread_halt (session->analysis_thread);
}

gboolean
gram_session_is_analysis_halted (GramSession *session)
{
  return session->analysis_thread != NULL && session->analyses == 0
         && g_error_matches (session->analysis_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/**
 * gram_session_resume_analysis:
 *
 * Goes on with an analysis that was halted, if one was.
 */
void
gram_session_resume_analysis (GramSession *session)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  if (!gram_session_is_analysis_halted (session))
    return;
  session->analyses++;
  gram_analysis_thread_analyse (session->analysis_thread, session->settings);
}

/* ---------- many nets ---------- */

/**
 * gram_session_start_sweep:
 * @spec: copied
 *
 * Begins a sweep in the place of any other, Figure 2: trains at every fraction × seed with the
 * session's settings as they are now; or a study. It gives way to the run: while that trains it
 * waits. A sweep and a study are not at work at once: the other one has to be cancelled first.
 */
void
gram_session_start_sweep (GramSession *session, const GramSweepSpec *spec)
{
  GramCommand sweep = { GRAM_COMMAND_SWEEP, .spec = spec };
  const GramSweepTable *other = spec->variations != NULL ? session->sweep : session->study;

  GRAM_SESSION_ASSERT_MAIN (session);
  g_return_if_fail (!session->closed);
  if (other != NULL && other->running)
    {
      gram_session_tell_text (session, GRAM_ERROR_USAGE,
                              spec->variations != NULL
                                  ? "a sweep is under way: cancel it before a study begins"
                                  : "a study is under way: cancel it before a sweep begins");
      return;
    }
  gram_session_apply_changes (session);
  gram_session_cancel_sweep (session);
  if (session->problem == NULL || session->candidate.thread != NULL)
    {
      gram_session_tell_text (session, GRAM_ERROR_USAGE,
                              session->candidate.thread != NULL
                                  ? "the new data is still being read: start the sweep after it"
                                  : "a sweep needs data: load some");
      return;
    }
  g_clear_pointer (spec->variations != NULL ? &session->study : &session->sweep,
                   gram_sweep_table_unref);
  session->sweep_cancellable = g_cancellable_new ();
  sweep.number = ++session->sweep_number;
  sweep.settings = session->settings;
  sweep.problem = session->problem;
  sweep.cancellable = session->sweep_cancellable;
  gram_training_thread_send (session->training_thread, &sweep);
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
  g_cancellable_cancel (session->sweep_cancellable);
  g_clear_object (&session->sweep_cancellable);
}
