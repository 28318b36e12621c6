/* gram-page-generalization.c: the page “Generalization” (Figure 2)
 *
 * SPDX-License-Identifier: MIT
 *
 * The line at the slider's fraction is the slider: dragging it moves the slider and the other way
 * round. A sweep trains a network at every fraction and adds what it measured; it keeps finished
 * cells in the cache folder, so that a cancelled one goes on where it was.
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-bounded-spin.h"
#include "gram-figure-page.h"
#include "gram-words.h"

#define GRAM_TYPE_GENERALIZATION_PAGE (gram_generalization_page_get_type ())
G_DECLARE_FINAL_TYPE (GramGeneralizationPage, gram_generalization_page, GRAM, GENERALIZATION_PAGE,
                      GramFigurePage)

struct _GramGeneralizationPage
{
  GramFigurePage parent_instance;
  GtkButton *button;
  GtkSpinButton *seeds;
  GtkProgressBar *progress;
  GtkRevealer *revealer;
};

G_DEFINE_FINAL_TYPE (GramGeneralizationPage, gram_generalization_page, GRAM_TYPE_FIGURE_PAGE)

static void
fill_inputs (GramFigurePage *page, GramFigureInputs *inputs)
{
  inputs->sweep = gram_session_get_sweep (gram_pane_get_session (page));
}

static void
guide_moved_cb (GramGeneralizationPage *self, const char *id, double value, gboolean done)
{
  if (g_str_equal (id, GRAM_GUIDE_RHO))
    gram_document_set_rho (gram_pane_get_document (self), value / 100);
}

/* One file for each choice of data and network; the position of the slider does not matter. */
static char *
cache_path (const GramSettings *settings)
{
  g_autoptr (GramSettings) plain = gram_settings_copy (settings);
  g_autofree char *text = NULL, *sum = NULL, *name = NULL, *folder = NULL;

  plain->rho = 0;
  text = gram_settings_to_string (plain);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  name = g_strdup_printf ("sweep-%.16s.csv", sum);
  folder = g_build_filename (g_get_user_cache_dir (), "gramscope", NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return NULL; /* then a cancelled sweep begins anew */
  return g_build_filename (folder, name, NULL);
}

static void
sweep_clicked_cb (GramGeneralizationPage *self)
{
  GramDocument *document = gram_pane_get_document (self);
  GramSweepTable *table = gram_session_get_sweep (gram_pane_get_session (self));
  g_autoptr (GramSweepSpec) spec = NULL;

  if (table != NULL && table->running)
    {
      gram_session_cancel_sweep (gram_pane_get_session (self));
      return;
    }
  spec = gram_sweep_spec_new ();
  spec->n_seeds = (guint) gtk_spin_button_get_value_as_int (self->seeds);
  spec->csv = cache_path (gram_document_get_settings (document));
  gram_session_start_sweep (gram_pane_get_session (self), spec);
}

static void
updated (GramFigurePage *page)
{
  GramGeneralizationPage *self = GRAM_GENERALIZATION_PAGE (page);
  GramDocument *document = gram_pane_get_document (page);
  GramSweepTable *table = gram_session_get_sweep (gram_pane_get_session (self));
  gboolean running = table != NULL && table->running;
  g_autofree char *text = NULL, *left = NULL;

  gram_figure_set_rho (gram_figure_page_get_figure (page),
                       gram_document_get_settings (document)->rho);
  gtk_button_set_label (self->button, running ? _ ("Cancel Sweep") : _ ("Sweep"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->seeds), !running);
  gtk_revealer_set_reveal_child (self->revealer,
                                 running || (table != NULL && table->error != NULL));
  if (table == NULL)
    return;
  left = gram_words_duration (table->seconds_left);
  if (table->error != NULL)
    text = g_strdup (table->error->message);
  else if (table->waiting)
    text = g_strdup_printf (_ ("%u of %u networks · waits for the run"), table->done,
                            table->cells->len);
  else
    text =
        g_strdup_printf (_ ("%u of %u networks · %s left"), table->done, table->cells->len, left);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (table->fraction_done, 0, 1));
  gtk_progress_bar_set_text (self->progress, text);
}

static void
gram_generalization_page_class_init (GramGeneralizationPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  page_class->figure = "generalization";
  page_class->title = N_ ("What random labels do to the bound");
  page_class->explanation =
      N_ ("The curve is the complexity measure √(2yᵀH∞⁻¹y/n) to be expected when a fraction of "
          "the labels is replaced by coin flips; dots are single draws. Drag the line, or move "
          "the slider on the left: they are the same. A sweep trains a network at every fraction "
          "and shows that the test error rises with the measure.");
  page_class->fill_inputs = fill_inputs;
  page_class->updated = updated;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-page-generalization"));
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, button);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, seeds);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, progress);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, revealer);
}

static void
gram_generalization_page_init (GramGeneralizationPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gram_bounded_spin_watch (self->seeds);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (sweep_clicked_cb), self);
  g_signal_connect_swapped (gram_figure_page_get_view (GRAM_FIGURE_PAGE (self)), "guide-moved",
                            G_CALLBACK (guide_moved_cb), self);
}
