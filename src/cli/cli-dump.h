/* cli-dump.h: train --dump-init
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-labels.h"

G_BEGIN_DECLS

gboolean cli_dump_init (const char *folder, const GramProblem *problem, const GPtrArray *labels,
                        const GramTrainerSpec *spec, GError **error);

G_END_DECLS
