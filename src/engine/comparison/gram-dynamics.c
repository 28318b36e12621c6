/* gram-dynamics.c: modes and error budget of a run's recorded predictions
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dynamics.h"

#include <math.h>
#include <string.h>

#include "gram-modes.h"

struct _GramDynamicsJob
{
  GramLabels *labels;
  gint64 n;
  double eta;
  guint count;
  double *step;
  GPtrArray *u; /* of float *: snapshots of the run */
};

/**
 * gram_dynamics_job_new:
 * @set: index of a label set of @run
 *
 * Returns: (transfer full) (nullable): what the run recorded of u(k) until now; %NULL when that is
 * nothing, or does not begin at step 0
 */
GramDynamicsJob *
gram_dynamics_job_new (const GramRun *run, guint set)
{
  const GramRunSet *from;
  GramDynamicsJob *job;
  guint count;

  g_return_val_if_fail (set < run->sets->len, NULL);
  from = g_ptr_array_index (run->sets, set);
  count = MIN (from->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->len, from->snapshot_u->len);
  if (count == 0 || g_array_index (from->curve[GRAM_QUANTITY_SNAPSHOT_STEP], double, 0) != 0)
    return NULL;
  job = g_new0 (GramDynamicsJob, 1);
  job->labels = gram_labels_ref (from->labels);
  job->n = run->n;
  job->eta = run->eta;
  job->count = count;
  job->step = g_memdup2 (from->curve[GRAM_QUANTITY_SNAPSHOT_STEP]->data, count * sizeof (double));
  job->u = g_ptr_array_new_with_free_func (g_atomic_rc_box_release);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (job->u, gram_run_snapshot_ref (g_ptr_array_index (from->snapshot_u, i)));
  return job;
}

/**
 * gram_dynamics_job_free:
 * @data: (transfer full): a #GramDynamicsJob
 */
void
gram_dynamics_job_free (gpointer data)
{
  GramDynamicsJob *job = data;

  gram_labels_unref (job->labels);
  g_free (job->step);
  g_ptr_array_unref (job->u);
  g_free (job);
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
  g_free (dynamics->step);
  g_free (dynamics->measured);
  g_free (dynamics->predicted);
  g_array_unref (dynamics->budget);
  g_free (dynamics);
}

static GramDynamics *
dynamics_new (const GramDynamicsJob *job)
{
  GramDynamics *dynamics = g_new0 (GramDynamics, 1);

  dynamics->references = 1;
  dynamics->labels = gram_labels_ref (job->labels);
  dynamics->n = job->n;
  dynamics->eta = job->eta;
  dynamics->count = job->count;
  dynamics->step = g_memdup2 (job->step, job->count * sizeof (double));
  dynamics->bands = gram_modes_bands (job->n, GRAM_DYNAMICS_BANDS, dynamics->first);
  dynamics->measured = g_new (double, dynamics->bands * job->count);
  dynamics->predicted = g_new (double, dynamics->bands * job->count);
  dynamics->budget = g_array_sized_new (FALSE, TRUE, sizeof (GramErrorBudgetRow), job->count);
  return dynamics;
}

typedef struct
{
  GramSystem *system;
  const double *lambda;
  double *projection, *mode, *energy, *u; /* (n) each, in one piece of memory */
} Work;

/* Snapshot @i in double precision, for as long as no other is asked for. */
static const double *
snapshot (const Work *work, const GramDynamicsJob *job, guint i)
{
  const float *u = g_ptr_array_index (job->u, i);

  for (gint64 j = 0; j < job->n; j++)
    work->u[j] = u[j];
  return work->u;
}

static gboolean
measure_snapshot (const Work *work, const GramDynamicsJob *job, guint i, const double *u,
                  GramDynamics *dynamics, GError **error)
{
  gint64 n = job->n;

  if (!gram_modes_measure (work->system, job->labels->y, u, work->mode, error))
    return FALSE;
  for (gint64 j = 0; j < n; j++)
    work->mode[j] *= work->mode[j];
  gram_modes_predict (n, work->lambda, work->projection, job->eta, job->step[i], work->energy);
  for (guint b = 0; b < dynamics->bands; b++)
    {
      gint64 first = dynamics->first[b], end = dynamics->first[b + 1];
      gsize at = (gsize) b * job->count + i;

      dynamics->measured[at] = gram_modes_band_norm (work->mode, first, end);
      dynamics->predicted[at] = gram_modes_band_norm (work->energy, first, end);
    }
  return TRUE;
}

static gboolean
fill (const Work *work, const GramDynamicsJob *job, GramDynamics *dynamics,
      GCancellable *cancellable, GError **error)
{
  g_autoptr (GramErrorBudget) budget = NULL;

  if (!gram_system_project (work->system, 1, job->labels->y, job->n, work->projection, job->n,
                            error))
    return FALSE;
  budget = gram_error_budget_new (work->system, work->lambda, job->labels->y,
                                  snapshot (work, job, 0), job->eta, error);
  if (budget == NULL)
    return FALSE;
  for (guint i = 0; i < job->count; i++)
    {
      const double *u = snapshot (work, job, i);
      GramErrorBudgetRow row;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !measure_snapshot (work, job, i, u, dynamics, error)
          || !gram_error_budget_push (budget, (gint64) job->step[i], u, &row, error))
        return FALSE;
      g_array_append_val (dynamics->budget, row);
    }
  return TRUE;
}

/**
 * gram_dynamics_compute:
 * @analyser: at stage SPECTRUM
 * @data: a #GramDynamicsJob
 *
 * A #GramQuestionFunc.
 *
 * Returns: (transfer full) (nullable): a #GramDynamics
 */
gpointer
gram_dynamics_compute (GramAnalyser *analyser, gpointer data, GCancellable *cancellable,
                       GError **error)
{
  const GramDynamicsJob *job = data;
  g_autoptr (GramAnalysis) analysis = gram_analyser_get_analysis (analyser);
  GramDynamics *dynamics;
  g_autofree double *memory = NULL;
  Work work;

  if (!gram_analysis_check_spectrum (analysis, job->n, error))
    return NULL;
  memory = g_new (double, 4 * (gsize) job->n);
  work = (Work){ gram_analyser_get_system (analyser),
                 analysis->lambda,
                 memory,
                 memory + job->n,
                 memory + 2 * job->n,
                 memory + 3 * job->n };
  dynamics = dynamics_new (job);
  if (!fill (&work, job, dynamics, cancellable, error))
    g_clear_pointer (&dynamics, gram_dynamics_unref);
  return dynamics;
}
