/* test-draw.c: what is on the image is what is in the data
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-layout.h"

#define WIDTH 500
#define HEIGHT 320

typedef struct
{
  GramFigure *figure;
  GramPlot *plot;
  GramTypesetter *typesetter;
} Scene;

/* A level line at y = 5 from x = 0 to 10, on axes 0 … 10. */
static void
scene_init (Scene *scene, double y0, double y1)
{
  const double x[] = { 0, 10 };
  const double y[] = { y0, y1 };
  g_autoptr (GramBuffer) xs = gram_buffer_new_from_array (x, 2);
  g_autoptr (GramBuffer) ys = gram_buffer_new_from_array (y, 2);

  scene->figure = gram_figure_new ("test", "Test");
  scene->plot = gram_figure_add_plot (scene->figure, "panel");
  scene->typesetter = gram_typesetter_new ("DejaVu Sans");
  gram_plot_set_axis (scene->plot, GRAM_AXIS_X, "x", GRAM_SCALE_LINEAR);
  gram_plot_set_axis (scene->plot, GRAM_AXIS_Y, "y", GRAM_SCALE_LINEAR);
  gram_plot_set_limits (scene->plot, GRAM_AXIS_X, 0, 10);
  gram_plot_set_limits (scene->plot, GRAM_AXIS_Y, 0, 10);
  gram_plot_add_series (scene->plot, "line", "line", GRAM_SERIES_LINE, GRAM_ROLE_TRUE, xs, ys)
      ->width = 3;
}

static void
scene_clear (Scene *scene)
{
  gram_figure_unref (scene->figure);
  gram_typesetter_unref (scene->typesetter);
}

static GramLayout *
lay_out (Scene *scene, GramThemeKind theme)
{
  return gram_layout_new (scene->figure, scene->typesetter, gram_theme_get (theme), WIDTH, HEIGHT,
                          1, 0);
}

static cairo_surface_t *
draw (const GramLayout *layout, double scale, gboolean fast)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (WIDTH * scale),
                                                         (int) (HEIGHT * scale));
  cairo_t *cr = cairo_create (surface);
  GramCanvas *canvas;

  cairo_scale (cr, scale, scale);
  canvas = gram_canvas_new_cairo (cr, layout->typesetter, scale, fast);
  gram_layout_draw (layout, canvas, GRAM_DRAW_ALL);
  gram_canvas_free (canvas);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

static guint32
pixel_at (cairo_surface_t *surface, int x, int y)
{
  const guchar *data = cairo_image_surface_get_data (surface);
  guint32 pixel;

  memcpy (&pixel, data + y * cairo_image_surface_get_stride (surface) + 4 * x, 4);
  return pixel & 0xffffff;
}

static guint32
to_pixel (GramColor color)
{
  return (guint32) lround (color.r * 255) << 16 | (guint32) lround (color.g * 255) << 8
         | (guint32) lround (color.b * 255);
}

static gboolean
is_near (guint32 a, guint32 b, int slack)
{
  for (int shift = 0; shift < 24; shift += 8)
    if (abs ((int) (a >> shift & 255) - (int) (b >> shift & 255)) > slack)
      return FALSE;
  return TRUE;
}

static void
test_curve_is_where_it_belongs (gconstpointer data)
{
  double scale = GPOINTER_TO_INT (data) / 2.0;

  for (int theme = 0; theme < GRAM_N_THEMES; theme++)
    for (int fast = 0; fast < 2; fast++)
      {
        Scene scene;
        g_autoptr (GramLayout) layout = NULL;
        cairo_surface_t *surface;
        const GramPanel *panel;
        guint32 wanted;

        scene_init (&scene, 2, 8);
        layout = lay_out (&scene, theme);
        panel = g_ptr_array_index (layout->panels, 0);
        surface = draw (layout, scale, fast);
        wanted =
            to_pixel (gram_theme_color (gram_theme_get (theme), GRAM_ROLE_TRUE, GRAM_SHADE_NORMAL));
        for (double x = 0.5; x < 10; x += 0.7)
          {
            double px = gram_transform_to_pixel (&panel->x, x);
            double py = gram_transform_to_pixel (&panel->y, 2 + 0.6 * x);
            guint32 found = pixel_at (surface, (int) (px * scale), (int) (py * scale));
            guint32 above = pixel_at (surface, (int) (px * scale), (int) ((py - 8) * scale));

            g_assert_true (is_near (found, wanted, 3));
            g_assert_false (is_near (above, wanted, 40));
          }
        cairo_surface_destroy (surface);
        scene_clear (&scene);
      }
}

