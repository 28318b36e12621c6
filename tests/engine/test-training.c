/* test-training.c: the training driver against a plain float64 replay, and its faults
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "../limit.h"
#include "gram-error.h"
#include "gram-fixture.h"
#include "gram-losses.h"
#include "gram-training-private.h"
#include "replay.h"

#define N REPLAY_N
#define N_TEST 16
#define M REPLAY_M

/* ---------- helpers --------------------------------------------------------------------------- */

static GramSettings *
small_settings (void)
{
  GramSettings *settings = gram_settings_new ();

  settings->m = M;
  settings->eta = 0.01;
  settings->kappa = 0.1;
  settings->problem.seed = 5;
  return settings;
}

static GramTraining *
make (const char *device, GramProblem *problem, const char *labels, const GramSettings *settings)
{
  GError *error = NULL;
  g_autoptr (GramDevice) opened = gram_device_open (device, NULL, &error);
  g_autoptr (GPtrArray) sets = gram_fixture_labels (problem, labels, settings->problem.seed);
  GramTraining *training;

  g_assert_no_error (error);
  training = gram_training_new (opened, problem, sets, settings, NULL, &error);
  g_assert_no_error (error);
  return training;
}

static void
advance (GramTraining *training, gint64 steps)
{
  GError *error = NULL;
  gint64 goal = gram_training_get_step (training) + steps;

  limit_begin (60, "the steps of the training");
  while (gram_training_get_step (training) < goal
         && gram_training_get_stopped (training) == GRAM_STOPPED_NOT)
    {
      gram_training_advance (training, goal - gram_training_get_step (training), 10, NULL, &error);
      g_assert_no_error (error);
    }
  limit_end ();
}

static double
at (const GArray *curve, guint i)
{
  g_assert_cmpuint (i, <, curve->len);
  return g_array_index (curve, double, i);
}

static void
assert_close (double a, double b, double relative)
{
  if (!(fabs (a - b) <= relative * fmax (fabs (a), fabs (b))))
    g_error ("%.12g and %.12g differ by more than %g", a, b, relative);
}

/* ---------- tests ----------------------------------------------------------------------------- */

static void
check_observation (const GramRunSet *set, guint i, const Replay *replay)
{
  const GramProblem *problem = replay->problem;
  double moved = 0, most = 0, f[N_TEST], flipped, drift;

  for (gint64 r = 0; r < M; r++)
    {
      double one = 0;

      for (gint64 j = 0; j < problem->d; j++)
        one += pow (replay->W[r * problem->d + j] - replay->W0[r * problem->d + j], 2);
      moved += one;
      most = fmax (most, one);
    }
  assert_close (at (set->curve[GRAM_QUANTITY_DISTANCE], i), sqrt (moved), 1e-4);
  assert_close (at (set->curve[GRAM_QUANTITY_DISTANCE_MAX], i), sqrt (most), 1e-4);
  /* A pattern at the very edge may fall to either side in float. */
  replay_patterns (replay, &flipped, &drift);
  g_assert_cmpfloat (fabs (at (set->curve[GRAM_QUANTITY_FLIPPED], i) - flipped), <, 2.0 / (N * M));
  assert_close (at (set->curve[GRAM_QUANTITY_DRIFT_Z], i),
                sqrt (N * at (set->curve[GRAM_QUANTITY_FLIPPED], i)), 1e-12);
  g_assert_cmpfloat (fabs (at (set->curve[GRAM_QUANTITY_DRIFT_GRAM], i) - drift), <, 3.0 / M);
  for (gint64 j = 0; j < N_TEST; j++)
    f[j] = replay_forward (replay, problem->X_test + j * problem->d);
  assert_close (at (set->curve[GRAM_QUANTITY_TEST_L1], i),
                gram_loss_l1 (N_TEST, set->labels->y_test, f), 1e-4);
  assert_close (at (set->curve[GRAM_QUANTITY_TEST_RAMP], i),
                gram_loss_ramp (N_TEST, set->labels->y_test, f), 1e-4);
  g_assert_cmpfloat (at (set->curve[GRAM_QUANTITY_TEST_ERROR], i), ==,
                     gram_loss_zero_one (N_TEST, set->labels->y_test, f));
}

