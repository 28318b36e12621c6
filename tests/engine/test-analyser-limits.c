/* test-analyser-limits.c: analyses of singular and tiny problems, and on devices that fail
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "analysis-fixture.h"
#include "fixture.h"
#include "gram-analyser-private.h"
#include "gram-cpu.h"
#include "gram-error.h"
#include "oracle.h"

#define ETA 0.02

/* ---------- singular and tiny --------------------------------------------------------------- */

/* Two identical images: infinite with different labels; with equal ones the measure of the problem
 * that has the image once. */
static void
test_copies (void)
{
  gint64 n = 80;
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) once = fixture_problem (n, 0, 15, 0.5, 6);
  g_autoptr (GramProblem) twice = fixture_problem (n, 0, 15, 0.5, 6);
  g_autoptr (GramAnalyser) a = NULL, b = NULL;
  g_autoptr (GramAnalysis) single = NULL, copied = NULL;

  once->n = n - 1;
  twice->y[n - 1] = twice->y[5];
  fixture_copy_image (twice, 5, n - 1);
  a = gram_analyser_new (device, once, 7);
  b = gram_analyser_new (device, twice, 7);
  analyse (a, "true", TRUE, NULL);
  analyse (b, "true,random,worst", TRUE, NULL);
  single = gram_analyser_get_analysis (a);
  copied = gram_analyser_get_analysis (b);
  g_assert_cmpint (copied->stage, ==, GRAM_STAGE_SPECTRUM);
  assert_close (analysis_set (copied, 0)->quadratic_form, analysis_set (single, 0)->quadratic_form,
                1e-11);
  g_assert_true (analysis_has_notice (copied, "images 5 and 79 are identical"));
  g_assert_true (isinf (analysis_set (copied, 2)->complexity));
  g_assert_true (gram_analysis_is_singular (copied));
  g_assert_false (gram_analysis_is_singular (single));
  assert_close (analysis_set (copied, 2)->labels->y[5], sqrt (n / 2.0), 1e-12);
  assert_close (analysis_set (copied, 2)->labels->y[n - 1], -sqrt (n / 2.0), 1e-12);
  /* labels along the null space never get learned */
  assert_close (gram_analysis_predict (copied, 2, ETA, 1000000), sqrt (n), 1e-6);
  g_assert_cmpint (gram_analysis_steps_to (copied, 2, ETA, 0.5), ==, -1);
  g_assert_true (isinf (copied->trace_inverse));
  assert_close (gram_analysis_expected_complexity (copied, 0), analysis_set (copied, 0)->complexity,
                1e-11);
  g_assert_true (isinf (gram_analysis_expected_complexity (copied, 0.1)));
}

