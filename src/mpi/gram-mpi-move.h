/* gram-mpi-move.h: what there is of each neuron, between rank 0 and who has the neuron
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mpi-part.h"

G_BEGIN_DECLS

void gram_mpi_move_gather (const GramMpiPart *part, gsize bytes, const guint8 *mine, guint8 *whole);
void gram_mpi_move_scatter (const GramMpiPart *part, gsize bytes, const guint8 *whole,
                            guint8 *mine);

G_END_DECLS
