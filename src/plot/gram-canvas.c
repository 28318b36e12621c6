/* gram-canvas.c: what the canvases share
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-canvas.h"

#include <math.h>

/**
 * gram_canvas_free:
 * @canvas: (transfer full):
 */
void
gram_canvas_free (GramCanvas *canvas)
{
  gram_typesetter_unref (canvas->typesetter);
  if (canvas->class_->clear != NULL)
    canvas->class_->clear (canvas);
  g_free (canvas);
}

/**
 * gram_canvas_begin:
 * @class_: what the group is, for style sheets and tests: "grid", "series true"
 * @title: (nullable): what a reader of the file is told about it
 */
void
gram_canvas_begin (GramCanvas *canvas, const char *class_, const char *title)
{
  canvas->class_->begin (canvas, class_, title);
}

/**
 * gram_canvas_end:
 *
 * Ends the group begun or the clip pushed last.
 */
void
gram_canvas_end (GramCanvas *canvas)
{
  canvas->class_->end (canvas);
}

/**
 * gram_canvas_push_clip:
 *
 * Begins a group of which nothing is drawn outside @rect.
 */
void
gram_canvas_push_clip (GramCanvas *canvas, const GramRect *rect)
{
  canvas->class_->push_clip (canvas, rect);
}

/**
 * gram_canvas_rectangle:
 * @radius: of the corners
 */
void
gram_canvas_rectangle (GramCanvas *canvas, const GramRect *rect, double radius, GramColor fill)
{
  canvas->class_->rectangle (canvas, rect, radius, fill);
}

/**
 * gram_canvas_bars:
 *
 * Fills many upright rectangles that do not overlap.
 */
void
gram_canvas_bars (GramCanvas *canvas, const GramRect *rects, gsize count, GramColor fill)
{
  if (count > 0)
    canvas->class_->bars (canvas, rects, count, fill);
}

/**
 * gram_canvas_polyline:
 *
 * Strokes an open line; all points finite and within ±30,000.
 */
void
gram_canvas_polyline (GramCanvas *canvas, const GramPoint *points, gsize count,
                      const GramStroke *stroke)
{
  if (count >= 2 && stroke->width > 0)
    canvas->class_->polyline (canvas, points, count, stroke);
}

/**
 * gram_canvas_markers:
 * @size: the diameter
 * @rim: drawn around each marker to set it off from what is below; transparent: none
 */
void
gram_canvas_markers (GramCanvas *canvas, const GramPoint *points, gsize count, GramMarker marker,
                     double size, GramColor fill, GramColor rim)
{
  if (count > 0 && marker != GRAM_MARKER_NONE)
    canvas->class_->markers (canvas, points, count, marker, size, fill, rim);
}

/**
 * gram_canvas_text:
 * @x: (and @y) the reference point on the baseline
 * @align: 0: the text starts there, 0.5: is centred, 1: ends there
 */
void
gram_canvas_text (GramCanvas *canvas, const GramFont *font, const char *text, double x, double y,
                  double align, GramColor color)
{
  if (text != NULL && *text != '\0')
    canvas->class_->text (canvas, font, text, x, y, align, color);
}

/**
 * gram_canvas_picture:
 *
 * Draws an image, each of its pixels as a rectangle.
 */
void
gram_canvas_picture (GramCanvas *canvas, const GramRect *rect, const GramPicture *picture)
{
  canvas->class_->picture (canvas, rect, picture);
}

/**
 * gram_canvas_line:
 *
 * Strokes one straight line.
 */
void
gram_canvas_line (GramCanvas *canvas, double x0, double y0, double x1, double y1,
                  const GramStroke *stroke)
{
  GramPoint points[2] = { { x0, y0 }, { x1, y1 } };

  gram_canvas_polyline (canvas, points, 2, stroke);
}

/**
 * gram_canvas_snap:
 * @width: of the line, in units
 *
 * Returns: @position moved by at most half a device pixel, so that a line of @width along it
 * covers whole device pixels
 */
double
gram_canvas_snap (const GramCanvas *canvas, double position, double width)
{
  double device, lines;

  if (canvas->scale <= 0)
    return position;
  device = position * canvas->scale;
  lines = MAX (1, round (width * canvas->scale));
  if (fmod (lines, 2) == 1)
    return (floor (device) + 0.5) / canvas->scale;
  return round (device) / canvas->scale;
}

/**
 * gram_canvas_hairline:
 *
 * Returns: a width near 1 that is a whole number of device pixels
 */
double
gram_canvas_hairline (const GramCanvas *canvas)
{
  return canvas->scale > 1 ? floor (canvas->scale) / canvas->scale : 1;
}

/**
 * gram_dash_pattern:
 *
 * Returns: how many lengths of @pattern are set; 0: solid
 */
guint
gram_dash_pattern (GramDash dash, double width, double pattern[4])
{
  double w = MAX (width, 1);

  switch (dash)
    {
    case GRAM_DASH_DASHED:
      pattern[0] = 5 * w;
      pattern[1] = 3 * w;
      return 2;
    case GRAM_DASH_DOTTED:
      pattern[0] = 1.2 * w;
      pattern[1] = 2.2 * w;
      return 2;
    case GRAM_DASH_MIXED:
      pattern[0] = 6 * w;
      pattern[1] = 2.4 * w;
      pattern[2] = 1.4 * w;
      pattern[3] = 2.4 * w;
      return 4;
    case GRAM_DASH_SOLID:
    default:
      return 0;
    }
}

static guint
set_outline (GramPoint *outline, const double (*unit)[2], guint count, double radius)
{
  for (guint i = 0; i < count; i++)
    outline[i] = (GramPoint){ unit[i][0] * radius, unit[i][1] * radius };
  return count;
}

/**
 * gram_marker_outline:
 *
 * The shapes are scaled to look equally heavy, not equally wide.
 *
 * Returns: the number of corners around the origin; 0: a disc
 */
guint
gram_marker_outline (GramMarker marker, double size, GramPoint outline[12])
{
  static const double square[][2] = { { -.89, -.89 }, { .89, -.89 }, { .89, .89 }, { -.89, .89 } };
  static const double triangle[][2] = { { 0, -1.25 }, { 1.1, .75 }, { -1.1, .75 } };
  static const double diamond[][2] = { { 0, -1.25 }, { 1.25, 0 }, { 0, 1.25 }, { -1.25, 0 } };
  static const double cross[][2] = { { -1.1, -.65 }, { -.65, -1.1 }, { 0, -.45 },   { .65, -1.1 },
                                     { 1.1, -.65 },  { .45, 0 },     { 1.1, .65 },  { .65, 1.1 },
                                     { 0, .45 },     { -.65, 1.1 },  { -1.1, .65 }, { -.45, 0 } };
  double radius = size / 2;

  switch (marker)
    {
    case GRAM_MARKER_SQUARE:
      return set_outline (outline, square, 4, radius);
    case GRAM_MARKER_TRIANGLE:
      return set_outline (outline, triangle, 3, radius);
    case GRAM_MARKER_DIAMOND:
      return set_outline (outline, diamond, 4, radius);
    case GRAM_MARKER_CROSS:
      return set_outline (outline, cross, 12, radius);
    default:
      return 0;
    }
}
