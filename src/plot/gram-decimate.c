/* gram-decimate.c: as many points as there are pixels, and the same picture
 *
 * SPDX-License-Identifier: MIT
 *
 * Of consecutive points in one pixel column only the first, the lowest, the highest and the last
 * can change what is drawn there: the strokes between them cover the same rows, and the strokes
 * to the neighbouring columns start and end at the same points. Only runs of consecutive points
 * are merged, so curves that turn back are right too. Minimum and maximum are compared in data
 * units, which is the same for any monotone scale and costs no logarithm.
 *
 * Where noise goes up and down many times within a column, its strokes fill the column from the
 * lowest to the highest point. Drawing that as a rectangle is the same to the eye and thirty times
 * as fast as stroking it; it is for the screen, and files get the strokes.
 */
#include "gram-decimate.h"

#include <math.h>

/* cairo's fixed-point coordinates end near 8 million, and dashes along a line that leaves the
 * picture by far cost time, so segments are cut at a box well outside of it. */
#define FAR 16000.0

/* From so many points, and pixels from lowest to highest, a column is a rectangle. */
#define BAR_POINTS 4
#define BAR_HEIGHT 4.0

typedef struct
{
  GramTrace *trace;
  const GramTransform *x, *y;
  double resolution; /* columns a pixel */
  double left, right;
  GramPoint last;
  gboolean open; /* a piece was begun and last is its end */
  gboolean pen;  /* last is in trace->points */
  gboolean bars; /* whether columns may become rectangles */
  gint64 bar;    /* the column of the last rectangle, if the curve has not left it; else −1 */
} Tracer;

static GramTrace *
trace_new (void)
{
  GramTrace *trace = g_new (GramTrace, 1);

  trace->points = g_array_new (FALSE, FALSE, sizeof (GramPoint));
  trace->starts = g_array_new (FALSE, FALSE, sizeof (guint));
  trace->bars = g_array_new (FALSE, FALSE, sizeof (GramRect));
  return trace;
}

/**
 * gram_trace_free:
 * @trace: (transfer full):
 */
void
gram_trace_free (GramTrace *trace)
{
  g_array_unref (trace->points);
  g_array_unref (trace->starts);
  g_array_unref (trace->bars);
  g_free (trace);
}

/**
 * gram_trace_piece:
 *
 * Returns: (transfer none) (array length=count): the points of a piece
 */
const GramPoint *
gram_trace_piece (const GramTrace *trace, guint piece, gsize *count)
{
  guint from = g_array_index (trace->starts, guint, piece);
  guint to = piece + 1 < trace->starts->len ? g_array_index (trace->starts, guint, piece + 1)
                                            : trace->points->len;

  *count = to - from;
  return &g_array_index (trace->points, GramPoint, from);
}

/* ---------- pieces, cut far outside --------------------------------------------------------- */

static void
put (Tracer *tracer, GramPoint point, gboolean begin)
{
  if (begin)
    g_array_append_val (tracer->trace->starts, tracer->trace->points->len);
  g_array_append_val (tracer->trace->points, point);
}

static gboolean
is_far (GramPoint point)
{
  return !(fabs (point.x) <= FAR && fabs (point.y) <= FAR);
}

/**
 * gram_rect_cut_segment:
 * @t0: (out): (and @t1) the part of @a → @b inside @rect, in [0, 1]
 *
 * Liang and Barsky's clipping.
 *
 * Returns: whether there is such a part
 */
gboolean
gram_rect_cut_segment (const GramRect *rect, GramPoint a, GramPoint b, double *t0, double *t1)
{
  double p[4] = { a.x - b.x, b.x - a.x, a.y - b.y, b.y - a.y };
  double q[4] = { a.x - rect->x, rect->x + rect->width - a.x, a.y - rect->y,
                  rect->y + rect->height - a.y };

  *t0 = 0;
  *t1 = 1;
  for (int i = 0; i < 4; i++)
    {
      if (p[i] == 0 && q[i] < 0)
        return FALSE;
      if (p[i] < 0)
        *t0 = MAX (*t0, q[i] / p[i]);
      else if (p[i] > 0)
        *t1 = MIN (*t1, q[i] / p[i]);
    }
  return *t0 <= *t1;
}

static GramPoint
between (GramPoint a, GramPoint b, double t)
{
  return (GramPoint){ a.x + t * (b.x - a.x), a.y + t * (b.y - a.y) };
}

static void
add_point (Tracer *tracer, GramPoint point)
{
  static const GramRect near = { -FAR, -FAR, 2 * FAR, 2 * FAR };
  gboolean far = is_far (point);
  double t0, t1;

  if (!tracer->open)
    {
      if (!far)
        put (tracer, point, TRUE);
      tracer->pen = !far;
    }
  else if (tracer->pen && !far)
    put (tracer, point, FALSE);
  else if (gram_rect_cut_segment (&near, tracer->last, point, &t0, &t1))
    {
      if (!tracer->pen)
        put (tracer, between (tracer->last, point, t0), TRUE);
      put (tracer, between (tracer->last, point, t1), FALSE);
      tracer->pen = !far;
    }
  else
    tracer->pen = FALSE;
  tracer->open = TRUE;
  tracer->last = point;
}

