/* gram-dynamics.c: modes and error budget of a run's recorded predictions
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dynamics.h"

#include <math.h>
#include <string.h>

#include "gram-modes.h"
#include "gram-size.h"

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

#define BLOCK 32 /* snapshots projected together */

typedef struct
{
  GramSystem *system;
  const double *lambda;
  double *projection, *mode, *energy; /* (n) each, in one piece of memory with the others */
  double *u, *along; /* (n × BLOCK) snapshots, as they are and along the eigenvectors */
} Work;

static void
measure_snapshot (const Work *work, GramDynamics *dynamics, guint i, const double *u)
{
  gint64 n = dynamics->n;

  gram_modes_measure (n, work->projection, u, work->mode);
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
}

/* Snapshots @first … along the eigenvectors. */
static gboolean
project_block (const Work *work, const GramDynamics *dynamics, guint first, guint count,
               const GramJob *job, GError **error)
{
  gint64 n = dynamics->n;

  for (guint i = 0; i < count; i++)
    {
      const float *u = g_ptr_array_index (dynamics->u, first + i);

      for (gint64 j = 0; j < n; j++)
        work->u[i * n + j] = u[j];
    }
  return gram_system_project (work->system, count, work->u, n, work->along, n, job, error);
}

static gboolean
fill (const Work *work, GramDynamics *dynamics, GCancellable *cancellable, GError **error)
{
  GramJob job = { .cancellable = cancellable };
  gint64 n = dynamics->n;
  g_autoptr (GramErrorBudget) budget = NULL;

  if (!gram_system_project (work->system, 1, dynamics->labels->y, n, work->projection, n, &job,
                            error))
    return FALSE;
  for (guint i = 0; i < dynamics->count; i++)
    {
      const double *u = work->along + i % BLOCK * n;
      GramErrorBudgetRow row;

      if (i % BLOCK == 0
          && !project_block (work, dynamics, i, MIN (BLOCK, dynamics->count - i), &job, error))
        return FALSE;
      if (i == 0)
        budget = gram_error_budget_new (n, work->lambda, work->projection, u, dynamics->eta);
      measure_snapshot (work, dynamics, i, u);
      gram_error_budget_push (budget, (gint64) dynamics->step[i], u, &row);
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
  gram_autofree double *memory = NULL;
  Work work;

  if (!gram_analysis_check_spectrum (analysis, dynamics->n, error))
    return NULL;
  memory = gram_try_alloc (sizeof (double), dynamics->n, 3 + 2 * BLOCK, "the modes", error);
  if (memory == NULL)
    return NULL;
  work = (Work){ gram_analyser_get_system (analyser),
                 analysis->lambda,
                 memory,
                 memory + dynamics->n,
                 memory + 2 * dynamics->n,
                 memory + 3 * dynamics->n,
                 memory + (3 + BLOCK) * dynamics->n };
  if (!fill (&work, dynamics, cancellable, error))
    return NULL;
  g_atomic_int_inc (&dynamics->references);
  return dynamics;
}
