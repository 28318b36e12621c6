/* gram-training.h: gradient descent driven and recorded, on the calling thread
 *
 * SPDX-License-Identifier: MIT
 *
 * What the session's training thread, the command line and the sweep share: a trainer, when it is
 * looked at, when it stops, and what happens when it diverges or its device fails.
 */
#pragma once

#include "gram-run.h"
#include "gram-settings.h"

G_BEGIN_DECLS

/* A residual above FACTOR times the larger of ‖y‖ and ‖y − u(0)‖ has diverged at once; one above
 * PATIENT_FACTOR times it for PATIENT_STEPS steps without a break as well. Below that a run may
 * oscillate as it likes: nets at the edge of stability do, and come back. A step far too large can
 * also switch every neuron off for good: u = 0 and no gradient. So a residual that was above
 * LEAP_FACTOR times the start and then is ‖y‖ for DEAD_STEPS steps has diverged as well. */
#define GRAM_DIVERGED_FACTOR 1e4
#define GRAM_DIVERGED_PATIENT_FACTOR 10.0
#define GRAM_DIVERGED_PATIENT_STEPS 1000
#define GRAM_DIVERGED_LEAP_FACTOR 1.5
#define GRAM_DIVERGED_DEAD_STEPS 64

typedef struct _GramTraining GramTraining;

gint64 gram_training_width (GramDevice *device, const GramSettings *settings);
gboolean gram_training_plan (GramDevice *device, const GramProblem *problem, guint n_sets,
                             const GramSettings *settings, GramTrainerPlan *plan,
                             const GramJob *job, GError **error);

GramTraining *gram_training_new (GramDevice *device, GramProblem *problem, GPtrArray *labels,
                                 const GramSettings *settings, const GramJob *job, GError **error);
void gram_training_free (GramTraining *training);

void gram_training_set_limits (GramTraining *training, gint64 max_steps, double until_residual);
void gram_training_set_lambda_max (GramTraining *training, double lambda_max);
void gram_training_set_only_residuals (GramTraining *training);
void gram_training_set_patient (GramTraining *training, gboolean patient);
gboolean gram_training_advance (GramTraining *training, gint64 max_steps, double max_seconds,
                                GCancellable *cancellable, GError **error);
gboolean gram_training_settle (GramTraining *training, GError **error);
void gram_training_drain (GramTraining *training, GramRun *run);

gboolean gram_training_move (GramTraining *training, GramDevice *device, GCancellable *cancellable,
                             GError **error);
const GError *gram_training_get_lost (GramTraining *training);

GramStopped gram_training_get_stopped (GramTraining *training);
gint64 gram_training_get_step (GramTraining *training);
double gram_training_get_seconds_per_step (GramTraining *training);
gboolean gram_training_get_outputs (GramTraining *training, guint set, double *u, GError **error);
const GramTrainerSpec *gram_training_get_spec (GramTraining *training);

GBytes *gram_training_save (GramTraining *training, GError **error);
gboolean gram_training_restore (GramTraining *training, GBytes *state, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTraining, gram_training_free)

G_END_DECLS
