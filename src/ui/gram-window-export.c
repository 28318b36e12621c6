/* gram-window-export.c: figures to files and the clipboard
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-error.h"
#include "gram-export.h"
#include "gram-message.h"
#include "gram-number-row.h"
#include "gram-store.h"
#include "gram-window-private.h"

static const char *const endings[] = { "png", "svg", "pdf", "csv", NULL };
static const GramThemeKind themes[] = { GRAM_THEME_PRINT, GRAM_THEME_LIGHT, GRAM_THEME_DARK };

/* What files get unless the dialog says otherwise. */
static void
default_options (GramExportOptions *options)
{
  GSettings *store = gram_store_get ();

  gram_export_options_init (options);
  options->dpi = 192;
  if (store == NULL)
    return;
  options->width = g_settings_get_int (store, "export-width");
  options->height = g_settings_get_int (store, "export-height");
  options->dpi = g_settings_get_int (store, "export-dpi");
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
  g_autofree char *name = g_path_get_basename (path), *text = NULL;

  if (figure == NULL || !gram_figure_export (figure, options, path, error))
    return FALSE;
  text = g_strdup_printf (_ ("Exported %s"), name);
  gram_window_toast (window, text);
  return TRUE;
}

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
}

/* ---------- the dialog ---------- */

/* Freed with the message dialog, because its rows still exist while it responds. */
typedef struct
{
  GramWindow *window;
  AdwComboRow *format, *style;
  GramNumberRow *width, *height, *dpi;
  GtkSwitch *transparent;
  GramExportOptions options;
} ExportDialog;

static void present_options (GramWindow *window, const GramExportOptions *options);

/* Shows the options again, with a dialog above them that says why they were refused. */
static void
refuse (GramWindow *window, const GramExportOptions *options, const GError *error)
{
  present_options (window, options);
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
  if (path != NULL && !export_with (window, options, path, &error))
    refuse (window, options, error);
  g_object_unref (native);
}

static void
choose_file (GramWindow *window, const GramExportOptions *options)
{
  GtkFileChooserNative *native =
      gtk_file_chooser_native_new (_ ("Export the Figure"), GTK_WINDOW (window),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  g_autofree char *name =
      g_strdup_printf ("%s.%s", gram_window_get_page_id (window), endings[options->format]);

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
  g_settings_set_int (store, "export-width", (int) options->width);
  g_settings_set_int (store, "export-height", (int) options->height);
  g_settings_set_int (store, "export-dpi", (int) options->dpi);
  g_settings_set_boolean (store, "export-transparent", options->transparent);
}

static void
response_cb (GtkWidget *message, const char *response, ExportDialog *dialog)
{
  g_autoptr (GError) error = NULL;
  GramExportOptions *options = &dialog->options;

  if (!g_str_equal (response, "export"))
    return;
  options->format = (GramExportFormat) adw_combo_row_get_selected (dialog->format);
  options->theme = themes[adw_combo_row_get_selected (dialog->style)];
  options->width = gram_number_row_get_value (dialog->width);
  options->height = gram_number_row_get_value (dialog->height);
  options->dpi = gram_number_row_get_value (dialog->dpi);
  options->transparent = gtk_switch_get_active (dialog->transparent);
  if (!gram_export_check (options, &error))
    {
      refuse (dialog->window, options, error);
      return;
    }
  remember_options (options);
  choose_file (dialog->window, options);
}

/* Vector files have no pixels and tables have no size: only what matters can be changed. The other
 * rows follow the width. */
static void
format_changed_cb (ExportDialog *dialog)
{
  guint format = adw_combo_row_get_selected (dialog->format);

  gtk_widget_set_sensitive (GTK_WIDGET (dialog->width), format != GRAM_EXPORT_CSV);
  gtk_widget_set_sensitive (GTK_WIDGET (dialog->dpi), format == GRAM_EXPORT_PNG);
}

static void
show_options (ExportDialog *dialog, const GramExportOptions *options)
{
  guint style = 0;

  while (style + 1 < G_N_ELEMENTS (themes) && themes[style] != options->theme)
    style++;
  dialog->options = *options;
  adw_combo_row_set_selected (dialog->format, options->format);
  adw_combo_row_set_selected (dialog->style, style);
  gram_number_row_set_value (dialog->width, options->width);
  gram_number_row_set_value (dialog->height, options->height);
  gram_number_row_set_value (dialog->dpi, options->dpi);
  gtk_switch_set_active (dialog->transparent, options->transparent);
  format_changed_cb (dialog);
}

static void
present_options (GramWindow *window, const GramExportOptions *options)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-export-dialog"));
  ExportDialog *dialog = g_new0 (ExportDialog, 1);
  GtkWidget *message;

  dialog->window = window;
  dialog->format = ADW_COMBO_ROW (gtk_builder_get_object (builder, "format"));
  dialog->style = ADW_COMBO_ROW (gtk_builder_get_object (builder, "style"));
  dialog->width = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "width"));
  dialog->height = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "height"));
  dialog->dpi = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "dpi"));
  dialog->transparent = GTK_SWITCH (gtk_builder_get_object (builder, "transparent"));
  show_options (dialog, options);
  g_signal_connect_swapped (dialog->format, "notify::selected", G_CALLBACK (format_changed_cb),
                            dialog);
  message = gram_message_new (_ ("Export the Figure"), NULL, "export", "cancel");
  gram_message_add (message, "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT);
  gram_message_add (message, "export", _ ("_Export…"), ADW_RESPONSE_SUGGESTED);
  g_object_set (message, "extra-child", gtk_builder_get_object (builder, "options"), NULL);
  g_object_set_data_full (G_OBJECT (message), "dialog", dialog, g_free);
  g_signal_connect (message, "response", G_CALLBACK (response_cb), dialog);
  gram_message_present (message, GTK_WIDGET (window));
}

/* @parameter: "png", "svg", "pdf" or "csv": what is chosen at first */
static void
export_as_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *window = user_data;
  const char *format = g_variant_get_string (parameter, NULL);
  g_autoptr (GError) error = NULL;
  GramExportOptions options;
  guint chosen = 0;

  if (get_figure (window, &error) == NULL)
    {
      gram_window_toast (window, error->message);
      return;
    }
  while (endings[chosen] != NULL && !g_str_equal (endings[chosen], format))
    chosen++;
  default_options (&options);
  options.format = (GramExportFormat) MIN (chosen, 3);
  present_options (window, &options);
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