/* A curve that leaves the panel paints nothing outside of it. */
static void
test_clip (void)
{
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;
  const GramPanel *panel;
  cairo_surface_t *surface;
  guint32 line;
  guint inside = 0;

  scene_init (&scene, -50, 60);
  layout = lay_out (&scene, GRAM_THEME_LIGHT);
  panel = g_ptr_array_index (layout->panels, 0);
  surface = draw (layout, 1, TRUE);
  line = to_pixel (gram_theme_get (GRAM_THEME_LIGHT)->roles[GRAM_ROLE_TRUE]);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        gboolean in = x >= panel->area.x - 1 && x <= panel->area.x + panel->area.width
                      && y >= panel->area.y - 1 && y <= panel->area.y + panel->area.height;

        if (!is_near (pixel_at (surface, x, y), line, 30))
          continue;
        g_assert_true (in);
        inside++;
      }
  g_assert_cmpuint (inside, >, 100);
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* Grid lines cover whole device pixels: the pixels beside them are plain background. */
static void
test_grid_is_crisp (gconstpointer data)
{
  double scale = GPOINTER_TO_INT (data) / 2.0;
  const GramTheme *theme = gram_theme_get (GRAM_THEME_LIGHT);
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;
  const GramPanel *panel;
  cairo_surface_t *surface;
  guint found = 0;
  int column;

  scene_init (&scene, 20, 20);
  layout = lay_out (&scene, GRAM_THEME_LIGHT);
  panel = g_ptr_array_index (layout->panels, 0);
  surface = draw (layout, scale, TRUE);
  column = (int) ((panel->area.x + panel->area.width * 0.53) * scale);
  for (int y = (int) (panel->area.y * scale) + 2;
       y < (int) ((panel->area.y + panel->area.height) * scale) - 4; y++)
    {
      guint32 pixel = pixel_at (surface, column, y);

      g_assert_true (is_near (pixel, to_pixel (theme->grid), 1)
                     || is_near (pixel, to_pixel (theme->background), 1));
      found += is_near (pixel, to_pixel (theme->grid), 1);
    }
  g_assert_cmpuint (found, >=, 4);
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

static void
test_transparent (void)
{
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;
  cairo_surface_t *surface;
  guint32 corner;

  scene_init (&scene, 2, 8);
  layout = gram_layout_new (scene.figure, scene.typesetter, gram_theme_get (GRAM_THEME_DARK), WIDTH,
                            HEIGHT, 1, GRAM_LAYOUT_TRANSPARENT);
  surface = draw (layout, 1, FALSE);
  memcpy (&corner, cairo_image_surface_get_data (surface), 4);
  g_assert_cmphex (corner, ==, 0);
  cairo_surface_destroy (surface);
  scene_clear (&scene);
}

/* Labels of an axis do not touch, at any size and on either scale. */
static void
check_labels (double letters)
{
  GramTheme theme = *gram_theme_get (GRAM_THEME_LIGHT);

  gram_theme_scale_text (&theme, letters);
  for (int width = (int) (260 * letters); width < 1600; width += 97)
    for (int scale = 0; scale < 2; scale++)
      {
        Scene scene;
        g_autoptr (GramLayout) layout = NULL;
        const GramPanel *panel;
        GramFont font = { theme.small, FALSE };
        double end = -1000, top = 1e9;

        scene_init (&scene, 1, 2);
        gram_plot_set_limits (scene.plot, GRAM_AXIS_X, 1, pow (10, 1 + width % 9));
        gram_plot_set_scale (scene.plot, GRAM_AXIS_X, scale ? GRAM_SCALE_LOG : GRAM_SCALE_LINEAR);
        layout = gram_layout_new (scene.figure, scene.typesetter, &theme, width,
                                  150 * letters + width % 300, 1, 0);
        panel = g_ptr_array_index (layout->panels, 0);
        for (guint i = 0; i < panel->x_ticks->ticks->len; i++)
          {
            const GramTick *tick = &g_array_index (panel->x_ticks->ticks, GramTick, i);
            double half, at = gram_transform_to_pixel (&panel->x, tick->value);

            if (!tick->major)
              continue;
            half = gram_typesetter_set (scene.typesetter, &font, tick->label)->width / 2;
            g_assert_cmpfloat (at - half, >, end);
            end = at + half;
          }
        for (guint i = 0; i < panel->y_ticks->ticks->len; i++)
          {
            const GramTick *tick = &g_array_index (panel->y_ticks->ticks, GramTick, i);
            double at = gram_transform_to_pixel (&panel->y, tick->value);

            if (!tick->major)
              continue;
            g_assert_cmpfloat (at + theme.small, <=, top + 0.5);
            top = at;
          }
        scene_clear (&scene);
      }
}

static void
test_hits (void)
{
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;
  GramPanel *panel;

  scene_init (&scene, 2, 8);
  gram_plot_add_guide (scene.plot, "rho", GRAM_AXIS_X, 3, NULL)->draggable = TRUE;
  layout = lay_out (&scene, GRAM_THEME_LIGHT);
  panel = gram_layout_find_panel (layout, WIDTH / 2.0, HEIGHT / 2.0);
  g_assert_nonnull (panel);
  g_assert_null (gram_layout_find_panel (layout, 2, 2));
  double x = gram_transform_to_pixel (&panel->x, 10), y = gram_transform_to_pixel (&panel->y, 8);
  g_autoptr (GArray) values = gram_panel_values_at (panel, panel->area.x + 3);
  g_assert_cmpuint (values->len, ==, 1);
  g_assert_cmpfloat (g_array_index (values, GramHit, 0).y, ==, 2);
  /* from point to point, and no further than the last one */
  double next;
  int steps = 0;
  for (double at = panel->area.x - 1; gram_panel_next_x (panel, at, 1, &next); at = next, steps++)
    g_assert_cmpfloat (next, >, at);
  g_assert_cmpint (steps, ==, 2);
  g_assert_true (gram_panel_next_x (panel, x + 1, -1, &next));
  g_assert_cmpfloat_with_epsilon (next, x, 1e-6);
  g_autofree char *words = gram_panel_describe_at (panel, x);
  g_assert_nonnull (strstr (words, " 10. "));
  g_assert_true (g_str_has_suffix (words, ": 8"));
  x = gram_transform_to_pixel (&panel->x, 3);
  g_assert_nonnull (gram_panel_find_guide (panel, x + 5, y, 6));
  g_assert_null (gram_panel_find_guide (panel, x + 7, y, 6));
  scene_clear (&scene);
}

/* The columns in the topmost line of the panel that the crosshair at @x in @first changes. */
static GArray *
changed_columns (const GramLayout *layout, GramPanel *first, const GramPanel *panel, double x)
{
  cairo_surface_t *before = draw (layout, 1, FALSE), *after = draw (layout, 1, FALSE);
  cairo_t *cr = cairo_create (after);
  GramCanvas *canvas = gram_canvas_new_cairo (cr, layout->typesetter, 1, FALSE);
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (int));

  gram_layout_draw_crosshair (layout, canvas, first, x, first->area.y + first->area.height / 2);
  gram_canvas_free (canvas);
  cairo_destroy (cr);
  cairo_surface_flush (after);
  for (int i = (int) panel->area.x; i < (int) (panel->area.x + panel->area.width); i++)
    if (pixel_at (before, i, (int) panel->area.y + 2)
        != pixel_at (after, i, (int) panel->area.y + 2))
      g_array_append_val (columns, i);
  cairo_surface_destroy (before);
  cairo_surface_destroy (after);
  return columns;
}

