/* gram-labels-panel.c: the group “Labels” of the side panel
 *
 * SPDX-License-Identifier: MIT
 *
 * While the slider moves, the measure, its position and the predicted iterations follow: they
 * come from the analysis that is there, nothing is recomputed.
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-view-model.h"
#include "gram-pane.h"
#include "gram-words.h"

typedef enum
{
  READ_COMPLEXITY,
  READ_POSITION,
  READ_STEPS,
  N_READOUTS
} Readout;

#define GRAM_TYPE_LABELS_PANEL (gram_labels_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramLabelsPanel, gram_labels_panel, GRAM, LABELS_PANEL, GramPane)

struct _GramLabelsPanel
{
  GramPane parent_instance;
  GtkLabel *rho_label;
  GtkScale *rho_scale;
  GtkAdjustment *rho_adjustment;
  GtkGrid *readouts;
  GtkWidget *values[N_READOUTS];
  GtkLabel *steps_caption;
  gint64 steps; /* to 1 %, as shown */
  GtkGrid *checks_grid;
  GtkCheckButton *checks[GRAM_N_LABELS_KINDS];
  GramDocument *document; /* borrowed: the pane’s */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (GramLabelsPanel, gram_labels_panel, GRAM_TYPE_PANE)

static void
set_readout (GramLabelsPanel *self, Readout which, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->values[which]), text);
}

/* What a step takes is known from a run of these settings. Always two lines, so that nothing moves
 * when it is. */
static void
update_time (GramLabelsPanel *self)
{
  GramRun *run = gram_session_get_run (gram_document_get_session (self->document));
  g_autofree char *time = NULL, *text = NULL;

  if (run != NULL && run->seconds_per_step > 0 && self->steps >= 0 && self->steps < G_MAXINT64)
    {
      g_autofree char *about = gram_words_about ((double) self->steps * run->seconds_per_step);

      /* Translators: a time on this computer, as “≈ 2 min” */
      time = g_strdup_printf (_ ("%s here"), about);
    }
  text = g_strdup_printf ("%s\n%s", _ ("steps to 1 %"), time != NULL ? time : "");
  gtk_label_set_text (self->steps_caption, text);
}

static void
update_readouts (GramLabelsPanel *self)
{
  const GramSettings *settings = gram_document_get_settings (self->document);
  GramAnalysis *analysis = gram_session_get_analysis (gram_document_get_session (self->document));
  GramReadout readout = gram_readout_at (analysis, settings->eta, settings->rho);
  g_autofree char *rho = g_strdup_printf (_ ("%.0f %%"), 100 * settings->rho);
  g_autofree char *complexity = gram_words_number (readout.complexity, 4);
  g_autofree char *steps = gram_words_steps (readout.steps);
  g_autofree char *position = isfinite (readout.position)
                                  ? g_strdup_printf (_ ("%.0f %%"), 100 * readout.position)
                                  : g_strdup ("–");

  gtk_label_set_text (self->rho_label, rho);
  set_readout (self, READ_COMPLEXITY, complexity);
  set_readout (self, READ_POSITION, position);
  set_readout (self, READ_STEPS, steps);
  self->steps = readout.steps;
  update_time (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rho_scale),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, rho, -1);
}

static void
rho_moved_cb (GramLabelsPanel *self)
{
  if (!self->updating)
    gram_document_set_rho (self->document, gtk_adjustment_get_value (self->rho_adjustment) / 100);
}

static void
check_toggled_cb (GtkCheckButton *check, GramLabelsPanel *self)
{
  GramSettings *settings;
  guint kind = 0;

  if (self->updating)
    return;
  while (self->checks[kind] != check)
    kind++;
  settings = gram_document_edit (self->document);
  gram_settings_toggle_labels (settings, (GramLabelsKind) kind,
                               gtk_check_button_get_active (check));
  gram_document_commit (self->document, settings, NULL);
}

/* The last set cannot be switched off: a run needs labels. */
static void
show_check (GtkCheckButton *check, const GramSettings *settings, GramLabelsKind kind)
{
  gboolean on = gram_settings_has_labels (settings, kind);

  gtk_check_button_set_active (check, on);
  gtk_widget_set_sensitive (GTK_WIDGET (check), !(on && settings->labels->len == 1));
}

static void
settings_changed_cb (GramLabelsPanel *self)
{
  const GramSettings *settings = gram_document_get_settings (self->document);

  self->updating = TRUE;
  gtk_adjustment_set_value (self->rho_adjustment, 100 * settings->rho);
  for (guint kind = 0; kind < GRAM_N_LABELS_KINDS; kind++)
    show_check (self->checks[kind], settings, (GramLabelsKind) kind);
  self->updating = FALSE;
  update_readouts (self);
}

