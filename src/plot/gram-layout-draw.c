/* gram-layout-draw.c: a laid-out figure onto a canvas
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-layout-private.h"

#include <math.h>
#include <string.h>

#define TICK 5.0
#define MINOR_TICK 3.0
#define MARKED_POINTS 24  /* so few samples are each worth a marker */
#define MARKER_EVERY 90.0 /* pixels between the markers of a line */

static void
draw_text (const GramLayout *layout, GramCanvas *canvas, GramTextKind kind, const char *text,
           double x, double y, double align, GramColor color)
{
  GramFont font = gram_layout_font (layout, kind);

  gram_canvas_text (canvas, &font, text, x, y, align, color);
}

/* Headings of narrow panels do not run into each other. */
static void
draw_fitted (const GramLayout *layout, GramCanvas *canvas, GramTextKind kind, const char *text,
             double x, double y, double width)
{
  GramFont font = gram_layout_font (layout, kind);
  g_autofree char *fitted =
      text != NULL ? gram_typesetter_fit (layout->typesetter, &font, text, width) : NULL;

  draw_text (layout, canvas, kind, fitted, x, y, 0, layout->theme->ink);
}

/* ---------- static: grid, axes, labels ------------------------------------------------------ */

static gboolean
inside (const GramTransform *transform, double pixel)
{
  double low = MIN (transform->pixel_min, transform->pixel_max);
  double high = MAX (transform->pixel_min, transform->pixel_max);

  return pixel >= low - 0.5 && pixel <= high + 0.5;
}

/* The numbers of an axis come from what is drawn, or from limits that always hold. Where there is
 * neither, numbers would tell of nothing. */
static gboolean
has_numbers (const GramLayout *layout, const GramPanel *panel, GramAxisSide side)
{
  const GramAxis *axis = side == GRAM_AXIS_X ? &panel->plot->x : &panel->plot->y;
  gboolean drawn = panel->drawn->len > 0;

  for (guint i = 0; side == GRAM_AXIS_X && layout->figure->share_x && i < layout->panels->len; i++)
    drawn = drawn || ((GramPanel *) g_ptr_array_index (layout->panels, i))->drawn->len > 0;
  return drawn || !isnan (axis->limit_min) || !isnan (axis->limit_max);
}

static void
draw_grid (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  gboolean rows = has_numbers (layout, panel, GRAM_AXIS_Y);
  gboolean columns = has_numbers (layout, panel, GRAM_AXIS_X);
  const GramRect *area = &panel->area;

  gram_canvas_begin (canvas, "grid", NULL);
  for (int pass = 0; pass < 2; pass++)
    {
      GramStroke stroke = { pass == 0 ? layout->theme->grid_minor : layout->theme->grid,
                            gram_canvas_hairline (canvas), GRAM_DASH_SOLID };

      for (guint i = 0; rows && i < panel->y_ticks->ticks->len; i++)
        {
          const GramTick *tick = &g_array_index (panel->y_ticks->ticks, GramTick, i);
          double y = gram_transform_to_pixel (&panel->y, tick->value);

          if (tick->major != pass || !inside (&panel->y, y))
            continue;
          /* Minor lines only where they tell something: between decades. */
          if (!tick->major && panel->plot->y.scale == GRAM_SCALE_LINEAR)
            continue;
          y = gram_canvas_snap (canvas, y, stroke.width);
          gram_canvas_line (canvas, area->x, y, area->x + area->width, y, &stroke);
        }
      for (guint i = 0; columns && i < panel->x_ticks->ticks->len; i++)
        {
          const GramTick *tick = &g_array_index (panel->x_ticks->ticks, GramTick, i);
          double x = gram_transform_to_pixel (&panel->x, tick->value);

          if (!tick->major || pass == 0 || !inside (&panel->x, x))
            continue;
          x = gram_canvas_snap (canvas, x, stroke.width);
          gram_canvas_line (canvas, x, area->y, x, area->y + area->height, &stroke);
        }
    }
  gram_canvas_end (canvas);
}

/* Two strokes through the axis where it is broken between 0 and the first positive value. @base:
 * the axis's pixel across. */
