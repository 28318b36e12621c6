/* gram-layout-crosshair.c: the values at one place of a laid-out figure
 *
 * SPDX-License-Identifier: MIT
 *
 * The crosshair stands at a point of a curve, never beside one: it goes to the nearest, and to one
 * with a marker before another. It reads every other curve where its own line passes, and stands
 * in all panels that share the axis.
 */
#include "gram-layout-private.h"

#include <math.h>

/* Pixels within which a point with a marker is meant rather than a nearer one of a bare line. */
#define MARKER_REACH 4.0
/* Rows of the card. */
#define MOST_ROWS 14

static const GramSeries *
series_of (const GramPanel *panel, guint drawn)
{
  return g_array_index (panel->drawn, GramDrawnSeries, drawn).series;
}

static double
place_of (const GramPanel *panel, const GramSeries *series, gsize index)
{
  return gram_transform_to_pixel (&panel->x, gram_series_x (series, index));
}

/* What is nearest to @x among the points of @series that are in view: its distance is @best. */
static void
find_nearest (const GramPanel *panel, const GramSeries *series, double x, double *best,
              double *place)
{
  gsize ignored, count = gram_series_length (series);
  const double *y = gram_buffer_peek (series->y, &ignored);

  for (gsize i = 0; i < count; i++)
    {
      double at = place_of (panel, series, i);

      if (!(fabs (at - x) < *best) || isnan (y[i]) || at < panel->area.x - 0.5
          || at > panel->area.x + panel->area.width + 0.5)
        continue;
      *best = fabs (at - x);
      *place = at;
    }
}

/* Where the crosshair stands when @x is pointed at. */
static double
snap (const GramPanel *panel, double x)
{
  double any = INFINITY, marked = INFINITY, place = x, marker = x;

  for (guint i = 0; i < panel->drawn->len; i++)
    {
      const GramSeries *series = series_of (panel, i);

      find_nearest (panel, series, x, &any, &place);
      if (series->marker != GRAM_MARKER_NONE)
        find_nearest (panel, series, x, &marked, &marker);
    }
  return marked <= MARKER_REACH && any > 1e-6 ? marker : place;
}

/* ---------- values ------------------------------------------------------------------------ */

/* The line of @series at @x, between its point @left and the next. */
static void
read_line (const GramPanel *panel, const GramSeries *series, double x, gsize left, GramHit *hit)
{
  gsize ignored, right = left + 1;
  const double *y = gram_buffer_peek (series->y, &ignored);
  double x0 = place_of (panel, series, left), x1 = place_of (panel, series, right);
  double y0 = gram_transform_to_pixel (&panel->y, y[left]);
  double y1 = gram_transform_to_pixel (&panel->y, y[right]);
  double at = series->kind == GRAM_SERIES_STEP ? y0 : y0 + (y1 - y0) * (x - x0) / (x1 - x0);

  hit->index = left;
  hit->between = TRUE;
  hit->x = gram_transform_to_value (&panel->x, x);
  hit->y = series->kind == GRAM_SERIES_STEP ? y[left] : gram_transform_to_value (&panel->y, at);
  hit->position = (GramPoint){ x, at };
}

/* Whether @series has a point at @x or a line that passes it, where the panel shows it. */
static gboolean
read_series (GramPanel *panel, const GramSeries *series, double x, GramHit *hit)
{
  gsize ignored, count = gram_series_length (series), nearest = 0, segment = G_MAXSIZE;
  const double *y = gram_buffer_peek (series->y, &ignored);
  double best = INFINITY, before = NAN;

  *hit = (GramHit){ .panel = panel, .series = series };
  for (gsize i = 0; i < count; i++)
    {
      double at = isnan (y[i]) ? NAN : place_of (panel, series, i);

      if (fabs (at - x) < best)
        best = fabs (at - x), nearest = i;
      if (before <= x && at > x)
        segment = i - 1;
      before = at;
    }
  if (best <= 0.5)
    {
      hit->index = nearest;
      hit->x = gram_series_x (series, nearest);
      hit->y = y[nearest];
      hit->position = (GramPoint){ place_of (panel, series, nearest),
                                   gram_transform_to_pixel (&panel->y, y[nearest]) };
    }
  else if (series->kind == GRAM_SERIES_POINTS || segment == G_MAXSIZE)
    return FALSE;
  else
    read_line (panel, series, x, segment, hit);
  return hit->position.y >= panel->area.y - 0.5
         && hit->position.y <= panel->area.y + panel->area.height + 0.5;
}

