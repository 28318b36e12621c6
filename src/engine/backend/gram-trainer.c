/* gram-trainer.c: gradient descent on a device, shapes checked once for every backend
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-trainer.h"

#include <math.h>

#include "gram-device-private.h"
#include "gram-error.h"
#include "gram-network.h"
#include "gram-state.h"

struct _GramTrainer
{
  GramDevice *device;
  gpointer impl;
  GramTrainerPlan plan;
  gint64 n, n_test, d;
  guint n_sets;
  gint64 step;
};

/* Why there can be no such part of a network */
static const char *
shard_fault (const GramTrainerSpec *spec)
{
  const GramShard *shard = &spec->shard;

  if (shard->count == 0)
    return shard->first == 0 && shard->sum == NULL ? NULL : "a part of a network has no neurons";
  if (shard->first < 0 || shard->count < 0 || shard->first > spec->m
      || shard->count > spec->m - shard->first)
    return "a part of a network reaches beyond the width m";
  if (spec->init == GRAM_INIT_ANTISYMMETRIC && (shard->first % 2 != 0 || shard->count % 2 != 0))
    return "a part of a network must not divide antisymmetric pairs";
  return shard->sum != NULL ? NULL : "a part of a network has nothing to add its outputs up with";
}

static gboolean
spec_check (const GramTrainerSpec *spec, GError **error)
{
  const char *wrong = NULL;

  if (!gram_samples_check (&spec->train, "training images", error)
      || (spec->test.n > 0 && !gram_samples_check (&spec->test, "test images", error)))
    return FALSE;
  if (spec->m < 1)
    wrong = "the width m must be at least 1";
  else if (spec->init == GRAM_INIT_ANTISYMMETRIC && spec->m % 2 != 0)
    wrong = "antisymmetric initialisation pairs neurons: the width m must be even";
  else if (!(spec->eta > 0) || !isfinite (spec->eta))
    wrong = "the learning rate η must be a positive number";
  else if (!(spec->kappa > 0) || !isfinite (spec->kappa))
    wrong = "the initialisation scale κ must be a positive number";
  else if (spec->n_sets < 1 || spec->Y == NULL)
    wrong = "there must be at least one label set";
  else if (spec->test.n > 0 && spec->test.d != spec->train.d)
    wrong = "training and test images differ in size";
  else
    wrong = shard_fault (spec);
  if (wrong != NULL)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_USAGE, wrong);
      return FALSE;
    }
  for (gint64 i = 0; i < spec->train.n * spec->n_sets; i++)
    if (!isfinite (spec->Y[i]))
      {
        g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                     "label %" G_GINT64_FORMAT " is not a number", i);
        return FALSE;
      }
  return TRUE;
}

/**
 * gram_trainer_plan:
 * @plan: (out caller-allocates): what gram_trainer_new() would do and how much memory it takes
 * @job: (nullable): tells how much of the images has gone to a device that lies elsewhere
 *
 * Nothing is allocated.
 */
gboolean
gram_trainer_plan (GramDevice *device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                   const GramJob *job, GError **error)
{
  if (!spec_check (spec, error)
      || !device->vtable->trainer_plan (device->impl, spec, plan, gram_job_or_none (job), error))
    return FALSE;
  plan->state_bytes = gram_state_size (spec);
  return TRUE;
}

/**
 * gram_trainer_new:
 * @spec: read only during the call; Y and the images are copied as needed
 *
 * Makes the network of Eq 1 and evaluates it, k = 0.
 *
 * Returns: (transfer full) (nullable): free with gram_trainer_free(). GRAM_ERROR_MEMORY is set
 *   before anything is allocated when the plan does not fit.
 */
GramTrainer *
gram_trainer_new (GramDevice *device, const GramTrainerSpec *spec, const GramJob *job,
                  GError **error)
{
  GramTrainerPlan plan;
  GramTrainer *trainer;
  GramJobPart planned, rest;
  gpointer impl;

  gram_job_part (&planned, job, 0, 1);
  if (!gram_trainer_plan (device, spec, &plan, &planned.job, error))
    return NULL;
  gram_job_part (&rest, job, planned.reached, 1 - planned.reached);
  impl = device->vtable->trainer_new (device->impl, spec, &rest.job, error);
  if (impl == NULL)
    return NULL;
  trainer = g_new0 (GramTrainer, 1);
  trainer->device = gram_device_ref (device);
  trainer->impl = impl;
  trainer->plan = plan;
  trainer->n = spec->train.n;
  trainer->n_test = spec->test.n;
  trainer->d = spec->train.d;
  trainer->n_sets = spec->n_sets;
  return trainer;
}

void
gram_trainer_free (GramTrainer *trainer)
{
  if (trainer == NULL)
    return;
  trainer->device->vtable->trainer_free (trainer->impl);
  gram_device_unref (trainer->device);
  g_free (trainer);
}

const GramTrainerPlan *
gram_trainer_get_plan (GramTrainer *trainer)
{
  return &trainer->plan;
}

gint64
gram_trainer_get_step (GramTrainer *trainer)
{
  return trainer->step;
}

/**
 * gram_trainer_step:
 * @count: steps to do
 * @residuals: (out caller-allocates): (n_sets × @count): column j has ‖y − u(k+j+1)‖ of each set
 *
 * @count steps of Eq 5 for every label set. A residual that is not finite is no error here: the
 * caller watches for divergence. When @job is cancelled between steps G_IO_ERROR_CANCELLED is set
 * and the trainer stands at a whole step that gram_trainer_observe() reports.
 */
