/* gram-save.h: files that are whole-old or whole-new
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _GramSave GramSave;

GramSave *gram_save_new (const char *path, guint64 expected_bytes, GError **error);
gboolean gram_save_check (const char *path, GError **error);
gboolean gram_save_write (GramSave *save, const void *data, gsize length, GError **error);
gboolean gram_save_commit (GramSave *save, GError **error);
void gram_save_free (GramSave *save);

gboolean gram_save_bytes (const char *path, const void *data, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSave, gram_save_free)

G_END_DECLS
