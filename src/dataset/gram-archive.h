/* gram-archive.h: the members of a zip or tar archive, read in memory
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-input.h"

G_BEGIN_DECLS

/* @member: its path within the archive, valid UTF-8
 * @input: (transfer full): at the first byte of the member
 * @enough: (out): set it to end the visit */
typedef gboolean (*GramArchiveFunc) (gint64 index, const char *member, GramInput *input,
                                     gboolean *enough, gpointer user_data, GError **error);

gboolean gram_archive_is_magic (const guint8 *head, gsize count);
gboolean gram_archive_visit (GramBlob *blob, GramArchiveFunc func, gpointer user_data,
                             GCancellable *cancellable, GError **error);

G_END_DECLS
