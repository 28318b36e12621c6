/* gram-fixture.c: small problems, and a card that fails when told to
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-fixture.h"

#include <glib/gstdio.h>
#include <stdlib.h>

#include "gram-cpu.h"
#include "gram-error.h"

GramFaults gram_faults = { .fail_step_at = -1 };

static GramBackendVTable fake, reference;

static gboolean
plan_or_no_room (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                 const GramJob *job, GError **error)
{
  gboolean done = gram_cpu_backend ()->trainer_plan (device, spec, plan, job, error);

  if (g_atomic_int_get (&gram_faults.no_room))
    plan->bytes = G_MAXUINT64 / 4;
  return done;
}

static char *cache;

static void
remove_cache (void)
{
  g_autofree char *place = g_build_filename (cache, "gramscope", NULL);

  g_rmdir (place);
  g_rmdir (cache);
  g_clear_pointer (&cache, g_free);
}

/* Sessions write weights into the user's folder. GLib's G_TEST_OPTION_ISOLATE_DIRS would leak the
 * names of those of each test. */
static void
own_cache (void)
{
  cache = g_dir_make_tmp ("gramscope-test-XXXXXX", NULL);
  g_assert_nonnull (cache);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  atexit (remove_cache);
}

void
gram_fixture_init (void)
{
  GError *error = NULL;

  own_cache ();
  reference = *gram_cpu_backend ();
  reference.trainer_plan = plan_or_no_room;
  gram_backend_register (&reference, &error);
  g_assert_no_error (error);
}

void
gram_faults_clear (void)
{
  g_atomic_int_set (&gram_faults.fail_step_at, -1);
  g_atomic_int_set (&gram_faults.fail_new, 0);
  g_atomic_int_set (&gram_faults.fail_observe, 0);
  g_atomic_int_set (&gram_faults.fail_save, 0);
  g_atomic_int_set (&gram_faults.fail_system, 0);
  g_atomic_int_set (&gram_faults.lost, 0);
  g_atomic_int_set (&gram_faults.no_room, 0);
  g_atomic_int_set (&gram_faults.eigen_ms, 0);
  g_atomic_int_set (&gram_faults.step_ms, 0);
}

static gboolean
fault (GError **error, const char *what)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE, "planted: %s", what);
  return FALSE;
}

static gpointer
fake_trainer_new (gpointer device, const GramTrainerSpec *spec, const GramJob *job, GError **error)
{
  if (g_atomic_int_get (&gram_faults.fail_new))
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "planted: out of device memory");
      return NULL;
    }
  return gram_cpu_backend ()->trainer_new (device, spec, job, error);
}

static gboolean
fake_step (gpointer trainer, gint64 count, double *residuals, const GramJob *job, GError **error)
{
  gint64 until = g_atomic_int_get (&gram_faults.fail_step_at);
  GramObservation now = { 0 };
  GramObservation *seen = &now;

  g_usleep ((gulong) (g_atomic_int_get (&gram_faults.step_ms) * 1000 * count));
  if (!gram_cpu_backend ()->trainer_observe (trainer, 0, GRAM_OBSERVE_RESIDUAL, seen, error))
    return FALSE;
  if (until >= 0 && seen->step + count > until)
    return fault (error, "the card fell off the bus");
  return gram_cpu_backend ()->trainer_step (trainer, count, residuals, job, error);
}

static gboolean
fake_observe (gpointer trainer, guint set, GramObserveFlags flags, GramObservation *observation,
              GError **error)
{
  if (g_atomic_int_get (&gram_faults.fail_observe) && set > 0 && flags != GRAM_OBSERVE_RESIDUAL)
    return fault (error, "nothing to see");
  return gram_cpu_backend ()->trainer_observe (trainer, set, flags, observation, error);
}

static GBytes *
fake_save (gpointer trainer, GramStateKind kind, GError **error)
{
  if (g_atomic_int_get (&gram_faults.fail_save))
    {
      fault (error, "no state");
      return NULL;
    }
  return gram_cpu_backend ()->trainer_save (trainer, kind, error);
}

