/* gram-export.c: figures as files
 *
 * SPDX-License-Identifier: MIT
 *
 * A file is made whole in memory, and only then written: an impossible size or a failure of
 * drawing never touches what is on the disk.
 */
#include "gram-export.h"

#include <math.h>
#include <string.h>

#include <cairo-pdf.h>

#include "gram-error.h"
#include "gram-layout.h"
#include "gram-save.h"

#define LARGEST_SIDE 32000.0 /* of an image: cairo's own limit is 32,767 */
#define LARGEST_AREA 4.0e8   /* pixels: 1.6 GB while it is drawn */

/**
 * gram_export_options_init:
 *
 * 960 × 640 at 96 dots an inch, for print, with title and caption.
 */
void
gram_export_options_init (GramExportOptions *options)
{
  *options = (GramExportOptions){
    .format = GRAM_EXPORT_PNG,
    .width = 960,
    .height = 640,
    .dpi = 96,
    .title = TRUE,
    .caption = TRUE,
    .theme = GRAM_THEME_PRINT,
  };
}

/**
 * gram_export_format_from_path:
 * @path: ends in .png, .svg, .pdf or .csv
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE for any other name
 */
gboolean
gram_export_format_from_path (const char *path, GramExportFormat *format, GError **error)
{
  static const char *const endings[] = { ".png", ".svg", ".pdf", ".csv" };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      {
        *format = (GramExportFormat) i;
        return TRUE;
      }
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
               "%s: the name must end in .png, .svg, .pdf or .csv", path);
  return FALSE;
}

static void
normalize (GramExportOptions *options)
{
  if (options->width == 0 && options->height == 0)
    {
      options->width = 960;
      options->height = 640;
    }
  if (options->dpi == 0)
    options->dpi = 96;
}

/**
 * gram_export_check:
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE and a size that would do, for one that cannot be drawn
 */
gboolean
gram_export_check (const GramExportOptions *given, GError **error)
{
  GramExportOptions options = *given;
  double scale;

  normalize (&options);
  if (options.format == GRAM_EXPORT_CSV)
    return TRUE;
  if (!(options.width >= 120 && options.height >= 90 && options.width <= LARGEST_SIDE
        && options.height <= LARGEST_SIDE))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "a figure cannot be %gx%g; choose between 120x90 and %gx%g", options.width,
                   options.height, LARGEST_SIDE, LARGEST_SIDE);
      return FALSE;
    }
  if (!(options.dpi >= 10 && options.dpi <= 4800))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "%g dots an inch is not possible; choose between 10 and 4800", options.dpi);
      return FALSE;
    }
  if (options.font_size != 0 && !(options.font_size >= 3 && options.font_size <= 72))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "letters cannot have %g points; choose between 3 and 72", options.font_size);
      return FALSE;
    }
  scale = options.dpi / 96;
  if (options.format == GRAM_EXPORT_PNG
      && (MAX (options.width, options.height) * scale > LARGEST_SIDE
          || options.width * options.height * scale * scale > LARGEST_AREA))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "an image of %.0fx%.0f pixels is too large; choose a smaller size or fewer "
                   "dots an inch, or SVG or PDF",
                   options.width * scale, options.height * scale);
      return FALSE;
    }
  return TRUE;
}

/* @theme: filled with the look that the layout goes on using */
static GramLayout *
lay_out (GramFigure *figure, const GramExportOptions *options, GramTheme *theme)
{
  g_autoptr (GramTypesetter) typesetter = NULL;
  GramLayoutFlags flags = (options->title ? GRAM_LAYOUT_TITLE : 0)
                          | (options->caption ? GRAM_LAYOUT_CAPTION : 0)
                          | (options->transparent ? GRAM_LAYOUT_TRANSPARENT : 0);

  *theme = *gram_theme_get (options->theme);
  if (options->font_size > 0)
    gram_theme_scale_text (theme, options->font_size * 96 / 72 / theme->text);
  typesetter = gram_typesetter_new (theme->family);
  if (options->format == GRAM_EXPORT_SVG)
    gram_typesetter_reserve (typesetter);
  return gram_layout_new (figure, typesetter, theme, options->width, options->height, 0, flags);
}

static cairo_status_t
append_bytes (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
check_cairo (cairo_status_t status, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, GRAM_ERROR,
               status == CAIRO_STATUS_NO_MEMORY ? GRAM_ERROR_MEMORY : GRAM_ERROR_FAILED,
               "the figure could not be drawn: %s; choose a smaller size",
               cairo_status_to_string (status));
  return FALSE;
}

/* Draws with @unit points or pixels of the surface a unit of the figure. Cairo does nothing with a
 * surface that has failed, and then says so. */
static cairo_status_t
draw_on (cairo_surface_t *surface, const GramLayout *layout, double unit, double snap)
{
  cairo_t *cr = cairo_create (surface);
  GramCanvas *canvas = gram_canvas_new_cairo (cr, layout->typesetter, snap, FALSE);
  cairo_status_t status;

  cairo_scale (cr, unit, unit);
  gram_layout_draw (layout, canvas, GRAM_DRAW_ALL);
  gram_canvas_free (canvas);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  return status;
}

