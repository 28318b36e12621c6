/* gram-error-budget.c: why a net is off its prediction, Eq 27
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 16: r(k) = −(I − ηH∞)ᵏy + (I − ηH∞)ᵏu(0) + Σ_t (I − ηH∞)ᵗζ(k−1−t), where
 * ζ(k) = u(k+1) − u(k) + ηH∞(u(k) − y) (Eq 25) is what the linear theory does not explain of a
 * step. All is kept along the eigenvectors, where H∞ is a factor a number.
 */
#include "gram-error-budget.h"

#include <math.h>
#include <string.h>

#include "gram-decay.h"
#include "gram-size.h"

struct _GramErrorBudget
{
  GramSystem *system; /* not owned */
  gint64 n, step;
  double eta;
  const double *lambda; /* (n) in work */
  double *p;            /* (n) Vᵀy */
  double *first;        /* (n) Vᵀu(0) */
  double *last;         /* (n) Vᵀu(step) */
  double *sum;          /* (n) Vᵀ of the third term at step */
  double *work;         /* (5n) owns the five above */
};

/**
 * gram_error_budget_new:
 * @system: decomposed; has to outlive the budget
 * @lambda: (n): its eigenvalues, copied
 * @y: (n): labels
 * @u0: (n): u(0)
 *
 * Returns: (transfer full) (nullable): a budget that stands at step 0
 */
GramErrorBudget *
gram_error_budget_new (GramSystem *system, const double *lambda, const double *y, const double *u0,
                       double eta, GError **error)
{
  g_autoptr (GramErrorBudget) budget = g_new0 (GramErrorBudget, 1);
  gint64 n = gram_system_get_n (system);

  budget->system = system;
  budget->n = n;
  budget->eta = eta;
  budget->work = gram_try_alloc (sizeof (double), n, 5, "the error budget", error);
  if (budget->work == NULL)
    return NULL;
  memcpy (budget->work, lambda, (gsize) n * sizeof (double));
  budget->lambda = budget->work;
  budget->p = budget->work + n;
  budget->first = budget->work + 2 * n;
  budget->last = budget->work + 3 * n;
  budget->sum = budget->work + 4 * n;
  if (!gram_system_project (system, 1, y, n, budget->p, n, error)
      || !gram_system_project (system, 1, u0, n, budget->first, n, error))
    return NULL;
  memcpy (budget->last, budget->first, (gsize) n * sizeof (double));
  return g_steal_pointer (&budget);
}

void
gram_error_budget_free (GramErrorBudget *budget)
{
  if (budget == NULL)
    return;
  gram_free (budget->work);
  g_free (budget);
}

/* The norms at step k of the prediction @now, given the third term; all along the eigenvectors. */
static void
fill_row (const GramErrorBudget *budget, gint64 k, const double *now, const double *third,
          GramErrorBudgetRow *row)
{
  double residual = 0, labels = 0, initial = 0, perturbation = 0, mismatch = 0;

  for (gint64 i = 0; i < budget->n; i++)
    {
      double decay = gram_decay (budget->eta * budget->lambda[i], k);
      double r = now[i] - budget->p[i], a = -decay * budget->p[i], b = decay * budget->first[i];

      residual += r * r;
      labels += a * a;
      initial += b * b;
      perturbation += third[i] * third[i];
      mismatch += (r - a - b - third[i]) * (r - a - b - third[i]);
    }
  row->step = k;
  row->residual = sqrt (residual);
  row->labels = sqrt (labels);
  row->initial = sqrt (initial);
  row->perturbation = sqrt (perturbation);
  row->mismatch = residual > 0 ? sqrt (mismatch / residual) : 0;
}

/* ζ of one step, and the third term by its recursion c ← (I − ηΛ)c + ζ. */
static void
advance (GramErrorBudget *budget, const double *next, GramErrorBudgetRow *row)
{
  double squares = 0;

  for (gint64 i = 0; i < budget->n; i++)
    {
      double step = budget->eta * budget->lambda[i];
      double zeta = next[i] - budget->last[i] + step * (budget->last[i] - budget->p[i]);

      squares += zeta * zeta;
      budget->sum[i] += zeta - step * budget->sum[i];
    }
  memcpy (budget->last, next, (gsize) budget->n * sizeof (double));
  budget->step++;
  fill_row (budget, budget->step, next, budget->sum, row);
  row->zeta = sqrt (squares);
}

/**
 * gram_error_budget_push:
 * @count: steps
 * @U: (n × @count): u after each of the next @count steps, none left out
 * @rows: (out caller-allocates) (array length=count)
 *
 * Measures ζ of every step and sums it up exactly as Eq 27 says. @count steps cost one product
 * with Vᵀ. The three terms add up to r(k) to rounding, which mismatch tells.
 */
gboolean
gram_error_budget_push (GramErrorBudget *budget, gint64 count, const double *U, gint64 ldu,
                        GramErrorBudgetRow *rows, GError **error)
{
  double *P = gram_try_alloc (sizeof (double), budget->n, count, "the error budget", error);

  if (P == NULL)
    return FALSE;
  if (!gram_system_project (budget->system, count, U, ldu, P, budget->n, error))
    {
      gram_free (P);
      return FALSE;
    }
  for (gint64 c = 0; c < count; c++)
    advance (budget, P + c * budget->n, &rows[c]);
  gram_free (P);
  return TRUE;
}

/**
 * gram_error_budget_at:
 * @step: k
 * @u: (n): u(k)
 * @row: (out)
 *
 * The budget at a step of which only u(k) was recorded: the third term is then what the other two
 * leave, so mismatch is 0 and zeta NAN. Does not move the budget.
 */
gboolean
gram_error_budget_at (GramErrorBudget *budget, gint64 step, const double *u,
                      GramErrorBudgetRow *row, GError **error)
{
  gint64 n = budget->n;
  double *now = gram_try_alloc (sizeof (double), n, 2, "the error budget", error), *third;

  if (now == NULL)
    return FALSE;
  if (!gram_system_project (budget->system, 1, u, n, now, n, error))
    {
      gram_free (now);
      return FALSE;
    }
  third = now + n;
  for (gint64 i = 0; i < n; i++)
    {
      double decay = gram_decay (budget->eta * budget->lambda[i], step);

      third[i] = (now[i] - budget->p[i]) - decay * (budget->first[i] - budget->p[i]);
    }
  fill_row (budget, step, now, third, row);
  row->zeta = NAN;
  gram_free (now);
  return TRUE;
}
