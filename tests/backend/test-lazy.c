/* test-lazy.c: steps for which S waits are the steps that compute all of it
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-cpu.h"

#define STEPS 400
#define SETS 2

typedef struct
{
  const char *name;
  double kappa, eta, density;
  gint64 n, m;
  int steps; /* compared with float32: as long as ordinary formulations agree */
} Case;

static const Case cases[] = {
  { "small-start", 0.1, 4e-3, 0.5, 150, 2100, 400 },
  { "large-start", 1, 1e-2, 0.5, 130, 2048, 400 },
  { "oscillating", 2, 3e-2, 0.9, 140, 3000, 100 },
  { "many-flips", 0.01, 2e-3, 0.9, 250, 6000, 200 },
};

static GramDevice *
open_device (guint threads)
{
  GramDeviceOptions options = { .threads = threads };
  g_autoptr (GError) error = NULL;
  GramDevice *device = gram_device_open ("cpu", &options, &error);

  g_assert_no_error (error);
  return device;
}

static GramTrainer *
make (GramDevice *device, GramConformanceProblem *p, GramFormulation formulation)
{
  g_autoptr (GError) error = NULL;
  GramTrainer *trainer;

  p->spec.formulation = formulation;
  trainer = gram_trainer_new (device, &p->spec, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gram_trainer_get_plan (trainer)->formulation, ==, formulation);
  return trainer;
}

static void
take (GramTrainer *trainer, int count, double *residuals)
{
  g_autoptr (GError) error = NULL;

  gram_trainer_step (trainer, count, residuals, NULL, &error);
  g_assert_no_error (error);
}

static GramConformanceProblem *
problem (const Case *c)
{
  GramConformanceProblem *p =
      gram_conformance_problem_new (c->n, 24, c->m, 9, SETS, c->density, 77);

  p->spec.kappa = c->kappa;
  p->spec.eta = c->eta;
  return p;
}

static GramObservation
look (GramTrainer *trainer, guint set, double *u, double *u_test)
{
  GramObservation seen = { .u = u, .u_test = u_test };
  g_autoptr (GError) error = NULL;

  gram_trainer_observe (trainer, set,
                        GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED | GRAM_OBSERVE_TEST, &seen,
                        &error);
  g_assert_no_error (error);
  return seen;
}

static gint64
differing_patterns (GramTrainer *x, GramTrainer *y, guint set, gint64 n, gint64 m)
{
  gint64 bytes = (n + 7) / 8 * m, count = 0;
  g_autofree guint8 *a = g_malloc0 ((gsize) bytes), *b = g_malloc0 ((gsize) bytes);

  g_assert_true (gram_trainer_pattern (x, set, a, NULL));
  g_assert_true (gram_trainer_pattern (y, set, b, NULL));
  for (gint64 i = 0; i < bytes; i++)
    count += __builtin_popcount (a[i] ^ b[i]);
  return count;
}

static void
assert_close (double x, double y, double relative)
{
  g_assert_cmpfloat (fabs (x - y), <=, relative * fabs (y));
}

typedef struct
{
  double residual, u, test, distance;
  gint64 patterns;
} Difference;

/* How far apart two trainers are in label set @set. */
static Difference
difference (const Case *c, GramTrainer *x, GramTrainer *y, guint set)
{
  g_autofree double *u = g_new0 (double, c->n), *v = g_new0 (double, c->n);
  double test[9], other[9];
  GramObservation a = look (x, set, u, test), b = look (y, set, v, other);

  return (Difference){ fabs (a.residual / b.residual - 1), gram_relative_difference (c->n, u, v),
                       gram_relative_difference (9, test, other),
                       MAX (fabs (a.distance / b.distance - 1),
                            fabs (a.distance_max / b.distance_max - 1)),
                       differing_patterns (x, y, set, c->n, c->m) };
}

/* Residuals, predictions, distances and patterns every 20th step, to 1e-5. A pair within rounding
 * of zero may fall on either side in any formulation, after which nets near the edge of stability
 * part for good: beyond 1e-5 the steps without S may differ from the nearer of two ordinary
 * formulations as those differ from each other. */
