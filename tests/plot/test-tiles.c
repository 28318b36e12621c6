/* test-tiles.c: panels of images
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-export.h"
#include "gram-layout.h"

#define WIDTH 500
#define HEIGHT 320
#define TILES 7

/* Two grey pixels above one green and one blue. */
static GramPicture *
make_picture (void)
{
  static const guint8 planes[] = { 40, 200, 0, 0, 40, 200, 255, 0, 40, 200, 0, 255 };

  return gram_picture_new (planes, 2, 2, 3);
}

static GramFigure *
make_figure (void)
{
  GramFigure *figure = gram_figure_new ("test", "Test");
  GramPlot *plot = gram_figure_add_plot (figure, "images");
  g_autoptr (GramPicture) picture = make_picture ();

  for (guint i = 0; i < TILES; i++)
    {
      g_autofree char *label = g_strdup_printf ("image <%u>", i);

      gram_plot_add_tile (plot, picture, label)->role = GRAM_ROLE_RANDOM;
    }
  ((GramTile *) g_ptr_array_index (plot->tiles, 1))->framed = TRUE;
  return figure;
}

/* Pixels are where the file says, whole, in their colours, plane by plane. */
static void
test_pixels (void)
{
  g_autoptr (GramPicture) picture = make_picture ();
  static const guint8 wanted[] = { 40, 40, 40, 200, 200, 200, 0, 255, 0, 0, 0, 255 };
  static const guint8 grey[] = { 7, 9 };
  static const double values[] = { -2, 0, 4 };
  g_autoptr (GramPicture) plain = gram_picture_new (grey, 2, 1, 1);
  g_autoptr (GramPicture) vector = gram_picture_new_signed (values, 3, 1, 1);

  g_assert_cmpmem (picture->rgb, 12, wanted, 12);
  g_assert_cmpmem (plain->rgb, 6, "\x07\x07\x07\x09\x09\x09", 6);
  g_assert_cmpint (vector->rgb[3], ==, 245);
  g_assert_cmpmem (vector->rgb + 6, 3, "\xe6\x61\x00", 3);
  g_assert_cmpint (vector->rgb[2], >, vector->rgb[0]);
  g_assert_null (gram_picture_new (grey, 0, 5, 1));
  g_assert_null (gram_picture_new (grey, G_MAXINT64, G_MAXINT64, 1));
}

static guint
count_color (cairo_surface_t *surface, guint32 color)
{
  const guint8 *data = cairo_image_surface_get_data (surface);
  guint found = 0;

  for (int y = 0; y < HEIGHT; y++)
    {
      const guint32 *row =
          (const guint32 *) (gconstpointer) (data + y * cairo_image_surface_get_stride (surface));

      for (int x = 0; x < WIDTH; x++)
        found += (row[x] & 0xffffff) == color;
    }
  return found;
}

/* Crisp, all of the same size, as large as there is room for, one of them framed; no axes. */
static void
test_drawn (void)
{
  g_autoptr (GramFigure) whole = make_figure ();
  g_autoptr (GramFigure) figure = gram_figure_copy (whole);
  g_autoptr (GramTypesetter) typesetter = gram_typesetter_new ("DejaVu Sans");
  const GramTheme *theme = gram_theme_get (GRAM_THEME_LIGHT);
  g_autoptr (GramLayout) layout = gram_layout_new (figure, typesetter, theme, WIDTH, HEIGHT, 1, 0);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  GramCanvas *canvas = gram_canvas_new_cairo (cr, typesetter, 1, FALSE);
  GramColor frame = gram_theme_color (theme, GRAM_ROLE_RANDOM, GRAM_SHADE_NORMAL);
  guint32 rim = (guint32) lround (frame.r * 255) << 16 | (guint32) lround (frame.g * 255) << 8
                | (guint32) lround (frame.b * 255);
  guint green, blue;

  gram_layout_draw (layout, canvas, GRAM_DRAW_ALL);
  gram_canvas_free (canvas);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  green = count_color (surface, 0x00ff00);
  blue = count_color (surface, 0x0000ff);
  /* a quarter of seven tiles, which are at least 70 pixels wide here */
  g_assert_cmpuint (green, >, TILES * 30 * 30);
  g_assert_cmpfloat_with_epsilon ((double) blue / green, 1, 0.06);
  g_assert_cmpuint (count_color (surface, rim), >, 100);
  g_assert_cmpuint (count_color (surface, rim), <, 2000);
  cairo_surface_destroy (surface);
}

/* In an SVG file the images are part of it, and can be read again. */
static void
test_svg (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  GramExportOptions options;
  const char *end;
  gsize length;
  g_autofree guchar *png = NULL;
  g_autofree char *first = NULL;

  gram_export_options_init (&options);
  options.format = GRAM_EXPORT_SVG;
  bytes = gram_figure_export_bytes (figure, &options, NULL);
  g_assert_nonnull (bytes);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  parts = g_strsplit (text, "xlink:href=\"data:image/png;base64,", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, TILES + 1);
  end = strchr (parts[1], '"');
  first = g_strndup (parts[1], (gsize) (end - parts[1]));
  png = g_base64_decode (first, &length);
  g_assert_cmpuint (length, >, 50);
  g_assert_cmpmem (png, 4, "\x89PNG", 4);
  g_assert_nonnull (strstr (text, "image &lt;6&gt;"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/tiles/pixels", test_pixels);
  g_test_add_func ("/plot/tiles/drawn", test_drawn);
  g_test_add_func ("/plot/tiles/svg", test_svg);
  return g_test_run ();
}
