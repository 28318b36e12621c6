/* test-network.c: what is measured of a real net, numbers 14, 17, 18, 20 and 24
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "gram-analyser.h"
#include "gram-convergence-bound.h"
#include "gram-dense.h"
#include "gram-generalization-bound.h"
#include "gram-modes.h"
#include "gram-movement.h"
#include "gram-patterns.h"
#include "gram-samples.h"
#include "gram-test-prediction.h"
#include "net-fixture.h"
#include "oracle.h"

static const double *
projection (const Net *net)
{
  return ((GramLabelAnalysis *) net->analysis->labels->pdata[0])->projection;
}

/* ---------- numbers 17, 18 and 20 ------------------------------------------------------------ */

static gboolean
is_on (const Net *net, const guint8 *bits, gint64 r, gint64 i)
{
  return (bits[r * ((net->n + 7) / 8) + i / 8] >> (i % 8)) & 1;
}

/* Number 18, H(k)_ij = (K_ij/m)·Σ_r 1_{r,i}1_{r,j}, from the bits of the pattern. */
static double
counted_gram (const Net *net, const guint8 *bits, gint64 i, gint64 j)
{
  const double *X = net->problem->X;
  double K = 0;
  gint64 both = 0;

  for (gint64 k = 0; k < net->d; k++)
    K += X[i * net->d + k] * X[j * net->d + k];
  for (gint64 r = 0; r < net->m; r++)
    both += is_on (net, bits, r, i) && is_on (net, bits, r, j);
  return K * (double) both / (double) net->m;
}

static void
check_features (const Net *net, const guint8 *bits0, const guint8 *bits, const double *H0,
                const double *H, double flipped)
{
  g_autoptr (Oracle) oracle = oracle_new ();
  g_autofree double *signs = g_new (double, net->m);
  g_autofree double *limit = g_new (double, net->n * net->n);
  double n = (double) net->n;
  gint64 flips = 0;
  g_autoptr (GError) error = NULL;
  JsonObject *answer;

  for (gint64 r = 0; r < net->m; r++)
    signs[r] = net->a[r];
  for (gint64 r = 0; r < net->m; r++)
    for (gint64 i = 0; i < net->n; i++)
      flips += is_on (net, bits0, r, i) != is_on (net, bits, r, i);
  oracle_array (oracle, "X", net->d, net->n, net->problem->X);
  oracle_array (oracle, "a", net->m, 1, signs);
  oracle_array (oracle, "W0", net->d, net->m, net->W0);
  oracle_array (oracle, "W1", net->d, net->m, net->W);
  answer = oracle_ask (oracle, "features");
  assert_close (flipped, (double) flips / (net->n * net->m), 1e-12);
  assert_near (flipped, json_object_get_double_member (answer, "flipped"), 1.5 / (net->n * net->m));
  assert_close (gram_patterns_features_distance (net->n, flipped),
                json_object_get_double_member (answer, "Z"), 1e-3);
  for (gint64 i = 0; i < net->n * net->n; i++)
    {
      assert_near (counted_gram (net, bits, i % net->n, i / net->n), H[i], 1e-7);
      assert_near (H[i], oracle_at (answer, "H1", i), 1.5 / net->m);
    }
  assert_close (gram_dense_distance (net->n, H, net->n, H0, net->n),
                json_object_get_double_member (answer, "H"), 1e-2);
  gram_system_download (gram_analyser_get_system (net->analyser), limit, net->n, &error);
  g_assert_no_error (error);
  assert_close (gram_dense_distance (net->n, H0, net->n, limit, net->n),
                json_object_get_double_member (answer, "initial"), 1e-3);
  /* Lemma C.3 holds with room; at δ = 0.1 a failure of this seed would be a bug */
  g_assert_cmpfloat (gram_dense_distance (net->n, H0, net->n, limit, net->n), <,
                     n * sqrt (log (2 * n * n / 0.1) / (2 * net->m)));
}

static void
test_patterns (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bits0 = NULL, *bits = NULL;
  g_autofree double *H0 = NULL, *H = NULL, *mode = NULL, *energy = NULL, *along = NULL;
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
  gram_trainer_step (net.trainer, 200, residuals, NULL, &error);
  gram_trainer_pattern (net.trainer, 0, bits, &error);
  gram_trainer_gram (net.trainer, 0, H, net.n, &error);
  g_assert_no_error (error);
  for (int k = 0; k < 200; k++)
    net_step (&net);
  now = net_observe (&net, GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED, NULL);
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
  along = g_new (double, net.n);
  gram_system_project (gram_analyser_get_system (net.analyser), 1, net.u, net.n, along, net.n, NULL,
                       &error);
  g_assert_no_error (error);
  gram_modes_measure (net.n, projection (&net), along, mode);
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
  curve[0] = net_observe (&net, GRAM_OBSERVE_RESIDUAL, NULL).residual;
  gram_trainer_step (net.trainer, 300, residuals, NULL, &error);
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
  gram_test_prediction_at (prediction, projection (&net), net.eta, 1, &steps[300], f, NULL, &error);
  g_assert_no_error (error);
  for (gint64 i = 0; i < net.n_test; i++)
    {
      off += (f[i] - f_test[i]) * (f[i] - f_test[i]);
      size += f_test[i] * f_test[i];
    }
  g_assert_cmpfloat (sqrt (off / size), <, 0.03);
  /* number 20 */
  assert_close (now.distance, gram_analysis_predict_distance (net.analysis, 0, net.eta, 300), 0.02);
  g_assert_cmpfloat (now.distance, <,
                     gram_movement_limit (net.analysis->quadratic_form_true) * 1.02);
  net_clear (&net);
}

/* ---------- number 24 ------------------------------------------------------------------------ */

#define COUNT 150 /* steps, more than are computed together */

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
  double step[COUNT + 1];

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
  f = g_new (double, net.n_test *(COUNT + 1));
  for (int k = 0; k < COUNT; k++)
    step[k] = k;
  step[COUNT] = INFINITY;
  gram_test_prediction_at (prediction, projection (&net), net.eta, COUNT + 1, step, f, NULL,
                           &error);
  g_assert_no_error (error);
  for (guint k = 0; k < COUNT; k++)
    {
      JsonArray *expected =
          json_array_get_array_element (json_object_get_array_member (answer, "f"), k);

      for (gint64 i = 0; i < net.n_test; i++)
        assert_near (f[k * net.n_test + i], json_array_get_double_element (expected, i), 1e-11);
    }
  for (gint64 i = 0; i < net.n_test; i++)
    assert_near (f[COUNT * net.n_test + i], oracle_at (answer, "limit", i), 1e-8);
  net_clear (&net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/patterns", test_patterns);
  g_test_add_func ("/network/wide", test_wide);
  g_test_add_func ("/network/test-prediction", test_test_prediction);
  return g_test_run ();
}