static void
test_equal (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GramDevice) device = open_device (2);
  g_autoptr (GramConformanceProblem) p = problem (c);
  g_autoptr (GramTrainer) lazy = make (device, p, GRAM_FORMULATION_LAZY);
  g_autoptr (GramTrainer) samples = make (device, p, GRAM_FORMULATION_SAMPLES);
  g_autoptr (GramTrainer) weights = make (device, p, GRAM_FORMULATION_WEIGHTS);
  double x[20 * SETS], start = look (lazy, 0, NULL, NULL).flipped, worst = 0;
  GramObservation end;

  for (int k = 0; k < c->steps; k += 20)
    {
      take (lazy, 20, x);
      take (samples, 20, x);
      take (weights, 20, x);
      for (guint s = 0; s < SETS; s++)
        {
          Difference one = difference (c, lazy, samples, s);
          Difference two = difference (c, lazy, weights, s);
          Difference less = one.u < two.u ? one : two;
          Difference usual = difference (c, samples, weights, s);

          worst = MAX (worst, less.u);
          g_assert_cmpfloat (less.residual, <=, 1e-5 + usual.residual);
          g_assert_cmpfloat (less.u, <=, 1e-5 + usual.u);
          g_assert_cmpfloat (less.test, <=, 1e-5 + usual.test);
          g_assert_cmpfloat (less.distance, <=, 1e-5 + usual.distance);
          g_assert_cmpint (less.patterns, <=, c->n * c->m / 50000 + usual.patterns);
        }
    }
  end = look (lazy, 0, NULL, NULL);
  g_test_message ("largest difference %.1e, %d of %d steps without S, flips %g to %g", worst,
                  (int) end.lazy_steps, c->steps, start, end.flipped);
  /* It was tried in earnest: most steps, and patterns changed meanwhile. */
  g_assert_cmpint (end.lazy_steps, >, c->steps / 2);
  g_assert_cmpfloat (end.flipped, >, start);
}

/* The same against float64. Both formulations round S and what is added to it to float32 and part
 * from float64 by that alone: steps without S may not part from it by more than three times as much
 * as those that compute all of S, which part by half a unit of float32 at the least. */
static void
test_float64 (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GramDevice) device = open_device (2);
  g_autoptr (GramConformanceProblem) p = problem (c);
  g_autoptr (GramTrainer) lazy = make (device, p, GRAM_FORMULATION_LAZY);
  g_autoptr (GramTrainer) samples = make (device, p, GRAM_FORMULATION_SAMPLES);
  g_autoptr (GramReplay) replay = gram_replay_new (&p->spec, 0);
  double x[SETS], y[SETS], worst = 0, usual = 0x1p-25;
  GramObservation seen = { 0 };

  for (int k = 0; k < 200; k++)
    {
      GramObservation now = { 0 };

      take (lazy, 1, x);
      take (samples, 1, y);
      gram_replay_step (replay);
      gram_replay_observe (replay, &now);
      worst = MAX (worst, fabs (x[0] / now.residual - 1));
      usual = MAX (usual, fabs (y[0] / now.residual - 1));
      g_assert_cmpfloat (worst, <=, 1e-6);
      if (k == 199)
        {
          seen = look (lazy, 0, NULL, NULL);
          assert_close (seen.distance, now.distance, 1e-6);
        }
    }
  g_test_message ("largest difference %.1e, of samples %.1e, %d of 200 steps without S", worst,
                  usual, (int) seen.lazy_steps);
  g_assert_cmpfloat (worst, <=, 3 * usual);
  g_assert_cmpint (seen.lazy_steps, >, 50);
}

/* Looking, saving, restoring and the number of threads change no bit, at whatever step. */
static void
test_undisturbed (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GramDevice) one = open_device (1), two = open_device (3);
  g_autoptr (GramConformanceProblem) p = problem (c);
  g_autoptr (GramTrainer) whole = make (one, p, GRAM_FORMULATION_LAZY);
  g_autoptr (GramTrainer) other = make (two, p, GRAM_FORMULATION_LAZY);
  double x[SETS], y[SETS];

  for (int k = 0; k < STEPS; k++)
    {
      take (whole, 1, x);
      take (other, 1, y);
      g_assert_true (memcmp (x, y, sizeof x) == 0);
      if (k % 7 == 3)
        look (other, (guint) k % SETS, NULL, NULL);
      if (k % 97 == 50)
        {
          g_autoptr (GBytes) state = gram_trainer_save (other, GRAM_STATE_NATIVE, NULL);

          g_clear_pointer (&other, gram_trainer_free);
          other = make (two, p, GRAM_FORMULATION_LAZY);
          g_assert_true (gram_trainer_restore (other, state, NULL));
        }
    }
  g_assert_cmpint (look (other, 0, NULL, NULL).lazy_steps, ==,
                   look (whole, 0, NULL, NULL).lazy_steps);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *equal = g_strdup_printf ("/lazy/equal/%s", cases[i].name);
      g_autofree char *wide = g_strdup_printf ("/lazy/float64/%s", cases[i].name);
      g_autofree char *undisturbed = g_strdup_printf ("/lazy/undisturbed/%s", cases[i].name);

      g_test_add_data_func (equal, &cases[i], test_equal);
      g_test_add_data_func (wide, &cases[i], test_float64);
      g_test_add_data_func (undisturbed, &cases[i], test_undisturbed);
    }
  return g_test_run ();
}
