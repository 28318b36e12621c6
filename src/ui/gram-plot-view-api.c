/* gram-plot-view-api.c: what pages do with the plot widget, and what it says of itself
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-plot-view-private.h"

#include <glib/gi18n.h>

#include "gram-export.h"

#define DESCRIBE_EVERY G_USEC_PER_SEC

/**
 * gram_plot_view_new:
 *
 * Returns: (transfer floating): a view without a figure
 */
GtkWidget *
gram_plot_view_new (void)
{
  return g_object_new (GRAM_TYPE_PLOT_VIEW, NULL);
}

/**
 * gram_plot_view_set_figure:
 * @figure: (nullable) (transfer none): what is shown from now on
 */
void
gram_plot_view_set_figure (GramPlotView *view, GramFigure *figure)
{
  g_return_if_fail (GRAM_IS_PLOT_VIEW (view));
  if (figure == view->figure)
    {
      gram_plot_view_queue_update (view);
      return;
    }
  g_clear_pointer (&view->layout, gram_layout_free);
  g_clear_pointer (&view->frozen, gram_figure_unref);
  if (figure != NULL)
    gram_figure_ref (figure);
  g_clear_pointer (&view->figure, gram_figure_unref);
  view->figure = figure;
  view->legend_focus = -1;
  view->described = 0;
  gram_plot_view_queue_update (view);
  gram_plot_view_update_actions (view);
}

/**
 * gram_plot_view_get_figure:
 *
 * Returns: (transfer none) (nullable): the figure; when frozen, as it was then
 */
GramFigure *
gram_plot_view_get_figure (GramPlotView *view)
{
  return gram_plot_view_shown (view);
}

/* Not more often than once a second, however fast the run. */
static void
describe_in_time (GramPlotView *view)
{
  if (view->described == 0 || g_get_monotonic_time () - view->described >= DESCRIBE_EVERY)
    gram_plot_view_describe_now (view);
}

/**
 * gram_plot_view_queue_update:
 *
 * The figure's data or settings changed: draw it with the next frame.
 */
void
gram_plot_view_queue_update (GramPlotView *view)
{
  g_return_if_fail (GRAM_IS_PLOT_VIEW (view));
  describe_in_time (view);
  if (view->frozen == NULL)
    gram_plot_view_invalidate (view);
}

/**
 * gram_plot_view_set_frozen:
 * @frozen: whether the view stays as it is while the figure's data go on
 */
void
gram_plot_view_set_frozen (GramPlotView *view, gboolean frozen)
{
  if (frozen == (view->frozen != NULL) || view->figure == NULL)
    return;
  if (frozen)
    view->frozen = gram_figure_copy (view->figure);
  else
    {
      /* The layout points into the copy. */
      g_clear_pointer (&view->layout, gram_layout_free);
      g_clear_pointer (&view->frozen, gram_figure_unref);
    }
  gram_plot_view_changed (view);
}

/**
 * gram_plot_view_get_frozen:
 *
 * Returns: whether the view is frozen
 */
gboolean
gram_plot_view_get_frozen (GramPlotView *view)
{
  return view->frozen != NULL;
}

/**
 * gram_plot_view_set_show_title:
 */
void
gram_plot_view_set_show_title (GramPlotView *view, gboolean show)
{
  view->show_title = show;
  gram_plot_view_invalidate (view);
}

/**
 * gram_plot_view_set_show_caption:
 */
void
gram_plot_view_set_show_caption (GramPlotView *view, gboolean show)
{
  view->show_caption = show;
  gram_plot_view_invalidate (view);
}

/**
 * gram_plot_view_fit:
 *
 * Lets all panels follow their data again.
 */
void
gram_plot_view_fit (GramPlotView *view)
{
  if (view->figure == NULL)
    return;
  gram_figure_fit (view->figure);
  if (view->frozen != NULL)
    gram_figure_fit (view->frozen);
  gram_plot_view_changed (view);
}

/**
 * gram_plot_view_zoom:
 * @factor: < 1 shows less
 *
 * Zooms about the crosshair, or about the middle of the first panel.
 */
void
gram_plot_view_zoom (GramPlotView *view, double factor)
{
  GramPanel *panel = gram_plot_view_active_panel (view);

  if (panel == NULL)
    return;
  if (view->pointed)
    gram_plot_view_zoom_at (view, view->x, view->y, factor);
  else
    gram_plot_view_zoom_at (view, panel->area.x + panel->area.width / 2,
                            panel->area.y + panel->area.height / 2, factor);
}

/**
 * gram_plot_view_pan:
 * @across: (and @up) fractions of what is shown
 */
void
gram_plot_view_pan (GramPlotView *view, double across, double up)
{
  GramPanel *panel = gram_plot_view_active_panel (view);
  GramView value;

  if (panel == NULL)
    return;
  value = (GramView){ panel->x.range, panel->y.range, panel->plot->x.fit, panel->plot->y.fit };
  value = gram_view_pan (value, across, up);
  gram_plot_view_set_view (view, panel->index, &value);
}

/**
 * gram_plot_view_set_scale:
 *
 * Switches an axis of the first panel, and of every panel that shares it.
 */
void
gram_plot_view_set_scale (GramPlotView *view, GramAxisSide side, GramScale scale)
{
  for (int copy = 0; copy < 2; copy++)
    {
      GramFigure *figure = copy ? view->frozen : view->figure;

      for (guint i = 0; figure != NULL && i < figure->plots->len; i++)
        if (i == 0 || (side == GRAM_AXIS_X && figure->share_x))
          gram_plot_set_scale (g_ptr_array_index (figure->plots, i), side, scale);
    }
  gram_plot_view_changed (view);
}

/**
 * gram_plot_view_make_texture:
 * @scale: image pixels a unit
 *
 * Returns: (transfer full) (nullable): what is shown, drawn in full quality
 */