static void
check_set (const GramRun *run, guint index, const GramProblem *problem, const GramTrainerSpec *spec)
{
  const GramRunSet *set = gram_run_get_set (run, index);
  Replay replay;
  guint observed = 0, snapshot = 0;

  replay_init (&replay, problem, spec, set->labels->y);
  g_assert_cmpuint (set->curve[GRAM_QUANTITY_STEP]->len, ==, 61);
  for (guint k = 0; k < set->curve[GRAM_QUANTITY_STEP]->len; k++)
    {
      if (k > 0)
        replay_step (&replay);
      g_assert_cmpfloat (at (set->curve[GRAM_QUANTITY_STEP], k), ==, k);
      assert_close (at (set->curve[GRAM_QUANTITY_RESIDUAL], k), replay_residual (&replay), 1e-4);
      if (observed < set->curve[GRAM_QUANTITY_OBSERVED_STEP]->len
          && at (set->curve[GRAM_QUANTITY_OBSERVED_STEP], observed) == k)
        check_observation (set, observed++, &replay);
      if (snapshot < set->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->len
          && at (set->curve[GRAM_QUANTITY_SNAPSHOT_STEP], snapshot) == k)
        {
          const float *u = g_ptr_array_index (set->snapshot_u, snapshot++);

          for (gint64 i = 0; i < N; i++)
            g_assert_cmpfloat (fabs (u[i] - replay.u[i]), <, 1e-4);
        }
    }
  g_assert_cmpuint (observed, ==, set->curve[GRAM_QUANTITY_OBSERVED_STEP]->len);
  g_assert_cmpuint (observed, ==, 21); /* 0 … 8, 10 … 16, 20 … 28, 32 … 56, the end */
  g_assert_cmpuint (snapshot, ==, set->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->len);
  g_assert_cmpuint (snapshot, >, 20);
  g_assert_cmpfloat (set->train_error, ==, gram_loss_zero_one (N, set->labels->y, replay.u));
  replay_clear (&replay);
}

static void
test_replay (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) run = gram_run_new ();
  g_autoptr (GramTraining) training = NULL;

  settings->drift = TRUE;
  training = make ("cpu", problem, "true,random", settings);
  advance (training, 60);
  g_assert_true (gram_training_settle (training, NULL));
  gram_training_drain (training, run);
  g_assert_cmpint (run->steps, ==, 60);
  g_assert_cmpint (run->m, ==, M);
  g_assert_cmpuint (run->notices->len, ==, 0);
  for (guint i = 0; i < 2; i++)
    check_set (run, i, problem, gram_training_get_spec (training));
}

