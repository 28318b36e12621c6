/* test-theory.c: conditions, bounds, label noise and mislabelled images, numbers 12, 13, 15 and
 * 19 to 23
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-conditions.h"
#include "gram-convergence-bound.h"
#include "gram-generalization-bound.h"
#include "gram-losses.h"
#include "gram-mislabel.h"
#include "gram-modes.h"
#include "gram-stable-step.h"
#include "gram-movement.h"
#include "gram-noise.h"
#include "gram-patterns.h"
#include "gram-philox.h"
#include "oracle.h"

/* ---------- numbers 12 and 13 ----------------------------------------------------------------- */

static const GramCondition *
find (GArray *conditions, const char *theorem, const char *symbol)
{
  for (guint i = 0; i < conditions->len; i++)
    {
      const GramCondition *c = &g_array_index (conditions, GramCondition, i);

      if (g_str_equal (c->theorem, theorem) && g_str_equal (c->symbol, symbol))
        return c;
    }
  g_error ("no condition on %s in %s", symbol, theorem);
}

/* Numbers chosen so that every power can be done by hand: n = 10, λ₀ = ½, κ = ½, δ = ½, ε = ¼. */
static void
test_conditions (void)
{
  GramConditionsInput input = { .n = 10,
                                .m = 1000,
                                .steps = 100,
                                .eta = 0.01,
                                .kappa = 0.5,
                                .lambda_min = 0.5,
                                .lambda_max = 4,
                                .delta = 0.5,
                                .epsilon = 0.25 };
  g_autoptr (GArray) conditions = gram_conditions_new (&input);
  const GramCondition *c;

  c = find (conditions, "Theorem 3.1", "m");
  assert_close (c->required, 1e6 * 16 * 4 * 8, 1e-14);
  g_assert_true (c->at_least && c->constant_hidden && !c->met);
  c = find (conditions, "Theorem 3.1", "η");
  assert_close (c->required, 0.005, 1e-14);
  g_assert_true (!c->at_least && c->constant_hidden && !c->met);
  c = find (conditions, "Theorem 4.1", "m");
  assert_close (c->required, 1e7 * 16 * 4 * 16 * 16, 1e-14);
  c = find (conditions, "Theorem 4.1", "κ");
  assert_close (c->required, 0.125 / sqrt (10), 1e-14);
  g_assert_false (c->met);
  c = find (conditions, "Theorem 5.1", "κ");
  assert_close (c->required, 0.025, 1e-14);
  c = find (conditions, "Theorem 5.1", "k");
  assert_close (c->required, log (20) / 0.005, 1e-14);
  g_assert_false (c->met);
  c = find (conditions, "Stability", "η");
  assert_close (c->required, 0.5, 1e-14);
  g_assert_true (c->met && c->strict && !c->constant_hidden);
  g_assert_true (find (conditions, "Theorem 3.1", "λ₀")->met);
  g_assert_true (find (conditions, "Equation 1", "κ")->met);
}

static void
test_conditions_at_the_edge (void)
{
  GramConditionsInput input = { .n = 10,
                                .m = 1000,
                                .eta = 0.5,
                                .kappa = 1,
                                .lambda_min = -1e-18,
                                .lambda_max = 4,
                                .delta = 0.1,
                                .epsilon = 0.1 };
  g_autoptr (GArray) conditions = gram_conditions_new (&input);

  g_assert_false (find (conditions, "Stability", "η")->met); /* η = 2/λ₁ is not stable */
  g_assert_false (find (conditions, "Theorem 3.1", "λ₀")->met);
  g_assert_true (isinf (find (conditions, "Theorem 3.1", "m")->required));
  g_assert_false (find (conditions, "Theorem 3.1", "m")->met);
}

/* ---------- number 5 -------------------------------------------------------------------------- */

/* The advised step leaves no mode growing and none changing its sign, whatever λ₁ is, and is as
 * large as two digits allow. */
