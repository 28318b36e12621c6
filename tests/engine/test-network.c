/* test-network.c: what is measured of a real net, numbers 14, 16 to 18, 20 and 24
 *
 * SPDX-License-Identifier: MIT
 *
 * A small net is trained by the backend and once more here in float64 from the same W(0).
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-analyser.h"
#include "gram-convergence-bound.h"
#include "gram-error-budget.h"
#include "gram-generalization-bound.h"
#include "gram-modes.h"
#include "gram-movement.h"
#include "gram-patterns.h"
#include "gram-samples.h"
#include "gram-test-prediction.h"
#include "oracle.h"

typedef struct
{
  gint64 n, d, m, n_test;
  double eta, kappa;
  GramInit init;
  GramDevice *device;
  GramProblem *problem;
  GramAnalyser *analyser;
  GramAnalysis *analysis;
  GramTrainer *trainer;
  double *W, *W0; /* (d × m) float64 net */
  float *a;       /* (m) */
  double *u;      /* (n) its predictions */
} Net;

static void
replay_predict (const Net *net, const double *X, gint64 count, double *u)
{
  memset (u, 0, count * sizeof (double));
  for (gint64 r = 0; r < net->m; r++)
    for (gint64 i = 0; i < count; i++)
      {
        double s = 0;

        for (gint64 j = 0; j < net->d; j++)
          s += net->W[r * net->d + j] * X[i * net->d + j];
        u[i] += net->a[r] * fmax (s, 0) / sqrt (net->m);
      }
}

/* One step of Eq 5, literally. */
static void
replay_step (Net *net)
{
  const double *X = net->problem->X;
  g_autofree double *residual = g_new (double, net->n);

  for (gint64 i = 0; i < net->n; i++)
    residual[i] = net->u[i] - net->problem->y[i];
  for (gint64 r = 0; r < net->m; r++)
    {
      double *w = net->W + r * net->d;
      g_autofree double *gradient = g_new0 (double, net->d);

      for (gint64 i = 0; i < net->n; i++)
        {
          double s = 0;

          for (gint64 j = 0; j < net->d; j++)
            s += w[j] * X[i * net->d + j];
          for (gint64 j = 0; j < net->d && s >= 0; j++)
            gradient[j] += residual[i] * X[i * net->d + j];
        }
      for (gint64 j = 0; j < net->d; j++)
        w[j] -= net->eta * net->a[r] / sqrt (net->m) * gradient[j];
    }
  replay_predict (net, X, net->n, net->u);
}

