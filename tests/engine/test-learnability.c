/* test-learnability.c: Section 6, and the kernel of Equation 3
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-error.h"
#include "gram-kernel.h"
#include "gram-learnability.h"
#include "gram-philox.h"
#include "oracle.h"

#define RANDOM_FUNCTIONS 200

/* ---------- number 6 -------------------------------------------------------------------------- */

/* Of "images" of one pixel, whose product is @t. */
static double
kernel (double t)
{
  double one = 1, value;

  g_assert_true (gram_kernel_cross (1, 1, 1, &t, 1, &one, 1, &value, 1, NULL));
  return value;
}

static void
test_kernel (void)
{
  double t[] = { -1, -0.999999, -0.5, -1e-9, 0, 1e-9, 0.3, 0.9, 0.999999, 1 - 1e-12, 1 };
  g_autoptr (Oracle) oracle = NULL;
  g_autofree double *X = g_new (double, 6 * 40);
  JsonObject *answer;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  oracle = oracle_new ();
  gram_learnability_inputs (6, 40, 3, X);
  oracle_array (oracle, "t", G_N_ELEMENTS (t), 1, t);
  oracle_array (oracle, "X", 6, 40, X);
  answer = oracle_ask (oracle, "kernel");
  for (guint i = 0; i < G_N_ELEMENTS (t); i++)
    assert_near (kernel (t[i]), oracle_at (answer, "value", i), 1e-15);
  /* H∞ ⪰ K/4 */
  g_assert_cmpfloat (json_object_get_double_member (answer, "least"), >, 0);
  g_assert_cmpfloat (kernel (1.5), ==, kernel (1));
  g_assert_cmpfloat (kernel (-1), ==, 0);
}

/* ---------- numbers 25 to 27 ------------------------------------------------------------------ */

/* The exponent g of root ~ n^g, by least squares on the logarithms: about 0 when the measure is
 * bounded, clearly positive for the negative control. */
static double
growth (const GArray *rows, guint function)
{
  double count = 0, x = 0, y = 0, xx = 0, xy = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const GramLearnRow *row = &g_array_index (rows, GramLearnRow, i);
      double a = log ((double) row->n), b = log (row->root);

      if (row->function != function || !isfinite (b))
        continue;
      count++;
      x += a;
      y += b;
      xx += a * a;
      xy += a * b;
    }
  return (count * xy - x * y) / (count * xx - x * x);
}

static void
on_row (const GramLearnRow *row, gpointer data)
{
  g_array_append_vals (data, row, 1);
}

static GArray *
run (GPtrArray *targets, gint64 d, gint64 n, const gint64 *sizes, guint n_sizes)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autofree double *X = g_new (double, d *n);
  GramSamples inputs = { .n = n, .d = d, .X = X, .ldx = d };
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (GramLearnRow));
  g_autoptr (GError) error = NULL;

  gram_learnability_inputs (d, n, 17, X);
  gram_learnability_run (device, &inputs, sizes, n_sizes, targets, on_row, rows, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, n_sizes * targets->len);
  return rows;
}

static double
uniform (guint64 *counter)
{
  return gram_philox_uniform (99, GRAM_STREAM_FUNCTION, 1u << 20, (*counter)++);
}

static GramTarget *
random_sum (gint64 d, guint64 *counter, guint32 which)
{
  guint terms = 1 + (guint) (uniform (counter) * 4);
  g_autofree double *beta = g_new (double, d *terms);
  double alpha[4];
  guint power[4];

  for (guint j = 0; j < terms; j++)
    {
      guint p = 2 * (guint) (uniform (counter) * 5);

      power[j] = MAX (p, 1);
      alpha[j] = 4 * uniform (counter) - 2;
      gram_target_direction (d, 0.2 + 1.5 * uniform (counter), 5, 8 * which + j, beta + j * d);
    }
  return gram_target_sum (d, terms, alpha, beta, power, NULL);
}

static GramTarget *
random_quadratic (gint64 d, guint32 which)
{
  g_autofree double *A = g_new (double, d *d);

  gram_philox_normal (5, GRAM_STREAM_FUNCTION, (1u << 21) + which, 0, d * d, A);
  for (gint64 j = 0; j < d; j++)
    for (gint64 i = 0; i < j; i++)
      A[i * d + j] = A[j * d + i];
  return gram_target_quadratic (d, A, NULL);
}

static GramTarget *
random_function (gint64 d, guint64 *counter, guint32 which)
{
  g_autofree double *beta = g_new (double, d);

  gram_target_direction (d, (which % 4 == 3 ? 1 : 3) * uniform (counter), 6, which, beta);
  switch (which % 4)
    {
    case 0:
      return random_sum (d, counter, which);
    case 1:
      return random_quadratic (d, which);
    case 2:
      return gram_target_cosine (d, beta, NULL);
    default:
      return gram_target_arctan (d, beta, NULL);
    }
}

