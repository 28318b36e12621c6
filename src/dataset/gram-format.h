/* gram-format.h: the formats of data files
 *
 * SPDX-License-Identifier: MIT
 *
 * A format is one #GramFormat, defined in the file of its reader, and one line of GRAM_FORMATS.
 * Opening a file, searching a folder and the messages that list formats use nothing else.
 */
#pragma once

#include "gram-draft.h"
#include "gram-file.h"

G_BEGIN_DECLS

/* If a folder holds files of several formats, those of the first format in this list are read. So
 * the simplest come first. */
#define GRAM_FORMATS(X) \
  X (idx)               \
  X (cifar)             \
  X (pickle)            \
  X (npy)               \
  X (npz)               \
  X (tar)

typedef enum
{
  GRAM_SNIFF_NO,
  GRAM_SNIFF_PERHAPS, /* other files may begin with these bytes, too */
  GRAM_SNIFF_YES,
} GramSniff;

struct _GramFormat
{
  const char *name;           /* what messages call its files, in the plural */
  const char *const names[3]; /* file names, with * for any letters: which reader is to say what is
                                 wrong with a file whose content says nothing; ends with NULL */
  gboolean is_archive;        /* a file is a dataset by itself; else the files of a folder make one
                                 together */
  gboolean has_other_half;    /* a file alone is not enough: images and labels are in two files */

  /* @head: the first @count bytes, decompressed if the file is gzip; at least 512 if there are */
  GramSniff (*sniff) (GramBlob *blob, const guint8 *head, gsize count);

  /* @files: of GramFile; those of other formats are left alone
   * @chosen: (nullable): the file that the user named, or the archive that was found in a folder
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
const GramFormat *gram_format_find (GramBlob *blob, const guint8 *head, gsize count);
const GramFormat *gram_format_find_by_name (const char *file);
char *gram_format_list_names (void);

G_END_DECLS