/* The crosshair goes to the nearest point, in every panel that shares the axis, and reads other
 * curves there; what is out of view it leaves out. */
static void
test_crosshair (void)
{
  static const double x[] = { 1, 3, 9 }, y[] = { 1, 5, 6 }, far[] = { 50, 50, 50 };
  g_autoptr (GramBuffer) xs = gram_buffer_new_from_array (x, 3);
  g_autoptr (GramBuffer) ys = gram_buffer_new_from_array (y, 3);
  g_autoptr (GramBuffer) out_of_view = gram_buffer_new_from_array (far, 3);
  Scene scene;
  g_autoptr (GramLayout) layout = NULL;

  scene_init (&scene, 2, 8);
  gram_plot_add_series (scene.plot, "points", "points", GRAM_SERIES_LINE, GRAM_ROLE_RANDOM, xs, ys)
      ->marker = GRAM_MARKER_CIRCLE;
  gram_plot_add_series (scene.plot, "far", "far", GRAM_SERIES_LINE, GRAM_ROLE_WORST, xs,
                        out_of_view);
  gram_plot_add_series (gram_figure_add_plot (scene.figure, "below"), "points", "points",
                        GRAM_SERIES_LINE, GRAM_ROLE_RANDOM, xs, ys);
  scene.figure->share_x = TRUE;
  layout = lay_out (&scene, GRAM_THEME_LIGHT);
  GramPanel *panel = g_ptr_array_index (layout->panels, 0);
  double place = gram_transform_to_pixel (&panel->x, 3);
  double pointed = gram_transform_to_pixel (&panel->x, 3.4);
  g_autoptr (GArray) hits = gram_panel_values_at (panel, pointed);

  g_assert_cmpuint (hits->len, ==, 2);
  for (guint i = 0; i < hits->len; i++)
    {
      const GramHit *hit = &g_array_index (hits, GramHit, i);

      g_assert_cmpfloat_with_epsilon (hit->position.x, place, 1e-6);
      g_assert_cmpfloat_with_epsilon (hit->x, 3, 1e-6);
      g_assert_cmpfloat_with_epsilon (hit->y, hit->between ? 2 + 3 * 0.6 : 5, 1e-6);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GArray) columns =
          changed_columns (layout, panel, g_ptr_array_index (layout->panels, i), pointed);

      /* left of its card, which may reach over either panel */
      g_assert_cmpuint (columns->len, >=, 1);
      g_assert_cmpfloat (fabs (g_array_index (columns, int, 0) + 0.5 - place), <=, 1);
    }
  scene_clear (&scene);
}