/* The theorem's bounds and the tighter ones of its proof, for 200 functions and three n. */
static void
test_inequalities (void)
{
  const gint64 sizes[] = { 5, 60, 300 };
  gint64 d = 8;
  g_autoptr (GPtrArray) targets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gram_target_free);
  g_autoptr (GArray) rows = NULL;
  guint64 counter = 0;
  double closest = 0;

  for (guint32 f = 0; f < RANDOM_FUNCTIONS; f++)
    {
      GramTarget *target = random_function (d, &counter, f);

      g_assert_nonnull (target);
      g_ptr_array_add (targets, target);
    }
  rows = run (targets, d, 300, sizes, 3);
  for (guint i = 0; i < rows->len; i++)
    {
      const GramLearnRow *row = &g_array_index (rows, GramLearnRow, i);

      g_assert_cmpfloat (row->residual, <, 1e-9);
      g_assert_cmpfloat (row->bound_tight, <=, row->bound * (1 + 1e-14));
      g_assert_cmpfloat (row->root, <=, row->bound_tight * (1 + 1e-9));
      assert_close (row->complexity, row->root * sqrt (2.0 / row->n), 1e-14);
      closest = MAX (closest, row->root / row->bound_tight);
    }
  /* the bounds are not met by being loose: some function comes near */
  g_assert_cmpfloat (closest, >, 0.9);
}

/* More samples never lower the measure: it is a norm of ever finer restrictions. */
static void
test_monotone (void)
{
  const gint64 sizes[] = { 25, 50, 100, 200, 400, 800 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) targets = gram_target_examples (10, 3, &error);
  g_autoptr (GArray) rows = NULL;
  guint odd;

  g_assert_no_error (error);
  rows = run (targets, 10, 800, sizes, G_N_ELEMENTS (sizes));
  odd = targets->len - 1;
  for (guint i = targets->len; i < rows->len; i++)
    {
      const GramLearnRow *row = &g_array_index (rows, GramLearnRow, i);
      const GramLearnRow *before = &g_array_index (rows, GramLearnRow, i - targets->len);

      g_assert_cmpfloat (row->root, >=, before->root * (1 - 1e-9));
    }
  /* number 28: βᵀx is bounded by 2, its cube has no bound and grows */
  for (guint f = 0; f < targets->len; f++)
    {
      const GramTarget *target = targets->pdata[f];
      const GramLearnRow *last = &g_array_index (rows, GramLearnRow, rows->len - targets->len + f);

      g_assert_cmpint (target->learnable, ==, f != odd);
      g_assert_true (isinf (gram_target_bound (target)) == (f == odd));
      if (f != odd)
        g_assert_cmpfloat (last->root, <=, gram_target_bound_tight (target));
    }
  g_assert_cmpfloat (growth (rows, odd), >, 0.35);
  g_assert_cmpfloat (growth (rows, 0), <, 0.1);
}

/* The bound of a cube by the formula for p = 3 would be 9: it does not hold. */
static void
test_odd_power (void)
{
  const gint64 sizes[] = { 1600 };
  g_autofree double *beta = g_new (double, 6);
  g_autoptr (GPtrArray) targets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gram_target_free);
  g_autoptr (GArray) rows = NULL;

  gram_target_direction (6, 1, 3, 0, beta);
  g_ptr_array_add (targets, gram_target_power (6, 1, beta, 3, NULL));
  g_ptr_array_add (targets, gram_target_power (6, 1, beta, 2, NULL));
  rows = run (targets, 6, 1600, sizes, 1);
  g_assert_cmpfloat (g_array_index (rows, GramLearnRow, 0).root, >, sqrt (2 * G_PI) * 2);
  g_assert_cmpfloat (g_array_index (rows, GramLearnRow, 1).root, <, sqrt (2 * G_PI));
}

static void
compare (JsonObject *answer, const char *name, GramTarget *target, gint64 n, const double *X,
         GramSystem *system)
{
  g_autofree double *y = g_new (double, 2 * n);
  g_autoptr (GError) error = NULL;
  double form = 0;

  gram_target_evaluate (target, n, X, target->d, y, &error);
  g_assert_no_error (error);
  memcpy (y + n, y, n * sizeof (double));
  gram_system_solve (system, 1, y + n, n, NULL, &error);
  for (gint64 i = 0; i < n; i++)
    form += y[i] * y[n + i];
  assert_close (sqrt (form), json_object_get_double_member (answer, name), 1e-8);
}

