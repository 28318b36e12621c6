/* gram-finite-width.c: what the net's own Gram matrix at the start predicts of a run
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-finite-width.h"

#include <math.h>

#include "gram-decay.h"
#include "gram-dense.h"
#include "gram-krylov.h"
#include "gram-samples.h"
#include "gram-size.h"

#define STEPS_CAP 400
#define STEPS_MORE 8
#define LATEST 1e6     /* steps: beyond them a curve is as good as it happens to be */
#define TOLERANCE 1e-8 /* of a residual, relative */

static void
set_free (gpointer data)
{
  GramFiniteWidthSet *set = data;

  gram_labels_unref (set->labels);
  g_free (set->nodes);
  g_free (set->weights);
  g_free (set);
}

/**
 * gram_finite_width_new:
 * @problem: that @run was trained on
 *
 * Returns: (transfer full) (nullable): for gram_finite_width_compute(); %NULL when nothing was
 *   recorded, or of another problem
 */
GramFiniteWidth *
gram_finite_width_new (const GramRun *run, GramProblem *problem)
{
  static guint number; /* atomic */
  GramFiniteWidth *width;

  if (run->sets->len == 0 || run->n != problem->n)
    return NULL;
  width = g_new0 (GramFiniteWidth, 1);
  width->references = 1;
  width->number = (guint) g_atomic_int_add (&number, 1);
  width->problem = gram_problem_ref (problem);
  width->m = run->m;
  width->eta = run->eta;
  width->kappa = run->kappa;
  width->init = run->init;
  width->seed = run->seed;
  width->sets = g_ptr_array_new_with_free_func (set_free);
  for (guint i = 0; i < run->sets->len; i++)
    {
      GramFiniteWidthSet *set = g_new0 (GramFiniteWidthSet, 1);

      set->labels = gram_labels_ref (gram_run_get_set (run, i)->labels);
      g_ptr_array_add (width->sets, set);
    }
  return width;
}

/**
 * gram_finite_width_unref:
 * @data: (transfer full): a #GramFiniteWidth
 */
void
gram_finite_width_unref (gpointer data)
{
  GramFiniteWidth *width = data;

  if (!g_atomic_int_dec_and_test (&width->references))
    return;
  gram_problem_unref (width->problem);
  g_ptr_array_unref (width->sets);
  g_free (width);
}

/* ---------- the net at the start ------------------------------------------------------------ */

/* @H: (n × n): H(0); @u: (n): u(0). The labels play no part in either. */
static gboolean
evaluate_start (const GramFiniteWidth *width, GramDevice *device, const GramJob *job, double *H,
                double *u, GError **error)
{
  const GramFiniteWidthSet *set = g_ptr_array_index (width->sets, 0);
  GramTrainerSpec spec = { .m = width->m,
                           .n_sets = 1,
                           .Y = set->labels->y,
                           .eta = width->eta,
                           .kappa = width->kappa,
                           .init = width->init,
                           .seed = width->seed };
  GramObservation seen = { .u = u };
  GramSamples test;
  g_autoptr (GramTrainer) trainer = NULL;

  gram_samples_of_problem (width->problem, &spec.train, &test);
  trainer = gram_trainer_new (device, &spec, job, error);
  return trainer != NULL && gram_trainer_observe (trainer, 0, GRAM_OBSERVE_RESIDUAL, &seen, error)
         && gram_trainer_gram (trainer, 0, H, spec.train.n, error);
}

/* ---------- Lanczos ------------------------------------------------------------------------- */

typedef struct
{
  gint64 n;
  const double *H; /* (n × n) */
} Gram;

/* A GramApplyFunc; H is symmetric. */
static gboolean
apply_gram (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
            const GramJob *job, GError **error)
{
  const Gram *gram = data;

  return gram_dense_inner (gram->n, k, gram->n, gram->H, gram->n, V, ldv, Y, ldy, error);
}

/* Closes the spaces that tell their curve; whether all do is in @done. H(0) is positive
 * semidefinite, and nothing more is known of its smallest eigenvalue. */
static gboolean
check_curves (GramKrylov *krylov, guint count, double eta, gboolean *done, GError **error)
{
  double lambda_max = 0;

  *done = TRUE;
  for (guint i = 0; i < count; i++)
    {
      double value, residual;

      if (gram_krylov_get_steps (krylov, i) == 0)
        continue;
      if (!gram_krylov_largest (krylov, i, &value, &residual, error))
        return FALSE;
      lambda_max = MAX (lambda_max, value);
    }
  for (guint i = 0; i < count; i++)
    {
      double gap;

      if (gram_krylov_is_exhausted (krylov, i))
        continue;
      if (!gram_krylov_curve_error (krylov, i, lambda_max, 0, MAX (LATEST * eta, 2 / lambda_max),
                                    &gap, error))
        return FALSE;
      if (gap <= TOLERANCE)
        gram_krylov_exhaust (krylov, i);
      else
        *done = FALSE;
    }
  return TRUE;
}

