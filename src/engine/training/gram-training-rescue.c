/* gram-training-rescue.c: where a training goes back to when something breaks
 *
 * SPDX-License-Identifier: MIT
 *
 * Every few seconds the trainer's state is kept in host memory. When a card fails, the run goes on
 * from there on the CPU; steps that were recorded already are done again unrecorded. When the run
 * diverges past what a float holds, the trainer is put back to a state that is still finite.
 */
#include "gram-training-private.h"

#include "gram-error.h"
#include "gram-size.h"

#define SYNC_PAUSE (10 * G_TIME_SPAN_SECOND)
/* Keeping the state may take this share of the time at most. */
#define SYNC_SHARE 40
/* A diverged run is replayed to its last finite step when that takes no longer than this. */
#define REWIND_SECONDS 2.0

gboolean
gram_training_make_trainer (GramTraining *training, GCancellable *cancellable, GError **error)
{
  const GramJob quiet = { .cancellable = cancellable };
  const GramJob *job = training->making != NULL ? training->making : &quiet;
  GramTrainer *trainer = gram_trainer_new (training->device, &training->spec, job, error);
  const GramDeviceInfo *info = gram_device_get_info (training->device);

  if (trainer == NULL)
    return FALSE;
  g_clear_pointer (&training->trainer, gram_trainer_free);
  training->trainer = trainer;
  training->n_timings = 0;
  if (training->fresh != NULL)
    {
      training->fresh->plan = *gram_trainer_get_plan (trainer);
      training->fresh->precision = training->fresh->plan.precision;
      g_free (training->fresh->device);
      training->fresh->device = g_strdup (info->name);
    }
  return TRUE;
}

/* From a device that lies elsewhere only what another device needs is fetched. */
static GramStateKind
kept_kind (GramTraining *training)
{
  return gram_device_get_info (training->device)->round_trip > 0 ? GRAM_STATE_PORTABLE
                                                                 : GRAM_STATE_NATIVE;
}

/* Keeps the trainer's state in host memory; FALSE when it cannot be had. */
static gboolean
keep_state (GramTraining *training)
{
  GBytes *state = gram_trainer_save (training->trainer, kept_kind (training), NULL);

  if (state == NULL)
    return FALSE;
  g_clear_pointer (&training->synced, g_bytes_unref);
  training->synced = state;
  return TRUE;
}

/* Keeps the trainer's state if it is time. */
void
gram_training_sync (GramTraining *training)
{
  gint64 now = g_get_monotonic_time ();
  guint64 available;

  if (training->sync_off || now - training->synced_time < training->sync_pause)
    return;
  available = gram_memory_available ();
  if ((available > 0 && gram_trainer_get_plan (training->trainer)->bytes > available / 4)
      || !keep_state (training))
    {
      training->sync_off = TRUE;
      return;
    }
  training->synced_time = g_get_monotonic_time ();
  training->sync_pause = MAX (SYNC_PAUSE, SYNC_SHARE * (training->synced_time - now));
}

/* Whether @error is the device's, and there is another to go to. */
gboolean
gram_training_can_rescue (GramTraining *training, const GError *error)
{
  return !gram_device_is_reference (training->device) && gram_backend_reference () != NULL
         && (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_DEVICE)
             || g_error_matches (error, GRAM_ERROR, GRAM_ERROR_MEMORY)
             || g_error_matches (error, GRAM_ERROR, GRAM_ERROR_NUMERIC)
             || g_error_matches (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED)
             || g_error_matches (error, GRAM_ERROR, GRAM_ERROR_FAILED));
}

/* Puts the trainer back to the last state that was kept, or to W(0). */
static gboolean
go_back (GramTraining *training, GCancellable *cancellable, GError **error)
{
  if (training->synced != NULL && gram_trainer_restore (training->trainer, training->synced, NULL))
    {
      training->fresh->plan = *gram_trainer_get_plan (training->trainer);
      return TRUE;
    }
  g_clear_pointer (&training->synced, g_bytes_unref);
  return gram_training_make_trainer (training, cancellable, error);
}

/* The failed device may hold a later state in host memory than the one kept here. */
static void
keep_last_state (GramTraining *training)
{
  if (training->trainer == NULL)
    return;
  keep_state (training);
  g_clear_pointer (&training->trainer, gram_trainer_free);
}

/* The step that the run goes on from is an earlier one: its residuals are the present ones, and if
 * the run was over, it is so no more. */
static gboolean
stand_here (GramTraining *training, GError **error)
{
  if (!gram_training_measure (training, error))
    return FALSE;
  if (training->stopped == GRAM_STOPPED_STEPS || training->stopped == GRAM_STOPPED_TARGET)
    training->stopped = GRAM_STOPPED_NOT;
  return TRUE;
}

/* Whether the CPU has room for the run, in whichever formulation it takes less. */
static gboolean
fits_here (GramTraining *training, GramDevice *cpu)
{
  GramTrainerSpec spec = training->spec;
  guint64 available = gram_memory_available ();
  GramTrainerPlan plan;

  spec.precision = GRAM_PRECISION_AUTO;
  if (available == 0)
    return TRUE;
  if (gram_trainer_plan (cpu, &spec, &plan, NULL, NULL) && plan.bytes <= available)
    return TRUE;
  spec.formulation = GRAM_FORMULATION_AUTO;
  return gram_trainer_plan (cpu, &spec, &plan, NULL, NULL) && plan.bytes <= available;
}