static void
test_oracle (void)
{
  gint64 n = 120, d = 7;
  g_autoptr (GramDevice) device = fixture_device ();
  g_autofree double *X = g_new (double, d *n);
  g_autofree double *beta = g_new (double, d);
  g_autofree double *A = g_new0 (double, d *d);
  GramSamples samples = { .n = n, .d = d, .X = X, .ldx = d };
  g_autoptr (GramSystem) system = NULL;
  g_autoptr (Oracle) oracle = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramTarget) linear = NULL, square = NULL, fourth = NULL, cube = NULL;
  g_autoptr (GramTarget) quadratic = NULL, cosine = NULL, arctan = NULL;
  JsonObject *answer;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  gram_learnability_inputs (d, n, 21, X);
  gram_target_direction (d, 0.8, 4, 0, beta);
  for (gint64 i = 0; i < d; i++)
    for (gint64 j = 0; j < d; j++)
      A[i * d + j] = cos ((double) ((i + 1) * (j + 1)));
  oracle = oracle_new ();
  oracle_array (oracle, "X", d, n, X);
  oracle_array (oracle, "beta", d, 1, beta);
  oracle_array (oracle, "A", d, d, A);
  answer = oracle_ask (oracle, "targets");
  system = gram_system_new (device, &samples, NULL, &error);
  gram_system_factor (system, NULL, &error);
  g_assert_no_error (error);
  linear = gram_target_power (d, 1, beta, 1, &error);
  square = gram_target_power (d, 1, beta, 2, &error);
  fourth = gram_target_power (d, 1, beta, 4, &error);
  cube = gram_target_power (d, 1, beta, 3, &error);
  quadratic = gram_target_quadratic (d, A, &error);
  cosine = gram_target_cosine (d, beta, &error);
  arctan = gram_target_arctan (d, beta, &error);
  g_assert_no_error (error);
  compare (answer, "linear", linear, n, X, system);
  compare (answer, "square", square, n, X, system);
  compare (answer, "fourth", fourth, n, X, system);
  compare (answer, "cube", cube, n, X, system);
  compare (answer, "quadratic", quadratic, n, X, system);
  compare (answer, "cosine", cosine, n, X, system);
  compare (answer, "arctan", arctan, n, X, system);
  assert_close (quadratic->nuclear, json_object_get_double_member (answer, "nuclear"), 1e-12);
  assert_close (gram_target_bound (linear), 3 * 0.8, 1e-14);
  assert_close (gram_target_bound_tight (linear), 2 * 0.8, 1e-14);
  assert_close (gram_target_bound (fourth), 12 * pow (0.8, 4), 1e-13);
  assert_close (gram_target_bound_tight (fourth), sqrt (2 * G_PI) * 3 * pow (0.8, 4), 1e-13);
  assert_close (gram_target_bound (quadratic), 6 * quadratic->nuclear, 1e-15);
  assert_close (gram_target_bound (cosine), json_object_get_double_member (answer, "cosine_bound"),
                1e-12);
  assert_close (gram_target_bound_tight (cosine),
                json_object_get_double_member (answer, "cosine_tight"), 1e-12);
  assert_close (gram_target_bound (arctan), json_object_get_double_member (answer, "arctan_bound"),
                1e-12);
  assert_close (gram_target_bound_tight (arctan),
                json_object_get_double_member (answer, "arctan_tight"), 1e-12);
}

/* ---------- bad input ------------------------------------------------------------------------- */

static void
test_refusals (void)
{
  const double beta[] = { 1.2, 0.1 }, A[] = { 1, 2, 3, 4 }, off[] = { 1, 1 };
  double bad[] = { NAN, 0 }, y[1];
  g_autoptr (GramTarget) linear = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (gram_target_arctan (2, beta, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "[−1, 1]"));
  g_assert_nonnull (strstr (error->message, "0.830"));
  g_clear_error (&error);
  g_assert_null (gram_target_quadratic (2, A, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (gram_target_power (2, 1, beta, 0, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (gram_target_cosine (2, bad, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  linear = gram_target_power (2, 1, beta, 1, &error);
  g_assert_false (gram_target_evaluate (linear, 1, off, 2, y, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

static void
test_impossible_sizes (void)
{
  const gint64 sizes[] = { 10, 21 };
  g_autoptr (GramDevice) device = fixture_device ();
  g_autofree double *X = g_new (double, 4 * 20);
  GramSamples inputs = { .n = 20, .d = 4, .X = X, .ldx = 4 };
  g_autoptr (GPtrArray) targets = NULL, wide = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (GramLearnRow));
  g_autoptr (GError) error = NULL;

  gram_learnability_inputs (4, 20, 1, X);
  targets = gram_target_examples (4, 1, &error);
  wide = gram_target_examples (5, 1, &error);
  g_assert_false (
      gram_learnability_run (device, &inputs, sizes, 2, targets, on_row, rows, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_false (
      gram_learnability_run (device, &inputs, sizes, 1, wide, on_row, rows, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_clear_error (&error);
  memcpy (X + 4 * 9, X, 4 * sizeof (double)); /* a copy */
  if (!gram_learnability_run (device, &inputs, sizes, 1, targets, on_row, rows, NULL, &error))
    g_assert_error (error, GRAM_ERROR, GRAM_ERROR_SINGULAR);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learnability/kernel", test_kernel);
  g_test_add_func ("/learnability/inequalities", test_inequalities);
  g_test_add_func ("/learnability/monotone", test_monotone);
  g_test_add_func ("/learnability/odd-power", test_odd_power);
  g_test_add_func ("/learnability/oracle", test_oracle);
  g_test_add_func ("/learnability/refusals", test_refusals);
  g_test_add_func ("/learnability/impossible-sizes", test_impossible_sizes);
  return g_test_run ();
}
