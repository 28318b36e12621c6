/* gram-remote.h: the backends whose devices are at the other end of a command
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

const GramBackendVTable *gram_remote_backend (void);
const GramBackendVTable *gram_remote_ranks_backend (void);

G_END_DECLS
