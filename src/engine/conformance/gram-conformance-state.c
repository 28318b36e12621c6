/* gram-conformance-state.c: determinism, saving and restoring, refusals
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-error.h"
#include "gram-state.h"

#define STEPS 40
#define SETS 2

typedef struct
{
  double residuals[STEPS * SETS];
  float *W; /* (d × m) of the last set */
} Run;

/* Steps @first … STEPS − 1 in pieces of @piece. */
static gboolean
run (GramTrainer *trainer, const GramTrainerSpec *spec, int first, int piece, Run *out,
     GError **error)
{
  memset (out, 0, sizeof *out);
  out->W = g_new0 (float, (gsize) (spec->train.d * spec->m));
  for (int k = first; k < STEPS; k += piece)
    if (!gram_trainer_step (trainer, MIN (piece, STEPS - k), out->residuals + k * SETS, NULL,
                            error))
      return FALSE;
  return gram_trainer_weights (trainer, SETS - 1, out->W, spec->train.d, error);
}

static double
differs (const Run *x, const Run *y, int first, gsize count)
{
  return memcmp (x->residuals + first * SETS, y->residuals + first * SETS,
                 (gsize) (STEPS - first) * SETS * sizeof (double))
                     != 0
                 || memcmp (x->W, y->W, count * sizeof (float)) != 0
                 || !isfinite (x->residuals[STEPS * SETS - 1])
                 || x->residuals[STEPS * SETS - 1] == 0
             ? 1
             : 0;
}

static void
check_restored (GramConformance *suite, const GramTrainerSpec *spec, const Run *whole)
{
  gsize count = (gsize) (spec->train.d * spec->m);
  g_autoptr (GramTrainer) before = NULL, after = NULL;
  g_autoptr (GBytes) state = NULL, damaged = NULL;
  g_autoptr (GError) error = NULL;
  double residuals[STEPS / 2 * SETS];
  const char *name = gram_formulation_to_string (spec->formulation);
  Run rest = { 0 };
  double differ;
  gboolean refused;

  if ((before = gram_trainer_new (suite->device, spec, NULL, &error)) == NULL
      || (after = gram_trainer_new (suite->device, spec, NULL, &error)) == NULL
      || !gram_trainer_step (before, STEPS / 2, residuals, NULL, &error)
      || (state = gram_trainer_save (before, GRAM_STATE_NATIVE, &error)) == NULL
      || !gram_trainer_restore (after, state, &error)
      || !run (after, spec, STEPS / 2, STEPS, &rest, &error))
    differ = NAN;
  else
    differ = differs (&rest, whole, STEPS / 2, count);
  gram_conformance_check (suite, differ, 0, error, "a restored run goes on to the same bits, %s",
                          name);
  g_clear_error (&error);
  g_free (rest.W);
  if (state == NULL)
    return;
  damaged = g_bytes_new_from_bytes (state, 0, g_bytes_get_size (state) - 1);
  refused = !gram_trainer_restore (after, damaged, &error)
            && g_error_matches (error, GRAM_ERROR, GRAM_ERROR_DATA);
  gram_conformance_check (suite, refused ? 0 : 1, 0, NULL, "a cut state is refused, %s", name);
}

/* The plan names the formulation that the next state is written by. */
static void
check_plan_runs (GramConformance *suite, GramTrainer *trainer)
{
  g_autoptr (GBytes) state = gram_trainer_save (trainer, GRAM_STATE_NATIVE, NULL);
  GramStateHeader header = { 0 };
  gsize size = 0;
  gconstpointer memory = state != NULL ? g_bytes_get_data (state, &size) : NULL;

  if (size >= sizeof header)
    memcpy (&header, memory, sizeof header);
  gram_conformance_check (suite,
                          header.formulation
                                  == (gint32) gram_trainer_get_plan (trainer)->formulation
                              ? 0
                              : 1,
                          0, NULL, "after a state of another formulation the plan says what runs");
}

/* A state of another formulation, as another backend's would be, has W(k): it is taken up. */
static void
check_foreign (GramConformance *suite, GramTrainerSpec spec)
{
  g_autoptr (GramTrainer) before = NULL, after = NULL;
  g_autoptr (GBytes) state = NULL;
  g_autoptr (GError) error = NULL;
  double x[STEPS * SETS], y[STEPS * SETS], worst = 0;

  spec.formulation = GRAM_FORMULATION_WEIGHTS;
  before = gram_trainer_new (suite->device, &spec, NULL, &error);
  spec.formulation = GRAM_FORMULATION_SAMPLES;
  after = before != NULL ? gram_trainer_new (suite->device, &spec, NULL, &error) : NULL;
  if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    return;
  if (before == NULL || after == NULL || !gram_trainer_step (before, STEPS / 2, x, NULL, &error)
      || (state = gram_trainer_save (before, GRAM_STATE_NATIVE, &error)) == NULL
      || !gram_trainer_restore (after, state, &error)
      || !gram_trainer_step (before, STEPS / 2, x, NULL, &error)
      || !gram_trainer_step (after, STEPS / 2, y, NULL, &error))
    worst = NAN;
  for (int i = 0; error == NULL && i < STEPS / 2 * SETS; i++)
    worst = MAX (worst, fabs (x[i] - y[i]) / x[i]);
  gram_conformance_check (suite, worst, 1e-5, error, "a state of another formulation is taken up");
  if (error == NULL)
    check_plan_runs (suite, after);
}

/* A rate far above 2/λ₁ must show: the residual explodes. (It may come back to ‖y‖ when every
 * neuron has died, which is right.) */