static void
draw_break (const GramLayout *layout, GramCanvas *canvas, const GramTransform *transform,
            double base, gboolean vertical)
{
  const GramRange *range = &transform->range;
  double u = (transform->zero.place + transform->zero.first) / 2;
  double at = transform->pixel_min
              + (u - range->min) / (range->max - range->min)
                    * (transform->pixel_max - transform->pixel_min);
  GramStroke stroke = { layout->theme->axis, gram_canvas_hairline (canvas), GRAM_DASH_SOLID };
  GramStroke blank = { layout->theme->background, 3, GRAM_DASH_SOLID };

  if (!isfinite (at) || u < range->min || u > range->max)
    return;
  gram_canvas_begin (canvas, "axis-break", NULL);
  for (int side = -1; side <= 1; side++)
    {
      double x = vertical ? base : at + 2 * side, y = vertical ? at + 2 * side : base;
      double across = vertical ? 5 : 2, along = vertical ? 2 : 5;

      gram_canvas_line (canvas, x - across, y + along, x + across, y - along,
                        side == 0 ? &blank : &stroke);
    }
  gram_canvas_end (canvas);
}

static void
draw_x_axis (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  const GramTheme *theme = layout->theme;
  const GramRect *area = &panel->area;
  gboolean numbers = has_numbers (layout, panel, GRAM_AXIS_X);
  GramStroke stroke = { theme->axis, gram_canvas_hairline (canvas), GRAM_DASH_SOLID };
  double base = gram_canvas_snap (canvas, area->y + area->height, stroke.width);

  gram_canvas_begin (canvas, "axis x", NULL);
  gram_canvas_line (canvas, area->x, base, area->x + area->width, base, &stroke);
  draw_break (layout, canvas, &panel->x, base, FALSE);
  for (guint i = 0; numbers && i < panel->x_ticks->ticks->len; i++)
    {
      const GramTick *tick = &g_array_index (panel->x_ticks->ticks, GramTick, i);
      double x = gram_transform_to_pixel (&panel->x, tick->value);
      double at = gram_canvas_snap (canvas, x, stroke.width), half;

      if (!inside (&panel->x, x))
        continue;
      gram_canvas_line (canvas, at, base, at, base + (tick->major ? TICK : MINOR_TICK), &stroke);
      if (!tick->major || !panel->x_labels)
        continue;
      /* The outermost numbers stay within the figure. */
      half = gram_layout_text_width (layout, GRAM_TEXT_TICK, tick->label) / 2;
      x = CLAMP (x, half + 2, MAX (half + 2, layout->width - half - 2));
      draw_text (layout, canvas, GRAM_TEXT_TICK, tick->label, x, base + TICK + 2 + theme->small,
                 0.5, theme->dim);
    }
  if (panel->x_labels)
    draw_text (layout, canvas, GRAM_TEXT_LABEL, panel->x_label, area->x + area->width / 2,
               panel->x_label_y, 0.5, theme->ink);
  gram_canvas_end (canvas);
}

static void
draw_y_axis (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  const GramTheme *theme = layout->theme;
  const GramRect *area = &panel->area;
  gboolean numbers = has_numbers (layout, panel, GRAM_AXIS_Y);
  GramStroke stroke = { theme->axis, gram_canvas_hairline (canvas), GRAM_DASH_SOLID };
  double base = gram_canvas_snap (canvas, area->x, stroke.width);

  gram_canvas_begin (canvas, "axis y", NULL);
  gram_canvas_line (canvas, base, area->y, base, area->y + area->height, &stroke);
  draw_break (layout, canvas, &panel->y, base, TRUE);
  for (guint i = 0; numbers && i < panel->y_ticks->ticks->len; i++)
    {
      const GramTick *tick = &g_array_index (panel->y_ticks->ticks, GramTick, i);
      double y = gram_transform_to_pixel (&panel->y, tick->value);
      double at = gram_canvas_snap (canvas, y, stroke.width);

      if (!inside (&panel->y, y))
        continue;
      gram_canvas_line (canvas, base - (tick->major ? TICK : MINOR_TICK), at, base, at, &stroke);
      if (tick->major)
        draw_text (layout, canvas, GRAM_TEXT_TICK, tick->label, base - TICK - 3,
                   y + theme->small * 0.36, 1, theme->dim);
    }
  if (!gram_layout_is_compact (layout, panel))
    draw_fitted (layout, canvas, GRAM_TEXT_LABEL, panel->y_label, panel->outer.x, panel->y_label_y,
                 panel->outer.width);
  gram_canvas_end (canvas);
}

