/* gram-patterns.h: Lemma C.2, how far the activation patterns carry Z(k) and H(k)
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_patterns_features_distance (gint64 n, double flipped);
double gram_patterns_gram_bound (gint64 n, gint64 m, double lambda_min, double kappa, double delta);
double gram_patterns_features_bound (gint64 n, gint64 m, double lambda_min, double kappa,
                                     double delta);

G_END_DECLS
