/* gram-cpu-plan.h: which exact formulation of gradient descent is the cheapest, and its memory
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

gboolean gram_cpu_plan (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                        GError **error);

G_END_DECLS