static void
net_init (Net *net, gint64 n, gint64 m, double kappa, GramInit init)
{
  g_autoptr (GArray) labels = fixture_labels ("true");
  g_autoptr (GError) error = NULL;
  GramTrainerSpec spec = { 0 };
  g_autofree float *W = NULL;

  *net = (Net){ .n = n, .d = 12, .m = m, .n_test = 30, .eta = 0.05, .kappa = kappa, .init = init };
  net->device = fixture_device ();
  net->problem = fixture_problem (n, net->n_test, net->d, 0.6, 11);
  net->analyser = gram_analyser_new (net->device, net->problem, 11);
  gram_analyser_run (net->analyser, labels, TRUE, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  net->analysis = gram_analyser_get_analysis (net->analyser);
  gram_samples_of_problem (net->problem, &spec.train, &spec.test);
  spec.m = m;
  spec.n_sets = 1;
  spec.Y = net->problem->y;
  spec.eta = net->eta;
  spec.kappa = kappa;
  spec.init = init;
  spec.seed = 11;
  net->trainer = gram_trainer_new (net->device, &spec, NULL, &error);
  g_assert_no_error (error);
  W = g_new (float, net->d *m);
  net->a = g_new (float, m);
  gram_network_weights (&spec, 0, m, W, net->d);
  gram_network_signs (&spec, net->a);
  net->W = g_new (double, net->d *m);
  for (gint64 i = 0; i < net->d * m; i++)
    net->W[i] = W[i];
  net->W0 = g_memdup2 (net->W, net->d * m * sizeof (double));
  net->u = g_new (double, n);
  replay_predict (net, net->problem->X, n, net->u);
}

static void
net_clear (Net *net)
{
  gram_trainer_free (net->trainer);
  gram_analysis_unref (net->analysis);
  gram_analyser_free (net->analyser);
  gram_problem_unref (net->problem);
  gram_device_unref (net->device);
  g_free (net->W);
  g_free (net->W0);
  g_free (net->a);
  g_free (net->u);
}

static GramObservation
observe (const Net *net, GramObserveFlags flags, double *u)
{
  GramObservation now = { .u = u };
  g_autoptr (GError) error = NULL;

  gram_trainer_observe (net->trainer, 0, flags, &now, &error);
  g_assert_no_error (error);
  return now;
}

static const double *
projection (const Net *net)
{
  return ((GramLabelAnalysis *) net->analysis->labels->pdata[0])->projection;
}

/* ---------- number 16 ------------------------------------------------------------------------ */

#define BUDGET_STEPS 60

/* The three terms sum to the residual to 1e-5, whether ζ is summed up or u is just looked at. */
static void
test_budget (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramErrorBudget) budget = NULL;
  g_autoptr (Oracle) oracle = NULL;
  g_autofree float *history = NULL;
  g_autofree double *U = NULL;
  GramErrorBudgetRow rows[BUDGET_STEPS], row;
  double residuals[BUDGET_STEPS];

  net_init (&net, 40, 200, 0.1, GRAM_INIT_IID);
  U = g_new (double, net.n *(BUDGET_STEPS + 1));
  history = g_new (float, net.n *BUDGET_STEPS);
  observe (&net, GRAM_OBSERVE_RESIDUAL, U);
  budget = gram_error_budget_new (gram_analyser_get_system (net.analyser), net.analysis->lambda,
                                  net.problem->y, U, net.eta, &error);
  g_assert_no_error (error);
  gram_trainer_step (net.trainer, BUDGET_STEPS, residuals, history, NULL, &error);
  for (gint64 i = 0; i < net.n * BUDGET_STEPS; i++)
    U[net.n + i] = history[i];
  /* in two pieces, as a run delivers it */
  gram_error_budget_push (budget, 25, U + net.n, net.n, rows, &error);
  gram_error_budget_push (budget, BUDGET_STEPS - 25, U + 26 * net.n, net.n, rows + 25, &error);
  g_assert_no_error (error);
  for (int k = 1; k <= BUDGET_STEPS; k++)
    {
      g_assert_cmpint (rows[k - 1].step, ==, k);
      g_assert_cmpfloat (rows[k - 1].mismatch, <, 1e-5);
      assert_close (rows[k - 1].residual, residuals[k - 1], 1e-5);
      assert_close (rows[k - 1].labels, gram_analysis_predict (net.analysis, 0, net.eta, k), 1e-12);
      gram_error_budget_at (budget, k, U + k * net.n, &row, &error);
      assert_close (row.perturbation, rows[k - 1].perturbation, 1e-6);
      g_assert_true (isnan (row.zeta));
      g_assert_cmpfloat (fabs (rows[k - 1].residual - rows[k - 1].labels), <=,
                         rows[k - 1].initial + rows[k - 1].perturbation + 1e-12);
    }
  g_assert_cmpfloat (rows[BUDGET_STEPS - 1].perturbation, >, 1e-3);
  if (oracle_available ())
    {
      JsonObject *answer;

      oracle = oracle_new ();
      oracle_array (oracle, "X", net.d, net.n, net.problem->X);
      oracle_array (oracle, "y", net.n, 1, net.problem->y);
      oracle_array (oracle, "U", net.n, BUDGET_STEPS + 1, U);
      oracle_number (oracle, "eta", net.eta);
      answer = oracle_ask (oracle, "budget");
      for (int k = 0; k < BUDGET_STEPS; k++)
        {
          JsonObject *expected = oracle_object_at (answer, "rows", k);

          assert_close (rows[k].labels, json_object_get_double_member (expected, "labels"), 1e-9);
          assert_close (rows[k].initial, json_object_get_double_member (expected, "initial"), 1e-9);
          assert_close (rows[k].perturbation,
                        json_object_get_double_member (expected, "perturbation"), 1e-9);
          assert_close (rows[k].zeta, json_object_get_double_member (expected, "zeta"), 1e-9);
        }
    }
  net_clear (&net);
}

/* ---------- numbers 17, 18 and 20 ------------------------------------------------------------ */

