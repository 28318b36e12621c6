/* gram-layout-tiles.c: a panel of images instead of curves
 *
 * SPDX-License-Identifier: MIT
 *
 * In rows from the left, as large as the panel has room for all of them.
 */
#include "gram-layout-private.h"

#include <math.h>

#define GAP 6.0 /* between tiles: as wide as two frames and a little */
#define FRAME 2.0

typedef struct
{
  guint columns;
  double side; /* width of a picture */
} Grid;

static double
label_height (const GramLayout *layout)
{
  return layout->theme->small * 1.35;
}

/* Height of a picture over its width; that of the first is all pictures'. */
static double
aspect_of (const GPtrArray *tiles)
{
  const GramPicture *picture = ((GramTile *) g_ptr_array_index (tiles, 0))->picture;

  return (double) picture->height / picture->width;
}

static Grid
choose_grid (const GramLayout *layout, const GramRect *area, const GPtrArray *tiles)
{
  Grid best = { 1, 0 };

  for (guint columns = 1; columns <= tiles->len; columns++)
    {
      guint rows = (tiles->len + columns - 1) / columns;
      double side = MIN (area->width / columns - GAP,
                         (area->height / rows - GAP - label_height (layout)) / aspect_of (tiles));

      if (side > best.side)
        best = (Grid){ columns, side };
    }
  return best;
}

static void
draw_tile (const GramLayout *layout, GramCanvas *canvas, const GramTile *tile, const GramRect *rect)
{
  const GramTheme *theme = layout->theme;
  GramFont font = gram_layout_font (layout, GRAM_TEXT_TICK);
  g_autofree char *label =
      gram_typesetter_fit (layout->typesetter, &font, tile->label, rect->width + GAP);
  GramRect frame = { rect->x - FRAME, rect->y - FRAME, rect->width + 2 * FRAME,
                     rect->height + 2 * FRAME };

  if (tile->framed)
    gram_canvas_rectangle (canvas, &frame, 0,
                           gram_theme_color (theme, tile->role, GRAM_SHADE_NORMAL));
  gram_canvas_picture (canvas, rect, tile->picture);
  gram_canvas_text (canvas, &font, label, rect->x + rect->width / 2,
                    rect->y + rect->height + FRAME + theme->small, 0.5, theme->ink);
}

/**
 * gram_layout_draw_tiles:
 *
 * Draws the images of a panel, if it has any.
 */
void
gram_layout_draw_tiles (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  const GPtrArray *tiles = panel->plot->tiles;
  const GramRect *area = &panel->area;
  Grid grid;

  if (tiles->len == 0)
    return;
  grid = choose_grid (layout, area, tiles);
  if (grid.side < 1)
    return;
  gram_canvas_begin (canvas, "tiles", NULL);
  for (guint i = 0; i < tiles->len; i++)
    {
      double across = area->width / grid.columns, height = grid.side * aspect_of (tiles);
      GramRect rect = { area->x + (i % grid.columns + 0.5) * across - grid.side / 2,
                        area->y + FRAME
                            + (i / grid.columns) * (height + GAP + label_height (layout)),
                        grid.side, height };

      draw_tile (layout, canvas, g_ptr_array_index (tiles, i), &rect);
    }
  gram_canvas_end (canvas);
}
