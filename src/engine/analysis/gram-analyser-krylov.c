/* gram-analyser-krylov.c: λ₁ and the prediction curves before the spectrum
 *
 * SPDX-License-Identifier: MIT
 *
 * Stage KRYLOV: Lanczos from every label vector and one probe side by side; the Gauss quadrature
 * of each is y's spectral measure as far as any curve can tell, and Gauss–Radau says how far. Where
 * H∞ has no room for a factor the two hold yᵀH∞⁻¹y between them, too.
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
#define LATEST 20            /* of λ₀t: what is left of any residual then is 2e-9 of it */
#define TOLERANCE 1e-7       /* of a residual, relative */
#define TOLERANCE_FORM 1e-10 /* of yᵀH∞⁻¹y between its bounds, relative */
#define BELOW_RITZ 0.5       /* of the smallest Ritz value, while nothing else is known of λ₀ */
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
  double *highest;          /* (count) what was taken for less than λ₀; 0 before that */
  gboolean *closed;         /* (count) */
  GramKrylovForm *form;     /* (count) of each set, where there is no factor */
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
      if (!gram_krylov_largest (pencil->krylov, i, &value, &residual, error))
        return FALSE;
      pencil->lambda_max = MAX (pencil->lambda_max, value);
      if (i == pencil->count)
        best = residual;
    }
  *converged = !pencil->probe || best <= TOLERANCE_LARGEST * pencil->lambda_max
               || gram_krylov_is_exhausted (pencil->krylov, pencil->count);
  return TRUE;
}

/* What is taken for less than λ₀, as far as y can tell. */
static gboolean
set_below (Pencil *pencil, guint set, double *below, GError **error)
{
  GramAnalyser *analyser = pencil->analyser;
  double smallest;

  *below = pencil->below;
  if (!analyser->products_only || isfinite (analyser->lambda_min))
    return TRUE;
  smallest = gram_krylov_smallest (pencil->krylov, set, error);
  *below = MAX (pencil->below, BELOW_RITZ * smallest);
  return !isnan (smallest);
}

static gboolean
form_is_good (Pencil *pencil, guint set, double below, gboolean *good, GError **error)
{
  GramAnalyser *analyser = pencil->analyser;
  GramKrylovForm *form = &pencil->form[set];
  double rounding = gram_analyser_rounding (analyser->problem->n);

  *good = TRUE;
  if (!analyser->products_only)
    return TRUE;
  if (!gram_krylov_form (pencil->krylov, set, below, form, error))
    return FALSE;
  *good = form->upper - form->lower <= MAX (TOLERANCE_FORM * form->upper, rounding * form->squares);
  return TRUE;
}

/* Whether curve and form of a set are accurate enough */
static gboolean
check_set (Pencil *pencil, guint set, gboolean *good, GError **error)
{
  double below;

  if (!set_below (pencil, set, &below, error)
      || !gram_krylov_curve_error (pencil->krylov, set, pencil->lambda_max, below, LATEST / below,
                                   &pencil->error[set], error)
      || !form_is_good (pencil, set, below, good, error))
    return FALSE;
  *good = *good && pencil->error[set] <= TOLERANCE;
  pencil->highest[set] = below;
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
      gboolean good = FALSE;

      if (pencil->closed[i])
        continue;
      if (gram_krylov_get_steps (pencil->krylov, i) > 0 && !check_set (pencil, i, &good, error))
        return FALSE;
      if (good)
        gram_krylov_exhaust (pencil->krylov, i);
      pencil->closed[i] = gram_krylov_is_exhausted (pencil->krylov, i);
      *done = *done && pencil->closed[i];
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

/* The middle of the bounds, and what rounding does to it; +∞ where copies of an image differ */
static void
take_form (Pencil *pencil, guint set)
{
  GramAnalyser *analyser = pencil->analyser;
  const GramKrylovForm *form = &pencil->form[set];
  double middle = form->lower + (form->upper - form->lower) / 2;
  double rounding = gram_analyser_rounding (analyser->problem->n) * form->squares;
  gboolean finite = analyser->representative == NULL
                    || gram_analyser_agrees_on_copies (analyser, pencil->sets[set]->labels->y);

  gram_analyser_take_form (analyser, pencil->sets[set], finite ? middle : INFINITY,
                           (form->upper - form->lower) / 2 + rounding);
}

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
      pencil->analyser->highest_below = MAX (pencil->analyser->highest_below, pencil->highest[i]);
      if (pencil->analyser->products_only)
        take_form (pencil, i);
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
  pencil.error = g_new0 (double, 2 * (pencil.count + 1));
  pencil.highest = pencil.error + pencil.count + 1;
  pencil.closed = g_new0 (gboolean, pencil.count + 1);
  pencil.form = g_new0 (GramKrylovForm, pencil.count + 1);
  pencil.lambda_max = pencil.probe ? 0 : analyser->next->lambda_max;
  /* where λ₀ is 0 or not known, n/ε·… is as slow as anything that float64 can tell */
  pencil.below = gram_analyser_below_smallest (analyser);
  pencil.below = MAX (pencil.below > 0 ? pencil.below : 0, 1e-12 * analyser->next->trace);
  if (pencil.count > 0 || pencil.probe)
    success = pencil_work (&pencil, error);
  gram_krylov_free (pencil.krylov);
  g_free (pencil.sets);
  g_free (pencil.error);
  g_free (pencil.form);
  g_free (pencil.closed);
  return success;
}

/**
 * gram_analyser_krylov_again:
 *
 * Where λ₀ turned out to be below what the bounds took for less than it, curves and measures are
 * made once more with what is known now.
 */
gboolean
gram_analyser_krylov_again (GramAnalyser *analyser, GError **error)
{
  GPtrArray *all = analyser->next->labels;

  if (!analyser->products_only || analyser->representative != NULL
      || !(analyser->highest_below > analyser->lambda_min))
    return TRUE;
  for (guint i = 0; i < all->len; i++)
    {
      GramLabelAnalysis *set = g_ptr_array_index (all, i);

      g_clear_pointer (&set->nodes, g_free);
      g_clear_pointer (&set->weights, g_free);
      set->n_nodes = 0;
    }
  analyser->highest_below = 0;
  analyser->next->quadrature_error = NAN;
  return gram_analyser_krylov (analyser, error);
}
