/* gram-window-files.c: choosing files to open and save, and what is dropped on the window
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-error.h"
#include "gram-window-private.h"

#define MOST_NAMED 12

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
    gram_window_open_session (self, path);
  else
    open_data (self, path);
}

static void
append_name (GString *names, GFile *file)
{
  g_autofree char *base = g_file_get_basename (file), *name = g_filename_display_name (base);

  g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* What lies beside the first file and belongs to it, as labels to images, is read with it. */
static void
tell_others (GramWindow *self, GFile **files, guint count)
{
  g_autoptr (GString) first = g_string_new (NULL), others = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  append_name (first, files[0]);
  for (guint i = 1; i < count; i++)
    if (i <= MOST_NAMED)
      append_name (others, files[i]);
    else if (i == MOST_NAMED + 1)
      g_string_append (others, " …");
  g_set_error (&error, GRAM_ERROR, GRAM_ERROR_DATA,
               /* Translators: a file, and a list of files */
               _ ("%s is opened, with the files beside it that belong to it. Not opened by "
                  "themselves: %s."),
               first->str, others->str);
  gram_window_tell_with (self, _ ("One Is Open at a Time"), error, NULL);
}

/**
 * gram_window_open_files:
 * @files: (array length=count): what was given or dropped at once
 *
 * Opens the first, a session or data, and names the others.
 */
void
gram_window_open_files (GramWindow *self, GFile **files, guint count)
{
  g_autofree char *path = g_file_get_path (files[0]), *uri = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    {
      uri = g_file_get_uri (files[0]);
      g_set_error (&error, GRAM_ERROR, GRAM_ERROR_DATA, _ ("%s is not a file of this computer."),
                   uri);
      gram_window_tell (self, _ ("That Did Not Work"), error);
      return;
    }
  if (count > 1)
    tell_others (self, files, count);
  gram_window_open_path (self, path);
}

/* Only the place of the data changes, so that the run of the session can go on. */
static void
set_place (GramWindow *self, const char *path)
{
  GramSettings *settings = gram_document_edit (self->document);

  g_free (settings->dataset);
  settings->dataset = g_strdup (path);
  gram_document_replace (self->document, settings);
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
  if (path == NULL)
    self->close_at_end = FALSE;
  if (path != NULL
      && gtk_file_chooser_get_action (GTK_FILE_CHOOSER (dialog)) == GTK_FILE_CHOOSER_ACTION_SAVE)
    gram_window_save_session (self, path);
  else if (path != NULL && g_object_get_data (G_OBJECT (dialog), "locates") != NULL)
    set_place (self, path);
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
  GtkFileChooserNative *native =
      gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, accept, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  g_signal_connect_object (native, "response", G_CALLBACK (chosen_cb), self, 0);
  return native;
}

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const all[] = { "*", NULL }, *const sessions[] = { "*.gramscope", NULL };
  GtkFileChooserNative *native =
      choose (user_data, _ ("Open a Session or Data"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  add_filter (GTK_FILE_CHOOSER (native), _ ("Sessions and data"), all);
  add_filter (GTK_FILE_CHOOSER (native), _ ("Gramscope sessions"), sessions);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

static void
open_data_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  static const char *const all[] = { "*", NULL };
  GtkFileChooserNative *native =
      choose (user_data, _ ("Open Data"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  add_filter (GTK_FILE_CHOOSER (native), _ ("Images: IDX, CIFAR, NPY, NPZ, archives"), all);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

static void
open_folder_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_native_dialog_show (
      GTK_NATIVE_DIALOG (choose (user_data, _ ("Open a Folder of Data"),
                                 GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Open"))));
}

/**
 * gram_window_locate_data:
 * @folder: whether they are a folder, else a file
 *
 * Asks where the data of the session that was opened are now.
 */
void
gram_window_locate_data (GramWindow *self, gboolean folder)
{
  GtkFileChooserNative *native =
      choose (self, _ ("Locate the Session’s Data"),
              folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
              _ ("_Open"));

  g_object_set_data (G_OBJECT (native), "locates", GINT_TO_POINTER (TRUE));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

static void
save_as_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *self = user_data;
  GramProblem *problem = gram_session_get_problem (gram_document_get_session (self->document));
  g_autofree char *name =
      g_strdup_printf ("%s.gramscope", problem != NULL ? problem->dataset_id : "session");
  GtkFileChooserNative *native =
      choose (self, _ ("Save the Session"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (native), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

/* ---------- drops ---------- */

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, GramWindow *self)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
    g_ptr_array_add (files, l->data);
  if (files->len == 0)
    return FALSE;
  gram_window_open_files (self, (GFile **) files->pdata, files->len);
  return TRUE;
}

static void
open_path_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gram_window_open_path (user_data, g_variant_get_string (parameter, NULL));
}

static const GActionEntry entries[] = {
  { "open-path", open_path_action, "s" }, { "open", open_action },
  { "open-data", open_data_action },      { "open-folder", open_folder_action },
  { "save-as", save_as_action },
};

/**
 * gram_window_add_files:
 *
 * Lets people choose files, and drop them on the window.
 */
void
gram_window_add_files (GramWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