static void
test_fit_and_view (void)
{
  Scene scene;
  GramView view;

  scene_init (&scene, 2, 8);
  gram_plot_set_limits (scene.plot, GRAM_AXIS_X, NAN, NAN);
  gram_plot_set_limits (scene.plot, GRAM_AXIS_Y, NAN, NAN);
  view = gram_plot_get_view (scene.plot);
  g_assert_cmpfloat (view.x.min, ==, 0);
  g_assert_cmpfloat (view.x.max, ==, 10);
  g_assert_cmpfloat (view.y.min, <, 2);
  g_assert_cmpfloat (view.y.max, >, 8);
  gram_plot_set_hidden (scene.plot, "line", TRUE);
  view = gram_plot_get_view (scene.plot);
  g_assert_cmpfloat (view.x.max, ==, 1); /* nothing to follow */
  gram_plot_set_hidden (scene.plot, "line", FALSE);
  view = gram_view_zoom (gram_plot_get_view (scene.plot), 0, 0, 0.5, 1);
  gram_figure_set_view (scene.figure, 0, &view);
  g_assert_false (gram_figure_is_fit (scene.figure));
  view = gram_plot_get_view (scene.plot);
  g_assert_cmpfloat (view.x.max, ==, 5);
  g_assert_cmpfloat (view.y.max, <, 8); /* fits what is shown: only the first point */
  gram_figure_fit (scene.figure);
  g_assert_cmpfloat (gram_plot_get_view (scene.plot).x.max, ==, 10);
  scene_clear (&scene);
}

