/* test-analyser.c: the staged analysis against the oracle and the golden numbers
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-analyser.h"
#include "gram-cpu.h"
#include "gram-error.h"
#include "oracle.h"

#define ETA 0.02
static const double curve_steps[] = { 0, 1, 10, 100, 1000, 10000, 123456 };

typedef struct
{
  GPtrArray *snapshots;
  double last_fraction;
  GramStage last_stage;
} Log;

static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  Log *log = data;

  g_ptr_array_add (log->snapshots, gram_analysis_ref (snapshot));
}

static void
on_progress (GramStage stage, double fraction, gpointer data)
{
  Log *log = data;

  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  g_assert_true (stage > log->last_stage || fraction >= log->last_fraction - 1e-12);
  log->last_stage = stage;
  log->last_fraction = fraction;
}

static void
log_init (Log *log)
{
  log->snapshots = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_analysis_unref);
  log->last_fraction = 0;
  log->last_stage = GRAM_STAGE_NONE;
}

static void
run (GramAnalyser *analyser, const char *text, gboolean full, Log *log)
{
  g_autoptr (GArray) labels = fixture_labels (text);
  g_autoptr (GError) error = NULL;

  gram_analyser_run (analyser, labels, full, log != NULL ? on_stage : NULL,
                     log != NULL ? on_progress : NULL, log, NULL, &error);
  g_assert_no_error (error);
}

static const GramLabelAnalysis *
get_set (const GramAnalysis *analysis, guint i)
{
  return g_ptr_array_index (analysis->labels, i);
}

/* ---------- against the oracle --------------------------------------------------------------- */

static JsonObject *
ask_analysis (Oracle *oracle, const GramProblem *problem, const GramAnalysis *analysis)
{
  g_autofree double *Y = g_new (double, problem->n * analysis->labels->len);

  for (guint i = 0; i < analysis->labels->len; i++)
    memcpy (Y + i * problem->n, get_set (analysis, i)->labels->y, problem->n * sizeof (double));
  oracle_number (oracle, "eta", ETA);
  oracle_array (oracle, "X", problem->d, problem->n, problem->X);
  oracle_array (oracle, "Y", problem->n, analysis->labels->len, Y);
  oracle_array (oracle, "k", G_N_ELEMENTS (curve_steps), 1, curve_steps);
  return oracle_ask (oracle, "analysis");
}

static void
check_curves (const GramAnalysis *analysis, JsonObject *answer, double tolerance)
{
  for (guint s = 0; s < analysis->labels->len; s++)
    {
      JsonObject *set = oracle_object_at (answer, "sets", s);
      double floor = tolerance * get_set (analysis, s)->norm;
      double curve[G_N_ELEMENTS (curve_steps)];

      gram_analysis_predict_curve (analysis, s, ETA, curve_steps, G_N_ELEMENTS (curve_steps),
                                   curve);
      for (guint i = 0; i < G_N_ELEMENTS (curve_steps); i++)
        {
          double expected = oracle_at (set, "curve", i);

          assert_close_at (__FILE__, __LINE__, "curve", curve[i], expected, tolerance, floor);
          g_assert_cmpfloat (gram_analysis_predict (analysis, s, ETA, (gint64) curve_steps[i]), ==,
                             curve[i]);
        }
    }
}

/* Cholesky knows the measure before there is a spectrum. */
static void
check_measures (const GramAnalysis *analysis, JsonObject *answer, double tolerance)
{
  for (guint s = 0; s < analysis->labels->len; s++)
    {
      JsonObject *set = oracle_object_at (answer, "sets", s);
      const GramLabelAnalysis *mine = get_set (analysis, s);

      assert_close (mine->quadratic_form, json_object_get_double_member (set, "form"), tolerance);
      assert_close (mine->complexity, json_object_get_double_member (set, "complexity"), tolerance);
      g_assert_cmpfloat (mine->complexity_error, <, 1e-9);
      g_assert_cmpfloat (fabs (mine->complexity / json_object_get_double_member (set, "complexity")
                               - 1),
                         <=, 20 * mine->complexity_error + 1e-14);
    }
}

