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

static void
add (GArray *conditions, GramCondition condition)
{
  if (condition.at_least)
    condition.met = condition.strict ? condition.used > condition.required
                                     : condition.used >= condition.required;
  else
    condition.met = condition.strict ? condition.used < condition.required
                                     : condition.used <= condition.required;
  g_array_append_val (conditions, condition);
}

static void
add_convergence (GArray *conditions, const GramConditionsInput *in)
{
  const char *theorem = "Theorem 3.1";
  double n = (double) in->n, l = in->lambda_min;

  add (conditions,
       (GramCondition){ .theorem = theorem,
                        .symbol = "m",
                        .formula = "n⁶/(λ₀⁴κ²δ³)",
                        .required =
                            pow (n, 6) / (pow (l, 4) * in->kappa * in->kappa * pow (in->delta, 3)),
                        .used = (double) in->m,
                        .at_least = TRUE,
                        .constant_hidden = TRUE });
  add (conditions, (GramCondition){ .theorem = theorem,
                                    .symbol = "η",
                                    .formula = "λ₀/n²",
                                    .required = l / (n * n),
                                    .used = in->eta,
                                    .constant_hidden = TRUE });
  add (conditions, (GramCondition){ .theorem = theorem,
                                    .symbol = "λ₀",
                                    .formula = "0",
                                    .required = 0,
                                    .used = l,
                                    .at_least = TRUE,
                                    .strict = TRUE });
  add (conditions, (GramCondition){ .theorem = "Equation 1",
                                    .symbol = "κ",
                                    .formula = "1",
                                    .required = 1,
                                    .used = in->kappa });
}

static void
add_prediction (GArray *conditions, const GramConditionsInput *in)
{
  const char *theorem = "Theorem 4.1";
  double n = (double) in->n, l = in->lambda_min;

  add (conditions, (GramCondition){ .theorem = theorem,
                                    .symbol = "κ",
                                    .formula = "εδ/√n",
                                    .required = in->epsilon * in->delta / sqrt (n),
                                    .used = in->kappa,
                                    .constant_hidden = TRUE });
  add (conditions,
       (GramCondition){ .theorem = theorem,
                        .symbol = "m",
                        .formula = "n⁷/(λ₀⁴κ²δ⁴ε²)",
                        .required = pow (n, 7)
                                    / (pow (l, 4) * in->kappa * in->kappa * pow (in->delta, 4)
                                       * in->epsilon * in->epsilon),
                        .used = (double) in->m,
                        .at_least = TRUE,
                        .constant_hidden = TRUE });
  add (conditions, (GramCondition){ .theorem = theorem,
                                    .symbol = "η",
                                    .formula = "λ₀/n²",
                                    .required = l / (n * n),
                                    .used = in->eta,
                                    .constant_hidden = TRUE });
}

static void
add_generalization (GArray *conditions, const GramConditionsInput *in)
{
  const char *theorem = "Theorem 5.1";
  double n = (double) in->n, l = in->lambda_min;

  add (conditions, (GramCondition){ .theorem = theorem,
                                    .symbol = "κ",
                                    .formula = "λ₀δ/n",
                                    .required = l * in->delta / n,
                                    .used = in->kappa,
                                    .constant_hidden = TRUE });
  if (in->steps > 0)
    add (conditions, (GramCondition){ .theorem = theorem,
                                      .symbol = "k",
                                      .formula = "log(n/δ)/(ηλ₀)",
                                      .required = log (n / in->delta) / (in->eta * l),
                                      .used = (double) in->steps,
                                      .at_least = TRUE,
                                      .constant_hidden = TRUE });
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
gram_conditions_new (const GramConditionsInput *input)
{
  GArray *conditions = g_array_new (FALSE, FALSE, sizeof (GramCondition));
  GramConditionsInput in = *input;

  in.lambda_min = MAX (in.lambda_min, 0);
  add (conditions, (GramCondition){ .theorem = "Stability",
                                    .symbol = "η",
                                    .formula = "2/λ₁",
                                    .required = gram_stable_step_limit (in.lambda_max),
                                    .used = in.eta,
                                    .strict = TRUE });
  add_convergence (conditions, &in);
  add_prediction (conditions, &in);
  add_generalization (conditions, &in);
  return conditions;
}
