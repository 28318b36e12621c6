/* test-cuda-failures.c: every call to the card fails once, in every way
 *
 * SPDX-License-Identifier: MIT
 *
 * For every k the k-th call of a job fails. The job then ends with a clean error or, where a
 * failure is harmless, well; nothing is left behind on the card; and a training run always ends
 * complete, on the CPU if it must.
 */
#include <math.h>

#include "../engine/fixture.h"
#include "cuda-fixture.h"
#include "gram-error.h"
#include "gram-shim.h"
#include "gram-training-private.h"

typedef gboolean (*Job) (GError **error);

/* A job may be this long and no longer; it ends when a run of it meets no failure. */
#define CALLS_MAX 20000

/* ---------- jobs -------------------------------------------------------------------------------
 */

static GramConformanceProblem *problem;

static gboolean
analyse (GError **error)
{
  gint64 n = problem->spec.train.n;
  g_autofree double *block = g_new0 (double, (gsize) (n * n)), *vector = g_new (double, (gsize) n);
  g_autoptr (GramDevice) device = gram_device_open ("cuda", NULL, error);
  g_autoptr (GramSystem) system =
      device != NULL ? gram_system_new (device, &problem->spec.train, NULL, error) : NULL;

  return system != NULL && gram_system_download (system, block, n, error)
         && gram_system_multiply (system, 2, problem->Y, n, block, n, NULL, error)
         && gram_system_factor (system, NULL, error)
         && gram_system_solve (system, 2, block, n, NULL, error)
         && gram_system_inverse_diagonal (system, vector, NULL, error)
         && gram_system_spectrum (system, vector, NULL, error)
         && gram_system_project (system, 1, problem->Y, n, vector, n, NULL, error)
         && gram_system_expand (system, 2, problem->Y, n, block, n, NULL, error)
         && gram_system_eigenvector (system, n - 1, vector, NULL, error);
}

static gboolean
use_trainer (GramTrainer *trainer, GError **error)
{
  const GramTrainerSpec *spec = &problem->spec;
  gint64 n = spec->train.n;
  g_autofree double *u = g_new (double, (gsize) n), *u_test = g_new (double, (gsize) spec->test.n);
  g_autofree double *residuals = g_new (double, 20 * spec->n_sets);
  g_autofree double *H = g_new (double, (gsize) (n * n));
  g_autofree float *W = g_new (float, (gsize) (spec->train.d * spec->m));
  g_autofree guint8 *bits = g_new (guint8, (gsize) ((n + 7) / 8 * spec->m));
  g_autoptr (GBytes) state = NULL;
  GramObservation seen = { .u = u, .u_test = u_test };

  return gram_trainer_step (trainer, 20, residuals, NULL, error)
         && gram_trainer_observe (trainer, 1,
                                  GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED | GRAM_OBSERVE_TEST,
                                  &seen, error)
         && gram_trainer_weights (trainer, 1, W, spec->train.d, error)
         && gram_trainer_gram (trainer, 0, H, n, error)
         && gram_trainer_pattern (trainer, 0, bits, error)
         && (state = gram_trainer_save (trainer, GRAM_STATE_NATIVE, error)) != NULL
         && gram_trainer_restore (trainer, state, error);
}

static gboolean
train (GramFormulation formulation, GError **error)
{
  g_autoptr (GramDevice) device = gram_device_open ("cuda", NULL, error);
  g_autoptr (GramTrainer) trainer = NULL;

  problem->spec.formulation = formulation;
  if (device != NULL)
    trainer = gram_trainer_new (device, &problem->spec, NULL, error);
  return trainer != NULL && use_trainer (trainer, error);
}

static gboolean
train_weights (GError **error)
{
  return train (GRAM_FORMULATION_WEIGHTS, error);
}

static gboolean
train_samples (GError **error)
{
  return train (GRAM_FORMULATION_SAMPLES, error);
}

