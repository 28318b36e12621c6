/* test-decimate.c: thinned curves cover exactly the pixels that all the points cover
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "gram-decimate.h"

#define COLUMNS 200
#define COUNT 20000

typedef struct
{
  double low[COLUMNS], high[COLUMNS], first[COLUMNS], last[COLUMNS];
} Extents;

/* Takes a vertex into the extents of its own column: what is between vertices of different columns
 * is a straight line in both pictures. */
static void
extents_add (Extents *extents, GramPoint point)
{
  int column = (int) floor (point.x);

  if (column < 0 || column >= COLUMNS)
    return;
  if (extents->low[column] > extents->high[column])
    extents->first[column] = point.y;
  extents->low[column] = MIN (extents->low[column], point.y);
  extents->high[column] = MAX (extents->high[column], point.y);
  extents->last[column] = point.y;
}

static void
extents_init (Extents *extents, const GArray *points)
{
  for (int i = 0; i < COLUMNS; i++)
    {
      extents->low[i] = INFINITY;
      extents->high[i] = -INFINITY;
    }
  for (guint i = 0; i < points->len; i++)
    extents_add (extents, g_array_index (points, GramPoint, i));
}

static void
compare (const GramCurve *curve, const GramTransform *x, const GramTransform *y)
{
  g_autoptr (GramTrace) all = gram_trace_new_line (curve, x, y, 0, FALSE);
  g_autoptr (GramTrace) thin = gram_trace_new_line (curve, x, y, 1, FALSE);
  Extents expected, got;

  extents_init (&expected, all->points);
  extents_init (&got, thin->points);
  for (int i = 0; i < COLUMNS; i++)
    {
      g_assert_true (expected.low[i] == got.low[i]);
      g_assert_true (expected.high[i] == got.high[i]);
      if (expected.low[i] > expected.high[i])
        continue;
      g_assert_true (expected.first[i] == got.first[i]);
      g_assert_true (expected.last[i] == got.last[i]);
    }
  g_assert_cmpuint (thin->points->len, <=, all->points->len);
}

/* With rectangles, no column shows less than its points span, and a column more only by the way
 * from the column before. */
static void
compare_bars (const GramCurve *curve, const GramTransform *x, const GramTransform *y)
{
  g_autoptr (GramTrace) all = gram_trace_new_line (curve, x, y, 0, FALSE);
  g_autoptr (GramTrace) thin = gram_trace_new_line (curve, x, y, 1, TRUE);
  Extents expected, got;

  extents_init (&expected, all->points);
  extents_init (&got, thin->points);
  g_assert_cmpuint (thin->bars->len, >, COLUMNS / 4);
  for (guint i = 0; i < thin->bars->len; i++)
    {
      const GramRect *bar = &g_array_index (thin->bars, GramRect, i);

      extents_add (&got, (GramPoint){ bar->x, bar->y });
      extents_add (&got, (GramPoint){ bar->x, bar->y + bar->height });
    }
  for (int i = 0; i < COLUMNS; i++)
    {
      if (expected.low[i] > expected.high[i])
        continue;
      g_assert_cmpfloat (got.low[i], <=, expected.low[i] + 1e-9);
      g_assert_cmpfloat (got.high[i], >=, expected.high[i] - 1e-9);
      if (i == 0)
        continue;
      g_assert_cmpfloat (got.low[i], >=, MIN (expected.low[i], expected.last[i - 1]) - 1e-9);
      g_assert_cmpfloat (got.high[i], <=, MAX (expected.high[i], expected.last[i - 1]) + 1e-9);
    }
}

static void
test_bars (void)
{
  g_autofree double *x = g_new (double, COUNT);
  g_autofree double *y = g_new (double, COUNT);
  GramCurve curve = { x, y, COUNT };
  GramTransform tx = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 1, COUNT }, 0, COLUMNS };
  GramTransform ty = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { -3, 3 }, 100, 0 };

  for (int i = 0; i < COUNT; i++)
    {
      x[i] = i + 1;
      /* noise in the first half and in spots of the second */
      y[i] =
          sin (i * 1e-3) + (i < COUNT / 2 || i % 3000 < 500 ? g_test_rand_double_range (-1, 1) : 0);
    }
  compare_bars (&curve, &tx, &ty);
}