static void
check_features (const Net *net, const guint8 *bits0, const guint8 *bits, const double *H0,
                const double *H, double flipped)
{
  g_autoptr (Oracle) oracle = oracle_new ();
  g_autofree double *signs = g_new (double, net->m);
  g_autofree double *K = g_new0 (double, net->n * net->n);
  g_autofree double *counted = g_new (double, net->n * net->n);
  g_autofree double *limit = g_new (double, net->n * net->n);
  g_autofree gint64 *by_sample = g_new (gint64, net->n);
  gint64 flips = gram_patterns_flips (net->n, net->m, bits0, bits), sum = 0;
  g_autoptr (GError) error = NULL;
  JsonObject *answer;

  for (gint64 r = 0; r < net->m; r++)
    signs[r] = net->a[r];
  for (gint64 i = 0; i < net->n; i++)
    for (gint64 j = 0; j < net->n; j++)
      for (gint64 k = 0; k < net->d; k++)
        K[i * net->n + j] += net->problem->X[i * net->d + k] * net->problem->X[j * net->d + k];
  oracle_array (oracle, "X", net->d, net->n, net->problem->X);
  oracle_array (oracle, "a", net->m, 1, signs);
  oracle_array (oracle, "W0", net->d, net->m, net->W0);
  oracle_array (oracle, "W1", net->d, net->m, net->W);
  answer = oracle_ask (oracle, "features");
  gram_patterns_flips_by_sample (net->n, net->m, bits0, bits, by_sample);
  for (gint64 i = 0; i < net->n; i++)
    sum += by_sample[i];
  g_assert_cmpint (sum, ==, flips);
  assert_close (flipped, (double) flips / (net->n * net->m), 1e-12);
  assert_near (flipped, json_object_get_double_member (answer, "flipped"), 1.5 / (net->n * net->m));
  assert_close (gram_patterns_features_distance (net->n, flipped),
                json_object_get_double_member (answer, "Z"), 1e-3);
  gram_patterns_gram (net->n, net->m, bits, K, net->n, counted, net->n, &error);
  for (gint64 i = 0; i < net->n * net->n; i++)
    {
      assert_near (counted[i], H[i], 1e-7);
      assert_near (H[i], oracle_at (answer, "H1", i), 1.5 / net->m);
    }
  assert_close (gram_patterns_distance (net->n, H, net->n, H0, net->n),
                json_object_get_double_member (answer, "H"), 1e-2);
  gram_system_download (gram_analyser_get_system (net->analyser), limit, net->n, &error);
  g_assert_no_error (error);
  assert_close (gram_patterns_distance (net->n, H0, net->n, limit, net->n),
                json_object_get_double_member (answer, "initial"), 1e-3);
  /* Lemma C.3 holds with room; at δ = 0.1 a failure of this seed would be a bug */
  g_assert_cmpfloat (gram_patterns_distance (net->n, H0, net->n, limit, net->n), <,
                     gram_patterns_initial_bound (net->n, net->m, 0.1));
}

static void
test_patterns (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bits0 = NULL, *bits = NULL;
  g_autofree double *H0 = NULL, *H = NULL, *mode = NULL, *energy = NULL;
  double residuals[200], distance = 0, distance_max = 0;
  GramObservation now;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  net_init (&net, 37, 150, 0.05, GRAM_INIT_IID);
  bits0 = g_new (guint8, net.m * 5);
  bits = g_new (guint8, net.m * 5);
  H0 = g_new (double, net.n *net.n);
  H = g_new (double, net.n *net.n);
  gram_trainer_pattern (net.trainer, 0, bits0, &error);
  gram_trainer_gram (net.trainer, 0, H0, net.n, &error);
  gram_trainer_step (net.trainer, 200, residuals, NULL, NULL, &error);
  gram_trainer_pattern (net.trainer, 0, bits, &error);
  gram_trainer_gram (net.trainer, 0, H, net.n, &error);
  g_assert_no_error (error);
  for (int k = 0; k < 200; k++)
    replay_step (&net);
  now = observe (&net, GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED, NULL);
  check_features (&net, bits0, bits, H0, H, now.flipped);
  /* distances against the float64 net */
  for (gint64 r = 0; r < net.m; r++)
    {
      double squares = 0;

      for (gint64 j = r * net.d; j < (r + 1) * net.d; j++)
        squares += (net.W[j] - net.W0[j]) * (net.W[j] - net.W0[j]);
      distance += squares;
      distance_max = MAX (distance_max, sqrt (squares));
    }
  assert_close (now.distance, sqrt (distance), 1e-4);
  assert_close (now.distance_max, distance_max, 1e-4);
  /* Lemma C.1 */
  g_assert_cmpfloat (now.distance_max, <,
                     gram_movement_neuron_bound (net.n, net.m, 1.2 * sqrt (net.n),
                                                 net.analysis->lambda_min));
  /* number 14: the modes are a rotation of the residual */
  mode = g_new (double, net.n);
  gram_modes_measure (gram_analyser_get_system (net.analyser), net.problem->y, net.u, mode, &error);
  distance = 0;
  for (gint64 i = 0; i < net.n; i++)
    distance += mode[i] * mode[i];
  assert_close (sqrt (distance), residuals[199], 1e-4);
  energy = g_new (double, net.n);
  gram_modes_predict (net.n, net.analysis->lambda, projection (&net), net.eta, 200, energy);
  assert_close (gram_modes_band_norm (energy, 0, net.n),
                gram_analysis_predict (net.analysis, 0, net.eta, 200), 1e-12);
  net_clear (&net);
}

