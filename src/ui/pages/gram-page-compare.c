/* gram-page-compare.c: the page “Compare”: the same experiment at several widths
 *
 * SPDX-License-Identifier: MIT
 *
 * A study of the settings as they are when it begins.
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-bounded-spin.h"
#include "gram-figure-page.h"
#include "gram-sweep-cache.h"
#include "gram-words.h"

#define GRAM_TYPE_COMPARE_PAGE (gram_compare_page_get_type ())
G_DECLARE_FINAL_TYPE (GramComparePage, gram_compare_page, GRAM, COMPARE_PAGE, GramFigurePage)

struct _GramComparePage
{
  GramFigurePage parent_instance;
  GtkMenuButton *menu;
  GtkPopover *popover;
  GtkListBox *rows;
  GtkSpinButton *seeds;
  GtkLabel *message;
  GtkButton *start, *cancel;
  GtkProgressBar *progress;
  GtkRevealer *revealer;
  GPtrArray *entries; /* of GtkEditable, a setting that can be varied each … */
  GPtrArray *keys;    /* … and its key */
};

G_DEFINE_FINAL_TYPE (GramComparePage, gram_compare_page, GRAM_TYPE_FIGURE_PAGE)

static void
fill_inputs (GramFigurePage *page, GramFigureInputs *inputs)
{
  inputs->study = gram_session_get_study (gram_pane_get_session (page));
}

/* ---------- what is varied -------------------------------------------------------------------- */

static gboolean
read_variations (GramComparePage *self, GramSweepSpec *spec, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      g_autofree char *values =
          g_strdup (gtk_editable_get_text (g_ptr_array_index (self->entries, i)));
      g_autofree char *text = NULL;

      if (*g_strstrip (values) == '\0')
        continue;
      text = g_strdup_printf ("%s=%s", (char *) g_ptr_array_index (self->keys, i), values);
      if (!gram_sweep_spec_vary (spec, text, error))
        return FALSE;
    }
  if (spec->variations->len > 0 || spec->seeds != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("Nothing is varied: type values with commas between them"));
  return FALSE;
}

static gboolean
add_options (GramPage *page, GString *command, GError **error)
{
  GramComparePage *self = GRAM_COMPARE_PAGE (page);
  const GramSettings *settings = gram_document_get_settings (gram_pane_get_document (page));
  g_autofree char *steps = gram_settings_to_options (settings, GRAM_SETTINGS_STEPS);

  for (guint i = 0; i < self->entries->len; i++)
    {
      g_autofree char *values =
          g_strdup (gtk_editable_get_text (g_ptr_array_index (self->entries, i)));
      g_autofree char *text = g_strdup_printf ("%s=%s", (char *) g_ptr_array_index (self->keys, i),
                                               g_strstrip (values));
      g_autofree char *quoted = g_shell_quote (text);

      if (*values != '\0')
        g_string_append_printf (command, " --vary %s", quoted);
    }
  g_string_append_printf (command, " --seeds %d%s", gtk_spin_button_get_value_as_int (self->seeds),
                          steps);
  return TRUE;
}

static void
start_cb (GramComparePage *self)
{
  const GramSettings *settings = gram_document_get_settings (gram_pane_get_document (self));
  GramSweepSpec *spec = gram_sweep_spec_new_study ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) points = NULL;

  spec->n_seeds = (guint) gtk_spin_button_get_value_as_int (self->seeds);
  spec->max_steps = settings->max_steps;
  spec->until_residual = settings->until_residual;
  if (read_variations (self, spec, &error))
    points = gram_sweep_points_new (settings, spec->variations, &error);
  gtk_widget_set_visible (GTK_WIDGET (self->message), points == NULL);
  if (points != NULL)
    {
      spec->csv = gram_sweep_cache_path (settings, spec->variations);
      gtk_popover_popdown (self->popover);
      gram_session_start_sweep (gram_pane_get_session (self), spec);
    }
  else
    {
      g_autofree char *sentence = gram_words_sentence (error->message);

      gtk_label_set_text (self->message, sentence);
    }
  gram_sweep_spec_free (spec);
}

static void
cancel_cb (GramComparePage *self)
{
  gram_session_cancel_sweep (gram_pane_get_session (self));
}

/* What was wrong is being changed. */
static void
changed_cb (GramComparePage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->message), FALSE);
}

