/* gram-training-record.c: what of a training is kept, and when it is looked at
 *
 * SPDX-License-Identifier: MIT
 *
 * Residuals are there after every step and are kept as gram_run_records() says. Looking at more
 * (distance, patterns, test images) costs about a step, so it is done every 40th step at most but
 * for the first few, ever more rarely later. All schedules depend on k alone: the curves of a run
 * do not depend on the speed of the machine nor on where it was paused.
 */
#include "gram-training-private.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "gram-alignment.h"
#include "gram-dense.h"
#include "gram-losses.h"
#include "gram-size.h"

#define RANK_MOST 2000 /* images whose H(k) is taken apart: some n³ operations at once */

/* Two n × n matrices for what H(k) tells; a run goes on without when they do not fit. */
static void
init_gram (GramTraining *training)
{
  g_autoptr (GError) error = NULL;
  gint64 n = training->spec.train.n;

  if (!training->drift && training->kernel_every == 0)
    return;
  if (training->kernel_every > 0 && n > RANK_MOST)
    gram_training_notice (training,
                          "the effective rank of H(k) is not recorded: all eigenvalues "
                          "of more than %d images take too long",
                          RANK_MOST);
  if (training->gram_start == NULL)
    training->gram_start = gram_try_alloc (sizeof (double), n, n, "H(0)", &error);
  if (training->gram_start != NULL && training->gram_now == NULL)
    training->gram_now = gram_try_alloc (sizeof (double), n, n, "H(k)", &error);
  if (training->gram_now != NULL
      && gram_trainer_gram (training->trainer, 0, training->gram_start, n, &error))
    {
      training->gram_norm = gram_alignment_norm (n, training->gram_start, n);
      return;
    }
  gram_training_notice (training, "the drift of H(k) is not recorded: %s", error->message);
  training->drift = FALSE;
  training->kernel_every = training->fresh->kernel_every = 0;
}

/* Buffers and the run's description; the trainer is there. */
void
gram_training_record_init (GramTraining *training)
{
  const GramTrainerSpec *spec = &training->spec;
  GramRun *run = training->fresh = gram_run_new ();

  training->residuals = g_new0 (double, training->n_sets *GRAM_TRAINING_BATCH);
  training->now = g_new0 (double, training->n_sets);
  training->u = g_new0 (double, spec->train.n);
  training->u_test = g_new0 (double, spec->test.n);
  for (guint i = 0; i < training->n_sets; i++)
    gram_run_add_set (run, g_ptr_array_index (training->labels, i));
  run->n = spec->train.n;
  run->n_test = spec->test.n;
  run->d = spec->train.d;
  run->m = spec->m;
  run->eta = spec->eta;
  run->kappa = spec->kappa;
  run->init = spec->init;
  run->seed = spec->seed;
  run->record_every = training->record_every;
  run->kernel_every = training->kernel_every;
  training->looks = g_new0 (GramTrainingLook, training->n_sets);
  training->recorded_until = -1;
  training->observed_at = -1;
  training->snapshot_at = -1;
  training->kernel_at = -1;
}

void
gram_training_record_clear (GramTraining *training)
{
  gram_run_unref (training->fresh);
  g_free (training->looks);
  g_free (training->residuals);
  g_free (training->now);
  g_free (training->u);
  g_free (training->u_test);
  gram_free (training->gram_start);
  gram_free (training->gram_now);
}

