/* gram-file-lock.h: two writers of one file: the second is refused
 *
 * SPDX-License-Identifier: MIT
 *
 * The lock ends with its process, however that ends.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GramFileLock GramFileLock;

GramFileLock *gram_file_lock_take (const char *path, GError **error);
void gram_file_lock_release (GramFileLock *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFileLock, gram_file_lock_release)

G_END_DECLS
