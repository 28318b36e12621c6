/* gram-training-advance.c: steps in batches, and when a run stops
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-training-private.h"

#include <math.h>

#include "gram-stable-step.h"

/* All neurons are off: the net says 0 whatever it sees and has no gradient any more. */
static gboolean
has_died (GramTraining *training, guint set, double residual)
{
  GramTrainingWatch *watch = &training->watch[set];

  if (residual > GRAM_DIVERGED_LEAP_FACTOR * watch->scale)
    watch->leapt = TRUE;
  if (!watch->leapt || fabs (residual - watch->norm) > 1e-6 * watch->norm)
    watch->dead = 0;
  else if (++watch->dead == GRAM_DIVERGED_DEAD_STEPS)
    gram_training_notice (training, "the step was so large that it switched every neuron off: "
                                    "the net says 0 to every image and cannot learn any more");
  return watch->dead >= GRAM_DIVERGED_DEAD_STEPS;
}

static gboolean
has_diverged (GramTraining *training, const double *residuals)
{
  gboolean diverged = FALSE;

  for (guint i = 0; i < training->n_sets; i++)
    {
      GramTrainingWatch *watch = &training->watch[i];
      double limit = GRAM_DIVERGED_PATIENT_FACTOR * watch->scale;

      watch->above = residuals[i] <= limit ? 0 : watch->above + 1;
      diverged |= !isfinite (residuals[i]) || residuals[i] > GRAM_DIVERGED_FACTOR * watch->scale
                  || watch->above >= GRAM_DIVERGED_PATIENT_STEPS
                  || has_died (training, i, residuals[i]);
    }
  return diverged;
}

static gboolean
reached_target (GramTraining *training, const double *residuals)
{
  if (!(training->until_residual > 0))
    return FALSE;
  for (guint i = 0; i < training->n_sets; i++)
    if (!(residuals[i] <= training->until_residual * training->watch[i].norm))
      return FALSE;
  return TRUE;
}

static void
stop_diverged (GramTraining *training, gint64 k, const double *residuals, GCancellable *cancellable)
{
  gboolean finite = TRUE;

  for (guint i = 0; i < training->n_sets; i++)
    finite &= isfinite (residuals[i]);
  if (finite)
    gram_training_record_step (training, k, residuals, TRUE);
  training->stopped = GRAM_STOPPED_DIVERGED;
  if (training->lambda_max > 0)
    training->fresh->stable_eta = gram_stable_step_limit (training->lambda_max);
  gram_training_rewind (training, finite ? k : k - 1, cancellable);
}

/* Records the steps first … first + count − 1 of a batch. */
static void
take_batch (GramTraining *training, gint64 first, gint64 count, GCancellable *cancellable)
{
  for (gint64 j = 0; j < count; j++)
    {
      const double *residuals = training->residuals + j * training->n_sets;

      if (has_diverged (training, residuals))
        {
          stop_diverged (training, first + j, residuals, cancellable);
          return;
        }
      for (guint i = 0; i < training->n_sets; i++)
        training->now[i] = residuals[i];
      gram_training_record_step (training, first + j, residuals, FALSE);
      /* The trainer stands at the end of its batch, a few steps past the target: so does the
       * curve, which says what was done. */
      if (reached_target (training, residuals) && training->stopped == GRAM_STOPPED_NOT)
        training->stopped = GRAM_STOPPED_TARGET;
    }
  if (training->stopped == GRAM_STOPPED_NOT && training->max_steps > 0
      && first + count - 1 >= training->max_steps)
    training->stopped = GRAM_STOPPED_STEPS;
}

static gint64
batch_size (GramTraining *training, gint64 goal, double seconds)
{
  gint64 k = gram_trainer_get_step (training->trainer);
  gint64 room = MIN (goal - k, GRAM_TRAINING_BATCH);
  double pace = gram_training_get_seconds_per_step (training);
  gint64 count = 1;

  if (isnan (pace))
    room = 1;
  else if (pace > 0 && seconds / pace < (double) room)
    room = MAX (1, (gint64) (seconds / pace));
  while (count < room && !gram_training_is_special (training, k + count))
    count++;
  return count;
}

static void
note_timing (GramTraining *training, gint64 count, gint64 microseconds)
{
  training->timing[training->n_timings++ % GRAM_TRAINING_TIMINGS] =
      (double) microseconds / (double) count / G_USEC_PER_SEC;
}

/* One batch. Errors of the device lead to the CPU and are none then. */
static gboolean
advance_batch (GramTraining *training, gint64 count, GCancellable *cancellable, GError **error)
{
  GramJob job = { .cancellable = cancellable };
  gint64 first = gram_trainer_get_step (training->trainer) + 1, done;
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) failure = NULL;
  gboolean stepped =
      gram_trainer_step (training->trainer, count, training->residuals, &job, &failure);

  done = gram_trainer_get_step (training->trainer) - first + 1;
  if (stepped)
    note_timing (training, count, g_get_monotonic_time () - begin);
  if (stepped || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      take_batch (training, first, CLAMP (done, 0, count), cancellable);
      if (training->stopped == GRAM_STOPPED_DIVERGED)
        return TRUE;
      g_clear_error (&failure);
      if (gram_training_record_look (training, FALSE, &failure))
        {
          gram_training_sync (training);
          return TRUE;
        }
    }
  if (gram_training_can_rescue (training, failure)
      && gram_training_rescue (training, failure, cancellable, error)
      && (training->lost != NULL || gram_training_record_look (training, FALSE, error)))
    return TRUE;
  training->stopped = GRAM_STOPPED_FAILED;
  if (error != NULL && *error == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
record_start (GramTraining *training, GCancellable *cancellable, GError **error)
{
  return gram_training_record_start (training, error);
}

/**
 * gram_training_advance:
 * @max_steps: steps to do at most
 * @max_seconds: time to take, about; at least one step is done
 * @cancellable: (nullable): ends the call early, at a whole step; that is no error
 *
 * Trains until a limit of this call or of the run is reached; look at
 * gram_training_get_stopped(). A run that has stopped does nothing.
 *
 * Returns: %FALSE when the run failed for good
 */
gboolean
gram_training_advance (GramTraining *training, gint64 max_steps, double max_seconds,
                       GCancellable *cancellable, GError **error)
{
  gint64 begin = g_get_monotonic_time ();
  gint64 goal = gram_training_get_step (training);

  if (training->lost != NULL)
    return TRUE;
  goal = max_steps > G_MAXINT64 - goal ? G_MAXINT64 : goal + max_steps;
  if (training->max_steps > 0)
    goal = MIN (goal, training->max_steps);
  if (!gram_training_attempt (training, record_start, cancellable, error))
    return FALSE;
  if (training->max_steps > 0 && gram_training_get_step (training) >= training->max_steps
      && training->stopped == GRAM_STOPPED_NOT)
    training->stopped = GRAM_STOPPED_STEPS;
  if (reached_target (training, training->now) && training->stopped == GRAM_STOPPED_NOT)
    training->stopped = GRAM_STOPPED_TARGET;
  while (training->stopped == GRAM_STOPPED_NOT && gram_training_get_step (training) < goal)
    {
      double left =
          max_seconds - (double) (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;

      if (g_cancellable_is_cancelled (cancellable) || left <= 0)
        break;
      if (!advance_batch (training, batch_size (training, goal, left), cancellable, error))
        return FALSE;
    }
  return TRUE;
}