/* ---------- columns ------------------------------------------------------------------------- */

typedef struct
{
  gsize first, lowest, highest, last;
  double min, max;
  double from, to; /* values of x that are surely in this column */
  gint64 column;
  gsize count;
  gboolean used;
} Run;

static inline double
curve_x (const GramCurve *curve, gsize i)
{
  return curve->x != NULL ? curve->x[i] : (double) i + 1;
}

static GramPoint
point_of (const Tracer *tracer, const GramCurve *curve, gsize i)
{
  return (GramPoint){ gram_transform_to_pixel (tracer->x, curve_x (curve, i)),
                      gram_transform_to_pixel (tracer->y, curve->y[i]) };
}

static void
emit (Tracer *tracer, const GramCurve *curve, gsize i)
{
  add_point (tracer, point_of (tracer, curve, i));
}

/* A rectangle for the column; it reaches to where the curve came from in the column before. */
static void
add_bar (Tracer *tracer, const GramCurve *curve, const Run *run, double low, double high)
{
  double top = MIN (low, high), bottom = MAX (low, high);
  GramRect bar = { .width = 1 / tracer->resolution };

  if (tracer->bar >= 0 && tracer->bar == run->column - 1)
    {
      top = MIN (top, tracer->last.y);
      bottom = MAX (bottom, tracer->last.y);
    }
  else
    emit (tracer, curve, run->first);
  bar.x = tracer->left + (double) run->column / tracer->resolution;
  bar.y = MAX (top, -FAR);
  bar.height = MIN (bottom, FAR) - bar.y;
  g_array_append_val (tracer->trace->bars, bar);
  /* The curve goes on from the last point, as a new piece if it goes on as a line. */
  tracer->last = point_of (tracer, curve, run->last);
  tracer->open = TRUE;
  tracer->pen = FALSE;
  tracer->bar = run->column;
}

static gboolean
try_bar (Tracer *tracer, const GramCurve *curve, const Run *run)
{
  double low, high;

  if (!tracer->bars || run->count < BAR_POINTS || run->column < 0 || run->column == G_MAXINT64)
    return FALSE;
  low = gram_transform_to_pixel (tracer->y, run->min);
  high = gram_transform_to_pixel (tracer->y, run->max);
  if (!(fabs (low - high) >= BAR_HEIGHT) || MAX (low, high) < -FAR || MIN (low, high) > FAR)
    return FALSE;
  add_bar (tracer, curve, run, low, high);
  return TRUE;
}

static void
flush (Tracer *tracer, const GramCurve *curve, Run *run)
{
  gsize low = MIN (run->lowest, run->highest), high = MAX (run->lowest, run->highest);

  if (!run->used)
    return;
  run->used = FALSE;
  if (try_bar (tracer, curve, run))
    return;
  if (tracer->bar >= 0)
    {
      /* From the end of a rectangle on there is a line again. */
      tracer->bar = -1;
      tracer->open = FALSE;
      add_point (tracer, tracer->last);
    }
  emit (tracer, curve, run->first);
  if (low != run->first)
    emit (tracer, curve, low);
  if (high != low && high != run->first)
    emit (tracer, curve, high);
  if (run->last != high && run->last != low && run->last != run->first)
    emit (tracer, curve, run->last);
}

/* Everything left of the panel is one column, and everything right of it. */
static void
find_column (const Tracer *tracer, double value, Run *run)
{
  double pixel = gram_transform_to_pixel (tracer->x, value), a, b, margin;

  run->from = INFINITY;
  run->to = -INFINITY;
  if (pixel < tracer->left)
    run->column = -1;
  else if (pixel > tracer->right)
    run->column = G_MAXINT64;
  else
    {
      run->column = (gint64) floor ((pixel - tracer->left) * tracer->resolution);
      a = tracer->left + (double) run->column / tracer->resolution;
      b = tracer->left + (double) (run->column + 1) / tracer->resolution;
      a = gram_transform_to_value (tracer->x, a);
      b = gram_transform_to_value (tracer->x, b);
      /* Values within rounding of a boundary are looked up one by one. */
      margin = 1e-9 * (fabs (a) + fabs (b));
      run->from = MIN (a, b) + margin;
      run->to = MAX (a, b) - margin;
    }
}

static void
start_run (Run *run, gsize i, double y)
{
  run->first = run->lowest = run->highest = run->last = i;
  run->min = run->max = y;
  run->count = 0;
  run->used = TRUE;
}

static inline gboolean
has_place (const GramTransform *transform, double value)
{
  if (!isfinite (value))
    return FALSE;
  if (transform->scale == GRAM_SCALE_LINEAR)
    return TRUE;
  if (value > 0 && isinf (transform->zero.first))
    return TRUE; /* without a logarithm for each of many points */
  return !isnan (gram_scale_forward (transform->scale, transform->zero, value));
}

