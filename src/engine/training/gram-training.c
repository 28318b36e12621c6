/* gram-training.c: gradient descent driven in slices of time
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-training-private.h"

#include <math.h>

#include "gram-error.h"
#include "gram-samples.h"
#include "gram-size.h"

/**
 * gram_training_width:
 *
 * Returns: m: the settings', or what the device can carry: the paper's 10,000 on a card
 */
gint64
gram_training_width (GramDevice *device, const GramSettings *settings)
{
  return settings->m > 0 ? settings->m : gram_device_get_width (device);
}

static void
fill_spec (GramTrainerSpec *spec, GramDevice *device, const GramProblem *problem,
           const GramSettings *settings)
{
  gram_samples_of_problem (problem, &spec->train, &spec->test);
  spec->m = gram_training_width (device, settings);
  spec->eta = settings->eta;
  spec->kappa = settings->kappa;
  spec->init = settings->init;
  spec->seed = settings->problem.seed;
  spec->formulation = settings->formulation;
  spec->precision = settings->precision;
}

/* Two n × n matrices, and where H(k) is looked at every so many steps its share of a step: of each
 * label set n² words of m patterns, and the eigenvalues. */
static void
plan_gram (const GramSettings *settings, const GramTrainerSpec *spec, GramTrainerPlan *plan)
{
  double n = (double) spec->train.n;

  if (settings->drift || settings->kernel_every > 0)
    plan->bytes += (guint64) (2 * n * n * sizeof (double));
  if (settings->kernel_every > 0)
    plan->flops_per_step += spec->n_sets * (n * n * (double) spec->m / 64 + 4 * n * n * n / 3)
                            / (double) settings->kernel_every;
}

/**
 * gram_training_plan:
 * @n_sets: label sets to train side by side
 * @job: (nullable): as gram_trainer_plan()
 *
 * What gram_training_new() would do, and the memory it would take, H(0) and H(k) included where
 * they are asked for; nothing is allocated on the device.
 */
gboolean
gram_training_plan (GramDevice *device, const GramProblem *problem, guint n_sets,
                    const GramSettings *settings, GramTrainerPlan *plan, const GramJob *job,
                    GError **error)
{
  GramTrainerSpec spec = { .n_sets = n_sets };
  gram_autofree double *Y = gram_try_alloc (sizeof (double), problem->n, n_sets, "labels", error);

  if (Y == NULL)
    return FALSE;
  fill_spec (&spec, device, problem, settings);
  spec.Y = Y;
  if (!gram_trainer_plan (device, &spec, plan, job, error))
    return FALSE;
  plan_gram (settings, &spec, plan);
  return TRUE;
}

static gboolean
copy_labels (GramTraining *training, GError **error)
{
  gint64 n = training->spec.train.n;

  training->Y = gram_try_alloc (sizeof (double), n, training->n_sets, "labels", error);
  if (training->Y == NULL)
    return FALSE;
  training->watch = g_new0 (GramTrainingWatch, training->n_sets);
  for (guint i = 0; i < training->n_sets; i++)
    {
      const GramLabels *labels = g_ptr_array_index (training->labels, i);
      double sum = 0;

      if (labels->n != n)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "%s: %" G_GINT64_FORMAT " labels for %" G_GINT64_FORMAT " images",
                       labels->name, labels->n, n);
          return FALSE;
        }
      for (gint64 j = 0; j < n; j++)
        {
          training->Y[(gint64) i * n + j] = labels->y[j];
          sum += labels->y[j] * labels->y[j];
        }
      training->watch[i].norm = sqrt (sum);
    }
  training->spec.Y = training->Y;
  training->spec.n_sets = training->n_sets;
  return TRUE;
}

/* Makes the trainer, unless a rescue has. ‖y − u(0)‖ sets the scale that divergence is measured by.
 */
static gboolean
start_trainer (GramTraining *training, GCancellable *cancellable, GError **error)
{
  if ((training->trainer == NULL && !gram_training_make_trainer (training, cancellable, error))
      || !gram_training_measure (training, error))
    return FALSE;
  for (guint i = 0; i < training->n_sets; i++)
    training->watch[i].scale = MAX (training->watch[i].norm, training->now[i]);
  return TRUE;
}

