/* gram-plot-view.c: what a plot shows, and how that is changed and told
 *
 * SPDX-License-Identifier: MIT
 *
 * Knows neither pointer nor keys: those parts call what is here, and gram-plot-view-class.c puts
 * all of it together.
 */
#include "gram-plot-view-private.h"

#include <math.h>

#include <glib/gi18n.h>

#define DESCRIBE_EVERY G_USEC_PER_SEC

/**
 * gram_plot_view_meant:
 *
 * What copies take and words describe.
 *
 * Returns: (transfer none) (nullable): the figure; when frozen, as it was then
 */
GramFigure *
gram_plot_view_meant (GramPlotView *view)
{
  return view->frozen != NULL ? view->frozen : view->figure;
}

/**
 * gram_plot_view_shown:
 *
 * Returns: (transfer none) (nullable): what is drawn: gram_plot_view_meant(), or the former figure
 *   that is held in its place
 */
GramFigure *
gram_plot_view_shown (GramPlotView *view)
{
  return gram_plot_view_get_held (view) ? view->held : gram_plot_view_meant (view);
}

/* ---------- panels that have no room -------------------------------------------------------- */

static gboolean
tell_panels_cb (gpointer user_data)
{
  GramPlotView *view = user_data;

  view->tell_id = 0;
  g_signal_emit_by_name (view, "panels-changed");
  return G_SOURCE_REMOVE;
}

/* Told after this frame: who hears it changes widgets, which is not allowed while they are
 * drawn. */
static void
tell_panels (GramPlotView *view)
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

/* ---------- layout -------------------------------------------------------------------------- */

/* Letters follow the user's text scaling, as everywhere in the window; in files they do not. */
static void
size_letters (GramPlotView *view)
{
  int dpi = 0; /* in 1024ths; none known: 96 */

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (view)), "gtk-xft-dpi", &dpi, NULL);
  view->sized = *gram_theme_get (view->theme);
  if (dpi > 0)
    gram_theme_scale_text (&view->sized, CLAMP (dpi / 1024.0 / 96, 0.5, 3));
  if (view->magnification > 0)
    {
      gram_theme_scale_text (&view->sized, view->magnification);
      view->sized.line *= view->magnification;
    }
}

GramLayout *
gram_plot_view_get_layout (GramPlotView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GramFigure *figure = gram_plot_view_shown (view);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);

  if (figure == NULL || width < 2 || height < 2)
    return NULL;
  if (!view->stale && view->layout != NULL
      && view->layout->serial == gram_figure_total_serial (figure) && view->layout->width == width
      && view->layout->height == height && view->scale == scale)
    return view->layout;
  g_clear_pointer (&view->layout, gram_layout_free);
  g_clear_object (&view->data_texture);
  size_letters (view);
  view->layout = gram_layout_new (figure, view->typesetter, &view->sized, width, height, scale,
                                  GRAM_LAYOUT_CONTROLS);
  view->scale = scale;
  view->stale = FALSE;
  tell_panels (view);
  return view->layout;
}

void
gram_plot_view_invalidate (GramPlotView *view)
{
  view->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
update_actions (GramPlotView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  GramFigure *figure = gram_plot_view_shown (view);
  const GramPlot *plot =
      figure != NULL && figure->plots->len > 0 ? g_ptr_array_index (figure->plots, 0) : NULL;

  gtk_widget_action_set_enabled (widget, "plot.x-log", plot != NULL && plot->x.scale_choice);
  gtk_widget_action_set_enabled (widget, "plot.y-log", plot != NULL && plot->y.scale_choice);
  gtk_widget_action_set_enabled (widget, "plot.fit",
                                 figure != NULL && !gram_figure_is_fit (figure));
  gtk_widget_action_set_enabled (widget, "plot.freeze", figure != NULL);
  gtk_widget_action_set_enabled (widget, "plot.copy-image", figure != NULL);
  gtk_widget_action_set_enabled (widget, "plot.copy-data", figure != NULL);
}

void
gram_plot_view_changed (GramPlotView *view)
{
  gram_plot_view_invalidate (view);
  update_actions (view);
  g_signal_emit_by_name (view, "view-changed");
}

/* The focus walks through the entries of all panels. */
const GramLegendBox *
gram_plot_view_legend_box (GramPlotView *view, int index)
{
  GramLayout *layout = gram_plot_view_get_layout (view);

  for (guint i = 0; layout != NULL && index >= 0 && i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);

      if (index < (int) panel->legend->len)
        return &g_array_index (panel->legend, GramLegendBox, index);
      index -= (int) panel->legend->len;
    }
  return NULL;
}

