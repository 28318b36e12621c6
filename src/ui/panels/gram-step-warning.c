/* gram-step-warning.c: the warning under the button Start that η is too large, with its remedies
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-pane.h"
#include "gram-view-model.h"
#include "gram-words.h"

#define GRAM_TYPE_STEP_WARNING (gram_step_warning_get_type ())
G_DECLARE_FINAL_TYPE (GramStepWarning, gram_step_warning, GRAM, STEP_WARNING, GramPane)

struct _GramStepWarning
{
  GramPane parent_instance;
  GtkRevealer *revealer;
  GtkLabel *text;
  GtkWidget *center_button;
};

G_DEFINE_FINAL_TYPE (GramStepWarning, gram_step_warning, GRAM_TYPE_PANE)

static void
update (GramStepWarning *self)
{
  GramDocument *document = gram_pane_get_document (self);
  const GramSettings *settings = gram_document_get_settings (document);
  GramAnalysis *analysis = gram_session_get_analysis (gram_document_get_session (document));
  gboolean shown = gram_step_verdict (analysis, settings->eta) == GRAM_STEP_UNSTABLE;

  if (shown)
    {
      g_autofree char *eta = gram_words_number (settings->eta, 4);
      g_autofree char *limit = gram_words_number (gram_analysis_stable_step (analysis), 4);
      g_autofree char *remedy = gram_words_number (gram_analysis_advised_step (analysis), 2);
      /* Translators: step size η, its limit, and a smaller η */
      g_autofree char *words =
          g_strdup_printf (_ ("η = %s is too large: at or above 2/λ₁ = %s the prediction diverges, "
                              "and mostly the run too. Set η = %s, or subtract the mean from the "
                              "images."),
                           eta, limit, remedy);

      gtk_label_set_text (self->text, words);
      gtk_widget_set_visible (self->center_button,
                              settings->problem.preprocess == GRAM_PREPROCESS_NONE);
    }
  gtk_revealer_set_reveal_child (self->revealer, shown);
}

static void
set_stable_cb (GramStepWarning *self)
{
  gram_document_take_stable_step (gram_pane_get_document (self));
}

static void
subtract_mean_cb (GramStepWarning *self)
{
  GramDocument *document = gram_pane_get_document (self);
  GramSettings *settings = gram_document_edit (document);

  settings->problem.preprocess = GRAM_PREPROCESS_CENTER;
  gram_document_commit (document, settings, NULL);
}

static void
gram_step_warning_bind (GramPane *pane)
{
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (update), "settings-changed",
                       "analysis-changed", NULL);
  update (GRAM_STEP_WARNING (pane));
}

static void
gram_step_warning_class_init (GramStepWarningClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_step_warning_bind;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-step-warning"));
  gtk_widget_class_bind_template_child (widget_class, GramStepWarning, revealer);
  gtk_widget_class_bind_template_child (widget_class, GramStepWarning, text);
  gtk_widget_class_bind_template_child (widget_class, GramStepWarning, center_button);
  gtk_widget_class_bind_template_callback (widget_class, set_stable_cb);
  gtk_widget_class_bind_template_callback (widget_class, subtract_mean_cb);
}

static void
gram_step_warning_init (GramStepWarning *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
