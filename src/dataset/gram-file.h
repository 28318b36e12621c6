/* gram-file.h: a file and the format of its content
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-blob.h"

G_BEGIN_DECLS

typedef struct _GramFormat GramFormat;

typedef struct
{
  char *base; /* the name without its folder */
  GramBlob *blob;
  const GramFormat *format; /* (nullable) NULL: none that is known */
} GramFile;

GramFile *gram_file_new (const char *path, GCancellable *cancellable, GError **error);
void gram_file_free (GramFile *file);
GPtrArray *gram_file_list (const char *folder, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFile, gram_file_free)

G_END_DECLS
