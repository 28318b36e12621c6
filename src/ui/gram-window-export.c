/* gram-window-export.c: figures to files and the clipboard
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-error.h"
#include "gram-export-dialog.h"
#include "gram-store.h"
#include "gram-window-private.h"
#include "gram-words.h"

static const char *const endings[] = { "png", "svg", "pdf", "csv", NULL };

/* What files get unless the dialog says otherwise. */
static void
default_options (GramExportOptions *options)
{
  GSettings *store = gram_store_get ();

  gram_export_options_init (options);
  options->dpi = 192;
  if (store == NULL)
    return;
  options->width = g_settings_get_double (store, "export-width");
  options->height = g_settings_get_double (store, "export-height");
  options->font_size = g_settings_get_double (store, "export-font-size");
  options->dpi = g_settings_get_int (store, "export-dpi");
  options->title = g_settings_get_boolean (store, "export-title");
  options->caption = g_settings_get_boolean (store, "export-caption");
  options->transparent = g_settings_get_boolean (store, "export-transparent");
}

static GramFigure *
get_figure (GramWindow *window, GError **error)
{
  GramPage *page = gram_window_get_page (window);
  GramFigure *figure = page != NULL ? gram_page_get_figure (page) : NULL;

  if (figure == NULL || gram_figure_is_empty (figure))
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                           _ ("There is nothing on this page to export yet."));
      return NULL;
    }
  return figure;
}

static gboolean
export_with (GramWindow *window, const GramExportOptions *options, const char *path, GError **error)
{
  GramFigure *figure = get_figure (window, error);

  return figure != NULL && gram_figure_export (figure, options, path, error);
}

static void
tell_exported (GramWindow *window, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *text = g_strdup_printf (_ ("Exported %s"), name);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

  gram_window_toast_with (window, text, uri != NULL ? _ ("Show in _Folder") : NULL, "win.show-file",
                          uri);
}

/* ---------- where it lies ---------- */

static void
shown_cb (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = user_data;
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);
  g_autofree char *uri = folder != NULL ? g_file_get_uri (folder) : NULL;

  if (answer == NULL && uri != NULL) /* without such a file manager the folder must do */
    gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

/* @parameter: the file's URI. The file manager shows the folder with the file selected. */
static void
show_file_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (user_data));
  GDBusConnection *bus = g_application_get_dbus_connection (application);
  const char *uris[] = { g_variant_get_string (parameter, NULL), NULL };

  if (bus != NULL)
    g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                            "org.freedesktop.FileManager1", "ShowItems",
                            g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, shown_cb, g_file_new_for_uri (uris[0]));
}

/* ---------- to a file ---------- */

/**
 * gram_window_export_to:
 * @path: absolute, or in the current folder; its ending is the format
 */
void
gram_window_export_to (GramWindow *window, const char *path)
{
  g_autoptr (GError) error = NULL;
  GramExportOptions options;

  default_options (&options);
  if (!gram_export_format_from_path (path, &options.format, &error)
      || !export_with (window, &options, path, &error))
    gram_window_tell (window, _ ("The Figure Was Not Exported"), error);
  else
    tell_exported (window, path);
}

/* ---------- the dialog ---------- */

static void present_options (GramWindow *window, GramFigure *figure,
                             const GramExportOptions *options);

/* Shows the options again, with a dialog above them that says why they were refused. */
static void
refuse (GramWindow *window, const GramExportOptions *options, const GError *error)
{
  GramFigure *figure = get_figure (window, NULL);

  if (figure != NULL)
    present_options (window, figure, options);
  gram_window_tell (window, _ ("The Figure Was Not Exported"), error);
}

static void
file_chosen_cb (GtkNativeDialog *native, int response, GramWindow *window)
{
  const GramExportOptions *options = g_object_get_data (G_OBJECT (native), "options");
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (native));
      path = file != NULL ? g_file_get_path (file) : NULL;
    }
  if (path != NULL && export_with (window, options, path, &error))
    tell_exported (window, path);
  else if (path != NULL)
    refuse (window, options, error);
  g_object_unref (native);
}

