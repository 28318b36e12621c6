/* gram-server-row.c: a server in Preferences: what it is, whether it answers, and away with it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-server-row.h"

#include <glib/gi18n.h>

#include "gram-pane.h"
#include "gram-readers.h"
#include "gram-server-list.h"
#include "gram-server-trial.h"
#include "gram-servers.h"
#include "gram-words.h"

#define MEGABYTE 1e6

struct _GramServerRow
{
  AdwActionRow parent_instance;
  GtkWidget *try_button, *remove_button;
  char *name, *text;
};

G_DEFINE_FINAL_TYPE (GramServerRow, gram_server_row, ADW_TYPE_ACTION_ROW)

/* ---------- trying ---------- */

static void
try_thread (GTask *task, gpointer source, gpointer name, GCancellable *cancellable)
{
  GError *error = NULL;
  GramServerTrial *trial = gram_server_trial_new (name, &error);

  if (trial != NULL)
    g_task_return_pointer (task, trial, (GDestroyNotify) gram_server_trial_free);
  else
    g_task_return_error (task, error);
}

static char *
describe_trial (const GramServerTrial *trial)
{
  g_autofree char *trip = gram_words_number (1e3 * trial->round_trip, 2);
  g_autofree char *upload = gram_words_number (trial->upload / MEGABYTE, 3);

  /* Translators: a version, a device, milliseconds and megabytes */
  return g_strdup_printf (_ ("Gramscope %s, %s; round trip %s ms, upload %s MB/s"), trial->program,
                          trial->device, trip, upload);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GramServerRow *self = GRAM_SERVER_ROW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GramServerTrial) trial = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *text =
      trial != NULL ? describe_trial (trial) : gram_words_sentence (error->message);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
  gtk_widget_set_sensitive (self->try_button, TRUE);
}

/* On a thread of its own: a host that does not answer takes half a minute to say so. */
static void
try_cb (GramServerRow *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, tried_cb, NULL);

  gtk_widget_set_sensitive (self->try_button, FALSE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), _ ("Connecting…"));
  g_task_set_task_data (task, g_strdup (self->name), g_free);
  g_task_run_in_thread (task, try_thread);
}

/* ---------- removing ---------- */

/* The toast outlives the row. */
typedef struct
{
  char *name, *text;
} Removed;

static void
removed_free (gpointer data, GClosure *closure)
{
  Removed *removed = data;

  g_free (removed->name);
  g_free (removed->text);
  g_free (removed);
}

static void
undo_cb (AdwToast *toast, Removed *removed)
{
  gram_server_list_add (removed->name, removed->text, NULL);
}

static void
offer_undo (AdwPreferencesWindow *window, const char *name, const char *text)
{
  Removed *removed = g_new (Removed, 1);
  g_autofree char *plain = NULL, *title = NULL;
  AdwToast *toast;

  *removed = (Removed){ g_strdup (name), g_strdup (text) };
  /* Translators: %s is the name of a server */
  plain = g_strdup_printf (_ ("Removed “%s”"), name);
  title = g_markup_escape_text (plain, -1);
  toast = adw_toast_new (title);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_cb), removed, removed_free, 0);
  adw_preferences_window_add_toast (window, toast);
}

static void
remove_cb (GramServerRow *self)
{
  GtkRoot *window = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GError) error = NULL;

  g_object_ref (self); /* the list takes it out */
  if (!gram_server_list_remove (self->name, &error))
    {
      g_autofree char *text = gram_words_sentence (error->message);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
    }
  else if (self->text != NULL)
    offer_undo (ADW_PREFERENCES_WINDOW (window), self->name, self->text);
  g_object_unref (self);
}

/* ---------- life ---------- */

static void
gram_server_row_finalize (GObject *object)
{
  GramServerRow *self = GRAM_SERVER_ROW (object);

  g_free (self->name);
  g_free (self->text);
  G_OBJECT_CLASS (gram_server_row_parent_class)->finalize (object);
}

static void
gram_server_row_class_init (GramServerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gram_server_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-server-row"));
  gtk_widget_class_bind_template_child (widget_class, GramServerRow, try_button);
  gtk_widget_class_bind_template_child (widget_class, GramServerRow, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, try_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
gram_server_row_init (GramServerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @format: takes the server's name */
static void
name_for_readers (GtkWidget *widget, const char *format, const char *name)
{
  g_autofree char *label = g_strdup_printf (format, name);

  gtk_widget_set_tooltip_text (widget, label);
  gram_readers_name (widget, label);
}

/**
 * gram_server_row_new:
 * @name: of a server of the list
 */
GtkWidget *
gram_server_row_new (const char *name)
{
  GramServerRow *self = g_object_new (GRAM_TYPE_SERVER_ROW, "title", name, NULL);

  self->name = g_strdup (name);
  self->text = gram_servers_describe (name);
  if (self->text != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), self->text);
  /* Translators: %s is the name of a server */
  name_for_readers (self->try_button, _ ("Try whether %s answers"), name);
  /* Translators: %s is the name of a server */
  name_for_readers (self->remove_button, _ ("Remove %s"), name);
  return GTK_WIDGET (self);
}
