/* gram-layout-arrange.c: where everything of a figure is, at one size
 *
 * SPDX-License-Identifier: MIT
 *
 * A panel, from the top: its title; a row with the quantity drawn on the left and the legend on
 * the right (in rows of its own where it does not fit); the area of the curves, right of which
 * names of curves may stand; the numbers and the name of the horizontal axis. Labels of the
 * vertical axis decide the left edge, for all panels of a column alike.
 */
#include "gram-layout-private.h"

#include <math.h>

#define OPTIONAL_MIN 330.0 /* total height from which optional panels are shown */
#define AREA_MIN 54.0      /* height below which a panel tells nothing */

static void
panel_free (gpointer data)
{
  GramPanel *panel = data;

  gram_plot_unref (panel->plot);
  g_clear_pointer (&panel->x_ticks, gram_ticks_free);
  g_clear_pointer (&panel->y_ticks, gram_ticks_free);
  g_free (panel->x_label);
  g_free (panel->y_label);
  g_array_unref (panel->legend);
  g_ptr_array_unref (panel->own_legend);
  g_array_unref (panel->drawn);
  g_free (panel);
}

static void
clear_drawn (gpointer data)
{
  GramDrawnSeries *drawn = data;

  g_clear_pointer (&drawn->line, gram_trace_free);
  g_clear_pointer (&drawn->markers, gram_trace_free);
}

static GramPanel *
panel_new (GramPlot *plot, guint index)
{
  GramPanel *panel = g_new0 (GramPanel, 1);

  panel->plot = gram_plot_ref (plot);
  panel->index = index;
  panel->legend = g_array_new (FALSE, TRUE, sizeof (GramLegendBox));
  panel->own_legend = g_ptr_array_new_with_free_func (g_free);
  panel->drawn = g_array_new (FALSE, TRUE, sizeof (GramDrawnSeries));
  g_array_set_clear_func (panel->drawn, clear_drawn);
  return panel;
}

/* ---------- curves -------------------------------------------------------------------------- */

/**
 * gram_layout_trace:
 * @drawn: of which the series is set; gets what is drawn of it
 */
void
gram_layout_trace (const GramLayout *layout, const GramPanel *panel, GramDrawnSeries *drawn)
{
  const GramSeries *series = drawn->series;
  gsize ignored;
  GramCurve curve = { gram_buffer_peek (series->x, &ignored),
                      gram_buffer_peek (series->y, &ignored), gram_series_length (series) };
  double resolution = layout->resolution;

  /* In a file every point is kept, up to where a file would become unwieldy. */
  if (resolution == 0 && curve.count > 50000)
    resolution = 16;
  if (series->kind == GRAM_SERIES_POINTS)
    drawn->markers = gram_trace_new_points (&curve, &panel->x, &panel->y, resolution);
  if (series->kind != GRAM_SERIES_POINTS || series->width > 0)
    drawn->line = gram_trace_new_line (&curve, &panel->x, &panel->y, resolution,
                                       layout->resolution > 0 && series->kind == GRAM_SERIES_LINE
                                           && series->dash == GRAM_DASH_SOLID);
  if (series->kind == GRAM_SERIES_STEP)
    gram_trace_make_steps (drawn->line);
}

/* What grows no more is traced when it is drawn, which is seldom. */
static void
trace_series (const GramLayout *layout, GramPanel *panel, const GramSeries *series)
{
  GramDrawnSeries drawn = { .series = series };

  if (!series->settled)
    gram_layout_trace (layout, panel, &drawn);
  g_array_append_val (panel->drawn, drawn);
}

static void
trace_panel (const GramLayout *layout, GramPanel *panel)
{
  for (guint i = 0; i < panel->plot->series->len; i++)
    {
      const GramSeries *series = g_ptr_array_index (panel->plot->series, i);

      if (gram_plot_series_visible (panel->plot, series) && gram_series_length (series) > 0)
        trace_series (layout, panel, series);
    }
}

/* In rows over all panels; returns where these begin. */
static double
place_shared_legend (GramLayout *layout, double top)
{
  GramPanel *longest = g_ptr_array_index (layout->panels, 0);
  guint rows;

  for (guint i = 1; i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i), *less = panel;

      if (panel->legend->len > longest->legend->len)
        less = longest, longest = panel;
      g_array_set_size (less->legend, 0);
    }
  rows =
      gram_layout_flow_legend (layout, longest, GRAM_MARGIN, top, layout->width - 2 * GRAM_MARGIN);
  return top + rows * gram_layout_line_height (layout, GRAM_TEXT_LABEL) + 8;
}

static double
place_caption (GramLayout *layout, gboolean wanted)
{
  GramFont font = gram_layout_font (layout, GRAM_TEXT_CAPTION);

  if (!wanted || !(layout->flags & GRAM_LAYOUT_CAPTION) || layout->figure->caption == NULL)
    return layout->height - GRAM_MARGIN + 4;
  layout->caption = gram_typesetter_wrap (layout->typesetter, &font, layout->figure->caption,
                                          layout->width - 2 * GRAM_MARGIN);
  layout->caption_step = font.size * 1.42;
  double height = layout->caption_step * g_strv_length (layout->caption);
  layout->caption_y = layout->height - GRAM_MARGIN - height + font.size;
  return layout->height - GRAM_MARGIN - height - 12;
}