static void
test_schedules (void)
{
  guint automatic = 0, observed = 0, sevens = 0, last = 0;

  for (gint64 k = 0; k <= 2000000; k++)
    {
      automatic += gram_run_records (k, 0);
      observed += gram_run_observes (k, GRAM_FORMULATION_WEIGHTS);
      sevens += gram_run_records (k, 7);
    }
  g_assert_cmpuint (automatic, >, 3000);
  g_assert_cmpuint (automatic, <, 10000);
  g_assert_cmpuint (observed, <, 400);
  /* between two looks no more than a quarter of the first one, as long as that is less than the
   * stride */
  for (gint64 k = 1, before = 0; k <= 160; k++)
    if (gram_run_observes (k, GRAM_FORMULATION_WEIGHTS))
      {
        g_assert_cmpint (4 * (k - before), <=, MAX (before, 4));
        before = k;
      }
  for (gint64 k = 1, before = 0; k <= 480; k++)
    if (gram_run_observes (k, GRAM_FORMULATION_SAMPLES))
      {
        g_assert_cmpint (4 * (k - before), <=, MAX (before, 4));
        before = k;
      }
  g_assert_cmpuint (sevens, ==, 2000000 / 7 + 1);
  for (gint64 k = 0; k <= 1024; k++)
    g_assert_true (gram_run_records (k, 0));
  /* Every power of three times the stride's start is kept: count up to 3^19 ≈ 10^9 without
   * walking there. */
  automatic = 1025;
  for (gint64 end = 1024, stride = 3; end < 1500000000; end *= 3, stride *= 3)
    automatic += (guint) (end * 2 / stride) + 1;
  g_assert_cmpuint (automatic, <, 10500);
  /* Both parities are seen, so that an oscillation of period two shows. */
  for (gint64 k = 100000; k < 130000; k++)
    if (gram_run_records (k, 0))
      last |= k % 2 == 0 ? 1 : 2;
  g_assert_cmpuint (last, ==, 3);
  /* Explicit recording thins out beyond half a million points. */
  g_assert_true (gram_run_records (499999, 1));
  g_assert_false (gram_run_records (500001, 1));
}

/* The same run in one go, in slices of a few steps, and paused at odd moments. */
static void
test_slices (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) whole = gram_run_new ();
  g_autoptr (GramRun) sliced = gram_run_new ();
  g_autoptr (GramTraining) a = NULL, b = NULL;

  settings->record_every = 3;
  a = make ("cpu", problem, "true,random,mixed:0.5", settings);
  b = make ("cpu", problem, "true,random,mixed:0.5", settings);
  advance (a, 210);
  g_assert_true (gram_training_settle (a, NULL));
  gram_training_drain (a, whole);
  for (gint64 k = 0; k < 210; k += 7)
    {
      advance (b, 7);
      if (k % 2 == 0)
        g_assert_true (gram_training_settle (b, NULL));
      if (k % 3 == 0)
        gram_training_drain (b, sliced);
    }
  g_assert_true (gram_training_settle (b, NULL));
  gram_training_drain (b, sliced);
  gram_fixture_assert_same_curves (whole, sliced);
  g_assert_cmpuint (gram_run_get_set (whole, 0)->curve[GRAM_QUANTITY_STEP]->len, ==, 71);
}

static double
lambda_max (GramProblem *problem)
{
  g_autoptr (GramDevice) device = gram_device_open ("cpu", NULL, NULL);
  GramSamples samples = { .n = problem->n, .d = problem->d, .X = problem->X, .ldx = problem->d };
  g_autoptr (GramSystem) system = gram_system_new (device, &samples, NULL, NULL);
  g_autofree double *lambda = g_new (double, (gsize) problem->n);

  g_assert_true (gram_system_spectrum (system, lambda, NULL, NULL));
  return lambda[0];
}

static void
test_divergence (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  double lambda = lambda_max (problem);
  const double factors[] = { 100, 1e4, 1e12 };

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      g_autoptr (GramRun) run = gram_run_new ();
      g_autoptr (GramTraining) training = NULL;
      const GramRunSet *set;
      GramObservation seen = { 0 };

      settings->eta = factors[i] * 2 / lambda;
      training = make ("cpu", problem, "true,random", settings);
      gram_training_set_lambda_max (training, lambda);
      advance (training, 100000);
      g_assert_true (gram_training_settle (training, NULL));
      gram_training_drain (training, run);
      g_assert_cmpint (run->stopped, ==, GRAM_STOPPED_DIVERGED);
      assert_close (run->stable_eta, 2 / lambda, 1e-12);
      set = gram_run_get_set (run, 0);
      for (guint k = 0; k < set->curve[GRAM_QUANTITY_RESIDUAL]->len; k++)
        g_assert_true (isfinite (at (set->curve[GRAM_QUANTITY_RESIDUAL], k)));
      g_assert_true (
          gram_trainer_observe (training->trainer, 0, GRAM_OBSERVE_DISTANCE, &seen, NULL));
      g_assert_true (isfinite (seen.residual) && isfinite (seen.distance));
      /* It stays stopped. */
      g_assert_true (gram_training_advance (training, 10, 1, NULL, NULL));
      g_assert_cmpint (gram_training_get_stopped (training), ==, GRAM_STOPPED_DIVERGED);
    }
}

