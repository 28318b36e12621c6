/* gram-canvas-svg.c: plots as SVG in which text is text
 *
 * SPDX-License-Identifier: MIT
 *
 * Numbers have two decimals of a pixel and are the same in every locale. Everything that comes
 * from outside (names of files and classes) is escaped, and control characters that XML forbids
 * are replaced.
 */
#include "gram-canvas.h"

#include <math.h>
#include <string.h>

typedef struct
{
  GramCanvas parent;
  GString *out; /* not owned */
  guint clips;
} SvgCanvas;

static void
append_number (GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char *end;

  g_ascii_formatd (buffer, sizeof buffer, "%.2f", value);
  end = buffer + strlen (buffer) - 1;
  while (*end == '0')
    *end-- = '\0';
  if (*end == '.')
    *end = '\0';
  g_string_append (out, strcmp (buffer, "-0") == 0 ? "0" : buffer);
}

static void
append_attribute (GString *out, const char *name, double value)
{
  g_string_append_printf (out, " %s=\"", name);
  append_number (out, value);
  g_string_append_c (out, '"');
}

/**
 * gram_svg_append_text:
 *
 * Appends any text as what stands between or in tags: escaped, and without control characters.
 */
void
gram_svg_append_text (GString *out, const char *text)
{
  g_autofree char *clean = g_utf8_make_valid (text, -1);
  g_autofree char *escaped = NULL;

  for (char *at = clean; *at != '\0'; at++)
    if ((guchar) *at < 0x20)
      *at = ' ';
  escaped = g_markup_escape_text (clean, -1);
  g_string_append (out, escaped);
}

static void
append_color (GString *out, const char *name, GramColor color)
{
  g_string_append_printf (out, " %s=\"#%02x%02x%02x\"", name, (guint) lround (color.r * 255),
                          (guint) lround (color.g * 255), (guint) lround (color.b * 255));
  if (color.a < 1)
    {
      g_autofree char *opacity = g_strdup_printf ("%s-opacity", name);

      append_attribute (out, opacity, color.a);
    }
}

static void
append_points (GString *out, const GramPoint *points, gsize count)
{
  g_string_append (out, " points=\"");
  for (gsize i = 0; i < count; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      append_number (out, points[i].x);
      g_string_append_c (out, ',');
      append_number (out, points[i].y);
    }
  g_string_append_c (out, '"');
}

static void
append_rect (GString *out, const GramRect *rect)
{
  g_string_append (out, "<rect");
  append_attribute (out, "x", rect->x);
  append_attribute (out, "y", rect->y);
  append_attribute (out, "width", rect->width);
  append_attribute (out, "height", rect->height);
}

static void
svg_canvas_begin (GramCanvas *canvas, const char *class_, const char *title)
{
  GString *out = ((SvgCanvas *) canvas)->out;

  g_string_append (out, "<g class=\"");
  gram_svg_append_text (out, class_);
  g_string_append (out, "\">\n");
  if (title == NULL)
    return;
  g_string_append (out, "<title>");
  gram_svg_append_text (out, title);
  g_string_append (out, "</title>\n");
}

static void
svg_canvas_end (GramCanvas *canvas)
{
  g_string_append (((SvgCanvas *) canvas)->out, "</g>\n");
}

static void
svg_canvas_push_clip (GramCanvas *base, const GramRect *rect)
{
  SvgCanvas *canvas = (SvgCanvas *) base;
  guint id = ++canvas->clips;

  g_string_append_printf (canvas->out, "<clipPath id=\"clip%u\">", id);
  append_rect (canvas->out, rect);
  g_string_append_printf (canvas->out, "/></clipPath>\n<g clip-path=\"url(#clip%u)\">\n", id);
}

static void
svg_canvas_rectangle (GramCanvas *canvas, const GramRect *rect, double radius, GramColor fill)
{
  GString *out = ((SvgCanvas *) canvas)->out;

  append_rect (out, rect);
  if (radius > 0)
    append_attribute (out, "rx", radius);
  append_color (out, "fill", fill);
  g_string_append (out, "/>\n");
}

static void
svg_canvas_bars (GramCanvas *canvas, const GramRect *rects, gsize count, GramColor fill)
{
  for (gsize i = 0; i < count; i++)
    svg_canvas_rectangle (canvas, &rects[i], 0, fill);
}

static void
svg_canvas_polyline (GramCanvas *canvas, const GramPoint *points, gsize count,
                     const GramStroke *stroke)
{
  GString *out = ((SvgCanvas *) canvas)->out;
  double pattern[4];
  guint dashes = gram_dash_pattern (stroke->dash, stroke->width, pattern);

  g_string_append (out, "<polyline");
  append_points (out, points, count);
  g_string_append (out, " fill=\"none\"");
  append_color (out, "stroke", stroke->color);
  append_attribute (out, "stroke-width", stroke->width);
  if (count > 2)
    g_string_append (out, " stroke-linejoin=\"round\"");
  if (count > 2 && dashes == 0)
    g_string_append (out, " stroke-linecap=\"round\"");
  for (guint i = 0; i < dashes; i++)
    {
      g_string_append (out, i == 0 ? " stroke-dasharray=\"" : " ");
      append_number (out, pattern[i]);
    }
  g_string_append (out, dashes > 0 ? "\"/>\n" : "/>\n");
}

