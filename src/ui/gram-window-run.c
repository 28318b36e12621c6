/* gram-window-run.c: what the window tells of a run: toasts, dialogs, notifications, no sleep
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-error.h"
#include "gram-message.h"
#include "gram-store.h"
#include "gram-view-model.h"
#include "gram-words.h"
#include "gram-window-private.h"

/* A run shorter than this ends before anyone looked away. */
#define LONG_RUN_US (10 * G_TIME_SPAN_SECOND)

static void
open_cb (GramWindow *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self), "open", NULL);
}

/* At the start nothing is open to go back to: there is something to look at all the same, and a
 * way to the data. */
static gboolean
fall_back (GramWindow *self, const GError *error)
{
  GramSession *session = gram_document_get_session (self->document);
  gboolean first = self->error_dialog == NULL;

  if (gram_session_get_problem (session) != NULL || gram_session_get_run (session) != NULL
      || g_str_equal (gram_document_get_settings (self->document)->dataset, "glyphs")
      || !gram_document_load (self->document, "dataset=glyphs data-dir= classes=", NULL))
    return FALSE;
  gram_window_tell_with (self, _ ("The Data Cannot Be Used"), error,
                         _ ("The built-in Glyphs are open instead. When the data are back, open "
                            "them again."));
  if (!first)
    return TRUE;
  gram_message_add (self->error_dialog, "open", _ ("_Open…"), ADW_RESPONSE_DEFAULT);
  g_signal_connect_object (self->error_dialog, "response::open", G_CALLBACK (open_cb), self,
                           G_CONNECT_SWAPPED);
  return TRUE;
}

/* The message says what is wrong with the data; this adds that nothing was lost. */
static void
data_refused_cb (GramDocument *document, const GError *error, GramWindow *self)
{
  const char *unharmed = _ ("What was open is still open: nothing was lost.");
  g_autofree char *remedy = NULL, *both = NULL;

  if (fall_back (self, error))
    return;
  if (!g_error_matches (error, GRAM_ERROR, GRAM_ERROR_MEMORY))
    {
      gram_window_tell_with (self, _ ("The Data Cannot Be Used"), error, unharmed);
      return;
    }
  remedy = gram_error_remedy (error);
  both = g_strconcat (remedy, " ", unharmed, NULL);
  gram_window_tell_with (self, _ ("Not Enough Memory"), error, both);
}

static void
set_stable_cb (GramWindow *self)
{
  GramSession *session = gram_document_get_session (self->document);

  if (!isfinite (gram_analysis_advised_step (gram_session_get_analysis (session))))
    return;
  gram_document_reset (self->document);
  gram_document_take_stable_step (self->document);
  gram_document_start (self->document);
}

