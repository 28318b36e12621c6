/* test-cuda-shim.c: the CUDA backend's host logic and kernels on a make-believe card
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "cuda-fixture.h"
#include "gram-error.h"
#include "gram-philox.h"
#include "gram-shim.h"

static GramTrainer *
make_trainer (GramDevice *device, const GramTrainerSpec *spec)
{
  g_autoptr (GError) error = NULL;
  GramTrainer *trainer = gram_trainer_new (device, spec, NULL, &error);

  g_assert_no_error (error);
  return trainer;
}

/* ---------- the suite that every backend passes ---------------------------------------------- */

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
test_conformance (void)
{
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramDevice) reference = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GPtrArray) results = NULL;
  guint failures = 0;

  shim_set_seed (11); /* the other tests run everything as late as it may */
  results = gram_conformance_run (device, reference, report, &failures, NULL);
  shim_set_seed (0);
  g_test_message ("%u checks, %u failed", results->len, failures);
  g_assert_cmpuint (results->len, >, 100);
  g_assert_cmpuint (failures, ==, 0);
  fixture_assert_all_given_back ();
}

/* ---------- precision ------------------------------------------------------------------------ */

static void
test_precisions (void)
{
  static const struct
  {
    GramPrecision precision;
    double least, most;
  } cases[] = { { GRAM_PRECISION_FP32, 0, 1e-5 },
                { GRAM_PRECISION_BF16_SPLIT, 0, 1e-5 },
                /* 10 bits: seen, so the option reached the product, and no worse than that */
                { GRAM_PRECISION_TF32, 2e-6, 1e-2 } };
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (70, 60, 160, 0, 2, 0.4, 3);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (int f = GRAM_FORMULATION_WEIGHTS; f <= GRAM_FORMULATION_SAMPLES; f++)
      {
        g_autoptr (GramTrainer) trainer = NULL;
        double error;

        p->spec.precision = cases[i].precision;
        p->spec.formulation = (GramFormulation) f;
        trainer = make_trainer (device, &p->spec);
        g_assert_cmpint (gram_trainer_get_plan (trainer)->precision, ==, cases[i].precision);
        g_assert_cmpint (gram_trainer_get_plan (trainer)->formulation, ==, f);
        error = fixture_residual_error (trainer, &p->spec, 100);
        g_test_message ("%s, %s: %.2g", gram_precision_to_string (cases[i].precision),
                        gram_formulation_to_string ((GramFormulation) f), error);
        g_assert_cmpfloat (error, >=, cases[i].least);
        g_assert_cmpfloat (error, <=, cases[i].most);
      }
}

/* Images with a mean that was subtracted and gains of their own: the rank-one term. */
static void
test_pixel_form (void)
{
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (70, 60, 160, 0, 2, 0.9, 4);
  g_autoptr (GramTrainer) trainer = NULL;
  gint64 n = 70, d = 60;

  for (gint64 j = 0; j < d; j++)
    {
      p->gain[j] = (1 + gram_philox_uniform (1, GRAM_STREAM_INPUTS, 8, (guint64) j)) / 255;
      p->shift[j] = 0.3 + 0.4 * gram_philox_uniform (1, GRAM_STREAM_INPUTS, 9, (guint64) j);
    }
  for (gint64 i = 0; i < n; i++)
    {
      double sum = 0;

      for (gint64 j = 0; j < d; j++)
        {
          p->X[i * d + j] = p->gain[j] * p->pixels[i * d + j] - p->shift[j];
          sum += p->X[i * d + j] * p->X[i * d + j];
        }
      p->scale[i] = 1 / sqrt (sum);
      for (gint64 j = 0; j < d; j++)
        p->X[i * d + j] *= p->scale[i];
    }
  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  trainer = make_trainer (device, &p->spec);
  g_assert_cmpint (gram_trainer_get_plan (trainer)->precision, ==, GRAM_PRECISION_BF16_SPLIT);
  g_assert_cmpint (gram_trainer_get_plan (trainer)->d_used, ==, d);
  g_assert_cmpfloat (fixture_residual_error (trainer, &p->spec, 100), <=, 1e-5);
}

