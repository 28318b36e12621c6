/* gram-exclude.h: what of a problem is left out, and what is told about the rest
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

gboolean gram_exclude_unusable (GramProblem *problem, GError **error);

G_END_DECLS
