/* gram-decay.h: the scalar functions of gradient descent along one eigenvector
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_decay_magnitude (double eta_lambda, double k);
double gram_decay (double eta_lambda, gint64 k);
double gram_decay_complement (double eta_lambda, gint64 k);
gint64 gram_decay_steps_to (gint64 count, const double *lambda, const double *weight, double eta,
                            double target);
void gram_decay_curve (gint64 count, const double *lambda, const double *weight, double eta,
                       const double *k, gsize points, double *residual);
double gram_decay_distance (gint64 count, const double *lambda, const double *weight, double eta,
                            gint64 k);

G_END_DECLS
