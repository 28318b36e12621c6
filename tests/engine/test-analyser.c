/* test-analyser.c: the staged analysis against the oracle and the golden numbers
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "analysis-fixture.h"
#include "fixture.h"
#include "gram-error.h"
#include "oracle.h"

#define ETA 0.02
static const double curve_steps[] = { 0, 1, 10, 100, 1000, 10000, 123456 };

/* ---------- against the oracle --------------------------------------------------------------- */

static JsonObject *
ask_analysis (Oracle *oracle, const GramProblem *problem, const GramAnalysis *analysis)
{
  g_autofree double *Y = g_new (double, problem->n * analysis->labels->len);

  for (guint i = 0; i < analysis->labels->len; i++)
    memcpy (Y + i * problem->n, analysis_set (analysis, i)->labels->y,
            problem->n * sizeof (double));
  oracle_number (oracle, "eta", ETA);
  oracle_array (oracle, "X", problem->d, problem->n, problem->X);
  oracle_array (oracle, "Y", problem->n, analysis->labels->len, Y);
  oracle_array (oracle, "k", G_N_ELEMENTS (curve_steps), 1, curve_steps);
  return oracle_ask (oracle, "analysis");
}

/* Worst-case labels are there from the snapshot on that knows λ₀, and only they wait for it. */
static gboolean
waits_for_smallest (const GramAnalysis *analysis, guint s)
{
  gboolean waits =
      isnan (analysis->lambda_min) && analysis_set (analysis, s)->spec.kind == GRAM_LABELS_WORST;

  g_assert_true ((analysis_set (analysis, s)->labels == NULL) == waits);
  return waits;
}

static void
check_curves (const GramAnalysis *analysis, JsonObject *answer, double tolerance)
{
  for (guint s = 0; s < analysis->labels->len; s++)
    {
      JsonObject *set = oracle_object_at (answer, "sets", s);
      double floor = tolerance * analysis_set (analysis, s)->norm;
      double curve[G_N_ELEMENTS (curve_steps)];

      if (waits_for_smallest (analysis, s))
        continue;
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
      const GramLabelAnalysis *mine = analysis_set (analysis, s);

      if (waits_for_smallest (analysis, s))
        continue;
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
  assert_close (analysis->sampled_complexity[0], analysis_set (analysis, 0)->complexity, 1e-12);
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
          double p = analysis_set (analysis, s)->projection[i];

          assert_near (fabs (p), oracle_at (set, "projection", i), 1e-8);
          norm += p * p;
          form += p * p / analysis->lambda[i];
        }
      assert_close (sqrt (norm), analysis_set (analysis, s)->norm, 1e-13);
      assert_close (form, analysis_set (analysis, s)->quadratic_form, 1e-10);
      for (guint i = 0; i < G_N_ELEMENTS (curve_steps); i++)
        assert_close (gram_analysis_predict_distance (analysis, s, ETA, (gint64) curve_steps[i]),
                      oracle_at (set, "distance", i), 1e-10);
    }
}

static void
check_worst (const GramAnalysis *analysis, JsonObject *answer, guint set)
{
  const GramLabels *labels = analysis_set (analysis, set)->labels;
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
  assert_close (analysis_set (analysis, set)->norm, sqrt (analysis->n), 1e-14);
  assert_close (analysis->lambda_min, oracle_at (answer, "lambda", analysis->n - 1), 1e-10);
}

