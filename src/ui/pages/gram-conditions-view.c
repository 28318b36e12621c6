/* gram-conditions-view.c: what the theorems require against what a run uses
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-conditions-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-label-series.h"
#include "gram-conditions.h"
#include "gram-figures.h"
#include "gram-pane.h"
#include "gram-run-bounds.h"
#include "gram-words.h"

/* δ and ε, with which the theorems are evaluated here. */
#define DELTA 0.1
#define EPSILON 0.1

static void
add_cell (GtkGrid *grid, int column, int row, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_grid_attach (grid, label, column, row, 1, 1);
}

static GtkGrid *
new_grid (const char *const *heads, const char *tip)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_set_tooltip_text (grid, tip);
  for (int i = 0; heads[i] != NULL; i++)
    add_cell (GTK_GRID (grid), i, 0, heads[i], "heading");
  return GTK_GRID (grid);
}

static void
add_condition (GtkGrid *grid, int row, const GramCondition *condition)
{
  g_autofree char *required = gram_words_number (condition->required, 3);
  g_autofree char *used = gram_words_number (condition->used, 3);
  g_autofree char *wanted =
      g_strdup_printf ("%s %s %s", condition->symbol, condition->at_least ? "≥" : "≤", required);
  const char *verdict = condition->met ? _ ("met") : _ ("not met");

  add_cell (grid, 0, row, condition->theorem, NULL);
  add_cell (grid, 1, row, condition->formula, "dim-label");
  add_cell (grid, 2, row, wanted, "numeric");
  add_cell (grid, 3, row, used, "numeric");
  add_cell (grid, 4, row, verdict, condition->met ? "success" : "warning");
}

static GtkWidget *
build_grid (GramDocument *document)
{
  GramSession *session = gram_document_get_session (document);
  const GramSettings *settings = gram_document_get_settings (document);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  GramRun *run = gram_session_get_run (session);
  GramConditionsInput input = { .n = analysis->n,
                                .m = run != NULL && run->m > 0 ? run->m : settings->m,
                                .steps = run != NULL ? run->steps : 0,
                                .eta = settings->eta,
                                .kappa = settings->kappa,
                                .lambda_min = gram_analysis_smallest (analysis),
                                .lambda_max = analysis->lambda_max,
                                .delta = DELTA,
                                .epsilon = EPSILON };
  g_autoptr (GArray) conditions = gram_conditions_new (&input);
  const char *const heads[] = { _ ("Theorem"), _ ("Formula"), _ ("Required"),
                                _ ("Used"),    _ ("Verdict"), NULL };
  GtkGrid *grid = new_grid (heads, _ ("What Theorem 3.1 and Theorem 4.1 require for their "
                                      "statements to hold, and what this problem and run have"));

  for (guint i = 0; i < conditions->len; i++)
    add_condition (grid, (int) i + 1, &g_array_index (conditions, GramCondition, i));
  return GTK_WIDGET (grid);
}

/* ---------- what the theorems say of the run -------------------------------------------------- */

static void
add_bounds (GtkGrid *grid, int row, const GramAnalysis *analysis, const GramRun *run, guint set)
{
  GramRunBounds bounds;
  g_autofree char *title = gram_labels_title (gram_run_get_set (run, set)->labels);
  g_autofree char *kept = NULL, *error = NULL, *loss = NULL;

  gram_run_bounds (analysis, run, set, DELTA, &bounds);
  /* Translators: so many of all the steps that were recorded */
  kept = g_strdup_printf (_ ("%d of %d"), (int) bounds.convergence.kept,
                          (int) bounds.convergence.pairs);
  error = gram_words_number (bounds.error_bound, 3);
  loss = gram_words_number (bounds.rademacher.test_loss, 3);
  add_cell (grid, 0, row, title, NULL);
  add_cell (grid, 1, row, kept, "numeric");
  add_cell (grid, 2, row, error, "numeric");
  add_cell (grid, 3, row, loss, "numeric");
}

