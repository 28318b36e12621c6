/* gram-tar.h: the members of a tar archive, read in memory
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-input.h"

G_BEGIN_DECLS

/* @input: at the first byte of the member; @enough: (out): set it to end the visit */
typedef gboolean (*GramTarFunc) (guint64 index, const char *member, guint64 size, GramInput *input,
                                 gboolean *enough, gpointer user_data, GError **error);

gboolean gram_tar_visit (GramBlob *blob, GramTarFunc func, gpointer user_data,
                         GCancellable *cancellable, GError **error);

G_END_DECLS