static void
test_copies_that_disagree (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (80, 0, 15, 0.5, 6);
  g_autoptr (GramAnalyser) analyser = NULL;
  g_autoptr (GramAnalysis) analysis = NULL;

  problem->y[70] = -problem->y[5];
  fixture_copy_image (problem, 5, 70);
  analyser = gram_analyser_new (device, problem, 7);
  analyse (analyser, "true", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_true (isinf (analysis_set (analysis, 0)->complexity));
  g_assert_true (isfinite (gram_analysis_predict (analysis, 0, ETA, 100)));
  g_assert_true (analysis_has_notice (analysis, "of different classes"));
}

/* Nobody said that the images are copies: Cholesky fails or λ₀ is noise; the spectrum decides. */
static void
test_unannounced_copies (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (60, 0, 15, 0.5, 6);
  g_autoptr (GramAnalyser) analyser = NULL;
  g_autoptr (GramAnalysis) analysis = NULL;

  problem->y[50] = -problem->y[5];
  fixture_copy_image (problem, 5, 50);
  g_array_set_size (problem->parallel, 0);
  analyser = gram_analyser_new (device, problem, 7);
  analyse (analyser, "true,worst", FALSE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_true (analysis_set (analysis, 1)->labels != NULL);
  g_assert_true (analysis->notices->len > 0);
  g_assert_true (analysis_set (analysis, 0)->complexity > 1e3);
}

/* Two images that are less and less apart, with different labels: float64 loses digits, and says
 * how many, neither more nor far fewer than there are. The truth comes from 60 digits. */
static void
test_nearly_copies (void)
{
  g_autoptr (GramDevice) device = NULL;
  g_autoptr (Oracle) oracle = NULL;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  device = fixture_device ();
  for (double angle = 1e-2; angle > 1e-14; angle /= 10)
    {
      g_autoptr (GramProblem) problem = fixture_problem (10, 0, 6, 0.3, 14);
      g_autoptr (GramAnalyser) analyser = NULL;
      g_autoptr (GramAnalysis) analysis = NULL;
      double *x = problem->X + 6 * 4, *z = problem->X + 6 * 7, norm = 0, form, smallest, off, error;
      JsonObject *truth;

      problem->y[7] = -problem->y[4];
      for (int j = 0; j < 6; j++)
        {
          z[j] = x[j] + angle * z[j];
          norm += z[j] * z[j];
        }
      for (int j = 0; j < 6; j++)
        z[j] /= sqrt (norm);
      analyser = gram_analyser_new (device, problem, 7);
      analyse (analyser, "true", FALSE, NULL);
      analysis = gram_analyser_get_analysis (analyser);
      g_clear_pointer (&oracle, oracle_free);
      oracle = oracle_new ();
      oracle_array (oracle, "X", 6, 10, problem->X);
      oracle_array (oracle, "y", 10, 1, problem->y);
      truth = oracle_ask (oracle, "hilbert");
      form = json_object_get_double_member (truth, "form");
      smallest = json_object_get_double_member (truth, "lambda_min");
      off = fabs (sqrt (analysis_set (analysis, 0)->quadratic_form / form) - 1);
      error = analysis_set (analysis, 0)->complexity_error;
      g_test_message ("θ = %g: measure off by %.2g, said %.2g; λ₀ off by %.2g, said %.2g", angle,
                      off, error, fabs (analysis->lambda_min - smallest) / smallest,
                      analysis->lambda_min_error / smallest);
      g_assert_cmpfloat (off, <=, error);
      g_assert_cmpfloat (error, <, 1e-14 / angle);
      g_assert_cmpfloat (fabs (analysis->lambda_min - smallest), <=, analysis->lambda_min_error);
      g_assert_cmpfloat (analysis->lambda_min_error, <, 1e-14);
      g_assert_true (
          analysis_has_notice (analysis, "about 4 digits of it, and of the measure 5 for “true”")
          == (angle > 0.5e-9 && angle < 2e-9));
      g_assert_true (
          analysis_has_notice (analysis, "about 1 digit of it, and of the measure 2 for “true”")
          == (angle > 0.5e-12 && angle < 2e-12));
    }
}

static void
test_tiny (void)
{
  g_autoptr (GramDevice) device = fixture_device ();

  for (gint64 n = 1; n <= 3; n++)
    {
      g_autoptr (GramProblem) problem = fixture_problem (n, 0, 5, 0.1, 8);
      g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
      g_autoptr (GramAnalysis) analysis = NULL;

      analyse (analyser, "true,random,worst,mixed:0.5", TRUE, NULL);
      analysis = gram_analyser_get_analysis (analyser);
      g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_SPECTRUM);
      if (n > 1)
        continue;
      /* H∞ = ½: everything by hand */
      assert_close (analysis->lambda_max, 0.5, 1e-15);
      assert_close (analysis_set (analysis, 0)->complexity, 2, 1e-15);
      assert_close (gram_analysis_predict (analysis, 0, 0.5, 3), pow (0.75, 3), 1e-14);
      assert_close (gram_analysis_predict_distance (analysis, 0, 0.5, 3),
                    (1 - pow (0.75, 3)) * G_SQRT2, 1e-14);
    }
}

/* ---------- a device that cannot do everything ------------------------------------------------ */

static gboolean
no_eigen (gpointer system, double *lambda, const GramJob *job, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no room for eigenvectors");
  return FALSE;
}

/* A solver that says it went well and hands out something else. */
static gboolean
wrong_eigen (gpointer system, double *lambda, const GramJob *job, GError **error)
{
  gboolean success = gram_cpu_backend ()->system_spectrum (system, lambda, job, error);

  lambda[3] *= 1.001;
  return success;
}

static GramDevice *
crippled_device (const char *name,
                 gboolean (*eigen) (gpointer, double *, const GramJob *, GError **))
{
  GramBackendVTable *vtable = g_memdup2 (gram_cpu_backend (), sizeof (GramBackendVTable));
  g_autoptr (GError) error = NULL;
  GramDevice *device;

  vtable->name = name;
  vtable->system_spectrum = eigen;
  g_assert_true (gram_backend_register (vtable, &error)); /* the registry keeps it for good */
  device = gram_device_open (name, NULL, &error);
  g_assert_no_error (error);
  return device;
}

static void
test_no_spectrum (void)
{
  g_autoptr (GramDevice) device = crippled_device ("no-eigen", no_eigen);
  g_autoptr (GramProblem) problem = fixture_problem (90, 0, 15, 0.5, 6);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GramAnalysis) analysis = NULL;

  analyse (analyser, "true,worst", TRUE, NULL);
  analyse (analyser, "true,worst,random", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_KRYLOV);
  g_assert_true (analysis_has_notice (analysis, "no room for eigenvectors"));
  g_assert_null (analysis->lambda);
  g_assert_true (isfinite (gram_analysis_predict (analysis, 2, ETA, 100)));
  g_assert_true (isfinite (gram_analysis_expected_complexity (analysis, 0.3)));
}

