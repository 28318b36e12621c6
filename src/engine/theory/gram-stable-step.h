/* gram-stable-step.h: which step sizes are stable, and which one to advise
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double gram_stable_step_limit (double lambda_max);
double gram_stable_step_advised (double lambda_max);

G_END_DECLS
