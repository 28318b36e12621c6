/* gram-analyser-krylov.c: λ₁ and the prediction curves before the spectrum
 *
 * SPDX-License-Identifier: MIT
 *
 * Stage KRYLOV: Lanczos from every label vector and one probe side by side; the Gauss quadrature
 * of each is y's spectral measure as far as any curve can tell, and Gauss–Radau says how far.
 */
#include "gram-analyser-private.h"

#include <math.h>
#include <string.h>

#include "gram-decay.h"
#include "gram-krylov.h"
#include "gram-philox.h"
#include "gram-size.h"

#define STEPS_CAP 400
#define STEPS_FIRST 20
#define STEPS_MORE 4
#define LATEST 20      /* of λ₀t: what is left of any residual then is 2e-9 of it */
#define TOLERANCE 1e-7 /* of a residual, relative */
#define TOLERANCE_LARGEST 1e-8 /* of ‖Av − θv‖/θ: θ is then good to 1e-10 unless λ₂ is as close */

typedef struct
{
  GramAnalyser *analyser;
  GramKrylov *krylov;
  guint count;              /* label sets */
  GramLabelAnalysis **sets; /* (count) */
  gboolean probe;           /* whether one more vector looks for λ₁ */
  double lambda_max;        /* estimate of λ₁ */
  double below;             /* close to λ₀ and not above it */
  double *error;            /* (count) of each set's curve */
} Pencil;

/* ---------- starting vectors ---------------------------------------------------------------- */

/* 1 plus noise: H∞ of images has positive entries and v₁ near 1; the noise serves the others. */
static void
fill_probe (const GramAnalyser *analyser, double *v)
{
  gint64 n = analyser->problem->n;

  gram_philox_normal (analyser->seed, GRAM_STREAM_PROBE, 1, 0, n, v);
  for (gint64 i = 0; i < n; i++)
    v[i] = 1 + 0.1 * v[i];
}

static gboolean
pencil_start (Pencil *pencil, GError **error)
{
  GramAnalyser *analyser = pencil->analyser;
  gint64 n = analyser->problem->n;
  gram_autofree double *Y =
      gram_try_alloc (sizeof (double), n, pencil->count + 1, "Krylov vectors", error);

  if (Y == NULL)
    return FALSE;
  for (guint i = 0; i < pencil->count; i++)
    memcpy (Y + i * n, pencil->sets[i]->labels->y, (gsize) n * sizeof (double));
  if (pencil->probe)
    fill_probe (analyser, Y + pencil->count * n);
  pencil->krylov = gram_krylov_new (n, pencil->count + (pencil->probe ? 1 : 0), Y, n, error);
  return pencil->krylov != NULL;
}

/* ---------- accuracy ------------------------------------------------------------------------ */

/* λ₁ from the best of all spaces. */
static gboolean
update_largest (Pencil *pencil, gboolean *converged, GError **error)
{
  guint count = pencil->count + (pencil->probe ? 1 : 0);
  double value, residual, best = INFINITY;

  for (guint i = 0; i < count; i++)
    {
      if (gram_krylov_get_steps (pencil->krylov, i) == 0)
        continue;
      if (!gram_krylov_largest (pencil->krylov, i, &value, &residual, NULL, error))
        return FALSE;
      pencil->lambda_max = MAX (pencil->lambda_max, value);
      if (i == pencil->count)
        best = residual;
    }
  *converged = !pencil->probe || best <= TOLERANCE_LARGEST * pencil->lambda_max
               || gram_krylov_is_exhausted (pencil->krylov, pencil->count);
  return TRUE;
}

