/* gram-message.c: a heading, a text and the answers to it
 *
 * SPDX-License-Identifier: MIT
 *
 * From libadwaita 1.5 on AdwAlertDialog is shown inside its window and replaces AdwMessageDialog, a
 * window of its own. Both have the same properties and emit "response". The program is built for
 * libadwaita 1.2, so what is newer is looked up by name.
 */
#include "gram-config.h"

#include "gram-message.h"

#include <dlfcn.h>

/* (nullable): a function that only newer libraries have */
static gpointer
newer (const char *name)
{
  return dlsym (RTLD_DEFAULT, name);
}

/**
 * gram_message_new:
 * @body: (nullable)
 * @default_response: what Enter answers
 * @close_response: what Escape answers, which need not be among those that are added
 *
 * "response" is emitted with the answer as its detail; the message closes by itself.
 */
GtkWidget *
gram_message_new (const char *heading, const char *body, const char *default_response,
                  const char *close_response)
{
  GType (*get_type) (void) = newer ("adw_alert_dialog_get_type");

  return g_object_new (get_type != NULL ? get_type () : ADW_TYPE_MESSAGE_DIALOG, "heading", heading,
                       "body", body != NULL ? body : "", "default-response", default_response,
                       "close-response", close_response, NULL);
}

/**
 * gram_message_add:
 *
 * Adds an answer, also to a message that is shown already.
 */
void
gram_message_add (GtkWidget *message, const char *response, const char *label,
                  AdwResponseAppearance appearance)
{
  void (*add) (GtkWidget *, const char *, const char *) = newer ("adw_alert_dialog_add_response");
  void (*look) (GtkWidget *, const char *, AdwResponseAppearance) =
      newer ("adw_alert_dialog_set_response_appearance");

  if (ADW_IS_MESSAGE_DIALOG (message))
    {
      adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (message), response, label);
      adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (message), response,
                                                  appearance);
      return;
    }
  add (message, response, label);
  look (message, response, appearance);
}

void
gram_message_present (GtkWidget *message, GtkWidget *window)
{
  void (*present) (GtkWidget *, GtkWidget *) = newer ("adw_dialog_present");

  if (!ADW_IS_MESSAGE_DIALOG (message))
    {
      present (message, window);
      return;
    }
  gtk_window_set_transient_for (GTK_WINDOW (message), GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (message));
}

void
gram_message_close (GtkWidget *message)
{
  gboolean (*close) (GtkWidget *) = newer ("adw_dialog_close");

  if (ADW_IS_MESSAGE_DIALOG (message))
    gtk_window_close (GTK_WINDOW (message));
  else
    close (message);
}

/**
 * gram_message_close_all:
 *
 * Closes what is shown inside @window, which otherwise would be closed instead of it.
 */
void
gram_message_close_all (GtkWidget *window)
{
  GtkWidget *(*visible) (GtkWidget *) = newer ("adw_application_window_get_visible_dialog");
  void (*close) (GtkWidget *) = newer ("adw_dialog_force_close");

  for (GtkWidget *last = NULL, *message = visible != NULL ? visible (window) : NULL;
       message != NULL && message != last; last = message, message = visible (window))
    close (message);
}
