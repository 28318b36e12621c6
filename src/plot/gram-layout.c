/* gram-layout.c: where everything of a figure is, at one size
 *
 * SPDX-License-Identifier: MIT
 *
 * A panel, from the top: its title; a row with the quantity drawn on the left and the legend on
 * the right (in rows of its own where it does not fit); the area of the curves; the numbers and
 * the name of the horizontal axis. Labels of the vertical axis decide the left edge, for all
 * panels of a column alike.
 */
#include "gram-layout-private.h"

#include <math.h>

#define MARGIN 14.0
#define ROW_GAP 16.0
#define COLUMN_GAP 26.0
#define TICK 5.0
#define ENTRY_GAP 18.0
#define OPTIONAL_MIN 330.0 /* total height from which optional panels are shown */

typedef struct
{
  double header, footer; /* heights over and under the area */
  gboolean legend_row;   /* the legend has rows of its own */
  guint legend_rows;
} PanelSpace;

GramFont
gram_layout_font (const GramLayout *layout, GramTextKind kind)
{
  const GramTheme *theme = layout->theme;

  switch (kind)
    {
    case GRAM_TEXT_TITLE:
      return (GramFont){ theme->title, TRUE };
    case GRAM_TEXT_PANEL:
      return (GramFont){ theme->text, TRUE };
    case GRAM_TEXT_TICK:
    case GRAM_TEXT_CAPTION:
      return (GramFont){ theme->small, FALSE };
    case GRAM_TEXT_LABEL:
    default:
      return (GramFont){ theme->text, FALSE };
    }
}

double
gram_layout_text_width (const GramLayout *layout, GramTextKind kind, const char *text)
{
  GramFont font = gram_layout_font (layout, kind);

  return text != NULL ? gram_typesetter_set (layout->typesetter, &font, text)->width : 0;
}

static double
line_height (const GramLayout *layout, GramTextKind kind)
{
  GramFont font = gram_layout_font (layout, kind);

  return font.size * 1.5;
}

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
  g_clear_pointer (&drawn->high, gram_trace_free);
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

/**
 * gram_layout_free:
 * @layout: (transfer full):
 */
void
gram_layout_free (GramLayout *layout)
{
  g_ptr_array_unref (layout->panels);
  gram_figure_unref (layout->figure);
  gram_typesetter_unref (layout->typesetter);
  g_strfreev (layout->caption);
  g_free (layout);
}

/* ---------- legend -------------------------------------------------------------------------- */

/* A plot without a legend of its own gets an entry for each series that has a name. */
static void
collect_legend (GramPanel *panel)
{
  GramPlot *plot = panel->plot;
  gboolean own = plot->legend->len == 0;
  guint count = own ? plot->series->len : plot->legend->len;

  if (plot->legend_place == GRAM_LEGEND_NONE || (own && count < 2))
    return;
  for (guint i = 0; i < count; i++)
    {
      GramLegendBox box = { 0 };

      if (own)
        {
          const GramSeries *series = g_ptr_array_index (plot->series, i);
          GramLegendEntry *entry = g_new0 (GramLegendEntry, 1);

          *entry = (GramLegendEntry){ series->name,  series->tag,  series->kind,  series->role,
                                      series->shade, series->dash, series->marker };
          g_ptr_array_add (panel->own_legend, entry);
          box.entry = entry;
        }
      else
        box.entry = g_ptr_array_index (plot->legend, i);
      g_array_append_val (panel->legend, box);
    }
}

static double
entry_width (const GramLayout *layout, const GramLegendEntry *entry)
{
  return GRAM_SWATCH + GRAM_SWATCH_GAP
         + gram_layout_text_width (layout, GRAM_TEXT_TICK, entry->label);
}

/* Rows from the left; returns how many. */
static guint
flow_legend (const GramLayout *layout, GramPanel *panel, double left, double top, double width)
{
  double step = line_height (layout, GRAM_TEXT_LABEL), x = 0;
  guint row = 0;

  for (guint i = 0; i < panel->legend->len; i++)
    {
      GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, i);
      double own = entry_width (layout, box->entry);

      if (x > 0 && x + own > width)
        {
          x = 0;
          row++;
        }
      box->rect = (GramRect){ left + x, top + row * step, own, step };
      x += own + ENTRY_GAP;
    }
  return panel->legend->len > 0 ? row + 1 : 0;
}

static double
legend_width (const GramLayout *layout, const GramPanel *panel)
{
  double width = 0;

  for (guint i = 0; i < panel->legend->len; i++)
    width += (i > 0 ? ENTRY_GAP : 0)
             + entry_width (layout, g_array_index (panel->legend, GramLegendBox, i).entry);
  return width;
}