GdkTexture *
gram_plot_view_make_texture (GramPlotView *view, double scale)
{
  GramFigure *figure = gram_plot_view_shown (view);
  int width = gtk_widget_get_width (GTK_WIDGET (view));
  int height = gtk_widget_get_height (GTK_WIDGET (view));
  g_autoptr (GramLayout) layout = NULL;

  if (figure == NULL || width < 2 || height < 2)
    return NULL;
  layout = gram_layout_new (figure, view->typesetter, gram_theme_get (view->theme), width, height,
                            0, GRAM_LAYOUT_TITLE | GRAM_LAYOUT_CAPTION);
  return gram_plot_view_draw (layout, scale, FALSE, GRAM_DRAW_ALL);
}

/**
 * gram_plot_view_copy_image:
 *
 * Puts an image of what is shown onto the clipboard, at twice the size on screen.
 */
void
gram_plot_view_copy_image (GramPlotView *view)
{
  g_autoptr (GdkTexture) texture = gram_plot_view_make_texture (view, 2);

  if (texture != NULL)
    gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (view)), texture);
}

/**
 * gram_plot_view_copy_data:
 *
 * Puts the numbers that are shown onto the clipboard, as CSV.
 */
void
gram_plot_view_copy_data (GramPlotView *view)
{
  GramFigure *figure = gram_plot_view_shown (view);
  g_autofree char *csv = figure != NULL ? gram_figure_to_csv (figure) : NULL;

  if (csv != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (view)), csv);
}

/* ---------- accessibility ------------------------------------------------------------------- */

/* What the keys are about: an entry of the legend, the crosshair, or the figure. */
static char *
words (GramPlotView *view, GramFigure *figure)
{
  const GramLegendBox *box = gram_plot_view_legend_box (view, view->legend_focus);
  GramLayout *layout = view->keyed && view->pointed ? gram_plot_view_get_layout (view) : NULL;
  GramPanel *panel = layout != NULL ? gram_layout_find_panel (layout, view->x, view->y) : NULL;
  gboolean hidden = FALSE;
  g_autofree char *plain = NULL;

  if (box != NULL)
    {
      plain = gram_text_to_plain (box->entry->label);
      for (guint i = 0; i < figure->plots->len; i++)
        hidden |= gram_plot_get_hidden (g_ptr_array_index (figure->plots, i), box->entry->tag);
      /* Translators: a curve in a legend and whether it is drawn */
      return g_strdup_printf (hidden ? _ ("%s, hidden") : _ ("%s, shown"), plain);
    }
  if (panel != NULL && panel->drawn->len > 0)
    return gram_panel_describe_at (panel, view->x);
  return gram_figure_is_empty (figure) && figure->empty != NULL ? g_strdup (figure->empty)
                                                                : gram_figure_describe (figure);
}

/**
 * gram_plot_view_describe_now:
 *
 * Tells screen readers what is shown, or where the keys have led.
 */
void
gram_plot_view_describe_now (GramPlotView *view)
{
  GramFigure *figure = gram_plot_view_shown (view);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (figure == NULL)
    return;
  view->described = g_get_monotonic_time ();
  title = gram_text_to_plain (figure->title != NULL ? figure->title : "");
  text = words (view, figure);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

/* ---------- panels that have no room ---------- */

static gboolean
tell_panels_cb (gpointer user_data)
{
  GramPlotView *view = user_data;

  view->tell_id = 0;
  g_signal_emit_by_name (view, "panels-changed");
  return G_SOURCE_REMOVE;
}

/* Told after the frame that finds it out: what is told to must not be laid out while it is drawn.
 */
void
gram_plot_view_tell_panels (GramPlotView *view)
{
  const GramLayout *layout = view->layout;
  guint first =
      layout->panels->len > 0 ? ((GramPanel *) g_ptr_array_index (layout->panels, 0))->index : 0;

  if (first == view->told_first && layout->left_out == view->told_left_out)
    return;
  view->told_first = first;
  view->told_left_out = layout->left_out;
  if (view->tell_id == 0)
    view->tell_id = g_idle_add (tell_panels_cb, view);
}

/**
 * gram_plot_view_get_panels:
 * @first: (out): index of the first panel that is shown
 * @shown: (out): how many are
 * @total: (out): how many there are
 *
 * Returns: whether some have no room
 */
gboolean
gram_plot_view_get_panels (GramPlotView *view, guint *first, guint *shown, guint *total)
{
  *first = *shown = *total = 0;
  if (view->layout == NULL)
    return FALSE;
  *first = view->told_first;
  *shown = view->layout->panels->len;
  *total = *shown + view->layout->left_out;
  return view->layout->left_out > 0;
}

/**
 * gram_plot_view_get_turner_height:
 *
 * Returns: the room under the panels for what turns to those that have none
 */
double
gram_plot_view_get_turner_height (GramPlotView *view)
{
  return view->layout != NULL ? gram_layout_turner_height (view->layout) : 0;
}

/**
 * gram_plot_view_turn:
 * @rows: by how many rows of panels, upwards where negative
 */
void
gram_plot_view_turn (GramPlotView *view, int rows)
{
  GramFigure *figure = gram_plot_view_shown (view);
  guint columns, last;

  if (figure == NULL || gram_plot_view_get_layout (view) == NULL)
    return;
  columns = MAX (1, figure->columns);
  last = (view->layout->left_out + columns - 1) / columns;
  figure->first_row = (guint) CLAMP ((int) (view->told_first / columns) + rows, 0, (int) last);
  if (view->figure != NULL)
    view->figure->first_row = figure->first_row;
  gram_plot_view_point_at (view, FALSE, 0, 0);
  gram_plot_view_changed (view);
}