static void
test_labels_do_not_overlap (void)
{
  check_labels (1);
  check_labels (1.5);
  check_labels (2);
}

/* Larger letters are larger in every kind of text and change nothing else; what is drawn once and
 * kept is drawn anew for them, and gives up room. */
static void
test_text_scale (void)
{
  const GramTheme *plain = gram_theme_get (GRAM_THEME_DARK);
  GramTheme large = *plain, back;
  g_autoptr (GramLayout) usual = NULL;
  g_autoptr (GramLayout) enlarged = NULL;
  Scene scene;

  gram_theme_scale_text (&large, 1.5);
  g_assert_cmpfloat_with_epsilon (large.text, 1.5 * plain->text, 1e-12);
  g_assert_cmpfloat_with_epsilon (large.small, 1.5 * plain->small, 1e-12);
  g_assert_cmpfloat_with_epsilon (large.title, 1.5 * plain->title, 1e-12);
  back = large;
  back.text = plain->text, back.small = plain->small, back.title = plain->title;
  g_assert_cmpmem (&back, sizeof back, plain, sizeof *plain);

  scene_init (&scene, 2, 8);
  usual = lay_out (&scene, GRAM_THEME_DARK);
  enlarged = gram_layout_new (scene.figure, scene.typesetter, &large, WIDTH, HEIGHT, 1, 0);
  const GramPanel *small_panel = g_ptr_array_index (usual->panels, 0);
  const GramPanel *large_panel = g_ptr_array_index (enlarged->panels, 0);
  g_assert_cmpuint (gram_layout_static_key (usual), !=, gram_layout_static_key (enlarged));
  g_assert_cmpfloat (large_panel->area.x, >, small_panel->area.x);
  g_assert_cmpfloat (large_panel->area.height, <, small_panel->area.height);
  scene_clear (&scene);
}

static void
test_static_key (void)
{
  Scene scene;
  g_autoptr (GramLayout) first = NULL;
  g_autoptr (GramLayout) same = NULL;
  g_autoptr (GramLayout) other = NULL;

  scene_init (&scene, 2, 8);
  first = lay_out (&scene, GRAM_THEME_LIGHT);
  gram_buffer_append (((GramSeries *) g_ptr_array_index (scene.plot->series, 0))->y, 3);
  same = lay_out (&scene, GRAM_THEME_LIGHT);
  g_assert_cmpuint (gram_layout_static_key (first), ==, gram_layout_static_key (same));
  gram_plot_set_limits (scene.plot, GRAM_AXIS_Y, 0, 11);
  other = lay_out (&scene, GRAM_THEME_LIGHT);
  g_assert_cmpuint (gram_layout_static_key (first), !=, gram_layout_static_key (other));
  scene_clear (&scene);
}

/* A curve that grows no more looks the same; what is kept of it is drawn anew when it is hidden or
 * is another. */