static void
check_noise (const GramAnalysis *analysis, JsonObject *answer)
{
  double trace = json_object_get_double_member (answer, "trace_inverse");
  double form = json_object_get_double_member (oracle_object_at (answer, "sets", 0), "form");

  assert_close (analysis->trace_inverse, trace, 1e-10);
  for (gint64 i = 0; i < analysis->n; i++)
    assert_close (analysis->inverse_diagonal[i], oracle_at (answer, "inverse_diagonal", i), 1e-9);
  g_assert_cmpuint (analysis->n_fractions, ==, 21);
  for (guint i = 0; i < analysis->n_fractions; i++)
    {
      double rho = analysis->fraction[i];
      double expected = (1 - rho) * (1 - rho) * form + (1 - (1 - rho) * (1 - rho)) * trace;

      assert_close (rho, 0.05 * i, 1e-15);
      assert_close (analysis->expected_complexity[i], sqrt (2 * expected / analysis->n), 1e-10);
      /* one draw is within a few standard deviations of the mean */
      assert_close (analysis->sampled_complexity[i], analysis->expected_complexity[i], 0.3);
    }
  assert_close (analysis->sampled_complexity[0], get_set (analysis, 0)->complexity, 1e-12);
}

static void
check_spectrum (const GramAnalysis *analysis, JsonObject *answer)
{
  double trace = 0;

  for (gint64 i = 0; i < analysis->n; i++)
    {
      assert_near (analysis->lambda[i], oracle_at (answer, "lambda", i),
                   1e-13 * analysis->lambda[0]);
      trace += analysis->lambda[i];
    }
  assert_close (trace, analysis->trace, 1e-12);
  g_assert_true (analysis->lambda_exact);
  g_assert_cmpfloat (analysis->eigen_residual, <, 60);
  g_assert_cmpfloat (analysis->orthogonality, <, 60);
  g_assert_cmpint (analysis->eigen_checked, ==, analysis->n);
  for (guint s = 0; s < analysis->labels->len; s++)
    {
      JsonObject *set = oracle_object_at (answer, "sets", s);
      double norm = 0, form = 0;

      for (gint64 i = 0; i < analysis->n; i++)
        {
          double p = get_set (analysis, s)->projection[i];

          assert_near (fabs (p), oracle_at (set, "projection", i), 1e-8);
          norm += p * p;
          form += p * p / analysis->lambda[i];
        }
      assert_close (sqrt (norm), get_set (analysis, s)->norm, 1e-13);
      assert_close (form, get_set (analysis, s)->quadratic_form, 1e-10);
      for (guint i = 0; i < G_N_ELEMENTS (curve_steps); i++)
        assert_close (gram_analysis_predict_distance (analysis, s, ETA, (gint64) curve_steps[i]),
                      oracle_at (set, "distance", i), 1e-10);
    }
}

static void
check_worst (const GramAnalysis *analysis, JsonObject *answer, guint set)
{
  const GramLabels *labels = get_set (analysis, set)->labels;
  double smallest = 0, largest = 0;

  g_assert_nonnull (labels);
  for (gint64 i = 0; i < analysis->n; i++)
    {
      smallest = fmin (smallest, labels->y[i]);
      largest = fmax (largest, labels->y[i]);
    }
  g_assert_cmpfloat (largest, >=, -smallest); /* the sign is fixed */
  for (gint64 i = 0; i < analysis->n; i++)
    assert_near (labels->y[i], oracle_at (answer, "worst", i), 1e-7);
  assert_close (get_set (analysis, set)->norm, sqrt (analysis->n), 1e-14);
  assert_close (analysis->lambda_min, oracle_at (answer, "lambda", analysis->n - 1), 1e-10);
}

