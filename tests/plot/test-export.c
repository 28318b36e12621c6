/* test-export.c: files hold the figure: SVG with text, PDF with text, PNG, CSV; and failures
 *
 * SPDX-License-Identifier: MIT
 */
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "../limit.h"
#include "gram-error.h"
#include "gram-export.h"
#include "gram-layout.h"

#define COUNT 400

static GramFigure *
make_figure (void)
{
  GramFigure *figure = gram_figure_new ("test", "Figure <1> & \"co\"");
  GramPlot *plot = gram_figure_add_plot (figure, "panel");
  g_autoptr (GramBuffer) x = gram_buffer_new ();
  g_autoptr (GramBuffer) y = gram_buffer_new ();

  for (int i = 0; i < COUNT; i++)
    {
      gram_buffer_append (x, i);
      gram_buffer_append (y, 31.6 * exp (-i / 70.0) + 1.0 / 3);
    }
  gram_plot_set_axis (plot, GRAM_AXIS_X, "step k", GRAM_SCALE_LINEAR);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, "‖y − u(k)‖₂", GRAM_SCALE_LOG);
  gram_plot_add_series (plot, "true", "=true, \"labels\"", GRAM_SERIES_LINE, GRAM_ROLE_TRUE, x, y);
  gram_figure_set_caption (figure, "λᵢ and |vᵢᵀy| of <classes> & others");
  return figure;
}

static GBytes *export(GramFigure *figure, GramExportFormat format, double dpi, gboolean transparent)
{
  g_autoptr (GError) error = NULL;
  GramExportOptions options;
  GBytes *bytes;

  gram_export_options_init (&options);
  options.format = format;
  options.dpi = dpi;
  options.transparent = transparent;
  bytes = gram_figure_export_bytes (figure, &options, &error);
  g_assert_no_error (error);
  return bytes;
}

/* ---------- SVG ----------------------------------------------------------------------------- */

typedef struct
{
  GString *text; /* of all <text> elements */
  guint texts, paths;
  guint in_text;
  gboolean in_series;
  guint depth, series_depth;
  char *points; /* of the series' line */
  /* where the text that is not turned ends when DejaVu Sans draws it */
  GramTypesetter *wide;
  gboolean turned;
  GramFont font, part;
  double x, align, width, left, right;
} Svg;

static void
begin_text (Svg *svg, const char *name, const char **keys, const char **values)
{
  gboolean begins = strcmp (name, "text") == 0;

  if (begins)
    {
      svg->font.bold = FALSE;
      svg->width = svg->align = 0;
    }
  svg->part = svg->font;
  for (guint i = 0; keys[i] != NULL; i++)
    {
      if (begins && strcmp (keys[i], "x") == 0)
        svg->x = g_ascii_strtod (values[i], NULL);
      else if (begins && strcmp (keys[i], "text-anchor") == 0)
        svg->align = strcmp (values[i], "end") == 0 ? 1 : 0.5;
      else if (begins && strcmp (keys[i], "font-weight") == 0)
        svg->font.bold = svg->part.bold = TRUE;
      else if (strcmp (keys[i], "font-size") == 0)
        svg->part.size = g_ascii_strtod (values[i], NULL);
      else if (strcmp (keys[i], "transform") == 0)
        svg->turned = TRUE;
    }
  if (begins)
    svg->font = svg->part;
}

static void
end_text (Svg *svg)
{
  if (!svg->turned)
    {
      svg->left = MIN (svg->left, svg->x - svg->align * svg->width);
      svg->right = MAX (svg->right, svg->x + (1 - svg->align) * svg->width);
    }
  svg->turned = FALSE;
}