static void
test_stable_step (void)
{
  static const double known[][2] = {
    { 303.129, 0.0032 }, { 10, 0.1 }, { 8, 0.12 }, { 0.5, 2 }, { 3e-7, 3.3e6 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      assert_close (gram_stable_step_limit (known[i][0]), 2 / known[i][0], 1e-15);
      assert_close (gram_stable_step_advised (known[i][0]), known[i][1], 1e-12);
    }
  for (double lambda = 1e-6; lambda < 1e7; lambda *= 1.37)
    {
      double factor = 1 - gram_stable_step_advised (lambda) * lambda;

      g_assert_cmpfloat (factor, >=, -1e-12);
      g_assert_cmpfloat (factor, <, 0.1);
    }
  g_assert_true (isnan (gram_stable_step_advised (NAN)));
  g_assert_true (isnan (gram_stable_step_advised (0)));
}

static void
test_convergence (void)
{
  const double step[] = { 0, 1, 2, 4, 5 };
  double residual[5] = { 10 }, eta = 0.1, lambda = 2;
  GramConvergenceCheck check;

  assert_close (gram_convergence_rate (eta, lambda), 0.9, 1e-15);
  /* Φ ~ residual², so exactly at the bound is √0.9 a step */
  for (int i = 1; i < 5; i++)
    residual[i] = 10 * pow (0.9, step[i] / 2);
  gram_convergence_check (5, step, residual, eta, lambda, &check);
  g_assert_cmpint (check.kept, ==, 4);
  g_assert_cmpfloat (check.first_violation, ==, -1);
  g_assert_cmpfloat (check.envelope_first, ==, -1);
  residual[3] *= 1.2; /* and the next step falls by more than it has to */
  gram_convergence_check (5, step, residual, eta, lambda, &check);
  g_assert_cmpint (check.pairs, ==, 4);
  g_assert_cmpint (check.kept, ==, 3);
  g_assert_cmpfloat (check.first_violation, ==, 4);
  g_assert_cmpfloat (check.envelope_first, ==, 4);
}

/* ---------- numbers 17, 19, 20 and 21 ----------------------------------------------------------
 */

static void
test_bounds (void)
{
  GramRademacher bound;
  double tail = log (2 / 0.1);

  assert_close (gram_generalization_bound (0, 100, 0.5, 0.1), sqrt (log (2000) / 100), 1e-14);
  assert_close (gram_generalization_bound (0.3, 100, 0.5, 0.1), 0.3 + sqrt (log (2000) / 100),
                1e-14);
  gram_rademacher (100, 10000, 5, 0.01, 0.5, 0.1, 0.02, &bound);
  assert_close (bound.distance, 5 / sqrt (200) * (1 + sqrt (sqrt (2 * tail / 10000))), 1e-14);
  assert_close (bound.patterns, 2 * 1e-4 * 100 / 0.5, 1e-14);
  assert_close (bound.deviation, 0.01 * sqrt (2 * tail), 1e-14);
  assert_close (bound.rademacher, bound.distance + bound.patterns + bound.deviation, 1e-15);
  assert_close (bound.test_loss, 0.02 + 2 * bound.rademacher + 3 * sqrt (tail / 200), 1e-14);
  assert_close (gram_movement_limit (49), 7, 1e-15);
  assert_close (gram_movement_neuron_bound (100, 10000, 3, 0.5), 4 * 10 * 3 / (100 * 0.5), 1e-14);
  assert_close (gram_patterns_gram_bound (10, 400, 0.5, 0.5, 0.25), 1000 / (20 * 0.25 * 0.125),
                1e-14);
  assert_close (gram_patterns_features_bound (10, 10000, 0.5, 0.5, 0.25),
                10 / sqrt (100 * 0.5 * 0.5 * 0.125), 1e-14);
  assert_close (gram_patterns_features_distance (200, 0.02), 2, 1e-14);
}

/* Lemma 5.4's first term against the Rademacher complexity of the linearised class, by sampling:
 * (B/n)·E‖Z(0)ε‖ ≤ B/√(2n) up to the deviation of ‖Z(0)‖_F. */
static void
test_rademacher_by_sampling (void)
{
  enum
  {
    N = 40,
    M = 500,
    DRAWS = 400
  };
  g_autoptr (GramProblem) problem = fixture_problem (N, 0, 10, 0.3, 2);
  g_autofree double *W = g_new (double, 10 * M);
  GramRademacher bound;
  double mean = 0;

  gram_philox_normal (1, GRAM_STREAM_WEIGHTS, 0, 0, 10 * M, W);
  for (int draw = 0; draw < DRAWS; draw++)
    {
      double squares = 0;

      for (int r = 0; r < M; r++)
        {
          double v[10] = { 0 };

          for (int i = 0; i < N; i++)
            {
              const double *x = problem->X + 10 * i;
              double s = 0, e = gram_philox_sign (2, GRAM_STREAM_PROBE, 0, draw * N + i);

              for (int j = 0; j < 10; j++)
                s += W[10 * r + j] * x[j];
              for (int j = 0; j < 10 && s >= 0; j++)
                v[j] += e * x[j];
            }
          for (int j = 0; j < 10; j++)
            squares += v[j] * v[j] / M;
        }
      mean += sqrt (squares) / DRAWS;
    }
  gram_rademacher (N, M, 3, 0, 1, 0.05, 0, &bound);
  g_assert_cmpfloat (3 * mean / N, <=, bound.distance);
  g_assert_cmpfloat (3 * mean / N, >=, 0.5 * bound.distance); /* and it is not idle */
}

/* D.4: between the 0-1 loss and the l1 loss, 1-Lipschitz. */
static void
test_losses (void)
{
  for (double u = -2.5; u < 2.5; u += 0.05)
    for (double y = -1; y <= 1; y += 2)
      {
        double next = u + 0.01, ramp = gram_loss_ramp (1, &y, &u);

        g_assert_cmpfloat (ramp, >=, gram_loss_zero_one (1, &y, &u));
        g_assert_cmpfloat (ramp, <=, gram_loss_l1 (1, &y, &u) + 1e-15);
        g_assert_cmpfloat (fabs (gram_loss_ramp (1, &y, &next) - ramp), <=, 0.01 + 1e-12);
        g_assert_cmpfloat (gram_loss_ramp (1, &y, &y), ==, 0);
      }
}

static void
test_bands (void)
{
  gint64 first[13];
  double energy[100];

  for (gint64 n = 1; n <= 100; n++)
    for (guint bands = 1; bands <= 12; bands++)
      {
        guint count = gram_modes_bands (n, bands, first);

        g_assert_cmpuint (count, <=, MIN (bands, (guint) n));
        g_assert_cmpint (first[0], ==, 0);
        g_assert_cmpint (first[count], ==, n);
        for (guint b = 0; b < count; b++)
          g_assert_cmpint (first[b], <, first[b + 1]);
      }
  for (int i = 0; i < 100; i++)
    energy[i] = 4;
  assert_close (gram_modes_band_norm (energy, 10, 35), 10, 1e-15);
}

/* Windows by hand: i, but 3 to 5 for i = 4 and 5 to 7, cut off, for i = 6. What is small after
 * something large keeps its digits. */
static void
test_heights (void)
{
  double p[6] = { 1e9, -3, 4, 0, 1e-9, -2e-9 }, rms[6], share[3];

  gram_modes_running_rms (p, 6, rms);
  assert_close (rms[0], 1e9, 1e-15);
  assert_close (rms[1], 3, 1e-15);
  assert_close (rms[2], 4, 1e-15);
  assert_close (rms[3], sqrt ((16 + 0 + 1e-18) / 3), 1e-15);
  assert_close (rms[4], sqrt ((0 + 1e-18 + 4e-18) / 3), 1e-12);
  assert_close (rms[5], sqrt (5e-18 / 2), 1e-12);
  gram_modes_cumulative_share (p + 1, 3, 5, share);
  assert_close (share[0], 0.36, 1e-15);
  assert_close (share[1], 1, 1e-15);
  assert_close (share[2], 1, 1e-15);
}

/* ---------- number 22 ------------------------------------------------------------------------- */

/* Against the sum over all 2⁷ labellings and all ways to choose q. */
static void
test_noise (void)
{
  g_autoptr (GramProblem) problem = fixture_problem (7, 0, 5, 0.4, 9);
  g_autoptr (Oracle) oracle = NULL;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  for (int q = 0; q <= 7; q++)
    {
      double rho = q / 7.0, form, trace;
      JsonObject *answer;

      g_clear_pointer (&oracle, oracle_free);
      oracle = oracle_new ();
      oracle_array (oracle, "X", 5, 7, problem->X);
      oracle_array (oracle, "y", 7, 1, problem->y);
      oracle_number (oracle, "rho", rho);
      oracle_number (oracle, "q", q);
      answer = oracle_ask (oracle, "noise");
      form = json_object_get_double_member (answer, "form");
      trace = json_object_get_double_member (answer, "trace");
      assert_close (gram_noise_expected_form (form, trace, rho),
                    json_object_get_double_member (answer, "bernoulli"), 1e-10);
      assert_close (gram_noise_expected_form_exact (form, trace, 7, q),
                    json_object_get_double_member (answer, "exact"), 1e-10);
    }
  assert_close (gram_noise_expected_form (3, INFINITY, 0), 3, 0);
  g_assert_true (isinf (gram_noise_expected_form (INFINITY, INFINITY, 0.5)));
  assert_close (gram_noise_expected_form_exact (2, 5, 1, 1), 5, 0);
}

/* ---------- number 23 ------------------------------------------------------------------------- */

static void
factor (GramDevice *device, const GramProblem *problem, GramSystem **system, double *diagonal)
{
  GramSamples samples = { .n = problem->n, .d = problem->d, .X = problem->X, .ldx = problem->d };
  g_autoptr (GError) error = NULL;

  *system = gram_system_new (device, &samples, NULL, &error);
  g_assert_no_error (error);
  gram_system_factor (*system, NULL, &error);
  gram_system_inverse_diagonal (*system, diagonal, NULL, &error);
  g_assert_no_error (error);
}

/* Against labels flipped and samples left out one by one. */
static void
test_mislabel (void)
{
  gint64 n = 60;
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (n, 0, 8, 0.4, 12);
  g_autofree double *diagonal = g_new (double, n);
  g_autoptr (GramSystem) system = NULL;
  g_autoptr (GramMislabel) mislabel = NULL;
  g_autoptr (Oracle) oracle = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *answer;

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  factor (device, problem, &system, diagonal);
  mislabel = gram_mislabel_new (system, diagonal, problem->y, NULL, &error);
  g_assert_no_error (error);
  oracle = oracle_new ();
  oracle_array (oracle, "X", 8, n, problem->X);
  oracle_array (oracle, "y", n, 1, problem->y);
  answer = oracle_ask (oracle, "mislabel");
  for (gint64 i = 0; i < n; i++)
    {
      assert_near (mislabel->change[i], oracle_at (answer, "change", i), 1e-8);
      assert_near (mislabel->margin[i], oracle_at (answer, "margin", i), 1e-8);
      if (i > 0)
        g_assert_cmpfloat (mislabel->change[mislabel->order[i]], >=,
                           mislabel->change[mislabel->order[i - 1]]);
    }
}

/* Planted flips come to the top of the ranking, far above chance. */
static void
test_planted (void)
{
  gint64 n = 400, flips = 20;
  g_autoptr (GramDevice) device = fixture_device ();
  g_autoptr (GramProblem) problem = fixture_problem (n, 0, 6, 0.2, 13);
  g_autofree double *diagonal = g_new (double, n);
  g_autofree double *recall = g_new (double, n);
  g_autofree double *y = g_memdup2 (problem->y, n * sizeof (double));
  g_autofree gint64 *planted = gram_mislabel_plant (n, flips, 5, y);
  g_autoptr (GramSystem) system = NULL;
  g_autoptr (GramMislabel) mislabel = NULL;
  g_autoptr (GError) error = NULL;
  gint64 differ = 0;

  for (gint64 i = 0; i < n; i++)
    differ += y[i] != problem->y[i];
  g_assert_cmpint (differ, ==, flips);
  for (gint64 i = 0; i < flips; i++)
    g_assert_cmpfloat (y[planted[i]], ==, -problem->y[planted[i]]);
  factor (device, problem, &system, diagonal);
  mislabel = gram_mislabel_new (system, diagonal, y, NULL, &error);
  g_assert_no_error (error);
  gram_mislabel_recall (mislabel, planted, flips, recall);
  g_assert_cmpfloat (recall[n - 1], ==, 1);
  for (gint64 i = 1; i < n; i++)
    g_assert_cmpfloat (recall[i], >=, recall[i - 1]);
  g_assert_cmpfloat (recall[2 * flips - 1], >, 0.6); /* by chance: 0.1 */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/theory/conditions", test_conditions);
  g_test_add_func ("/theory/conditions-at-the-edge", test_conditions_at_the_edge);
  g_test_add_func ("/theory/stable-step", test_stable_step);
  g_test_add_func ("/theory/convergence", test_convergence);
  g_test_add_func ("/theory/bounds", test_bounds);
  g_test_add_func ("/theory/rademacher-by-sampling", test_rademacher_by_sampling);
  g_test_add_func ("/theory/losses", test_losses);
  g_test_add_func ("/theory/bands", test_bands);
  g_test_add_func ("/theory/modes/heights", test_heights);
  g_test_add_func ("/theory/noise", test_noise);
  g_test_add_func ("/theory/mislabel", test_mislabel);
  g_test_add_func ("/theory/planted", test_planted);
  return g_test_run ();
}