static GArray *
read_panel (GramPanel *panel, double x)
{
  GArray *hits = g_array_new (FALSE, TRUE, sizeof (GramHit));

  for (guint i = 0; i < panel->drawn->len; i++)
    {
      GramHit hit;

      if (read_series (panel, series_of (panel, i), x, &hit))
        g_array_append_val (hits, hit);
    }
  return hits;
}

/**
 * gram_panel_values_at:
 * @x: pixels
 *
 * Returns: (transfer full) (element-type GramHit): of each series that is drawn and in view what it
 * has where the crosshair stands when @x is pointed at
 */
GArray *
gram_panel_values_at (GramPanel *panel, double x)
{
  return read_panel (panel, snap (panel, x));
}

/* ---------- words ------------------------------------------------------------------------- */

static char *
heading_at (const GramPanel *panel, double x)
{
  g_autofree char *number = gram_format_number (gram_transform_to_value (&panel->x, x), 5);

  return g_strdup_printf ("%s = %s", panel->plot->x.label != NULL ? panel->plot->x.label : "x",
                          number);
}

/* What is read off a line between two points is not exact. */
static char *
value_of (const GramHit *hit)
{
  g_autofree char *number = gram_format_number (hit->y, hit->between ? 4 : 5);
  gboolean rough = hit->between || (hit->series->rough_zero && hit->y == 0);

  return g_strconcat (rough ? "≈ " : "", number, NULL);
}

static const char *
name_of (const GramPlot *plot)
{
  return plot->title != NULL ? plot->title : plot->y.label != NULL ? plot->y.label : plot->id;
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
  double at = snap (panel, x);
  g_autoptr (GArray) hits = read_panel (panel, at);
  g_autofree char *heading = heading_at (panel, at);
  g_autoptr (GString) text = g_string_new (name_of (panel->plot));

  g_string_append_printf (text, ". %s", heading);
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);
      g_autofree char *number = value_of (hit);

      g_string_append_printf (text, ". %s: %s", hit->series->name, number);
    }
  return gram_text_to_plain (text->str);
}

/* ---------- the card ---------------------------------------------------------------------- */

/* A row of the card: what a curve has, or the name of another panel over its curves. */
typedef struct
{
  const GramHit *hit; /* (nullable) */
  const char *name;
  char *value; /* (nullable) */
} Row;

static void
row_clear (gpointer row)
{
  g_free (((Row *) row)->value);
}

static void
add_rows (GArray *rows, const GArray *hits)
{
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);
      Row row = { hit, hit->series->name, value_of (hit) };

      g_array_append_val (rows, row);
    }
}

/* Of @panel, then of the other panels through which the same line goes, while there is room. */
static GArray *
list_rows (const GramPanel *panel, const GPtrArray *panels, const GPtrArray *values)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (Row));

  g_array_set_clear_func (rows, row_clear);
  for (guint i = 0; i < panels->len; i++)
    if (panels->pdata[i] == panel)
      add_rows (rows, values->pdata[i]);
  for (guint i = 0; i < panels->len; i++)
    {
      const GramPanel *other = g_ptr_array_index (panels, i);
      const GArray *hits = g_ptr_array_index (values, i);
      Row head = { NULL, name_of (other->plot), NULL };

      if (other == panel || hits->len == 0 || rows->len + hits->len + 1 > MOST_ROWS)
        continue;
      g_array_append_val (rows, head);
      add_rows (rows, hits);
    }
  return rows;
}

/* Widest name and widest number: the card has a column of each. */
static double
measure_card (const GramLayout *layout, const GArray *rows, const char *heading)
{
  GramFont bold = gram_layout_font (layout, GRAM_TEXT_PANEL);
  double width = gram_typesetter_set (layout->typesetter, &bold, heading)->width;
  double names = 0, values = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);
      double name = gram_layout_text_width (layout, GRAM_TEXT_TICK, row->name);

      if (row->hit == NULL)
        width = MAX (width, name);
      else
        names = MAX (names, name);
      values = MAX (values, gram_layout_text_width (layout, GRAM_TEXT_TICK, row->value));
    }
  return MAX (width, 16 + names + 14 + values) + 20;
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
draw_row (const GramLayout *layout, GramCanvas *canvas, const Row *row, const GramRect *card,
          double middle)
{
  const GramTheme *theme = layout->theme;
  GramFont font = gram_layout_font (layout, GRAM_TEXT_TICK);
  double base = middle + theme->small * 0.36;
  GramStroke stroke = { .width = 3 };

  if (row->hit == NULL)
    {
      gram_canvas_text (canvas, &font, row->name, card->x + 10, base, 0, theme->dim);
      return;
    }
  stroke.color = gram_theme_color (theme, row->hit->series->role, row->hit->series->shade);
  stroke.dash = row->hit->series->dash == GRAM_DASH_SOLID ? GRAM_DASH_SOLID : GRAM_DASH_DOTTED;
  gram_canvas_line (canvas, card->x + 10, middle, card->x + 21, middle, &stroke);
  gram_canvas_text (canvas, &font, row->name, card->x + 26, base, 0, theme->ink);
  gram_canvas_text (canvas, &font, row->value, card->x + card->width - 10, base, 1, theme->ink);
}