static void
stages_of (guint64 seed)
{
  static const GramStage expected[] = { GRAM_STAGE_KERNEL, GRAM_STAGE_CHOLESKY, GRAM_STAGE_KRYLOV,
                                        GRAM_STAGE_KRYLOV, GRAM_STAGE_SPECTRUM };
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (240, 0, 20, 0.8, seed);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (Oracle) oracle = NULL;
  JsonObject *answer;
  Log log;

  oracle = oracle_new ();
  log_init (&log);
  run (analyser, "true,random,worst,mixed:0.3", TRUE, &log);
  g_assert_cmpuint (log.snapshots->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < log.snapshots->len; i++)
    {
      const GramAnalysis *snapshot = log.snapshots->pdata[i];

      g_assert_cmpint (snapshot->stage, ==, expected[i]);
      /* a snapshot tells what its own stage took so far */
      for (GramStage stage = GRAM_STAGE_KERNEL; stage <= GRAM_STAGE_SPECTRUM; stage++)
        g_assert_cmpint (snapshot->seconds[stage] > 0, ==, stage <= expected[i]);
    }
  answer = ask_analysis (oracle, problem, log.snapshots->pdata[4]);
  check_measures (log.snapshots->pdata[1], answer, 1e-10);
  check_worst (log.snapshots->pdata[1], answer, 2);
  check_noise (log.snapshots->pdata[3], answer);
  check_curves (log.snapshots->pdata[2], answer, 1e-6);
  g_assert_cmpfloat (((GramAnalysis *) log.snapshots->pdata[2])->quadrature_error, <=, 1e-7);
  assert_close (((GramAnalysis *) log.snapshots->pdata[3])->lambda_max,
                oracle_at (answer, "lambda", 0), 1e-10);
  check_spectrum (log.snapshots->pdata[4], answer);
  check_curves (log.snapshots->pdata[4], answer, 1e-10);
  check_worst (log.snapshots->pdata[4], answer, 2);
  g_ptr_array_unref (log.snapshots);
}

/* Every stage's numbers at that stage, against dense eigenvectors and 50-digit powers. */
static void
test_stages (void)
{
  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  for (guint64 seed = 1; seed <= 4; seed++)
    stages_of (seed);
}

/* ---------- identities ----------------------------------------------------------------------- */

static void
test_steps_to (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (150, 0, 15, 0.5, 4);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GramAnalysis) analysis = NULL;
  gint64 last = 0;

  run (analyser, "true,worst", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  for (double fraction = 0.9; fraction > 1e-6; fraction *= 0.5)
    {
      gint64 k = gram_analysis_steps_to (analysis, 0, ETA, fraction);
      double norm = get_set (analysis, 0)->norm;

      g_assert_cmpint (k, >=, last);
      g_assert_cmpfloat (gram_analysis_predict (analysis, 0, ETA, k), <=, fraction * norm);
      g_assert_cmpfloat (gram_analysis_predict (analysis, 0, ETA, k - 1), >, fraction * norm);
      last = k;
    }
  /* the worst labels fall by exactly 1 − ηλ₀ a step */
  assert_close ((double) gram_analysis_steps_to (analysis, 1, ETA, 0.5),
                ceil (log (0.5) / log1p (-ETA * analysis->lambda_min)), 1e-9);
  g_assert_cmpint (gram_analysis_steps_to (analysis, 0, ETA, 1), ==, 0);
  g_assert_cmpint (gram_analysis_steps_to (analysis, 0, ETA, 0), ==, -1);
  g_assert_cmpint (gram_analysis_steps_to (analysis, 0,
                                           1.001 * gram_analysis_stable_step (analysis), 0.5),
                   ==, -1);
  assert_close (gram_analysis_stable_step (analysis), 2 / analysis->lambda[0], 1e-15);
}

/* Past the stable step the prediction grows, stays a number, and falls just below it. */
static void
test_unstable (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (60, 0, 15, 0.5, 4);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GramAnalysis) analysis = NULL;
  double stable;

  run (analyser, "true", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  stable = gram_analysis_stable_step (analysis);
  g_assert_cmpfloat (gram_analysis_predict (analysis, 0, 1.01 * stable, 2000), >,
                     gram_analysis_predict (analysis, 0, 1.01 * stable, 1000));
  g_assert_true (isinf (gram_analysis_predict (analysis, 0, 3 * stable, 1000000)));
  g_assert_cmpfloat (gram_analysis_predict (analysis, 0, 0.99 * stable, 2000), <,
                     gram_analysis_predict (analysis, 0, 0.99 * stable, 1000));
}