/* ---------- PNG ----------------------------------------------------------------------------- */

#define IHDR_END (8 + 4 + 4 + 13 + 4)

static guint32
crc32_of (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
  return ~crc;
}

static void
put_be32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, 4);
}

/* cairo writes no pHYs chunk, so a figure made at 300 dots an inch would come out three times too
 * large on paper. The chunk follows IHDR, which always has 13 bytes (PNG specification, 11.2). */
static void
set_dpi (GByteArray *png, double dpi)
{
  guint8 chunk[21] = { 0, 0, 0, 9, 'p', 'H', 'Y', 's' };
  guint old = png->len;

  put_be32 (chunk + 8, (guint32) lround (dpi / 0.0254)); /* per metre */
  put_be32 (chunk + 12, (guint32) lround (dpi / 0.0254));
  chunk[16] = 1;
  put_be32 (chunk + 17, crc32_of (chunk + 4, 13));
  g_byte_array_set_size (png, old + sizeof chunk);
  memmove (png->data + IHDR_END + sizeof chunk, png->data + IHDR_END, old - IHDR_END);
  memcpy (png->data + IHDR_END, chunk, sizeof chunk);
}

static GBytes *
export_png (GramFigure *figure, const GramExportOptions *options, GError **error)
{
  double scale = options->dpi / 96;
  GramTheme theme;
  g_autoptr (GramLayout) layout = lay_out (figure, options, &theme);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) lround (options->width * scale),
                                  (int) lround (options->height * scale));
  cairo_status_t status = draw_on (surface, layout, scale, scale);

  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png_stream (surface, append_bytes, bytes);
  cairo_surface_destroy (surface);
  if (!check_cairo (status, error))
    return NULL;
  set_dpi (bytes, options->dpi);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* ---------- PDF and SVG --------------------------------------------------------------------- */

static GBytes *
export_pdf (GramFigure *figure, const GramExportOptions *options, GError **error)
{
  GramTheme theme;
  g_autoptr (GramLayout) layout = lay_out (figure, options, &theme);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_pdf_surface_create_for_stream (append_bytes, bytes, options->width * 0.75,
                                           options->height * 0.75);
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, figure->title);
  if (figure->caption != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, figure->caption);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Gramscope");
  status = draw_on (surface, layout, 0.75, 0);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (!check_cairo (status, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static void
append_element (GString *out, const char *name, const char *text)
{
  g_autofree char *plain = text != NULL ? gram_text_to_plain (text) : NULL;

  if (plain == NULL)
    return;
  g_string_append_printf (out, "<%s>", name);
  gram_svg_append_text (out, plain);
  g_string_append_printf (out, "</%s>\n", name);
}

static GBytes *
export_svg (GramFigure *figure, const GramExportOptions *options)
{
  GramTheme theme;
  g_autoptr (GramLayout) layout = lay_out (figure, options, &theme);
  GString *out = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  g_autofree char *families =
      g_markup_escape_text (gram_typesetter_get_families (layout->typesetter), -1);
  char width[G_ASCII_DTOSTR_BUF_SIZE], height[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (width, sizeof width, "%.10g", options->width);
  g_ascii_formatd (height, sizeof height, "%.10g", options->height);
  g_string_append_printf (out,
                          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" "
                          "viewBox=\"0 0 %s %s\" font-family=\"%s\" role=\"img\" "
                          "xml:space=\"preserve\">\n",
                          width, height, width, height, families);
  append_element (out, "title", figure->title);
  append_element (out, "desc", figure->caption);
  {
    g_autoptr (GramCanvas) canvas = gram_canvas_new_svg (out, layout->typesetter);

    gram_layout_draw (layout, canvas, GRAM_DRAW_ALL);
  }
  g_string_append (out, "</svg>\n");
  return g_string_free_to_bytes (out);
}

/**
 * gram_figure_export_bytes:
 *
 * Returns: (transfer full) (nullable): what the file would hold
 */
GBytes *
gram_figure_export_bytes (GramFigure *figure, const GramExportOptions *given, GError **error)
{
  GramExportOptions options = *given;

  normalize (&options);
  if (!gram_export_check (&options, error))
    return NULL;
  switch (options.format)
    {
    case GRAM_EXPORT_PNG:
      return export_png (figure, &options, error);
    case GRAM_EXPORT_SVG:
      return export_svg (figure, &options);
    case GRAM_EXPORT_PDF:
      return export_pdf (figure, &options, error);
    case GRAM_EXPORT_CSV:
    default:
      {
        char *csv = gram_figure_to_csv (figure);

        return g_bytes_new_take (csv, strlen (csv));
      }
    }
}

/**
 * gram_figure_export:
 * @path: the file to be; whole-old or whole-new
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE (size), GRAM_ERROR_MEMORY or GRAM_ERROR_STORAGE
 */
gboolean
gram_figure_export (GramFigure *figure, const GramExportOptions *options, const char *path,
                    GError **error)
{
  g_autoptr (GBytes) bytes = gram_figure_export_bytes (figure, options, error);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  return gram_save_bytes (path, data, length, error);
}
