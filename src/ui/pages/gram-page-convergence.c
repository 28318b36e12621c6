/* gram-page-convergence.c: the page “Convergence” (Figure 1a, 1c)
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-page.h"
#include "gram-label-series.h"
#include "gram-run-answer.h"
#include "gram-words.h"

#define GRAM_TYPE_CONVERGENCE_PAGE (gram_convergence_page_get_type ())
G_DECLARE_FINAL_TYPE (GramConvergencePage, gram_convergence_page, GRAM, CONVERGENCE_PAGE,
                      GramFigurePage)

struct _GramConvergencePage
{
  GramFigurePage parent_instance;
  GtkWidget *finite_width;
  GtkLabel *last;        /* the last values of the curves, in words */
  GramRunAnswer *answer; /* a GramFiniteWidth */
};

G_DEFINE_FINAL_TYPE (GramConvergencePage, gram_convergence_page, GRAM_TYPE_FIGURE_PAGE)

static void
fill_inputs (GramFigurePage *page, GramFigureInputs *inputs)
{
  GramConvergencePage *self = GRAM_CONVERGENCE_PAGE (page);

  if (gram_document_get_view (gram_pane_get_document (page))->finite_width)
    inputs->finite_width = gram_run_answer_get (self->answer, inputs->run);
}

/* ---------- the last values ---------- */

/* “true labels 1.18, predicted 1.21, test error 3.5 %” */
static char *
describe_set (const GramRunSet *set, const GramRun *run, const GramAnalysis *analysis)
{
  int analysed = gram_analysis_find_set (analysis, set->labels->name);
  double step = gram_run_set_last (set, GRAM_QUANTITY_STEP), predicted = NAN;
  double error = gram_run_set_last (set, GRAM_QUANTITY_TEST_ERROR);
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *residual =
      gram_words_number (gram_run_set_last (set, GRAM_QUANTITY_RESIDUAL), 3);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s %s", title, residual);
  if (analysed >= 0 && analysis->n == run->n)
    gram_analysis_predict_curve (analysis, (guint) analysed, run->eta, &step, 1, &predicted);
  if (isfinite (predicted))
    {
      g_autofree char *number = gram_words_number (predicted, 3);

      g_string_append_printf (text, _ (", predicted %s"), number);
    }
  if (isfinite (error))
    {
      g_autofree char *percent =
          gram_words_number (error * gram_quantity_get_info (GRAM_QUANTITY_TEST_ERROR)->factor, 3);

      g_string_append_printf (text, _ (", test error %s %%"), percent);
    }
  return g_string_free (text, FALSE);
}

static void
show_last (GramConvergencePage *self)
{
  GramSession *session = gram_pane_get_session (self);
  GramRun *run = gram_session_get_run (session);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; run != NULL && i < run->sets->len; i++)
    {
      const GramRunSet *set = gram_run_get_set (run, i);
      g_autofree char *words = NULL;

      if (set->curve[GRAM_QUANTITY_STEP]->len == 0)
        continue;
      words = describe_set (set, run, gram_session_get_analysis (session));
      g_string_append_printf (text, "%s%s", text->len > 0 ? "  ·  " : "", words);
    }
  gtk_label_set_text (self->last, text->str);
}

static void
updated (GramFigurePage *page)
{
  GramRun *run = gram_session_get_run (gram_pane_get_session (page));

  if (run != NULL && gram_document_get_view (gram_pane_get_document (page))->finite_width)
    gram_run_answer_ask_finite_width (GRAM_CONVERGENCE_PAGE (page)->answer, run);
  show_last (GRAM_CONVERGENCE_PAGE (page));
}

static gboolean
add_options (GramPage *page, GString *command, GError **error)
{
  if (gram_document_get_view (gram_pane_get_document (page))->finite_width)
    g_string_append (command, " --finite-width");
  return TRUE;
}

static void
toggled_cb (GramConvergencePage *self)
{
  GramDocument *document = gram_pane_get_document (self);

  if (document == NULL)
    return;
  gram_document_get_view (document)->finite_width =
      gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->finite_width));
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
show_kept (GramConvergencePage *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->finite_width),
                                gram_document_get_view (gram_pane_get_document (self))
                                    ->finite_width);
}

static void
bind (GramPane *pane)
{
  GRAM_PANE_CLASS (gram_convergence_page_parent_class)->bind (pane);
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (show_kept), "view-restored",
                       NULL);
  show_kept (GRAM_CONVERGENCE_PAGE (pane));
}

static void
dispose (GObject *object)
{
  g_clear_pointer (&GRAM_CONVERGENCE_PAGE (object)->answer, gram_run_answer_free);
  G_OBJECT_CLASS (gram_convergence_page_parent_class)->dispose (object);
}

static void
gram_convergence_page_class_init (GramConvergencePageClass *klass)
{
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  GRAM_PANE_CLASS (klass)->bind = bind;
  GRAM_PAGE_CLASS (klass)->add_options = add_options;
  page_class->fill_inputs = fill_inputs;
  page_class->updated = updated;
  page_class->figure = "convergence";
  page_class->title = N_ ("How fast the labels are learned");
  page_class->explanation =
      N_ ("Each curve is the distance ‖y − u(k)‖ between the labels and the network’s outputs "
          "after k steps of gradient descent, for one set of labels. The dashed line beside it is "
          "what the theory predicts from the spectrum of H∞ alone: ‖(I − ηH∞)ᵏy‖ (Eq 8). True "
          "labels fall fast, random ones slowly, and the worst case hardly at all.");
}

/* Its room is there from the beginning, so that the plot stays where it is. */
static void
add_last (GramConvergencePage *self)
{
  self->last = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_END, "margin-start", 12,
                             "margin-end", 12, "margin-bottom", 6, "tooltip-text",
                             _ ("‖y − u(k)‖ after the last step, what Eq 8 predicts for it, and "
                                "the test error"),
                             NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->last), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->last), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->last), "numeric");
  gram_figure_page_add_below (GRAM_FIGURE_PAGE (self), GTK_WIDGET (self->last));
}

static void
gram_convergence_page_init (GramConvergencePage *self)
{
  self->answer = gram_run_answer_new (GRAM_PAGE (self));
  self->finite_width = gtk_toggle_button_new_with_label ("H(0)");
  gtk_widget_add_css_class (self->finite_width, "flat");
  gtk_widget_set_tooltip_text (self->finite_width,
                               _ ("Predict with the network’s own H(0), too: dotted, what the "
                                  "finite width alone would do (Lemma C.3)"));
  g_signal_connect_swapped (self->finite_width, "toggled", G_CALLBACK (toggled_cb), self);
  gram_figure_page_add_tool (GRAM_FIGURE_PAGE (self), self->finite_width);
  add_last (self);
}