/* Number 46 of the reliability page: info = 0 but wrong. */
static void
test_wrong_spectrum (void)
{
  g_autoptr (GramDevice) device = crippled_device ("wrong-eigen", wrong_eigen);
  g_autoptr (GramProblem) problem = fixture_problem (90, 0, 15, 0.5, 6);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GArray) labels = fixture_labels ("true");
  g_autoptr (GramAnalysis) analysis = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (gram_analyser_run (analyser, labels, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_KRYLOV); /* what was known stays */
}

/* Only a part of the eigenpairs of a large problem is looked at one by one. With the limit put so
 * low that this is one, a good answer passes, and a pair is found spoilt wherever it is. */
static gint64 spoilt_pair;

static gboolean
spoilt_eigen (gpointer system, double *lambda, const GramJob *job, GError **error)
{
  gboolean success = gram_cpu_backend ()->system_spectrum (system, lambda, job, error);

  if (spoilt_pair >= 0)
    lambda[spoilt_pair] *= 1.001;
  return success;
}

static void
test_sampled_check (void)
{
  static const gint64 pairs[] = { -1, 3, 70, 380, 599 };
  g_autoptr (GramDevice) device = crippled_device ("spoilt-eigen", spoilt_eigen);
  g_autoptr (GramProblem) problem = fixture_problem (600, 0, 15, 0.5, 6);
  g_autoptr (GArray) labels = fixture_labels ("true");

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
      g_autoptr (GramAnalysis) analysis = NULL;
      g_autoptr (GError) error = NULL;
      gboolean success;

      analyser->check_all_up_to = 500;
      spoilt_pair = pairs[i];
      success = gram_analyser_run (analyser, labels, TRUE, NULL, NULL, NULL, NULL, &error);
      g_assert_true (success == (spoilt_pair < 0));
      if (!success)
        {
          g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC);
          continue;
        }
      analysis = gram_analyser_get_analysis (analyser);
      g_assert_cmpint (analysis->eigen_checked, ==, 32);
      g_assert_cmpfloat (analysis->eigen_residual, <, 10);
      g_assert_cmpfloat (analysis->eigen_residual, >, 0);
      g_assert_false (analysis_has_notice (analysis, "less accurate"));
    }
}

