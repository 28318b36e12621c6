/* gram-conformance-trainer.c: gradient descent against a plain float64 replay
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-error.h"

#define STEPS 100

/* What all formulations are compared with. */
typedef struct
{
  GPtrArray *replays; /* of GramReplay, one a label set, after STEPS steps */
  double *norms;      /* (label sets × STEPS) ‖u(k) − y‖ from k = 1 on */
} Truth;

typedef struct
{
  GramConformance *suite;
  const GramTrainerSpec *spec;
  const Truth *truth;
  GramTrainer *trainer;
  char *label;
} Examined;

/* The formula that the gradient implements, checked without the device: central differences of Φ
 * in float64. Valid where no pre-activation changes sign within the difference. */
static void
check_gradient_formula (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (12, 9, 10, 0, 1, 0.7, 5);
  g_autoptr (GramReplay) replay = gram_replay_new (&p->spec, 0);
  gint64 count = 90;
  double gradient[90], difference[90];
  const double h = 1e-6;

  gram_replay_gradient (replay, gradient);
  for (gint64 i = 0; i < count; i++)
    {
      double w = replay->W[i], above, below;

      replay->W[i] = w + h;
      above = gram_replay_loss (replay);
      replay->W[i] = w - h;
      below = gram_replay_loss (replay);
      replay->W[i] = w;
      difference[i] = (above - below) / (2 * h);
    }
  gram_conformance_check (suite, gram_relative_difference (count, gradient, difference), 1e-6, NULL,
                          "gradient against central differences of the loss, float64");
}

static void
check (Examined *e, double value, double limit, const GError *error, const char *what, guint set)
{
  gram_conformance_check (e->suite, value, limit, error, "%s, %s, set %u", what, e->label, set);
}

/* Residuals are compared relative to themselves, or to this share of √n = ‖y‖ once they are
 * smaller: float32 networks fit labels to so many digits and no more. */
#define FITTED 0.02

/* |x − y| beside y, or beside @floor where y is smaller */
static double
beside (double x, double y, double floor)
{
  double difference = fabs (x - y) / MAX (fabs (y), floor);

  return isnan (difference) ? G_MAXDOUBLE : difference;
}