static void
draw_card (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel, double x, double y,
           const GArray *rows, const char *heading)
{
  const GramTheme *theme = layout->theme;
  GramFont bold = gram_layout_font (layout, GRAM_TEXT_PANEL);
  double step = theme->small * 1.5;
  GramColor back = gram_color_mix (theme->background, theme->ink, 0.07);
  GramRect card = place_card (layout, panel, x, y, measure_card (layout, rows, heading),
                              (rows->len + 1) * step + 14);
  GramRect rim = { card.x - 1, card.y - 1, card.width + 2, card.height + 2 };

  gram_canvas_rectangle (canvas, &rim, 8, theme->axis);
  gram_canvas_rectangle (canvas, &card, 7, back);
  gram_canvas_text (canvas, &bold, heading, card.x + 10, card.y + 6 + step * 0.75, 0, theme->ink);
  for (guint i = 0; i < rows->len; i++)
    draw_row (layout, canvas, &g_array_index (rows, Row, i), &card, card.y + 7 + step * (i + 1.5));
}

/* ---------- the crosshair ----------------------------------------------------------------- */

static void
draw_hair (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel, double x,
           const GArray *hits)
{
  const GramTheme *theme = layout->theme;
  GramStroke hair = { theme->axis, 1, GRAM_DASH_SOLID };
  double at = gram_canvas_snap (canvas, x, 1);

  gram_canvas_push_clip (canvas, &panel->area);
  gram_canvas_line (canvas, at, panel->area.y, at, panel->area.y + panel->area.height, &hair);
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);
      GramColor color = gram_theme_color (theme, hit->series->role, GRAM_SHADE_STRONG);

      gram_canvas_markers (canvas, &hit->position, 1, GRAM_MARKER_CIRCLE, 7, color,
                           theme->background);
    }
  gram_canvas_end (canvas);
}

/* The panels that show the same range of x as @panel. */
static GPtrArray *
list_panels (const GramLayout *layout, GramPanel *panel)
{
  GPtrArray *panels = g_ptr_array_new ();

  for (guint i = 0; i < layout->panels->len; i++)
    if (layout->panels->pdata[i] == panel
        || (layout->figure->share_x && ((GramPanel *) layout->panels->pdata[i])->drawn->len > 0))
      g_ptr_array_add (panels, layout->panels->pdata[i]);
  return panels;
}

static void
free_hits (gpointer hits)
{
  g_array_unref (hits);
}

/**
 * gram_layout_draw_crosshair:
 * @x: (and @y) the place pointed at, in @panel
 *
 * Draws a line through the nearest point in all panels that share the axis, rings around what each
 * curve has there, and a card with their values.
 */
void
gram_layout_draw_crosshair (const GramLayout *layout, GramCanvas *canvas, GramPanel *panel,
                            double x, double y)
{
  double at = snap (panel, x), value = gram_transform_to_value (&panel->x, at);
  g_autoptr (GPtrArray) panels = list_panels (layout, panel);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (free_hits);
  g_autoptr (GArray) rows = NULL;
  g_autofree char *heading = heading_at (panel, at);

  for (guint i = 0; i < panels->len; i++)
    {
      GramPanel *one = g_ptr_array_index (panels, i);
      double place = one == panel ? at : gram_transform_to_pixel (&one->x, value);

      g_ptr_array_add (values, read_panel (one, place));
      draw_hair (layout, canvas, one, place, values->pdata[i]);
    }
  rows = list_rows (panel, panels, values);
  draw_card (layout, canvas, panel, at, y, rows, heading);
}
