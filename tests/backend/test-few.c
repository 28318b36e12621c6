/* test-few.c: H∞ and its factor against a few vectors, by fours and by BLAS
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-cpu-kernels.h"
#include "gram-cpu.h"
#include "gram-error.h"
#include "gram-philox.h"
#include "gram-size.h"

/* Sizes around the widths, blocks, chunks and tiles of the code under test. */
static const gint64 sizes[] = { 1, 2, 3, 4, 5, 7, 127, 128, 129, 131, 515, 641, 2049, 2311 };

static GramSystem *
make_system (guint threads, gint64 n)
{
  GramDeviceOptions options = { .threads = threads };
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDevice) device = NULL;
  gint64 d = 40;
  g_autofree double *X = g_new (double, d *n);
  GramSamples samples = { .n = n, .d = d, .X = X, .ldx = d };
  GramSystem *system;

  if (gram_backend_lookup ("cpu") == NULL)
    g_assert_true (gram_backend_register (gram_cpu_backend (), &error));
  device = gram_device_open ("cpu", &options, &error);
  g_assert_no_error (error);
  gram_philox_normal (3, GRAM_STREAM_INPUTS, 0, 0, d * n, X);
  for (gint64 i = 0; i < n; i++)
    {
      double squares = 0;

      for (gint64 j = 0; j < d; j++)
        squares += X[i * d + j] * X[i * d + j];
      for (gint64 j = 0; j < d; j++)
        X[i * d + j] /= sqrt (squares);
    }
  system = gram_system_new (device, &samples, NULL, &error);
  g_assert_no_error (error);
  return system;
}

static void
assert_same (gint64 n, const double *x, const double *y, double tolerance)
{
  double scale = 0;

  for (gint64 i = 0; i < n; i++)
    scale = MAX (scale, fabs (y[i]));
  for (gint64 i = 0; i < n; i++)
    g_assert_cmpfloat (fabs (x[i] - y[i]), <=, tolerance * scale);
}

/* Of a device that keeps half of H∞ from @from images on */
static GramSystem *
make_half (guint threads, gint64 n, const char *from)
{
  GramSystem *system;

  g_setenv ("GRAM_CPU_HALVED_FROM", from, TRUE);
  system = make_system (threads, n);
  g_unsetenv ("GRAM_CPU_HALVED_FROM");
  return system;
}

/* Every number of vectors, one by one and side by side, with room between the columns. */
static void
check_product (GramSystem *system, gint64 n)
{
  gint64 ld = n + 3;
  g_autofree double *V = g_new (double, ld * 10);
  g_autofree double *Y = g_new (double, ld * 10);
  g_autofree double *single = g_new (double, n);
  g_autoptr (GError) error = NULL;

  gram_philox_normal (4, GRAM_STREAM_PROBE, 0, 0, ld * 10, V);
  for (gint64 k = 1; k <= 10; k++)
    {
      for (gint64 i = 0; i < ld * 10; i++)
        Y[i] = 77;
      gram_system_multiply (system, k, V, ld, Y, ld, NULL, &error);
      for (gint64 c = 0; c < k; c++)
        {
          gram_system_multiply (system, 1, V + c * ld, n, single, n, NULL, &error);
          assert_same (n, Y + c * ld, single, 1e-13);
        }
      g_assert_no_error (error);
      for (gint64 c = 0; c < 10; c++)
        for (gint64 i = c < k ? n : 0; i < ld; i++)
          g_assert_cmpfloat (Y[c * ld + i], ==, 77);
    }
}

