/* gram-mpi-state.h: the state of a network in parts, as one that any backend goes on from
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mpi-part.h"

G_BEGIN_DECLS

gboolean gram_mpi_state_gather (GramMpiPart *part, gboolean native, GramWire *reply,
                                GError **error);
GBytes *gram_mpi_state_scatter (GramMpiPart *part, GBytes *state, gboolean *native, GError **error);

G_END_DECLS
