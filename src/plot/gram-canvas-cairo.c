/* gram-canvas-cairo.c: plots on any cairo surface
 *
 * SPDX-License-Identifier: MIT
 *
 * Two qualities. Fast is for the screen: strokes of a few hundred points (cairo's tessellator
 * costs more than linearly in the length of a noisy line), bevel joins, fast antialiasing, and
 * markers stamped from one image of them. Full is for files.
 */
#include "gram-canvas.h"

#include <math.h>

#include <pango/pangocairo.h>

#define STROKE_POINTS 256
#define STAMP_FROM 64 /* markers; fewer are drawn one by one */

typedef struct
{
  GramCanvas parent;
  cairo_t *cr;
} CairoCanvas;

static void
set_source (cairo_t *cr, GramColor color)
{
  cairo_set_source_rgba (cr, color.r, color.g, color.b, color.a);
}

static void
cairo_canvas_begin (GramCanvas *canvas, const char *class_, const char *title)
{
  cairo_save (((CairoCanvas *) canvas)->cr);
}

static void
cairo_canvas_end (GramCanvas *canvas)
{
  cairo_restore (((CairoCanvas *) canvas)->cr);
}

static void
cairo_canvas_push_clip (GramCanvas *canvas, const GramRect *rect)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;

  cairo_save (cr);
  cairo_rectangle (cr, rect->x, rect->y, rect->width, rect->height);
  cairo_clip (cr);
}

static void
cairo_canvas_rectangle (GramCanvas *canvas, const GramRect *rect, double radius, GramColor fill)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;
  double x = rect->x, y = rect->y, w = rect->width, h = rect->height, r = radius;

  set_source (cr, fill);
  if (r > 0)
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, x + w - r, y + r, r, -G_PI_2, 0);
      cairo_arc (cr, x + w - r, y + h - r, r, 0, G_PI_2);
      cairo_arc (cr, x + r, y + h - r, r, G_PI_2, G_PI);
      cairo_arc (cr, x + r, y + r, r, G_PI, 3 * G_PI_2);
      cairo_close_path (cr);
    }
  else
    cairo_rectangle (cr, x, y, w, h);
  cairo_fill (cr);
}

/* On whole device pixels, which cairo fills without a coverage mask: a rectangle a column is noise,
 * and its ends need no antialiasing. */
static void
cairo_canvas_bars (GramCanvas *canvas, const GramRect *rects, gsize count, GramColor fill)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;
  double scale = canvas->scale > 0 ? canvas->scale : 1;

  set_source (cr, fill);
  for (gsize i = 0; i < count; i++)
    {
      double top = round (rects[i].y * scale) / scale;
      double bottom = round ((rects[i].y + rects[i].height) * scale) / scale;

      cairo_rectangle (cr, rects[i].x, top, rects[i].width, MAX (bottom - top, 1 / scale));
    }
  cairo_fill (cr);
}

static double
stroke_piece (cairo_t *cr, const GramPoint *points, gsize count, gboolean measure)
{
  double length = 0;

  cairo_move_to (cr, points[0].x, points[0].y);
  for (gsize i = 1; i < count; i++)
    {
      cairo_line_to (cr, points[i].x, points[i].y);
      if (measure)
        length += hypot (points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
    }
  cairo_stroke (cr);
  return length;
}

static void
cairo_canvas_polyline (GramCanvas *canvas, const GramPoint *points, gsize count,
                       const GramStroke *stroke)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;
  double pattern[4], offset = 0;
  guint dashes = gram_dash_pattern (stroke->dash, stroke->width, pattern);
  gsize piece = canvas->fast ? STROKE_POINTS : count;

  set_source (cr, stroke->color);
  cairo_set_line_width (cr, stroke->width);
  cairo_set_line_cap (cr, dashes > 0 ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, canvas->fast ? CAIRO_LINE_JOIN_BEVEL : CAIRO_LINE_JOIN_ROUND);
  if (count == 2)
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  for (gsize from = 0; from + 1 < count; from += piece - 1)
    {
      if (dashes > 0)
        cairo_set_dash (cr, pattern, (int) dashes, offset);
      offset += stroke_piece (cr, points + from, MIN (piece, count - from), dashes > 0);
    }
  if (dashes > 0)
    cairo_set_dash (cr, NULL, 0, 0);
}

