/* gram-page.c: one page of the window: a figure and what belongs to it
 *
 * SPDX-License-Identifier: MIT
 *
 * Whatever changes a page queues one update, which happens with the next frame and only while the
 * page can be seen: a fast run costs no more drawing than a slow one. What people change is shown
 * with the next frame, what a run adds when gram-pace.h lets it.
 */
#include "gram-config.h"

#include "gram-page.h"

#include <glib/gi18n.h>

#include "gram-error.h"
#include "gram-figures.h"

#include "gram-pace.h"

typedef struct
{
  guint tick_id, wait_id;
  GramPace pace;
} GramPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GramPage, gram_page, GRAM_TYPE_PANE)

static void queue_in_time (GramPage *self);

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  GramPage *self = GRAM_PAGE (widget);
  GramPagePrivate *priv = gram_page_get_instance_private (self);

  priv->tick_id = 0;
  g_clear_handle_id (&priv->wait_id, g_source_remove);
  priv->pace = gram_pace_now ();
  if (gram_pane_get_document (self) != NULL && gtk_widget_get_mapped (widget))
    GRAM_PAGE_GET_CLASS (self)->update (self);
  return G_SOURCE_REMOVE;
}

static void
gram_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (gram_page_parent_class)->map (widget);
  gram_page_queue_update (GRAM_PAGE (widget));
}

static void
gram_page_dispose (GObject *object)
{
  GramPage *self = GRAM_PAGE (object);
  GramPagePrivate *priv = gram_page_get_instance_private (self);

  if (priv->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), priv->tick_id);
  priv->tick_id = 0;
  g_clear_handle_id (&priv->wait_id, g_source_remove);
  G_OBJECT_CLASS (gram_page_parent_class)->dispose (object);
}

static void
gram_page_bind (GramPane *pane)
{
  GramDocument *document = gram_pane_get_document (pane);

  gram_document_watch (document, pane, G_CALLBACK (queue_in_time), "problem-changed",
                       "analysis-changed", "run-changed", "sweep-changed", NULL);
  gram_document_watch (document, pane, G_CALLBACK (gram_page_queue_update), "settings-changed",
                       "runs-changed", NULL);
  gram_page_queue_update (GRAM_PAGE (pane));
}

static void
gram_page_class_init (GramPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gram_page_dispose;
  GTK_WIDGET_CLASS (klass)->map = gram_page_map;
  GRAM_PANE_CLASS (klass)->bind = gram_page_bind;
  g_signal_new ("told", GRAM_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
gram_page_init (GramPage *self)
{
}

/**
 * gram_page_queue_update:
 *
 * Has the page drawn anew with the next frame.
 */
void
gram_page_queue_update (GramPage *self)
{
  GramPagePrivate *priv = gram_page_get_instance_private (self);

  if (priv->tick_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    priv->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/* Asks again how long to wait: when the wait was set, the time that drawing takes was not known. */
static gboolean
waited_cb (gpointer user_data)
{
  GramPage *self = user_data;
  GramPagePrivate *priv = gram_page_get_instance_private (self);

  priv->wait_id = 0;
  queue_in_time (self);
  return G_SOURCE_REMOVE;
}

/* The session has new data: they are shown as often as training can bear. */
static void
queue_in_time (GramPage *self)
{
  GramPagePrivate *priv = gram_page_get_instance_private (self);
  guint wait;

  if (priv->wait_id != 0 || priv->tick_id != 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  wait = gram_pace_wait (priv->pace, gram_pace_now (), g_get_num_processors ());
  if (wait == 0)
    gram_page_queue_update (self);
  else
    priv->wait_id = g_timeout_add (wait, waited_cb, self);
}

/**
 * gram_page_get_figure:
 *
 * Returns: (transfer none) (nullable): the figure that is shown, drawn up to date
 */
GramFigure *
gram_page_get_figure (GramPage *self)
{
  GRAM_PAGE_GET_CLASS (self)->update (self);
  return GRAM_PAGE_GET_CLASS (self)->get_figure != NULL
             ? GRAM_PAGE_GET_CLASS (self)->get_figure (self)
             : NULL;
}

/* ---------- the command line ---------- */

/* The settings with what of them was automatic, and with the steps that were trained. */
static GramSettings *
settings_of_run (GramPage *self, const GramRun *run)
{
  GramDocument *document = gram_pane_get_document (self);
  GramSettings *settings = gram_settings_copy (gram_document_get_settings (document));
  gint64 step = gram_document_get_step (document);

  if (run != NULL && run->m > 0)
    settings->m = run->m;
  if (step > 0)
    {
      settings->max_steps = step;
      settings->until_residual = 0;
    }
  return settings;
}

/**
 * gram_page_get_command:
 *
 * Returns: (transfer full) (nullable): the line for a shell that makes the page's figure from the
 *   present settings, or %NULL with GRAM_ERROR_USAGE where none can
 */
char *
gram_page_get_command (GramPage *self, GError **error)
{
  GramFigure *figure = gram_page_get_figure (self);
  const GramFigureInfo *info = figure != NULL ? gram_figures_find (figure->id) : NULL;
  gboolean trains = info != NULL && (info->needs & GRAM_FIGURE_RUN) != 0;
  GramRun *run = gram_session_get_run (gram_pane_get_session (self));
  g_autoptr (GramSettings) settings = settings_of_run (self, trains ? run : NULL);
  g_autofree char *options =
      gram_settings_to_options (settings, GRAM_SETTINGS_DATA | GRAM_SETTINGS_SIZES
                                              | GRAM_SETTINGS_LABELS | GRAM_SETTINGS_NETWORK
                                              | GRAM_SETTINGS_ARITHMETIC | GRAM_SETTINGS_DEVICE
                                              | (trains ? GRAM_SETTINGS_STEPS : 0));
  g_autoptr (GString) command = g_string_new ("gramscope-cli figure ");

  if (info == NULL)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                           _ ("There is nothing on this page to export yet."));
      return NULL;
    }
  g_string_append_printf (command, "%s%s", info->name, options);
  if (GRAM_PAGE_GET_CLASS (self)->add_options != NULL
      && !GRAM_PAGE_GET_CLASS (self)->add_options (self, command, error))
    return NULL;
  g_string_append_printf (command, " --out %s.svg", info->name);
  return g_strdup (command->str);
}