static void
check_pattern (Examined *e, const GramReplay *replay, guint set)
{
  gint64 n = e->spec->train.n, m = e->spec->m, row = (n + 7) / 8, wrong = 0;
  g_autofree guint8 *bits = g_malloc0 ((gsize) (row * m));
  g_autoptr (GError) error = NULL;

  if (!gram_trainer_pattern (e->trainer, set, bits, &error)
      && g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    return;
  for (gint64 r = 0; r < m; r++)
    for (gint64 i = 0; i < row * 8; i++)
      {
        guint8 bit = bits[r * row + i / 8] >> (i % 8) & 1;

        wrong += bit != (i < n ? replay->active[r * n + i] : 0);
      }
  check (e, (double) wrong / ((double) n * (double) m), 1e-3, error, "activation patterns", set);
}

/* H(k) from the replay's patterns */
static void
check_gram (Examined *e, const GramReplay *replay, guint set)
{
  gint64 n = e->spec->train.n, d = e->spec->train.d, m = e->spec->m;
  g_autofree double *H = g_new0 (double, (gsize) (n * n)), *G = g_new0 (double, (gsize) (n * n));
  g_autoptr (GError) error = NULL;

  if (!gram_trainer_gram (e->trainer, set, H, n, &error)
      && g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    return;
  for (gint64 i = 0; i < n; i++)
    for (gint64 j = 0; j < n; j++)
      {
        double k = 0, both = 0;

        for (gint64 q = 0; q < d; q++)
          k += e->spec->train.X[i * e->spec->train.ldx + q]
               * e->spec->train.X[j * e->spec->train.ldx + q];
        for (gint64 r = 0; r < m; r++)
          both += replay->active[r * n + i] && replay->active[r * n + j];
        G[j * n + i] = k * both / (double) m;
      }
  check (e, gram_relative_difference (n * n, H, G), 1e-3, error, "H(k)", set);
}

static void
check_weights (Examined *e, const GramReplay *replay, guint set)
{
  gint64 count = e->spec->train.d * e->spec->m;
  g_autofree float *W = g_new0 (float, (gsize) count);
  g_autofree double *moved = g_new (double, (gsize) count),
                    *true_moved = g_new (double, (gsize) count);
  g_autoptr (GError) error = NULL;

  gram_trainer_weights (e->trainer, set, W, e->spec->train.d, &error);
  for (gint64 i = 0; i < count; i++)
    {
      moved[i] = W[i] - replay->W0[i];
      true_moved[i] = replay->W[i] - replay->W0[i];
    }
  check (e, gram_relative_difference (count, moved, true_moved), 1e-3, error, "W(k) − W(0)", set);
}

/* The same numbers by the device and by the replay at the same k. */
static void
check_observation (Examined *e, GramReplay *replay, guint set)
{
  gint64 n = e->spec->train.n, n_test = e->spec->test.n;
  g_autofree double *u = g_new0 (double, (gsize) n), *u_test = g_new0 (double, (gsize) n_test);
  GramObservation got = { .u = u, .u_test = u_test }, want = { 0 };
  g_autoptr (GError) error = NULL;

  gram_trainer_observe (e->trainer, set,
                        GRAM_OBSERVE_DISTANCE | GRAM_OBSERVE_FLIPPED | GRAM_OBSERVE_TEST, &got,
                        &error);
  gram_replay_observe (replay, &want);
  check (e, beside (got.residual, want.residual, FITTED * sqrt ((double) n)), 1e-5, error,
         "residual", set);
  check (e, gram_relative_difference (n, u, replay->u), 3e-5, error, "u(k)", set);
  check (e, gram_relative_difference (n_test, u_test, replay->u_test), 3e-5, error, "test u(k)",
         set);
  check (e, beside (got.distance, want.distance, 1e-6), 1e-4, error, "‖W(k)−W(0)‖", set);
  check (e, beside (got.distance_max, want.distance_max, 1e-6), 1e-3, error, "max ‖w(k)−w(0)‖",
         set);
  check (e, fabs (got.flipped - want.flipped), 1e-3, error, "share of patterns flipped", set);
}

static Truth *
truth_new (const GramTrainerSpec *spec)
{
  Truth *truth = g_new (Truth, 1);

  truth->replays = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_replay_free);
  truth->norms = g_new (double, STEPS * spec->n_sets);
  for (guint set = 0; set < spec->n_sets; set++)
    {
      GramReplay *replay = gram_replay_new (spec, set);

      for (int k = 0; k < STEPS; k++)
        {
          double sum = 0;

          gram_replay_step (replay);
          for (gint64 i = 0; i < spec->train.n; i++)
            sum += (replay->u[i] - replay->y[i]) * (replay->u[i] - replay->y[i]);
          truth->norms[k * spec->n_sets + set] = sqrt (sum);
        }
      g_ptr_array_add (truth->replays, replay);
    }
  return truth;
}

static void
truth_free (Truth *truth)
{
  g_ptr_array_unref (truth->replays);
  g_free (truth->norms);
  g_free (truth);
}

static void
examine_set (Examined *e, guint set, const double *residuals, guint n_sets)
{
  GramReplay *replay = e->truth->replays->pdata[set];
  double worst = 0;

  for (int k = 0; k < STEPS; k++)
    worst = MAX (worst, beside (residuals[k * n_sets + set], e->truth->norms[k * n_sets + set],
                                FITTED * sqrt ((double) e->spec->train.n)));
  check (e, worst, 1e-5, NULL, "residuals of 100 steps against float64", set);
  check_observation (e, replay, set);
  check_weights (e, replay, set);
  check_pattern (e, replay, set);
  check_gram (e, replay, set);
}

static void
examine (GramConformance *suite, const GramTrainerSpec *spec, const Truth *truth, const char *shape)
{
  Examined e = { suite, spec, truth, NULL, NULL };
  guint sets = spec->n_sets;
  g_autofree double *residuals = g_new0 (double, STEPS *sets);
  g_autoptr (GError) error = NULL;

  if (gram_conformance_stopped (suite))
    return;
  e.label = g_strdup_printf ("%s, %s", gram_formulation_to_string (spec->formulation), shape);
  e.trainer = gram_trainer_new (suite->device, spec, NULL, &error);
  if (e.trainer != NULL && gram_trainer_step (e.trainer, STEPS, residuals, NULL, &error))
    for (guint s = 0; s < sets; s++)
      examine_set (&e, s, residuals, sets);
  else if (!g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    check (&e, NAN, NAN, error, "training", 0);
  gram_trainer_free (e.trainer);
  g_free (e.label);
}

/* Antisymmetric: u(0) = 0, exactly. */
static void
check_start (GramConformance *suite, const GramTrainerSpec *spec)
{
  g_autoptr (GramTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;
  double u[37], u_test[9], largest = 0;
  GramObservation now = { .u = u, .u_test = u_test };

  trainer = gram_trainer_new (suite->device, spec, NULL, &error);
  if (trainer == NULL && g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    return;
  if (trainer != NULL && gram_trainer_observe (trainer, 0, GRAM_OBSERVE_TEST, &now, &error))
    {
      for (int i = 0; i < 37; i++)
        largest = MAX (largest, fabs (u[i]));
      for (int i = 0; i < 9; i++)
        largest = MAX (largest, fabs (u_test[i]));
    }
  gram_conformance_check (suite, largest, 0, error, "antisymmetric start: u(0) = 0, %s",
                          gram_formulation_to_string (spec->formulation));
}

/* Every formulation of one problem. */
static void
examine_all (GramConformance *suite, GramTrainerSpec *spec, const char *shape)
{
  Truth *truth = gram_conformance_stopped (suite) ? NULL : truth_new (spec);

  for (guint f = GRAM_FORMULATION_WEIGHTS; truth != NULL && f <= GRAM_FORMULATION_LAZY; f++)
    {
      spec->formulation = f;
      if (spec->init == GRAM_INIT_ANTISYMMETRIC)
        check_start (suite, spec);
      examine (suite, spec, truth, shape);
    }
  g_clear_pointer (&truth, truth_free);
}

static void
examine_antisymmetric (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p = gram_conformance_problem_new (37, 21, 130, 9, 1, 0.6, 8);

  p->spec.init = GRAM_INIT_ANTISYMMETRIC;
  examine_all (suite, &p->spec, "antisymmetric");
}

void
gram_conformance_trainers (GramConformance *suite)
{
  static const struct
  {
    gint64 n, d, m, n_test;
    guint sets;
    double density, kappa;
  } shapes[] = {
    { 1, 1, 1, 0, 1, 1, 0.1 },       { 2, 1, 3, 1, 1, 1, 1 },
    { 5, 40, 1, 3, 1, 0.8, 0.1 },    { 33, 17, 19, 5, 2, 0.9, 0.01 },
    { 31, 33, 64, 32, 1, 0.4, 1 },   { 64, 100, 97, 33, 3, 0.25, 0.1 },
    { 100, 65, 300, 1, 2, 1, 0.05 }, { 97, 150, 1100, 7, 1, 0.25, 0.1 },
  };

  check_gradient_formula (suite);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (GramConformanceProblem) p =
          gram_conformance_problem_new (shapes[i].n, shapes[i].d, shapes[i].m, shapes[i].n_test,
                                        shapes[i].sets, shapes[i].density, i);
      g_autofree char *shape = g_strdup_printf ("n = %d, d = %d, m = %d", (int) shapes[i].n,
                                                (int) shapes[i].d, (int) shapes[i].m);

      p->spec.kappa = shapes[i].kappa;
      examine_all (suite, &p->spec, shape);
    }
  examine_antisymmetric (suite);
}
