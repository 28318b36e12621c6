/* gram-layout-find.c: what is at a place of a laid-out figure
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout-private.h"

#include <math.h>

static gboolean
contains (const GramRect *rect, double x, double y, double slack)
{
  return x >= rect->x - slack && x <= rect->x + rect->width + slack && y >= rect->y - slack
         && y <= rect->y + rect->height + slack;
}

/**
 * gram_layout_find_panel:
 *
 * Returns: (transfer none) (nullable): the panel whose area holds the place
 */
GramPanel *
gram_layout_find_panel (const GramLayout *layout, double x, double y)
{
  for (guint i = 0; i < layout->panels->len; i++)
    {
      GramPanel *panel = g_ptr_array_index (layout->panels, i);

      if (contains (&panel->area, x, y, 0.5))
        return panel;
    }
  return NULL;
}

/**
 * gram_panel_values_at:
 * @x: pixels
 *
 * Returns: (transfer full) (element-type GramHit): for each series that is drawn, its point
 * nearest to @x in the horizontal direction
 */
GArray *
gram_panel_values_at (GramPanel *panel, double x)
{
  GArray *hits = g_array_new (FALSE, TRUE, sizeof (GramHit));

  for (guint i = 0; i < panel->drawn->len; i++)
    {
      const GramSeries *series = g_array_index (panel->drawn, GramDrawnSeries, i).series;
      gsize ignored, count = gram_series_length (series);
      const double *values = gram_buffer_peek (series->y, &ignored);
      GramHit hit = { .panel = panel, .distance = INFINITY };

      for (gsize j = 0; j < count; j++)
        {
          double value = gram_series_x (series, j);
          double distance = fabs (gram_transform_to_pixel (&panel->x, value) - x);

          if (!(distance < hit.distance) || isnan (values[j]))
            continue;
          hit.series = series;
          hit.index = j;
          hit.x = value;
          hit.y = values[j];
          hit.distance = distance;
        }
      if (hit.series == NULL)
        continue;
      hit.position = (GramPoint){ gram_transform_to_pixel (&panel->x, hit.x),
                                  gram_transform_to_pixel (&panel->y, hit.y) };
      g_array_append_val (hits, hit);
    }
  return hits;
}

/**
 * gram_panel_next_x:
 * @x: pixels
 * @direction: 1 to the right, −1 to the left
 * @next: (out): pixels
 *
 * Returns: whether a point of a curve that is drawn lies beyond @x, in the panel; @next is the
 * place of the nearest one
 */
gboolean
gram_panel_next_x (const GramPanel *panel, double x, int direction, double *next)
{
  double best = INFINITY;

  for (guint i = 0; i < panel->drawn->len; i++)
    {
      const GramSeries *series = g_array_index (panel->drawn, GramDrawnSeries, i).series;
      gsize count = gram_series_length (series);

      for (gsize j = 0; j < count; j++)
        {
          double pixel = gram_transform_to_pixel (&panel->x, gram_series_x (series, j));
          double ahead = (pixel - x) * direction;

          /* what differs by rounding alone is the same place */
          if (ahead > 1e-6 && ahead < best && pixel >= panel->area.x
              && pixel <= panel->area.x + panel->area.width)
            best = ahead;
        }
    }
  *next = x + direction * best;
  return isfinite (best);
}

/**
 * gram_layout_find_legend:
 *
 * Returns: (transfer none) (nullable): the legend entry at the place
 */
const GramLegendEntry *
gram_layout_find_legend (const GramLayout *layout, double x, double y)
{
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);

      for (guint j = 0; j < panel->legend->len; j++)
        {
          const GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, j);

          if (contains (&box->rect, x, y, 3))
            return box->entry;
        }
    }
  return NULL;
}

/**
 * gram_panel_find_guide:
 *
 * Returns: (transfer none) (nullable): the draggable line within @radius
 */
GramGuide *
gram_panel_find_guide (GramPanel *panel, double x, double y, double radius)
{
  for (guint i = 0; i < panel->plot->guides->len; i++)
    {
      GramGuide *guide = g_ptr_array_index (panel->plot->guides, i);
      double at;

      if (!guide->draggable || isnan (guide->value))
        continue;
      at = guide->axis == GRAM_AXIS_X ? gram_transform_to_pixel (&panel->x, guide->value) - x
                                      : gram_transform_to_pixel (&panel->y, guide->value) - y;
      if (fabs (at) <= radius)
        return guide;
    }
  return NULL;
}

/**
 * gram_panel_fractions:
 * @across: (out): 0 at the left edge of the area, 1 at the right one
 * @up: (out): 0 at the bottom, 1 at the top
 */
void
gram_panel_fractions (const GramPanel *panel, double x, double y, double *across, double *up)
{
  *across = (x - panel->area.x) / panel->area.width;
  *up = 1 - (y - panel->area.y) / panel->area.height;
}

/* Of the first curve's point, since that is where the values are from. */
static char *
crosshair_heading (const GramPanel *panel, double x, const GArray *hits)
{
  double value =
      hits->len > 0 ? g_array_index (hits, GramHit, 0).x : gram_transform_to_value (&panel->x, x);
  g_autofree char *number = gram_format_number (value, 5);

  return g_strdup_printf ("%s = %s", panel->plot->x.label != NULL ? panel->plot->x.label : "x",
                          number);
}

