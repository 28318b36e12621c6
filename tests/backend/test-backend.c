/* test-backend.c: the conformance suite over every backend that is present
 *
 * SPDX-License-Identifier: MIT
 *
 * GRAM_TEST_MODULES names a folder with backend modules to examine beside the CPU.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gram-conformance.h"
#include "gram-cpu.h"
#include "gram-error.h"
#include "gram-philox.h"

static void
report (const GramConformanceResult *result, gpointer data)
{
  guint *failures = data;

  if (result->passed)
    return;
  g_test_message ("FAILED %s: %g, at most %g %s", result->name, result->value, result->limit,
                  result->detail != NULL ? result->detail : "");
  ++*failures;
}

static void
test_conformance (gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDevice) device = gram_device_open (name, NULL, &error);
  g_autoptr (GramDevice) reference = NULL;
  g_autoptr (GPtrArray) results = NULL;
  guint failures = 0;

  if (device == NULL)
    {
      g_test_skip (error->message);
      return;
    }
  if (!g_str_equal (name, "cpu"))
    reference = gram_device_open ("cpu", NULL, NULL);
  results = gram_conformance_run (device, reference, report, &failures, NULL);
  g_test_message ("%u checks, %u failed", results->len, failures);
  g_assert_cmpuint (results->len, >, 100);
  g_assert_cmpuint (failures, ==, 0);
}

/* Residuals of 30 steps of an image-like problem */
static void
train (guint threads, GramFormulation formulation, double residuals[30])
{
  enum
  {
    n = 70,
    d = 90,
    m = 300
  };
  GramDeviceOptions options = { .threads = threads };
  g_autoptr (GramDevice) device = gram_device_open ("cpu", &options, NULL);
  g_autoptr (GramTrainer) trainer = NULL;
  g_autofree double *X = g_new0 (double, n *d);
  double y[n];
  GramTrainerSpec spec = { .train = { .n = n, .d = d, .X = X, .ldx = d },
                           .m = m,
                           .n_sets = 1,
                           .Y = y,
                           .eta = 0.005,
                           .kappa = 0.1,
                           .seed = 4,
                           .formulation = formulation };

  for (int i = 0; i < n; i++)
    {
      for (int j = 0; j < 9; j++)
        X[i * d + (i * 7 + j) % d] = 1.0 / 3;
      y[i] = i % 3 ? 1 : -1;
    }
  trainer = gram_trainer_new (device, &spec, NULL, NULL);
  g_assert_nonnull (trainer);
  g_assert_true (gram_trainer_step (trainer, 30, residuals, NULL, NULL));
}

/* The number of threads changes no bit. */
static void
test_threads (void)
{
  for (int f = GRAM_FORMULATION_WEIGHTS; f <= GRAM_FORMULATION_SPARSE; f++)
    {
      double one[30], more[30];

      train (1, f, one);
      g_assert_cmpfloat (one[29], <, one[0]);
      for (guint threads = 2; threads <= 5; threads++)
        {
          train (threads, f, more);
          g_assert_cmpmem (one, sizeof one, more, sizeof more);
        }
    }
}

/* The instruction sets agree to rounding: each is held to the suite. */
static void
test_kernels (gconstpointer name)
{
  g_setenv ("GRAM_CPU_KERNELS", name, TRUE);
  test_conformance ("cpu");
  g_unsetenv ("GRAM_CPU_KERNELS");
}

/* Without eigenvectors from the first image on, which else only thousands are. */
static void
test_factored (void)
{
  g_setenv ("GRAM_CPU_FACTORED_FROM", "1", TRUE);
  test_conformance ("cpu");
  g_unsetenv ("GRAM_CPU_FACTORED_FROM");
}

static gint64
resident_pages (void)
{
  g_autofree char *text = NULL;
  long long size, resident;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL)
      || sscanf (text, "%lld %lld", &size, &resident) != 2)
    return 0;
  return resident;
}

/* Devices and trainers give back what they took. */
static void
test_memory (void)
{
#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("AddressSanitizer keeps what is freed for a while, and looks for leaks itself");
  return;
#endif
  double residuals[30];
  gint64 before;

  train (2, GRAM_FORMULATION_SAMPLES, residuals);
  train (2, GRAM_FORMULATION_SPARSE, residuals);
  before = resident_pages ();
  for (int i = 0; i < 100; i++)
    train (2, i % 2 ? GRAM_FORMULATION_SAMPLES : GRAM_FORMULATION_SPARSE, residuals);
  /* 100 rounds allocate some 100 MB. */
  g_assert_cmpint (resident_pages () - before, <, 4096);
}

/* Twelve vectors of which two of different label are so near each other that XᵀX cannot tell them
 * apart: the complexity measure √(2yᵀH∞⁻¹y/n), whose value at 60 digits is given. */
static void
test_near (gconstpointer name)
{
  static const double angles[] = { 1e-8, 3e-8, 1e-5 },
                      complexity[] = { 4372.25108948254, 2524.32035743181, 138.263104072885 };
  enum
  {
    n = 12,
    d = 112
  };

  for (guint a = 0; a < G_N_ELEMENTS (angles); a++)
    {
      g_autoptr (GramDevice) device = gram_device_open (name, NULL, NULL);
      g_autoptr (GramSystem) system = NULL;
      g_autofree double *X = g_new (double, n *d);
      GramSamples samples = { .n = n, .d = d, .X = X, .ldx = d };
      double y[n], B[n], sum = 0;

      gram_philox_normal (11, GRAM_STREAM_PROBE, 5, 0, n * d, X);
      for (int i = 0; i < n; i++)
        {
          double norm = 0;

          for (int j = 0; j < d; j++)
            X[i * d + j] = i == n - 1 ? X[j] + angles[a] * X[i * d + j] : X[i * d + j];
          for (int j = 0; j < d; j++)
            norm += X[i * d + j] * X[i * d + j];
          for (int j = 0; j < d; j++)
            X[i * d + j] /= sqrt (norm);
          y[i] = B[i] = i % 2 ? 1 : -1;
        }
      system = gram_system_new (device, &samples, NULL, NULL);
      g_assert_true (gram_system_factor (system, NULL, NULL));
      g_assert_true (gram_system_solve (system, 1, B, n, NULL, NULL));
      for (int i = 0; i < n; i++)
        sum += y[i] * B[i];
      g_test_message ("angle %g: %.15g", angles[a], sqrt (2 * sum / n));
      g_assert_cmpfloat_with_epsilon (sqrt (2 * sum / n) / complexity[a], 1, 1e-6);
    }
}

int
main (int argc, char **argv)
{
  const char *modules = g_getenv ("GRAM_TEST_MODULES");

  g_test_init (&argc, &argv, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  if (modules != NULL)
    gram_backend_load_module (modules, "cuda", NULL);
  for (guint i = 0; i < gram_backend_count (); i++)
    {
      const char *name = gram_backend_get (i)->name;
      g_autofree char *path = g_strdup_printf ("/backend/%s/conformance", name);
      g_autofree char *near = g_strdup_printf ("/backend/%s/near", name);

      g_test_add_data_func (path, name, test_conformance);
      g_test_add_data_func (near, name, test_near);
    }
  g_test_add_func ("/backend/cpu/threads", test_threads);
  g_test_add_func ("/backend/cpu/memory", test_memory);
  g_test_add_func ("/backend/cpu/factored", test_factored);
  g_test_add_data_func ("/backend/cpu/AVX2", "AVX2", test_kernels);
  g_test_add_data_func ("/backend/cpu/portable", "portable", test_kernels);
  return g_test_run ();
}