static void
tell_diverged (GramWindow *self, const GError *error)
{
  GramAnalysis *analysis = gram_session_get_analysis (gram_document_get_session (self->document));
  double remedy = gram_analysis_advised_step (analysis);
  gboolean first = self->error_dialog == NULL;
  g_autofree char *eta = gram_words_number (remedy, 2), *label = NULL;

  gram_window_tell (self, _ ("The Run Diverged"), error);
  if (!first || !isfinite (remedy))
    return;
  /* Translators: a button; %s is a step size η that is stable */
  label = g_strdup_printf (_ ("_Train Anew with η = %s"), eta);
  gram_message_add (self->error_dialog, "stable", label, ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (self->error_dialog, "response::stable", G_CALLBACK (set_stable_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
locate_cb (GtkWidget *dialog, const char *response, GramWindow *self)
{
  if (g_str_equal (response, "file") || g_str_equal (response, "folder"))
    gram_window_locate_data (self, g_str_equal (response, "folder"));
}

/* The session was opened, but its data were not found. */
static void
tell_data_gone (GramWindow *self, const GError *error)
{
  gboolean first = self->error_dialog == NULL;

  gram_window_tell_with (
      self, _ ("The Session’s Data Are Not There"), error,
      _ ("The curves are shown as they were saved. To go on with the run, locate the "
         "data."));
  if (!first)
    return;
  gram_message_add (self->error_dialog, "file", _ ("Locate _File…"), ADW_RESPONSE_DEFAULT);
  gram_message_add (self->error_dialog, "folder", _ ("Locate F_older…"), ADW_RESPONSE_DEFAULT);
  g_signal_connect_object (self->error_dialog, "response", G_CALLBACK (locate_cb), self, 0);
}

static gboolean
waits_for_data (GramWindow *self)
{
  GramSession *session = gram_document_get_session (self->document);

  return gram_session_get_run (session) != NULL && gram_session_get_problem (session) == NULL;
}

static void
notice_cb (GramSession *session, const GError *error, gboolean fatal, GramWindow *self)
{
  g_autofree char *sentence = gram_words_sentence (error->message);

  if (!fatal)
    gram_window_toast (self, sentence);
  else if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_DIVERGED))
    tell_diverged (self, error);
  else if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_DATA) && waits_for_data (self))
    tell_data_gone (self, error);
  else if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_DATA) && fall_back (self, error))
    return;
  else if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_DATA))
    gram_window_tell (self, _ ("The Data Cannot Be Used"), error);
  else if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_MEMORY))
    gram_window_tell (self, _ ("Not Enough Memory"), error);
  else
    gram_window_tell (self, _ ("That Did Not Work"), error);
}

static void
notify_end (GramWindow *self, GramState state)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  GSettings *store = gram_store_get ();
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *steps = gram_words_count (gram_document_get_step (self->document));
  g_autofree char *body =
      g_strdup_printf (_ ("%s after %s steps"), gram_state_label (state), steps);

  if (gtk_window_is_active (GTK_WINDOW (self)) || application == NULL
      || (store != NULL && !g_settings_get_boolean (store, "notify")))
    return;
  notification = g_notification_new (_ ("Training has ended"));
  g_notification_set_body (notification, body);
  g_application_send_notification (application, "run-ended", notification);
}

static void
state_changed_cb (GramWindow *self)
{
  GramState state = gram_session_get_state (gram_document_get_session (self->document));
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  GSettings *store = gram_store_get ();

  if (state == GRAM_STATE_TRAINING && self->run_began == 0)
    {
      /* the first run shows its curves; later people stay on the page they chose */
      if (!self->has_run && g_str_equal (gram_window_get_page_id (self), "spectrum"))
        gram_window_show_page (self, "convergence");
      self->has_run = TRUE;
      self->run_began = g_get_monotonic_time ();
      if (application != NULL && (store == NULL || g_settings_get_boolean (store, "inhibit")))
        self->inhibit_cookie =
            gtk_application_inhibit (application, GTK_WINDOW (self),
                                     GTK_APPLICATION_INHIBIT_SUSPEND, _ ("Training a network"));
    }
  else if (state != GRAM_STATE_TRAINING && self->run_began != 0)
    {
      if (application != NULL && self->inhibit_cookie != 0)
        gtk_application_uninhibit (application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
      if (g_get_monotonic_time () - self->run_began > LONG_RUN_US && state != GRAM_STATE_PAUSED)
        notify_end (self, state);
      self->run_began = 0;
    }
}

static void
server_left_out_cb (GramDocument *document, const char *server, GramWindow *self)
{
  /* Translators: %s is a server, “remote:me@gpu1” */
  g_autofree char *text =
      g_strdup_printf (_ ("Not connected to “%s”: choose it under Compute"), server);

  gram_window_toast (self, text);
}

void
gram_window_watch_run (GramWindow *self)
{
  g_signal_connect_object (self->document, "server-left-out", G_CALLBACK (server_left_out_cb), self,
                           0);
  g_signal_connect_object (gram_document_get_session (self->document), "notice",
                           G_CALLBACK (notice_cb), self, 0);
  g_signal_connect_object (self->document, "data-refused", G_CALLBACK (data_refused_cb), self, 0);
  gram_document_watch (self->document, self, G_CALLBACK (state_changed_cb), "state-changed", NULL);
}
