/* gram-arrays.h: named arrays that are images and labels
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-format.h"

G_BEGIN_DECLS

gboolean gram_arrays_read (GPtrArray *files, const GramFile *chosen, GramDraft *draft,
                           GCancellable *cancellable, GError **error);

G_END_DECLS