static double *
make_walk (gsize count)
{
  double *y = g_new (double, count), at = 10;

  for (gsize i = 0; i < count; i++)
    {
      at += g_test_rand_double_range (-0.3, 0.3);
      y[i] = at = MAX (0.01, at);
    }
  return y;
}

static void
test_sorted (gconstpointer data)
{
  gboolean log_x = GPOINTER_TO_INT (data) & 1, log_y = GPOINTER_TO_INT (data) & 2;
  g_autofree double *x = g_new (double, COUNT);
  g_autofree double *y = make_walk (COUNT);
  GramCurve curve = { x, y, COUNT };
  GramTransform tx = {
    log_x ? GRAM_SCALE_LOG : GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0 }, 0, COLUMNS
  };
  GramTransform ty = {
    log_y ? GRAM_SCALE_LOG : GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { -1, 3 }, 100, 0
  };

  for (int i = 0; i < COUNT; i++)
    x[i] = i + 1;
  tx.range = log_x ? (GramRange){ 0, log10 (COUNT) } : (GramRange){ 1, COUNT };
  compare (&curve, &tx, &ty);
  tx.range = gram_range_zoom (tx.range, 0.7, 0.31); /* and with points outside on both sides */
  compare (&curve, &tx, &ty);
  g_autoptr (GramTrace) thin = gram_trace_new_line (&curve, &tx, &ty, 1, FALSE);
  g_assert_cmpuint (thin->points->len, <=, 4 * (COLUMNS + 3));
}

/* A curve that turns back: columns are visited many times. */
static void
test_turning_back (void)
{
  g_autofree double *x = g_new (double, COUNT);
  g_autofree double *y = g_new (double, COUNT);
  GramCurve curve = { x, y, COUNT };
  GramTransform tx = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { -1.2, 1.2 }, 0, COLUMNS };
  GramTransform ty = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { -1.2, 1.2 }, 100, 0 };

  for (int i = 0; i < COUNT; i++)
    {
      double phase = i * 0.01;

      x[i] = cos (phase) * (1 - i / (2.0 * COUNT));
      y[i] = sin (phase * 1.3);
    }
  compare (&curve, &tx, &ty);
}

static void
test_gaps (void)
{
  const double x[] = { 0, 1, 2, 3, 4, 5, 6 };
  const double y[] = { 1, 1, NAN, 1, -1, 1, INFINITY };
  GramCurve curve = { x, y, G_N_ELEMENTS (x) };
  GramTransform tx = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0, 6 }, 0, 600 };
  GramTransform ty = { GRAM_SCALE_LOG, GRAM_ZERO_NONE, { -1, 1 }, 100, 0 };

  for (int resolution = 0; resolution < 2; resolution++)
    {
      g_autoptr (GramTrace) trace = gram_trace_new_line (&curve, &tx, &ty, resolution, FALSE);

      /* NaN, a negative value on a logarithmic axis and infinity each end a piece. */
      g_assert_cmpuint (trace->starts->len, ==, 3);
      g_assert_cmpuint (trace->points->len, ==, 4);
    }
}

/* Far outside, segments are cut; inside the panel the picture must be the same. */
static void
test_far_points (void)
{
  const double x[] = { 0, 0.5, 1 };
  const double y[] = { -1e12, 1e12, -1e12 };
  GramCurve curve = { x, y, 3 };
  GramTransform tx = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0, 1 }, 0, 100 };
  GramTransform ty = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0, 1 }, 100, 0 };
  g_autoptr (GramTrace) trace = gram_trace_new_line (&curve, &tx, &ty, 0, FALSE);

  for (guint i = 0; i < trace->points->len; i++)
    {
      GramPoint point = g_array_index (trace->points, GramPoint, i);

      g_assert_cmpfloat (fabs (point.x), <=, 16000.1);
      g_assert_cmpfloat (fabs (point.y), <=, 16000.1);
    }
  g_assert_cmpuint (trace->starts->len, ==, 2); /* up through the panel, and down again */
  gsize count;
  const GramPoint *up = gram_trace_piece (trace, 0, &count);
  g_assert_cmpuint (count, ==, 2);
  g_assert_cmpfloat_with_epsilon (up[0].x, 25, 0.01); /* y = 0 is crossed at x = 1/4 */
  g_assert_cmpfloat_with_epsilon (up[1].x, 25, 0.01);
}