/* The state stays; the trainer goes with its device. */
static void
wait_for_device (GramTraining *training, const GError *why)
{
  keep_last_state (training);
  training->stopped = GRAM_STOPPED_LOST;
  g_clear_error (&training->lost);
  training->lost = g_error_copy (why);
}

/**
 * gram_training_get_lost:
 *
 * Returns: (transfer none) (nullable): why the run waits for its device, if it does
 */
const GError *
gram_training_get_lost (GramTraining *training)
{
  return training->lost;
}

/**
 * gram_training_move:
 * @device: where to go on
 *
 * A run that waits goes on from the last state that is known; steps that were recorded already are
 * done again unrecorded.
 *
 * Returns: %FALSE where it cannot go on there; then it waits as before
 */
gboolean
gram_training_move (GramTraining *training, GramDevice *device, GCancellable *cancellable,
                    GError **error)
{
  GramDevice *before = training->device;

  g_return_val_if_fail (training->lost != NULL, FALSE);
  if (gram_device_is_reference (device) && !fits_here (training, device))
    return gram_fail (error, GRAM_ERROR_MEMORY, "the run does not fit in this computer's memory");
  training->device = gram_device_ref (device);
  if (!gram_training_make_trainer (training, cancellable, error)
      || (training->synced != NULL
          && !gram_trainer_restore (training->trainer, training->synced, error))
      || !gram_training_measure (training, error))
    {
      g_clear_pointer (&training->trainer, gram_trainer_free);
      gram_device_unref (training->device);
      training->device = before;
      return FALSE;
    }
  gram_device_unref (before);
  training->fresh->plan = *gram_trainer_get_plan (training->trainer);
  training->stopped = GRAM_STOPPED_NOT;
  g_clear_error (&training->lost);
  gram_training_notice (training, "the run goes on from step %" G_GINT64_FORMAT " on %s",
                        gram_trainer_get_step (training->trainer),
                        gram_device_get_info (device)->name);
  return TRUE;
}

/**
 * gram_training_rescue:
 * @why: what the device said
 *
 * Moves the run to the CPU, to the last state that is known. A patient run that does not fit there
 * waits where a lost device was left.
 */
gboolean
gram_training_rescue (GramTraining *training, const GError *why, GCancellable *cancellable,
                      GError **error)
{
  g_autofree char *failed = g_strdup (gram_device_get_info (training->device)->name);
  g_autoptr (GramDevice) cpu = gram_device_open_reference (NULL, error);

  if (cpu == NULL)
    return FALSE;
  if (training->patient && gram_device_is_lost (training->device) && !fits_here (training, cpu))
    {
      wait_for_device (training, why);
      return TRUE;
    }
  keep_last_state (training);
  training->spec.precision = GRAM_PRECISION_AUTO;
  gram_device_unref (training->device);
  training->device = gram_device_ref (cpu);
  if (!gram_training_make_trainer (training, cancellable, NULL))
    {
      training->spec.formulation = GRAM_FORMULATION_AUTO;
      if (!gram_training_make_trainer (training, cancellable, error))
        return FALSE;
    }
  if (!go_back (training, cancellable, error) || !stand_here (training, error))
    return FALSE;
  gram_training_notice (training,
                        "%s failed (%s); the run goes on from step %" G_GINT64_FORMAT " on the CPU",
                        failed, why->message, gram_trainer_get_step (training->trainer));
  return TRUE;
}

/**
 * gram_training_attempt:
 * @func: works on the device, which may fail
 *
 * Where the device fails the run moves to the CPU, and @func is called once more; or it waits. When
 * that fails too the run has failed for good.
 */
gboolean
gram_training_attempt (GramTraining *training, GramTrainingFunc func, GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (func (training, cancellable, &failure))
    return TRUE;
  if (!gram_training_can_rescue (training, failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (gram_training_rescue (training, failure, cancellable, error)
      && (training->lost != NULL || func (training, cancellable, error)))
    return TRUE;
  training->stopped = GRAM_STOPPED_FAILED;
  return FALSE;
}

/* After divergence: the trainer is put to step @k, the last at which all was finite, when that is
 * quick, else to the last state kept; both are states that can be looked at and saved. */
void
gram_training_rewind (GramTraining *training, gint64 k, GCancellable *cancellable)
{
  GramJob job = { .cancellable = cancellable };
  double pace = gram_training_get_seconds_per_step (training);

  if (!go_back (training, cancellable, NULL))
    return;
  if ((double) (k - gram_trainer_get_step (training->trainer)) * pace > REWIND_SECONDS)
    return;
  while (gram_trainer_get_step (training->trainer) < k)
    {
      gint64 left = k - gram_trainer_get_step (training->trainer);

      if (!gram_trainer_step (training->trainer, MIN (left, GRAM_TRAINING_BATCH),
                              training->residuals, &job, NULL))
        return;
    }
}
