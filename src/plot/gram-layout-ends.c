/* gram-layout-ends.c: curves that are named where they end
 *
 * SPDX-License-Identifier: MIT
 *
 * Where a panel has at most a few curves and is wide enough, their names stand right of it, each
 * where its curve ends, and not in the legend. Names of curves that end close to each other are
 * moved apart and joined to their curves by thin lines. What is hidden has no end: its name is in
 * the legend, where it can be shown again.
 */
#include "gram-layout-private.h"

#include <math.h>

#define MOST_NAMES 5
#define WIDEST 0.24     /* of the panel's width that names may take */
#define FARTHEST 0.12   /* of the area's width between the end of a curve and its name */
#define GAP 12.0        /* between the area and the names: room for a joining line */
#define MARKER_ROOM 8.0 /* of the marker before a name, half before and half behind its middle */

static double
line_step (const GramLayout *layout)
{
  return layout->theme->small * 1.4;
}

/* The curves that @entry names: of other colours are those that are only like it. */
static gboolean
is_named (const GramPlot *plot, const GramSeries *series, const GramLegendEntry *entry)
{
  return series->kind != GRAM_SERIES_POINTS && series->role == entry->role
         && gram_series_has_tag (series, entry->tag) && gram_plot_series_visible (plot, series)
         && gram_series_length (series) > 0;
}

static gboolean
may_end (const GramPlot *plot, const GramLegendEntry *entry)
{
  if (!entry->names_curve)
    return FALSE;
  for (guint i = 0; i < plot->series->len; i++)
    if (is_named (plot, g_ptr_array_index (plot->series, i), entry))
      return TRUE;
  return FALSE;
}

static double
name_width (const GramLayout *layout, const GramLegendEntry *entry)
{
  return gram_layout_text_width (layout, GRAM_TEXT_TICK, entry->label)
         + (entry->marker != GRAM_MARKER_NONE ? MARKER_ROOM + 4 : 0);
}

static void
give_up (GramPanel *panel)
{
  for (guint i = 0; i < panel->legend->len; i++)
    g_array_index (panel->legend, GramLegendBox, i).at_end = FALSE;
  panel->end_room = 0;
}

/**
 * gram_layout_choose_ends:
 * @width: of the panel
 *
 * Decides which entries of the panel's legend are to stand at the ends of their curves, and how
 * much room right of the area that takes.
 */
void
gram_layout_choose_ends (const GramLayout *layout, GramPanel *panel, double width)
{
  double widest = 0;
  guint names = 0;

  give_up (panel);
  if (!gram_layout_has_own_legend (layout, panel))
    return;
  for (guint i = 0; i < panel->legend->len; i++)
    {
      GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, i);

      box->at_end = may_end (panel->plot, box->entry);
      if (!box->at_end)
        continue;
      names++;
      widest = MAX (widest, name_width (layout, box->entry));
    }
  if (names > MOST_NAMES || GAP + widest > WIDEST * width)
    give_up (panel);
  else if (names > 0)
    panel->end_room = GAP + widest;
}

/* ---------- where curves end ---------------------------------------------------------------- */

static GramPoint
point_of (const GramPanel *panel, const GramSeries *series, const double *y, gsize index)
{
  return (GramPoint){ gram_transform_to_pixel (&panel->x, gram_series_x (series, index)),
                      gram_transform_to_pixel (&panel->y, y[index]) };
}

static gboolean
is_inside (const GramRect *area, GramPoint point)
{
  return point.x >= area->x - 0.5 && point.x <= area->x + area->width + 0.5
         && point.y >= area->y - 0.5 && point.y <= area->y + area->height + 0.5;
}

/* Where the line leaves the area on the right, between @inner and the point after it. */
static GramPoint
leave (const GramRect *area, GramPoint inner, GramPoint outer, gboolean steps)
{
  double right = area->x + area->width, part = (right - inner.x) / (outer.x - inner.x);
  GramPoint end = { right, steps ? inner.y : inner.y + part * (outer.y - inner.y) };

  return isfinite (end.y) && is_inside (area, end) ? end : inner;
}

/* The last place of @series in the area; %FALSE when there is none. */
static gboolean
find_end (const GramPanel *panel, const GramSeries *series, GramPoint *end)
{
  gsize ignored, count = gram_series_length (series);
  const double *y = gram_buffer_peek (series->y, &ignored);
  double right = panel->area.x + panel->area.width;

  for (gsize i = count; i-- > 0;)
    {
      GramPoint point = point_of (panel, series, y, i), next;

      if (!isfinite (point.y) || !is_inside (&panel->area, point))
        continue;
      *end = point;
      if (i + 1 < count && point.x < right)
        {
          next = point_of (panel, series, y, i + 1);
          if (next.x > right)
            *end = leave (&panel->area, point, next, series->kind == GRAM_SERIES_STEP);
        }
      return TRUE;
    }
  return FALSE;
}

