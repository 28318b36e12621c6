/* gram-tar.c: the members of a tar archive, read in memory
 *
 * SPDX-License-Identifier: MIT
 *
 * No file is ever written. libarchive reads the headers. Compressed bytes go through our own gunzip
 * first, because it verifies the checksum and says where a file is damaged.
 */
#include "gram-tar.h"

#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "gram-error.h"

#define BLOCK 65536
/* CIFAR's archives hold about ten members and 180 MB. */
#define MAX_MEMBERS 10000
#define MAX_BYTES (G_GUINT64_CONSTANT (512) << 20)

typedef struct
{
  GramInput *input;
  struct archive *archive;
  GError *error; /* an error of the input, which libarchive cannot hand on */
  guint8 block[BLOCK];
} Tar;

static la_ssize_t
feed (struct archive *archive, void *data, const void **block)
{
  Tar *tar = data;
  gsize got;

  *block = tar->block;
  if (gram_input_get_position (tar->input) > MAX_BYTES)
    {
      g_set_error (&tar->error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds more than %" G_GUINT64_FORMAT
                   " bytes when decompressed; it is no archive of CIFAR",
                   gram_input_get_name (tar->input), MAX_BYTES);
      return -1;
    }
  if (!gram_input_read (tar->input, tar->block, BLOCK, &got, &tar->error))
    return -1;
  return (la_ssize_t) got;
}

static gboolean
fail (Tar *tar, GError **error)
{
  const char *why = archive_error_string (tar->archive);

  if (tar->error != NULL)
    g_propagate_error (error, g_steal_pointer (&tar->error));
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                 "%s: the archive is damaged after byte %" G_GUINT64_FORMAT " (%s); get it again",
                 gram_input_get_name (tar->input), gram_input_get_position (tar->input),
                 why != NULL ? why : "bad header");
  return FALSE;
}

static gboolean
fill_from_member (gpointer source, guint8 *buffer, gsize count, gsize *got, GError **error)
{
  Tar *tar = source;
  la_ssize_t n = archive_read_data (tar->archive, buffer, count);

  if (n < 0)
    return fail (tar, error);
  *got = (gsize) n;
  return TRUE;
}

static gboolean
visit_member (Tar *tar, struct archive_entry *entry, guint64 index, GramTarFunc func,
              gpointer user_data, gboolean *enough, GError **error)
{
  const char *path = archive_entry_pathname (entry);
  g_autofree char *shown = g_utf8_make_valid (path != NULL ? path : "", -1);
  g_autofree char *name = NULL;
  g_autoptr (GramInput) input = NULL;
  gint64 size = archive_entry_size (entry);

  /* links and devices hold no data */
  if (archive_entry_filetype (entry) != AE_IFREG || archive_entry_hardlink (entry) != NULL
      || archive_entry_symlink (entry) != NULL || !archive_entry_size_is_set (entry) || size < 0)
    return TRUE;
  name = g_strdup_printf ("%s: %s", gram_input_get_name (tar->input), shown);
  input = gram_input_new (name, fill_from_member, tar, NULL, NULL);
  return func (index, shown, (guint64) size, input, enough, user_data, error);
}

static gboolean
visit_all (Tar *tar, GramTarFunc func, gpointer user_data, GError **error)
{
  gboolean enough = FALSE;

  for (guint64 index = 0; !enough; index++)
    {
      struct archive_entry *entry;
      int code = archive_read_next_header (tar->archive, &entry);

      if (code == ARCHIVE_EOF)
        break;
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
        return fail (tar, error);
      if (index >= MAX_MEMBERS)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: has more than %d members; it is no archive of CIFAR",
                       gram_input_get_name (tar->input), MAX_MEMBERS);
          return FALSE;
        }
      if (!visit_member (tar, entry, index, func, user_data, &enough, error))
        return FALSE;
    }
  /* what follows the archive is padding; it is read so that the gzip checksum is verified */
  while (!enough)
    {
      const void *block;
      la_ssize_t got = feed (tar->archive, tar, &block);

      if (got < 0)
        return fail (tar, error);
      if (got == 0)
        break;
    }
  return TRUE;
}

/**
 * gram_tar_visit:
 * @func: called with each member that is a regular file
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when the archive is damaged, or when @func says so
 */
gboolean
gram_tar_visit (GramBlob *blob, GramTarFunc func, gpointer user_data, GCancellable *cancellable,
                GError **error)
{
  Tar *tar = g_new0 (Tar, 1);
  gboolean done = FALSE;

  tar->input =
      gram_input_new_plain (gram_input_new_section (blob, NULL, 0, G_MAXUINT64, cancellable),
                            error);
  if (tar->input != NULL)
    {
      tar->archive = archive_read_new ();
      archive_read_support_format_tar (tar->archive);
      if (archive_read_open (tar->archive, tar, NULL, feed, NULL) == ARCHIVE_OK)
        done = visit_all (tar, func, user_data, error);
      else
        done = fail (tar, error);
      archive_read_free (tar->archive);
      gram_input_free (tar->input);
    }
  g_clear_error (&tar->error);
  g_free (tar);
  return done;
}
