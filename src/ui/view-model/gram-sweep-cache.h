/* gram-sweep-cache.h: where the window keeps the nets of a sweep or a study that are done
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-session.h"

G_BEGIN_DECLS

char *gram_sweep_cache_path (const GramSettings *settings, const GPtrArray *variations);

G_END_DECLS