/**
 * gram_training_new:
 * @device: where to train; another than the CPU may fail later, and the run moves to the CPU
 * @labels: of GramLabels: the label sets, all trained from the same W(0); not to be changed any
 * more
 * @settings: the network's and the limits
 * @job: (nullable): tells how far the trainer is made
 *
 * Makes the trainer at k = 0. Nothing is recorded yet.
 *
 * Returns: (transfer full) (nullable): free with gram_training_free()
 */
GramTraining *
gram_training_new (GramDevice *device, GramProblem *problem, GPtrArray *labels,
                   const GramSettings *settings, const GramJob *job, GError **error)
{
  g_autoptr (GramTraining) training = g_new0 (GramTraining, 1);

  g_return_val_if_fail (labels->len > 0, NULL);
  training->device = gram_device_ref (device);
  training->problem = gram_problem_ref (problem);
  training->labels = g_ptr_array_ref (labels);
  training->n_sets = labels->len;
  training->max_steps = settings->max_steps;
  training->until_residual = settings->until_residual;
  training->record_every = settings->record_every;
  training->drift = settings->drift;
  training->kernel_every = settings->kernel_every;
  training->lambda_max = NAN;
  training->synced_time = g_get_monotonic_time ();
  fill_spec (&training->spec, device, problem, settings);
  gram_training_record_init (training);
  training->making = job = gram_job_or_none (job);
  if (!copy_labels (training, error)
      || !gram_training_attempt (training, start_trainer, job->cancellable, error))
    return NULL;
  training->making = NULL;
  return g_steal_pointer (&training);
}

void
gram_training_free (GramTraining *training)
{
  if (training == NULL)
    return;
  g_clear_pointer (&training->trainer, gram_trainer_free);
  gram_training_record_clear (training);
  g_clear_pointer (&training->synced, g_bytes_unref);
  gram_free (training->Y);
  g_free (training->watch);
  g_ptr_array_unref (training->labels);
  gram_problem_unref (training->problem);
  gram_device_unref (training->device);
  g_clear_error (&training->lost);
  g_free (training);
}

/**
 * gram_training_set_limits:
 * @max_steps: 0: none
 * @until_residual: stop when every set has ‖y − u‖ ≤ this·‖y‖; 0: never
 *
 * A run that had stopped at an earlier limit can go on.
 */
void
gram_training_set_limits (GramTraining *training, gint64 max_steps, double until_residual)
{
  training->max_steps = max_steps;
  training->until_residual = until_residual;
  if (training->stopped == GRAM_STOPPED_STEPS || training->stopped == GRAM_STOPPED_TARGET)
    training->stopped = GRAM_STOPPED_NOT;
}

/**
 * gram_training_set_lambda_max:
 * @lambda_max: λ₁ of H∞, so that a run that diverges can name a stable η
 */
void
gram_training_set_lambda_max (GramTraining *training, double lambda_max)
{
  training->lambda_max = lambda_max;
}

/**
 * gram_training_set_only_residuals:
 *
 * Nothing but residuals is recorded on the way, for who asks only how a net ends, which
 * gram_training_settle() looks at: test images, distances and u(k) take longer than many a step.
 */
void
gram_training_set_only_residuals (GramTraining *training)
{
  training->only_residuals = TRUE;
}

/**
 * gram_training_set_patient:
 *
 * Whether a run that does not fit in this computer's memory waits when its device is lost, which
 * gram_training_get_lost() tells, for gram_training_move(); it fails unless told otherwise.
 */
void
gram_training_set_patient (GramTraining *training, gboolean patient)
{
  training->patient = patient;
}

static gboolean
settle_here (GramTraining *training, GCancellable *cancellable, GError **error)
{
  if (!gram_training_record_start (training, error)
      || !gram_training_record_look (training, TRUE, error))
    return FALSE;
  if (training->stopped != GRAM_STOPPED_DIVERGED)
    gram_training_record_step (training, gram_training_get_step (training), training->now, TRUE);
  return TRUE;
}

/**
 * gram_training_settle:
 *
 * Records the present step although no schedule asks for it, because the run is paused or over
 * and people look at its last point. The point goes when the run goes on.
 *
 * A device that fails here costs the run no more than it does in a step: the run then stands at an
 * earlier step on the CPU, and one that was over has steps to do once more, which
 * gram_training_get_stopped() tells.
 *
 * Returns: %FALSE when the run failed for good
 */
