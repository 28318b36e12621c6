/* gram-error-budget.h: Equation 27, why a net is off its prediction
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GramErrorBudget GramErrorBudget;

/* The norms of the three terms of r(k) = u(k) − y, and of what they are made of. */
typedef struct
{
  gint64 step;
  double residual;     /* ‖r(k)‖ as measured */
  double labels;       /* ‖(I − ηH∞)ᵏy‖ */
  double initial;      /* ‖(I − ηH∞)ᵏu(0)‖ */
  double perturbation; /* ‖Σ_t (I − ηH∞)ᵗζ(k−1−t)‖ */
  double zeta;     /* ‖what ζ brought since the row before‖; ‖ζ(k−1)‖ a step after it */
  double mismatch; /* ‖r − the sum of the three‖/‖r‖ */
} GramErrorBudgetRow;

GramErrorBudget *gram_error_budget_new (gint64 n, const double *lambda, const double *projection,
                                        const double *u0, double eta);
void gram_error_budget_free (GramErrorBudget *budget);
void gram_error_budget_push (GramErrorBudget *budget, gint64 step, const double *u,
                             GramErrorBudgetRow *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramErrorBudget, gram_error_budget_free)

G_END_DECLS