void
gram_training_notice (GramTraining *training, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (training->fresh->notices, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/**
 * gram_training_get_seconds_per_step:
 *
 * Returns: median over the recent batches; NAN before the first
 */
double
gram_training_get_seconds_per_step (GramTraining *training)
{
  double sorted[GRAM_TRAINING_TIMINGS];
  guint count = MIN (training->n_timings, GRAM_TRAINING_TIMINGS);

  if (count == 0)
    return NAN;
  for (guint i = 0; i < count; i++)
    sorted[i] = training->timing[i];
  qsort (sorted, count, sizeof *sorted, compare_doubles);
  return sorted[count / 2];
}

static gboolean
takes_snapshot (gint64 k)
{
  int octave = 0;

  for (gint64 rest = k; rest > 1; rest /= 2)
    octave++;
  if (octave >= 24)
    return (k & (k - 1)) == 0;
  return octave <= 3 || k % ((gint64) 1 << (octave - 3)) == 0;
}

static gboolean
observes (const GramTraining *training, gint64 k)
{
  return !training->only_residuals && gram_run_observes (k, training->fresh->plan.formulation);
}

gboolean
gram_training_is_special (GramTraining *training, gint64 k)
{
  return observes (training, k) || (!training->only_residuals && takes_snapshot (k))
         || gram_run_looks_at_kernel (k, training->kernel_every);
}

/* @residuals: (n_sets) at step @k. @provisional: keep it although the schedule would not. */
void
gram_training_record_step (GramTraining *training, gint64 k, const double *residuals,
                           gboolean provisional)
{
  if (k <= training->recorded_until
      || (!provisional && !gram_run_records (k, training->record_every)
          && !gram_run_looks_at_kernel (k, training->kernel_every)))
    return;
  for (guint i = 0; i < training->n_sets; i++)
    {
      GramMoment moment = { .k = k, .seen.residual = residuals[i] };
      double values[GRAM_N_QUANTITIES];

      gram_quantity_measure (GRAM_QUANTITY_STEP, &moment, values);
      gram_run_drop_provisional (training->fresh, i, GRAM_QUANTITY_STEP);
      gram_run_set_append (gram_run_get_set (training->fresh, i), GRAM_QUANTITY_STEP, values);
    }
  training->recorded_until = k;
}

/* What H(k) tells: its drift, and where @kernel says so all else. */
static gboolean
look_at_gram (GramTraining *training, guint set, gboolean kernel, GramMoment *moment,
              GError **error)
{
  const double *y = moment->labels->y;
  gint64 n = training->spec.train.n;
  double *H = training->gram_now;
  g_autofree double *lambda = NULL;

  moment->drift_gram = moment->alignment = moment->rank = NAN;
  moment->gram_norm = training->gram_norm;
  if (!training->drift && !kernel)
    return TRUE;
  if (!gram_trainer_gram (training->trainer, set, H, n, kernel ? error : NULL))
    return !kernel;
  moment->drift_gram = gram_dense_distance (n, H, n, training->gram_start, n);
  if (!kernel)
    return TRUE;
  moment->alignment = gram_alignment (n, H, n, y);
  if (n > RANK_MOST)
    return TRUE;
  lambda = g_new (double, n);
  if (!gram_dense_eigenvalues (n, H, n, lambda, error)) /* H(k) is lost in it */
    return FALSE;
  moment->rank = gram_alignment_effective_rank (n, lambda);
  return TRUE;
}

/* What is looked at in one step */
typedef struct
{
  gboolean observe, snapshot, kernel;
} Look;

static gboolean
look_at_set (GramTraining *training, guint index, const Look *what, GError **error)
{
  const GramLabels *labels = g_ptr_array_index (training->labels, index);
  gint64 n = training->spec.train.n, n_test = training->spec.test.n;
  GramTrainingLook *look = &training->looks[index];
  GramMoment moment = { .k = gram_trainer_get_step (training->trainer),
                        .n = n,
                        .n_test = n_test,
                        .labels = labels,
                        .seen = { .u = training->u, .u_test = training->u_test } };
  GramObserveFlags flags = GRAM_OBSERVE_RESIDUAL;

  if (what->observe)
    flags |= gram_quantity_get_flags (GRAM_QUANTITY_OBSERVED_STEP);
  if (n_test == 0)
    flags &= ~GRAM_OBSERVE_TEST;
  if (!gram_trainer_observe (training->trainer, index, flags, &moment.seen, error))
    return FALSE;
  training->now[index] = moment.seen.residual;
  look->train_error = gram_loss_zero_one (n, labels->y, moment.seen.u);
  if ((what->observe || what->kernel)
      && !look_at_gram (training, index, what->kernel, &moment, error))
    return FALSE;
  if (what->kernel)
    gram_quantity_measure (GRAM_QUANTITY_KERNEL_STEP, &moment, look->values);
  if (!training->drift)
    moment.drift_gram = NAN; /* nobody asked for it at these steps */
  if (what->observe)
    gram_quantity_measure (GRAM_QUANTITY_OBSERVED_STEP, &moment, look->values);
  if (what->snapshot)
    {
      gram_quantity_measure (GRAM_QUANTITY_SNAPSHOT_STEP, &moment, look->values);
      look->u = gram_run_snapshot_new (n, moment.seen.u);
    }
  return TRUE;
}

static void
append_look (GramTraining *training, guint index, const Look *what)
{
  GramRunSet *set = gram_run_get_set (training->fresh, index);
  GramTrainingLook *look = &training->looks[index];

  if (what->kernel)
    gram_run_set_append (set, GRAM_QUANTITY_KERNEL_STEP, look->values);
  if (what->observe)
    {
      gram_run_drop_provisional (training->fresh, index, GRAM_QUANTITY_OBSERVED_STEP);
      gram_run_set_append (set, GRAM_QUANTITY_OBSERVED_STEP, look->values);
      set->train_error = look->train_error;
    }
  if (look->u != NULL)
    {
      gram_run_set_append (set, GRAM_QUANTITY_SNAPSHOT_STEP, look->values);
      g_ptr_array_add (set->snapshot_u, g_steal_pointer (&look->u));
    }
}

/* Looks at the trainer where the schedules, or @provisional, ask for it. Either all sets get a
 * point or none, so that a device that fails halfway leaves no ragged curves. */
gboolean
gram_training_record_look (GramTraining *training, gboolean provisional, GError **error)
{
  gint64 k = gram_trainer_get_step (training->trainer);
  const Look what = {
    .observe = k > training->observed_at && (provisional || observes (training, k)),
    .snapshot = !training->only_residuals && k > training->snapshot_at && takes_snapshot (k),
    .kernel = k > training->kernel_at && gram_run_looks_at_kernel (k, training->kernel_every),
  };

  if (!what.observe && !what.snapshot && !what.kernel)
    return TRUE;
  for (guint i = 0; i < training->n_sets; i++)
    if (!look_at_set (training, i, &what, error))
      {
        for (guint j = 0; j < i; j++)
          g_clear_pointer (&training->looks[j].u, g_atomic_rc_box_release);
        return FALSE;
      }
  for (guint i = 0; i < training->n_sets; i++)
    append_look (training, i, &what);
  if (what.observe)
    training->observed_at = k;
  if (what.snapshot)
    training->snapshot_at = k;
  if (what.kernel)
    training->kernel_at = k;
  return TRUE;
}

/* Takes the residuals of the step that the trainer stands at for the present ones. */
gboolean
gram_training_measure (GramTraining *training, GError **error)
{
  for (guint i = 0; i < training->n_sets; i++)
    {
      GramObservation seen = { 0 };

      if (!gram_trainer_observe (training->trainer, i, GRAM_OBSERVE_RESIDUAL, &seen, error))
        return FALSE;
      training->now[i] = seen.residual;
    }
  return TRUE;
}

/* The point k = 0. */
gboolean
gram_training_record_start (GramTraining *training, GError **error)
{
  if (training->recorded_until >= 0)
    return TRUE;
  init_gram (training);
  if (!gram_training_record_look (training, TRUE, error))
    return FALSE;
  gram_training_record_step (training, 0, training->now, FALSE);
  return TRUE;
}
