/* gram-patterns.h: which neurons are on for which sample, and how that changes
 *
 * SPDX-License-Identifier: MIT
 *
 * A pattern is 1{w_rᵀx_i ≥ 0} as gram_trainer_pattern() hands it out: m rows of ⌈n/8⌉ bytes.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 gram_patterns_flips (gint64 n, gint64 m, const guint8 *before, const guint8 *after);
void gram_patterns_flips_by_sample (gint64 n, gint64 m, const guint8 *before, const guint8 *after,
                                    gint64 *flips);
gboolean gram_patterns_gram (gint64 n, gint64 m, const guint8 *bits, const double *K, gint64 ldk,
                             double *H, gint64 ldh, GError **error);
double gram_patterns_distance (gint64 n, const double *A, gint64 lda, const double *B, gint64 ldb);
double gram_patterns_features_distance (gint64 n, double flipped);

/* Lemma C.2 [C] and C.3 [x] */
double gram_patterns_gram_bound (gint64 n, gint64 m, double lambda_min, double kappa, double delta);
double gram_patterns_features_bound (gint64 n, gint64 m, double lambda_min, double kappa,
                                     double delta);
double gram_patterns_initial_bound (gint64 n, gint64 m, double delta);

G_END_DECLS