/* Just below 2/λ₁ the top mode keeps changing its sign: no reason to stop. */
static void
test_edge_of_stability (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) run = gram_run_new ();
  g_autoptr (GramTraining) training = NULL;

  settings->kappa = 1;
  settings->eta = 1.95 / lambda_max (problem);
  training = make ("cpu", problem, "true", settings);
  advance (training, 1500);
  gram_training_drain (training, run);
  g_assert_cmpint (run->stopped, ==, GRAM_STOPPED_NOT);
  g_assert_cmpint (run->steps, ==, 1500);
}

/* Above 2/λ₁ the linear theory diverges, a narrow net need not: it leaps to where the curvature
 * is lower. That is no alarm either. */
static void
test_leap (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) run = gram_run_new ();
  g_autoptr (GramTraining) training = NULL;

  settings->eta = 3 / lambda_max (problem);
  training = make ("cpu", problem, "true", settings);
  advance (training, 300);
  gram_training_drain (training, run);
  g_assert_cmpint (run->stopped, ==, GRAM_STOPPED_NOT);
  g_assert_cmpfloat (gram_run_set_last (gram_run_get_set (run, 0), GRAM_QUANTITY_RESIDUAL), <,
                     0.5 * sqrt (N));
}

static void
test_limits (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) run = gram_run_new ();
  g_autoptr (GramTraining) training = NULL;
  const GramRunSet *set;

  settings->max_steps = 33;
  training = make ("cpu", problem, "true", settings);
  advance (training, 100);
  g_assert_cmpint (gram_training_get_stopped (training), ==, GRAM_STOPPED_STEPS);
  g_assert_cmpint (gram_training_get_step (training), ==, 33);
  gram_training_set_limits (training, 0, 0.5);
  advance (training, 100000);
  g_assert_cmpint (gram_training_get_stopped (training), ==, GRAM_STOPPED_TARGET);
  gram_training_drain (training, run);
  set = gram_run_get_set (run, 0);
  g_assert_cmpfloat (gram_run_set_last (gram_run_get_set (run, 0), GRAM_QUANTITY_RESIDUAL), <=,
                     0.5 * sqrt (N));
  /* Not long before, it had not been reached. */
  g_assert_cmpfloat (at (set->curve[GRAM_QUANTITY_RESIDUAL],
                         set->curve[GRAM_QUANTITY_RESIDUAL]->len > 64
                             ? set->curve[GRAM_QUANTITY_RESIDUAL]->len - 64
                             : 0),
                     >, 0.5 * sqrt (N));
}

static void
test_cancel (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GramTraining) training = NULL;
  GError *error = NULL;

  training = make ("cpu", problem, "true", settings);
  g_cancellable_cancel (cancellable);
  g_assert_true (gram_training_advance (training, 100, 10, cancellable, &error));
  g_assert_no_error (error);
  g_assert_cmpint (gram_training_get_step (training), ==, 0);
  g_assert_true (gram_training_advance (training, 100, 10, NULL, &error));
  g_assert_cmpint (gram_training_get_step (training), ==, 100);
}