static void
add_row (GramComparePage *self, const char *key, const char *symbol)
{
  GtkWidget *row = adw_entry_row_new ();
  /* Translators: a symbol, “m” */
  g_autofree char *title = g_strdup_printf (_ ("Values of %s"), symbol);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  g_signal_connect_swapped (row, "entry-activated", G_CALLBACK (start_cb), self);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), self);
  /* what is varied most stands first */
  gtk_list_box_insert (self->rows, row, g_str_equal (key, "width") ? 0 : -1);
  g_ptr_array_add (self->entries, row);
  g_ptr_array_add (self->keys, g_strdup (key));
  if (g_str_equal (key, "width"))
    gtk_editable_set_text (GTK_EDITABLE (row), "512, 2048, 8192");
  if (g_str_equal (key, "classes"))
    gtk_widget_set_tooltip_text (row, _ ("Pairs with a slash between them: 3,8/0,1"));
}

/* ---------- how far it is --------------------------------------------------------------------- */

static char *
say_refused (const GramSweepTable *table)
{
  for (guint i = 0; i < table->points->len; i++)
    {
      const GramSweepPoint *point = g_ptr_array_index (table->points, i);

      if (point->refused != NULL)
        /* Translators: a point of a study, why it is not trained */
        return g_strdup_printf (_ ("%s is left out: %s"), point->name, point->refused);
    }
  return NULL;
}

static char *
say_progress (const GramSweepTable *table, gboolean waits)
{
  guint nets = table->cells->len - table->refused;

  if (table->error != NULL && !g_error_matches (table->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return gram_words_sentence (table->error->message);
  if (!table->running && table->done == nets)
    return say_refused (table);
  if (!table->running)
    return g_strdup_printf (
        _ ("%'u of %'u networks are trained and kept; start the same study to go on"), table->done,
        nets);
  return gram_words_sweep (table, waits);
}

static void
updated (GramFigurePage *page)
{
  GramComparePage *self = GRAM_COMPARE_PAGE (page);
  GramSession *session = gram_pane_get_session (page);
  const GramSweepTable *table = gram_session_get_study (session);
  gboolean running = table != NULL && table->running;
  gboolean waits = gram_session_get_state (session) == GRAM_STATE_TRAINING;
  g_autofree char *text = table != NULL ? say_progress (table, waits) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->cancel), running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->menu), !running);
  gtk_revealer_set_reveal_child (self->revealer, text != NULL);
  if (text == NULL)
    return;
  gtk_progress_bar_set_fraction (self->progress, CLAMP (table->fraction_done, 0, 1));
  gtk_progress_bar_set_text (self->progress, text);
}

static void
gram_compare_page_finalize (GObject *object)
{
  GramComparePage *self = GRAM_COMPARE_PAGE (object);

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->keys);
  G_OBJECT_CLASS (gram_compare_page_parent_class)->finalize (object);
}

static void
gram_compare_page_class_init (GramComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gram_compare_page_finalize;
  page_class->figure = "scaling";
  page_class->title = N_ ("The same experiment at several widths");
  page_class->explanation =
      N_ ("How far a network of finite width ends from what the theory predicts for it. By "
          "Theorem 4.1 this vanishes as the width grows, on these axes along a line of slope −1/2 "
          "once the weights hardly move. “Vary…” trains the networks, with the settings on the "
          "left for all that is not varied.");
  GRAM_PAGE_CLASS (klass)->add_options = add_options;
  page_class->fill_inputs = fill_inputs;
  page_class->updated = updated;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-page-compare"));
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, menu);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, popover);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, rows);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, seeds);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, message);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, start);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, cancel);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, progress);
  gtk_widget_class_bind_template_child (widget_class, GramComparePage, revealer);
}

static void
gram_compare_page_init (GramComparePage *self)
{
  const char *symbol, *key;

  self->entries = g_ptr_array_new ();
  self->keys = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gram_bounded_spin_watch (self->seeds);
  for (const GramSettingsOption *option = gram_settings_options (); option->key != NULL; option++)
    if ((key = gram_settings_varied (option->key, &symbol, NULL)) != NULL)
      add_row (self, key, symbol);
  g_signal_connect_swapped (self->start, "clicked", G_CALLBACK (start_cb), self);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
}
