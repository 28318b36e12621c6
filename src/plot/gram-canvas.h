/* gram-canvas.h: the few things a plot draws with, onto cairo or into an SVG file
 *
 * SPDX-License-Identifier: MIT
 *
 * cairo's own SVG surface turns text into outlines, which nobody can select, search or edit.
 * So plots draw through this small interface, and one implementation of it writes SVG in which
 * text is text.
 */
#pragma once

#include <cairo.h>

#include "gram-picture.h"
#include "gram-text.h"
#include "gram-theme.h"

G_BEGIN_DECLS

typedef struct
{
  double x, y;
} GramPoint;

typedef struct
{
  double x, y, width, height;
} GramRect;

typedef enum
{
  GRAM_DASH_SOLID,
  GRAM_DASH_DASHED,
  GRAM_DASH_DOTTED,
  GRAM_DASH_MIXED, /* dash, dot */
} GramDash;

typedef enum
{
  GRAM_MARKER_NONE,
  GRAM_MARKER_CIRCLE,
  GRAM_MARKER_SQUARE,
  GRAM_MARKER_TRIANGLE,
  GRAM_MARKER_DIAMOND,
  GRAM_MARKER_CROSS,
} GramMarker;

typedef struct
{
  GramColor color;
  double width;
  GramDash dash;
} GramStroke;

typedef struct _GramCanvas GramCanvas;

typedef struct
{
  void (*begin) (GramCanvas *canvas, const char *class_, const char *title);
  void (*end) (GramCanvas *canvas);
  void (*push_clip) (GramCanvas *canvas, const GramRect *rect);
  void (*rectangle) (GramCanvas *canvas, const GramRect *rect, double radius, GramColor fill);
  void (*bars) (GramCanvas *canvas, const GramRect *rects, gsize count, GramColor fill);
  void (*polyline) (GramCanvas *canvas, const GramPoint *points, gsize count,
                    const GramStroke *stroke);
  void (*markers) (GramCanvas *canvas, const GramPoint *points, gsize count, GramMarker marker,
                   double size, GramColor fill, GramColor rim);
  void (*text) (GramCanvas *canvas, const GramFont *font, const char *text, double x, double y,
                double align, GramColor color);
  void (*picture) (GramCanvas *canvas, const GramRect *rect, const GramPicture *picture);
  void (*clear) (GramCanvas *canvas); /* (nullable) */
} GramCanvasClass;

struct _GramCanvas
{
  const GramCanvasClass *class_;
  GramTypesetter *typesetter;
  double scale;  /* device pixels a unit, for snapping; 0: none to snap to */
  gboolean fast; /* on screen: speed before the last bit of antialiasing */
};

GramCanvas *gram_canvas_new_cairo (cairo_t *cr, GramTypesetter *typesetter, double scale,
                                   gboolean fast);
GramCanvas *gram_canvas_new_svg (GString *out, GramTypesetter *typesetter);
void gram_canvas_free (GramCanvas *canvas);

void gram_canvas_begin (GramCanvas *canvas, const char *class_, const char *title);
void gram_canvas_end (GramCanvas *canvas);
void gram_canvas_push_clip (GramCanvas *canvas, const GramRect *rect);
void gram_canvas_rectangle (GramCanvas *canvas, const GramRect *rect, double radius,
                            GramColor fill);
void gram_canvas_bars (GramCanvas *canvas, const GramRect *rects, gsize count, GramColor fill);
void gram_canvas_polyline (GramCanvas *canvas, const GramPoint *points, gsize count,
                           const GramStroke *stroke);
void gram_canvas_markers (GramCanvas *canvas, const GramPoint *points, gsize count,
                          GramMarker marker, double size, GramColor fill, GramColor rim);
void gram_canvas_text (GramCanvas *canvas, const GramFont *font, const char *text, double x,
                       double y, double align, GramColor color);
void gram_canvas_picture (GramCanvas *canvas, const GramRect *rect, const GramPicture *picture);
void gram_canvas_line (GramCanvas *canvas, double x0, double y0, double x1, double y1,
                       const GramStroke *stroke);
double gram_canvas_snap (const GramCanvas *canvas, double position, double width);
double gram_canvas_hairline (const GramCanvas *canvas);
void gram_svg_append_text (GString *out, const char *text);
guint gram_dash_pattern (GramDash dash, double width, double pattern[4]);
guint gram_marker_outline (GramMarker marker, double size, GramPoint outline[12]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramCanvas, gram_canvas_free)

G_END_DECLS