/* ---------- curves -------------------------------------------------------------------------- */

/* A few markers along a line, at equal distances on the page, so that curves can be told apart
 * without their colours however many points they have. */
static void
draw_line_markers (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel,
                   const GramDrawnSeries *drawn)
{
  const GramSeries *series = drawn->series;
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (GramPoint));
  double phase = MARKER_EVERY * (0.4 + 0.22 * series->role),
         next = panel->area.x + fmod (phase, MARKER_EVERY);

  gboolean all = drawn->line->points->len <= MARKED_POINTS;

  for (guint piece = 0; piece < drawn->line->starts->len; piece++)
    {
      gsize count;
      const GramPoint *points = gram_trace_piece (drawn->line, piece, &count);

      for (gsize i = 0; i < count; i++)
        if ((all || points[i].x >= next) && points[i].x <= panel->area.x + panel->area.width
            && points[i].y >= panel->area.y && points[i].y <= panel->area.y + panel->area.height)
          {
            g_array_append_val (places, points[i]);
            next += MARKER_EVERY * MAX (1, ceil ((points[i].x - next + 1e-9) / MARKER_EVERY));
          }
    }
  gram_canvas_markers (canvas, (const GramPoint *) (gpointer) places->data, places->len,
                       series->marker, series->marker_size,
                       gram_theme_color (layout->theme, series->role, GRAM_SHADE_NORMAL),
                       layout->theme->background);
}

/* Markers on the edge of the area are drawn whole: their centres are inside. */
static void
draw_markers (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel,
              const GramDrawnSeries *drawn)
{
  const GramSeries *series = drawn->series;
  gsize count;
  const GramPoint *points;
  gboolean crowded;

  if (drawn->markers == NULL)
    {
      if (series->marker != GRAM_MARKER_NONE && drawn->line != NULL)
        draw_line_markers (layout, canvas, panel, drawn);
      return;
    }
  points = gram_trace_piece (drawn->markers, 0, &count);
  /* Rims set single markers off; in a crowd they would wipe each other out. */
  crowded = (double) count * series->marker_size * series->marker_size
            > 0.02 * panel->area.width * panel->area.height;
  gram_canvas_markers (canvas, points, count, series->marker, series->marker_size,
                       gram_theme_color (layout->theme, series->role, series->shade),
                       crowded ? (GramColor){ 0 } : layout->theme->background);
}

/* As high as the stroke would be, whose caps stick out by half its width. */
static void
draw_bars (GramCanvas *canvas, GArray *bars, const GramStroke *stroke)
{
  g_autofree GramRect *rects = g_new (GramRect, bars->len);

  for (guint i = 0; i < bars->len; i++)
    {
      rects[i] = g_array_index (bars, GramRect, i);
      rects[i].y -= stroke->width / 2;
      rects[i].height += stroke->width;
    }
  gram_canvas_bars (canvas, rects, bars->len, stroke->color);
}

static void
draw_line (GramCanvas *canvas, const GramTrace *line, const GramStroke *stroke)
{
  draw_bars (canvas, line->bars, stroke);
  for (guint piece = 0; piece < line->starts->len; piece++)
    {
      gsize count;
      const GramPoint *points = gram_trace_piece (line, piece, &count);

      if (count > 1)
        gram_canvas_polyline (canvas, points, count, stroke);
      else
        gram_canvas_markers (canvas, points, count, GRAM_MARKER_CIRCLE, MAX (4, 2 * stroke->width),
                             stroke->color, (GramColor){ 0 });
    }
}

static void
draw_series (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel,
             const GramDrawnSeries *drawn)
{
  const GramSeries *series = drawn->series;
  GramColor color = gram_theme_color (layout->theme, series->role, series->shade);
  GramStroke stroke = { color, series->width * layout->theme->line, series->dash };
  g_autofree char *class_ = g_strdup_printf ("series %s", series->id);
  g_autofree char *title = gram_text_to_plain (series->name);

  gram_canvas_begin (canvas, class_, title);
  gram_canvas_push_clip (canvas, &panel->area);
  if (drawn->line != NULL)
    draw_line (canvas, drawn->line, &stroke);
  gram_canvas_end (canvas);
  draw_markers (layout, canvas, panel, drawn);
  gram_canvas_end (canvas);
}

