/* gram-quantity.c: what is measured of a run: one table, a row a curve
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-quantity.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-losses.h"
#include "gram-patterns.h"

static double
test_loss (const GramMoment *at, double (*loss) (gint64, const double *, const double *))
{
  const GramLabels *labels = at->labels;

  if (at->n_test == 0 || labels->n_test != at->n_test || labels->y_test == NULL)
    return NAN;
  return loss (at->n_test, labels->y_test, at->seen.u_test);
}

/* How a quantity is measured: a function of one moment of a run. */
#define MEASURE(function, value)                \
  static double function (const GramMoment *at) \
  {                                             \
    return value;                               \
  }

MEASURE (step, (double) at->k)
MEASURE (residual, at->seen.residual)
MEASURE (distance, at->seen.distance)
MEASURE (distance_max, at->seen.distance_max)
MEASURE (flipped, at->seen.flipped)
MEASURE (test_l1, test_loss (at, gram_loss_l1))
MEASURE (test_error, test_loss (at, gram_loss_zero_one))
MEASURE (test_ramp, test_loss (at, gram_loss_ramp))
MEASURE (drift_gram, at->drift_gram)
MEASURE (kernel_drift, at->drift_gram / at->gram_norm)
MEASURE (kernel_alignment, at->alignment)
MEASURE (kernel_rank, at->rank)
MEASURE (drift_z, gram_patterns_features_distance (at->n, at->seen.flipped))

#define STEP GRAM_QUANTITY_STEP
#define OBSERVED GRAM_QUANTITY_OBSERVED_STEP
#define SNAPSHOT GRAM_QUANTITY_SNAPSHOT_STEP
#define KERNEL GRAM_QUANTITY_KERNEL_STEP

/* name in files, column, in JSON too, its prediction, label of the axis, factor; steps, flags,
 * function, on request */
static const GramQuantityInfo quantities[GRAM_N_QUANTITIES] = {
  [STEP] = { "step", "step", TRUE, NULL, NULL, 1, STEP, 0, step },
  [GRAM_QUANTITY_RESIDUAL] = { "residual", "residual", TRUE, "predicted", "‖y − u(k)‖₂", 1, STEP,
                               GRAM_OBSERVE_RESIDUAL, residual },
  [OBSERVED] = { "observed-step", NULL, FALSE, NULL, NULL, 1, OBSERVED, 0, step },
  [GRAM_QUANTITY_DISTANCE] = { "distance", "distance", TRUE, "distance_predicted",
                               "‖W(k) − W(0)‖_{F}", 1, OBSERVED, GRAM_OBSERVE_DISTANCE, distance },
  [GRAM_QUANTITY_DISTANCE_MAX] = { "distance-max", NULL, FALSE, NULL, "max_{r} ‖wᵣ(k) − wᵣ(0)‖", 1,
                                   OBSERVED, GRAM_OBSERVE_DISTANCE, distance_max },
  [GRAM_QUANTITY_FLIPPED] = { "flipped", "flipped", TRUE, NULL,
                              N_ ("patterns 1{wᵣᵀxᵢ ≥ 0} that changed, %"), 100, OBSERVED,
                              GRAM_OBSERVE_FLIPPED, flipped },
  [GRAM_QUANTITY_TEST_L1] = { "test-l1", "test_l1", FALSE, NULL, N_ ("test ℓ1 loss"), 1, OBSERVED,
                              GRAM_OBSERVE_TEST, test_l1 },
  [GRAM_QUANTITY_TEST_ERROR] = { "test-error", "test_error", FALSE, NULL, N_ ("test error, %"), 100,
                                 OBSERVED, GRAM_OBSERVE_TEST, test_error },
  [GRAM_QUANTITY_TEST_RAMP] = { "test-ramp", NULL, FALSE, NULL, NULL, 1, OBSERVED,
                                GRAM_OBSERVE_TEST, test_ramp },
  [GRAM_QUANTITY_DRIFT_GRAM] = { "drift-gram", "drift", TRUE, NULL, "‖H(k) − H(0)‖_{F}", 1,
                                 OBSERVED, 0, drift_gram, .on_request = TRUE },
  [GRAM_QUANTITY_DRIFT_Z] = { "drift-z", NULL, FALSE, NULL, "‖Z(k) − Z(0)‖_{F}", 1, OBSERVED,
                              GRAM_OBSERVE_FLIPPED, drift_z },
  [KERNEL] = { "kernel-step", NULL, FALSE, NULL, NULL, 1, KERNEL, 0, step, .on_request = TRUE },
  [GRAM_QUANTITY_KERNEL_DRIFT] = { "kernel-drift", "kernel_drift", FALSE, NULL,
                                   "‖H(k) − H(0)‖_{F} / ‖H(0)‖_{F}", 1, KERNEL, 0, kernel_drift,
                                   .on_request = TRUE },
  [GRAM_QUANTITY_KERNEL_ALIGNMENT] = { "kernel-alignment", "kernel_alignment", FALSE, NULL,
                                       "yᵀH(k)y / (‖y‖²‖H(k)‖_{F})", 1, KERNEL, 0, kernel_alignment,
                                       .on_request = TRUE },
  [GRAM_QUANTITY_KERNEL_RANK] = { "kernel-rank", "kernel_effective_rank", FALSE, NULL,
                                  N_ ("effective rank of H(k)"), 1, KERNEL, 0, kernel_rank,
                                  .on_request = TRUE },
  [SNAPSHOT] = { "snapshot-step", NULL, FALSE, NULL, NULL, 1, SNAPSHOT, 0, step },
};

/**
 * gram_quantity_get_info:
 *
 * Returns: (transfer none): the row of @quantity
 */
const GramQuantityInfo *
gram_quantity_get_info (GramQuantity quantity)
{
  return &quantities[quantity];
}

/**
 * gram_quantity_get_flags:
 *
 * Returns: what a backend has to look at for all the quantities of @steps
 */
GramObserveFlags
gram_quantity_get_flags (GramQuantity steps)
{
  GramObserveFlags flags = 0;

  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    if (quantities[q].steps == steps)
      flags |= quantities[q].flags;
  return flags;
}

/**
 * gram_quantity_measure:
 * @values: (out caller-allocates) (array length=GRAM_N_QUANTITIES): those of @steps are filled in
 */
void
gram_quantity_measure (GramQuantity steps, const GramMoment *moment, double *values)
{
  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    if (quantities[q].steps == steps)
      values[q] = quantities[q].measure (moment);
}
