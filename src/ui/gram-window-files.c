/* gram-window-files.c: opening and saving: sessions, data files, recent ones, what is dropped
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "gram-error.h"
#include "gram-window-export.h"
#include "gram-window-private.h"

#define RECENT_SHOWN 8
#define MIME_SESSION "application/x-gramscope-session"

/* ---------- recent sessions ---------- */

/**
 * gram_window_update_recent:
 */
void
gram_window_update_recent (GramWindow *self)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  int shown = 0;

  g_menu_remove_all (self->recent_section);
  for (GList *l = items; l != NULL && shown < RECENT_SHOWN; l = l->next)
    {
      g_autoptr (GFile) file = g_file_new_for_uri (gtk_recent_info_get_uri (l->data));
      g_autofree char *path = g_file_get_path (file);
      g_autofree char *label = NULL;
      g_autoptr (GMenuItem) item = NULL;

      if (path == NULL || !g_str_has_suffix (path, ".gramscope")
          || !g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      /* a lone underscore would make a mnemonic */
      label = g_strdup (gtk_recent_info_get_display_name (l->data));
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "app.open-session", "s", path);
      g_menu_append_item (self->recent_section, item);
      shown++;
    }
  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}

static void
add_recent (GramWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  char app[] = "Gramscope", exec[] = "gramscope %u", mime[] = MIME_SESSION;
  GtkRecentData data = { .mime_type = mime, .app_name = app, .app_exec = exec };

  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
  gram_window_update_recent (self);
}

/* ---------- sessions ---------- */

static char *
view_to_json (GramWindow *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "page");
  json_builder_add_string_value (builder, gram_window_get_page_id (self));
  json_builder_set_member_name (builder, "panel");
  json_builder_add_boolean_value (builder, gtk_widget_get_visible (self->panel));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
view_from_json (GramWindow *self, const char *text)
{
  g_autoptr (JsonNode) root = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObject *object;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  object = json_node_get_object (root);
  gram_window_show_page (self, json_object_get_string_member_with_default (object, "page", ""));
  gtk_widget_set_visible (self->panel,
                          json_object_get_boolean_member_with_default (object, "panel", TRUE));
}

typedef struct
{
  GramWindow *window;
  char *path;
} FileJob;

static FileJob *
file_job_new (GramWindow *window, const char *path)
{
  FileJob *job = g_new0 (FileJob, 1);

  job->window = g_object_ref (window);
  job->path = g_strdup (path);
  return job;
}

static void
file_job_free (FileJob *job)
{
  g_object_unref (job->window);
  g_free (job->path);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FileJob, file_job_free)

static void
saved_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FileJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (job->path), *text = NULL;

  if (!gram_session_save_finish (GRAM_SESSION (session), result, &error))
    {
      gram_window_tell (job->window, _ ("The Session Was Not Saved"), error);
      return;
    }
  text = g_strdup_printf (_ ("Session saved as %s"), name);
  gram_window_toast (job->window, text);
  add_recent (job->window, job->path);
}

/**
 * gram_window_save_session:
 * @path: absolute, or in the current folder
 */
void
gram_window_save_session (GramWindow *self, const char *path)
{
  g_autofree char *view = view_to_json (self);

  gram_session_save (gram_document_get_session (self->document), path, view, TRUE, NULL, saved_cb,
                     file_job_new (self, path));
}

static void
opened_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FileJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *view = gram_session_open_finish (GRAM_SESSION (session), result, &error);
  g_autofree char *name = g_path_get_basename (job->path), *text = NULL;

  if (error != NULL)
    {
      gram_window_tell (job->window, _ ("The Session Cannot Be Opened"), error);
      return;
    }
  gram_document_adopt (job->window->document);
  view_from_json (job->window, view);
  text = g_strdup_printf (_ ("Opened %s"), name);
  gram_window_toast (job->window, text);
  add_recent (job->window, job->path);
}

static void
open_data (GramWindow *self, const char *path)
{
  GramSettings *settings = gram_document_edit (self->document);

  g_free (settings->dataset);
  settings->dataset = g_strdup (path);
  g_clear_pointer (&settings->problem.class_a, g_free);
  g_clear_pointer (&settings->problem.class_b, g_free);
  gram_document_replace (self->document, settings);
}

/**
 * gram_window_open_path:
 * @path: a session, or else data: a file, an archive or a folder
 */
void
gram_window_open_path (GramWindow *self, const char *path)
{
  if (g_str_has_suffix (path, ".gramscope"))
    gram_session_open (gram_document_get_session (self->document), path, NULL, opened_cb,
                       file_job_new (self, path));
  else
    open_data (self, path);
}

/* ---------- choosers ---------- */

static void
chosen_cb (GtkNativeDialog *dialog, int response, GramWindow *self)
{
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      path = file != NULL ? g_file_get_path (file) : NULL;
    }
  if (path != NULL && gtk_file_chooser_get_action (GTK_FILE_CHOOSER (dialog))
                          == GTK_FILE_CHOOSER_ACTION_SAVE)
    gram_window_save_session (self, path);
  else if (path != NULL)
    gram_window_open_path (self, path);
  g_object_unref (dialog);
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (gsize i = 0; patterns[i] != NULL; i++)
    gtk_file_filter_add_pattern (filter, patterns[i]);
  gtk_file_chooser_add_filter (chooser, filter);
}

static GtkFileChooserNative *
choose (GramWindow *self, const char *title, GtkFileChooserAction action, const char *accept)
{
  GtkFileChooserNative *native
      = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, accept, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  g_signal_connect_object (native, "response", G_CALLBACK (chosen_cb), self, 0);
  return native;
}

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const all[] = { "*", NULL }, *const sessions[] = { "*.gramscope", NULL };
  GtkFileChooserNative *native
      = choose (user_data, _ ("Open a Session or Data"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  add_filter (GTK_FILE_CHOOSER (native), _ ("Sessions and data"), all);
  add_filter (GTK_FILE_CHOOSER (native), _ ("Gramscope sessions"), sessions);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

static void
open_data_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const all[] = { "*", NULL };
  GtkFileChooserNative *native
      = choose (user_data, _ ("Open Data"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  add_filter (GTK_FILE_CHOOSER (native), _ ("Images: IDX, CIFAR, NPY, NPZ, archives"), all);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

static void
save_as_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *self = user_data;
  GramProblem *problem = gram_session_get_problem (gram_document_get_session (self->document));
  g_autofree char *name
      = g_strdup_printf ("%s.gramscope", problem != NULL ? problem->dataset_id : "session");
  GtkFileChooserNative *native
      = choose (self, _ ("Save the Session"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (native), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

/* ---------- drops ---------- */

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, GramWindow *self)
{
  GSList *files = g_value_get_boxed (value);
  g_autofree char *path = files != NULL ? g_file_get_path (files->data) : NULL;

  if (path == NULL)
    return FALSE;
  gram_window_open_path (self, path);
  return TRUE;
}

void
gram_window_accept_drops (GramWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static const GActionEntry entries[] = {
  { "open", open_action },
  { "open-data", open_data_action },
  { "save-as", save_as_action },
};

void
gram_window_install_file_actions (GramWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
