/* gram-mpi-system.h: H∞ of which each process has a part
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mpi-world.h"

G_BEGIN_DECLS

GramDevice *gram_mpi_system_open (gint64 *from, GError **error);

G_END_DECLS
