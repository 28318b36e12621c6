/* fuzz-targets.h: whatever bytes the other end of a stream sends
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void fuzz_wire (const guint8 *data, gsize size);

G_END_DECLS
