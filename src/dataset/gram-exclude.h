/* gram-exclude.h: images that a problem cannot use
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

gboolean gram_exclude_unusable (GramProblem *problem, GError **error);

G_END_DECLS
