/* test-kernels.c: every instruction set's inner loops against plain ones, on odd sizes
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-cpu-forward.h"
#include "gram-cpu-kernels.h"
#include "gram-cpu-pool.h"
#include "gram-size.h"

#define MOST 75    /* neurons */
#define TERMS 2100 /* of a product: more than two parts of its sums */

static const gint64 counts[] = { 1, 2, 3, 5, 6, 7, 11, 12, 13, 24, 31, 64, 65, MOST };

static float *
random_floats (gint64 count)
{
  float *x = gram_try_alloc (sizeof (float), count, 1, "a test", NULL);

  for (gint64 i = 0; i < count; i++)
    x[i] = (float) g_test_rand_double_range (-1, 1);
  return x;
}

static guint32 *
random_words (gint64 count)
{
  guint32 *x = gram_try_alloc (sizeof (guint32), count, 1, "a test", NULL);

  for (gint64 i = 0; i < count; i++)
    x[i] = (guint32) g_test_rand_int ();
  x[0] = 0;
  x[count - 1] = G_MAXUINT32;
  return x;
}

static void
assert_near (double x, double y, double scale)
{
  g_assert_cmpfloat (fabs (x - y), <=, 4e-6 * scale);
}

static void
check_mask (const GramCpuKernels *kernels, gint64 neurons, gboolean small, gboolean two)
{
  gint64 floats = small ? GRAM_SMALL_TABLE_FLOATS : GRAM_TABLE_FLOATS;
  float *panel = random_floats (64 * GRAM_HALF), *weights = random_floats (64);
  float *table = random_floats (2 * floats), *sums = random_floats (neurons * GRAM_HALF);
  float *before = random_floats (neurons * GRAM_HALF);
  guint32 *bits = random_words (2 * neurons);

  memcpy (before, sums, (gsize) (neurons * GRAM_HALF) * sizeof (float));
  for (int t = 0; t < 2; t++)
    (small ? kernels->mask_table_small : kernels->mask_table) (panel + t * GRAM_TILE * GRAM_HALF,
                                                               weights + t * GRAM_TILE,
                                                               table + t * floats);
  (small ? kernels->mask_product_small
         : kernels->mask_product) (neurons, bits, two ? bits + neurons : NULL, table, sums);
  for (gint64 r = 0; r < neurons; r++)
    for (int j = 0; j < GRAM_HALF; j++)
      {
        double sum = before[r * GRAM_HALF + j];

        for (int i = 0; i < (two ? 64 : 32); i++)
          if (bits[i / 32 * neurons + r] >> (i % 32) & 1)
            sum += (double) weights[i] * panel[i * GRAM_HALF + j];
        assert_near (sums[r * GRAM_HALF + j], sum, 8);
      }
  gram_free (panel);
  gram_free (weights);
  gram_free (table);
  gram_free (sums);
  gram_free (before);
  gram_free (bits);
}

static void
test_mask (gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    for (int variant = 0; variant < 4; variant++)
      check_mask (data, counts[i], variant & 1, variant >> 1);
}

/* Dense, and with a list that skips and repeats pixels. */
static void
check_product (const GramCpuKernels *kernels, gint64 neurons, gint64 k)
{
  gint64 stride = (neurons + 3) * GRAM_TILE, tiles = TERMS / GRAM_TILE + 1;
  float *panel = random_floats (k * GRAM_TILE), *w = random_floats (tiles * stride);
  float *out = random_floats (neurons * GRAM_TILE);
  gsize offsets[TERMS];

  for (int sparse = 0; sparse < 2; sparse++)
    {
      for (gint64 j = 0; j < k; j++)
        {
          gint64 p = sparse ? g_test_rand_int_range (0, TERMS) : j;

          offsets[j] = (gsize) (p / GRAM_TILE * stride + p % GRAM_TILE);
        }
      if (sparse)
        kernels->product_sparse (k, panel, offsets, w, neurons, out);
      else
        kernels->product (k, panel, w, stride, neurons, out);
      for (gint64 r = 0; r < neurons; r++)
        for (int i = 0; i < GRAM_TILE; i++)
          {
            double sum = 0;

            for (gint64 j = 0; j < k; j++)
              sum += (double) panel[j * GRAM_TILE + i] * w[offsets[j] + (gsize) (r * GRAM_TILE)];
            assert_near (out[r * GRAM_TILE + i], sum, sqrt ((double) k) + 1);
          }
    }
  gram_free (panel);
  gram_free (w);
  gram_free (out);
}