/* A run on a card that fails is the run that never had a card, recorded without gap or repeat. */
static void
test_rescue (gconstpointer data)
{
  int kind = GPOINTER_TO_INT (data);
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) sound = gram_run_new ();
  g_autoptr (GramRun) rescued = gram_run_new ();
  g_autoptr (GramTraining) a = make ("cpu", problem, "true,random", settings);
  g_autoptr (GramTraining) b = NULL;

  g_atomic_int_set (&gram_faults.fail_step_at, kind == 0 ? 57 : kind == 3 ? 57 : -1);
  g_atomic_int_set (&gram_faults.fail_save, kind == 3);
  g_atomic_int_set (&gram_faults.fail_new, kind == 1);
  b = make ("cuda", problem, "true,random", settings);
  g_assert_cmpstr (gram_device_get_backend (b->device), ==, kind == 1 ? "cpu" : "cuda");
  if (kind == 2)
    {
      advance (b, 30);
      g_atomic_int_set (&gram_faults.fail_observe, 1);
    }
  advance (a, 150);
  for (int i = 0; i < 150 && gram_training_get_step (b) < 150; i++)
    advance (b, 1);
  gram_training_drain (a, sound);
  gram_training_drain (b, rescued);
  gram_faults_clear ();
  g_assert_cmpstr (gram_device_get_backend (b->device), ==, "cpu");
  g_assert_cmpuint (rescued->notices->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (rescued->notices, 0), "planted"));
  gram_fixture_assert_same_curves (sound, rescued);
}

/* A patient run whose device is lost and that does not fit on the CPU waits, whatever is tried, and
 * goes on to the curve of a run that nothing happened to. */
static void
test_wait (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) sound = gram_run_new ();
  g_autoptr (GramRun) waited = gram_run_new ();
  g_autoptr (GramTraining) a = make ("cpu", problem, "true,random", settings);
  g_autoptr (GramTraining) b = make ("cuda", problem, "true,random", settings);
  g_autoptr (GramDevice) again = gram_device_open ("cuda", NULL, NULL);
  g_autoptr (GramDevice) cpu = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GError) error = NULL;

  gram_training_set_patient (b, TRUE);
  g_atomic_int_set (&gram_faults.lost, 1);
  g_atomic_int_set (&gram_faults.no_room, 1);
  g_atomic_int_set (&gram_faults.fail_step_at, 57);
  for (int i = 0; i < 150 && gram_training_get_lost (b) == NULL; i++)
    g_assert_true (gram_training_advance (b, 1, 10, NULL, NULL));
  g_assert_nonnull (strstr (gram_training_get_lost (b)->message, "planted"));
  g_assert_cmpint (gram_training_get_stopped (b), ==, GRAM_STOPPED_LOST);
  g_assert_cmpint (gram_training_get_step (b), ==, 57);
  g_assert_true (gram_training_settle (b, NULL));
  gram_training_drain (b, waited);
  g_assert_null (gram_training_save (b, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_clear_error (&error);
  g_assert_false (gram_training_move (b, cpu, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
  g_clear_error (&error);
  g_atomic_int_set (&gram_faults.fail_new, 1);
  g_assert_false (gram_training_move (b, again, NULL, &error));
  g_assert_nonnull (gram_training_get_lost (b));
  gram_faults_clear ();
  g_assert_true (gram_training_move (b, again, NULL, NULL));
  g_assert_null (gram_training_get_lost (b));
  advance (a, 150);
  advance (b, 150 - gram_training_get_step (b));
  gram_training_drain (a, sound);
  gram_training_drain (b, waited);
  g_assert_cmpstr (gram_device_get_backend (b->device), ==, "cuda");
  gram_fixture_assert_same_curves (sound, waited);
}

/* No card, and no CPU to go to: the error comes out. */
static void
test_cpu_failure_is_final (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramDevice) device = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GPtrArray) sets = gram_fixture_labels (problem, "true", 0);
  g_autoptr (GError) error = NULL;

  settings->m = (gint64) 1 << 40;
  g_assert_null (gram_training_new (device, problem, sets, settings, NULL, &error));
  g_assert_cmpint ((int) error->domain, ==, (int) GRAM_ERROR);
}

static void
test_save_restore (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramRun) whole = gram_run_new ();
  g_autoptr (GramRun) resumed = gram_run_new ();
  g_autoptr (GramTraining) a = make ("cpu", problem, "true,random", settings);
  g_autoptr (GramTraining) b = make ("cpu", problem, "true,random", settings);
  g_autoptr (GramTraining) c = make ("cpu", problem, "true,random", settings);
  g_autoptr (GBytes) state = NULL;
  gsize weights = (gsize) (problem->d * M);
  g_autofree float *Wa = g_new (float, weights);
  g_autofree float *Wc = g_new (float, weights);
  GError *error = NULL;

  advance (a, 131);
  gram_training_drain (a, whole);
  advance (b, 77);
  gram_training_drain (b, resumed);
  state = gram_training_save (b, &error);
  g_assert_no_error (error);
  gram_training_restore (c, state, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gram_training_get_step (c), ==, 77);
  advance (c, 54);
  gram_training_drain (c, resumed);
  gram_fixture_assert_same_curves (whole, resumed);
  g_assert_true (gram_trainer_weights (a->trainer, 1, Wa, problem->d, NULL));
  g_assert_true (gram_trainer_weights (c->trainer, 1, Wc, problem->d, NULL));
  g_assert_cmpmem (Wa, weights * sizeof (float), Wc, weights * sizeof (float));
}