/* ---------- guides, notes, legend ----------------------------------------------------------- */

static char *
name_value (const GramGuide *guide)
{
  g_autofree char *number = gram_format_number (guide->value, 3);

  return g_strconcat (number, guide->unit, NULL);
}

/* The name of a level line stands where it covers the least of the curves: at the right end, the
 * left one or in the middle, over the line or under it. */
static void
draw_level_label (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel,
                  const char *label, double at, GramColor color)
{
  static const double places[] = { 1, 0, 0.5 };
  const GramRect *area = &panel->area;
  double width = gram_layout_text_width (layout, GRAM_TEXT_TICK, label) + 8;
  double height = layout->theme->small * 1.4;
  GramRect best = { 0 };
  guint least = G_MAXUINT;
  GramColor veil = layout->theme->background;

  for (guint i = 0; i < 2 * G_N_ELEMENTS (places) && least > 0; i++)
    {
      GramRect rect = { area->x + places[i / 2] * (area->width - width),
                        i % 2 == 0 ? at - height - 1 : at + 2, width, height };
      guint overlaps = gram_layout_count_overlaps (panel, &rect);

      if (rect.y < area->y || rect.y + height > area->y + area->height || overlaps >= least)
        continue;
      least = overlaps;
      best = rect;
    }
  if (label == NULL || least == G_MAXUINT)
    return;
  veil.a = 0.75;
  gram_canvas_rectangle (canvas, &best, 3, veil);
  draw_text (layout, canvas, GRAM_TEXT_TICK, label, best.x + 4, best.y + height * 0.76, 0, color);
}

static void
draw_guide (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel,
            const GramGuide *guide)
{
  const GramRect *area = &panel->area;
  gboolean vertical = guide->axis == GRAM_AXIS_X;
  const GramTransform *transform = vertical ? &panel->x : &panel->y;
  double at = gram_transform_to_pixel (transform, guide->value);
  GramColor color = gram_theme_color (layout->theme, guide->role, GRAM_SHADE_NORMAL);
  GramStroke stroke = { color, guide->draggable ? 1.8 : 1.2, guide->dash };
  g_autofree char *value = guide->draggable && guide->label == NULL ? name_value (guide) : NULL;
  const char *label = value != NULL ? value : guide->label;
  double width = gram_layout_text_width (layout, GRAM_TEXT_TICK, label);

  if ((guide->draggable && (layout->flags & GRAM_LAYOUT_CONTROLS) == 0)
      || (guide->tag != NULL && gram_plot_get_hidden (panel->plot, guide->tag)))
    return;
  if (!isfinite (at) || !inside (transform, at))
    return;
  at = gram_canvas_snap (canvas, at, stroke.width);
  gram_canvas_begin (canvas, "guide", guide->label);
  if (vertical)
    {
      gboolean left = at + width + 8 > area->x + area->width;

      gram_canvas_line (canvas, at, area->y, at, area->y + area->height, &stroke);
      if (guide->draggable)
        {
          GramRect grip = { at - 4, area->y + area->height / 2 - 13, 8, 26 };

          gram_canvas_rectangle (canvas, &grip, 4, color);
        }
      draw_text (layout, canvas, GRAM_TEXT_TICK, label, left ? at - 6 : at + 6,
                 area->y + layout->theme->small + 2, left ? 1 : 0, color);
    }
  else
    {
      gram_canvas_line (canvas, area->x, at, area->x + area->width, at, &stroke);
      draw_level_label (layout, canvas, panel, label, at, color);
    }
  gram_canvas_end (canvas);
}

