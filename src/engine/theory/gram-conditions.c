/* gram-conditions.c: what Theorems 3.1, 4.1 and 5.1 ask for, against what a run uses
 *
 * SPDX-License-Identifier: MIT
 *
 * Numbers 12 and 13. The widths that the proofs ask for are astronomical, while real nets obey
 * the predictions far below them: that distance is worth seeing, with its constant shown as 1.
 */
#include "gram-conditions.h"

#include <math.h>

#include "gram-stable-step.h"

/* How a condition compares what is used with what is required. */
enum
{
  AT_LEAST = 1 << 0, /* else at most */
  STRICT = 1 << 1,
  HIDDEN = 1 << 2, /* the paper hides a constant */
};

static void
add (GArray *conditions, const char *theorem, const char *symbol, guint how, const char *formula,
     double required, double used)
{
  GramCondition condition = {
    .theorem = theorem,
    .symbol = symbol,
    .formula = formula,
    .required = required,
    .used = used,
    .at_least = (how & AT_LEAST) != 0,
    .strict = (how & STRICT) != 0,
    .constant_hidden = (how & HIDDEN) != 0,
  };

  if (condition.at_least)
    condition.met = condition.strict ? used > required : used >= required;
  else
    condition.met = condition.strict ? used < required : used <= required;
  g_array_append_val (conditions, condition);
}

/**
 * gram_conditions_new:
 *
 * The conditions of Theorems 3.1, 4.1 and 5.1 and of stability, number by number: what is
 * required, what is used, and whether it is met. Where λ₀ is not positive the widths come out
 * infinite and are not met.
 *
 * Returns: (transfer full) (element-type GramCondition)
 */
GArray *
gram_conditions_new (const GramConditionsInput *in)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (GramCondition));
  double n = (double) in->n, m = (double) in->m, l = MAX (in->lambda_min, 0);

  add (all, "Stability", "η", STRICT, "2/λ₁", gram_stable_step_limit (in->lambda_max), in->eta);

  add (all, "Theorem 3.1", "m", AT_LEAST | HIDDEN, "n⁶/(λ₀⁴κ²δ³)",
       pow (n, 6) / (pow (l, 4) * in->kappa * in->kappa * pow (in->delta, 3)), m);
  add (all, "Theorem 3.1", "η", HIDDEN, "λ₀/n²", l / (n * n), in->eta);
  add (all, "Theorem 3.1", "λ₀", AT_LEAST | STRICT, "0", 0, l);
  add (all, "Equation 1", "κ", 0, "1", 1, in->kappa);

  add (all, "Theorem 4.1", "κ", HIDDEN, "εδ/√n", in->epsilon * in->delta / sqrt (n), in->kappa);
  add (all, "Theorem 4.1", "m", AT_LEAST | HIDDEN, "n⁷/(λ₀⁴κ²δ⁴ε²)",
       pow (n, 7)
           / (pow (l, 4) * in->kappa * in->kappa * pow (in->delta, 4) * in->epsilon * in->epsilon),
       m);
  add (all, "Theorem 4.1", "η", HIDDEN, "λ₀/n²", l / (n * n), in->eta);

  add (all, "Theorem 5.1", "κ", HIDDEN, "λ₀δ/n", l * in->delta / n, in->kappa);
  if (in->steps > 0)
    add (all, "Theorem 5.1", "k", AT_LEAST | HIDDEN, "log(n/δ)/(ηλ₀)",
         log (n / in->delta) / (in->eta * l), (double) in->steps);
  return all;
}