/* ---------- all of it ----------------------------------------------------------------------- */

/* How many rows at the end have no room: @rows_out, or those that are left out of low figures. */
static guint
count_rows_out (const GramFigure *figure, double room, guint rows, guint rows_out)
{
  guint optional = 0;

  for (guint i = 0; i < figure->plots->len && room < OPTIONAL_MIN; i++)
    optional += ((GramPlot *) g_ptr_array_index (figure->plots, i))->optional;
  return MIN (MAX (rows_out, optional / MAX (1, figure->columns)), MAX (rows, 1) - 1);
}

static void
add_panels (GramLayout *layout, double room, guint rows_out)
{
  const GramFigure *figure = layout->figure;
  guint columns = MAX (1, figure->columns), count = figure->plots->len;
  guint rows = (count + columns - 1) / columns, out = count_rows_out (figure, room, rows, rows_out);
  guint first = layout->flags & GRAM_LAYOUT_CONTROLS ? MIN (figure->first_row, out) : 0;
  guint end = MIN (count, (first + rows - out) * columns);

  g_ptr_array_set_size (layout->panels, 0);
  for (guint i = first * columns; i < end; i++)
    g_ptr_array_add (layout->panels, panel_new (g_ptr_array_index (figure->plots, i), i));
  layout->left_out = count - layout->panels->len;
  for (guint i = 0; i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      panel->x_labels = !figure->share_x || i + columns >= layout->panels->len;
      gram_layout_collect_legend (layout, panel);
    }
}

static void
choose_ends (const GramLayout *layout)
{
  double width = (layout->width - 2 * GRAM_MARGIN) / MAX (1, layout->figure->columns);

  for (guint i = 0; i < layout->panels->len; i++)
    gram_layout_choose_ends (layout, g_ptr_array_index (layout->panels, i), width);
}

static double
lowest_area (const GramLayout *layout)
{
  double lowest = INFINITY;

  for (guint i = 0; i < layout->panels->len; i++)
    lowest = MIN (lowest, ((GramPanel *) g_ptr_array_index (layout->panels, i))->area.height);
  return lowest;
}

/* Step 0 is everything; each further step gives up what is missed least: the caption, the second
 * line of panel headings, then the last rows of panels. */
static void
arrange (GramLayout *layout, guint step)
{
  const GramFigure *figure = layout->figure;
  double top = GRAM_MARGIN, bottom;

  g_clear_pointer (&layout->caption, g_strfreev);
  bottom = place_caption (layout, step == 0);
  if ((layout->flags & GRAM_LAYOUT_TITLE) && figure->title != NULL)
    {
      layout->title_y = GRAM_MARGIN + layout->theme->title * 0.95;
      top += layout->theme->title * 1.5 + 6;
    }
  layout->compact = step >= 2;
  add_panels (layout, bottom - top, step > 2 ? step - 2 : 0);
  if (layout->left_out > 0 && (layout->flags & GRAM_LAYOUT_CONTROLS))
    bottom -= gram_layout_turner_height (layout);
  if (figure->shared_legend && layout->panels->len > 0)
    top = place_shared_legend (layout, top);
  gram_layout_share_ranges (layout);
  choose_ends (layout);
  do
    gram_layout_place_rows (layout, top, bottom);
  while (!gram_layout_place_ends (layout));
}

/**
 * gram_layout_new:
 * @width: (and @height) pixels of 1/96 inch
 * @resolution: device pixels a unit, to which curves are thinned; 0: every point
 *
 * Where there is not enough room for all of the figure, what is left out is the caption first and
 * whole panels last, so that what is drawn can be read.
 *
 * Returns: (transfer full): the figure laid out, its curves in pixels
 */
GramLayout *
gram_layout_new (GramFigure *figure, GramTypesetter *typesetter, const GramTheme *theme,
                 double width, double height, double resolution, GramLayoutFlags flags)
{
  GramLayout *layout = g_new0 (GramLayout, 1);

  layout->figure = gram_figure_ref (figure);
  layout->typesetter = gram_typesetter_ref (typesetter);
  layout->serial = gram_figure_total_serial (figure);
  layout->theme = theme;
  layout->flags = flags;
  layout->width = width;
  layout->height = height;
  layout->resolution = resolution;
  layout->panels = g_ptr_array_new_with_free_func (panel_free);
  for (guint step = 0; step < 3 + figure->plots->len; step++)
    {
      arrange (layout, step);
      if (lowest_area (layout) >= AREA_MIN)
        break;
    }
  for (guint i = 0; i < layout->panels->len; i++)
    trace_panel (layout, g_ptr_array_index (layout->panels, i));
  return layout;
}
