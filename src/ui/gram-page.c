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
                       NULL);
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

/* ---------- the explanation ---------- */

/* Characters that only formulas have: together with the letters and brackets beside them they are a
 * formula. */
static gboolean
is_formula_mark (gunichar c)
{
  return (c != 0 && g_utf8_strchr ("|‖√∞¹²³", -1, c) != NULL) || (c >= 0x1d00 && c <= 0x1dbf)
         || (c >= 0x2070 && c <= 0x209f);
}

static gboolean
is_formula_part (gunichar c)
{
  return is_formula_mark (c) || (c < 0x80 && g_ascii_isalnum ((char) c))
         || (c >= 0x370 && c <= 0x3ff) || (c != 0 && g_utf8_strchr ("()/−+=", -1, c) != NULL);
}

/* Lines are not broken inside a formula; else a line could end in the first bar of |vᵢᵀy|. */
static PangoAttrList *
keep_formulas_whole (const char *text)
{
  PangoAttrList *list = pango_attr_list_new ();
  const char *c = text;

  while (*c != '\0')
    {
      const char *begin = c;
      gboolean marked = FALSE;
      PangoAttribute *whole;

      for (; *c != '\0' && is_formula_part (g_utf8_get_char (c)); c = g_utf8_next_char (c))
        marked |= is_formula_mark (g_utf8_get_char (c));
      if (marked)
        {
          whole = pango_attr_allow_breaks_new (FALSE);
          whole->start_index = (guint) (begin - text);
          whole->end_index = (guint) (c - text);
          pango_attr_list_insert (list, whole);
        }
      if (*c != '\0')
        c = g_utf8_next_char (c);
    }
  return list;
}

/**
 * gram_explanation_button:
 * @text: three sentences
 *
 * Returns: the button “What am I looking at?”
 */
GtkWidget *
gram_explanation_button (const char *text)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *label = gtk_label_new (text);
  g_autoptr (PangoAttrList) whole = keep_formulas_whole (text);

  gtk_label_set_attributes (GTK_LABEL (label), whole);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 52);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_top (label, 6);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_widget_set_margin_start (label, 6);
  gtk_widget_set_margin_end (label, 6);
  gtk_popover_set_child (GTK_POPOVER (popover), label);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "gram-info-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("What am I looking at?"));
  /* the tooltip would come up over the answer */
  g_object_bind_property (popover, "visible", button, "has-tooltip", G_BINDING_INVERT_BOOLEAN);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What am I looking at?"), -1);
  return button;
}
