/* gram-page-generalization.c: the page “Generalization” (Figure 2)
 *
 * SPDX-License-Identifier: MIT
 *
 * The line at the slider's fraction is the slider: dragging it moves the slider and the other way
 * round. A sweep trains a network at every fraction and adds what it measured. On request the test
 * images of the run are shown instead, against number 24.
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-bounded-spin.h"
#include "gram-figure-page.h"
#include "gram-run-answer.h"
#include "gram-sweep-cache.h"
#include "gram-test-curve.h"
#include "gram-words.h"

#define GRAM_TYPE_GENERALIZATION_PAGE (gram_generalization_page_get_type ())
G_DECLARE_FINAL_TYPE (GramGeneralizationPage, gram_generalization_page, GRAM, GENERALIZATION_PAGE,
                      GramFigurePage)

struct _GramGeneralizationPage
{
  GramFigurePage parent_instance;
  GtkToggleButton *test;
  GramRunAnswer *answer; /* a GPtrArray of GramTestCurve */
  GtkButton *button;
  GtkSpinButton *seeds;
  GtkProgressBar *progress;
  GtkRevealer *revealer;
  char *path; /* (nullable) of the cells of the sweep that was started last */
};

G_DEFINE_FINAL_TYPE (GramGeneralizationPage, gram_generalization_page, GRAM_TYPE_FIGURE_PAGE)

