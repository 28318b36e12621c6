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