static void
test_settled (void)
{
  Scene scene;
  guint64 keys[4];
  cairo_surface_t *pictures[2];
  GramSeries *series;

  scene_init (&scene, 2, 8);
  series = g_ptr_array_index (scene.plot->series, 0);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GramLayout) layout = NULL;

      series->settled = i > 0;
      if (i == 2)
        gram_buffer_append (series->x, 11), gram_buffer_append (series->y, 3);
      gram_plot_set_hidden (scene.plot, "line", i == 3);
      layout = lay_out (&scene, GRAM_THEME_LIGHT);
      keys[i] = gram_layout_static_key (layout);
      for (guint j = 0; j < i; j++)
        g_assert_true ((keys[i] == keys[j]) == (i == 3 && j == 0));
      if (i < 2)
        pictures[i] = draw (layout, 1, TRUE);
    }
  g_assert_cmpmem (cairo_image_surface_get_data (pictures[0]), WIDTH * HEIGHT * 4,
                   cairo_image_surface_get_data (pictures[1]), WIDTH * HEIGHT * 4);
  cairo_surface_destroy (pictures[0]);
  cairo_surface_destroy (pictures[1]);
  scene_clear (&scene);
}

static guint
count_labels (const GramTicks *ticks)
{
  guint labels = 0;

  for (guint i = 0; i < ticks->ticks->len; i++)
    labels += g_array_index (ticks->ticks, GramTick, i).major;
  return labels;
}

/* One number tells no scale: both axes of however small a panel carry two or more. */
static void
test_two_labels (void)
{
  GRand *random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 3000; i++)
    {
      Scene scene;
      g_autoptr (GramLayout) layout = NULL;
      GramScale scale = i % 2 == 0 ? GRAM_SCALE_LINEAR : GRAM_SCALE_LOG;
      double span = pow (10, g_rand_double_range (random, -1.5, i % 2 == 0 ? 4 : 1));
      double min = g_rand_double_range (random, i % 2 == 0 ? -2 * span : -8, span);
      double low = i % 2 == 0 ? min : pow (10, min), high = min + span;

      scene_init (&scene, 2, 8);
      for (GramAxisSide side = GRAM_AXIS_X; side <= GRAM_AXIS_Y; side++)
        {
          gram_plot_set_axis (scene.plot, side, "axis", scale);
          gram_plot_set_limits (scene.plot, side, low, i % 2 == 0 ? high : pow (10, high));
        }
      layout = gram_layout_new (scene.figure, scene.typesetter, gram_theme_get (GRAM_THEME_LIGHT),
                                g_rand_int_range (random, 200, 900),
                                g_rand_int_range (random, 120, 500), 1, 0);
      GramPanel *panel = g_ptr_array_index (layout->panels, 0);
      g_assert_cmpuint (count_labels (panel->x_ticks), >=, 2);
      g_assert_cmpuint (count_labels (panel->y_ticks), >=, 2);
      scene_clear (&scene);
    }
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (int twice = 2; twice <= 4; twice++)
    {
      g_autofree char *curve = g_strdup_printf ("/plot/draw/curve/%g", twice / 2.0);
      g_autofree char *grid = g_strdup_printf ("/plot/draw/grid/%g", twice / 2.0);

      g_test_add_data_func (curve, GINT_TO_POINTER (twice), test_curve_is_where_it_belongs);
      g_test_add_data_func (grid, GINT_TO_POINTER (twice), test_grid_is_crisp);
    }
  g_test_add_func ("/plot/draw/clip", test_clip);
  g_test_add_func ("/plot/draw/transparent", test_transparent);
  g_test_add_func ("/plot/draw/labels", test_labels_do_not_overlap);
  g_test_add_func ("/plot/draw/hits", test_hits);
  g_test_add_func ("/plot/draw/crosshair", test_crosshair);
  g_test_add_func ("/plot/draw/view", test_fit_and_view);
  g_test_add_func ("/plot/draw/static-key", test_static_key);
  g_test_add_func ("/plot/draw/settled", test_settled);
  g_test_add_func ("/plot/draw/text-scale", test_text_scale);
  g_test_add_func ("/plot/draw/two-labels", test_two_labels);
  return g_test_run ();
}