static void
test_cancel (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (60, 0, 15, 0.5, 6);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GArray) labels = fixture_labels ("true");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GramAnalysis) analysis = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (
      gram_analyser_run (analyser, labels, TRUE, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (gram_analyser_get_analysis (analyser));
  analyse (analyser, "true", TRUE, NULL); /* and it goes on from there */
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_SPECTRUM);
}

/* ---------- products alone ----------------------------------------------------------------------
 */

static GramDevice *
device_from (const char *halved_from)
{
  GramDevice *device;

  g_setenv ("GRAM_CPU_HALVED_FROM", halved_from, TRUE);
  device = fixture_device ();
  g_unsetenv ("GRAM_CPU_HALVED_FROM");
  return device;
}

/* What the other analysis has of the same labels */
static void
assert_same_sets (const GramAnalysis *half, const GramAnalysis *whole)
{
  for (guint i = 0; i < half->labels->len; i++)
    {
      const GramLabelAnalysis *a = analysis_set (half, i), *b = analysis_set (whole, i);

      assert_close (a->quadratic_form, b->quadratic_form, 1e-10);
      assert_close (a->complexity, b->complexity, 1e-10);
      g_assert_cmpfloat (fabs (a->quadratic_form / b->quadratic_form - 1), <=,
                         2 * (a->complexity_error + b->complexity_error) + 1e-14);
      for (gint64 k = 1; k <= 1000000; k *= 10)
        g_assert_cmpfloat_with_epsilon (gram_analysis_predict (half, i, ETA, k),
                                        gram_analysis_predict (whole, i, ETA, k), 1e-7 * b->norm);
    }
}

