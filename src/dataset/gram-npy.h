/* gram-npy.h: the NPY format of NumPy
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-part.h"

G_BEGIN_DECLS

gboolean gram_npy_is_magic (const guint8 *head, gsize count);
gboolean gram_npy_read_header (GramInput *input, GramPart *part, GError **error);

G_END_DECLS