static gboolean
store_quadratures (const GramFiniteWidth *width, const GramKrylov *krylov, GError **error)
{
  for (guint i = 0; i < width->sets->len; i++)
    {
      GramFiniteWidthSet *set = g_ptr_array_index (width->sets, i);
      guint steps = gram_krylov_get_steps (krylov, i);

      set->nodes = g_new (double, steps + 1);
      set->weights = g_new (double, steps + 1);
      if (!gram_krylov_gauss (krylov, i, set->nodes, set->weights, &set->n_nodes, error))
        return FALSE;
    }
  return TRUE;
}

/* @R: (n × sets): r(0) = u(0) − y */
static gboolean
find_quadratures (const GramFiniteWidth *width, const double *H, const double *R,
                  const GramJob *job, GError **error)
{
  Gram gram = { width->problem->n, H };
  g_autoptr (GramKrylov) krylov = gram_krylov_new (gram.n, width->sets->len, R, gram.n, error);
  gboolean done = FALSE;

  if (krylov == NULL)
    return FALSE;
  for (guint steps = 0; !done && steps < STEPS_CAP; steps += STEPS_MORE)
    if (!gram_krylov_extend (krylov, apply_gram, &gram, STEPS_MORE, job, error)
        || !check_curves (krylov, width->sets->len, width->eta, &done, error))
      return FALSE;
  return store_quadratures (width, krylov, error);
}

/**
 * gram_finite_width_compute:
 * @data: a #GramFiniteWidth of the problem that is analysed, to be filled in once
 *
 * A #GramQuestionFunc. Takes n² doubles and what a trainer takes, for as long as it lasts.
 *
 * Returns: (transfer full) (nullable): the same
 */
gpointer
gram_finite_width_compute (GramAnalyser *analyser, gpointer data, GCancellable *cancellable,
                           GError **error)
{
  GramFiniteWidth *width = data;
  const GramJob job = { .cancellable = cancellable };
  gint64 n = width->problem->n;
  gram_autofree double *H = gram_try_alloc (sizeof (double), n, n, "H(0)", error);
  gram_autofree double *R = NULL;
  g_autofree double *u = g_new (double, n);

  if (H == NULL || !evaluate_start (width, gram_analyser_get_device (analyser), &job, H, u, error))
    return NULL;
  R = gram_try_alloc (sizeof (double), n, width->sets->len, "residuals", error);
  for (guint i = 0; R != NULL && i < width->sets->len; i++)
    {
      const GramFiniteWidthSet *set = g_ptr_array_index (width->sets, i);

      for (gint64 j = 0; j < n; j++)
        R[(gint64) i * n + j] = u[j] - set->labels->y[j];
    }
  if (R == NULL || !find_quadratures (width, H, R, &job, error))
    return NULL;
  g_atomic_int_inc (&width->references);
  return width;
}

/* ---------- predictions --------------------------------------------------------------------- */

static const GramFiniteWidthSet *
find_set (const GramFiniteWidth *width, const GramLabels *labels)
{
  for (guint i = 0; width != NULL && i < width->sets->len; i++)
    {
      const GramFiniteWidthSet *set = g_ptr_array_index (width->sets, i);

      if (set->n_nodes > 0 && g_str_equal (set->labels->name, labels->name))
        return set;
    }
  return NULL;
}

/**
 * gram_finite_width_terms:
 * @width: (nullable):
 *
 * Returns: how many terms a prediction for @labels sums up, which is what it costs; 0 when there
 *   is none
 */
gint64
gram_finite_width_terms (const GramFiniteWidth *width, const GramLabels *labels)
{
  const GramFiniteWidthSet *set = find_set (width, labels);

  return set != NULL ? set->n_nodes : 0;
}

/**
 * gram_finite_width_predict_curve:
 * @width: (nullable):
 * @k: (array length=count): steps, not negative, whole or not
 * @residual: (out caller-allocates) (array length=count): ‖(I − ηH(0))ᵏ(u(0) − y)‖, number 30; NAN
 *   where there is no prediction
 */
void
gram_finite_width_predict_curve (const GramFiniteWidth *width, const GramLabels *labels,
                                 const double *k, gsize count, double *residual)
{
  const GramFiniteWidthSet *set = find_set (width, labels);

  if (set != NULL)
    gram_decay_curve (set->n_nodes, set->nodes, set->weights, width->eta, k, count, residual);
  else
    for (gsize i = 0; i < count; i++)
      residual[i] = NAN;
}