/* A state of the CPU's taken up in sample space, which allocates once more. */
static gboolean
take_over (GError **error)
{
  g_autoptr (GramDevice) cpu = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GramDevice) device = gram_device_open ("cuda", NULL, error);
  g_autoptr (GramTrainer) before = NULL, after = NULL;
  g_autoptr (GBytes) state = NULL;
  double residuals[2 * 3];

  problem->spec.formulation = GRAM_FORMULATION_SAMPLES;
  before = gram_trainer_new (cpu, &problem->spec, NULL, NULL);
  g_assert_true (gram_trainer_step (before, 3, residuals, NULL, NULL));
  state = gram_trainer_save (before, GRAM_STATE_NATIVE, NULL);
  if (device != NULL)
    after = gram_trainer_new (device, &problem->spec, NULL, error);
  return after != NULL && gram_trainer_restore (after, state, error)
         && gram_trainer_step (after, 3, residuals, NULL, error);
}

/* ---------- every call fails -------------------------------------------------------------------
 */

static void
test_job (gconstpointer data)
{
  Job job = *(const Job *) data;
  int clean_errors = 0, harmless = 0;

  for (int how = SHIM_FAIL_ONCE; how <= SHIM_FAIL_LATER; how++)
    for (long k = 1; k < CALLS_MAX; k++)
      {
        g_autoptr (GError) error = NULL;
        gboolean done;

        shim_fail_at (k, (ShimFailure) how);
        done = job (&error);
        g_assert_true (done == (error == NULL));
        g_assert_cmpuint (shim_memory_used (), ==, 0);
        g_assert_cmpint (shim_objects (), ==, 0);
        if (!shim_failed ())
          {
            g_assert_no_error (error);
            break;
          }
        if (error != NULL)
          g_assert_true (error->domain == GRAM_ERROR);
        clean_errors += error != NULL;
        harmless += error == NULL;
      }
  g_test_message ("%d failures were clean errors, %d did no harm", clean_errors, harmless);
  g_assert_cmpint (clean_errors, >, 2 * harmless);
  g_assert_cmpint (clean_errors, >, 50);
}

/* ---------- a run always completes -------------------------------------------------------------
 */

#define RUN_STEPS 18

static GPtrArray *
two_label_sets (GramProblem *p)
{
  GPtrArray *sets = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);
  GramLabelsSpec kind = { .kind = GRAM_LABELS_TRUE };

  g_ptr_array_add (sets, gram_labels_new_from_vector (&kind, p->n, p->y));
  kind.kind = GRAM_LABELS_RANDOM;
  g_ptr_array_add (sets, gram_labels_new (p, &kind, 1, NULL));
  g_assert_nonnull (g_ptr_array_index (sets, 1));
  return sets;
}

/* As the window and the command line do: slices, a look wherever the run is paused, and on while
 * steps are due. */
static void
drive (GramTraining *training, gboolean pauses, GError **error)
{
  for (int i = 0; training != NULL && i < 4 * RUN_STEPS; i++)
    if (!gram_training_advance (training, 7, 10, NULL, error)
        || (pauses && !gram_training_settle (training, error))
        || gram_training_get_stopped (training) != GRAM_STOPPED_NOT)
      break;
}

/* Returns: whether it ended where it began */
static gboolean
run_training (const char *device_name, GramProblem *p, GPtrArray *sets, gboolean pauses,
              GramRun *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDevice) device = gram_device_open (device_name, NULL, &error);
  g_autoptr (GramSettings) settings = gram_settings_new ();
  g_autoptr (GramTraining) training = NULL;
  gboolean stayed;

  if (device == NULL) /* then the program starts on the CPU */
    {
      g_clear_error (&error);
      device = gram_device_open ("cpu", NULL, NULL);
    }
  settings->m = 40;
  settings->eta = 0.02;
  settings->kappa = 0.1;
  settings->max_steps = RUN_STEPS;
  settings->record_every = 1;
  training = gram_training_new (device, p, sets, settings, NULL, &error);
  drive (training, pauses, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gram_training_get_step (training), ==, RUN_STEPS);
  g_assert_cmpint (gram_training_get_stopped (training), ==, GRAM_STOPPED_STEPS);
  stayed = g_str_equal (gram_device_get_backend (training->device), device_name);
  gram_training_drain (training, run);
  return stayed;
}

