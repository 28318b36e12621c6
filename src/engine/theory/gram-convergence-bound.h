/* gram-convergence-bound.h: Theorem 3.1, the linear rate
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_convergence_rate (double eta, double lambda_min);

/* How a recorded run keeps to Φ(k+1) ≤ (1 − ηλ₀/2)·Φ(k). */
typedef struct
{
  gint64 pairs;           /* neighbouring records looked at */
  gint64 kept;            /* of them, within the bound */
  double first_violation; /* step k of the first that is not; −1: none */
  double envelope_first;  /* first step above the envelope of Eq 14; −1: none */
} GramConvergenceCheck;

void gram_convergence_check (gsize count, const double *step, const double *residual, double eta,
                             double lambda_min, GramConvergenceCheck *check);

G_END_DECLS
