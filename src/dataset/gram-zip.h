/* gram-zip.h: the members of a zip archive, such as an NPZ file
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-part.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* valid UTF-8 */
  GramHeld held;
  guint64 header; /* place of the local header */
  guint64 start;  /* place of the data */
  guint64 packed, size;
  guint32 crc;
} GramZipMember;

GPtrArray *gram_zip_list (GramBlob *blob, GError **error);
GramInput *gram_zip_open (GramBlob *blob, const char *name, GramHeld held, guint64 start,
                          guint64 packed, guint64 size, guint32 crc, GCancellable *cancellable);

G_END_DECLS
