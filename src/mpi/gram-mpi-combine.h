/* gram-mpi-combine.h: what the parts of a network say, as the whole would
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mpi-part.h"

G_BEGIN_DECLS

gboolean gram_mpi_combine (GramMpiPart *part, guint kind, GBytes *request, GramWire *reply,
                           GError **error);

G_END_DECLS
