/* gram-quantity.h: what is measured of a run: one table, a row a curve
 *
 * SPDX-License-Identifier: MIT
 *
 * A new quantity is a name here and a row in gram-quantity.c: from these a run records it, saves
 * it, opens it again and writes it into the results of the command line. Every label set has a
 * curve of each.
 */
#pragma once

#include "gram-backend.h"
#include "gram-labels.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_QUANTITY_STEP,
  GRAM_QUANTITY_RESIDUAL,      /* ‖y − u(k)‖ */
  GRAM_QUANTITY_OBSERVED_STEP, /* sparser: where the run was looked at closely */
  GRAM_QUANTITY_DISTANCE,      /* ‖W(k) − W(0)‖_F */
  GRAM_QUANTITY_DISTANCE_MAX,  /* max_r ‖w_r(k) − w_r(0)‖ */
  GRAM_QUANTITY_FLIPPED,       /* fraction of patterns that differ from k = 0 */
  GRAM_QUANTITY_TEST_L1,       /* mean |y − f|; NAN without test labels */
  GRAM_QUANTITY_TEST_ERROR,    /* fraction of wrong signs */
  GRAM_QUANTITY_TEST_RAMP,     /* mean ramp loss min (1, max (0, 1 − yf)), Appendix D.4 */
  GRAM_QUANTITY_DRIFT_GRAM,    /* ‖H(k) − H(0)‖_F; NAN unless asked for */
  GRAM_QUANTITY_DRIFT_Z, /* ‖Z(k) − Z(0)‖_F = √(n·flipped) (Lemma C.2), unit columns of X */
  GRAM_QUANTITY_KERNEL_STEP,      /* where H(k) itself was made, every so many steps on request */
  GRAM_QUANTITY_KERNEL_DRIFT,     /* ‖H(k) − H(0)‖_F/‖H(0)‖_F */
  GRAM_QUANTITY_KERNEL_ALIGNMENT, /* yᵀH(k)y/(‖y‖²‖H(k)‖_F) */
  GRAM_QUANTITY_KERNEL_RANK, /* exp(−Σ qᵢ log qᵢ), qᵢ = λᵢ/Σλ of H(k); NAN for many images */
  GRAM_QUANTITY_SNAPSHOT_STEP, /* where u(k) itself was kept */
  GRAM_N_QUANTITIES,
} GramQuantity;

/* One label set after one step: what every quantity is measured from. */
typedef struct
{
  gint64 k;
  gint64 n, n_test;
  const GramLabels *labels;
  GramObservation seen; /* with u and u_test where the run is looked at closely */
  double drift_gram;    /* ‖H(k) − H(0)‖_F; NAN unless asked for */
  double gram_norm;     /* ‖H(0)‖_F; with the two below where H(k) was made for its own sake */
  double alignment, rank;
} GramMoment;

typedef struct
{
  const char *name;       /* in files of a run: it never changes, so that old files open */
  const char *column;     /* (nullable) in the results of the command line: of train --csv … */
  gboolean json;          /* … and a member of train --json too */
  const char *predicted;  /* (nullable) member and column of what theory says of it */
  const char *label;      /* (nullable) of an axis, with the unit; marked with N_() */
  double factor;          /* from the recorded number to the axis's unit */
  GramQuantity steps;     /* the curve of steps it belongs to: when it is recorded */
  GramObserveFlags flags; /* what the backend has to look at for it */
  double (*measure) (const GramMoment *moment);
  gboolean on_request; /* measured where the settings ask for it, NAN elsewhere */
} GramQuantityInfo;

const GramQuantityInfo *gram_quantity_get_info (GramQuantity quantity);
GramObserveFlags gram_quantity_get_flags (GramQuantity steps);
void gram_quantity_measure (GramQuantity steps, const GramMoment *moment, double *values);

G_END_DECLS