/* Of all curves with that name the one that goes farthest. */
static gboolean
find_end_of_entry (const GramPanel *panel, const GramLegendEntry *entry, GramPoint *end)
{
  gboolean found = FALSE;

  for (guint i = 0; i < panel->plot->series->len; i++)
    {
      const GramSeries *series = g_ptr_array_index (panel->plot->series, i);
      GramPoint one;

      if (!is_named (panel->plot, series, entry) || !find_end (panel, series, &one)
          || (found && one.x < end->x + 1))
        continue;
      *end = one;
      found = TRUE;
    }
  return found && end->x >= panel->area.x + (1 - FARTHEST) * panel->area.width;
}

/* ---------- names that are not on each other ------------------------------------------------ */

static int
compare_ends (gconstpointer a, gconstpointer b)
{
  const GramLegendBox *p = *(GramLegendBox *const *) a, *q = *(GramLegendBox *const *) b;

  return p->end.y < q->end.y ? -1 : p->end.y > q->end.y;
}

/* @boxes: from the top; each gets its place, a line apart from the one before, within the area. */
static void
move_apart (const GramLayout *layout, const GramPanel *panel, GPtrArray *boxes)
{
  double step = line_step (layout), left = panel->area.x + panel->area.width + GAP;
  double low = panel->area.y - step / 2, bottom = panel->area.y + panel->area.height - step / 2;

  for (guint i = 0; i < boxes->len; i++)
    {
      GramLegendBox *box = g_ptr_array_index (boxes, i);

      box->rect = (GramRect){ left, MAX (box->end.y - step / 2, low),
                              name_width (layout, box->entry), step };
      low = box->rect.y + step;
    }
  for (guint i = boxes->len; i-- > 0;)
    {
      GramLegendBox *box = g_ptr_array_index (boxes, i);

      box->rect.y = MIN (box->rect.y, bottom);
      bottom = box->rect.y - step;
    }
}

static gboolean
place_panel (const GramLayout *layout, GramPanel *panel)
{
  g_autoptr (GPtrArray) boxes = g_ptr_array_new ();

  for (guint i = 0; i < panel->legend->len; i++)
    {
      GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, i);

      if (!box->at_end)
        continue;
      if (!find_end_of_entry (panel, box->entry, &box->end))
        return FALSE;
      g_ptr_array_add (boxes, box);
    }
  if (boxes->len * line_step (layout) > panel->area.height)
    return FALSE;
  g_ptr_array_sort (boxes, compare_ends);
  move_apart (layout, panel, boxes);
  return TRUE;
}

/**
 * gram_layout_place_ends:
 *
 * To be called when the panels have their places. A panel of which a curve has no end in view has
 * all names in its legend.
 *
 * Returns: whether the names of all panels have their places; else the panels are to be placed anew
 */
gboolean
gram_layout_place_ends (const GramLayout *layout)
{
  gboolean placed = TRUE;

  for (guint i = 0; i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      if (panel->end_room == 0 || place_panel (layout, panel))
        continue;
      give_up (panel);
      placed = FALSE;
    }
  return placed;
}

/**
 * gram_layout_draw_end:
 * @box: at the end of its curve
 *
 * Draws the name, and a line from the curve where it stands elsewhere.
 */
void
gram_layout_draw_end (const GramLayout *layout, GramCanvas *canvas, const GramLegendBox *box)
{
  const GramLegendEntry *entry = box->entry;
  GramFont font = gram_layout_font (layout, GRAM_TEXT_TICK);
  GramColor color = gram_theme_color (layout->theme, entry->role, GRAM_SHADE_NORMAL);
  GramStroke stroke = { color, 1, GRAM_DASH_SOLID };
  double x = box->rect.x, y = box->rect.y + box->rect.height / 2;
  GramPoint marker = { x + MARKER_ROOM / 2, y };

  if (fabs (y - box->end.y) > 2 || box->end.x < x - GAP - 2)
    {
      const GramPoint line[] = { { box->end.x + 1, box->end.y }, { x - 3, y } };

      gram_canvas_polyline (canvas, line, G_N_ELEMENTS (line), &stroke);
    }
  if (entry->marker != GRAM_MARKER_NONE)
    {
      gram_canvas_markers (canvas, &marker, 1, entry->marker, 7, color, layout->theme->background);
      x += MARKER_ROOM + 4;
    }
  gram_canvas_text (canvas, &font, entry->label, x, y + layout->theme->small * 0.36, 0,
                    layout->theme->ink);
}