/* A wide net with u(0) = 0 walks as the linear theory says, in training and in test. */
static void
test_wide (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramTestPrediction) prediction = NULL;
  g_autofree double *f = NULL, *f_test = NULL;
  GramSamples train, test;
  GramObservation now = { 0 };
  GramConvergenceCheck check;
  double residuals[300], steps[301], curve[301], off = 0, size = 0;

  net_init (&net, 30, 20000, 1, GRAM_INIT_ANTISYMMETRIC);
  curve[0] = observe (&net, GRAM_OBSERVE_RESIDUAL, NULL).residual;
  gram_trainer_step (net.trainer, 300, residuals, NULL, NULL, &error);
  g_assert_no_error (error);
  for (int k = 1; k <= 300; k++)
    {
      curve[k] = residuals[k - 1];
      assert_near (curve[k], gram_analysis_predict (net.analysis, 0, net.eta, k), 0.005 * curve[0]);
    }
  for (int k = 0; k <= 300; k++)
    steps[k] = k;
  /* number 12: the linear rate, step by step */
  gram_convergence_check (301, steps, curve, net.eta, net.analysis->lambda_min, &check);
  g_assert_cmpint (check.pairs, ==, 300);
  g_assert_cmpint (check.kept, ==, 300);
  g_assert_cmpfloat (check.envelope_first, ==, -1);
  gram_samples_of_problem (net.problem, &train, &test);
  prediction = gram_test_prediction_new (gram_analyser_get_system (net.analyser),
                                         net.analysis->lambda, &train, &test, NULL, &error);
  g_assert_no_error (error);
  f = g_new (double, net.n_test);
  f_test = g_new (double, net.n_test);
  now.u_test = f_test;
  gram_trainer_observe (net.trainer, 0, GRAM_OBSERVE_TEST | GRAM_OBSERVE_DISTANCE, &now, &error);
  gram_test_prediction_at (prediction, projection (&net), net.eta, 300, f);
  for (gint64 i = 0; i < net.n_test; i++)
    {
      off += (f[i] - f_test[i]) * (f[i] - f_test[i]);
      size += f_test[i] * f_test[i];
    }
  g_assert_cmpfloat (sqrt (off / size), <, 0.03);
  /* number 20 */
  assert_close (now.distance, gram_analysis_predict_distance (net.analysis, 0, net.eta, 300), 0.02);
  assert_close (gram_movement_predict (net.n, net.analysis->lambda, projection (&net), net.eta,
                                       300),
                gram_analysis_predict_distance (net.analysis, 0, net.eta, 300), 1e-12);
  g_assert_cmpfloat (now.distance, <,
                     gram_movement_limit (net.analysis->quadratic_form_true) * 1.02);
  net_clear (&net);
}

/* ---------- number 24 ------------------------------------------------------------------------ */

static void
test_test_prediction (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramTestPrediction) prediction = NULL;
  g_autoptr (Oracle) oracle = NULL;
  g_autofree double *f = NULL;
  GramSamples train, test;
  JsonObject *answer;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  net_init (&net, 50, 64, 1, GRAM_INIT_IID);
  gram_samples_of_problem (net.problem, &train, &test);
  prediction = gram_test_prediction_new (gram_analyser_get_system (net.analyser),
                                         net.analysis->lambda, &train, &test, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gram_test_prediction_get_count (prediction), ==, net.n_test);
  oracle = oracle_new ();
  oracle_array (oracle, "X", net.d, net.n, net.problem->X);
  oracle_array (oracle, "Z", net.d, net.n_test, net.problem->X_test);
  oracle_array (oracle, "y", net.n, 1, net.problem->y);
  oracle_number (oracle, "eta", net.eta);
  oracle_number (oracle, "steps", 200);
  answer = oracle_ask (oracle, "test_prediction");
  f = g_new (double, net.n_test);
  for (gint64 k = 0; k <= 200; k += 20)
    {
      JsonArray *expected =
          json_array_get_array_element (json_object_get_array_member (answer, "f"), k);

      gram_test_prediction_at (prediction, projection (&net), net.eta, k, f);
      for (gint64 i = 0; i < net.n_test; i++)
        assert_near (f[i], json_array_get_double_element (expected, i), 1e-11);
    }
  gram_test_prediction_limit (prediction, projection (&net), f);
  for (gint64 i = 0; i < net.n_test; i++)
    assert_near (f[i], oracle_at (answer, "limit", i), 1e-8);
  net_clear (&net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/budget", test_budget);
  g_test_add_func ("/network/patterns", test_patterns);
  g_test_add_func ("/network/wide", test_wide);
  g_test_add_func ("/network/test-prediction", test_test_prediction);
  return g_test_run ();
}