static void
draw_notes (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  for (guint i = 0; i < panel->plot->notes->len; i++)
    {
      const GramNote *note = g_ptr_array_index (panel->plot->notes, i);
      double x = gram_transform_to_pixel (&panel->x, note->x);
      double y = gram_transform_to_pixel (&panel->y, note->y);

      if (isfinite (x) && isfinite (y) && inside (&panel->x, x) && inside (&panel->y, y))
        draw_text (layout, canvas, GRAM_TEXT_TICK, note->text, x, y, note->align,
                   gram_theme_color (layout->theme, GRAM_ROLE_NEUTRAL, GRAM_SHADE_STRONG));
    }
}

static void
draw_entry (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel,
            const GramLegendBox *box)
{
  const GramTheme *theme = layout->theme;
  const GramLegendEntry *entry = box->entry;
  gboolean hidden = gram_plot_get_hidden (panel->plot, entry->tag);
  GramColor color = gram_theme_color (theme, entry->role, entry->shade);
  double y = box->rect.y + box->rect.height / 2;
  GramPoint middle = { box->rect.x + GRAM_SWATCH / 2, y };
  GramStroke stroke = { color, entry->shade == GRAM_SHADE_SOFT ? 3.5 : 2, entry->dash };

  if (hidden)
    stroke.color = color = gram_color_mix (color, theme->background, 0.7);
  if (entry->kind != GRAM_SERIES_POINTS)
    gram_canvas_line (canvas, box->rect.x, y, box->rect.x + GRAM_SWATCH, y, &stroke);
  if (entry->marker != GRAM_MARKER_NONE)
    gram_canvas_markers (canvas, &middle, 1, entry->marker, 7,
                         hidden ? color : gram_theme_color (theme, entry->role, GRAM_SHADE_NORMAL),
                         theme->background);
  draw_text (layout, canvas, GRAM_TEXT_TICK, entry->label,
             box->rect.x + GRAM_SWATCH + GRAM_SWATCH_GAP, y + theme->small * 0.36, 0,
             hidden ? gram_color_mix (theme->dim, theme->background, 0.5) : theme->ink);
}

static void
draw_legend (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  if (panel->legend->len == 0)
    return;
  gram_canvas_begin (canvas, "legend", NULL);
  for (guint i = 0; i < panel->legend->len; i++)
    {
      const GramLegendBox *box = &g_array_index (panel->legend, GramLegendBox, i);

      if (box->at_end)
        gram_layout_draw_end (layout, canvas, box);
      else
        draw_entry (layout, canvas, panel, box);
    }
  gram_canvas_end (canvas);
}

/* Curves that grow no more. */
static void
draw_settled (const GramLayout *layout, GramCanvas *canvas, const GramPanel *panel)
{
  for (guint i = 0; i < panel->drawn->len; i++)
    {
      GramDrawnSeries drawn = { .series = g_array_index (panel->drawn, GramDrawnSeries, i).series };

      if (!drawn.series->settled)
        continue;
      gram_layout_trace (layout, panel, &drawn);
      draw_series (layout, canvas, panel, &drawn);
      g_clear_pointer (&drawn.line, gram_trace_free);
      g_clear_pointer (&drawn.markers, gram_trace_free);
    }
}

static void
draw_static (const GramLayout *layout, GramCanvas *canvas)
{
  const GramTheme *theme = layout->theme;
  GramRect all = { 0, 0, layout->width, layout->height };
  double left = 14;

  if (!(layout->flags & GRAM_LAYOUT_TRANSPARENT))
    gram_canvas_rectangle (canvas, &all, 0, theme->background);
  if (layout->title_y > 0)
    draw_fitted (layout, canvas, GRAM_TEXT_TITLE, layout->figure->title, left, layout->title_y,
                 layout->width - left - GRAM_MARGIN);
  for (guint i = 0; layout->caption != NULL && layout->caption[i] != NULL; i++)
    draw_text (layout, canvas, GRAM_TEXT_CAPTION, layout->caption[i], left,
               layout->caption_y + i * layout->caption_step, 0, theme->dim);
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);

      if (panel->plot->tiles->len == 0)
        {
          draw_grid (layout, canvas, panel);
          draw_x_axis (layout, canvas, panel);
          draw_y_axis (layout, canvas, panel);
        }
      if (panel->plot->title != NULL)
        draw_fitted (layout, canvas, GRAM_TEXT_PANEL, panel->plot->title, panel->outer.x,
                     panel->title_y, panel->outer.width);
      draw_settled (layout, canvas, panel);
      gram_layout_draw_tiles (layout, canvas, panel);
    }
}

