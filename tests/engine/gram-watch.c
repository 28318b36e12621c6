/* gram-watch.c: a session and what it told, for tests
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-watch.h"

#include "gram-thread.h"

static void
on_state (GramSession *session, int state, Watch *watch)
{
  g_assert_true (g_thread_self () == watch->thread);
  g_assert_cmpint (state, ==, (int) gram_session_get_state (session));
  g_string_append_printf (watch->states, "%s ", gram_state_to_string ((GramState) state));
}

static void
on_run (GramSession *session, Watch *watch)
{
  const GramRun *run = gram_session_get_run (session);

  g_assert_true (g_thread_self () == watch->thread);
  watch->runs++;
  for (guint i = 0; run != NULL && i < run->sets->len; i++)
    {
      const GArray *step = gram_run_get_set (run, i)->curve[GRAM_QUANTITY_STEP];

      for (guint k = 1; k < step->len; k++)
        g_assert_cmpfloat (g_array_index (step, double, k), >, g_array_index (step, double, k - 1));
    }
}

static void
on_notice (GramSession *session, const GError *error, gboolean fatal, Watch *watch)
{
  g_ptr_array_add (watch->notices, g_strdup (error->message));
  watch->fatal += fatal ? 1 : 0;
}

static void
count (GramSession *session, guint *counter)
{
  *counter += 1;
}

static void
count_swapped (guint *counter)
{
  *counter += 1;
}

Watch *
watch_new (void)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->session = gram_session_new ();
  watch->states = g_string_new (NULL);
  watch->notices = g_ptr_array_new_with_free_func (g_free);
  watch->thread = g_thread_self ();
  g_signal_connect (watch->session, "state-changed", G_CALLBACK (on_state), watch);
  g_signal_connect (watch->session, "run-changed", G_CALLBACK (on_run), watch);
  g_signal_connect (watch->session, "notice", G_CALLBACK (on_notice), watch);
  g_signal_connect (watch->session, "problem-changed", G_CALLBACK (count), &watch->problems);
  g_signal_connect_swapped (watch->session, "analysis-changed", G_CALLBACK (count_swapped),
                            &watch->analyses);
  g_signal_connect_swapped (watch->session, "progress", G_CALLBACK (count_swapped),
                            &watch->progresses);
  g_signal_connect_swapped (watch->session, "plan-changed", G_CALLBACK (count_swapped),
                            &watch->plans);
  g_signal_connect_swapped (watch->session, "sweep-changed", G_CALLBACK (count_swapped),
                            &watch->sweeps);
  return watch;
}

void
watch_free (Watch *watch)
{
  gram_session_shutdown (watch->session);
  g_object_unref (watch->session);
  g_string_free (watch->states, TRUE);
  g_ptr_array_unref (watch->notices);
  g_free (watch);
}

void
give_up (const char *condition, Watch *watch)
{
  const GramProgress *progress = gram_session_get_progress (watch->session);
  const GramRun *run = gram_session_get_run (watch->session);

  for (guint i = 0; i < watch->notices->len; i++)
    g_printerr ("notice: %s\n", (char *) g_ptr_array_index (watch->notices, i));
  g_error ("waited too long for %s; states %s; stage %s; step %" G_GINT64_FORMAT ", run %s",
           condition, watch->states->str, gram_stage_to_string (progress->stage), progress->step,
           run != NULL ? gram_stopped_to_string (run->stopped) : "none");
}

void
wait_for_threads (void)
{
  gint64 until = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;

  while (gram_thread_count () > 0)
    {
      if (g_get_monotonic_time () > until)
        g_error ("waited too long for the end of %u threads", gram_thread_count ());
      g_usleep (200);
    }
}

void
configure (Watch *watch, const char *text)
{
  g_autoptr (GramSettings) settings =
      gram_settings_copy (gram_session_get_settings (watch->session));
  GError *error = NULL;

  gram_settings_apply (settings, text, &error);
  g_assert_no_error (error);
  gram_session_configure (watch->session, settings);
}

gboolean
analysed (Watch *watch)
{
  GramAnalysis *analysis = gram_session_get_analysis (watch->session);

  return analysis != NULL && analysis->stage == GRAM_STAGE_SPECTRUM
         && gram_session_get_progress (watch->session)->stage == GRAM_STAGE_NONE;
}

gboolean
in_state (Watch *watch, GramState state)
{
  return gram_session_get_state (watch->session) == state;
}