/* What the panel itself has to make room for. */
static gboolean
has_own_legend (const GramLayout *layout, const GramPanel *panel)
{
  return panel->legend->len > 0 && !panel->legend_inside && !layout->figure->shared_legend;
}

static void
place_legend_above (const GramLayout *layout, GramPanel *panel, const PanelSpace *space)
{
  double step = line_height (layout, GRAM_TEXT_LABEL);
  double top = panel->y_label_y - 0.72 * step;
  double left = panel->outer.x, right = panel->area.x + panel->area.width;

  if (!has_own_legend (layout, panel))
    return;

  if (space->legend_row)
    {
      if (panel->plot->y.label != NULL)
        top += step;
      flow_legend (layout, panel, left, top, panel->outer.width);
    }
  else
    flow_legend (layout, panel, right - legend_width (layout, panel), top, G_MAXDOUBLE);
}

/* ---------- vertical space ------------------------------------------------------------------ */

static PanelSpace
measure_panel (const GramLayout *layout, GramPanel *panel, double width)
{
  const GramPlot *plot = panel->plot;
  double step = line_height (layout, GRAM_TEXT_LABEL);
  double label = gram_layout_text_width (layout, GRAM_TEXT_LABEL, plot->y.label);
  PanelSpace space = { 0 };

  if (plot->title != NULL)
    space.header += step + 2;
  if (plot->y.label != NULL || has_own_legend (layout, panel))
    space.header += step;
  if (has_own_legend (layout, panel))
    {
      /* Room is kept for the exponent that the label may get. */
      space.legend_row = legend_width (layout, panel) + label + 74 > width;
      if (space.legend_row)
        {
          space.legend_rows = flow_legend (layout, panel, 0, 0, width);
          space.header += step * (space.legend_rows - (plot->y.label == NULL ? 1 : 0));
        }
    }
  space.header += space.header > 0 ? 5 : 7;
  space.footer = 6;
  if (panel->x_labels)
    space.footer =
        TICK + 3 + line_height (layout, GRAM_TEXT_TICK) + (plot->x.label != NULL ? step + 1 : 0);
  return space;
}

/* ---------- ticks --------------------------------------------------------------------------- */

static void
set_axis_label (char **label, const GramAxis *axis, const GramTicks *ticks)
{
  g_free (*label);
  if (ticks->exponent != 0)
    *label = g_strdup_printf (ticks->exponent < 0 ? "%s  (× 10^{−%d})" : "%s  (× 10^{%d})",
                              axis->label != NULL ? axis->label : "", abs (ticks->exponent));
  else
    *label = g_strdup (axis->label);
}

static GramTicks *
make_ticks (const GramAxis *axis, guint most)
{
  GramTickSpec spec = { axis->scale, axis->zero, axis->range, MAX (most, 2), axis->integer };

  return gram_ticks_new (&spec);
}

static double
widest_label (const GramLayout *layout, const GramTicks *ticks)
{
  double widest = 0;

  for (guint i = 0; i < ticks->ticks->len; i++)
    widest = MAX (widest, gram_layout_text_width (layout, GRAM_TEXT_TICK,
                                                  g_array_index (ticks->ticks, GramTick, i).label));
  return widest;
}

static guint
count_labels (const GramTicks *ticks)
{
  guint labels = 0;

  for (guint i = 0; i < ticks->ticks->len; i++)
    labels += g_array_index (ticks->ticks, GramTick, i).major;
  return labels;
}

static void
make_y_ticks (const GramLayout *layout, GramPanel *panel)
{
  double line = line_height (layout, GRAM_TEXT_TICK), height = panel->area.height;
  guint most = (guint) CLAMP (height / (line * 1.75), 2, 9);

  panel->y_ticks = make_ticks (&panel->plot->y, most);
  /* One number tells no scale: a low panel has its labels closer, as long as they fit. */
  while (count_labels (panel->y_ticks) < 3 && most < 6 && (most + 1) * line * 0.95 < height + line)
    {
      g_clear_pointer (&panel->y_ticks, gram_ticks_free);
      panel->y_ticks = make_ticks (&panel->plot->y, ++most);
    }
  set_axis_label (&panel->y_label, &panel->plot->y, panel->y_ticks);
}

static gboolean
labels_overlap (const GramLayout *layout, const GramPanel *panel)
{
  double end = -G_MAXDOUBLE;

  for (guint i = 0; i < panel->x_ticks->ticks->len; i++)
    {
      const GramTick *tick = &g_array_index (panel->x_ticks->ticks, GramTick, i);
      double half;

      if (!tick->major)
        continue;
      half = gram_layout_text_width (layout, GRAM_TEXT_TICK, tick->label) / 2;
      double at = gram_transform_to_pixel (&panel->x, tick->value);
      if (at - half < end + 10)
        return TRUE;
      end = at + half;
    }
  return FALSE;
}