/* Closes the spaces that are accurate enough; TRUE in @done when all are. */
static gboolean
pencil_check (Pencil *pencil, gboolean *done, GError **error)
{
  gboolean converged;

  if (!update_largest (pencil, &converged, error))
    return FALSE;
  if (converged && pencil->probe)
    gram_krylov_exhaust (pencil->krylov, pencil->count);
  *done = converged;
  for (guint i = 0; i < pencil->count; i++)
    {
      if (!gram_krylov_is_exhausted (pencil->krylov, i)
          && !gram_krylov_curve_error (pencil->krylov, i, pencil->lambda_max, pencil->below,
                                       LATEST / pencil->below, &pencil->error[i], error))
        return FALSE;
      if (pencil->error[i] <= TOLERANCE)
        gram_krylov_exhaust (pencil->krylov, i);
      *done = *done && gram_krylov_is_exhausted (pencil->krylov, i);
    }
  return TRUE;
}

static gboolean
pencil_run (Pencil *pencil, GError **error)
{
  GramAnalyser *analyser = pencil->analyser;
  double base = analyser->progress_base, span = analyser->progress_span;
  gboolean done = FALSE;
  guint steps = 0;

  while (!done && steps < STEPS_CAP)
    {
      guint more = steps == 0 ? STEPS_FIRST : STEPS_MORE;

      /* how many steps it takes is not known: the fraction only ever approaches the part's end */
      gram_analyser_map_progress (analyser, base + span * steps / (steps + 50.0), 0);
      if (!gram_krylov_extend (pencil->krylov, gram_apply_system, analyser->system, more,
                               &analyser->job, error)
          || !pencil_check (pencil, &done, error))
        return FALSE;
      steps += more;
    }
  return TRUE;
}

/* ---------- the stage ----------------------------------------------------------------------- */

static gboolean
store_quadratures (Pencil *pencil, GError **error)
{
  GramAnalysis *next = pencil->analyser->next;

  for (guint i = 0; i < pencil->count; i++)
    {
      GramLabelAnalysis *set = pencil->sets[i];
      guint steps = gram_krylov_get_steps (pencil->krylov, i);

      set->nodes = g_new (double, steps + 1);
      set->weights = g_new (double, steps + 1);
      if (!gram_krylov_gauss (pencil->krylov, i, set->nodes, set->weights, &set->n_nodes, error))
        return FALSE;
      if (isnan (next->quadrature_error) || pencil->error[i] > next->quadrature_error)
        next->quadrature_error = pencil->error[i];
    }
  return TRUE;
}

static gboolean
pencil_work (Pencil *pencil, GError **error)
{
  GramAnalysis *next = pencil->analyser->next;

  if (!pencil_start (pencil, error) || !pencil_run (pencil, error)
      || !store_quadratures (pencil, error))
    return FALSE;
  if (pencil->probe)
    next->lambda_max = pencil->lambda_max;
  gram_analyser_notice_accuracy (pencil->analyser);
  return TRUE;
}

/**
 * gram_analyser_krylov:
 *
 * Quadratures of the label sets that have neither one nor a projection, and λ₁ if it is not known.
 */
gboolean
gram_analyser_krylov (GramAnalyser *analyser, GError **error)
{
  GPtrArray *all = analyser->next->labels;
  Pencil pencil = { .analyser = analyser, .probe = isnan (analyser->next->lambda_max) };
  gboolean success = TRUE;

  pencil.sets = g_new0 (GramLabelAnalysis *, all->len + 1);
  for (guint i = 0; i < all->len && !analyser->decomposed; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (all, i);

      if (set->labels != NULL && set->n_nodes == 0)
        pencil.sets[pencil.count++] = set;
    }
  pencil.error = g_new0 (double, pencil.count + 1);
  pencil.lambda_max = pencil.probe ? 0 : analyser->next->lambda_max;
  /* where λ₀ is 0 or not known, n/ε·… is as slow as anything that float64 can tell */
  pencil.below = gram_analyser_below_smallest (analyser);
  pencil.below = MAX (pencil.below > 0 ? pencil.below : 0, 1e-12 * analyser->next->trace);
  if (pencil.count > 0 || pencil.probe)
    success = pencil_work (&pencil, error);
  gram_krylov_free (pencil.krylov);
  g_free (pencil.sets);
  g_free (pencil.error);
  return success;
}
