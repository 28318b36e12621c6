/* gram-format.h: the formats of data files
 *
 * SPDX-License-Identifier: MIT
 *
 * A format is one #GramFormat, defined in the file of its reader, and one word in meson.build, of
 * which GRAM_FORMATS is made. Opening a file, searching a folder and the messages that list formats
 * use nothing else.
 */
#pragma once

#include "gram-draft.h"
#include "gram-file.h"
#include "gram-format-list.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_SNIFF_NO,
  GRAM_SNIFF_PERHAPS, /* other files may begin with these bytes, too */
  GRAM_SNIFF_YES,
} GramSniff;

struct _GramFormat
{
  const char *name;           /* what messages call its files, in the plural */
  const char *const names[8]; /* file names without ".gz", with * for any letters: the members of an
                                 archive that are read, and which reader is to say what is wrong
                                 with a file whose content says nothing; ends with NULL */
  gboolean has_other_half;    /* a file alone is not enough: images and labels are in two files */

  /* @size: bytes of the file, −1 if only reading tells
   * @head: the first @count of them, at most GRAM_INPUT_PEEK_MAX, decompressed if it is gzip */
  GramSniff (*sniff) (gint64 size, const guint8 *head, gsize count);

  /* Called once with each file, at its first byte: @file's part becomes what it declares. What a
   * pass over its records would tell should be learned now if it is a member of an archive: there
   * it could be reached again only through all that come before. */
  gboolean (*look) (GramFile *file, GramInput *input, GError **error);

  /* @files: of GramFile, by name; those of other formats are left alone. A file of which
   *   gram_file_check() is FALSE is damaged, which does not matter as long as it is not needed.
   * @chosen: (nullable): the one that the user named
   *
   * Adds parts, labels and class names to @draft; FALSE with GRAM_ERROR_DATA when they are no
   * dataset. */
  gboolean (*read) (GPtrArray *files, const GramFile *chosen, GramDraft *draft,
                    GCancellable *cancellable, GError **error);
};

#define GRAM_FORMAT_DECLARE(id) extern const GramFormat gram_##id##_format;
GRAM_FORMATS (GRAM_FORMAT_DECLARE)
#undef GRAM_FORMAT_DECLARE

guint gram_format_count (void);
const GramFormat *gram_format_get (guint index);
const GramFormat *gram_format_find (gint64 size, const guint8 *head, gsize count);
const GramFormat *gram_format_find_by_name (const char *file);
char *gram_format_list_names (void);

G_END_DECLS
