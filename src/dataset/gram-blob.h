/* gram-blob.h: bytes that can be read at any place: a regular file
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GramBlob GramBlob;

GramBlob *gram_blob_open (const char *path, GError **error);
GramBlob *gram_blob_ref (GramBlob *blob);
void gram_blob_unref (GramBlob *blob);
const char *gram_blob_get_name (GramBlob *blob);
guint64 gram_blob_get_size (GramBlob *blob);
gboolean gram_blob_read_at (GramBlob *blob, guint64 offset, void *buffer, gsize count, gsize *got,
                            GError **error);
gboolean gram_blob_check_unchanged (GramBlob *blob, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramBlob, gram_blob_unref)

G_END_DECLS