/* Returns: (transfer none): what the number is called */
static GtkLabel *
add_readout (GramLabelsPanel *self, Readout which, const char *title, const char *tip)
{
  GtkWidget *value = gtk_label_new ("–");
  GtkWidget *caption = gtk_label_new (title);

  gtk_widget_add_css_class (value, "gram-readout");
  gtk_widget_add_css_class (value, "numeric");
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (caption), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (caption), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (caption), GTK_JUSTIFY_CENTER);
  gtk_widget_set_valign (caption, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (value, tip);
  gtk_widget_set_tooltip_text (caption, tip);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  caption, NULL, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip,
                                  -1);
  gtk_grid_attach (self->readouts, value, which, 0, 1, 1);
  gtk_grid_attach (self->readouts, caption, which, 1, 1, 1);
  self->values[which] = value;
  return GTK_LABEL (caption);
}

/* Long words of some languages must not make the panel so wide that the page has no room. */
static void
let_shrink (GtkCheckButton *check)
{
  GtkWidget *label = gtk_widget_get_last_child (GTK_WIDGET (check));

  if (GTK_IS_LABEL (label))
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
}

/* A check button for each kind of labels, in two columns. */
static void
add_check (GramLabelsPanel *self, GramLabelsKind kind)
{
  const GramLabelsKindInfo *info = gram_labels_kind_info (kind);
  GtkWidget *check = gtk_check_button_new_with_label (_ (info->check));

  gtk_widget_set_tooltip_text (check, _ (info->tip));
  gtk_grid_attach (self->checks_grid, check, kind % 2, kind / 2, 1, 1);
  self->checks[kind] = GTK_CHECK_BUTTON (check);
  g_signal_connect (check, "toggled", G_CALLBACK (check_toggled_cb), self);
  let_shrink (self->checks[kind]);
}

static void
gram_labels_panel_bind (GramPane *pane)
{
  GramLabelsPanel *self = GRAM_LABELS_PANEL (pane);

  self->document = gram_pane_get_document (pane);
  gram_document_watch (self->document, self, G_CALLBACK (settings_changed_cb), "settings-changed",
                       NULL);
  gram_document_watch (self->document, self, G_CALLBACK (update_readouts), "analysis-changed",
                       NULL);
  gram_document_watch (self->document, self, G_CALLBACK (update_time), "run-changed", NULL);
  settings_changed_cb (self);
}

static void
gram_labels_panel_class_init (GramLabelsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_labels_panel_bind;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-labels-panel"));
  gtk_widget_class_bind_template_child (widget_class, GramLabelsPanel, rho_label);
  gtk_widget_class_bind_template_child (widget_class, GramLabelsPanel, rho_scale);
  gtk_widget_class_bind_template_child (widget_class, GramLabelsPanel, rho_adjustment);
  gtk_widget_class_bind_template_child (widget_class, GramLabelsPanel, readouts);
  gtk_widget_class_bind_template_child (widget_class, GramLabelsPanel, checks_grid);
}

/* The wheel scrolls the panel; what the pointer passes over on the way stays as it is. */
static void
leave_the_wheel (GtkWidget *scale)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (scale);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}

static void
gram_labels_panel_init (GramLabelsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_readout (self, READ_COMPLEXITY, _ ("complexity measure"),
               _ ("√(2 yᵀ(H∞)⁻¹y / n), Eq 10, expected when a fraction ρ of the labels is random. "
                  "It bounds the test error: the smaller, the better."));
  add_readout (self, READ_POSITION, _ ("from true to random"),
               _ ("How far the expected measure has come on its way from the true labels (0 %) to "
                  "entirely random ones (100 %) (Section 5)."));
  self->steps_caption = add_readout (
      self, READ_STEPS, _ ("steps to 1 %"),
      /* xgettext:no-c-format */
      _ ("Predicted steps until ‖y − u(k)‖ has fallen to 1 % of ‖y‖, by Eq 8 at this η."));
  leave_the_wheel (GTK_WIDGET (self->rho_scale));
  g_signal_connect_swapped (self->rho_adjustment, "value-changed", G_CALLBACK (rho_moved_cb), self);
  for (guint kind = 0; kind < GRAM_N_LABELS_KINDS; kind++)
    add_check (self, (GramLabelsKind) kind);
}
