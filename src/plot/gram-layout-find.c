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