/* Without 8-bit pixels there is nothing exact to multiply with. */
static void
test_no_pixels (void)
{
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 10, 33, 0, 1, 1, 4);
  g_autoptr (GError) error = NULL;
  GramTrainerPlan plan;

  p->spec.train.pixels = NULL;
  g_assert_true (gram_trainer_plan (device, &p->spec, &plan, NULL, NULL));
  g_assert_cmpint (plan.formulation == GRAM_FORMULATION_WEIGHTS
                       ? plan.precision == GRAM_PRECISION_FP32
                       : plan.precision == GRAM_PRECISION_BF16_SPLIT,
                   ==, TRUE);
  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  p->spec.precision = GRAM_PRECISION_BF16_SPLIT;
  g_assert_null (gram_trainer_new (device, &p->spec, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED);
}

/* More samples than one sum of bf16 products takes. */
static void
test_long_sums (void)
{
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (4200, 9, 34, 0, 2, 0.8, 6);
  g_autoptr (GramTrainer) trainer = NULL;

  p->spec.formulation = GRAM_FORMULATION_WEIGHTS;
  trainer = make_trainer (device, &p->spec);
  g_assert_cmpfloat (fixture_residual_error (trainer, &p->spec, 10), <=, 1e-5);
}

/* ---------- memory --------------------------------------------------------------------------- */

static void
compare_with_untiled (GramTrainerSpec *spec, gsize memory, gsize false_free)
{
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramTrainer) whole = make_trainer (device, spec);
  g_autoptr (GramTrainer) tiled = NULL;
  gsize bytes = (gsize) (spec->train.d * spec->m);
  g_autofree float *W = g_new (float, bytes), *V = g_new (float, bytes);
  double x[20], y[20];

  g_assert_true (gram_trainer_step (whole, 20, x, NULL, NULL));
  g_assert_true (gram_trainer_weights (whole, 0, W, spec->train.d, NULL));
  g_clear_pointer (&whole, gram_trainer_free);
  shim_set_memory (memory, false_free);
  tiled = make_trainer (device, spec);
  if (false_free == 0)
    g_assert_nonnull (strstr (gram_trainer_get_plan (tiled)->why, "tiles"));
  g_assert_true (gram_trainer_step (tiled, 20, y, NULL, NULL));
  g_assert_true (gram_trainer_weights (tiled, 0, V, spec->train.d, NULL));
  for (int k = 0; k < 20; k++)
    g_assert_cmpfloat (fabs (x[k] - y[k]) / x[k], <, 1e-6);
  for (gsize i = 0; i < bytes; i++)
    g_assert_cmpfloat (fabsf (W[i] - V[i]), <, 1e-5);
  g_clear_pointer (&tiled, gram_trainer_free);
  shim_set_memory ((gsize) 8 << 30, 0);
  fixture_assert_all_given_back ();
}

/* Half way between what the smallest and the largest tile take. */
static void
test_tiles (gconstpointer data)
{
  /* half of it is no whole number of chunks */
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (64, 40, 3040, 5, 1, 0.5, 9);
  g_autoptr (GramDevice) device = fixture_open_card ();
  GramTrainerPlan plan;
  gsize tile;

  p->spec.formulation = GPOINTER_TO_INT (data);
  g_assert_true (gram_trainer_plan (device, &p->spec, &plan, NULL, NULL));
  tile = 64 * 3040 * 4;
  /* the plan sees that it does not fit … */
  compare_with_untiled (&p->spec, plan.bytes + plan.bytes / 49 - tile, 0);
  /* … or sees memory that another program takes in the meantime */
  compare_with_untiled (&p->spec, plan.bytes + plan.bytes / 49 - tile, 2 * tile);
}