static void
check_solution (GramSystem *system, gint64 n)
{
  gint64 ld = n + 1;
  g_autofree double *V = g_new (double, ld * 6);
  g_autofree double *S = g_new (double, ld * 6);
  g_autofree double *back = g_new (double, n);
  g_autoptr (GError) error = NULL;

  gram_philox_normal (5, GRAM_STREAM_PROBE, 0, 0, ld * 6, V);
  gram_system_factor (system, NULL, &error);
  g_assert_no_error (error);
  for (gint64 k = 1; k <= 6; k++)
    {
      memcpy (S, V, (gsize) (ld * 6) * sizeof (double));
      gram_system_solve (system, k, S, ld, NULL, &error);
      for (gint64 c = 0; c < k; c++)
        {
          gram_system_multiply (system, 1, S + c * ld, n, back, n, NULL, &error);
          assert_same (n, back, V + c * ld, 1e-10);
        }
      g_assert_no_error (error);
      g_assert_cmpmem (S + k * ld, (gsize) ((6 - k) * ld) * sizeof (double), V + k * ld,
                       (gsize) ((6 - k) * ld) * sizeof (double));
    }
}

static void
test_systems (gconstpointer data)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr (GramSystem) system = make_system (GPOINTER_TO_UINT (data), sizes[s]);

      check_product (system, sizes[s]);
      check_solution (system, sizes[s]);
    }
}