gboolean
gram_training_settle (GramTraining *training, GError **error)
{
  return training->stopped == GRAM_STOPPED_FAILED || training->trainer == NULL
         || gram_training_attempt (training, settle_here, NULL, error);
}

/* Of the steps done, those for which S waited: the largest of the label sets'. */
static gint64
count_lazy_steps (GramTraining *training)
{
  gint64 most = 0;

  for (guint i = 0; training->trainer != NULL && i < training->n_sets; i++)
    {
      GramObservation seen = { 0 };

      if (gram_trainer_observe (training->trainer, i, GRAM_OBSERVE_RESIDUAL, &seen, NULL))
        most = MAX (most, seen.lazy_steps);
    }
  return most;
}

/**
 * gram_training_drain:
 * @run: what was recorded since the last call is appended to it
 */
void
gram_training_drain (GramTraining *training, GramRun *run)
{
  GramRun *fresh = training->fresh;

  fresh->steps = MAX (gram_training_get_step (training), training->recorded_until);
  fresh->stopped = training->stopped;
  fresh->seconds_per_step = gram_training_get_seconds_per_step (training);
  fresh->lazy_steps = count_lazy_steps (training);
  gram_run_merge (run, fresh);
  for (guint i = 0; i < fresh->sets->len; i++)
    gram_run_set_empty (gram_run_get_set (fresh, i));
  g_ptr_array_set_size (fresh->notices, 0);
}

GramStopped
gram_training_get_stopped (GramTraining *training)
{
  return training->stopped;
}

gint64
gram_training_get_step (GramTraining *training)
{
  /* None when a move to another device failed. */
  return training->trainer != NULL ? gram_trainer_get_step (training->trainer)
                                   : MAX (training->recorded_until, 0);
}

/**
 * gram_training_get_outputs:
 * @set: a label set
 * @u: (out caller-allocates): (n) u(k) at the present step
 */
gboolean
gram_training_get_outputs (GramTraining *training, guint set, double *u, GError **error)
{
  GramObservation seen = { .u = u };

  return gram_trainer_observe (training->trainer, set, GRAM_OBSERVE_RESIDUAL, &seen, error);
}

/**
 * gram_training_get_spec:
 *
 * Returns: (transfer none): what gram_network_weights() and gram_network_signs() need for W(0), a
 */
const GramTrainerSpec *
gram_training_get_spec (GramTraining *training)
{
  return &training->spec;
}

/**
 * gram_training_save:
 *
 * Returns: (transfer full) (nullable): the trainer's state, see gram-state.h; %NULL with
 *   GRAM_ERROR_DEVICE while the run waits for a device that is gone
 */
GBytes *
gram_training_save (GramTraining *training, GError **error)
{
  if (training->trainer == NULL)
    {
      gram_fail (error, GRAM_ERROR_DEVICE, "the run waits for its device, which has its weights");
      return NULL;
    }
  return gram_trainer_save (training->trainer, GRAM_STATE_NATIVE, error);
}

/**
 * gram_training_restore:
 * @state: from gram_training_save() of a run with the same problem, labels and settings
 *
 * Goes on from @state; steps up to there are taken as recorded.
 */
gboolean
gram_training_restore (GramTraining *training, GBytes *state, GError **error)
{
  gint64 k;

  if ((training->drift || training->kernel_every > 0)
      && !gram_training_record_start (training, error))
    return FALSE;
  if (!gram_trainer_restore (training->trainer, state, error))
    return FALSE;
  training->fresh->plan = *gram_trainer_get_plan (training->trainer);
  k = gram_trainer_get_step (training->trainer);
  training->recorded_until = training->observed_at = training->snapshot_at = k;
  training->kernel_at = k;
  if (!gram_training_measure (training, error))
    return FALSE;
  for (guint i = 0; i < training->n_sets; i++)
    gram_run_set_empty (gram_run_get_set (training->fresh, i));
  g_clear_pointer (&training->synced, g_bytes_unref);
  training->synced = g_bytes_ref (state);
  training->stopped = GRAM_STOPPED_NOT;
  return TRUE;
}