static void
test_out_of_memory (void)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (64, 40, 3000, 5, 1, 0.5, 9);
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GError) error = NULL;

  for (gsize false_free = 0; false_free <= (gsize) 1 << 30; false_free += (gsize) 1 << 30)
    {
      shim_set_memory ((gsize) 33 << 20, false_free);
      g_assert_null (gram_trainer_new (device, &p->spec, NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      g_clear_error (&error);
      shim_set_memory ((gsize) 32 << 20, false_free);
      g_assert_null (gram_system_new (device, &p->spec.train, NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      g_clear_error (&error);
      fixture_assert_all_given_back ();
    }
  shim_set_memory ((gsize) 8 << 30, 0);
  /* it is no failure of the card: what fits still works */
  g_clear_pointer (&device, gram_device_unref);
  device = fixture_open_card ();
  gram_trainer_free (make_trainer (device, &p->spec));
}

/* ---------- graphs --------------------------------------------------------------------------- */

static void
test_graphs (gconstpointer data)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (20, 9, 40, 0, 2, 0.9, 2);
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramTrainer) batched = NULL, single = NULL;
  double x[2 * 300], y[2 * 300];
  double u[20], v[20];
  GramObservation seen = { .u = u }, other = { .u = v };
  long before = shim_graphs_launched ();

  p->spec.formulation = GPOINTER_TO_INT (data);
  batched = make_trainer (device, &p->spec);
  single = make_trainer (device, &p->spec);
  g_assert_true (gram_trainer_step (batched, 300, x, NULL, NULL));
  g_assert_cmpint (shim_graphs_launched () - before, >, 5);
  before = shim_graphs_launched ();
  for (int k = 0; k < 300; k++)
    g_assert_true (gram_trainer_step (single, 1, y + 2 * k, NULL, NULL));
  g_assert_cmpint (shim_graphs_launched () - before, ==, 0);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  for (guint set = 0; set < 2; set++)
    {
      g_assert_true (gram_trainer_observe (batched, set, GRAM_OBSERVE_RESIDUAL, &seen, NULL));
      g_assert_true (gram_trainer_observe (single, set, GRAM_OBSERVE_RESIDUAL, &other, NULL));
      g_assert_cmpmem (u, sizeof u, v, sizeof v);
    }
}

/* ---------- test images ---------------------------------------------------------------------- */

/* A test image may have pixels that no training image has; their weights stay W(0). */
static void
test_unseen_pixels (gconstpointer data)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (50, 30, 90, 40, 1, 0.5, 7);
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramTrainer) trainer = NULL;
  g_autoptr (GramReplay) replay = NULL;
  double u_test[40], residuals[30];
  GramObservation seen = { .u_test = u_test }, want = { 0 };

  for (gint64 i = 0; i < 40; i++)
    p->X_test[i * 30 + 3] = 0.5; /* pixel 3 is set in no training image */
  p->spec.formulation = GPOINTER_TO_INT (data);
  trainer = make_trainer (device, &p->spec);
  replay = gram_replay_new (&p->spec, 0);
  g_assert_cmpint (gram_trainer_get_plan (trainer)->d_used, <, 30);
  g_assert_true (gram_trainer_step (trainer, 30, residuals, NULL, NULL));
  for (int k = 0; k < 30; k++)
    gram_replay_step (replay);
  gram_replay_observe (replay, &want);
  g_assert_true (gram_trainer_observe (trainer, 0, GRAM_OBSERVE_TEST, &seen, NULL));
  g_assert_cmpfloat (gram_relative_difference (40, u_test, replay->u_test), <, 1e-5);
}

/* ---------- from one device to the other ------------------------------------------------------ */