static void
svg_start (GMarkupParseContext *context, const char *name, const char **keys, const char **values,
           gpointer data, GError **error)
{
  Svg *svg = data;

  svg->depth++;
  svg->in_text += strcmp (name, "text") == 0 || svg->in_text > 0;
  svg->texts += strcmp (name, "text") == 0;
  svg->paths += strcmp (name, "path") == 0;
  begin_text (svg, name, keys, values);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      if (strcmp (keys[i], "class") == 0 && strcmp (values[i], "series true") == 0)
        {
          svg->in_series = TRUE;
          svg->series_depth = svg->depth;
        }
      if (strcmp (keys[i], "points") == 0 && svg->in_series && svg->points == NULL
          && strcmp (name, "polyline") == 0)
        svg->points = g_strdup (values[i]);
    }
}

static void
svg_end (GMarkupParseContext *context, const char *name, gpointer data, GError **error)
{
  Svg *svg = data;

  if (svg->in_series && svg->depth == svg->series_depth)
    svg->in_series = FALSE;
  svg->depth--;
  svg->in_text -= svg->in_text > 0;
  svg->part = svg->font;
  if (strcmp (name, "text") != 0)
    return;
  g_string_append_c (svg->text, '\n');
  end_text (svg);
}

static void
svg_text (GMarkupParseContext *context, const char *text, gsize length, gpointer data,
          GError **error)
{
  Svg *svg = data;
  g_autofree char *piece = g_strndup (text, length);

  if (svg->in_text == 0)
    return;
  g_string_append (svg->text, piece);
  svg->width += gram_typesetter_set (svg->wide, &svg->part, piece)->width;
}

static Svg
parse_svg (GBytes *bytes)
{
  static const GMarkupParser parser = { .start_element = svg_start,
                                        .end_element = svg_end,
                                        .text = svg_text };
  Svg svg = { .text = g_string_new (NULL), .wide = gram_typesetter_new ("DejaVu Sans") };
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, &svg, NULL);

  g_assert_true (g_markup_parse_context_parse (context, data, (gssize) length, &error));
  g_assert_true (g_markup_parse_context_end_parse (context, &error));
  g_assert_no_error (error);
  g_markup_parse_context_free (context);
  g_assert_cmpuint (svg.depth, ==, 0);
  return svg;
}

static void
svg_clear (Svg *svg)
{
  g_string_free (svg->text, TRUE);
  gram_typesetter_unref (svg->wide);
  g_free (svg->points);
}

static void
test_svg_has_text (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GBytes) bytes = export(figure, GRAM_EXPORT_SVG, 96, FALSE);
  Svg svg = parse_svg (bytes);

  g_assert_nonnull (strstr (svg.text->str, "Figure <1> & \"co\""));
  g_assert_nonnull (strstr (svg.text->str, "‖y − u(k)‖2"));
  g_assert_nonnull (strstr (svg.text->str, "of <classes> & others"));
  g_assert_nonnull (strstr (svg.text->str, "step k"));
  g_assert_cmpuint (svg.texts, >=, 10);
  g_assert_cmpuint (svg.paths, ==, 0); /* no letters as outlines */
  svg_clear (&svg);
}

static GramPlot *
first_plot (GramFigure *figure)
{
  return g_ptr_array_index (figure->plots, 0);
}

/* A wider font than the one that the figure was laid out with, on a machine that lacks this: the
 * text stays within the picture, from the headings to the caption. */
static void
test_svg_leaves_room (void)
{
  const double widths[] = { 400, 640, 960, 1600 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autoptr (GramFigure) figure = make_figure ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GString) caption = g_string_new ("Wide solid lines: measured,");
      GramExportOptions options;
      Svg svg;

      for (int k = 0; k < 40; k++)
        g_string_append_printf (caption, " n = %d, κ = 0.01 of %.*s", 1000 + k, k % 26 + 1,
                                "mammographicwarmthmomentum");
      gram_figure_set_caption (figure, caption->str);
      g_free (figure->title);
      figure->title = g_strdup ("Training with a fraction of random labels, of two classes and a "
                                "great many more words, much too long for most of the widths");
      gram_export_options_init (&options);
      options.format = GRAM_EXPORT_SVG;
      options.width = widths[i];
      options.height = 900;
      bytes = gram_figure_export_bytes (figure, &options, &error);
      g_assert_no_error (error);
      svg = parse_svg (bytes);
      g_test_message ("%g: from %g to %g", widths[i], svg.left, svg.right);
      g_assert_cmpuint (svg.texts, >, 15);
      g_assert_cmpfloat (svg.left, >=, 0);
      g_assert_cmpfloat (svg.right, <=, widths[i]);
      g_assert_cmpfloat (svg.right, >, 0.8 * widths[i]); /* and not far less than fits */
      svg_clear (&svg);
    }
}

