/* gram-dynamics.c: modes and error budget of a run's recorded predictions
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dynamics.h"

#include <math.h>
#include <string.h>

#include "gram-modes.h"

/**
 * gram_dynamics_new:
 * @set: index of a label set of @run
 *
 * Returns: (transfer full) (nullable): what the run recorded of u(k) until now, for
 *   gram_dynamics_compute(); %NULL when that is nothing, or does not begin at step 0
 */
GramDynamics *
gram_dynamics_new (const GramRun *run, guint set)
{
  const GramRunSet *from;
  GramDynamics *dynamics;
  guint count;

  g_return_val_if_fail (set < run->sets->len, NULL);
  from = g_ptr_array_index (run->sets, set);
  count = MIN (from->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->len, from->snapshot_u->len);
  if (count == 0 || g_array_index (from->curve[GRAM_QUANTITY_SNAPSHOT_STEP], double, 0) != 0)
    return NULL;
  dynamics = g_new0 (GramDynamics, 1);
  dynamics->references = 1;
  dynamics->labels = gram_labels_ref (from->labels);
  dynamics->n = run->n;
  dynamics->eta = run->eta;
  dynamics->count = count;
  dynamics->step =
      g_memdup2 (from->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->data, count * sizeof (double));
  dynamics->u = g_ptr_array_new_with_free_func (g_atomic_rc_box_release);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (dynamics->u,
                     g_atomic_rc_box_acquire (g_ptr_array_index (from->snapshot_u, i)));
  dynamics->bands = gram_modes_bands (run->n, GRAM_DYNAMICS_BANDS, dynamics->first);
  dynamics->measured = g_new (double, dynamics->bands *count);
  dynamics->predicted = g_new (double, dynamics->bands *count);
  dynamics->budget = g_array_sized_new (FALSE, TRUE, sizeof (GramErrorBudgetRow), count);
  return dynamics;
}

/**
 * gram_dynamics_unref:
 * @data: (transfer full): a #GramDynamics
 */
void
gram_dynamics_unref (gpointer data)
{
  GramDynamics *dynamics = data;

  if (!g_atomic_int_dec_and_test (&dynamics->references))
    return;
  gram_labels_unref (dynamics->labels);
  g_ptr_array_unref (dynamics->u);
  g_free (dynamics->step);
  g_free (dynamics->measured);
  g_free (dynamics->predicted);
  g_array_unref (dynamics->budget);
  g_free (dynamics);
}

typedef struct
{
  GramSystem *system;
  const double *lambda;
  double *projection, *mode, *energy, *u; /* (n) each, in one piece of memory */
} Work;

/* Snapshot @i in double precision, for as long as no other is asked for. */
static const double *
snapshot (const Work *work, const GramDynamics *dynamics, guint i)
{
  const float *u = g_ptr_array_index (dynamics->u, i);

  for (gint64 j = 0; j < dynamics->n; j++)
    work->u[j] = u[j];
  return work->u;
}

static gboolean
measure_snapshot (const Work *work, GramDynamics *dynamics, guint i, const double *u,
                  GError **error)
{
  gint64 n = dynamics->n;

  if (!gram_modes_measure (work->system, dynamics->labels->y, u, work->mode, error))
    return FALSE;
  for (gint64 j = 0; j < n; j++)
    work->mode[j] *= work->mode[j];
  gram_modes_predict (n, work->lambda, work->projection, dynamics->eta, dynamics->step[i],
                      work->energy);
  for (guint b = 0; b < dynamics->bands; b++)
    {
      gint64 first = dynamics->first[b], end = dynamics->first[b + 1];
      gsize at = (gsize) b * dynamics->count + i;

      dynamics->measured[at] = gram_modes_band_norm (work->mode, first, end);
      dynamics->predicted[at] = gram_modes_band_norm (work->energy, first, end);
    }
  return TRUE;
}

static gboolean
fill (const Work *work, GramDynamics *dynamics, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramErrorBudget) budget = NULL;

  if (!gram_system_project (work->system, 1, dynamics->labels->y, dynamics->n, work->projection,
                            dynamics->n, error))
    return FALSE;
  budget = gram_error_budget_new (work->system, work->lambda, dynamics->labels->y,
                                  snapshot (work, dynamics, 0), dynamics->eta, error);
  if (budget == NULL)
    return FALSE;
  for (guint i = 0; i < dynamics->count; i++)
    {
      const double *u = snapshot (work, dynamics, i);
      GramErrorBudgetRow row;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !measure_snapshot (work, dynamics, i, u, error)
          || !gram_error_budget_push (budget, (gint64) dynamics->step[i], u, &row, error))
        return FALSE;
      g_array_append_val (dynamics->budget, row);
    }
  return TRUE;
}

/**
 * gram_dynamics_compute:
 * @analyser: at stage SPECTRUM
 * @data: a #GramDynamics, to be filled in once
 *
 * A #GramQuestionFunc.
 *
 * Returns: (transfer full) (nullable): the same
 */
gpointer
gram_dynamics_compute (GramAnalyser *analyser, gpointer data, GCancellable *cancellable,
                       GError **error)
{
  GramDynamics *dynamics = data;
  g_autoptr (GramAnalysis) analysis = gram_analyser_get_analysis (analyser);
  g_autofree double *memory = NULL;
  Work work;

  if (!gram_analysis_check_spectrum (analysis, dynamics->n, error))
    return NULL;
  memory = g_new (double, 4 * (gsize) dynamics->n);
  work = (Work){ gram_analyser_get_system (analyser),
                 analysis->lambda,
                 memory,
                 memory + dynamics->n,
                 memory + 2 * dynamics->n,
                 memory + 3 * dynamics->n };
  if (!fill (&work, dynamics, cancellable, error))
    return NULL;
  g_atomic_int_inc (&dynamics->references);
  return dynamics;
}