static void
make_x_ticks (const GramLayout *layout, GramPanel *panel)
{
  guint most = (guint) CLAMP (panel->area.width / 60, 2, 12);

  for (;; most--)
    {
      panel->x_ticks = make_ticks (&panel->plot->x, most);
      if (most <= 2 || !labels_overlap (layout, panel))
        break;
      g_clear_pointer (&panel->x_ticks, gram_ticks_free);
    }
  set_axis_label (&panel->x_label, &panel->plot->x, panel->x_ticks);
}

/* ---------- panels in rows and columns ------------------------------------------------------ */

static void
set_transforms (GramPanel *panel)
{
  const GramRect *area = &panel->area;

  panel->x = (GramTransform){ panel->plot->x.scale, panel->plot->x.zero, panel->plot->x.range,
                              area->x, area->x + area->width };
  panel->y = (GramTransform){ panel->plot->y.scale, panel->plot->y.zero, panel->plot->y.range,
                              area->y + area->height, area->y };
}

static void
place_panel (const GramLayout *layout, GramPanel *panel, const PanelSpace *space, double area)
{
  double step = line_height (layout, GRAM_TEXT_LABEL), y = panel->outer.y;

  panel->area.y = y + space->header;
  panel->area.height = area;
  panel->outer.height = space->header + area + space->footer;
  if (panel->plot->title != NULL)
    {
      panel->title_y = y + 0.72 * step;
      y += step + 2;
    }
  panel->y_label_y = y + 0.72 * step;
  panel->x_label_y = panel->outer.y + panel->outer.height - 0.3 * step;
}

/* The left edge of the areas in a column follows the widest label of all its panels. */
static void
place_columns (const GramLayout *layout, const PanelSpace *spaces, guint columns)
{
  double total = layout->width - 2 * MARGIN - (columns - 1) * COLUMN_GAP;

  for (guint column = 0; column < columns; column++)
    {
      double left = MARGIN + column * (total / columns + COLUMN_GAP), gutter = 12;

      for (guint i = column; i < layout->panels->len; i += columns)
        {
          GramPanel *panel = g_ptr_array_index (layout->panels, i);

          make_y_ticks (layout, panel);
          gutter = MAX (gutter, widest_label (layout, panel->y_ticks) + TICK + 4);
        }
      for (guint i = column; i < layout->panels->len; i += columns)
        {
          GramPanel *panel = g_ptr_array_index (layout->panels, i);

          panel->outer.x = left;
          panel->outer.width = total / columns;
          panel->area.x = round (left + gutter);
          panel->area.width = MAX (20, floor (left + total / columns - 8) - panel->area.x);
          set_transforms (panel);
          make_x_ticks (layout, panel);
          place_legend_above (layout, panel, &spaces[i]);
        }
    }
}

static void
place_rows (GramLayout *layout, double top, double bottom)
{
  guint columns = MAX (1, layout->figure->columns), count = layout->panels->len;
  g_autofree PanelSpace *spaces = g_new0 (PanelSpace, MAX (count, 1));
  guint rows = (count + columns - 1) / columns;
  double width = (layout->width - 2 * MARGIN - (columns - 1) * COLUMN_GAP) / columns;
  double weights = 0, fixed = 0, y = top;

  for (guint row = 0; row < rows; row++)
    {
      double weight = 0, header = 0, footer = 0;

      for (guint i = row * columns; i < MIN (count, (row + 1) * columns); i++)
        {
          GramPanel *panel = g_ptr_array_index (layout->panels, i);

          spaces[i] = measure_panel (layout, panel, width);
          weight = MAX (weight, panel->plot->weight);
          header = MAX (header, spaces[i].header);
          footer = MAX (footer, spaces[i].footer);
        }
      for (guint i = row * columns; i < MIN (count, (row + 1) * columns); i++)
        {
          spaces[i].header = header;
          spaces[i].footer = footer;
        }
      weights += weight;
      fixed += header + footer + (row > 0 ? ROW_GAP : 0);
    }
  for (guint row = 0; row < rows; row++)
    {
      double weight = 0, next = y;

      for (guint i = row * columns; i < MIN (count, (row + 1) * columns); i++)
        weight = MAX (weight, ((GramPanel *) g_ptr_array_index (layout->panels, i))->plot->weight);
      for (guint i = row * columns; i < MIN (count, (row + 1) * columns); i++)
        {
          GramPanel *panel = g_ptr_array_index (layout->panels, i);

          panel->outer.y = y;
          place_panel (layout, panel, &spaces[i],
                       MAX (20, floor ((bottom - top - fixed) * weight / weights)));
          next = y + panel->outer.height + ROW_GAP;
        }
      y = next;
    }
  place_columns (layout, spaces, columns);
}

