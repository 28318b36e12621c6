/* gram-noise.h: Section 5, what label noise does to the measure, in closed form
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_noise_expected_form (double quadratic_form, double trace_inverse, double rho);
double gram_noise_expected_form_exact (double quadratic_form, double trace_inverse, gint64 n,
                                       gint64 q);

G_END_DECLS