/* Other label sets afterwards cost no new factor; what was known stays bit for bit. */
static void
test_more_labels (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (120, 0, 15, 0.5, 5);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GramAnalyser) fresh = gram_analyser_new (device, problem, 7);
  g_autoptr (GramAnalysis) first = NULL, second = NULL, expected = NULL;
  Log log;

  run (analyser, "true,random", TRUE, NULL);
  first = gram_analyser_get_analysis (analyser);
  log_init (&log);
  run (analyser, "mixed:0.25,true,worst", FALSE, &log);
  second = gram_analyser_get_analysis (analyser);
  g_assert_cmpuint (log.snapshots->len, ==, 1);
  g_assert_true (log.snapshots->pdata[0] == second);
  g_assert_cmpint (second->stage, ==, GRAM_STAGE_SPECTRUM);
  run (fresh, "mixed:0.25,true,worst", TRUE, NULL);
  expected = gram_analyser_get_analysis (fresh);
  g_assert_cmpfloat (get_set (second, 1)->complexity, ==, get_set (first, 0)->complexity);
  for (guint s = 0; s < 3; s++)
    {
      assert_close (get_set (second, s)->complexity, get_set (expected, s)->complexity, 1e-10);
      assert_close (gram_analysis_predict (second, s, ETA, 500),
                    gram_analysis_predict (expected, s, ETA, 500), 1e-10);
    }
  g_ptr_array_unref (log.snapshots);
}