static void
ask_test (GramGeneralizationPage *self, GramRun *run)
{
  GramProblem *problem = gram_session_get_problem (gram_pane_get_session (self));
  guint looks = gram_run_get_set (run, 0)->curve[GRAM_QUANTITY_OBSERVED_STEP]->len;
  GPtrArray *curves;

  if (problem == NULL || looks == 0 || !gram_run_answer_is_due (self->answer, run, looks))
    return;
  curves = gram_test_curve_new_all (run, problem);
  if (curves != NULL)
    gram_run_answer_ask (self->answer, GRAM_STAGE_SPECTRUM, gram_test_curve_compute, curves,
                         (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
shows_test (GramGeneralizationPage *self)
{
  return gram_document_get_view (gram_pane_get_document (self))->test;
}

static void
fill_inputs (GramFigurePage *page, GramFigureInputs *inputs)
{
  inputs->test_curves = gram_run_answer_get (GRAM_GENERALIZATION_PAGE (page)->answer, inputs->run);
  inputs->sweep = gram_session_get_sweep (gram_pane_get_session (page));
}

static void
guide_moved_cb (GramGeneralizationPage *self, const char *id, double value, gboolean done)
{
  if (g_str_equal (id, GRAM_GUIDE_RHO))
    gram_document_set_rho (gram_pane_get_document (self), value / 100);
}

static GramSweepSpec *
make_spec (GramGeneralizationPage *self)
{
  GramSweepSpec *spec = gram_sweep_spec_new ();

  spec->n_seeds = (guint) gtk_spin_button_get_value_as_int (self->seeds);
  return spec;
}

/* Without a sweep the figure is drawn in closed form. */
static gboolean
add_options (GramPage *page, GString *command, GError **error)
{
  GramSession *session = gram_pane_get_session (page);
  const GramSettings *settings = gram_document_get_settings (gram_pane_get_document (page));
  const GramSweepTable *sweep = gram_session_get_sweep (session);
  g_autofree char *steps = gram_settings_to_options (settings, GRAM_SETTINGS_STEPS);

  if (shows_test (GRAM_GENERALIZATION_PAGE (page)))
    return TRUE;
  if (sweep != NULL && sweep->done > 0 && sweep->problem == gram_session_get_problem (session))
    g_string_append_printf (command, "%s --seeds %d", steps,
                            gtk_spin_button_get_value_as_int (
                                GRAM_GENERALIZATION_PAGE (page)->seeds));
  return TRUE;
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
  spec = make_spec (self);
  spec->csv = gram_sweep_cache_path (gram_document_get_settings (document), NULL);
  g_free (self->path);
  self->path = g_strdup (spec->csv);
  gram_session_start_sweep (gram_pane_get_session (self), spec);
}

/* ---------- what is said of it ---------- */

/* Whether a sweep that was broken off goes on where it was if it is started now. */
static gboolean
can_resume (GramGeneralizationPage *self, const GramSweepTable *table)
{
  g_autofree char *path = NULL;
  g_autoptr (GramSweepSpec) spec = NULL;

  if (table == NULL || table->running || table->done == 0 || table->done == table->cells->len)
    return FALSE;
  path = gram_sweep_cache_path (gram_document_get_settings (gram_pane_get_document (self)), NULL);
  spec = make_spec (self);
  return path != NULL && g_strcmp0 (path, self->path) == 0
         && spec->fractions->len * spec->n_seeds == table->cells->len;
}

/* Returns: (transfer full) (nullable): what a sweep will take if its nets follow Eq 8, which narrow
 * ones fall behind; a net's step costs what it did in the run */
static char *
say_estimate (GramGeneralizationPage *self)
{
  GramSession *session = gram_pane_get_session (self);
  const GramSettings *settings = gram_document_get_settings (gram_pane_get_document (self));
  GramRun *run = gram_session_get_run (session);
  g_autoptr (GramSweepSpec) spec = make_spec (self);
  guint nets = spec->fractions->len * spec->n_seeds;
  double work = gram_sweep_foresee (spec, gram_session_get_analysis (session), settings->eta);
  g_autofree char *steps = gram_words_number (work, 2), *time = NULL;

  if (isnan (work))
    return NULL;
  if (run == NULL || run->sets->len == 0 || !(run->seconds_per_step > 0))
    return g_strdup_printf (_ ("A sweep trains %'u networks, %s steps in all by Eq 8"), nets,
                            steps);
  time = gram_words_duration (work * run->seconds_per_step / run->sets->len);
  return g_strdup_printf (_ ("A sweep trains %'u networks, %s steps in all by Eq 8: about %s here"),
                          nets, steps, time);
}

static char *
say_end (const GramSweepTable *table)
{
  if (g_error_matches (table->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup_printf (_ ("Cancelled: %'u of %'u networks are done and kept"), table->done,
                            table->cells->len);
  return gram_words_sentence (table->error->message);
}

/* Returns: (transfer full): how far the sweep is, and of which data it is if not of those that are
 * shown */
static char *
say_running (GramSession *session, const GramSweepTable *table)
{
  gboolean waits = gram_session_get_state (session) == GRAM_STATE_TRAINING;
  g_autofree char *progress = gram_words_sweep (table, waits), *data = NULL;

  if (table->problem == gram_session_get_problem (session))
    return g_steal_pointer (&progress);
  data = gram_problem_describe (table->problem);
  return g_strdup_printf ("%s · %s", data, progress);
}

static void
show_state (GramGeneralizationPage *self)
{
  GramSession *session = gram_pane_get_session (self);
  const GramSweepTable *table = gram_session_get_sweep (session);
  gboolean running = table != NULL && table->running;
  g_autofree char *resume = NULL, *text = NULL;

  /* what other data left is no more to be seen */
  if (table != NULL && !running && table->problem != gram_session_get_problem (session))
    table = NULL;
  if (can_resume (self, table))
    resume = g_strdup_printf (_ ("Resume (%u of %u)"), table->done, table->cells->len);
  gtk_button_set_label (self->button, running          ? _ ("Cancel Sweep")
                                      : resume != NULL ? resume
                                                       : _ ("Sweep"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->seeds), !running);
  if (running)
    text = say_running (session, table);
  else if (table != NULL && table->error != NULL)
    text = say_end (table);
  else if (table == NULL)
    text = say_estimate (self);
  gtk_revealer_set_reveal_child (self->revealer, text != NULL);
  gtk_progress_bar_set_fraction (self->progress, running ? CLAMP (table->fraction_done, 0, 1) : 0);
  if (text != NULL)
    gtk_progress_bar_set_text (self->progress, text);
}

static void
updated (GramFigurePage *page)
{
  GramGeneralizationPage *self = GRAM_GENERALIZATION_PAGE (page);
  GramDocument *document = gram_pane_get_document (page);
  GramRun *run = gram_session_get_run (gram_pane_get_session (page));

  if (run != NULL && run->sets->len > 0 && shows_test (self))
    ask_test (self, run);
  gram_figure_set_rho (gram_figure_page_get_figure (page),
                       gram_document_get_settings (document)->rho);
  show_state (self);
}

static void
test_toggled_cb (GramGeneralizationPage *self)
{
  gboolean on = gtk_toggle_button_get_active (self->test);

  if (gram_pane_get_document (self) == NULL)
    return;
  gram_document_get_view (gram_pane_get_document (self))->test = on;
  gram_figure_page_show_figure (GRAM_FIGURE_PAGE (self), on ? "test" : "generalization");
  gram_page_queue_update (GRAM_PAGE (self));
}

static void
show_kept (GramGeneralizationPage *self)
{
  gtk_toggle_button_set_active (self->test, shows_test (self));
}

static void
gram_generalization_page_bind (GramPane *pane)
{
  GRAM_PANE_CLASS (gram_generalization_page_parent_class)->bind (pane);
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (show_kept), "view-restored",
                       NULL);
  show_kept (GRAM_GENERALIZATION_PAGE (pane));
}

static void
gram_generalization_page_finalize (GObject *object)
{
  g_clear_pointer (&GRAM_GENERALIZATION_PAGE (object)->answer, gram_run_answer_free);
  g_free (GRAM_GENERALIZATION_PAGE (object)->path);
  G_OBJECT_CLASS (gram_generalization_page_parent_class)->finalize (object);
}

static void
gram_generalization_page_class_init (GramGeneralizationPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GramFigurePageClass *page_class = GRAM_FIGURE_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gram_generalization_page_finalize;
  GRAM_PANE_CLASS (klass)->bind = gram_generalization_page_bind;
  page_class->figure = "generalization";
  page_class->title = N_ ("What random labels do to the bound");
  page_class->explanation =
      N_ ("The curve is the complexity measure √(2yᵀ(H∞)⁻¹y/n) to be expected when a fraction of "
          "the labels is replaced by coin flips; dots are single draws. Drag the line, or move "
          "the slider on the left: they are the same. Dashed below: the test error of kernel "
          "regression, an infinitely wide network, on the same draws. A sweep trains a network at "
          "every fraction and lays its test error over that.");
  GRAM_PAGE_CLASS (klass)->add_options = add_options;
  page_class->fill_inputs = fill_inputs;
  page_class->updated = updated;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-page-generalization"));
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, test);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, button);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, seeds);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, progress);
  gtk_widget_class_bind_template_child (widget_class, GramGeneralizationPage, revealer);
}

static void
gram_generalization_page_init (GramGeneralizationPage *self)
{
  self->answer = gram_run_answer_new (GRAM_PAGE (self));
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->test, "toggled", G_CALLBACK (test_toggled_cb), self);
  gram_bounded_spin_watch (self->seeds);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (sweep_clicked_cb), self);
  g_signal_connect_swapped (self->seeds, "value-changed", G_CALLBACK (gram_page_queue_update),
                            self);
  g_signal_connect_swapped (gram_figure_page_get_view (GRAM_FIGURE_PAGE (self)), "guide-moved",
                            G_CALLBACK (guide_moved_cb), self);
}
