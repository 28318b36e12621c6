/* gram-trainer.h: full-batch gradient descent on a device, Eq 1, 5 and 6
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-device.h"
#include "gram-formulation.h"

G_BEGIN_DECLS

/* The most steps that a run is asked for or a file may speak of: k is exact as a double, and twice
 * the last is no overflow. */
#define GRAM_STEP_MAX ((gint64) 1000000000000000)

/* Adds @count numbers up over all shards of a network, in place, to the same bits everywhere. It is
 * called by the thread that is in a trainer's slot: once when the trainer is made, once when it is
 * restored and once a step. FALSE ends the slot; the trainer is torn then, until it is restored. */
typedef gboolean (*GramSumFunc) (double *values, gint64 count, gpointer data, GError **error);

/* Bounds of shards that are multiples of this make no bit of a run depend on how many there are,
 * in every formulation but LAZY, whose runs agree to rounding; of antisymmetric pairs, twice this,
 * which must divide m too. */
#define GRAM_SHARD_UNIT 192

/* Which of the m neurons live in this trainer: neurons @first … @first + @count − 1. Of
 * antisymmetric pairs those number @first/2 … and both members of each, so that u(0) = 0 in every
 * shard; @first and @count are even then.
 *
 * step: the residuals, and observe: u and residual, are the whole network's. distance,
 * distance_max, flipped (of the n·m of the whole), u_test and H(k) are what the neurons here add;
 * who holds the shards combines them: √Σ(·)², max, Σ, Σ, Σ. Weights, patterns and states are of the
 * neurons here. */
typedef struct
{
  gint64 first, count; /* count = 0: all m neurons, and sum is not called */
  GramSumFunc sum;
  gpointer data;
} GramShard;

typedef struct
{
  GramSamples train;
  GramSamples test;  /* n = 0: none */
  gint64 m;          /* hidden neurons */
  guint n_sets;      /* label sets trained side by side from the same W(0) */
  const double *Y;   /* (n × n_sets), leading dimension n */
  double eta, kappa; /* Eq 5 and Eq 1 */
  GramInit init;
  guint64 seed;
  GramFormulation formulation;
  GramPrecision precision;
  GramShard shard; /* all zero: the whole network */
} GramTrainerSpec;

typedef struct
{
  GramFormulation formulation; /* never AUTO */
  GramPrecision precision;     /* never AUTO */
  guint64 bytes;               /* memory the trainer will take on the device */
  guint64 state_bytes;         /* of a portable state */
  double flops_per_step;       /* useful arithmetic of one step of all label sets */
  gint64 d_used;               /* d after dropping pixels that are zero in every image */
  char why[160];               /* one line for people: why this formulation */
} GramTrainerPlan;

/* What one label set looks like after k steps. Arrays are the caller's; NULL ones are skipped. */
typedef struct
{
  gint64 step;         /* k */
  double *u;           /* (n) predictions on the training images */
  double *u_test;      /* (n_test) */
  double residual;     /* ‖y − u(k)‖ */
  double distance;     /* ‖W(k) − W(0)‖_F */
  double distance_max; /* max_r ‖w_r(k) − w_r(0)‖ */
  double flipped;      /* fraction of 1{w_rᵀx_i ≥ 0} that differ from k = 0 */
  /* always given */
  gint64 lazy_steps;           /* of the k steps, those for which S waited */
  GramFormulation formulation; /* what runs, where a restored state changed it; AUTO: as planned */
} GramObservation;

typedef enum
{
  GRAM_OBSERVE_RESIDUAL = 0,      /* residual and u: at hand after every step */
  GRAM_OBSERVE_DISTANCE = 1 << 0, /* distance, distance_max */
  GRAM_OBSERVE_FLIPPED = 1 << 1,
  GRAM_OBSERVE_TEST = 1 << 2, /* u_test */
} GramObserveFlags;

typedef enum
{
  GRAM_STATE_NATIVE,   /* all that a trainer of the same kind needs to go on to the same bits */
  GRAM_STATE_PORTABLE, /* W(k) alone: any backend goes on from it */
} GramStateKind;

typedef struct _GramTrainer GramTrainer;

gboolean gram_trainer_plan (GramDevice *device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                            const GramJob *job, GError **error);
GramTrainer *gram_trainer_new (GramDevice *device, const GramTrainerSpec *spec, const GramJob *job,
                               GError **error);
void gram_trainer_free (GramTrainer *trainer);
const GramTrainerPlan *gram_trainer_get_plan (GramTrainer *trainer);
gint64 gram_trainer_get_step (GramTrainer *trainer);
gboolean gram_trainer_step (GramTrainer *trainer, gint64 count, double *residuals,
                            const GramJob *job, GError **error);
gboolean gram_trainer_observe (GramTrainer *trainer, guint set, GramObserveFlags flags,
                               GramObservation *observation, GError **error);
gboolean gram_trainer_weights (GramTrainer *trainer, guint set, float *W, gint64 ldw,
                               GError **error);
GBytes *gram_trainer_save (GramTrainer *trainer, GramStateKind kind, GError **error);
gboolean gram_trainer_restore (GramTrainer *trainer, GBytes *state, GError **error);
gboolean gram_trainer_gram (GramTrainer *trainer, guint set, double *H, gint64 ldh, GError **error);
gboolean gram_trainer_pattern (GramTrainer *trainer, guint set, guint8 *bits, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTrainer, gram_trainer_free)

G_END_DECLS
