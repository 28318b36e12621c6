/* gram-training-private.h: what the parts of a training share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-training.h"

G_BEGIN_DECLS

#define GRAM_TRAINING_TIMINGS 31
#define GRAM_TRAINING_BATCH 1024

/* One label set looked at, before it is known that looking at all of them worked. */
typedef struct
{
  double values[GRAM_N_QUANTITIES];
  double train_error;
  float *u; /* (nullable) (n), a snapshot */
} GramTrainingLook;

/* One label set, watched for divergence. */
typedef struct
{
  double norm;    /* ‖y‖ */
  double scale;   /* max (‖y‖, ‖y − u(0)‖) */
  gboolean leapt; /* above the leap factor once */
  guint dead;     /* steps in a row at ‖y‖ after that */
  guint above;    /* steps in a row above the patient factor */
} GramTrainingWatch;

typedef gboolean (*GramTrainingFunc) (GramTraining *training, GCancellable *cancellable,
                                      GError **error);

struct _GramTraining
{
  GramDevice *device;
  GramTrainer *trainer;
  GramProblem *problem;
  GPtrArray *labels; /* of GramLabels */
  guint n_sets;
  GramTrainerSpec spec; /* points into problem and Y */
  double *Y;            /* (n × n_sets) */

  /* when to stop */
  gint64 max_steps;
  double until_residual;
  double lambda_max;
  GramStopped stopped;
  GramTrainingWatch *watch; /* (n_sets) */

  /* what is recorded */
  GramRun *fresh; /* since the last drain */
  gint64 record_every;
  gint64 recorded_until; /* −1: nothing yet; steps up to here are not recorded again */
  gint64 observed_at;    /* last step with an observation; −1: none */
  gint64 snapshot_at;    /* last step with a snapshot of u */
  gint64 kernel_at;      /* last step at which H(k) was looked at; −1: none */
  gint64 kernel_every;   /* 0: never */
  gboolean drift;
  gboolean only_residuals;       /* on the way */
  double *residuals;             /* (n_sets × GRAM_TRAINING_BATCH) */
  double *now;                   /* (n_sets) at the present step */
  double *u, *u_test;            /* (n), (n_test) */
  GramTrainingLook *looks;       /* (n_sets) */
  double *gram_start, *gram_now; /* (nullable) (n × n) for the drift, and what H(k) tells */
  double gram_norm;              /* ‖H(0)‖_F */

  double timing[GRAM_TRAINING_TIMINGS]; /* seconds a step, most recent batches */
  guint n_timings;

  const GramJob *making; /* (nullable) who is told of the first trainer, while it is made */
  gboolean patient;      /* waits for a lost device rather than failing */
  GError *lost;          /* (nullable) why it is, while the run waits for it */

  /* where to go back to */
  GBytes *synced;     /* (nullable) a state of the trainer; NULL: W(0) */
  gint64 synced_time; /* monotonic µs */
  gboolean sync_off;  /* too large for memory, or the backend cannot */
  gint64 sync_pause;  /* µs between two */
};

/* gram-training-record.c */
void gram_training_record_init (GramTraining *training);
void gram_training_record_clear (GramTraining *training);
gboolean gram_training_measure (GramTraining *training, GError **error);
gboolean gram_training_record_start (GramTraining *training, GError **error);
void gram_training_record_step (GramTraining *training, gint64 k, const double *residuals,
                                gboolean provisional);
gboolean gram_training_record_look (GramTraining *training, gboolean provisional, GError **error);
gboolean gram_training_is_special (GramTraining *training, gint64 k);
void gram_training_notice (GramTraining *training, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* gram-training-rescue.c */
void gram_training_sync (GramTraining *training);
gboolean gram_training_can_rescue (GramTraining *training, const GError *error);
gboolean gram_training_attempt (GramTraining *training, GramTrainingFunc func,
                                GCancellable *cancellable, GError **error);
gboolean gram_training_rescue (GramTraining *training, const GError *why, GCancellable *cancellable,
                               GError **error);
void gram_training_rewind (GramTraining *training, gint64 k, GCancellable *cancellable);
gboolean gram_training_make_trainer (GramTraining *training, GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
