/* bench-plot.c: how long a frame of a plot takes on one core
 *
 * SPDX-License-Identifier: MIT
 *
 * bench-plot [FRAMES]: three series of 10,000 points at 1600 × 1000, as the window draws them, and
 * thirty-six of twelve runs:
 * lay out (ranges, ticks, thinning), draw the static layer, draw the curves. For comparison the
 * same curves as plain cairo polylines with every point. Times are processor time, the fastest
 * and the median of FRAMES; the picture is checked first.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gram-layout.h"

#define WIDTH 1600
#define HEIGHT 1000
#define POINTS 10000
#define RUNS 12

typedef enum
{
  SMOOTH,
  NOISY,
  CLOUD,
  MANY,
  N_KINDS,
} Kind;

static const char *const kind_names[] = { "smooth lines", "noisy lines", "points, log x",
                                          "12 runs × 3 label sets" };

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

static int
n_series (Kind kind)
{
  return kind == MANY ? 3 * RUNS : 3;
}

static GramFigure *
make_figure (Kind kind)
{
  GramFigure *figure = gram_figure_new ("bench", "Benchmark");
  GramPlot *plot = gram_figure_add_plot (figure, "panel");
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GramBuffer) x = gram_buffer_new ();

  gram_plot_set_axis (plot, GRAM_AXIS_X, "step k", kind == CLOUD);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, "‖y − u(k)‖₂", GRAM_SCALE_LINEAR);
  for (int i = 0; i < POINTS; i++)
    gram_buffer_append (x, i + 1);
  for (int s = 0; s < n_series (kind); s++)
    {
      g_autoptr (GramBuffer) y = gram_buffer_new ();
      g_autofree char *id = g_strdup_printf ("series-%d", s);
      GramSeries *series;

      for (int i = 0; i < POINTS; i++)
        gram_buffer_append (y, 30 * exp (-i * 1e-4 * (s % 3 + 1 + s / 30.0))
                                   + (kind == SMOOTH || kind == MANY
                                          ? 0
                                          : g_rand_double_range (rand, -2, 2)));
      series =
          gram_plot_add_series (plot, id, id, kind == CLOUD ? GRAM_SERIES_POINTS : GRAM_SERIES_LINE,
                                kind == MANY ? gram_role_ramp (s / 3 / (double) RUNS)
                                             : (GramRole) s,
                                x, y);
      series->marker = (GramMarker) (GRAM_MARKER_CIRCLE + s % 3);
      series->marker_size = kind == CLOUD ? 3.2 : 7;
      series->width = kind == MANY ? 1.2 : series->width;
      series->settled = kind == MANY && s >= 3;
    }
  return figure;
}

static void
draw (const GramLayout *layout, cairo_surface_t *surface, GramDrawParts parts)
{
  cairo_t *cr = cairo_create (surface);
  GramCanvas *canvas = gram_canvas_new_cairo (cr, layout->typesetter, 1, TRUE);

  gram_layout_draw (layout, canvas, parts);
  gram_canvas_free (canvas);
  cairo_destroy (cr);
}

static void
draw_plainly (const GramLayout *layout, const GramFigure *figure, cairo_surface_t *surface)
{
  const GramPanel *panel = g_ptr_array_index (layout->panels, 0);
  const GramPlot *plot = g_ptr_array_index (figure->plots, 0);
  cairo_t *cr = cairo_create (surface);

  cairo_set_line_width (cr, 2);
  for (guint s = 0; s < plot->series->len; s++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, s);
      gsize count;
      const double *y = gram_buffer_peek (series->y, &count);

      for (gsize i = 0; i < count; i++)
        cairo_line_to (cr, gram_transform_to_pixel (&panel->x, gram_series_x (series, i)),
                       gram_transform_to_pixel (&panel->y, y[i]));
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
report (const char *what, double *times, int count)
{
  qsort (times, (size_t) count, sizeof (double), compare);
  printf ("  %-28s fastest %7.2f ms   median %7.2f ms\n", what, 1e3 * times[0],
          1e3 * times[count / 2]);
}

static int
count_painted (cairo_surface_t *surface)
{
  const guint32 *pixels = (const guint32 *) (gpointer) cairo_image_surface_get_data (surface);
  int painted = 0;

  cairo_surface_flush (surface);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    painted += pixels[i] != 0;
  return painted;
}

static void
bench_kind (Kind kind, int frames)
{
  g_autoptr (GramFigure) figure = make_figure (kind);
  const GramTheme *theme = gram_theme_get (GRAM_THEME_LIGHT);
  g_autoptr (GramTypesetter) typesetter = gram_typesetter_new (theme->family);
  g_autofree double *layout_time = g_new (double, frames);
  g_autofree double *static_time = g_new (double, frames);
  g_autofree double *data_time = g_new (double, frames);
  g_autofree double *plain_time = g_new (double, frames);
  g_autofree double *frame_time = g_new (double, frames);
  int plain_frames = MIN (frames, 5);

  printf ("%s, %d × %d points at %d × %d\n", kind_names[kind], n_series (kind), POINTS, WIDTH,
          HEIGHT);
  for (int i = 0; i < frames; i++)
    {
      cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
      g_autoptr (GramLayout) layout = NULL;
      double start = now (), laid_out, drawn;

      layout = gram_layout_new (figure, typesetter, theme, WIDTH, HEIGHT, 1, 0);
      laid_out = now ();
      draw (layout, surface, GRAM_DRAW_DATA);
      drawn = now ();
      layout_time[i] = laid_out - start;
      data_time[i] = drawn - laid_out;
      frame_time[i] = drawn - start;
      if (i == 0 && count_painted (surface) < 5000)
        g_error ("the curves are not in the picture");
      draw (layout, surface, GRAM_DRAW_STATIC);
      static_time[i] = now () - drawn;
      if (i < plain_frames && kind != CLOUD)
        {
          start = now ();
          draw_plainly (layout, figure, surface);
          plain_time[i] = now () - start;
        }
      cairo_surface_destroy (surface);
    }
  report ("layout and thinning", layout_time, frames);
  report ("curves", data_time, frames);
  report ("frame (both)", frame_time, frames);
  report ("static layer, when it changes", static_time, frames);
  if (kind != CLOUD)
    report ("plain cairo, for comparison", plain_time, plain_frames);
}

int
main (int argc, char **argv)
{
  int frames = argc > 1 ? MAX (1, atoi (argv[1])) : 50;

  for (int kind = 0; kind < N_KINDS; kind++)
    bench_kind ((Kind) kind, frames);
  return 0;
}
