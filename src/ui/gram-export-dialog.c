/* gram-export-dialog.c: what a figure is to look like in a file, with a preview
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-export-dialog.h"

#include <glib/gi18n.h>

#include "gram-export-size.h"
#include "gram-message.h"
#include "gram-number-row.h"
#include "gram-pane.h"
#include "gram-store.h"
#include "gram-words.h"

#define PREVIEW_WIDTH 340.0 /* pixels, as in the template */

static const GramThemeKind themes[] = { GRAM_THEME_PRINT, GRAM_THEME_LIGHT, GRAM_THEME_DARK };

/* Freed with the message dialog, because its rows still exist while it responds. */
typedef struct
{
  GramFigure *figure;
  GramExportDialogFunc chosen;
  gpointer user_data;
  AdwComboRow *format, *size, *unit, *style;
  GramNumberRow *width, *height, *font, *dpi;
  GtkSwitch *title, *caption, *transparent;
  GtkPicture *preview;
  GtkLabel *problem;
  GramExportOptions options;
  gboolean updating;
  guint preview_id;
} ExportDialog;

static void
export_dialog_free (gpointer data)
{
  ExportDialog *dialog = data;

  g_clear_handle_id (&dialog->preview_id, g_source_remove);
  gram_figure_unref (dialog->figure);
  g_free (dialog);
}

/* ---------- preview ---------- */

/* Small, but laid out as the file will be. */
static GdkTexture *
make_preview (ExportDialog *dialog, GError **error)
{
  GramExportOptions options = dialog->options;
  g_autoptr (GBytes) png = NULL;

  if (!gram_export_check (&options, error))
    return NULL;
  options.format = GRAM_EXPORT_PNG;
  options.dpi = CLAMP (96 * 2 * PREVIEW_WIDTH / options.width, 10, 192);
  png = gram_figure_export_bytes (dialog->figure, &options, error);
  return png != NULL ? gdk_texture_new_from_bytes (png, error) : NULL;
}

static gboolean
show_preview_cb (gpointer data)
{
  ExportDialog *dialog = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *problem = NULL;

  dialog->preview_id = 0;
  if (dialog->options.format != GRAM_EXPORT_CSV)
    texture = make_preview (dialog, &error);
  gtk_picture_set_paintable (dialog->preview, texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  problem = error != NULL ? gram_words_sentence (error->message) : NULL;
  gtk_label_set_text (dialog->problem, problem != NULL ? problem
                                       : dialog->options.format == GRAM_EXPORT_CSV
                                           ? _ ("The numbers as a table")
                                           : "");
  gtk_widget_set_visible (GTK_WIDGET (dialog->problem), texture == NULL);
  return G_SOURCE_REMOVE;
}

static void
queue_preview (ExportDialog *dialog)
{
  if (dialog->preview_id == 0)
    dialog->preview_id = g_timeout_add (50, show_preview_cb, dialog);
}

/* ---------- size ---------- */

static GramUnit
get_unit (ExportDialog *dialog)
{
  return (GramUnit) adw_combo_row_get_selected (dialog->unit);
}

/* The numbers in the unit that was chosen, and the name that they have; the last is “Custom”. */
static void
show_size (ExportDialog *dialog)
{
  double unit = gram_unit_pixels (get_unit (dialog));
  const GramExportOptions *options = &dialog->options;
  guint count, named = 0;
  const GramExportSize *sizes = gram_export_sizes (&count);

  while (named < count
         && (ABS (sizes[named].width * gram_unit_pixels (sizes[named].unit) - options->width) > 0.01
             || ABS (sizes[named].height * gram_unit_pixels (sizes[named].unit) - options->height)
                    > 0.01))
    named++;
  dialog->updating = TRUE;
  gram_number_row_set_value (dialog->width, options->width / unit);
  gram_number_row_set_value (dialog->height, options->height / unit);
  adw_combo_row_set_selected (dialog->size, named);
  dialog->updating = FALSE;
  queue_preview (dialog);
}

static void
size_chosen_cb (ExportDialog *dialog)
{
  guint count, chosen = adw_combo_row_get_selected (dialog->size);
  const GramExportSize *sizes = gram_export_sizes (&count);

  if (dialog->updating || chosen >= count)
    return;
  dialog->options.width = sizes[chosen].width * gram_unit_pixels (sizes[chosen].unit);
  dialog->options.height = sizes[chosen].height * gram_unit_pixels (sizes[chosen].unit);
  dialog->updating = TRUE;
  adw_combo_row_set_selected (dialog->unit, sizes[chosen].unit);
  dialog->updating = FALSE;
  show_size (dialog);
}

static void
unit_chosen_cb (ExportDialog *dialog)
{
  if (!dialog->updating)
    show_size (dialog);
}

static void
side_typed_cb (GramNumberRow *row, double value, ExportDialog *dialog)
{
  *(row == dialog->width ? &dialog->options.width : &dialog->options.height) =
      value * gram_unit_pixels (get_unit (dialog));
  show_size (dialog);
}

static void
fill_sizes (ExportDialog *dialog)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint count;
  const GramExportSize *sizes = gram_export_sizes (&count);

  for (guint i = 0; i < count; i++)
    gtk_string_list_append (names, _ (sizes[i].title));
  gtk_string_list_append (names, _ ("Custom"));
  adw_combo_row_set_model (dialog->size, G_LIST_MODEL (names));
}