static void
assert_same_run (const GramRun *run, const GramRun *sound)
{
  g_assert_cmpuint (run->sets->len, ==, sound->sets->len);
  for (guint set = 0; set < sound->sets->len; set++)
    {
      const GramRunSet *a = g_ptr_array_index (run->sets, set);
      const GramRunSet *b = g_ptr_array_index (sound->sets, set);

      g_assert_cmpuint (b->curve[GRAM_QUANTITY_RESIDUAL]->len, >=, RUN_STEPS);
      g_assert_cmpuint (a->curve[GRAM_QUANTITY_RESIDUAL]->len, ==,
                        b->curve[GRAM_QUANTITY_RESIDUAL]->len);
      for (guint i = 0; i < b->curve[GRAM_QUANTITY_RESIDUAL]->len; i++)
        {
          double x = g_array_index (a->curve[GRAM_QUANTITY_RESIDUAL], double, i);
          double y = g_array_index (b->curve[GRAM_QUANTITY_RESIDUAL], double, i);

          g_assert_cmpfloat (fabs (x - y) / y, <, 1e-5);
        }
      g_assert_cmpuint (a->curve[GRAM_QUANTITY_OBSERVED_STEP]->len, ==,
                        b->curve[GRAM_QUANTITY_OBSERVED_STEP]->len);
      for (guint i = 0; i < b->curve[GRAM_QUANTITY_OBSERVED_STEP]->len; i++)
        g_assert_cmpfloat (g_array_index (a->curve[GRAM_QUANTITY_OBSERVED_STEP], double, i), ==,
                           g_array_index (b->curve[GRAM_QUANTITY_OBSERVED_STEP], double, i));
    }
}

static void
test_runs_complete (gconstpointer data)
{
  gboolean pauses = GPOINTER_TO_INT (data);
  g_autoptr (GramProblem) p = fixture_problem (14, 5, 9, 0.3, 3);
  g_autoptr (GPtrArray) sets = two_label_sets (p);
  g_autoptr (GramRun) sound = gram_run_new ();
  int moved = 0, stayed = 0;

  run_training ("cpu", p, sets, pauses, sound);
  for (int how = SHIM_FAIL_ONCE; how <= SHIM_FAIL_LATER; how++)
    for (long k = 1; k < CALLS_MAX; k++)
      {
        g_autoptr (GramRun) run = gram_run_new ();
        gboolean on_card;

        shim_fail_at (k, (ShimFailure) how);
        on_card = run_training ("cuda", p, sets, pauses, run);
        assert_same_run (run, sound);
        fixture_assert_all_given_back ();
        if (!shim_failed ())
          {
            g_assert_true (on_card);
            break;
          }
        moved += !on_card;
        stayed += on_card;
      }
  g_test_message ("%d runs ended on the CPU, %d on the card all the same", moved, stayed);
  g_assert_cmpint (moved, >, 100);
}

int
main (int argc, char **argv)
{
  static const Job jobs[] = { analyse, train_weights, train_samples, take_over };
  static const char *const names[] = { "analyse", "weights", "samples", "take-over" };
  int failed;

  g_test_init (&argc, &argv, NULL);
  fixture_register ();
  problem = gram_conformance_problem_new (20, 9, 40, 6, 2, 0.7, 1);
  problem->spec.test.X = problem->X_test;
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cuda/failures/%s", names[i]);

      g_test_add_data_func (path, &jobs[i], test_job);
    }
  g_test_add_data_func ("/cuda/failures/runs-complete", GINT_TO_POINTER (FALSE),
                        test_runs_complete);
  g_test_add_data_func ("/cuda/failures/runs-with-pauses-complete", GINT_TO_POINTER (TRUE),
                        test_runs_complete);
  failed = g_test_run ();
  gram_conformance_problem_free (problem);
  return failed;
}
