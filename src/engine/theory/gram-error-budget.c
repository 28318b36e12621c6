/* gram-error-budget.c: Equation 27, why a net is off its prediction
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 16: r(k) = −(I − ηH∞)ᵏy + (I − ηH∞)ᵏu(0) + Σ_t (I − ηH∞)ᵗζ(k−1−t), where
 * ζ(k) = u(k+1) − u(k) + ηH∞(u(k) − y) (Eq 25) is what the linear theory does not explain of a
 * step. All is kept along the eigenvectors, where multiplying by H∞ takes n products.
 */
#include "gram-error-budget.h"

#include <math.h>
#include <string.h>

#include "gram-decay.h"

struct _GramErrorBudget
{
  gint64 n, step;
  double eta;
  double *lambda; /* (n), and behind them the four below */
  double *p;      /* (n) Vᵀy */
  double *first;  /* (n) Vᵀu(0) */
  double *last;   /* (n) Vᵀu(step) */
  double *sum;    /* (n) Vᵀ of the third term at step */
};

/**
 * gram_error_budget_new:
 * @lambda: (array length=n): eigenvalues of H∞
 * @projection: (array length=n): Vᵀy
 * @u0: (array length=n): Vᵀu(0)
 *
 * Returns: (transfer full): a budget that stands at step 0
 */
GramErrorBudget *
gram_error_budget_new (gint64 n, const double *lambda, const double *projection, const double *u0,
                       double eta)
{
  GramErrorBudget *budget = g_new0 (GramErrorBudget, 1);
  gsize bytes = (gsize) n * sizeof (double);

  budget->n = n;
  budget->eta = eta;
  budget->lambda = g_new0 (double, 5 * n);
  budget->p = budget->lambda + n;
  budget->first = budget->p + n;
  budget->last = budget->first + n;
  budget->sum = budget->last + n;
  memcpy (budget->lambda, lambda, bytes);
  memcpy (budget->p, projection, bytes);
  memcpy (budget->first, u0, bytes);
  memcpy (budget->last, u0, bytes);
  return budget;
}

void
gram_error_budget_free (GramErrorBudget *budget)
{
  if (budget == NULL)
    return;
  g_free (budget->lambda);
  g_free (budget);
}

/* The norms of where the budget stands; all along the eigenvectors. */
static void
fill_row (const GramErrorBudget *budget, GramErrorBudgetRow *row)
{
  double residual = 0, labels = 0, initial = 0, perturbation = 0, mismatch = 0;

  for (gint64 i = 0; i < budget->n; i++)
    {
      double decay = gram_decay (budget->eta * budget->lambda[i], budget->step);
      double r = budget->last[i] - budget->p[i], third = budget->sum[i];
      double a = -decay * budget->p[i], b = decay * budget->first[i];

      residual += r * r;
      labels += a * a;
      initial += b * b;
      perturbation += third * third;
      mismatch += (r - a - b - third) * (r - a - b - third);
    }
  row->step = budget->step;
  row->residual = sqrt (residual);
  row->labels = sqrt (labels);
  row->initial = sqrt (initial);
  row->perturbation = sqrt (perturbation);
  row->mismatch = residual > 0 ? sqrt (mismatch / residual) : 0;
}

/* What ζ brought in @count steps, and the third term by its recursion
 * c ← (I − ηΛ)^count·c + r_next − (I − ηΛ)^count·r_last. Returns ‖what it brought‖. */
static double
advance (GramErrorBudget *budget, gint64 count, const double *next)
{
  double squares = 0;

  for (gint64 i = 0; i < budget->n; i++)
    {
      double decay = gram_decay (budget->eta * budget->lambda[i], count);
      double brought = next[i] - budget->p[i] - decay * (budget->last[i] - budget->p[i]);

      squares += brought * brought;
      budget->sum[i] = decay * budget->sum[i] + brought;
    }
  memcpy (budget->last, next, (gsize) budget->n * sizeof (double));
  budget->step += count;
  return sqrt (squares);
}

/**
 * gram_error_budget_push:
 * @step: k, no less than that of the call before
 * @u: (n): Vᵀu(k)
 * @row: (out)
 *
 * Brings the budget from the recorded step before, k₀, to k. A step from k − 1 measures ζ(k − 1);
 * a longer one Σ_{t<k−k₀}(I − ηH∞)ᵗζ(k−1−t), which u(k₀) and u(k) determine: r(k) −
 * (I − ηH∞)^{k−k₀}·r(k₀). Either is added to the third term after this has decayed for k − k₀
 * steps. As ζ is what a step leaves unexplained, the terms add up to r(k) whatever u is; mismatch
 * tells of the arithmetic.
 */
void
gram_error_budget_push (GramErrorBudget *budget, gint64 step, const double *u,
                        GramErrorBudgetRow *row)
{
  g_return_if_fail (step >= budget->step);
  row->zeta = advance (budget, step - budget->step, u);
  fill_row (budget, row);
}
