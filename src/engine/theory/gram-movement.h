/* gram-movement.h: Lemmas 5.3 and C.1, how far the weights travel
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_movement_limit (double quadratic_form);
double gram_movement_neuron_bound (gint64 n, gint64 m, double residual0, double lambda_min);

G_END_DECLS