/* A line to drag is a control of the window; in a file it would be a mark without a meaning. */
static void
test_svg_leaves_controls_out (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GBytes) bytes = NULL;
  Svg svg;

  gram_plot_add_guide (first_plot (figure), "rho", GRAM_AXIS_X, 100, "control")->draggable = TRUE;
  gram_plot_add_guide (first_plot (figure), "bound", GRAM_AXIS_X, 200, "reference");
  bytes = export(figure, GRAM_EXPORT_SVG, 96, FALSE);
  svg = parse_svg (bytes);
  g_assert_nonnull (strstr (svg.text->str, "reference"));
  g_assert_null (strstr (svg.text->str, "control"));
  svg_clear (&svg);
}

/* The curve in the file is the data, through the axes that the layout says. */
static void
test_svg_curve_is_the_data (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GBytes) bytes = export(figure, GRAM_EXPORT_SVG, 96, FALSE);
  const GramTheme *theme = gram_theme_get (GRAM_THEME_PRINT);
  g_autoptr (GramTypesetter) typesetter = gram_typesetter_new (theme->family);
  g_autoptr (GramLayout) layout = NULL;
  const GramPanel *panel;
  Svg svg = parse_svg (bytes);
  g_auto (GStrv) points = NULL;

  gram_typesetter_reserve (typesetter);
  layout = gram_layout_new (figure, typesetter, theme, 960, 640, 0,
                            GRAM_LAYOUT_TITLE | GRAM_LAYOUT_CAPTION);
  panel = g_ptr_array_index (layout->panels, 0);
  g_assert_nonnull (svg.points);
  points = g_strsplit (svg.points, " ", -1);
  g_assert_cmpuint (g_strv_length (points), ==, COUNT);
  for (int i = 0; i < COUNT; i++)
    {
      char *end;
      double px = g_ascii_strtod (points[i], &end), py = g_ascii_strtod (end + 1, NULL);
      double value = 31.6 * exp (-i / 70.0) + 1.0 / 3;

      g_assert_cmpfloat_with_epsilon (px, gram_transform_to_pixel (&panel->x, i), 0.0051);
      g_assert_cmpfloat_with_epsilon (py, gram_transform_to_pixel (&panel->y, value), 0.0051);
    }
  svg_clear (&svg);
}

/* ---------- PDF and PNG --------------------------------------------------------------------- */

static void
test_pdf_has_text (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GBytes) bytes = export(figure, GRAM_EXPORT_PDF, 96, FALSE);
  g_autofree char *program = g_find_program_in_path ("pdftotext");
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  int fd;

  g_assert_true (length > 1000 && memcmp (data, "%PDF-", 5) == 0);
  if (program == NULL)
    {
      g_test_skip ("pdftotext is not installed");
      return;
    }
  fd = g_file_open_tmp ("gram-XXXXXX.pdf", &path, &error);
  g_assert_no_error (error);
  close (fd);
  g_assert_true (g_file_set_contents (path, data, (gssize) length, &error));
  const char *arguments[] = { program, path, "-", NULL };
  g_assert_true (limit_spawn (30, arguments, G_SPAWN_DEFAULT, &text));
  g_assert_nonnull (strstr (text, "Figure <1> & \"co\""));
  g_assert_nonnull (strstr (text, "step k"));
  g_assert_nonnull (strstr (text, "u(k)"));
  g_unlink (path);
}

