/* gram-first-line.c: one line over the page that says what to do first
 *
 * SPDX-License-Identifier: MIT
 *
 * It is there until somebody has seen a run, took the tour or closed it, and not where a run would
 * diverge.
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-pane.h"
#include "gram-store.h"
#include "gram-view-model.h"

#define KEY "first-line"

#define GRAM_TYPE_FIRST_LINE (gram_first_line_get_type ())
G_DECLARE_FINAL_TYPE (GramFirstLine, gram_first_line, GRAM, FIRST_LINE, GramPane)

struct _GramFirstLine
{
  GramPane parent_instance;
  GtkWidget *line;
  GtkLabel *words;
  gboolean wanted;
};

G_DEFINE_FINAL_TYPE (GramFirstLine, gram_first_line, GRAM_TYPE_PANE)

/* It tells what to look at, and not what will be seen: that depends on m, η and the labels. */
static void
update (GramFirstLine *self)
{
  GramDocument *document = gram_pane_get_document (self);
  GramSession *session = gram_document_get_session (document);
  GramState state = gram_session_get_state (session);
  gboolean seen = state >= GRAM_STATE_TRAINING && state <= GRAM_STATE_FINISHED;
  gboolean stable = gram_step_verdict (gram_session_get_analysis (session),
                                       gram_document_get_settings (document)->eta)
                    != GRAM_STEP_UNSTABLE;

  gtk_label_set_text (self->words,
                      seen ? _ ("How closely does training follow the dashes, its prediction?")
                           : _ ("Press Start: does training follow the dashes, its prediction?"));
  gtk_widget_set_visible (self->line,
                          self->wanted && stable && (seen || state < GRAM_STATE_TRAINING));
}

static void
forget (void)
{
  GSettings *store = gram_store_get ();

  if (store != NULL)
    g_settings_set_boolean (store, KEY, FALSE);
}

/* It stays while its run goes on, to be compared with the curves, but not for the next start. */
static void
state_changed_cb (GramFirstLine *self)
{
  if (gram_session_get_state (gram_pane_get_session (self)) == GRAM_STATE_TRAINING)
    forget ();
  update (self);
}

static void
dismiss_cb (GramFirstLine *self)
{
  gboolean focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;

  self->wanted = FALSE;
  forget ();
  update (self);
  /* the focus does not stay on a button that has gone */
  if (focused)
    gtk_widget_child_focus (gtk_widget_get_parent (GTK_WIDGET (self)), GTK_DIR_TAB_FORWARD);
}

static void
take_tour_cb (GramFirstLine *self)
{
  dismiss_cb (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "app.tour", NULL);
}

static void
gram_first_line_bind (GramPane *pane)
{
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (update), "settings-changed",
                       "analysis-changed", NULL);
  gram_document_watch (gram_pane_get_document (pane), pane, G_CALLBACK (state_changed_cb),
                       "state-changed", NULL);
  update (GRAM_FIRST_LINE (pane));
}

static void
gram_first_line_class_init (GramFirstLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  GRAM_PANE_CLASS (klass)->bind = gram_first_line_bind;
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-first-line"));
  gtk_widget_class_bind_template_child (widget_class, GramFirstLine, line);
  gtk_widget_class_bind_template_child (widget_class, GramFirstLine, words);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_tour_cb);
}

static void
gram_first_line_init (GramFirstLine *self)
{
  GSettings *store = gram_store_get ();

  self->wanted = store == NULL || g_settings_get_boolean (store, KEY);
  gtk_widget_init_template (GTK_WIDGET (self));
}
