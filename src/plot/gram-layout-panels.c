/* gram-layout-panels.c: the panels of a figure in rows and columns, and their ticks
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout-private.h"

#include <math.h>
#include <stdlib.h>

#define ROW_GAP 14.0
#define COLUMN_GAP 26.0
#define TICK 5.0

typedef struct
{
  double header, footer; /* heights over and under the area */
  gboolean legend_row;   /* the legend has rows of its own */
  guint legend_rows;
} PanelSpace;

/* ---------- vertical space ------------------------------------------------------------------ */

gboolean
gram_layout_is_compact (const GramLayout *layout, const GramPanel *panel)
{
  return layout->compact && panel->plot->title != NULL;
}

static PanelSpace
measure_panel (const GramLayout *layout, GramPanel *panel, double width)
{
  const GramPlot *plot = panel->plot;
  double step = gram_layout_line_height (layout, GRAM_TEXT_LABEL);
  double label = gram_layout_text_width (layout, GRAM_TEXT_LABEL, plot->y.label);
  gboolean legend =
      gram_layout_has_own_legend (layout, panel) && gram_layout_legend_width (layout, panel) > 0;
  PanelSpace space = { 0 };

  if (plot->title != NULL)
    space.header += step + 2;
  if ((plot->y.label != NULL && !gram_layout_is_compact (layout, panel)) || legend)
    space.header += step;
  if (legend)
    {
      /* Room is kept for the exponent that the label may get. */
      space.legend_row = gram_layout_legend_width (layout, panel) + label + 74 > width;
      if (space.legend_row)
        {
          space.legend_rows = gram_layout_flow_legend (layout, panel, 0, 0, width);
          space.header += step * (space.legend_rows - (plot->y.label == NULL ? 1 : 0));
        }
    }
  space.header += space.header > 0 ? 5 : 7;
  space.footer = 6;
  if (panel->x_labels)
    space.footer = TICK + 3 + gram_layout_line_height (layout, GRAM_TEXT_TICK)
                   + (plot->x.label != NULL ? step + 1 : 0);
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

static gboolean
y_labels_overlap (const GramLayout *layout, const GramPanel *panel, const GramTicks *ticks)
{
  double line = 0.8 * gram_layout_line_height (layout, GRAM_TEXT_TICK), before = NAN;
  const GramRange *range = &panel->plot->y.range;

  for (guint i = 0; i < ticks->ticks->len; i++)
    {
      const GramTick *tick = &g_array_index (ticks->ticks, GramTick, i);
      double at =
          (gram_scale_forward (panel->plot->y.scale, panel->plot->y.zero, tick->value) - range->min)
          / (range->max - range->min) * panel->area.height;

      if (!tick->major)
        continue;
      if (at - before < line)
        return TRUE;
      before = at;
    }
  return FALSE;
}

/* One number tells no scale: a low panel has its labels closer, as long as they fit. */
static void
make_y_ticks (const GramLayout *layout, GramPanel *panel)
{
  double line = gram_layout_line_height (layout, GRAM_TEXT_TICK);
  guint start = (guint) CLAMP (panel->area.height / (line * 1.75), 2, 9);

  g_clear_pointer (&panel->y_ticks, gram_ticks_free);
  panel->y_ticks = make_ticks (&panel->plot->y, start);
  for (guint most = start + 1; most <= MAX (start, 5) + 4 && count_labels (panel->y_ticks) < 3;
       most++)
    {
      GramTicks *closer = make_ticks (&panel->plot->y, most);

      if (count_labels (closer) <= count_labels (panel->y_ticks)
          || (count_labels (panel->y_ticks) >= 2 && y_labels_overlap (layout, panel, closer)))
        gram_ticks_free (closer);
      else
        {
          gram_ticks_free (panel->y_ticks);
          panel->y_ticks = closer;
        }
    }
  set_axis_label (&panel->y_label, &panel->plot->y, panel->y_ticks);
}

static gboolean
labels_overlap (const GramLayout *layout, const GramPanel *panel, const GramTicks *ticks)
{
  double end = -G_MAXDOUBLE;

  for (guint i = 0; i < ticks->ticks->len; i++)
    {
      const GramTick *tick = &g_array_index (ticks->ticks, GramTick, i);
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

/* As many labels as there is room for. A coarser choice may have fewer than two in a short range,
 * so then a finer one is taken as long as it fits, and the fewest of two or more if none does. */
static void
make_x_ticks (const GramLayout *layout, GramPanel *panel)
{
  guint start = (guint) CLAMP (panel->area.width / 45, 3, 12);

  g_clear_pointer (&panel->x_ticks, gram_ticks_free);
  for (guint most = start; most >= 2 && panel->x_ticks == NULL; most--)
    {
      panel->x_ticks = make_ticks (&panel->plot->x, most);
      if (count_labels (panel->x_ticks) < 2 || labels_overlap (layout, panel, panel->x_ticks))
        g_clear_pointer (&panel->x_ticks, gram_ticks_free);
    }
  for (guint most = 2; panel->x_ticks == NULL; most++)
    {
      panel->x_ticks = make_ticks (&panel->plot->x, most);
      if (most < start + 6 && count_labels (panel->x_ticks) < 2)
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
  double step = gram_layout_line_height (layout, GRAM_TEXT_LABEL), y = panel->outer.y;

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

static double
room_for_ends (const GramLayout *layout, guint column, guint columns)
{
  double room = 0;

  for (guint i = column; i < layout->panels->len; i += columns)
    room = MAX (room, ((GramPanel *) g_ptr_array_index (layout->panels, i))->end_room);
  return room;
}

/* The left edge of the areas in a column follows the widest label of all its panels, the right one
 * the widest name of a curve. */
static void
place_columns (const GramLayout *layout, const PanelSpace *spaces, guint columns)
{
  double total = layout->width - 2 * GRAM_MARGIN - (columns - 1) * COLUMN_GAP;

  for (guint column = 0; column < columns; column++)
    {
      double left = GRAM_MARGIN + column * (total / columns + COLUMN_GAP), gutter = 12;
      double right = left + total / columns - MAX (8, room_for_ends (layout, column, columns));

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
          panel->area.width = MAX (20, floor (right) - panel->area.x);
          set_transforms (panel);
          make_x_ticks (layout, panel);
          gram_layout_place_legend_above (layout, panel, spaces[i].legend_row);
        }
    }
}

/* Panels side by side get the space of the one that needs most; returns the row's height beside
 * the areas, and its share of them. */
static double
measure_row (const GramLayout *layout, guint row, guint columns, PanelSpace *spaces, double *weight)
{
  double width = (layout->width - 2 * GRAM_MARGIN - (columns - 1) * COLUMN_GAP) / columns;
  guint first = row * columns, end = MIN (layout->panels->len, first + columns);
  double header = 0, footer = 0;

  *weight = 0;
  for (guint i = first; i < end; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      spaces[i] = measure_panel (layout, panel, width);
      *weight = MAX (*weight, panel->plot->weight);
      header = MAX (header, spaces[i].header);
      footer = MAX (footer, spaces[i].footer);
    }
  for (guint i = first; i < end; i++)
    {
      spaces[i].header = header;
      spaces[i].footer = footer;
    }
  return header + footer;
}

/* May be called again, with less at the ends of curves. */
void
gram_layout_place_rows (GramLayout *layout, double top, double bottom)
{
  guint columns = MAX (1, layout->figure->columns), count = layout->panels->len;
  guint rows = (count + columns - 1) / columns;
  g_autofree PanelSpace *spaces = g_new0 (PanelSpace, MAX (count, 1));
  g_autofree double *weights = g_new0 (double, MAX (rows, 1));
  double total = 0, fixed = 0, y = top;

  for (guint row = 0; row < rows; row++)
    {
      fixed += measure_row (layout, row, columns, spaces, &weights[row]) + (row > 0 ? ROW_GAP : 0);
      total += weights[row];
    }
  for (guint row = 0; row < rows; row++)
    {
      double area = MAX (20, floor ((bottom - top - fixed) * weights[row] / total));

      for (guint i = row * columns; i < MIN (count, (row + 1) * columns); i++)
        {
          GramPanel *panel = g_ptr_array_index (layout->panels, i);

          panel->outer.y = y;
          place_panel (layout, panel, &spaces[i], area);
        }
      y +=
          ((GramPanel *) g_ptr_array_index (layout->panels, row * columns))->outer.height + ROW_GAP;
    }
  place_columns (layout, spaces, columns);
}

/**
 * gram_layout_share_ranges:
 *
 * Finds the ranges of all panels, and where the figure shares x, one range for all.
 */
void
gram_layout_share_ranges (GramLayout *layout)
{
  GramRange all = { INFINITY, -INFINITY };
  GramZero zero = GRAM_ZERO_NONE;

  for (guint i = 0; i < layout->panels->len; i++)
    {
      GramPlot *plot = ((GramPanel *) g_ptr_array_index (layout->panels, i))->plot;
      gboolean filled = FALSE;

      gram_plot_prepare (plot);
      for (guint j = 0; j < plot->series->len; j++)
        filled = filled || gram_series_length (g_ptr_array_index (plot->series, j)) > 0;
      if (!filled)
        continue;
      all.min = MIN (all.min, plot->x.range.min);
      all.max = MAX (all.max, plot->x.range.max);
      if (isnan (zero.place))
        zero = plot->x.zero;
    }
  if (!layout->figure->share_x || !gram_range_is_valid (all))
    return;
  for (guint i = 0; i < layout->panels->len; i++)
    {
      GramPlot *plot = ((GramPanel *) g_ptr_array_index (layout->panels, i))->plot;

      plot->x.range = all;
      plot->x.zero = zero;
    }
}