static guint32
be32 (const guint8 *at)
{
  return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

static void
test_png (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GBytes) plain = export(figure, GRAM_EXPORT_PNG, 96, FALSE);
  g_autoptr (GBytes) fine = export(figure, GRAM_EXPORT_PNG, 192, TRUE);
  const guint8 *a = g_bytes_get_data (plain, NULL), *b = g_bytes_get_data (fine, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  cairo_surface_t *surface;
  int fd = g_file_open_tmp ("gram-XXXXXX.png", &path, &error);

  g_assert_cmpuint (be32 (a + 16), ==, 960);
  g_assert_cmpuint (be32 (a + 20), ==, 640);
  g_assert_cmpuint (be32 (b + 16), ==, 1920);
  g_assert_true (memcmp (b + 37, "pHYs", 4) == 0);
  g_assert_cmpuint (be32 (b + 41), ==, 7559); /* 192 / 0.0254 */
  /* The chunk that was put in leaves a file that can be read. */
  g_assert_true (write (fd, b, g_bytes_get_size (fine)) == (gssize) g_bytes_get_size (fine));
  close (fd);
  surface = cairo_image_surface_create_from_png (path);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpuint (cairo_image_surface_get_data (surface)[3], ==, 0); /* see-through */
  cairo_surface_destroy (surface);
  g_unlink (path);
}

/* ---------- CSV ----------------------------------------------------------------------------- */

static void
test_csv (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;

  /* The decimal comma must not get into files. */
  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    g_test_message ("no German locale to try");
  csv = gram_figure_to_csv (figure);
  setlocale (LC_NUMERIC, "C");
  lines = g_strsplit (csv, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, COUNT + 2);
  g_assert_cmpstr (lines[0], ==, "panel,series,x,y,y_high");
  for (int i = 0; i < COUNT; i++)
    {
      const char *prefix = "\"‖y − u(k)‖₂\",\"'=true, \"\"labels\"\"\",";
      char *end;

      g_assert_true (g_str_has_prefix (lines[i + 1], prefix));
      g_assert_cmpfloat (g_ascii_strtod (lines[i + 1] + strlen (prefix), &end), ==, i);
      g_assert_cmpfloat (g_ascii_strtod (end + 1, &end), ==, 31.6 * exp (-i / 70.0) + 1.0 / 3);
      g_assert_cmpstr (end, ==, ",");
    }
}

static void
test_csv_hidden_and_numbers (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  GramPlot *plot = g_ptr_array_index (figure->plots, 0);
  const double values[] = { -1.5, NAN, INFINITY, -INFINITY, 5e-324, 0.1 };
  g_autoptr (GramBuffer) y = gram_buffer_new_from_array (values, G_N_ELEMENTS (values));
  g_autofree char *csv = NULL;

  gram_plot_add_series (plot, "other", "+1", GRAM_SERIES_LINE, GRAM_ROLE_RANDOM, NULL, y);
  gram_plot_set_hidden (plot, "true", TRUE);
  csv = gram_figure_to_csv (figure);
  g_assert_null (strstr (csv, "labels"));
  g_assert_nonnull (strstr (csv, "\"'+1\",1,-1.5,\r\n"));
  g_assert_nonnull (strstr (csv, ",2,nan,"));
  g_assert_nonnull (strstr (csv, ",3,inf,"));
  g_assert_nonnull (strstr (csv, ",4,-inf,"));
  g_assert_nonnull (strstr (csv, ",6,0.10000000000000001,"));
}

/* ---------- failures ------------------------------------------------------------------------ */

static void
test_bad_sizes (void)
{
  static const struct
  {
    double width, height, dpi;
    gboolean good;
  } cases[] = {
    { 960, 640, 96, TRUE },  { 0, 0, 0, TRUE },        { 10, 10, 96, FALSE },
    { 1e9, 640, 96, FALSE }, { NAN, 640, 96, FALSE },  { 30000, 30000, 96, FALSE },
    { 960, 640, -1, FALSE }, { 960, 640, NAN, FALSE }, { -960, 640, 96, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      GramExportOptions options;

      gram_export_options_init (&options);
      options.width = cases[i].width;
      options.height = cases[i].height;
      options.dpi = cases[i].dpi;
      g_assert_true (gram_export_check (&options, &error) == cases[i].good);
      g_assert_true (cases[i].good || g_error_matches (error, GRAM_ERROR, GRAM_ERROR_USAGE));
    }
  GramExportFormat format;
  g_autoptr (GError) error = NULL;
  g_assert_true (gram_export_format_from_path ("a/B.SVG", &format, NULL));
  g_assert_cmpint (format, ==, GRAM_EXPORT_SVG);
  g_assert_false (gram_export_format_from_path ("figure.gif", &format, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

static void
test_old_file_survives (void)
{
  g_autoptr (GramFigure) figure = make_figure ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("gram-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "figure.svg", NULL);
  g_autofree char *content = NULL;
  GramExportOptions options;

  gram_export_options_init (&options);
  options.format = GRAM_EXPORT_SVG;
  g_assert_true (g_file_set_contents (path, "old", 3, NULL));
  /* A size that cannot be drawn must not touch the file. */
  options.width = 5;
  g_assert_false (gram_figure_export (figure, &options, path, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_clear_error (&error);
  options.width = 960;
  g_autofree char *missing = g_build_filename (folder, "no", "such", "folder.svg", NULL);
  g_assert_false (gram_figure_export (figure, &options, missing, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_clear_error (&error);
  /* The full device answers ENOSPC to every write. */
  if (g_access ("/dev/full", W_OK) == 0)
    {
      g_assert_false (gram_figure_export (figure, &options, "/dev/full", &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
      g_assert_nonnull (strstr (error->message, "no space left"));
      g_clear_error (&error);
    }
  if (geteuid () != 0)
    {
      /* where nothing can be made a file is written as it is, if it may be */
      g_assert_cmpint (g_chmod (path, 0400), ==, 0);
      g_assert_cmpint (g_chmod (folder, 0500), ==, 0);
      g_assert_false (gram_figure_export (figure, &options, path, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
      g_clear_error (&error);
      g_assert_cmpint (g_chmod (folder, 0700), ==, 0);
      g_assert_cmpint (g_chmod (path, 0600), ==, 0);
      g_clear_pointer (&content, g_free);
      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "old");
    }
  g_assert_true (gram_figure_export (figure, &options, path, &error));
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
}

/* A copy keeps its numbers while the figure goes on. */
static void
test_copy (void)
{
  g_autoptr (GramFigure) figure = make_figure (), copy = NULL;
  g_autofree char *before = gram_figure_to_csv (figure), *after = NULL;
  GramSeries *series =
      g_ptr_array_index (((GramPlot *) g_ptr_array_index (figure->plots, 0))->series, 0);
  const GramSeries *other;

  series->rough_zero = series->settled = TRUE;
  copy = gram_figure_copy (figure);
  other = g_ptr_array_index (((GramPlot *) g_ptr_array_index (copy->plots, 0))->series, 0);
  g_assert_true (other->rough_zero && other->settled);
  gram_buffer_set (series->y, (const double[]){ 1, 2 }, 2);
  after = gram_figure_to_csv (copy);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plot/export/svg-text", test_svg_has_text);
  g_test_add_func ("/plot/export/svg-room", test_svg_leaves_room);
  g_test_add_func ("/plot/export/svg-controls", test_svg_leaves_controls_out);
  g_test_add_func ("/plot/export/svg-curve", test_svg_curve_is_the_data);
  g_test_add_func ("/plot/export/pdf-text", test_pdf_has_text);
  g_test_add_func ("/plot/export/png", test_png);
  g_test_add_func ("/plot/export/csv", test_csv);
  g_test_add_func ("/plot/export/csv-numbers", test_csv_hidden_and_numbers);
  g_test_add_func ("/plot/export/sizes", test_bad_sizes);
  g_test_add_func ("/plot/export/old-file", test_old_file_survives);
  g_test_add_func ("/plot/export/copy", test_copy);
  return g_test_run ();
}
