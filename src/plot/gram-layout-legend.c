/* gram-layout-legend.c: the legend over a panel, and what covers curves
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout-private.h"

#define ENTRY_GAP 18.0

/* A plot without a legend of its own gets an entry for each series that has a name. */
void
gram_layout_collect_legend (GramPanel *panel)
{
  GramPlot *plot = panel->plot;
  gboolean own = plot->legend->len == 0;
  guint count = own ? plot->series->len : plot->legend->len;

  if (plot->no_legend || (own && count < 2))
    return;
  for (guint i = 0; i < count; i++)
    {
      GramLegendBox box = { 0 };

      if (own)
        {
          const GramSeries *series = g_ptr_array_index (plot->series, i);
          GramLegendEntry *entry = g_new0 (GramLegendEntry, 1);

          *entry = (GramLegendEntry){ series->tag,  0,
                                      series->name, series->kind,
                                      series->role, series->shade,
                                      series->dash, series->marker };
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
guint
gram_layout_flow_legend (const GramLayout *layout, GramPanel *panel, double left, double top,
                         double width)
{
  double step = gram_layout_line_height (layout, GRAM_TEXT_LABEL), x = 0;
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

double
gram_layout_legend_width (const GramLayout *layout, const GramPanel *panel)
{
  double width = 0;

  for (guint i = 0; i < panel->legend->len; i++)
    width += (i > 0 ? ENTRY_GAP : 0)
             + entry_width (layout, g_array_index (panel->legend, GramLegendBox, i).entry);
  return width;
}

/* What the panel itself has to make room for. */
gboolean
gram_layout_has_own_legend (const GramLayout *layout, const GramPanel *panel)
{
  return panel->legend->len > 0 && !layout->figure->shared_legend;
}

void
gram_layout_place_legend_above (const GramLayout *layout, GramPanel *panel, gboolean own_rows)
{
  double step = gram_layout_line_height (layout, GRAM_TEXT_LABEL);
  double top = panel->y_label_y - 0.72 * step;
  double left = panel->outer.x, right = panel->area.x + panel->area.width;

  if (!gram_layout_has_own_legend (layout, panel))
    return;

  if (own_rows)
    {
      if (panel->plot->y.label != NULL)
        top += step;
      gram_layout_flow_legend (layout, panel, left, top, panel->outer.width);
    }
  else
    gram_layout_flow_legend (layout, panel, right - gram_layout_legend_width (layout, panel), top,
                             G_MAXDOUBLE);
}

/* ---------- what covers curves -------------------------------------------------------------- */

static guint
count_overlaps (const GramTrace *trace, gboolean line, const GramRect *rect)
{
  guint overlaps = 0;
  double t0, t1;

  for (guint piece = 0; trace != NULL && piece < trace->starts->len; piece++)
    {
      gsize count;
      const GramPoint *points = gram_trace_piece (trace, piece, &count);

      for (gsize i = 0; i < count; i++)
        overlaps += (guint) gram_rect_cut_segment (rect, points[line && i > 0 ? i - 1 : i],
                                                   points[i], &t0, &t1);
    }
  for (guint i = 0; trace != NULL && i < trace->bars->len; i++)
    {
      const GramRect *bar = &g_array_index (trace->bars, GramRect, i);

      overlaps +=
          (guint) gram_rect_cut_segment (rect, (GramPoint){ bar->x, bar->y },
                                         (GramPoint){ bar->x, bar->y + bar->height }, &t0, &t1);
    }
  return overlaps;
}

/* How many crossings of curves with the rectangle there are. */
guint
gram_layout_count_overlaps (const GramPanel *panel, const GramRect *rect)
{
  guint overlaps = 0;

  for (guint i = 0; i < panel->drawn->len; i++)
    {
      const GramDrawnSeries *drawn = &g_array_index (panel->drawn, GramDrawnSeries, i);

      overlaps += count_overlaps (drawn->line, TRUE, rect);
      overlaps += count_overlaps (drawn->markers, FALSE, rect);
    }
  return overlaps;
}
