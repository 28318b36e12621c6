/* gram-window-export.c: figures to files and the clipboard
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-error.h"
#include "gram-export.h"
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
  GtkWidget *format, *width, *height, *dpi, *transparent, *style;
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
response_cb (AdwMessageDialog *message, const char *response, ExportDialog *dialog)
{
  g_autoptr (GError) error = NULL;
  GramExportOptions *options = &dialog->options;

  if (!g_str_equal (response, "export"))
    return;
  options->format = (GramExportFormat) adw_combo_row_get_selected (ADW_COMBO_ROW (dialog->format));
  options->theme = themes[adw_combo_row_get_selected (ADW_COMBO_ROW (dialog->style))];
  options->width = gram_number_row_get_value (GRAM_NUMBER_ROW (dialog->width));
  options->height = gram_number_row_get_value (GRAM_NUMBER_ROW (dialog->height));
  options->dpi = gram_number_row_get_value (GRAM_NUMBER_ROW (dialog->dpi));
  options->transparent = gtk_switch_get_active (GTK_SWITCH (dialog->transparent));
  if (!gram_export_check (options, &error))
    {
      refuse (dialog->window, options, error);
      return;
    }
  remember_options (options);
  choose_file (dialog->window, options);
}

static GtkWidget *
add_combo (GtkListBox *list, const char *title, const char *const *names, guint chosen)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (names);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), chosen);
  gtk_list_box_append (list, row);
  return row;
}

static GtkWidget *
add_number (GtkListBox *list, const char *title, const char *tip, double low, double high,
            double value)
{
  GtkWidget *row = gram_number_row_new (title, tip, low, high, TRUE, value);

  gtk_list_box_append (list, row);
  return row;
}

static GtkWidget *
add_switch (GtkListBox *list, const char *title, gboolean on)
{
  GtkWidget *row = adw_action_row_new (), *toggle = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_switch_set_active (GTK_SWITCH (toggle), on);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  /* this also makes the row's title the switch's accessible name */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  gtk_list_box_append (list, row);
  return toggle;
}

/* Vector files have no pixels and tables have no size: only what matters can be changed. */
static void
format_changed_cb (ExportDialog *dialog)
{
  guint format = adw_combo_row_get_selected (ADW_COMBO_ROW (dialog->format));
  gboolean figure = format != GRAM_EXPORT_CSV;

  gtk_widget_set_sensitive (dialog->width, figure);
  gtk_widget_set_sensitive (dialog->height, figure);
  gtk_widget_set_sensitive (dialog->style, figure);
  gtk_widget_set_sensitive (gtk_widget_get_parent (dialog->transparent), figure);
  gtk_widget_set_sensitive (dialog->dpi, format == GRAM_EXPORT_PNG);
}

static GtkWidget *
build_options (ExportDialog *dialog)
{
  const char *const formats[] = { _ ("PNG image"), _ ("SVG drawing"), _ ("PDF document"),
                                  _ ("CSV table"), NULL };
  const char *const styles[] = { _ ("Print"), _ ("Light"), _ ("Dark"), NULL };
  GtkWidget *box = gtk_list_box_new ();
  GtkListBox *list = GTK_LIST_BOX (box);
  const GramExportOptions *options = &dialog->options;
  guint style = 0;

  while (style + 1 < G_N_ELEMENTS (themes) && themes[style] != options->theme)
    style++;
  gtk_list_box_set_selection_mode (list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (box, "boxed-list");
  gtk_widget_set_size_request (box, 320, -1);
  dialog->format = add_combo (list, _ ("Format"), formats, options->format);
  dialog->width = add_number (
      list, _ ("Width in pixels"),
      _ ("In pixels of 1/96 inch. A PNG file of 192 dots per inch has two dots a pixel."), 100,
      20000, options->width);
  dialog->height = add_number (
      list, _ ("Height in pixels"),
      _ ("In pixels of 1/96 inch. A PNG file of 192 dots per inch has two dots a pixel."), 100,
      20000, options->height);
  dialog->dpi = add_number (list, _ ("Dots per inch"),
                            _ ("How fine a PNG file is: 96 dots per inch make one dot a pixel."),
                            36, 1200, options->dpi);
  dialog->style = add_combo (list, _ ("Style"), styles, style);
  dialog->transparent = add_switch (list, _ ("Transparent background"), options->transparent);
  g_signal_connect_swapped (dialog->format, "notify::selected", G_CALLBACK (format_changed_cb),
                            dialog);
  format_changed_cb (dialog);
  return box;
}

static void
present_options (GramWindow *window, const GramExportOptions *options)
{
  ExportDialog *dialog = g_new0 (ExportDialog, 1);
  GtkWidget *message;

  dialog->window = window;
  dialog->options = *options;
  message = adw_message_dialog_new (GTK_WINDOW (window), _ ("Export the Figure"), NULL);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (message), "cancel", _ ("_Cancel"), "export",
                                    _ ("_Export…"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (message), "export",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (message), "export");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (message), "cancel");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (message), build_options (dialog));
  g_object_set_data_full (G_OBJECT (message), "dialog", dialog, g_free);
  g_signal_connect (message, "response", G_CALLBACK (response_cb), dialog);
  gtk_window_present (GTK_WINDOW (message));
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