static void
test_plan (void)
{
  g_autoptr (GramProblem) problem = gram_fixture_problem (N, N_TEST);
  g_autoptr (GramSettings) settings = small_settings ();
  g_autoptr (GramDevice) device = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GramDevice) card = gram_device_open ("cuda", NULL, NULL);
  GramTrainerPlan small, large;

  g_assert_true (gram_training_plan (device, problem, 2, settings, &small, NULL, NULL));
  settings->m = 0;
  g_assert_cmpint (gram_training_width (device, settings), ==, 2048);
  g_assert_cmpint (gram_training_width (card, settings), ==, 10000);
  g_assert_true (gram_training_plan (device, problem, 2, settings, &large, NULL, NULL));
  g_assert_cmpuint (small.bytes, <, large.bytes);
  g_assert_cmpint (small.formulation, !=, GRAM_FORMULATION_AUTO);
}

static void
test_losses (void)
{
  const double y[] = { 1, 1, -1, -1, 1 }, f[] = { 0.25, 2, -0.5, 3, 0 };

  g_assert_cmpfloat (gram_loss_l1 (5, y, f), ==, (0.75 + 1 + 0.5 + 4 + 1) / 5);
  g_assert_cmpfloat (gram_loss_ramp (5, y, f), ==, (0.75 + 0 + 0.5 + 1 + 1) / 5);
  g_assert_cmpfloat (gram_loss_zero_one (5, y, f), ==, 2.0 / 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_fixture_init ();
  gram_fixture_add_fake_card ();
  g_test_add_func ("/training/losses", test_losses);
  g_test_add_func ("/training/schedules", test_schedules);
  g_test_add_func ("/training/replay", test_replay);
  g_test_add_func ("/training/slices", test_slices);
  g_test_add_func ("/training/divergence", test_divergence);
  g_test_add_func ("/training/edge-of-stability", test_edge_of_stability);
  g_test_add_func ("/training/leap", test_leap);
  g_test_add_func ("/training/limits", test_limits);
  g_test_add_func ("/training/cancel", test_cancel);
  g_test_add_data_func ("/training/rescue/step", GINT_TO_POINTER (0), test_rescue);
  g_test_add_data_func ("/training/rescue/new", GINT_TO_POINTER (1), test_rescue);
  g_test_add_data_func ("/training/rescue/observe", GINT_TO_POINTER (2), test_rescue);
  g_test_add_func ("/training/wait", test_wait);
  g_test_add_data_func ("/training/rescue/no-state", GINT_TO_POINTER (3), test_rescue);
  g_test_add_func ("/training/cpu-failure", test_cpu_failure_is_final);
  g_test_add_func ("/training/save-restore", test_save_restore);
  g_test_add_func ("/training/plan", test_plan);
  return g_test_run ();
}