/* ---------- what is told of it -------------------------------------------------------------- */

/* In words: what the keys have reached, which is an entry of the legend or a point, or else the
 * whole figure. */
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
  GramFigure *figure = gram_plot_view_meant (view);
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

/* At most once a second, however fast the run is. */
static void
describe_in_time (GramPlotView *view)
{
  if (view->described == 0 || g_get_monotonic_time () - view->described >= DESCRIBE_EVERY)
    gram_plot_view_describe_now (view);
}

/* ---------- what is shown ------------------------------------------------------------------- */

/**
 * gram_plot_view_queue_update:
 *
 * The figure's data or settings changed: draw it with the next frame.
 */
void
gram_plot_view_queue_update (GramPlotView *view)
{
  describe_in_time (view);
  if (view->frozen == NULL)
    gram_plot_view_invalidate (view);
}

/**
 * gram_plot_view_set_figure:
 * @figure: (nullable) (transfer none): what is shown from now on
 */
void
gram_plot_view_set_figure (GramPlotView *view, GramFigure *figure)
{
  if (figure == view->figure)
    {
      gram_plot_view_queue_update (view);
      return;
    }
  g_clear_pointer (&view->layout, gram_layout_free);
  g_clear_pointer (&view->frozen, gram_figure_unref);
  g_clear_pointer (&view->held, gram_figure_unref);
  if (figure != NULL)
    gram_figure_ref (figure);
  g_clear_pointer (&view->figure, gram_figure_unref);
  view->figure = figure;
  view->legend_focus = -1;
  view->described = 0;
  gram_plot_view_queue_update (view);
  update_actions (view);
}

/**
 * gram_plot_view_set_held:
 * @former: (transfer full) (nullable): what is drawn, dimmed, in the place of a figure that has
 *   nothing to show yet; it is only looked at, never pointed at, changed, copied or told
 */
void
gram_plot_view_set_held (GramPlotView *view, GramFigure *former)
{
  g_clear_pointer (&view->layout, gram_layout_free); /* it points into what was held */
  g_clear_pointer (&view->held, gram_figure_unref);
  view->held = former;
  gram_plot_view_point_at (view, FALSE, 0, 0);
  gram_plot_view_invalidate (view);
}

/**
 * gram_plot_view_get_held:
 *
 * Returns: whether what is drawn is a former figure
 */
gboolean
gram_plot_view_get_held (GramPlotView *view)
{
  return view->held != NULL && view->frozen == NULL;
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

/* ---------- what people do ------------------------------------------------------------------ */

void
gram_plot_view_toggle (GramPlotView *view, const char *tag)
{
  GramFigure *figure = gram_plot_view_shown (view);
  g_autofree char *kept = g_strdup (tag);
  gboolean hidden = FALSE;

  for (guint i = 0; i < figure->plots->len; i++)
    hidden = hidden || gram_plot_get_hidden (g_ptr_array_index (figure->plots, i), kept);
  gram_figure_set_hidden (figure, kept, !hidden);
  if (figure != view->figure)
    gram_figure_set_hidden (view->figure, kept, !hidden);
  gram_plot_view_changed (view);
}

void
gram_plot_view_set_view (GramPlotView *view, guint panel, const GramView *value)
{
  if (gram_plot_view_get_held (view))
    return;
  gram_figure_set_view (gram_plot_view_shown (view), panel, value);
  if (view->frozen != NULL)
    gram_figure_set_view (view->figure, panel, value);
  gram_plot_view_changed (view);
}

/* Over the numbers of an axis only that axis is meant. */
static GramPanel *
find_zoomed (GramLayout *layout, double x, double y, gboolean *across, gboolean *up)
{
  GramPanel *panel = gram_layout_find_panel (layout, x, y);

  *across = *up = TRUE;
  for (guint i = 0; panel == NULL && i < layout->panels->len; i++)
    {
      GramPanel *candidate = g_ptr_array_index (layout->panels, i);
      const GramRect *area = &candidate->area;

      *across = x >= area->x && x <= area->x + area->width && y > area->y + area->height
                && y <= candidate->outer.y + candidate->outer.height;
      *up = y >= area->y && y <= area->y + area->height && x < area->x && x >= candidate->outer.x;
      if (*across || *up)
        panel = candidate;
    }
  return panel;
}

void
gram_plot_view_zoom_at (GramPlotView *view, double x, double y, double factor)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  gboolean across, up;
  GramPanel *panel;
  GramView value;
  double at_x, at_y;

  if (layout == NULL || (panel = find_zoomed (layout, x, y, &across, &up)) == NULL)
    return;
  gram_panel_fractions (panel, x, y, &at_x, &at_y);
  value = (GramView){ panel->x.range, panel->y.range, panel->plot->x.fit, panel->plot->y.fit };
  value = gram_view_zoom (value, at_x, at_y, across ? factor : 1, up ? factor : 1);
  gram_plot_view_set_view (view, panel->index, &value);
}