static void
stages_of (guint64 seed)
{
  static const GramStage expected[] = {
    GRAM_STAGE_KERNEL, GRAM_STAGE_CHOLESKY, GRAM_STAGE_KRYLOV,
    GRAM_STAGE_KRYLOV, GRAM_STAGE_KRYLOV,   GRAM_STAGE_SPECTRUM
  };
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (240, 0, 20, 0.8, seed);
  g_autoptr (GramAnalyser) analyser = gram_analyser_new (device, problem, 7);
  g_autoptr (Oracle) oracle = NULL;
  JsonObject *answer;
  AnalysisLog log;

  oracle = oracle_new ();
  analysis_log_init (&log);
  analyse (analyser, "true,random,worst,mixed:0.3", TRUE, &log);
  g_assert_cmpuint (log.snapshots->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < log.snapshots->len; i++)
    {
      const GramAnalysis *snapshot = log.snapshots->pdata[i];

      g_assert_cmpint (snapshot->stage, ==, expected[i]);
      /* a snapshot tells what its own stage took so far */
      for (GramStage stage = GRAM_STAGE_KERNEL; stage <= GRAM_STAGE_SPECTRUM; stage++)
        g_assert_cmpint (snapshot->seconds[stage] > 0, ==, stage <= expected[i]);
    }
  answer = ask_analysis (oracle, problem, log.snapshots->pdata[5]);
  for (guint i = 1; i < 5; i++)
    check_measures (log.snapshots->pdata[i], answer, 1e-10);
  for (guint i = 2; i < 5; i++)
    check_curves (log.snapshots->pdata[i], answer, 1e-6);
  g_assert_true (isnan (((GramAnalysis *) log.snapshots->pdata[2])->lambda_min));
  for (guint i = 3; i < 6; i++)
    check_worst (log.snapshots->pdata[i], answer, 2);
  check_noise (log.snapshots->pdata[4], answer);
  g_assert_cmpfloat (((GramAnalysis *) log.snapshots->pdata[2])->quadrature_error, <=, 1e-7);
  assert_close (((GramAnalysis *) log.snapshots->pdata[2])->lambda_max,
                oracle_at (answer, "lambda", 0), 1e-10);
  check_spectrum (log.snapshots->pdata[5], answer);
  check_curves (log.snapshots->pdata[5], answer, 1e-10);
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

  analyse (analyser, "true,worst", TRUE, NULL);
  analysis = gram_analyser_get_analysis (analyser);
  for (double fraction = 0.9; fraction > 1e-6; fraction *= 0.5)
    {
      gint64 k = gram_analysis_steps_to (analysis, 0, ETA, fraction);
      double norm = analysis_set (analysis, 0)->norm;

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

  analyse (analyser, "true", TRUE, NULL);
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
  AnalysisLog log;

  analyse (analyser, "true,random", TRUE, NULL);
  first = gram_analyser_get_analysis (analyser);
  analysis_log_init (&log);
  analyse (analyser, "mixed:0.25,true,worst", FALSE, &log);
  second = gram_analyser_get_analysis (analyser);
  g_assert_cmpuint (log.snapshots->len, ==, 1);
  g_assert_true (log.snapshots->pdata[0] == second);
  g_assert_cmpint (second->stage, ==, GRAM_STAGE_SPECTRUM);
  analyse (fresh, "mixed:0.25,true,worst", TRUE, NULL);
  expected = gram_analyser_get_analysis (fresh);
  g_assert_cmpfloat (analysis_set (second, 1)->complexity, ==, analysis_set (first, 0)->complexity);
  for (guint s = 0; s < 3; s++)
    {
      assert_close (analysis_set (second, s)->complexity, analysis_set (expected, s)->complexity,
                    1e-10);
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

  analyse (analyser, "true,worst", FALSE, NULL);
  quick = gram_analyser_get_analysis (analyser);
  g_assert_cmpint (quick->stage, ==, GRAM_STAGE_KRYLOV);
  g_assert_null (quick->lambda);
  v = gram_analyser_eigenvector (analyser, 119, &error);
  g_assert_no_error (error);
  g_assert_null (gram_analyser_eigenvector (analyser, 3, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  analyse (analyser, "true,worst", TRUE, NULL);
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
  AnalysisLog log;
  double k = 1;

  if (folder == NULL)
    {
      g_test_skip ("GRAM_TEST_DATA is not set");
      return;
    }
  device = fixture_device ();
  problem = golden_problem (golden, folder);
  analyser = gram_analyser_new (device, problem, 1);
  analysis_log_init (&log);
  analyse (analyser, "true,random,worst", TRUE, &log);
  for (guint i = 1; i < log.snapshots->len; i++)
    {
      const GramAnalysis *analysis = log.snapshots->pdata[i];

      if (i >= 2)
        assert_close (analysis->lambda_max, golden->lambda_max, 1e-7);
      if (i >= 3)
        assert_close (analysis->lambda_min, golden->lambda_min, 1e-7);
      assert_close (analysis_set (analysis, 0)->complexity, golden->complexity, 1e-7);
      if (i >= 4)
        assert_close (gram_analysis_expected_complexity (analysis, 1), golden->random, 2e-6);
      k = 1;
      for (guint j = 0; j < 5 && i >= 2; j++, k *= 10)
        assert_close (gram_analysis_predict (analysis, 0, 1e-3, (gint64) k), golden->curve[j],
                      1e-7);
    }
  g_test_message ("%u nodes, quadrature error %.3g, trust %.3g %.3g",
                  analysis_set (log.snapshots->pdata[3], 0)->n_nodes,
                  ((GramAnalysis *) log.snapshots->pdata[3])->quadrature_error,
                  ((GramAnalysis *) log.snapshots->pdata[5])->eigen_residual,
                  ((GramAnalysis *) log.snapshots->pdata[5])->orthogonality);
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
  for (guint i = 0; i < G_N_ELEMENTS (goldens); i++)
    {
      g_autofree char *path = g_strdup_printf ("/analyser/golden/%s-%s", goldens[i].dataset,
                                               gram_preprocess_to_string (goldens[i].preprocess));

      g_test_add_data_func (path, &goldens[i], test_golden);
    }
  return g_test_run ();
}
