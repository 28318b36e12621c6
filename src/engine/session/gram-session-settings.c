/* gram-session-settings.c: other settings, and what they make necessary
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-private.h"

/* Typing and dragging change settings many times a second; loading follows this late at most. */
#define CHANGE_PAUSE_MS 150

/* Another network or other labels: the run begins anew, and goes on by itself if it was going. */
static void
renew_run (GramSession *session)
{
  gboolean was_going =
      session->wanted && session->phase != GRAM_PHASE_NONE && session->phase != GRAM_PHASE_OVER;

  gram_session_drop_run (session);
  gram_session_request_plan (session);
  if (was_going)
    gram_session_train (session, 0);
}

static void
take_over (GramSettings **settings, const GramSettings *next)
{
  gram_settings_free (*settings);
  *settings = gram_settings_copy (next);
}

/* The run ends elsewhere. One that is dropped ended where it did. */
static void
take_limits (GramSession *session)
{
  GramCommand limits = { GRAM_COMMAND_LIMITS };

  limits.limits.max_steps = session->settings->max_steps;
  limits.limits.until_residual = session->settings->until_residual;
  gram_training_thread_send (session->training_thread, &limits);
  if (session->origin.settings == NULL)
    return;
  session->origin.settings->max_steps = limits.limits.max_steps;
  session->origin.settings->until_residual = limits.limits.until_residual;
}

/* Acts upon changes that need no other data. */
static void
apply_to_loaded (GramSession *session, GramChange change)
{
  take_over (&session->settings, session->asked);
  if ((change & GRAM_CHANGE_LABELS) && session->analysis_thread != NULL)
    {
      session->analyses++;
      gram_analysis_thread_analyse (session->analysis_thread, session->settings);
    }
  if (change & (GRAM_CHANGE_LABELS | GRAM_CHANGE_NETWORK))
    renew_run (session);
  else if (change & GRAM_CHANGE_LIMITS)
    take_limits (session);
  gram_session_update_target (session);
  gram_session_update_present (session);
}

/* Acts upon the settings that have changed since the last time. While new data are being read, the
 * changes concern the new data; what is loaded stays as it is. */
void
gram_session_apply_changes (GramSession *session)
{
  GramChange change = session->waiting_change;

  gram_session_forget_changes (session);
  if (change == GRAM_CHANGE_NONE || session->closed)
    return;
  session->changed_at = g_get_monotonic_time ();
  if ((change & GRAM_CHANGE_DATA) && gram_session_has_data (session))
    {
      /* the data that are there are asked for again */
      gram_session_leave_candidate (session, 0);
      gram_session_update_state (session);
      apply_to_loaded (session, gram_settings_compare (session->settings, session->asked));
    }
  else if (change & GRAM_CHANGE_DATA)
    gram_session_load (session, GRAM_LOAD_BESIDE);
  else if (session->candidate.thread == NULL)
    apply_to_loaded (session, change);
  else if (change & GRAM_CHANGE_LABELS)
    gram_session_reload_candidate (session);
  else
    take_over (&session->candidate.settings, session->asked);
}

/**
 * gram_session_refuse_candidate:
 * @error: why it cannot be used
 *
 * The new data are given up, and the settings are again those of the data that are there.
 */
void
gram_session_refuse_candidate (GramSession *session, const GError *error)
{
  gram_session_leave_candidate (session, 0);
  /* other data are asked for already: those are read next */
  if ((session->waiting_change & GRAM_CHANGE_DATA) != 0)
    {
      gram_session_apply_changes (session);
      return;
    }
  gram_session_forget_changes (session);
  take_over (&session->asked, session->settings);
  gram_session_update_state (session);
  g_signal_emit (session, gram_session_signals[GRAM_SIGNAL_DATA_REFUSED], 0, error);
}

static gboolean
on_change_timeout (gpointer data)
{
  gram_session_apply_changes (data);
  return G_SOURCE_REMOVE;
}

/* The slider's fraction changes nothing that is computed, so it needs no waiting. */
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
      || (session->candidate.thread != NULL && gram_session_has_data (session)))
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

/* The settings of an opened file, or of a run that is gone back to: at once, whatever was waiting.
 * There is no run meanwhile. */
void
gram_session_adopt (GramSession *session, const GramSettings *settings, GramLoad load)
{
  gram_session_forget_changes (session);
  take_over (&session->asked, settings);
  session->configured = TRUE;
  session->changed_at = g_get_monotonic_time ();
  if (load != GRAM_LOAD_OTHERS || !gram_session_has_data (session))
    {
      gram_session_load (session, GRAM_LOAD_INSTEAD);
      return;
    }
  gram_session_leave_candidate (session, 0);
  apply_to_loaded (session, gram_settings_compare (session->settings, session->asked));
}
