/* gram-network-panel.c: the group “Network” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "gram-backend.h"
#include "gram-number-row.h"
#include "gram-view-model.h"
#include "gram-pane.h"
#include "gram-words.h"

#define GRAM_TYPE_NETWORK_PANEL (gram_network_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramNetworkPanel, gram_network_panel, GRAM, NETWORK_PANEL, GramPane)

struct _GramNetworkPanel
{
  GramPane parent_instance;
  GramNumberRow *m_row, *eta_row, *kappa_row, *seed_row, *steps_row, *residual_row, *kernel_row;
  AdwActionRow *stable_row;
  AdwComboRow *init_row;
  GtkButton *stable_button;
  GramDocument *document; /* borrowed: the pane’s */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (GramNetworkPanel, gram_network_panel, GRAM_TYPE_PANE)

static void
number_chosen_cb (GramNumberRow *row, double value, GramNetworkPanel *self)
{
  GramSettings *settings = gram_document_edit (self->document);
  const char *what = NULL;

  if (row == self->m_row)
    settings->m = (gint64) value, what = "m";
  else if (row == self->eta_row)
    settings->eta = value, what = "eta";
  else if (row == self->kappa_row)
    settings->kappa = value, what = "kappa";
  else if (row == self->steps_row)
    settings->max_steps = (gint64) value, what = "steps";
  else if (row == self->residual_row)
    settings->until_residual = value, what = "until-residual";
  else if (row == self->kernel_row)
    settings->kernel_every = (gint64) value, what = "kernel-every";
  else
    settings->problem.seed = (guint64) value, what = "seed";
  gram_document_commit (self->document, settings, what);
}

static void
init_chosen_cb (GramNetworkPanel *self)
{
  GramSettings *settings;

  if (self->updating)
    return;
  settings = gram_document_edit (self->document);
  settings->init = adw_combo_row_get_selected (self->init_row);
  gram_document_commit (self->document, settings, "init");
}

static GramAnalysis *
get_analysis (GramNetworkPanel *self)
{
  return gram_session_get_analysis (gram_document_get_session (self->document));
}

static void
set_stable_cb (GramNetworkPanel *self)
{
  gram_document_take_stable_step (self->document);
}

static void
update_stability (GramNetworkPanel *self)
{
  GramAnalysis *analysis = get_analysis (self);
  double eta = gram_document_get_settings (self->document)->eta;
  gboolean known = gram_step_verdict (analysis, eta) != GRAM_STEP_UNKNOWN;
  g_autofree char *limit =
      gram_words_number (known ? gram_analysis_stable_step (analysis) : NAN, 4);
  g_autofree char *lambda = gram_words_number (known ? analysis->lambda_max : NAN, 5);
  g_autofree char *shown = g_strdup_printf (_ ("%s, as λ₁ = %s"), limit, lambda);

  adw_action_row_set_subtitle (self->stable_row, known ? shown : _ ("not known yet"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->stable_button), known);
}

/* The width of a run on that device, if nothing else is asked for: 0 where only the device knows,
 * and where devices differ of which one will be taken. */
static gint64
width_on (const char *device)
{
  gsize length = strcspn (device, ":");
  gint64 width = -1;

  for (guint i = 0; i < gram_backend_count (); i++)
    {
      const GramBackendVTable *backend = gram_backend_get (i);
      gboolean meant =
          strlen (backend->name) == length && strncmp (backend->name, device, length) == 0;

      if (!meant && !(g_str_equal (device, "auto") && backend->count_devices () > 0))
        continue;
      width = width < 0 || width == backend->width ? backend->width : 0;
    }
  return MAX (width, 0);
}

/* The width that “automatic” comes to, or came to. */
static void
update_width (GramNetworkPanel *self)
{
  const GramSettings *settings = gram_document_get_settings (self->document);
  GramRun *run = gram_session_get_run (gram_document_get_session (self->document));
  gint64 m = run != NULL && run->m > 0 ? run->m : width_on (settings->device);

  if (settings->m == 0)
    gram_number_row_set_automatic (self->m_row, 0, m > 0 ? m : -1);
}

static void
settings_changed_cb (GramNetworkPanel *self)
{
  const GramSettings *settings = gram_document_get_settings (self->document);

  gram_number_row_set_value (self->m_row, (double) settings->m);
  gram_number_row_set_value (self->eta_row, settings->eta);
  gram_number_row_set_value (self->kappa_row, settings->kappa);
  gram_number_row_set_value (self->seed_row, (double) settings->problem.seed);
  gram_number_row_set_value (self->steps_row, (double) settings->max_steps);
  gram_number_row_set_value (self->residual_row, settings->until_residual);
  gram_number_row_set_value (self->kernel_row, (double) settings->kernel_every);
  self->updating = TRUE;
  adw_combo_row_set_selected (self->init_row, settings->init);
  self->updating = FALSE;
  update_stability (self);
  update_width (self);
}

static void
gram_network_panel_bind (GramPane *pane)
{
  GramNetworkPanel *self = GRAM_NETWORK_PANEL (pane);

  self->document = gram_pane_get_document (pane);
  gram_document_watch (self->document, self, G_CALLBACK (settings_changed_cb), "settings-changed",
                       NULL);
  gram_document_watch (self->document, self, G_CALLBACK (update_stability), "analysis-changed",
                       NULL);
  gram_document_watch (self->document, self, G_CALLBACK (update_width), "run-changed", NULL);
  settings_changed_cb (self);
}

static void
gram_network_panel_class_init (GramNetworkPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_network_panel_bind;
  g_type_ensure (GRAM_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-network-panel"));
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, m_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, eta_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, kappa_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, seed_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, steps_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, residual_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, kernel_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, stable_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, init_row);
  gtk_widget_class_bind_template_child (widget_class, GramNetworkPanel, stable_button);
}

static void
gram_network_panel_init (GramNetworkPanel *self)
{
  GramNumberRow **rows[] = { &self->m_row,     &self->eta_row,   &self->kappa_row,
                             &self->seed_row,  &self->steps_row, &self->residual_row,
                             &self->kernel_row };

  gtk_widget_init_template (GTK_WIDGET (self));
  gram_number_row_set_automatic (self->m_row, 0, -1);
  gram_number_row_set_placeholder (self->steps_row, 0, _ ("never"));
  gram_number_row_set_placeholder (self->residual_row, 0, _ ("never"));
  gram_number_row_set_placeholder (self->kernel_row, 0, _ ("never"));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect (*rows[i], "chosen", G_CALLBACK (number_chosen_cb), self);
  g_signal_connect_swapped (self->init_row, "notify::selected", G_CALLBACK (init_chosen_cb), self);
  g_signal_connect_swapped (self->stable_button, "clicked", G_CALLBACK (set_stable_cb), self);
}