static void
check_divergence (GramConformance *suite, GramTrainerSpec spec)
{
  g_autoptr (GramTrainer) trainer = NULL;
  double residuals[20 * SETS];
  gboolean exploded = FALSE;
  g_autoptr (GError) error = NULL;

  spec.eta = 1e3;
  trainer = gram_trainer_new (suite->device, &spec, NULL, &error);
  if (trainer != NULL && gram_trainer_step (trainer, 20, residuals, NULL, &error))
    for (int i = 0; i < 20 * SETS; i++)
      exploded |= !(residuals[i] < 1e3 * (double) spec.train.n);
  gram_conformance_check (suite, exploded ? 0 : 1, 0, error, "divergence shows in the residual, %s",
                          gram_formulation_to_string (spec.formulation));
}

static void
check_determinism (GramConformance *suite, const GramTrainerSpec *spec)
{
  gsize count = (gsize) (spec->train.d * spec->m);
  g_autoptr (GramTrainer) trainer = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  Run one = { 0 }, two = { 0 };
  double differ = NAN;

  if ((trainer = gram_trainer_new (suite->device, spec, NULL, &error)) != NULL
      && (again = gram_trainer_new (suite->device, spec, NULL, &error)) != NULL
      && run (trainer, spec, 0, STEPS, &one, &error) && run (again, spec, 0, 7, &two, &error))
    differ = differs (&one, &two, 0, count);
  if (!g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED))
    {
      gram_conformance_check (suite, differ, 0, error,
                              "the same run twice, in one piece and in several, to the bit, %s",
                              gram_formulation_to_string (spec->formulation));
      if (error == NULL)
        check_restored (suite, spec, &one);
      check_divergence (suite, *spec);
    }
  g_free (one.W);
  g_free (two.W);
}

static void
check_cancelled (GramConformance *suite, const GramTrainerSpec *spec)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL, none = NULL;
  g_autoptr (GramTrainer) trainer = gram_trainer_new (suite->device, spec, NULL, &none);
  GramJob job = { .cancellable = cancellable };
  double residuals[10 * SETS];
  gboolean right;

  right = trainer != NULL && gram_trainer_step (trainer, 3, residuals, &job, NULL);
  g_cancellable_cancel (cancellable);
  right = right && !gram_trainer_step (trainer, 7, residuals, &job, &error)
          && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && gram_trainer_get_step (trainer) == 3
          && gram_trainer_step (trainer, 2, residuals, NULL, NULL)
          && gram_trainer_get_step (trainer) == 5;
  gram_conformance_check (suite, right ? 0 : 1, 0, none,
                          "cancelling leaves a whole step to go on from");
}

static void
check_memory (GramConformance *suite, GramTrainerSpec spec)
{
  g_autoptr (GramTrainer) trainer = NULL;
  g_autoptr (GError) error = NULL;

  spec.m = (gint64) 1 << 40;
  spec.formulation = GRAM_FORMULATION_AUTO;
  trainer = gram_trainer_new (suite->device, &spec, NULL, &error);
  gram_conformance_check (suite,
                          trainer == NULL && g_error_matches (error, GRAM_ERROR, GRAM_ERROR_MEMORY)
                              ? 0
                              : 1,
                          0, NULL, "a network larger than the memory is refused");
}

/* Two devices, the same steps. */
static void
check_reference (GramConformance *suite, GramTrainerSpec spec)
{
  g_autoptr (GramTrainer) one = NULL, two = NULL;
  double x[100 * SETS], y[100 * SETS], worst = 0;
  g_autoptr (GError) error = NULL;

  spec.formulation = GRAM_FORMULATION_AUTO;
  if ((one = gram_trainer_new (suite->device, &spec, NULL, &error)) == NULL
      || (two = gram_trainer_new (suite->reference, &spec, NULL, &error)) == NULL
      || !gram_trainer_step (one, 100, x, NULL, &error)
      || !gram_trainer_step (two, 100, y, NULL, &error))
    worst = NAN;
  for (int i = 0; error == NULL && i < 100 * SETS; i++)
    worst = MAX (worst, isnan (x[i]) ? G_MAXDOUBLE : fabs (x[i] - y[i]) / y[i]);
  gram_conformance_check (suite, worst, 1e-5, error,
                          "residuals of 100 steps against the reference device");
}

static void
check_reference_eigen (GramConformance *suite, const GramSamples *samples)
{
  g_autoptr (GramSystem) one = NULL, two = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree double *x = g_new0 (double, (gsize) samples->n);
  g_autofree double *y = g_new0 (double, (gsize) samples->n);
  double worst = 0;

  if ((one = gram_system_new (suite->device, samples, NULL, &error)) != NULL
      && (two = gram_system_new (suite->reference, samples, NULL, &error)) != NULL
      && gram_system_spectrum (one, x, NULL, &error))
    gram_system_spectrum (two, y, NULL, &error);
  for (gint64 i = 0; i < samples->n; i++)
    worst = MAX (worst, fabs (x[i] - y[i]) / y[0]);
  gram_conformance_check (suite, worst, 1e-10, error,
                          "eigenvalues beside λ₁ against the reference device");
}

void
gram_conformance_states (GramConformance *suite)
{
  g_autoptr (GramConformanceProblem) p =
      gram_conformance_problem_new (75, 50, 210, 11, SETS, 0.4, 21);

  for (guint f = GRAM_FORMULATION_WEIGHTS;
       f <= GRAM_FORMULATION_LAZY && !gram_conformance_stopped (suite); f++)
    {
      p->spec.formulation = f;
      check_determinism (suite, &p->spec);
    }
  p->spec.formulation = GRAM_FORMULATION_AUTO;
  check_foreign (suite, p->spec);
  check_cancelled (suite, &p->spec);
  check_memory (suite, p->spec);
  if (suite->reference != NULL)
    {
      check_reference (suite, p->spec);
      check_reference_eigen (suite, &p->spec.train);
    }
}