/* ---------- the rest ---------- */

/* Vector files have no pixels and tables have no look: only what matters can be changed. The other
 * rows follow the width. */
static void
look_chosen_cb (ExportDialog *dialog)
{
  GramExportOptions *options = &dialog->options;

  if (dialog->updating)
    return;
  options->format = (GramExportFormat) adw_combo_row_get_selected (dialog->format);
  options->theme = themes[adw_combo_row_get_selected (dialog->style)];
  options->font_size = gram_number_row_get_value (dialog->font);
  options->dpi = gram_number_row_get_value (dialog->dpi);
  options->title = gtk_switch_get_active (dialog->title);
  options->caption = gtk_switch_get_active (dialog->caption);
  options->transparent = gtk_switch_get_active (dialog->transparent);
  gtk_widget_set_sensitive (GTK_WIDGET (dialog->width), options->format != GRAM_EXPORT_CSV);
  gtk_widget_set_sensitive (GTK_WIDGET (dialog->dpi), options->format == GRAM_EXPORT_PNG);
  queue_preview (dialog);
}

static void
number_typed_cb (GramNumberRow *row, double value, ExportDialog *dialog)
{
  look_chosen_cb (dialog);
}

static void
show_options (ExportDialog *dialog)
{
  const GramExportOptions *options = &dialog->options;
  GSettings *store = gram_store_get ();
  g_autofree char *name = store != NULL ? g_settings_get_string (store, "export-unit") : NULL;
  GramUnit unit = GRAM_UNIT_PX;
  guint style = 0;

  while (style + 1 < G_N_ELEMENTS (themes) && themes[style] != options->theme)
    style++;
  if (name != NULL)
    gram_unit_from_string (name, &unit);
  dialog->updating = TRUE;
  fill_sizes (dialog);
  adw_combo_row_set_selected (dialog->format, options->format);
  adw_combo_row_set_selected (dialog->style, style);
  adw_combo_row_set_selected (dialog->unit, unit);
  gram_number_row_set_placeholder (dialog->font, 0, _ ("automatic"));
  gram_number_row_set_value (dialog->font, options->font_size);
  gram_number_row_set_value (dialog->dpi, options->dpi);
  gtk_switch_set_active (dialog->title, options->title);
  gtk_switch_set_active (dialog->caption, options->caption);
  gtk_switch_set_active (dialog->transparent, options->transparent);
  dialog->updating = FALSE;
  show_size (dialog);
  look_chosen_cb (dialog);
}

static void
response_cb (GtkWidget *message, const char *response, ExportDialog *dialog)
{
  GSettings *store = gram_store_get ();

  if (!g_str_equal (response, "export"))
    return;
  if (store != NULL)
    g_settings_set_string (store, "export-unit", gram_unit_to_string (get_unit (dialog)));
  dialog->chosen (dialog->user_data, &dialog->options);
}