static void
test_steps (void)
{
  const double x[] = { 0, 1, 2 }, y[] = { 0, 1, 0 };
  GramCurve curve = { x, y, 3 };
  GramTransform tx = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0, 2 }, 0, 20 };
  GramTransform ty = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0, 1 }, 10, 0 };
  g_autoptr (GramTrace) trace = gram_trace_new_line (&curve, &tx, &ty, 0, FALSE);
  static const GramPoint expected[] = { { 0, 10 }, { 10, 10 }, { 10, 0 }, { 20, 0 }, { 20, 10 } };

  gram_trace_make_steps (trace);
  g_assert_cmpuint (trace->points->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GramPoint point = g_array_index (trace->points, GramPoint, i);

      g_assert_cmpfloat (point.x, ==, expected[i].x);
      g_assert_cmpfloat (point.y, ==, expected[i].y);
    }
}

/* Every cell with a point has a marker, and no cell has two. */
static void
test_points (void)
{
  g_autofree double *y = g_new (double, COUNT);
  GramCurve curve = { NULL, y, COUNT };
  GramTransform tx = { GRAM_SCALE_LOG, GRAM_ZERO_NONE, { 0, log10 (COUNT) }, 0, COLUMNS };
  GramTransform ty = { GRAM_SCALE_LINEAR, GRAM_ZERO_NONE, { 0, 1 }, 100, 0 };
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) got = g_hash_table_new (NULL, NULL);
  g_autoptr (GramTrace) all = NULL;
  g_autoptr (GramTrace) thin = NULL;
  GramTrace *traces[2];

  for (int i = 0; i < COUNT; i++)
    y[i] = g_test_rand_double_range (0, 1);
  all = gram_trace_new_points (&curve, &tx, &ty, 0);
  thin = gram_trace_new_points (&curve, &tx, &ty, 1);
  traces[0] = all;
  traces[1] = thin;
  for (int t = 0; t < 2; t++)
    for (guint i = 0; i < traces[t]->points->len; i++)
      {
        GramPoint point = g_array_index (traces[t]->points, GramPoint, i);
        gsize cell = (gsize) point.y * 10000 + (gsize) point.x + 1;

        g_hash_table_add (t ? got : wanted, GSIZE_TO_POINTER (cell));
      }
  g_assert_cmpuint (all->points->len, ==, COUNT);
  g_assert_cmpuint (g_hash_table_size (got), ==, g_hash_table_size (wanted));
  g_assert_cmpuint (g_hash_table_size (got), ==, thin->points->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/plot/decimate/linear", GINT_TO_POINTER (0), test_sorted);
  g_test_add_data_func ("/plot/decimate/log-x", GINT_TO_POINTER (1), test_sorted);
  g_test_add_data_func ("/plot/decimate/log-y", GINT_TO_POINTER (2), test_sorted);
  g_test_add_data_func ("/plot/decimate/log-log", GINT_TO_POINTER (3), test_sorted);
  g_test_add_func ("/plot/decimate/bars", test_bars);
  g_test_add_func ("/plot/decimate/turning-back", test_turning_back);
  g_test_add_func ("/plot/decimate/gaps", test_gaps);
  g_test_add_func ("/plot/decimate/far", test_far_points);
  g_test_add_func ("/plot/decimate/steps", test_steps);
  g_test_add_func ("/plot/decimate/points", test_points);
  return g_test_run ();
}