static void
append_marker (GString *out, GramPoint at, GramMarker marker, double size)
{
  GramPoint outline[12];
  guint corners = gram_marker_outline (marker, size, outline);

  if (corners == 0)
    {
      g_string_append (out, "<circle");
      append_attribute (out, "cx", at.x);
      append_attribute (out, "cy", at.y);
      append_attribute (out, "r", size / 2);
    }
  else
    {
      for (guint i = 0; i < corners; i++)
        outline[i] = (GramPoint){ outline[i].x + at.x, outline[i].y + at.y };
      g_string_append (out, "<polygon");
      append_points (out, outline, corners);
    }
  g_string_append (out, "/>\n");
}

static void
svg_canvas_markers (GramCanvas *canvas, const GramPoint *points, gsize count, GramMarker marker,
                    double size, GramColor fill, GramColor rim)
{
  GString *out = ((SvgCanvas *) canvas)->out;

  g_string_append (out, "<g class=\"markers\"");
  append_color (out, "fill", fill);
  if (rim.a > 0)
    {
      append_color (out, "stroke", rim);
      g_string_append (out, " stroke-width=\"1\"");
    }
  g_string_append (out, ">\n");
  for (gsize i = 0; i < count; i++)
    append_marker (out, points[i], marker, size);
  g_string_append (out, "</g>\n");
}

static void
append_runs (GString *out, const char *text, double size)
{
  g_autoptr (GPtrArray) runs = gram_text_parse (text);
  double shift = 0;

  for (guint i = 0; i < runs->len; i++)
    {
      const GramTextRun *run = g_ptr_array_index (runs, i);
      double wanted = run->level > 0   ? -GRAM_TEXT_RAISE * size
                      : run->level < 0 ? GRAM_TEXT_LOWER * size
                                       : 0;

      if (wanted == shift && run->level == 0)
        {
          gram_svg_append_text (out, run->text);
          continue;
        }
      g_string_append (out, "<tspan");
      append_attribute (out, "dy", wanted - shift);
      if (run->level != 0)
        append_attribute (out, "font-size", size * GRAM_TEXT_SMALL);
      g_string_append_c (out, '>');
      gram_svg_append_text (out, run->text);
      g_string_append (out, "</tspan>");
      shift = wanted;
    }
}

static void
svg_canvas_text (GramCanvas *canvas, const GramFont *font, const char *text, double x, double y,
                 double align, GramColor color)
{
  GString *out = ((SvgCanvas *) canvas)->out;

  g_string_append (out, "<text");
  append_attribute (out, "x", x);
  append_attribute (out, "y", y);
  append_attribute (out, "font-size", font->size);
  if (font->bold)
    g_string_append (out, " font-weight=\"bold\"");
  if (align > 0)
    g_string_append_printf (out, " text-anchor=\"%s\"", align < 1 ? "middle" : "end");
  append_color (out, "fill", color);
  g_string_append_c (out, '>');
  append_runs (out, text, font->size);
  g_string_append (out, "</text>\n");
}

static cairo_status_t
append_png (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Within the file, as PNG; older readers know the link by the name with xlink only. */
static void
svg_canvas_picture (GramCanvas *canvas, const GramRect *rect, const GramPicture *picture)
{
  GString *out = ((SvgCanvas *) canvas)->out;
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autofree char *text = NULL;
  cairo_surface_t *surface = gram_picture_surface (picture);

  cairo_surface_write_to_png_stream (surface, append_png, png);
  cairo_surface_destroy (surface);
  text = g_base64_encode (png->data, png->len);
  g_string_append (out, "<image xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
  append_attribute (out, "x", rect->x);
  append_attribute (out, "y", rect->y);
  append_attribute (out, "width", rect->width);
  append_attribute (out, "height", rect->height);
  g_string_append_printf (out,
                          " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\""
                          " xlink:href=\"data:image/png;base64,%s\"/>\n",
                          text);
}

static const GramCanvasClass svg_canvas_class = {
  .begin = svg_canvas_begin,
  .end = svg_canvas_end,
  .push_clip = svg_canvas_push_clip,
  .rectangle = svg_canvas_rectangle,
  .bars = svg_canvas_bars,
  .polyline = svg_canvas_polyline,
  .markers = svg_canvas_markers,
  .text = svg_canvas_text,
  .picture = svg_canvas_picture,
};

/**
 * gram_canvas_new_svg:
 * @out: (transfer none): what is drawn is appended here; the caller writes the <svg> around it
 *
 * Returns: (transfer full): a canvas
 */
GramCanvas *
gram_canvas_new_svg (GString *out, GramTypesetter *typesetter)
{
  SvgCanvas *canvas = g_new0 (SvgCanvas, 1);

  canvas->parent.class_ = &svg_canvas_class;
  canvas->parent.typesetter = gram_typesetter_ref (typesetter);
  canvas->out = out;
  return &canvas->parent;
}