/* ---------- markers ------------------------------------------------------------------------- */

static void
trace_marker (cairo_t *cr, double x, double y, GramMarker marker, double size)
{
  GramPoint outline[12];
  guint corners = gram_marker_outline (marker, size, outline);

  cairo_new_sub_path (cr);
  if (corners == 0)
    cairo_arc (cr, x, y, size / 2, 0, 2 * G_PI);
  for (guint i = 0; i < corners; i++)
    cairo_line_to (cr, x + outline[i].x, y + outline[i].y);
  cairo_close_path (cr);
}

static void
draw_marker (cairo_t *cr, double x, double y, GramMarker marker, double size, GramColor fill,
             GramColor rim)
{
  trace_marker (cr, x, y, marker, size);
  if (rim.a > 0)
    {
      set_source (cr, rim);
      cairo_set_line_width (cr, 2);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_stroke_preserve (cr);
    }
  set_source (cr, fill);
  cairo_fill (cr);
}

static cairo_surface_t *
make_stamp (GramMarker marker, double size, double scale, GramColor fill, GramColor rim)
{
  int side = 2 * (int) ceil (size * 0.65 + 1) + 1; /* the widest marker, and its rim */
  int pixels = (int) ceil (side * scale);
  cairo_surface_t *stamp = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, pixels, pixels);
  cairo_t *cr = cairo_create (stamp);

  cairo_scale (cr, scale, scale);
  draw_marker (cr, pixels / scale / 2, pixels / scale / 2, marker, size, fill, rim);
  cairo_destroy (cr);
  cairo_surface_flush (stamp);
  return stamp;
}

/* Premultiplied source over destination, two channels at a time. */
static inline guint32
blend (guint32 source, guint32 destination)
{
  guint32 keep = 255 - (source >> 24);
  guint32 rb = (destination & 0xff00ff) * keep + 0x800080;
  guint32 ag = (destination >> 8 & 0xff00ff) * keep + 0x800080;

  rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
  ag = (ag + (ag >> 8 & 0xff00ff)) & 0xff00ff00;
  return source + (rb | ag);
}

typedef struct
{
  guint32 *data;
  int width, height, stride; /* pixels */
} Pixels;

static Pixels
get_pixels (cairo_surface_t *surface)
{
  return (Pixels){ (guint32 *) (gpointer) cairo_image_surface_get_data (surface),
                   cairo_image_surface_get_width (surface),
                   cairo_image_surface_get_height (surface),
                   cairo_image_surface_get_stride (surface) / 4 };
}

static void
blit (const Pixels *stamp, const Pixels *target, int x, int y)
{
  int first = MAX (0, -x), end = MIN (stamp->width, target->width - x);

  for (int row = MAX (0, -y); row < MIN (stamp->height, target->height - y); row++)
    {
      const guint32 *from = stamp->data + row * stamp->stride;
      guint32 *to = target->data + (gsize) (y + row) * (gsize) target->stride + x;

      for (int column = first; column < end; column++)
        if (from[column] >> 24 == 255)
          to[column] = from[column];
        else if (from[column] != 0)
          to[column] = blend (from[column], to[column]);
    }
}

/* Tens of thousands of markers: one image of the marker, copied to whole device pixels. Through
 * cairo each copy would cost ten times what its pixels do. */