static ExportDialog *
dialog_new (GtkBuilder *builder)
{
  ExportDialog *dialog = g_new0 (ExportDialog, 1);

  dialog->format = ADW_COMBO_ROW (gtk_builder_get_object (builder, "format"));
  dialog->size = ADW_COMBO_ROW (gtk_builder_get_object (builder, "size"));
  dialog->unit = ADW_COMBO_ROW (gtk_builder_get_object (builder, "unit"));
  dialog->style = ADW_COMBO_ROW (gtk_builder_get_object (builder, "style"));
  dialog->width = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "width"));
  dialog->height = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "height"));
  dialog->font = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "font"));
  dialog->dpi = GRAM_NUMBER_ROW (gtk_builder_get_object (builder, "dpi"));
  dialog->title = GTK_SWITCH (gtk_builder_get_object (builder, "title"));
  dialog->caption = GTK_SWITCH (gtk_builder_get_object (builder, "caption"));
  dialog->transparent = GTK_SWITCH (gtk_builder_get_object (builder, "transparent"));
  dialog->preview = GTK_PICTURE (gtk_builder_get_object (builder, "preview"));
  dialog->problem = GTK_LABEL (gtk_builder_get_object (builder, "problem"));
  return dialog;
}

static void
connect_rows (ExportDialog *dialog)
{
  GtkSwitch *switches[] = { dialog->title, dialog->caption, dialog->transparent };

  g_signal_connect_swapped (dialog->size, "notify::selected", G_CALLBACK (size_chosen_cb), dialog);
  g_signal_connect_swapped (dialog->unit, "notify::selected", G_CALLBACK (unit_chosen_cb), dialog);
  g_signal_connect_swapped (dialog->format, "notify::selected", G_CALLBACK (look_chosen_cb),
                            dialog);
  g_signal_connect_swapped (dialog->style, "notify::selected", G_CALLBACK (look_chosen_cb), dialog);
  g_signal_connect (dialog->width, "chosen", G_CALLBACK (side_typed_cb), dialog);
  g_signal_connect (dialog->height, "chosen", G_CALLBACK (side_typed_cb), dialog);
  g_signal_connect (dialog->font, "chosen", G_CALLBACK (number_typed_cb), dialog);
  g_signal_connect (dialog->dpi, "chosen", G_CALLBACK (number_typed_cb), dialog);
  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    g_signal_connect_swapped (switches[i], "notify::active", G_CALLBACK (look_chosen_cb), dialog);
}

/**
 * gram_export_dialog_present:
 * @options: what is chosen at first
 * @chosen: called with @user_data when people go on to the file
 */
void
gram_export_dialog_present (GtkWindow *parent, GramFigure *figure, const GramExportOptions *options,
                            GramExportDialogFunc chosen, gpointer user_data)
{
  g_autoptr (GtkBuilder) builder = NULL;
  ExportDialog *dialog;
  GtkWidget *message;

  g_type_ensure (GRAM_TYPE_NUMBER_ROW);
  builder = gtk_builder_new_from_resource (GRAM_UI ("gram-export-dialog"));
  dialog = dialog_new (builder);
  dialog->figure = gram_figure_ref (figure);
  dialog->chosen = chosen;
  dialog->user_data = user_data;
  dialog->options = *options;
  connect_rows (dialog);
  show_options (dialog);
  message = gram_message_new (_ ("Export the Figure"), NULL, "export", "cancel");
  gram_message_add (message, "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT);
  gram_message_add (message, "export", _ ("_Export…"), ADW_RESPONSE_SUGGESTED);
  g_object_set (message, "extra-child", gtk_builder_get_object (builder, "content"), NULL);
  g_object_set_data_full (G_OBJECT (message), "dialog", dialog, export_dialog_free);
  g_signal_connect (message, "response", G_CALLBACK (response_cb), dialog);
  gram_message_present (message, GTK_WIDGET (parent));
}
