/* gram-layout-legend.c: the legend over a panel, and what covers curves
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout-private.h"

#include <math.h>

#define ENTRY_GAP 18.0

/* ---------- what it tells of ---------------------------------------------------------------- */

static gboolean
has_values (const GramSeries *series)
{
  gsize ignored, count = gram_series_length (series);
  const double *y = gram_buffer_peek (series->y, &ignored);

  for (gsize i = 0; i < count; i++)
    if (isfinite (y[i]))
      return TRUE;
  return FALSE;
}

/* The line of @plot that @entry is for; one that is dashed as the entry is before another. */
static const GramSeries *
find_line (const GramPlot *plot, const GramLegendEntry *entry)
{
  const GramSeries *found = NULL;

  for (guint i = 0; i < plot->series->len; i++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, i);

      if (gram_series_has_tag (series, entry->tag) && (found == NULL || series->dash == entry->dash)
          && has_values (series))
        {
          found = series;
          if (series->dash == entry->dash)
            break;
        }
    }
  return found;
}

static gboolean
has_guide (const GramPlot *plot, const GramLegendEntry *entry)
{
  for (guint i = 0; i < plot->guides->len; i++)
    {
      const GramGuide *guide = g_ptr_array_index (plot->guides, i);

      if (g_strcmp0 (guide->tag, entry->tag) == 0 && !isnan (guide->value))
        return TRUE;
    }
  return FALSE;
}

/* Whether a line is drawn that @entry tells of, and how it looks where that is not as the entry
 * says. A legend also tells of the panels that have none. */
static gboolean
is_drawn (const GramLayout *layout, const GramPlot *plot, const GramLegendEntry *entry,
          const GramSeries **other)
{
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPlot *one = ((const GramPanel *) g_ptr_array_index (layout->panels, i))->plot;
      const GramSeries *line;

      if (one != plot && !layout->figure->shared_legend && !one->no_legend)
        continue;
      line = find_line (one, entry);
      if (has_guide (one, entry) || (line != NULL && line->dash == entry->dash))
        {
          *other = NULL;
          return TRUE;
        }
      if (line != NULL)
        *other = line;
    }
  return *other != NULL;
}

static void
add_box (GramPanel *panel, const GramLegendEntry *entry)
{
  GramLegendBox box = { .entry = entry };

  g_array_append_val (panel->legend, box);
}

/* An entry that looks as @series does; words and tag are borrowed. */
static void
add_own_entry (GramPanel *panel, const char *tag, const char *label, GramRole role,
               const GramSeries *series)
{
  GramLegendEntry *entry = g_new0 (GramLegendEntry, 1);

  *entry = (GramLegendEntry){
    (char *) tag,   0,    (char *) label, series->kind, role, series->shade, series->dash,
    series->marker, FALSE
  };
  g_ptr_array_add (panel->own_legend, entry);
  add_box (panel, entry);
}

/* A plot without a legend of its own gets an entry for each series. Of what is not drawn there is
 * none: a prediction without a run has no entry for what was measured. */
void
gram_layout_collect_legend (const GramLayout *layout, GramPanel *panel)
{
  GramPlot *plot = panel->plot;
  gboolean own = plot->legend->len == 0;
  guint count = own ? plot->series->len : plot->legend->len;

  if (plot->no_legend || (own && count < 2))
    return;
  for (guint i = 0; own && i < count; i++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, i);

      if (has_values (series))
        add_own_entry (panel, series->tag, series->name, series->role, series);
    }
  for (guint i = 0; !own && i < count; i++)
    {
      const GramLegendEntry *entry = g_ptr_array_index (plot->legend, i);
      const GramSeries *other = NULL;

      if (!is_drawn (layout, plot, entry, &other))
        continue;
      if (other != NULL)
        add_own_entry (panel, entry->tag, entry->label, entry->role, other);
      else
        add_box (panel, entry);
    }
}

static double
entry_width (const GramLayout *layout, const GramLegendEntry *entry)
{
  return GRAM_SWATCH + GRAM_SWATCH_GAP
         + gram_layout_text_width (layout, GRAM_TEXT_TICK, entry->label);
}

/* Rows from the left, of what is not at the ends of curves; returns how many. */
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

      if (box->at_end)
        continue;
      if (x > 0 && x + own > width)
        {
          x = 0;
          row++;
        }
      box->rect = (GramRect){ left + x, top + row * step, own, step };
      x += own + ENTRY_GAP;
    }
  return x > 0 ? row + 1 : 0;
}

double
gram_layout_legend_width (const GramLayout *layout, const GramPanel *panel)
{
  double width = 0;

  for (guint i = 0; i < panel->legend->len; i++)
    {
      const GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, i);

      if (!box->at_end)
        width += (width > 0 ? ENTRY_GAP : 0) + entry_width (layout, box->entry);
    }
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
  double left = panel->outer.x, right = floor (left + panel->outer.width - 8);

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
