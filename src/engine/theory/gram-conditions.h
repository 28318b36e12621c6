/* gram-conditions.h: what Theorems 3.1, 4.1 and 5.1 ask for, against what a run uses
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *theorem; /* "Theorem 4.1" */
  const char *symbol;  /* "m" */
  const char *formula; /* "n⁷/(λ₀⁴κ²δ⁴ε²)" */
  double required, used;
  gboolean at_least;        /* used ≥ required; else used ≤ required */
  gboolean strict;          /* > or < instead */
  gboolean constant_hidden; /* [C]: the paper hides a constant, shown as 1 */
  gboolean met;
} GramCondition;

/* The choices and the spectrum that the conditions are about. */
typedef struct
{
  gint64 n, m;
  gint64 steps; /* k of the run; 0: leave out the conditions on it */
  double eta, kappa;
  double lambda_min, lambda_max; /* λ₀, λ₁ */
  double delta;                  /* failure probability, (0, 1) */
  double epsilon;                /* accuracy of the prediction, Theorem 4.1 */
} GramConditionsInput;

GArray *gram_conditions_new (const GramConditionsInput *input);

G_END_DECLS