static void
continue_on (const char *to, GramFormulation there, const char *from, GramFormulation here)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 33, 64, 7, 2, 0.5, 5);
  g_autoptr (GramDevice) first = gram_device_open (from, NULL, NULL);
  g_autoptr (GramDevice) second = gram_device_open (to, NULL, NULL);
  g_autoptr (GramTrainer) a = NULL, b = NULL;
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;
  double x[2 * 20], y[2 * 20];
  GramObservation one = { 0 }, two = { 0 };

  p->spec.formulation = here;
  a = make_trainer (first, &p->spec);
  p->spec.formulation = there;
  b = make_trainer (second, &p->spec);
  g_assert_true (gram_trainer_step (a, 20, x, NULL, NULL));
  state = gram_trainer_save (a, GRAM_STATE_NATIVE, &error);
  g_assert_no_error (error);
  gram_trainer_restore (b, state, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gram_trainer_get_step (b), ==, 20);
  g_assert_true (gram_trainer_step (a, 20, x, NULL, NULL));
  g_assert_true (gram_trainer_step (b, 20, y, NULL, NULL));
  for (int k = 0; k < 40; k++)
    g_assert_cmpfloat (fabs (x[k] - y[k]) / x[k], <, 1e-5);
  for (guint set = 0; set < 2; set++)
    {
      g_assert_true (
          gram_trainer_observe (a, set, GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED, &one, NULL));
      g_assert_true (
          gram_trainer_observe (b, set, GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED, &two, NULL));
      g_assert_cmpfloat (fabs (one.distance - two.distance) / one.distance, <, 1e-4);
      g_assert_cmpfloat (fabs (one.distance_max - two.distance_max) / one.distance_max, <, 1e-3);
      g_assert_cmpfloat (fabs (one.flipped - two.flipped), <, 1e-3);
    }
}

static void
test_hand_over (void)
{
  for (int f = GRAM_FORMULATION_WEIGHTS; f <= GRAM_FORMULATION_SAMPLES; f++)
    for (int g = GRAM_FORMULATION_WEIGHTS; g <= GRAM_FORMULATION_SAMPLES; g++)
      {
        continue_on ("cpu", (GramFormulation) g, "cuda", (GramFormulation) f);
        continue_on ("cuda", (GramFormulation) g, "cpu", (GramFormulation) f);
      }
  fixture_assert_all_given_back ();
}

/* A sample-space run that was taken over keeps its own base weights when it is saved again. */
static void
test_saved_after_hand_over (void)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 33, 64, 7, 2, 0.5, 5);
  g_autoptr (GramDevice) card = fixture_open_card ();
  g_autoptr (GramDevice) cpu = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GramTrainer) a = NULL, b = NULL, c = NULL;
  g_autoptr (GBytes) foreign = NULL, own = NULL;
  g_autofree float *W = g_new (float, 33 * 64), *V = g_new (float, 33 * 64);
  double x[2 * 9], y[2 * 9];

  p->spec.formulation = GRAM_FORMULATION_SAMPLES;
  a = make_trainer (cpu, &p->spec);
  b = make_trainer (card, &p->spec);
  c = make_trainer (card, &p->spec);
  g_assert_true (gram_trainer_step (a, 9, x, NULL, NULL));
  foreign = gram_trainer_save (a, GRAM_STATE_NATIVE, NULL);
  g_assert_true (gram_trainer_restore (b, foreign, NULL));
  g_assert_true (gram_trainer_step (b, 9, x, NULL, NULL));
  own = gram_trainer_save (b, GRAM_STATE_NATIVE, NULL);
  g_assert_true (gram_trainer_restore (c, own, NULL));
  g_assert_true (gram_trainer_step (b, 9, x, NULL, NULL));
  g_assert_true (gram_trainer_step (c, 9, y, NULL, NULL));
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
  g_assert_true (gram_trainer_weights (b, 1, W, 33, NULL));
  g_assert_true (gram_trainer_weights (c, 1, V, 33, NULL));
  g_assert_cmpmem (W, 33 * 64 * sizeof (float), V, 33 * 64 * sizeof (float));
}

/* ---------- a card that is not there, and one that dies ----------------------------------------
 */