static gboolean
fake_is_lost (gpointer device)
{
  return g_atomic_int_get (&gram_faults.lost) != 0;
}

static gpointer
fake_system_new (gpointer device, const GramSamples *samples, const GramJob *job, GError **error)
{
  if (g_atomic_int_get (&gram_faults.fail_system))
    {
      fault (error, "no system");
      return NULL;
    }
  return gram_cpu_backend ()->system_new (device, samples, job, error);
}

static gboolean
fake_eigen (gpointer system, double *lambda, const GramJob *job, GError **error)
{
  static const GramJob deaf = { 0 };
  gint64 until = g_get_monotonic_time ()
                 + (gint64) g_atomic_int_get (&gram_faults.eigen_ms) * G_TIME_SPAN_MILLISECOND;
  gboolean done;

  if (g_atomic_int_get (&gram_faults.eigen_ms) == 0)
    return gram_cpu_backend ()->system_spectrum (system, lambda, job, error);
  g_atomic_int_inc (&gram_faults.in_eigen);
  while (g_get_monotonic_time () < until)
    g_usleep (1000);
  done = gram_cpu_backend ()->system_spectrum (system, lambda, &deaf, error);
  g_atomic_int_add (&gram_faults.in_eigen, -1);
  return done;
}

void
gram_fixture_add_fake_card (void)
{
  GError *error = NULL;

  fake = *gram_cpu_backend ();
  fake.name = "cuda";
  fake.title = "GPU";
  fake.width = 10000;
  fake.trainer_new = fake_trainer_new;
  fake.trainer_step = fake_step;
  fake.trainer_observe = fake_observe;
  fake.trainer_save = fake_save;
  fake.is_lost = fake_is_lost;
  fake.system_new = fake_system_new;
  fake.system_spectrum = fake_eigen;
  gram_backend_register (&fake, &error);
  g_assert_no_error (error);
}

GramProblem *
gram_fixture_problem (gint64 n, gint64 n_test)
{
  GError *error = NULL;
  g_autoptr (GramDataset) glyphs = gram_dataset_open ("glyphs", NULL, NULL, &error);
  GramProblemSpec spec = { .n = n, .n_test = n_test };
  GramProblem *problem;

  g_assert_no_error (error);
  problem = gram_problem_new (glyphs, &spec, NULL, &error);
  g_assert_no_error (error);
  return problem;
}

GPtrArray *
gram_fixture_labels (GramProblem *problem, const char *list, guint64 seed)
{
  GPtrArray *sets = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_labels_unref);
  GError *error = NULL;
  g_autoptr (GArray) specs = gram_labels_list_parse (list, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < specs->len; i++)
    {
      g_ptr_array_add (sets, gram_labels_new (problem, &g_array_index (specs, GramLabelsSpec, i),
                                              seed, &error));
      g_assert_no_error (error);
    }
  return sets;
}

static void
assert_same_curve (const GArray *a, const GArray *b)
{
  g_assert_cmpmem (a->data, a->len * sizeof (double), b->data, b->len * sizeof (double));
}

/* To the last bit. */
void
gram_fixture_assert_same_curves (const GramRun *a, const GramRun *b)
{
  g_assert_cmpuint (a->sets->len, ==, b->sets->len);
  for (guint i = 0; i < a->sets->len; i++)
    {
      const GramRunSet *p = gram_run_get_set (a, i), *q = gram_run_get_set (b, i);
      gsize n = (gsize) p->labels->n;

      for (guint quantity = 0; quantity < GRAM_N_QUANTITIES; quantity++)
        assert_same_curve (p->curve[quantity], q->curve[quantity]);
      for (guint s = 0; s < p->snapshot_u->len; s++)
        g_assert_cmpmem (g_ptr_array_index (p->snapshot_u, s), n * sizeof (float),
                         g_ptr_array_index (q->snapshot_u, s), n * sizeof (float));
    }
}