gboolean
gram_trainer_step (GramTrainer *trainer, gint64 count, double *residuals, const GramJob *job,
                   GError **error)
{
  gboolean done;
  GramObservation now = { 0 };

  g_return_val_if_fail (count >= 0 && residuals != NULL, FALSE);
  done = trainer->device->vtable->trainer_step (trainer->impl, count, residuals,
                                                gram_job_or_none (job), error);
  if (done)
    trainer->step += count;
  else if (trainer->device->vtable->trainer_observe (trainer->impl, 0, GRAM_OBSERVE_RESIDUAL, &now,
                                                     NULL))
    trainer->step = now.step;
  return done;
}

/**
 * gram_trainer_observe:
 * @set: which label set
 * @flags: what to compute beyond u and the residual
 * @observation: (inout): arrays that are not %NULL are filled
 */
gboolean
gram_trainer_observe (GramTrainer *trainer, guint set, GramObserveFlags flags,
                      GramObservation *observation, GError **error)
{
  g_return_val_if_fail (set < trainer->n_sets, FALSE);
  return trainer->device->vtable->trainer_observe (trainer->impl, set, flags, observation, error);
}

/**
 * gram_trainer_weights:
 * @W: (out caller-allocates): (d × m), column-major, float32: W(k) of label set @set; of a
 *   shard, of its own neurons
 */
gboolean
gram_trainer_weights (GramTrainer *trainer, guint set, float *W, gint64 ldw, GError **error)
{
  g_return_val_if_fail (set < trainer->n_sets && ldw >= trainer->d, FALSE);
  return trainer->device->vtable->trainer_weights (trainer->impl, set, W, ldw, error);
}

/**
 * gram_trainer_save:
 * @kind: a native state is several times as large as a portable one
 *
 * The layout is gram-state.h's.
 *
 * Returns: (transfer full) (nullable): everything that W(0) and the problem do not determine; a
 *   trainer of the same spec, backend and formulation that restores a native state goes on bitwise
 *   the same, and one of another backend goes on from the same W(k)
 */
GBytes *
gram_trainer_save (GramTrainer *trainer, GramStateKind kind, GError **error)
{
  return trainer->device->vtable->trainer_save (trainer->impl, kind, error);
}

/* As its own state, else as another's */
static gboolean
restore_any (GramTrainer *trainer, GBytes *state, GError **error)
{
  const GramBackendVTable *vtable = trainer->device->vtable;
  g_autoptr (GError) foreign = NULL;

  if (vtable->trainer_restore (trainer->impl, state, GRAM_STATE_NATIVE, &foreign))
    return TRUE;
  if (g_error_matches (foreign, GRAM_ERROR, GRAM_ERROR_DATA))
    return vtable->trainer_restore (trainer->impl, state, GRAM_STATE_PORTABLE, error);
  g_propagate_error (error, g_steal_pointer (&foreign));
  return FALSE;
}

/**
 * gram_trainer_restore:
 * @state: from gram_trainer_save()
 *
 * gram_trainer_get_plan() says afterwards what runs: a state of another formulation may have
 * changed it.
 */
gboolean
gram_trainer_restore (GramTrainer *trainer, GBytes *state, GError **error)
{
  GramObservation now = { 0 };
  g_autoptr (GBytes) aligned = gram_state_align (state, error);

  if (aligned == NULL || !restore_any (trainer, aligned, error)
      || !trainer->device->vtable->trainer_observe (trainer->impl, 0, GRAM_OBSERVE_RESIDUAL, &now,
                                                    error))
    return FALSE;
  trainer->step = now.step;
  if (now.formulation != GRAM_FORMULATION_AUTO && now.formulation != trainer->plan.formulation)
    {
      trainer->plan.formulation = now.formulation;
      g_snprintf (trainer->plan.why, sizeof trainer->plan.why,
                  "%s: the saved state came from another formulation or device",
                  gram_formulation_to_string (now.formulation));
    }
  return TRUE;
}

static gboolean
unsupported (GramTrainer *trainer, const char *what, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED, "the %s backend does not offer %s",
               trainer->device->vtable->name, what);
  return FALSE;
}

/**
 * gram_trainer_gram:
 * @H: (out caller-allocates): (n × n): H(k)_ij = (K_ij/m)·Σ_r 1_{r,i}1_{r,j} of label set @set
 */
gboolean
gram_trainer_gram (GramTrainer *trainer, guint set, double *H, gint64 ldh, GError **error)
{
  g_return_val_if_fail (set < trainer->n_sets && ldh >= trainer->n, FALSE);
  if (trainer->device->vtable->trainer_gram == NULL)
    return unsupported (trainer, "H(k)", error);
  return trainer->device->vtable->trainer_gram (trainer->impl, set, H, ldh, error);
}

/**
 * gram_trainer_pattern:
 * @bits: (out caller-allocates): m rows of ⌈n/8⌉ bytes; bit i%8 of byte i/8 of row r is
 *   1{w_rᵀx_i ≥ 0}
 */
gboolean
gram_trainer_pattern (GramTrainer *trainer, guint set, guint8 *bits, GError **error)
{
  g_return_val_if_fail (set < trainer->n_sets, FALSE);
  if (trainer->device->vtable->trainer_pattern == NULL)
    return unsupported (trainer, "activation patterns", error);
  return trainer->device->vtable->trainer_pattern (trainer->impl, set, bits, error);
}