static void
choose_file (GramWindow *window, const GramExportOptions *options)
{
  GtkFileChooserNative *native =
      gtk_file_chooser_native_new (_ ("Export the Figure"), GTK_WINDOW (window),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  g_autofree char *stem =
      gram_words_file_name (gram_session_get_problem (gram_document_get_session (window->document)),
                            gram_window_get_page_id (window));
  g_autofree char *name = g_strdup_printf ("%s.%s", stem, endings[options->format]);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (native), name);
  g_object_set_data_full (G_OBJECT (native), "options", g_memdup2 (options, sizeof *options),
                          g_free);
  g_signal_connect_object (native, "response", G_CALLBACK (file_chosen_cb), window, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

static void
remember_options (const GramExportOptions *options)
{
  GSettings *store = gram_store_get ();

  if (store == NULL)
    return;
  g_settings_set_double (store, "export-width", options->width);
  g_settings_set_double (store, "export-height", options->height);
  g_settings_set_double (store, "export-font-size", options->font_size);
  g_settings_set_boolean (store, "export-title", options->title);
  g_settings_set_boolean (store, "export-caption", options->caption);
  g_settings_set_int (store, "export-dpi", (int) options->dpi);
  g_settings_set_boolean (store, "export-transparent", options->transparent);
}

static void
options_chosen_cb (gpointer user_data, const GramExportOptions *options)
{
  GramWindow *window = user_data;
  g_autoptr (GError) error = NULL;

  if (!gram_export_check (options, &error))
    {
      refuse (window, options, error);
      return;
    }
  remember_options (options);
  choose_file (window, options);
}

static void
present_options (GramWindow *window, GramFigure *figure, const GramExportOptions *options)
{
  gram_export_dialog_present (GTK_WINDOW (window), figure, options, options_chosen_cb, window);
}

/* @parameter: "png", "svg", "pdf" or "csv": what is chosen at first */
static void
export_as_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *window = user_data;
  const char *format = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;
  GramFigure *figure = get_figure (window, &error);
  GramExportOptions options;
  guint chosen = 0;

  if (figure == NULL)
    {
      gram_window_toast (window, error->message);
      return;
    }
  while (endings[chosen] != NULL && !g_str_equal (endings[chosen], format))
    chosen++;
  default_options (&options);
  options.format = (GramExportFormat) MIN (chosen, 3);
  present_options (window, figure, &options);
}

/* ---------- the clipboard ---------- */

static void
copy_image_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *window = user_data;
  g_autoptr (GError) error = NULL;
  GramFigure *figure = get_figure (window, &error);
  g_autoptr (GBytes) png = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GramExportOptions options;

  default_options (&options);
  options.format = GRAM_EXPORT_PNG;
  if (figure != NULL)
    png = gram_figure_export_bytes (figure, &options, &error);
  if (png != NULL)
    texture = gdk_texture_new_from_bytes (png, &error);
  if (texture == NULL)
    {
      gram_window_toast (window, error->message);
      return;
    }
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (window)), texture);
  gram_window_toast (window, _ ("Image copied"));
}

static void
copy_data_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *window = user_data;
  g_autoptr (GError) error = NULL;
  GramFigure *figure = get_figure (window, &error);
  g_autofree char *csv = figure != NULL ? gram_figure_to_csv (figure) : NULL;

  if (csv == NULL)
    {
      gram_window_toast (window, error->message);
      return;
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), csv);
  gram_window_toast (window, _ ("Data copied as a table"));
}

static const GActionEntry entries[] = {
  { "export-as", export_as_action, "s" },
  { "show-file", show_file_action, "s" },
  { "copy-image", copy_image_action },
  { "copy-data", copy_data_action },
};

/**
 * gram_window_add_export:
 */
void
gram_window_add_export (GramWindow *window)
{
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
}