static void
test_no_card (void)
{
  static const struct
  {
    cudaError_t status;
    const char *word;
  } cases[] = { { cudaErrorInsufficientDriver, "driver" }, { cudaErrorNoDevice, "no CUDA card" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GramDevice) device = NULL;

      shim_set_devices (0, cases[i].status);
      g_assert_cmpuint (gram_backend_lookup ("cuda")->count_devices (), ==, 0);
      g_assert_null (gram_device_open ("cuda", NULL, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
      g_assert_nonnull (strstr (error->message, cases[i].word));
      device = gram_device_open ("auto", NULL, NULL);
      g_assert_cmpstr (gram_device_get_backend (device), ==, "cpu");
    }
  shim_set_devices (1, cudaSuccess);
}

/* After a sticky error the last state that reached the host is still there. */
static void
test_dead_card (void)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (40, 33, 64, 7, 2, 0.5, 5);
  g_autoptr (GramDevice) device = fixture_open_card ();
  g_autoptr (GramDevice) cpu = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GramTrainer) trainer = make_trainer (device, &p->spec);
  g_autoptr (GramTrainer) rescued = make_trainer (cpu, &p->spec);
  g_autoptr (GBytes) start = NULL, kept = NULL, state = NULL;
  g_autoptr (GError) error = NULL;
  double x[2 * 10];

  g_assert_true (gram_trainer_step (trainer, 10, x, NULL, NULL));
  kept = gram_trainer_save (trainer, GRAM_STATE_NATIVE, NULL);
  g_assert_true (gram_trainer_step (trainer, 10, x, NULL, NULL));
  shim_fail_at (3, SHIM_FAIL_STICKY);
  g_assert_false (gram_trainer_step (trainer, 10, x, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_assert_cmpint (gram_trainer_get_step (trainer), ==, 20);
  state = gram_trainer_save (trainer, GRAM_STATE_NATIVE, NULL);
  g_assert_true (g_bytes_equal (state, kept));
  g_assert_true (gram_trainer_restore (rescued, state, NULL));
  g_assert_cmpint (gram_trainer_get_step (rescued), ==, 10);
  g_clear_error (&error);
  g_assert_null (gram_trainer_new (device, &p->spec, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE);
  g_clear_pointer (&trainer, gram_trainer_free);
  g_clear_pointer (&device, gram_device_unref);
  shim_fail_at (0, SHIM_FAIL_ONCE);

  /* nothing was ever saved: the start */
  device = fixture_open_card ();
  trainer = make_trainer (device, &p->spec);
  shim_fail_at (1, SHIM_FAIL_STICKY);
  g_assert_false (gram_trainer_step (trainer, 1, x, NULL, NULL));
  start = gram_trainer_save (trainer, GRAM_STATE_NATIVE, NULL);
  g_assert_nonnull (start);
  g_assert_true (gram_trainer_restore (rescued, start, NULL));
  g_assert_cmpint (gram_trainer_get_step (rescued), ==, 0);
  shim_fail_at (0, SHIM_FAIL_ONCE);
}

int
main (int argc, char **argv)
{
  gpointer weights = GINT_TO_POINTER (GRAM_FORMULATION_WEIGHTS);
  gpointer samples = GINT_TO_POINTER (GRAM_FORMULATION_SAMPLES);

  g_test_init (&argc, &argv, NULL);
  fixture_register ();
  g_test_add_func ("/cuda/shim/conformance", test_conformance);
  g_test_add_func ("/cuda/shim/precisions", test_precisions);
  g_test_add_func ("/cuda/shim/pixel-form", test_pixel_form);
  g_test_add_func ("/cuda/shim/no-pixels", test_no_pixels);
  g_test_add_func ("/cuda/shim/long-sums", test_long_sums);
  g_test_add_data_func ("/cuda/shim/tiles/weights", weights, test_tiles);
  g_test_add_data_func ("/cuda/shim/tiles/samples", samples, test_tiles);
  g_test_add_func ("/cuda/shim/out-of-memory", test_out_of_memory);
  g_test_add_data_func ("/cuda/shim/graphs/weights", weights, test_graphs);
  g_test_add_data_func ("/cuda/shim/graphs/samples", samples, test_graphs);
  g_test_add_data_func ("/cuda/shim/unseen-pixels/weights", weights, test_unseen_pixels);
  g_test_add_data_func ("/cuda/shim/unseen-pixels/samples", samples, test_unseen_pixels);
  g_test_add_func ("/cuda/shim/hand-over", test_hand_over);
  g_test_add_func ("/cuda/shim/saved-after-hand-over", test_saved_after_hand_over);
  g_test_add_func ("/cuda/shim/no-card", test_no_card);
  g_test_add_func ("/cuda/shim/dead-card", test_dead_card);
  return g_test_run ();
}