static void
test_without_spectrum (void)
{
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (120, 0, 15, 0.5, 5);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (GramAnalysis) quick = NULL, full = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *v = NULL, *w = NULL;
  double inner = 0;

  run (analyser, "true,worst", FALSE, NULL);
  quick = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (quick->stage, ==, GRAM_STAGE_KRYLOV);
  g_assert_null (quick->lambda);
  v = gram_analyser_eigenvector (analyser, 119, &error);
  g_assert_no_error (error);
  g_assert_null (gram_analyser_eigenvector (analyser, 3, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  run (analyser, "true,worst", TRUE, NULL);
  full = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (full->stage, ==, GRAM_STAGE_SPECTRUM);
  assert_close (full->lambda_max, quick->lambda_max, 1e-10);
  assert_close (full->lambda_min, quick->lambda_min, 1e-9);
  w = gram_analyser_eigenvector (analyser, 119, &error);
  for (int i = 0; i < 120; i++)
    inner += v[i] * w[i];
  assert_close (fabs (inner), 1, 1e-9);
  g_assert_null (gram_analyser_eigenvector (analyser, 120, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

/* ---------- singular and tiny --------------------------------------------------------------- */

static gboolean
has_notice (const GramAnalysis *analysis, const char *text)
{
  for (guint i = 0; i < analysis->notices->len; i++)
    if (strstr (analysis->notices->pdata[i], text) != NULL)
      return TRUE;
  return FALSE;
}

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
  run (a, "true", TRUE, NULL);
  run (b, "true,random,worst", TRUE, NULL);
  single = gram_analyser_get_analysis (a);
  copied = gram_analyser_get_analysis (b);
  g_assert_cmpint (copied->stage, ==, GRAM_STAGE_SPECTRUM);
  assert_close (get_set (copied, 0)->quadratic_form, get_set (single, 0)->quadratic_form, 1e-11);
  g_assert_true (has_notice (copied, "images 5 and 79 are identical"));
  g_assert_true (isinf (get_set (copied, 2)->complexity));
  g_assert_cmpfloat (fabs (copied->lambda_min), <, 1e-12);
  assert_close (get_set (copied, 2)->labels->y[5], sqrt (n / 2.0), 1e-12);
  assert_close (get_set (copied, 2)->labels->y[n - 1], -sqrt (n / 2.0), 1e-12);
  /* labels along the null space never get learned */
  assert_close (gram_analysis_predict (copied, 2, ETA, 1000000), sqrt (n), 1e-6);
  g_assert_cmpint (gram_analysis_steps_to (copied, 2, ETA, 0.5), ==, -1);
  g_assert_true (isinf (copied->trace_inverse));
  assert_close (gram_analysis_expected_complexity (copied, 0), get_set (copied, 0)->complexity,
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
  run (analyser, "true", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_true (isinf (get_set (analysis, 0)->complexity));
  g_assert_true (isfinite (gram_analysis_predict (analysis, 0, ETA, 100)));
  g_assert_true (has_notice (analysis, "of different classes"));
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
  run (analyser, "true,worst", FALSE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_true (get_set (analysis, 1)->labels != NULL);
  g_assert_true (analysis->notices->len > 0);
  g_assert_true (get_set (analysis, 0)->complexity > 1e3);
}

/* Two images 10⁻⁵ apart with different labels: float64 has lost digits, and says how many. The
 * truth comes from 60 digits. */
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
  for (double angle = 1e-2; angle > 1e-7; angle /= 10)
    {
      g_autoptr (GramProblem) problem = fixture_problem (10, 0, 6, 0.3, 14);
      g_autoptr (GramAnalyser) analyser = NULL;
      g_autoptr (GramAnalysis) analysis = NULL;
      double *x = problem->X + 6 * 4, *z = problem->X + 6 * 7, norm = 0, form, off;

      problem->y[7] = -problem->y[4];
      for (int j = 0; j < 6; j++)
        {
          z[j] = x[j] + angle * z[j];
          norm += z[j] * z[j];
        }
      for (int j = 0; j < 6; j++)
        z[j] /= sqrt (norm);
      analyser = gram_analyser_new (device, problem, 7);
      run (analyser, "true", FALSE, NULL);
      analysis = gram_analyser_get_analysis (analyser);
      g_clear_pointer (&oracle, oracle_free);
      oracle = oracle_new ();
      oracle_array (oracle, "X", 6, 10, problem->X);
      oracle_array (oracle, "y", 10, 1, problem->y);
      form = json_object_get_double_member (oracle_ask (oracle, "hilbert"), "form");
      off = fabs (sqrt (get_set (analysis, 0)->quadratic_form / form) - 1);
      g_assert_cmpfloat (off, <=, 4 * get_set (analysis, 0)->complexity_error);
      g_assert_cmpfloat (get_set (analysis, 0)->complexity_error, <,
                         1e-11 / (angle * angle) * 1e-3);
      g_assert_true (has_notice (analysis, "about 5 digits") == (angle > 0.5e-5 && angle < 2e-5));
      g_assert_true (has_notice (analysis, "about 1 digits") == (angle < 2e-7));
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

      run (analyser, "true,random,worst,mixed:0.5", TRUE, NULL);
      analysis = gram_analyser_get_analysis (analyser);
      g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_SPECTRUM);
      if (n > 1)
        continue;
      /* H∞ = ½: everything by hand */
      assert_close (analysis->lambda_max, 0.5, 1e-15);
      assert_close (get_set (analysis, 0)->complexity, 2, 1e-15);
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
  gboolean success = gram_cpu_backend ()->system_eigen (system, lambda, job, error);

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
  vtable->system_eigen = eigen;
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

  run (analyser, "true,worst", TRUE, NULL);
  run (analyser, "true,worst,random", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_KRYLOV);
  g_assert_true (has_notice (analysis, "no room for eigenvectors"));
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
  run (analyser, "true", TRUE, NULL); /* and it goes on from there */
  analysis = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (analysis->stage, ==, GRAM_STAGE_SPECTRUM);
}

/* ---------- golden numbers on real images --------------------------------------------------- */

typedef struct
{
  const char *dataset, *folder;
  GramPreprocess preprocess;
  double lambda_max, lambda_min, complexity, random, curve[5];
} Golden;

static const Golden goldens[] = {
  { "mnist",
    "mnist",
    GRAM_PREPROCESS_NONE,
    148.2803597,
    0.02382655578,
    0.4979164894,
    5.37378,
    { 29.443131, 16.299332, 5.846619, 3.5067113, 0.88959559 } },
  { "mnist",
    "mnist",
    GRAM_PREPROCESS_CENTER,
    118.5419474,
    0.0248915798,
    0.4644778525,
    5.16861,
    { 29.132942, 15.08006, 6.0408304, 3.2917456, 0.76103883 } },
  { "cifar10",
    "cifar-10-pair01",
    GRAM_PREPROCESS_NONE,
    337.8984125,
    0.01417355835,
    3.703748021,
    6.0798,
    { 31.458704, 30.654551, 26.143927, 20.078379, 10.262763 } },
  { "cifar10",
    "cifar-10-pair01",
    GRAM_PREPROCESS_CENTER,
    68.18243538,
    0.04349256873,
    2.247378782,
    3.43415,
    { 31.190929, 28.668959, 23.605584, 16.934297, 4.3111824 } },
};

static GramProblem *
golden_problem (const Golden *golden, const char *data)
{
  g_autofree char *folder = g_build_filename (data, golden->folder, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDataset) dataset = gram_dataset_open (golden->dataset, folder, NULL, &error);
  GramProblemSpec spec = { "0", "1", 1000, 0, GRAM_SELECT_FIRST, golden->preprocess, 1 };
  GramProblem *problem;

  g_assert_no_error (error);
  problem = gram_problem_new (dataset, &spec, NULL, &error);
  g_assert_no_error (error);
  return problem;
}

/* Seven digits of everything; the table gives `random` in six. */
static void
test_golden (gconstpointer data)
{
  const Golden *golden = data;
  const char *folder = g_getenv ("GRAM_TEST_DATA");
  g_autoptr (GramDevice) device = NULL;
  g_autoptr (GramProblem) problem = NULL;
  g_autoptr (GramAnalyser) analyser = NULL;
  Log log;
  double k = 1;

  if (folder == NULL)
    {
      g_test_skip ("GRAM_TEST_DATA is not set");
      return;
    }
  device = fixture_device ();
  problem = golden_problem (golden, folder);
  analyser = gram_analyser_new (device, problem, 1);
  log_init (&log);
  run (analyser, "true,random,worst", TRUE, &log);
  for (guint i = 1; i < log.snapshots->len; i++)
    {
      const GramAnalysis *analysis = log.snapshots->pdata[i];

      if (i >= 2)
        assert_close (analysis->lambda_max, golden->lambda_max, 1e-7);
      assert_close (analysis->lambda_min, golden->lambda_min, 1e-7);
      assert_close (get_set (analysis, 0)->complexity, golden->complexity, 1e-7);
      if (i >= 3)
        assert_close (gram_analysis_expected_complexity (analysis, 1), golden->random, 2e-6);
      k = 1;
      for (guint j = 0; j < 5 && i >= 2; j++, k *= 10)
        assert_close (gram_analysis_predict (analysis, 0, 1e-3, (gint64) k), golden->curve[j],
                      1e-7);
    }
  g_test_message ("%u nodes, quadrature error %.3g, trust %.3g %.3g",
                  get_set (log.snapshots->pdata[3], 0)->n_nodes,
                  ((GramAnalysis *) log.snapshots->pdata[3])->quadrature_error,
                  ((GramAnalysis *) log.snapshots->pdata[4])->eigen_residual,
                  ((GramAnalysis *) log.snapshots->pdata[4])->orthogonality);
  g_ptr_array_unref (log.snapshots);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analyser/stages", test_stages);
  g_test_add_func ("/analyser/steps-to", test_steps_to);
  g_test_add_func ("/analyser/unstable", test_unstable);
  g_test_add_func ("/analyser/more-labels", test_more_labels);
  g_test_add_func ("/analyser/without-spectrum", test_without_spectrum);
  g_test_add_func ("/analyser/copies", test_copies);
  g_test_add_func ("/analyser/copies-that-disagree", test_copies_that_disagree);
  g_test_add_func ("/analyser/unannounced-copies", test_unannounced_copies);
  g_test_add_func ("/analyser/nearly-copies", test_nearly_copies);
  g_test_add_func ("/analyser/tiny", test_tiny);
  g_test_add_func ("/analyser/no-spectrum", test_no_spectrum);
  g_test_add_func ("/analyser/wrong-spectrum", test_wrong_spectrum);
  g_test_add_func ("/analyser/cancel", test_cancel);
  for (guint i = 0; i < G_N_ELEMENTS (goldens); i++)
    {
      g_autofree char *path = g_strdup_printf ("/analyser/golden/%s-%s", goldens[i].dataset,
                                               gram_preprocess_to_string (goldens[i].preprocess));

      g_test_add_data_func (path, &goldens[i], test_golden);
    }
  return g_test_run ();
}