static void
test_products_only (void)
{
  static const gint64 sizes[] = { 1, 2, 41, 257, 700 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr (GramProblem) problem = fixture_problem (sizes[s], 3, 15, 0.5, 6);
      g_autoptr (GramDevice) one = device_from ("1");
      g_autoptr (GramDevice) other = device_from ("1000");
      g_autoptr (GramAnalyser) a = gram_analyser_new (one, problem, 7);
      g_autoptr (GramAnalyser) b = gram_analyser_new (other, problem, 7);
      g_autoptr (GramAnalysis) half = NULL, whole = NULL, more = NULL;
      g_autofree double *v = NULL;
      g_autoptr (GError) error = NULL;

      analyse (a, "true,random,worst", TRUE, NULL);
      analyse (b, "true,random,worst,mixed:0.5", TRUE, NULL);
      half = gram_analyser_get_analysis (a);
      whole = gram_analyser_get_analysis (b);
      g_assert_cmpint (half->stage, ==, GRAM_STAGE_KRYLOV);
      assert_close (half->lambda_max, whole->lambda_max, 1e-10);
      assert_close (half->lambda_min, whole->lambda_min, 1e-10);
      assert_close (half->quadratic_form_true, whole->quadratic_form_true, 1e-10);
      assert_same_sets (half, whole);
      v = gram_analyser_eigenvector (a, sizes[s] - 1, &error);
      g_assert_no_error (error);
      g_assert_nonnull (v);
      /* what is not there says why */
      g_assert_true (isnan (half->trace_inverse));
      g_assert_true (analysis_has_notice (half, "only products with H∞"));
      g_assert_false (gram_analysis_check_inverse (half, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      g_clear_error (&error);
      g_assert_false (gram_analysis_check_spectrum (half, sizes[s], &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      g_assert_null (whole->no_factor);
      /* other labels later */
      analyse (a, "worst,mixed:0.5", FALSE, NULL);
      more = gram_analyser_get_analysis (a);
      assert_close (analysis_set (more, 1)->complexity, analysis_set (whole, 3)->complexity, 1e-10);
      assert_close (analysis_set (more, 0)->complexity, analysis_set (whole, 2)->complexity, 1e-10);
    }
}

/* Copies need no second system: y that agrees on them lies in the range of H∞. */
static void
test_products_of_copies (void)
{
  g_autoptr (GramProblem) problem = fixture_problem (80, 0, 15, 0.5, 6);
  g_autoptr (GramDevice) one = device_from ("1");
  g_autoptr (GramDevice) other = device_from ("1000");
  g_autoptr (GramAnalyser) a = NULL, b = NULL;
  g_autoptr (GramAnalysis) half = NULL, whole = NULL;

  problem->y[79] = problem->y[5];
  fixture_copy_image (problem, 5, 79);
  a = gram_analyser_new (one, problem, 7);
  b = gram_analyser_new (other, problem, 7);
  analyse (a, "true,worst", TRUE, NULL);
  analyse (b, "true,worst", TRUE, NULL);
  half = gram_analyser_get_analysis (a);
  whole = gram_analyser_get_analysis (b);
  assert_close (analysis_set (half, 0)->complexity, analysis_set (whole, 0)->complexity, 1e-10);
  g_assert_true (isinf (analysis_set (half, 1)->complexity));
  g_assert_true (gram_analysis_is_singular (half));
  assert_close (gram_analysis_predict (half, 0, ETA, 1000),
                gram_analysis_predict (whole, 0, ETA, 1000), 1e-7);
}

/* Two images that nearly agree: λ₀ lies far below what few steps can see of it. */
static void
test_products_of_near_copies (void)
{
  g_autoptr (GramProblem) problem = fixture_problem (300, 0, 15, 0.5, 6);
  g_autoptr (GramDevice) one = device_from ("1");
  g_autoptr (GramDevice) other = device_from ("1000");
  g_autoptr (GramAnalyser) a = NULL, b = NULL;
  g_autoptr (GramAnalysis) half = NULL, whole = NULL;
  double *x = problem->X + 15 * 5, *z = problem->X + 15 * 40, norm = 0;

  problem->y[40] = problem->y[5];
  for (int j = 0; j < 15; j++)
    {
      z[j] = x[j] + 1e-4 * z[j];
      norm += z[j] * z[j];
    }
  for (int j = 0; j < 15; j++)
    z[j] /= sqrt (norm);
  a = gram_analyser_new (one, problem, 7);
  b = gram_analyser_new (other, problem, 7);
  analyse (a, "true,random,worst", TRUE, NULL);
  analyse (b, "true,random,worst", TRUE, NULL);
  half = gram_analyser_get_analysis (a);
  whole = gram_analyser_get_analysis (b);
  g_assert_cmpfloat (whole->lambda_min, <, 1e-3);
  assert_close (half->lambda_min, whole->lambda_min, 1e-8);
  assert_same_sets (half, whole);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analyser/copies", test_copies);
  g_test_add_func ("/analyser/copies-that-disagree", test_copies_that_disagree);
  g_test_add_func ("/analyser/unannounced-copies", test_unannounced_copies);
  g_test_add_func ("/analyser/nearly-copies", test_nearly_copies);
  g_test_add_func ("/analyser/tiny", test_tiny);
  g_test_add_func ("/analyser/no-spectrum", test_no_spectrum);
  g_test_add_func ("/analyser/wrong-spectrum", test_wrong_spectrum);
  g_test_add_func ("/analyser/sampled-check", test_sampled_check);
  g_test_add_func ("/analyser/cancel", test_cancel);
  g_test_add_func ("/analyser/products-only", test_products_only);
  g_test_add_func ("/analyser/products-of-copies", test_products_of_copies);
  g_test_add_func ("/analyser/products-of-near-copies", test_products_of_near_copies);
  return g_test_run ();
}