static gboolean
stamp_markers (CairoCanvas *canvas, const GramPoint *points, gsize count, GramMarker marker,
               double size, GramColor fill, GramColor rim)
{
  cairo_surface_t *target = cairo_get_group_target (canvas->cr), *stamp;
  double scale = canvas->parent.scale > 0 ? canvas->parent.scale : 1;
  cairo_matrix_t matrix;
  Pixels from, to;

  cairo_get_matrix (canvas->cr, &matrix);
  if (cairo_surface_get_type (target) != CAIRO_SURFACE_TYPE_IMAGE
      || cairo_image_surface_get_format (target) != CAIRO_FORMAT_ARGB32 || matrix.xx != scale
      || matrix.yy != scale || matrix.xy != 0 || matrix.yx != 0)
    return FALSE;
  stamp = make_stamp (marker, size, scale, fill, rim);
  cairo_surface_flush (target);
  from = get_pixels (stamp);
  to = get_pixels (target);
  for (gsize i = 0; i < count; i++)
    blit (&from, &to, (int) floor (points[i].x * scale + matrix.x0 - from.width / 2.0 + 0.5),
          (int) floor (points[i].y * scale + matrix.y0 - from.height / 2.0 + 0.5));
  cairo_surface_mark_dirty (target);
  cairo_surface_destroy (stamp);
  return TRUE;
}

static void
cairo_canvas_markers (GramCanvas *base, const GramPoint *points, gsize count, GramMarker marker,
                      double size, GramColor fill, GramColor rim)
{
  CairoCanvas *canvas = (CairoCanvas *) base;

  if (base->fast && count >= STAMP_FROM
      && stamp_markers (canvas, points, count, marker, size, fill, rim))
    return;
  for (gsize i = 0; i < count; i++)
    draw_marker (canvas->cr, points[i].x, points[i].y, marker, size, fill, rim);
}

static void
cairo_canvas_text (GramCanvas *canvas, const GramFont *font, const char *text, double x, double y,
                   double align, GramColor color)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;
  const GramTypeset *set = gram_typesetter_set (canvas->typesetter, font, text);

  cairo_save (cr);
  set_source (cr, color);
  cairo_translate (cr, x, y);
  cairo_move_to (cr, -align * set->width, -set->baseline);
  /* Pictures put each letter on a whole pixel, which tears small words apart and eats the spaces
   * between them; outlines stand where they belong. Other surfaces keep text as text. */
  if (cairo_surface_get_type (cairo_get_target (cr)) == CAIRO_SURFACE_TYPE_IMAGE)
    {
      pango_cairo_layout_path (cr, set->layout);
      cairo_fill (cr);
    }
  else
    pango_cairo_show_layout (cr, set->layout);
  cairo_restore (cr);
}

static void
cairo_canvas_picture (GramCanvas *canvas, const GramRect *rect, const GramPicture *picture)
{
  cairo_t *cr = ((CairoCanvas *) canvas)->cr;
  cairo_surface_t *surface = gram_picture_surface (picture);

  cairo_save (cr);
  cairo_translate (cr, rect->x, rect->y);
  cairo_scale (cr, rect->width / picture->width, rect->height / picture->height);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_rectangle (cr, 0, 0, picture->width, picture->height);
  cairo_fill (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

static void
cairo_canvas_clear (GramCanvas *canvas)
{
  cairo_destroy (((CairoCanvas *) canvas)->cr);
}

static const GramCanvasClass cairo_canvas_class = {
  .begin = cairo_canvas_begin,
  .end = cairo_canvas_end,
  .push_clip = cairo_canvas_push_clip,
  .rectangle = cairo_canvas_rectangle,
  .bars = cairo_canvas_bars,
  .polyline = cairo_canvas_polyline,
  .markers = cairo_canvas_markers,
  .text = cairo_canvas_text,
  .picture = cairo_canvas_picture,
  .clear = cairo_canvas_clear,
};

/**
 * gram_canvas_new_cairo:
 * @scale: device pixels a unit of @cr, 0 for vector surfaces
 * @fast: for the screen
 *
 * Returns: (transfer full): a canvas that draws with @cr
 */
GramCanvas *
gram_canvas_new_cairo (cairo_t *cr, GramTypesetter *typesetter, double scale, gboolean fast)
{
  CairoCanvas *canvas = g_new0 (CairoCanvas, 1);

  canvas->parent.class_ = &cairo_canvas_class;
  canvas->parent.typesetter = gram_typesetter_ref (typesetter);
  canvas->parent.scale = scale;
  canvas->parent.fast = fast;
  canvas->cr = cairo_reference (cr);
  cairo_set_antialias (cr, fast ? CAIRO_ANTIALIAS_FAST : CAIRO_ANTIALIAS_BEST);
  return &canvas->parent;
}