static void
draw_data (const GramLayout *layout, GramCanvas *canvas)
{
  gboolean empty = gram_figure_is_empty (layout->figure);

  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);
      const GramRect *area = &panel->area;

      for (guint j = 0; j < panel->drawn->len; j++)
        if (!g_array_index (panel->drawn, GramDrawnSeries, j).series->settled)
          draw_series (layout, canvas, panel, &g_array_index (panel->drawn, GramDrawnSeries, j));
      gram_canvas_push_clip (canvas, area);
      for (guint j = 0; j < panel->plot->guides->len; j++)
        draw_guide (layout, canvas, panel, g_ptr_array_index (panel->plot->guides, j));
      draw_notes (layout, canvas, panel);
      gram_canvas_end (canvas);
      draw_legend (layout, canvas, panel);
      if (empty && i == 0)
        draw_text (layout, canvas, GRAM_TEXT_LABEL, layout->figure->empty,
                   area->x + area->width / 2, area->y + area->height / 2, 0.5, layout->theme->dim);
    }
}

/**
 * gram_layout_draw:
 *
 * Draws the parts onto @canvas, whose origin is the figure's left top corner.
 */
void
gram_layout_draw (const GramLayout *layout, GramCanvas *canvas, GramDrawParts parts)
{
  if (parts & GRAM_DRAW_STATIC)
    draw_static (layout, canvas);
  if (parts & GRAM_DRAW_DATA)
    draw_data (layout, canvas);
}

/* ---------- whether the static parts of two layouts look the same --------------------------- */

static guint64
hash_bytes (guint64 hash, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

static guint64
hash_text (guint64 hash, const char *text)
{
  return text != NULL ? hash_bytes (hash, text, strlen (text) + 1) : hash_bytes (hash, "\1", 2);
}

static guint64
hash_transform (guint64 hash, const GramTransform *t)
{
  const double numbers[] = { t->scale,     t->zero.place, t->zero.first, t->range.min,
                             t->range.max, t->pixel_min,  t->pixel_max };

  return hash_bytes (hash, numbers, sizeof numbers);
}

/* Which curves that grow no more are drawn, and how. */
static guint64
hash_settled (guint64 hash, const GramPanel *panel)
{
  for (guint i = 0; i < panel->drawn->len; i++)
    {
      const GramSeries *series = g_array_index (panel->drawn, GramDrawnSeries, i).series;
      const double look[] = { series->role,   series->shade,
                              series->dash,   series->width,
                              series->marker, series->marker_size,
                              series->kind,   (double) gram_series_length (series) };

      if (!series->settled)
        continue;
      hash = hash_text (hash, series->id);
      hash = hash_bytes (hash, look, sizeof look);
      hash = hash_bytes (hash, &series->y, sizeof series->y);
    }
  return hash;
}

/**
 * gram_layout_static_key:
 *
 * Returns: a number that is the same for two layouts whose static part looks the same
 */
guint64
gram_layout_static_key (const GramLayout *layout)
{
  const double whole[] = { layout->width,       layout->height, layout->theme->kind,
                           layout->theme->text, layout->flags,  layout->figure->first_row };
  guint64 hash = hash_bytes (G_GUINT64_CONSTANT (0xcbf29ce484222325), whole, sizeof whole);

  hash = hash_text (hash, layout->figure->title);
  hash = hash_text (hash, layout->figure->caption);
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPanel *panel = g_ptr_array_index (layout->panels, i);
      const double places[] = { panel->x_labels, panel->y_label_y, panel->outer.x,
                                has_numbers (layout, panel, GRAM_AXIS_X),
                                has_numbers (layout, panel, GRAM_AXIS_Y) };

      hash = hash_transform (hash, &panel->x);
      hash = hash_transform (hash, &panel->y);
      hash = hash_text (hash, panel->x_label);
      hash = hash_text (hash, panel->y_label);
      hash = hash_text (hash, panel->plot->title);
      hash = hash_bytes (hash, places, sizeof places);
      hash = hash_settled (hash, panel);
    }
  return hash;
}