/* Half of H∞ is the same matrix, and says what it cannot do. */
static void
test_halves (void)
{
  static const gint64 halved[] = { 1, 2, 3, 5, 255, 256, 257, 513, 700 };

  for (guint s = 0; s < G_N_ELEMENTS (halved); s++)
    {
      gint64 n = halved[s], k = 70;
      g_autoptr (GramSystem) whole = make_half (2, n, "701");
      g_autoptr (GramSystem) half = make_half (2, n, "1");
      g_autofree double *V = g_new (double, n *k);
      g_autofree double *Y = g_new (double, n *k);
      g_autofree double *expected = g_new (double, n *k);
      g_autofree double *A = g_new (double, n *n);
      g_autofree double *B = g_new (double, n *n);
      g_autoptr (GError) error = NULL;

      g_assert_true (gram_system_download (whole, A, n, &error));
      g_assert_true (gram_system_download (half, B, n, &error));
      assert_same (n * n, B, A, 1e-15);
      check_product (half, n);
      gram_philox_normal (7, GRAM_STREAM_PROBE, 0, 0, n * k, V);
      g_assert_true (gram_system_multiply (whole, k, V, n, expected, n, NULL, &error));
      g_assert_true (gram_system_multiply (half, k, V, n, Y, n, NULL, &error));
      assert_same (n * k, Y, expected, 1e-13);
      g_assert_false (gram_system_factor (half, NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      g_clear_error (&error);
      g_assert_false (gram_system_spectrum (half, Y, NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
    }
}

static void
stop (double fraction, gpointer cancellable)
{
  g_assert_cmpfloat (fraction, <, 0.5);
  g_cancellable_cancel (cancellable);
}

static void
test_half_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GramJob job = { cancellable, stop, cancellable };
  g_autoptr (GramSystem) system = make_half (2, 700, "1");
  g_autofree double *V = g_new0 (double, 700 * 70);
  g_autofree double *Y = g_new0 (double, 700 * 70);
  g_autoptr (GramDevice) device = gram_device_open_reference (&(GramDeviceOptions){ 0 }, NULL);
  GramSamples samples = { .n = 700, .d = 70, .X = V, .ldx = 70 };
  g_autoptr (GError) error = NULL;

  for (gint64 i = 0; i < 700; i++)
    V[i * 70] = 1;
  g_assert_null (gram_system_new (device, &samples, &job, &error)); /* after its first panel */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  for (gint64 k = 1; k <= 70; k += 69)
    {
      g_clear_error (&error);
      g_assert_false (gram_system_multiply (system, k, V, 700, Y, 700, &job, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* What does not fit is refused with a number of images that does. */
static void
test_plan (void)
{
  const gint64 d = 784, n = 10000000;
  g_autoptr (GramDevice) device = gram_device_open_reference (&(GramDeviceOptions){ 0 }, NULL);

  for (GramSystemUse use = GRAM_SYSTEM_PRODUCTS; use < GRAM_SYSTEM_USES; use++)
    {
      GramSystemPlan plan;
      const char *text;
      gint64 most;
      g_autoptr (GError) error = NULL;

      g_assert_true (gram_system_check (device, 500, d, use, &error));
      g_assert_true (gram_system_plan (device, n, d, &plan, &error));
      g_assert_cmpuint (plan.bytes[use], >, (guint64) n * n * (use + 1) * 4);
      g_assert_false (gram_system_plan_has (&plan, n, use));
      g_assert_false (gram_system_check (device, n, d, use, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      text = strstr (error->message, use == GRAM_SYSTEM_PRODUCTS ? "free; " : "at most ");
      g_assert_nonnull (text);
      most = g_ascii_strtoll (strpbrk (text, "0123456789"), NULL, 10);
      g_assert_cmpint (most, >, 1000);
      g_assert_true (gram_system_plan (device, most, d, &plan, NULL));
      plan.available += plan.available / 5; /* other programs take memory and give it back */
      g_assert_true (gram_system_plan_has (&plan, most, use));
      g_assert_true (gram_system_plan (device, most + most / 2, d, &plan, NULL));
      g_assert_false (gram_system_plan_has (&plan, most + most / 2, use));
    }
  /* 60,000 images, half of H∞, in 20 GiB */
  {
    GramSystemPlan plan;

    g_assert_true (gram_system_plan (device, 60000, d, &plan, NULL));
    g_assert_cmpuint (plan.bytes[GRAM_SYSTEM_PRODUCTS], <, (guint64) 20 << 30);
  }
}

/* Each instruction set's loops against plain ones. */
static void
test_kernels (gconstpointer data)
{
  const GramCpuKernels *kernels = data;
  enum
  {
    ROWS = 37,
    LDA = 41
  };
  double *A = gram_try_alloc (sizeof (double), LDA, 4, "a test", NULL);
  double x[16], v[4 * ROWS], y[4 * ROWS], sums[16], y2[4 * ROWS], sums2[16];

  gram_philox_normal (6, GRAM_STREAM_PROBE, 0, 0, LDA * 4, A);
  gram_philox_normal (6, GRAM_STREAM_PROBE, 1, 0, 16, x);
  gram_philox_normal (6, GRAM_STREAM_PROBE, 2, 0, 4 * ROWS, v);
  for (gint64 rows = 0; rows <= ROWS; rows++)
    {
      double expected_y[4 * ROWS], expected_sums[16];

      for (int i = 0; i < 4 * ROWS; i++)
        y[i] = y2[i] = expected_y[i] = i;
      for (int i = 0; i < 16; i++)
        sums[i] = sums2[i] = expected_sums[i] = -i;
      for (gint64 i = 0; i < rows; i++)
        for (int q = 0; q < 4; q++)
          for (int c = 0; c < 4; c++)
            {
              expected_y[4 * i + c] += A[q * LDA + i] * x[4 * q + c];
              expected_sums[4 * q + c] += A[q * LDA + i] * v[4 * i + c];
            }
      kernels->few_update (rows, A, LDA, x, y);
      kernels->few_gather (rows, A, LDA, v, sums);
      kernels->few_both (rows, A, LDA, x, sums2, v, y2);
      assert_same (4 * ROWS, y, expected_y, 1e-15);
      assert_same (4 * ROWS, y2, expected_y, 1e-15);
      assert_same (16, sums, expected_sums, 1e-14);
      assert_same (16, sums2, expected_sums, 1e-14);
    }
  gram_free (A);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const GramCpuKernels *const *set = gram_cpu_kernels_available (); *set != NULL; set++)
    {
      g_autofree char *path = g_strdup_printf ("/few/kernels/%s", (*set)->name);

      g_test_add_data_func (path, *set, test_kernels);
    }
  g_test_add_data_func ("/few/systems/1-thread", GUINT_TO_POINTER (1), test_systems);
  g_test_add_data_func ("/few/systems/3-threads", GUINT_TO_POINTER (3), test_systems);
  g_test_add_func ("/few/halves", test_halves);
  g_test_add_func ("/few/half-cancelled", test_half_cancelled);
  g_test_add_func ("/few/plan", test_plan);
  return g_test_run ();
}
