/* gram-arrays.h: named arrays that are images and labels
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-folder.h"

G_BEGIN_DECLS

gboolean gram_npz_collect (const GramFound *archive, GramDraft *draft, GCancellable *cancellable,
                           GError **error);
gboolean gram_npy_collect (GPtrArray *files, GramDraft *draft, GCancellable *cancellable,
                           GError **error);

G_END_DECLS
