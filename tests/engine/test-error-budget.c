/* test-error-budget.c: the three terms of the residual, number 16
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "gram-error-budget.h"
#include "net-fixture.h"
#include "oracle.h"

#define BUDGET_STEPS 60
#define FEW 20 /* steps in which no pair comes near to zero */

/* Vᵀx */
static double *
along (const Net *net, const double *x)
{
  g_autoptr (GError) error = NULL;
  double *p = g_new (double, net->n);

  gram_system_project (gram_analyser_get_system (net->analyser), 1, x, net->n, p, net->n, NULL,
                       &error);
  g_assert_no_error (error);
  return p;
}

static GramErrorBudget *
budget_new (const Net *net, const double *u0)
{
  g_autofree double *p = along (net, net->problem->y), *first = along (net, u0);

  return gram_error_budget_new (net->n, net->analysis->lambda, p, first, net->eta);
}

static void
push (GramErrorBudget *budget, const Net *net, gint64 k, const double *u, GramErrorBudgetRow *row)
{
  g_autofree double *p = along (net, u);

  gram_error_budget_push (budget, k, p, row);
}

/* Every step's row against explicit powers and ζ by its definition, in NumPy. */
static void
check_definition (const Net *net, const double *U, const GramErrorBudgetRow *rows)
{
  g_autoptr (Oracle) oracle = oracle_new ();
  JsonObject *answer;

  oracle_array (oracle, "X", net->d, net->n, net->problem->X);
  oracle_array (oracle, "y", net->n, 1, net->problem->y);
  oracle_array (oracle, "U", net->n, BUDGET_STEPS + 1, U);
  oracle_number (oracle, "eta", net->eta);
  answer = oracle_ask (oracle, "budget");
  for (int k = 0; k < BUDGET_STEPS; k++)
    {
      JsonObject *expected = oracle_object_at (answer, "rows", k);

      assert_close (rows[k].labels, json_object_get_double_member (expected, "labels"), 1e-9);
      assert_close (rows[k].initial, json_object_get_double_member (expected, "initial"), 1e-9);
      assert_close (rows[k].perturbation, json_object_get_double_member (expected, "perturbation"),
                    1e-9);
      assert_close (rows[k].zeta, json_object_get_double_member (expected, "zeta"), 1e-9);
    }
}

/* Steps that are left out, as a run's snapshots leave them out, change no term. */
static void
check_sparse (const Net *net, const double *U, const GramErrorBudgetRow *rows)
{
  static const int recorded[] = { 0, 1, 2, 3, 5, 8, 9, 20, 41, BUDGET_STEPS };
  g_autoptr (GramErrorBudget) budget = budget_new (net, U);

  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      int k = recorded[i];
      GramErrorBudgetRow row;

      push (budget, net, k, U + k * net->n, &row);
      g_assert_cmpint (row.step, ==, k);
      g_assert_cmpfloat (row.mismatch, <, 1e-12);
      if (k == 0)
        g_assert_cmpfloat (row.perturbation + row.zeta, ==, 0);
      else
        assert_close (row.perturbation, rows[k - 1].perturbation, 1e-10);
      if (k > 0 && recorded[i - 1] == k - 1)
        assert_close (row.zeta, rows[k - 1].zeta, 1e-10);
    }
}

static void
test_terms (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramErrorBudget) budget = NULL;
  g_autofree double *U = NULL;
  GramErrorBudgetRow rows[BUDGET_STEPS];
  double residuals[BUDGET_STEPS];

  net_init (&net, 40, 200, 0.1, GRAM_INIT_IID);
  U = g_new (double, net.n *(BUDGET_STEPS + 1));
  net_observe (&net, GRAM_OBSERVE_RESIDUAL, U);
  budget = budget_new (&net, U);
  for (int k = 0; k < BUDGET_STEPS; k++)
    {
      gram_trainer_step (net.trainer, 1, &residuals[k], NULL, &error);
      g_assert_no_error (error);
      net_observe (&net, GRAM_OBSERVE_RESIDUAL, U + (k + 1) * net.n);
    }
  for (int k = 1; k <= BUDGET_STEPS; k++)
    {
      GramErrorBudgetRow *row = &rows[k - 1];

      push (budget, &net, k, U + k * net.n, row);
      g_assert_cmpfloat (row->mismatch, <, 1e-12);
      assert_close (row->residual, residuals[k - 1], 1e-5);
      assert_close (row->labels, gram_analysis_predict (net.analysis, 0, net.eta, k), 1e-12);
    }
  g_assert_cmpfloat (rows[BUDGET_STEPS - 1].perturbation, >, 1e-3);
  check_sparse (&net, U, rows);
  if (oracle_available ())
    check_definition (&net, U, rows);
  net_clear (&net);
}

/* The third term once more from the patterns and flips of a float64 net, where nothing makes the
 * three terms add up to the residual unless the equation holds. No pair comes so near to zero that
 * rounding decides when it flips. */
static void
check_perturbation (const Net *net, gint64 steps, const double *U, const GramErrorBudgetRow *rows)
{
  g_autoptr (Oracle) oracle = oracle_new ();
  g_autofree double *signs = g_new (double, net->m);
  JsonObject *answer, *expected;

  for (gint64 r = 0; r < net->m; r++)
    signs[r] = net->a[r];
  oracle_array (oracle, "X", net->d, net->n, net->problem->X);
  oracle_array (oracle, "y", net->n, 1, net->problem->y);
  oracle_array (oracle, "U", net->n, steps + 1, U);
  oracle_array (oracle, "W0", net->d, net->m, net->W0);
  oracle_array (oracle, "a", net->m, 1, signs);
  oracle_number (oracle, "eta", net->eta);
  answer = oracle_ask (oracle, "perturbation");
  g_assert_cmpfloat (json_object_get_double_member (answer, "nearest"), >, 1e-6);
  g_assert_cmpint (json_object_get_int_member (answer, "flips"), >, 20);
  for (gint64 k = 1; k <= steps; k++)
    {
      expected = oracle_object_at (answer, "rows", k - 1);
      assert_near (json_object_get_double_member (expected, "off"), 0, 1e-6);
      assert_near (rows[k].perturbation, json_object_get_double_member (expected, "perturbation"),
                   1e-6 * rows[k].residual);
    }
  g_assert_cmpfloat (rows[steps].perturbation, >, 1e-3);
}

static void
test_perturbation (void)
{
  Net net;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramErrorBudget) budget = NULL;
  g_autofree double *U = NULL;
  GramErrorBudgetRow rows[FEW + 1];

  if (!oracle_available ())
    {
      g_test_skip ("Python with numpy and mpmath is not here");
      return;
    }
  net_init (&net, 18, 50, 0.3, GRAM_INIT_IID);
  U = g_new (double, net.n *(FEW + 1));
  for (int k = 0; k <= FEW; k++)
    {
      double residual;

      if (k > 0)
        gram_trainer_step (net.trainer, 1, &residual, NULL, &error);
      g_assert_no_error (error);
      net_observe (&net, GRAM_OBSERVE_RESIDUAL, U + k * net.n);
      if (k == 0)
        budget = budget_new (&net, U);
      push (budget, &net, k, U + k * net.n, &rows[k]);
    }
  check_perturbation (&net, FEW, U, rows);
  net_clear (&net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-budget/terms", test_terms);
  g_test_add_func ("/error-budget/perturbation", test_perturbation);
  return g_test_run ();
}