/* ---------- curves -------------------------------------------------------------------------- */

static void
trace_series (const GramLayout *layout, GramPanel *panel, const GramSeries *series)
{
  gsize ignored;
  GramCurve curve = { gram_buffer_peek (series->x, &ignored),
                      gram_buffer_peek (series->y, &ignored), gram_series_length (series) };
  GramDrawnSeries drawn = { .series = series };
  double resolution = layout->resolution;

  /* In a file every point is kept, up to where a file would become unwieldy. */
  if (resolution == 0 && curve.count > 50000)
    resolution = 16;
  if (series->kind == GRAM_SERIES_POINTS)
    drawn.markers = gram_trace_new_points (&curve, &panel->x, &panel->y, resolution);
  if (series->kind != GRAM_SERIES_POINTS || series->width > 0)
    drawn.line = gram_trace_new_line (&curve, &panel->x, &panel->y, resolution);
  if (series->kind == GRAM_SERIES_STEP)
    gram_trace_make_steps (drawn.line);
  if (series->kind == GRAM_SERIES_BAND && series->y_high != NULL)
    {
      curve.y = gram_buffer_peek (series->y_high, &ignored);
      drawn.high = gram_trace_new_line (&curve, &panel->x, &panel->y, resolution);
    }
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
  if (panel->legend_inside)
    gram_layout_place_legend_inside (layout, panel);
}

/* In rows over all panels; returns where these begin. */
static double
place_shared_legend (GramLayout *layout, double top)
{
  guint rows = flow_legend (layout, g_ptr_array_index (layout->panels, 0), MARGIN, top,
                            layout->width - 2 * MARGIN);

  for (guint i = 1; i < layout->panels->len; i++)
    g_array_set_size (((GramPanel *) g_ptr_array_index (layout->panels, i))->legend, 0);
  return top + rows * line_height (layout, GRAM_TEXT_LABEL) + 8;
}

static double
place_caption (GramLayout *layout)
{
  GramFont font = gram_layout_font (layout, GRAM_TEXT_CAPTION);

  if (!(layout->flags & GRAM_LAYOUT_CAPTION) || layout->figure->caption == NULL)
    return layout->height - MARGIN + 4;
  layout->caption = gram_typesetter_wrap (layout->typesetter, &font, layout->figure->caption,
                                          layout->width - 2 * MARGIN);
  layout->caption_step = font.size * 1.42;
  double height = layout->caption_step * g_strv_length (layout->caption);
  layout->caption_y = layout->height - MARGIN - height + font.size;
  return layout->height - MARGIN - height - 12;
}

/**
 * gram_layout_new:
 * @width: (and @height) pixels of 1/96 inch
 * @resolution: device pixels a unit, to which curves are thinned; 0: every point
 *
 * Returns: (transfer full): the figure laid out, its curves in pixels
 */
GramLayout *
gram_layout_new (GramFigure *figure, GramTypesetter *typesetter, const GramTheme *theme,
                 double width, double height, double resolution, GramLayoutFlags flags)
{
  GramLayout *layout = g_new0 (GramLayout, 1);
  double top = MARGIN, bottom;

  layout->figure = gram_figure_ref (figure);
  layout->typesetter = gram_typesetter_ref (typesetter);
  layout->serial = gram_figure_total_serial (figure);
  layout->theme = theme;
  layout->flags = flags;
  layout->width = width;
  layout->height = height;
  layout->resolution = resolution;
  layout->panels = g_ptr_array_new_with_free_func (panel_free);
  bottom = place_caption (layout);
  if ((flags & GRAM_LAYOUT_TITLE) && figure->title != NULL)
    {
      layout->title_y = MARGIN + theme->title * 0.95;
      top += theme->title * 1.5 + 6;
    }
  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);

      if (!(plot->optional && bottom - top < OPTIONAL_MIN))
        g_ptr_array_add (layout->panels, panel_new (plot, i));
    }
  for (guint i = 0; i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      panel->x_labels = !figure->share_x || i + MAX (1, figure->columns) >= layout->panels->len;
      panel->legend_inside = panel->plot->legend_place == GRAM_LEGEND_INSIDE;
      collect_legend (panel);
    }
  if (figure->shared_legend && layout->panels->len > 0)
    top = place_shared_legend (layout, top);
  gram_layout_share_ranges (layout);
  place_rows (layout, top, bottom);
  for (guint i = 0; i < layout->panels->len; i++)
    trace_panel (layout, g_ptr_array_index (layout->panels, i));
  return layout;
}