static void
test_product (gconstpointer data)
{
  static const gint64 depths[] = { 1, 2, 31, 32, 33, 64, 100, 1023, 1024, 1025, TERMS };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    for (guint k = 0; k < G_N_ELEMENTS (depths); k++)
      check_product (data, counts[i], depths[k]);
}

/* What rounds once is equal to the bit; u to rounding. */
static void
check_advance (const GramCpuKernels *kernels, gint64 neurons)
{
  gint64 size = neurons * GRAM_TILE, plane = neurons * GRAM_HALF + 32;
  float *a = random_floats (neurons), *sums = random_floats (2 * plane);
  float *base = random_floats (size), *delta = random_floats (size), *moved = random_floats (size);
  float *weights = random_floats (size);
  guint32 *bits = random_words (neurons), *again = random_words (neurons);
  double u[GRAM_TILE] = { 0 }, v[GRAM_TILE] = { 0 }, want[GRAM_TILE] = { 0 };

  for (gint64 r = 0; r < neurons; r++)
    a[r] = a[r] < 0 ? -1 : 1;
  base[0] = delta[0] = sums[0] = 0; /* s = 0 is active */
  memcpy (moved, delta, (gsize) size * sizeof (float));
  kernels->move (neurons, a, sums, plane, base, moved, weights);
  kernels->advance (neurons, a, sums, plane, base, delta, bits, u);
  kernels->activate (neurons, a, weights, again, v);
  g_assert_cmpmem (moved, (gsize) size * 4, delta, (gsize) size * 4);
  g_assert_cmpmem (bits, (gsize) neurons * 4, again, (gsize) neurons * 4);
  for (gint64 r = 0; r < neurons; r++)
    for (int i = 0; i < GRAM_TILE; i++)
      {
        float s = base[r * GRAM_TILE + i] + delta[r * GRAM_TILE + i];

        g_assert_cmpfloat (s, ==, weights[r * GRAM_TILE + i]);
        g_assert_cmpuint (bits[r] >> i & 1, ==, s >= 0);
        want[i] += s > 0 ? (double) a[r] * s : 0;
      }
  for (int i = 0; i < GRAM_TILE; i++)
    {
      assert_near (u[i], want[i], (double) neurons);
      assert_near (v[i], want[i], (double) neurons);
    }
  /* Divergence shows. */
  base[GRAM_TILE * (neurons - 1) + 7] = NAN;
  kernels->advance (neurons, a, sums, plane, base, delta, bits, u);
  g_assert_true (isnan (u[7]) && isfinite (u[8]));
  gram_free (a);
  gram_free (sums);
  gram_free (base);
  gram_free (delta);
  gram_free (moved);
  gram_free (weights);
  gram_free (bits);
  gram_free (again);
}

static void
test_advance (gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    check_advance (data, counts[i]);
}

static void
check_distance (const GramCpuKernels *kernels, gint64 neurons)
{
  gint64 size = neurons * GRAM_TILE, both = 0;
  float *a = random_floats (neurons), *spells = random_floats (size);
  float *total = random_floats (GRAM_TILE), *c = random_floats (size);
  guint32 *bits = random_words (neurons);
  double squares[MOST] = { 0 };
  guint64 x[MOST], y[MOST];

  kernels->coefficients (neurons, 0.25f, a, bits, spells, total, c);
  kernels->dots (neurons, c, spells, squares);
  for (gint64 r = 0; r < neurons; r++)
    {
      double sum = 0;

      for (gint64 i = r * GRAM_TILE; i < (r + 1) * GRAM_TILE; i++)
        {
          double want =
              0.25 * a[r]
              * (spells[i] + (bits[r] >> (i % GRAM_TILE) & 1 ? total[i % GRAM_TILE] : 0.0f));

          assert_near (c[i], want, 1);
          sum += (double) c[i] * spells[i];
        }
      assert_near (squares[r], sum, 8);
      x[r] = (guint64) bits[r] << 32 | ~bits[r];
      y[r] = (guint64) bits[0] * 0x100000001u ^ (guint64) r;
      both += __builtin_popcountll (x[r] & y[r]);
    }
  g_assert_cmpint (kernels->matches (neurons, x, y), ==, both);
  gram_free (a);
  gram_free (spells);
  gram_free (total);
  gram_free (c);
  gram_free (bits);
}

