/* gram-generalization-bound.h: Theorem 5.1, Corollary 5.2 and Lemma 5.4, what bounds the test error
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_generalization_bound (double complexity, gint64 n, double lambda_min, double delta);

/* Lemma 5.4 and Theorem B.1, number 21: all constants explicit. */
typedef struct
{
  double distance;   /* B·(1 + (2log(2/δ)/m)^{1/4})/√(2n) */
  double patterns;   /* 2R²√m/κ */
  double deviation;  /* R·√(2log(2/δ)) */
  double rademacher; /* their sum: R_S ≤ */
  double gap;        /* 2R_S + 3√(log(2/δ)/(2n)) ≥ test − training loss */
  double test_loss;  /* training loss + gap: the bound from end to end */
} GramRademacher;

void gram_rademacher (gint64 n, gint64 m, double B, double R, double kappa, double delta,
                      double train_loss, GramRademacher *result);

G_END_DECLS