/**
 * gram_panel_describe_at:
 * @x: pixels
 *
 * Says in words what the crosshair at @x shows.
 *
 * Returns: (transfer full): the text
 */
char *
gram_panel_describe_at (GramPanel *panel, double x)
{
  const GramPlot *plot = panel->plot;
  g_autoptr (GArray) hits = gram_panel_values_at (panel, x);
  g_autofree char *heading = crosshair_heading (panel, x, hits);
  g_autoptr (GString) text = g_string_new (plot->title != NULL     ? plot->title
                                           : plot->y.label != NULL ? plot->y.label
                                                                   : plot->id);

  g_string_append_printf (text, ". %s", heading);
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);
      g_autofree char *number = gram_format_number (hit->y, 5);

      g_string_append_printf (text, ". %s: %s", hit->series->name, number);
    }
  return gram_text_to_plain (text->str);
}

/* ---------- crosshair ----------------------------------------------------------------------- */

/* Widest name and widest number: the card has a column of each. */
static void
measure_card (const GramLayout *layout, const GArray *hits, char **numbers, double *names,
              double *values)
{
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);

      numbers[i] = gram_format_number (hit->y, 5);
      *names = MAX (*names, gram_layout_text_width (layout, GRAM_TEXT_TICK, hit->series->name));
      *values = MAX (*values, gram_layout_text_width (layout, GRAM_TEXT_TICK, numbers[i]));
    }
}

static GramRect
place_card (const GramLayout *layout, const GramPanel *panel, double x, double y, double width,
            double height)
{
  GramRect card = { x + 14, y + 14, width, height };

  if (card.x + card.width > panel->area.x + panel->area.width)
    card.x = x - 14 - card.width;
  card.x = MAX (card.x, 4);
  card.y = CLAMP (card.y, 4, MAX (4, layout->height - card.height - 4));
  return card;
}

static void
draw_card (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel, double x, double y,
           const GArray *hits, const char *heading)
{
  const GramTheme *theme = layout->theme;
  GramFont bold = gram_layout_font (layout, GRAM_TEXT_PANEL);
  GramFont font = gram_layout_font (layout, GRAM_TEXT_TICK);
  double step = theme->small * 1.5, names = 0, values = 0,
         width = gram_typesetter_set (layout->typesetter, &bold, heading)->width;
  g_auto (GStrv) numbers = g_new0 (char *, hits->len + 1);
  GramColor back = gram_color_mix (theme->background, theme->ink, 0.07);
  GramRect card, rim;

  measure_card (layout, hits, numbers, &names, &values);
  width = MAX (width, 16 + names + 14 + values);
  card = place_card (layout, panel, x, y, width + 20, (hits->len + 1) * step + 14);
  rim = (GramRect){ card.x - 1, card.y - 1, card.width + 2, card.height + 2 };
  gram_canvas_rectangle (canvas, &rim, 8, theme->axis);
  gram_canvas_rectangle (canvas, &card, 7, back);
  gram_canvas_text (canvas, &bold, heading, card.x + 10, card.y + 6 + step * 0.75, 0, theme->ink);
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);
      double middle = card.y + 7 + step * (i + 1.5), base = middle + theme->small * 0.36;
      GramStroke stroke = { gram_theme_color (theme, hit->series->role, hit->series->shade), 3,
                            hit->series->dash == GRAM_DASH_SOLID ? GRAM_DASH_SOLID
                                                                 : GRAM_DASH_DOTTED };

      gram_canvas_line (canvas, card.x + 10, middle, card.x + 21, middle, &stroke);
      gram_canvas_text (canvas, &font, hit->series->name, card.x + 26, base, 0, theme->ink);
      gram_canvas_text (canvas, &font, numbers[i], card.x + card.width - 10, base, 1, theme->ink);
    }
}

/**
 * gram_layout_draw_crosshair:
 * @x: (and @y) the place pointed at, in @panel
 *
 * Draws a line through x, rings around each curve's point there, and a card with their values.
 */
void
gram_layout_draw_crosshair (const GramLayout *layout, GramCanvas *canvas, GramPanel *panel,
                            double x, double y)
{
  const GramTheme *theme = layout->theme;
  g_autoptr (GArray) hits = gram_panel_values_at (panel, x);
  GramStroke hair = { theme->axis, 1, GRAM_DASH_SOLID };
  g_autofree char *heading = NULL;
  double at = gram_canvas_snap (canvas, x, 1);

  gram_canvas_push_clip (canvas, &panel->area);
  gram_canvas_line (canvas, at, panel->area.y, at, panel->area.y + panel->area.height, &hair);
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);
      GramColor color = gram_theme_color (theme, hit->series->role, GRAM_SHADE_STRONG);

      if (isfinite (hit->position.x) && isfinite (hit->position.y) && fabs (hit->position.y) < 20000
          && fabs (hit->position.x) < 20000)
        gram_canvas_markers (canvas, &hit->position, 1, GRAM_MARKER_CIRCLE, 7, color,
                             theme->background);
    }
  gram_canvas_end (canvas);
  heading = crosshair_heading (panel, x, hits);
  draw_card (layout, canvas, panel, x, y, hits, heading);
}