static void
trace_columns (Tracer *tracer, const GramCurve *curve)
{
  Run run = { 0 };

  for (gsize i = 0; i < curve->count; i++)
    {
      double x = curve_x (curve, i), y = curve->y[i];
      gint64 column = run.column;

      if (!has_place (tracer->x, x) || !has_place (tracer->y, y))
        {
          flush (tracer, curve, &run);
          tracer->open = FALSE;
          tracer->bar = -1;
          continue;
        }
      if (!run.used || !(x > run.from && x < run.to))
        {
          Run next = run;

          find_column (tracer, x, &next);
          if (run.used && next.column != column)
            flush (tracer, curve, &run);
          run.from = next.from;
          run.to = next.to;
          run.column = next.column;
        }
      if (!run.used)
        start_run (&run, i, y);
      run.last = i;
      run.count++;
      if (y < run.min)
        {
          run.min = y;
          run.lowest = i;
        }
      if (y > run.max)
        {
          run.max = y;
          run.highest = i;
        }
    }
  flush (tracer, curve, &run);
}

static void
trace_all (Tracer *tracer, const GramCurve *curve)
{
  for (gsize i = 0; i < curve->count; i++)
    if (has_place (tracer->x, curve_x (curve, i)) && has_place (tracer->y, curve->y[i]))
      emit (tracer, curve, i);
    else
      tracer->open = FALSE;
}

/**
 * gram_trace_new_line:
 * @resolution: pixel columns a unit, 0: every point
 * @bars: whether columns that noise fills become rectangles
 *
 * Points without a place (NaN, infinite, negative on a logarithmic axis) are gaps.
 *
 * Returns: (transfer full): the curve in pixels
 */
GramTrace *
gram_trace_new_line (const GramCurve *curve, const GramTransform *x, const GramTransform *y,
                     double resolution, gboolean bars)
{
  Tracer tracer = {
    .trace = trace_new (), .x = x, .y = y, .resolution = resolution, .bars = bars, .bar = -1
  };

  tracer.left = MIN (x->pixel_min, x->pixel_max);
  tracer.right = MAX (x->pixel_min, x->pixel_max);
  if (resolution > 0)
    trace_columns (&tracer, curve);
  else
    trace_all (&tracer, curve);
  return tracer.trace;
}

/**
 * gram_trace_new_points:
 * @resolution: cells a unit in which one marker is enough, 0: every point
 *
 * Returns: (transfer full): the places of the markers inside the panel, one piece
 */
GramTrace *
gram_trace_new_points (const GramCurve *curve, const GramTransform *x, const GramTransform *y,
                       double resolution)
{
  GramTrace *trace = trace_new ();
  double left = MIN (x->pixel_min, x->pixel_max), right = MAX (x->pixel_min, x->pixel_max);
  double top = MIN (y->pixel_min, y->pixel_max), bottom = MAX (y->pixel_min, y->pixel_max);
  gsize columns = (gsize) MAX (1, ceil ((right - left) * resolution) + 1);
  gsize rows = (gsize) MAX (1, ceil ((bottom - top) * resolution) + 1);
  g_autofree guint8 *seen = resolution > 0 ? g_malloc0 (columns * rows / 8 + 1) : NULL;
  guint start = 0;

  g_array_append_val (trace->starts, start);
  for (gsize i = 0; i < curve->count; i++)
    {
      double at = curve_x (curve, i);
      GramPoint point;

      if (!has_place (x, at) || !has_place (y, curve->y[i]))
        continue;
      point.x = gram_transform_to_pixel (x, at);
      point.y = gram_transform_to_pixel (y, curve->y[i]);
      if (point.x < left - 0.5 || point.x > right + 0.5 || point.y < top - 0.5
          || point.y > bottom + 0.5)
        continue;
      if (seen != NULL)
        {
          gsize column = (gsize) MAX (0, (point.x - left) * resolution);
          gsize row = (gsize) MAX (0, (point.y - top) * resolution);
          gsize cell = MIN (row, rows - 1) * columns + MIN (column, columns - 1);

          if (seen[cell / 8] & (1 << cell % 8))
            continue;
          seen[cell / 8] |= (guint8) (1 << cell % 8);
        }
      g_array_append_val (trace->points, point);
    }
  return trace;
}

/**
 * gram_trace_make_steps:
 *
 * Turns the curve into a staircase: a value holds until the next one.
 */
void
gram_trace_make_steps (GramTrace *trace)
{
  GArray *points = g_array_sized_new (FALSE, FALSE, sizeof (GramPoint), trace->points->len * 2);
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint piece = 0; piece < trace->starts->len; piece++)
    {
      gsize count;
      const GramPoint *at = gram_trace_piece (trace, piece, &count);

      g_array_append_val (starts, points->len);
      for (gsize i = 0; i < count; i++)
        {
          if (i > 0 && at[i].y != at[i - 1].y)
            {
              GramPoint corner = { at[i].x, at[i - 1].y };

              g_array_append_val (points, corner);
            }
          g_array_append_val (points, at[i]);
        }
    }
  g_array_unref (trace->points);
  g_array_unref (trace->starts);
  trace->points = points;
  trace->starts = starts;
}