static void
test_distance (gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    check_distance (data, counts[i]);
}

static long double
arc_cosine_reference (double k)
{
  const long double pi = 3.14159265358979323846264338327950288L;

  k = CLAMP (k, -1, 1);
  /* π − arccos k = arccos (−k), which does not cancel near −1. */
  return k * acosl (-(long double) k) / (2 * pi);
}

static void
test_arc_cosine (gconstpointer data)
{
  const GramCpuKernels *kernels = data;
  static const double edges[] = { -2,      -1,  -1 + 0x1p-53,  -0.75, -0.5,        -0x1p-60, 0,
                                  0x1p-60, 0.5, 0.5 + 0x1p-52, 0.75,  1 - 0x1p-53, 1,        1.5 };
  double k[1013], out[1013], worst = 0;

  for (gint64 count = 1; count <= 1013; count += count < 20 ? 1 : 331)
    {
      for (gint64 i = 0; i < count; i++)
        {
          double x = g_test_rand_double_range (-1, 1);

          k[i] = i < (gint64) G_N_ELEMENTS (edges) ? edges[i]
                 : i % 3 == 0                      ? 1 - pow (2, -50 * fabs (x))
                 : i % 3 == 1                      ? -1 + pow (2, -50 * fabs (x))
                                                   : x;
        }
      memcpy (out, k, sizeof k);
      kernels->arc_cosine (count, out);
      for (gint64 i = 0; i < count; i++)
        {
          long double want = arc_cosine_reference (k[i]);
          double error = want != 0 ? (double) fabsl ((out[i] - want) / want) : fabs (out[i]);

          worst = MAX (worst, error);
        }
    }
  g_test_message ("largest relative error %.2g", worst);
  g_assert_cmpfloat (worst, <=, 1e-15);
}

/* ---------- steps without S ------------------------------------------------------------------ */

static void
check_overlap (const GramCpuKernels *kernels, gint64 words)
{
  gint64 n = words * GRAM_TILE;
  float *k = random_floats (n), *r = random_floats (n), *d = random_floats (n);
  float *z = random_floats (n), *before = random_floats (n), *terms = random_floats (n);
  guint32 *bits = random_words (MAX (words, 2) + 3);
  const guint32 *rows[GRAM_CPU_AT_ONCE] = { bits, bits + 1, bits + 2, bits + 3 };
  gint32 *numbers = gram_try_alloc (sizeof (gint32), n, 1, "a test", NULL);
  double sums[3], want[3] = { 0 }, dots[GRAM_CPU_AT_ONCE];

  for (gint64 j = 0; j < n; j++)
    {
      gint32 step = bits[j / GRAM_TILE] >> (j % GRAM_TILE) & 1 ? -2 : 0;

      numbers[j] = (gint32) (j * 37 % 1000);
      want[0] += (double) k[j] * (numbers[j] + step) * r[j];
      want[1] += fabs ((double) k[j] * d[j]);
      want[2] += (double) k[j] * d[j];
    }
  memcpy (before, z, (gsize) n * sizeof (float));
  kernels->count_row (words, bits, -2, numbers);
  kernels->overlap_row (n, k, numbers, r, 0.5f, d, terms, z, sums);
  assert_near (sums[0], want[0], 1000 * (double) n);
  assert_near (sums[1], want[1], (double) n);
  assert_near (sums[2], want[2], (double) n);
  for (gint64 j = 0; j < n; j++)
    {
      assert_near (z[j], before[j] + 0.5 * k[j] * numbers[j], 1000);
      assert_near (terms[j], (double) k[j] * r[j], 1);
    }
  kernels->masked_sums (words, rows, terms, dots);
  for (int i = 0; i < GRAM_CPU_AT_ONCE; i++)
    {
      double dot = 0;
      for (gint64 j = 0; j < n; j++)
        dot += rows[i][j / GRAM_TILE] >> (j % GRAM_TILE) & 1 ? (double) terms[j] : 0;
      assert_near (dots[i], dot, (double) n);
    }
  gram_free (terms);
  gram_free (k);
  gram_free (r);
  gram_free (d);
  gram_free (z);
  gram_free (before);
  gram_free (bits);
  gram_free (numbers);
}

