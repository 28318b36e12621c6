/* gram-zip.h: the members of a zip archive, such as an NPZ file
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-input.h"

G_BEGIN_DECLS

/* Where a member's bytes lie, and what they must be. */
typedef struct
{
  gboolean deflated;           /* else stored as they are */
  guint64 start, packed, size; /* place; bytes there; bytes decompressed */
  guint32 crc;
} GramZipPlace;

typedef struct
{
  char *name;     /* valid UTF-8 */
  guint64 header; /* place of the local header */
  GramZipPlace place;
} GramZipMember;

GPtrArray *gram_zip_list (GramBlob *blob, GError **error);
GramInput *gram_zip_open (GramBlob *blob, const char *name, const GramZipPlace *place,
                          GCancellable *cancellable);

G_END_DECLS