GramPanel *
gram_plot_view_active_panel (GramPlotView *view)
{
  GramLayout *layout = gram_plot_view_get_layout (view);
  GramPanel *panel = NULL;

  if (layout == NULL || layout->panels->len == 0 || gram_plot_view_get_held (view))
    return NULL;
  if (view->pointed)
    panel = gram_layout_find_panel (layout, view->x, view->y);
  return panel != NULL ? panel : g_ptr_array_index (layout->panels, 0);
}

static void
emit_hover (GramPlotView *view)
{
  GramPanel *panel = view->pointed ? gram_plot_view_active_panel (view) : NULL;
  g_autoptr (GArray) hits = panel != NULL ? gram_panel_values_at (panel, view->x) : NULL;
  const GramHit *nearest = NULL;

  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);

      if (nearest == NULL
          || fabs (hit->position.y - view->y) < fabs (nearest->position.y - view->y))
        nearest = hit;
    }
  if (nearest != NULL)
    g_signal_emit_by_name (view, "hover", panel->plot->id, nearest->series->id, nearest->x,
                           nearest->y);
  else
    g_signal_emit_by_name (view, "hover", NULL, NULL, NAN, NAN);
}

void
gram_plot_view_point_at (GramPlotView *view, gboolean pointed, double x, double y)
{
  GramLayout *layout = gram_plot_view_get_layout (view);

  view->x = x;
  view->y = y;
  view->keyed = FALSE;
  view->pointed = pointed && layout != NULL && !gram_plot_view_get_held (view)
                  && gram_layout_find_panel (layout, x, y) != NULL;
  emit_hover (view);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

void
gram_plot_view_move_guide (GramPlotView *view, const char *id, double value, gboolean done)
{
  GramFigure *figure = gram_plot_view_meant (view);
  gboolean moved = FALSE;

  for (guint i = 0; i < figure->plots->len; i++)
    moved |= gram_plot_set_guide (g_ptr_array_index (figure->plots, i), id, value);
  if (!moved && !done)
    return;
  gram_plot_view_invalidate (view);
  g_signal_emit_by_name (view, "guide-moved", id, value, done);
}

/**
 * gram_plot_view_set_magnification:
 *
 * Makes letters and lines @factor times as large as they are elsewhere.
 */
void
gram_plot_view_set_magnification (GramPlotView *view, double factor)
{
  if (view->magnification == factor)
    return;
  view->magnification = factor;
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
 * What people choose: the axis is switched, and the signal “scale-chosen” tells of it.
 */
void
gram_plot_view_set_scale (GramPlotView *view, GramAxisSide side, GramScale scale)
{
  if (view->figure != NULL)
    gram_figure_set_scale (view->figure, side, scale);
  if (view->frozen != NULL)
    gram_figure_set_scale (view->frozen, side, scale);
  gram_plot_view_changed (view);
  g_signal_emit_by_name (view, "scale-chosen", side, scale == GRAM_SCALE_LOG);
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