/* The margin is what is left of |s| at the least favourable t, in whole units. */
static void
check_margins (const GramCpuKernels *kernels, gint64 neurons)
{
  gint64 plane = neurons * GRAM_HALF + 16, count = neurons * GRAM_TILE;
  float *a = random_floats (neurons), *sums = random_floats (2 * plane);
  float *base = random_floats (count), *delta = random_floats (count);
  float *allowance = random_floats (GRAM_TILE);
  guint32 *near = random_words (MAX (neurons, 2));
  guint8 *margin = gram_try_alloc (1, count, 1, "a test", NULL);

  kernels->margins (neurons, a, sums, plane, base, delta, 0.7f, allowance, 200, near, margin);
  for (gint64 r = 0; r < neurons; r++)
    for (int i = 0; i < GRAM_TILE; i++)
      {
        double s = (double) base[r * GRAM_TILE + i] + (double) delta[r * GRAM_TILE + i];
        double v =
            (double) a[r] * (double) sums[i / GRAM_HALF * plane + r * GRAM_HALF + i % GRAM_HALF];
        double least = fabs (s) - (s * v > 0 ? 0.7 * fabs (v) : 0) - (double) allowance[i];
        double units = CLAMP (200 * least, 0, 255.5);

        if (fabs (least) > 1e-6)
          g_assert_cmpint (near[r] >> i & 1, ==, least < 0);
        if (fabs (units - round (units)) > 1e-3)
          g_assert_cmpint (margin[r * GRAM_TILE + i], ==, (int) units);
      }
  gram_free (a);
  gram_free (sums);
  gram_free (base);
  gram_free (delta);
  gram_free (allowance);
  gram_free (near);
  gram_free (margin);
}

#define SAMPLES 50 /* on which neurons have 0 to 6 flips */

typedef struct
{
  gint32 start[MOST + 1];
  GramCpuEffect effects[6 * MOST];
  float *panel;
} Flips;

static void
make_flips (Flips *flips, gint64 neurons)
{
  flips->start[0] = 0;
  for (gint64 r = 0; r < neurons; r++)
    {
      flips->start[r + 1] = flips->start[r] + g_test_rand_int_range (0, 7);
      for (gint32 e = flips->start[r]; e < flips->start[r + 1]; e++)
        flips->effects[e] = (GramCpuEffect){ g_test_rand_int_range (0, SAMPLES),
                                             (float) g_test_rand_double_range (-1, 1) };
    }
  flips->panel = random_floats (2 * SAMPLES * GRAM_HALF);
}

static double
effect_of (const Flips *flips, gint64 r, int i)
{
  double sum = 0;

  for (gint32 e = flips->start[r]; e < flips->start[r + 1]; e++)
    sum += (double) flips->effects[e].weight
           * (double) flips->panel[(i / GRAM_HALF * SAMPLES + flips->effects[e].sample) * GRAM_HALF
                                   + i % GRAM_HALF];
  return sum;
}

