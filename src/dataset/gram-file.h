/* gram-file.h: a file or an archive's member, and what its content is
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-part.h"

G_BEGIN_DECLS

typedef struct _GramFormat GramFormat;

typedef struct
{
  char *base; /* the name without its folder */
  GramBlob *blob;
  char *name;               /* for messages: the file, or "archive: member" */
  gint64 member;            /* of the archive that @blob is; −1: the file itself */
  guint depth;              /* of a member: in how many folders it lies */
  gboolean is_archive;      /* zip or tar: has members that may be data */
  const GramFormat *format; /* (nullable) NULL: none that is known */
  /* what its format's look() found; −1 files are looked at when the format is chosen */
  gboolean looked;
  GramPart *part;  /* images or labels */
  guint n_classes; /* CIFAR: 10 or 100 */
  GError *error;   /* (nullable) why it cannot be read */
} GramFile;

GramFile *gram_file_new (const char *path, GCancellable *cancellable, GError **error);
void gram_file_free (GramFile *file);
void gram_file_look (GramFile *file, GCancellable *cancellable);
GPtrArray *gram_file_list (const char *folder, GCancellable *cancellable, GError **error);
GPtrArray *gram_file_list_members (const GramFile *archive, GCancellable *cancellable,
                                   GError **error);
GError *gram_file_find_stranger (const char *folder, GCancellable *cancellable);

/* FALSE with GRAM_ERROR_DATA when the file was found to be damaged. It is here because the formats
 * ask it, and gram-file.c asks the formats. */
static inline gboolean
gram_file_check (const GramFile *file, GError **error)
{
  if (file->error != NULL)
    g_propagate_error (error, g_error_copy (file->error));
  return file->error == NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFile, gram_file_free)

G_END_DECLS