static GtkWidget *
build_bounds (const GramAnalysis *analysis, const GramRun *run)
{
  const char *const heads[] = { _ ("Labels"), _ ("Steps as Theorem 3.1 says"), _ ("Test error ≤"),
                                _ ("Test loss ≤, by distance"), NULL };
  GtkGrid *grid =
      new_grid (heads,
                _ ("Of the recorded steps, those in which the loss fell as Theorem 3.1 says; the "
                   "bound of Corollary 5.2; and that of Lemma 5.4 and Theorem "
                   "B.1 with the distances that were measured. A bound of 1 or more says "
                   "nothing."));

  for (guint set = 0; set < run->sets->len; set++)
    add_bounds (grid, (int) set + 1, analysis, run, set);
  return GTK_WIDGET (grid);
}

/* A run that was trained on these labels and has begun. */
static gboolean
is_of (const GramRun *run, const GramAnalysis *analysis)
{
  return run != NULL && run->steps > 0 && run->n == analysis->n;
}

/* What the panel belongs to, and the timer that keeps it up to date while it is seen. */
typedef struct
{
  GramDocument *document;
  GtkScrolledWindow *panel;
  guint timer_id;
} Conditions;

static gboolean
fill_cb (gpointer user_data)
{
  Conditions *conditions = user_data;
  GramSession *session = gram_document_get_session (conditions->document);
  GramAnalysis *analysis = gram_session_get_analysis (session);
  GramRun *run = gram_session_get_run (session);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (GRAM_UI ("gram-conditions"));
  GtkWidget *box = GTK_WIDGET (gtk_builder_get_object (builder, "box"));
  GtkLabel *note = GTK_LABEL (gtk_builder_get_object (builder, "note"));

  if (analysis == NULL || !isfinite (analysis->lambda_min) || !isfinite (analysis->lambda_max))
    gtk_label_set_text (note, _ ("The eigenvalues are not known yet."));
  else
    {
      if (is_of (run, analysis))
        gtk_box_prepend (GTK_BOX (box), build_bounds (analysis, run));
      gtk_box_prepend (GTK_BOX (box), build_grid (conditions->document));
      gtk_label_set_text (note, _ ("For δ = ε = 0.1. Constants that the paper hides in O() are "
                                   "taken as 1: the orders of magnitude count, not the digits."));
    }
  gtk_scrolled_window_set_child (conditions->panel, box);
  return G_SOURCE_CONTINUE;
}

static void
mapped_cb (Conditions *conditions)
{
  fill_cb (conditions);
  if (conditions->timer_id == 0)
    conditions->timer_id = g_timeout_add_seconds (1, fill_cb, conditions);
}

static void
unmapped_cb (Conditions *conditions)
{
  g_clear_handle_id (&conditions->timer_id, g_source_remove);
}

static void
conditions_free (gpointer data)
{
  unmapped_cb (data);
  g_object_unref (((Conditions *) data)->document);
  g_free (data);
}

/**
 * gram_conditions_panel_new:
 * @button: (out) (transfer none): shows and hides the panel
 *
 * Returns: a panel that stays open until it is closed, and is brought up to date once a second
 */
GtkWidget *
gram_conditions_panel_new (GramDocument *document, GtkWidget **button)
{
  Conditions *conditions = g_new0 (Conditions, 1);
  GtkWidget *panel = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "propagate-natural-height", TRUE,
                                   "max-content-height", 210, "visible", FALSE, NULL);

  *button = gtk_toggle_button_new_with_label (_ ("Conditions"));
  gtk_widget_set_tooltip_text (*button, _ ("What Theorems 3.1 and 4.1 require, against what is "
                                           "used"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (panel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Conditions"), -1);
  g_object_bind_property (*button, "active", panel, "visible", G_BINDING_DEFAULT);
  conditions->document = g_object_ref (document);
  conditions->panel = GTK_SCROLLED_WINDOW (panel);
  g_object_set_data_full (G_OBJECT (panel), "conditions", conditions, conditions_free);
  g_signal_connect_swapped (panel, "map", G_CALLBACK (mapped_cb), conditions);
  g_signal_connect_swapped (panel, "unmap", G_CALLBACK (unmapped_cb), conditions);
  return panel;
}