static void
check_effects (const GramCpuKernels *kernels, gint64 neurons)
{
  gint64 plane = neurons * GRAM_HALF + 16;
  float *a = random_floats (neurons);
  float *before = random_floats (2 * plane), *sums = random_floats (2 * plane);
  guint32 *bits = random_words (neurons + 1), *out = random_words (neurons + 1);
  guint8 *margin = gram_try_alloc (1, neurons * GRAM_TILE, 1, "a test", NULL);
  Flips flips;

  make_flips (&flips, neurons);
  for (gint64 i = 0; i < neurons * GRAM_TILE; i++)
    margin[i] = (guint8) g_test_rand_int_range (0, 256);
  memcpy (before, sums, (gsize) (2 * plane) * sizeof (float));
  kernels->effects (neurons, flips.start, flips.effects, flips.panel, SAMPLES * GRAM_HALF, sums,
                    plane);
  kernels->reached (neurons, flips.start, flips.effects, flips.panel, SAMPLES * GRAM_HALF, a, 100,
                    2, bits, margin, out);
  for (gint64 r = 0; r < neurons; r++)
    for (int i = 0; i < GRAM_TILE; i++)
      {
        gint64 at = i / GRAM_HALF * plane + r * GRAM_HALF + i % GRAM_HALF;
        double effect = effect_of (&flips, r, i);
        double sinks = (bits[r] >> i & 1 ? 100 : -100) * (double) a[r] * effect;
        double left = 2 + margin[r * GRAM_TILE + i] - sinks;

        assert_near (sums[at], (double) before[at] - effect, 8);
        if (fabs (left) > 1e-3)
          g_assert_cmpint (out[r] >> i & 1, ==, left < 0);
      }
  gram_free (a);
  gram_free (sums);
  gram_free (before);
  gram_free (bits);
  gram_free (out);
  gram_free (margin);
  gram_free (flips.panel);
}

static void
test_waiting (gconstpointer data)
{
  for (gint64 words = 1; words < 12; words++)
    check_overlap (data, words);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      check_margins (data, counts[i]);
      check_effects (data, counts[i]);
    }
}

/* ---------- the pool ------------------------------------------------------------------------- */

static void
count_task (gint64 task, guint worker, gpointer data)
{
  gint *counts_of = data;

  g_atomic_int_inc (&counts_of[task]);
}

static void
test_pool (void)
{
  for (guint threads = 1; threads <= 5; threads++)
    {
      GramCpuPool *pool = gram_cpu_pool_new (threads);

      for (int run = 0; run < 300; run++)
        {
          gint done[40] = { 0 };
          gint64 n = run % 40;

          gram_cpu_pool_run (pool, n, count_task, done);
          for (gint64 i = 0; i < 40; i++)
            g_assert_cmpint (done[i], ==, i < n ? 1 : 0);
        }
      gram_cpu_pool_free (pool);
    }
}

/* What neurons add to u, of very different sizes, adds up to the same bits in any order, as
 * threads, blocks and shards have it, and is hardly rounded. */
static void
test_grain (void)
{
  double parts[1000], exact[1000], forth = 0, back = 0, sevens = 0;

  for (int i = 0; i < 1000; i++)
    exact[i] = parts[i] = g_test_rand_double_range (-1, 1) * exp2 (g_test_rand_int_range (-40, 7));
  gram_cpu_forward_round (1000, parts);
  for (int i = 0; i < 1000; i++)
    {
      g_assert_cmpfloat (fabs (parts[i] - exact[i]), <=, GRAM_CPU_GRAIN / 2);
      forth += parts[i];
      back += parts[999 - i];
      sevens += parts[i * 7 % 1000];
    }
  g_assert_cmpfloat (forth, ==, back);
  g_assert_cmpfloat (forth, ==, sevens);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } tests[] = { { "mask-product", test_mask }, { "product", test_product },
                { "advance", test_advance },   { "distance", test_distance },
                { "waiting", test_waiting },   { "arc-cosine", test_arc_cosine } };
  const GramCpuKernels *const *sets = gram_cpu_kernels_available ();

  g_test_init (&argc, &argv, NULL);
  for (; *sets != NULL; sets++)
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path = g_strdup_printf ("/cpu/%s/%s", (*sets)->name, tests[i].name);

        g_test_add_data_func (path, *sets, tests[i].func);
      }
  g_test_add_func ("/cpu/pool", test_pool);
  g_test_add_func ("/cpu/grain", test_grain);
  return g_test_run ();
}
