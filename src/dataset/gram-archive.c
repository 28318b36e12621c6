/* gram-archive.c: the members of a zip or tar archive, read in memory
 *
 * SPDX-License-Identifier: MIT
 *
 * No file is ever written. libarchive reads the archive. A compressed tar goes through our own
 * gunzip first, because it verifies the checksum and says where a file is damaged.
 */
#include "gram-archive.h"

#include <stdio.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "gram-error.h"

#define BLOCK 65536
#define MAX_MEMBERS 10000
/* A tar archive may hold so many bytes, or so many times its compressed size. */
#define MAX_BYTES (G_GUINT64_CONSTANT (512) << 20)
#define MAX_TAR_RATIO 20
/* deflate cannot compress better than 1032 : 1 */
#define MAX_ZIP_RATIO 1100

typedef struct
{
  GramBlob *blob;
  GramInput *input; /* of a tar archive; NULL: zip, whose bytes are read by place */
  guint64 place;    /* ZIP: of the next block */
  guint64 declared; /* ZIP: what the members so far need at least, in bytes */
  GCancellable *cancellable;
  gboolean empty; /* ZIP: there is a directory of nothing, which libarchive does not know */
  struct archive *archive;
  GError *error; /* an error of the input, which libarchive cannot hand on */
  guint8 block[BLOCK];
} Reader;

gboolean
gram_archive_is_magic (const guint8 *head, gsize count)
{
  return (count >= 4
          && (memcmp (head, "PK\003\004", 4) == 0 || memcmp (head, "PK\005\006", 4) == 0))
         || (count >= 263 && memcmp (head + 257, "ustar", 5) == 0);
}

static la_ssize_t
feed (struct archive *archive, void *data, const void **block)
{
  Reader *reader = data;
  guint64 limit = MAX (MAX_BYTES, MAX_TAR_RATIO * gram_blob_get_size (reader->blob));
  gsize got;

  *block = reader->block;
  if (reader->error != NULL)
    return -1;
  if (reader->input == NULL)
    {
      if (!gram_blob_read_at (reader->blob, reader->place, reader->block, BLOCK, &got,
                              &reader->error))
        return -1;
      reader->place += got;
      return (la_ssize_t) got;
    }
  if (gram_input_get_position (reader->input) > limit)
    {
      g_set_error (&reader->error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds more than %" G_GUINT64_FORMAT
                   " bytes when decompressed, as bombs do; if it is sound, unpack it and open its "
                   "folder",
                   gram_blob_get_name (reader->blob), limit);
      return -1;
    }
  if (!gram_input_read (reader->input, reader->block, BLOCK, &got, &reader->error))
    return -1;
  return (la_ssize_t) got;
}

static la_int64_t
seek (struct archive *archive, void *data, la_int64_t offset, int whence)
{
  Reader *reader = data;
  gint64 size = (gint64) gram_blob_get_size (reader->blob);
  gint64 from = whence == SEEK_SET ? 0 : whence == SEEK_END ? size : (gint64) reader->place;

  reader->place = (guint64) CLAMP (from + offset, 0, size);
  return (la_int64_t) reader->place;
}

static gboolean
fail (Reader *reader, GError **error)
{
  const char *text = archive_error_string (reader->archive);
  g_autofree char *why = g_strdelimit (g_strdup (text != NULL ? text : "bad header"), "\n", ' ');

  if (reader->error != NULL)
    {
      g_propagate_error (error, g_error_copy (reader->error));
      return FALSE;
    }
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: the archive is damaged after byte %" G_GUINT64_FORMAT " (%s); get it again",
               gram_blob_get_name (reader->blob),
               reader->input != NULL ? gram_input_get_position (reader->input) : reader->place,
               why);
  return FALSE;
}

static gboolean
fill_from_member (gpointer source, guint8 *buffer, gsize count, gsize *got, GError **error)
{
  Reader *reader = source;
  la_ssize_t n = archive_read_data (reader->archive, buffer, count);

  if (n < 0)
    return fail (reader, error);
  *got = (gsize) n;
  return TRUE;
}

/* Archives whose members declare more than the archive can hold, as they do when they share their
 * bytes, are made to become huge when they are unpacked. */
static gboolean
check_member (Reader *reader, struct archive_entry *entry, guint64 index, GError **error)
{
  const char *what = NULL;
  gint64 size = archive_entry_size (entry);

  if (index >= MAX_MEMBERS)
    what = "has more than 10,000 members; unpack it and open the folder of the data";
  else if (archive_entry_is_encrypted (entry))
    what = "is encrypted; unpack it with its password and open the folder";
  if (reader->input == NULL && archive_entry_size_is_set (entry) && size > 0)
    reader->declared += (guint64) size / MAX_ZIP_RATIO;
  if (reader->declared > gram_blob_get_size (reader->blob))
    what = "declares members larger than its data can hold, as zip bombs do; get it again";
  if (what == NULL)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: %s", gram_blob_get_name (reader->blob),
               what);
  return FALSE;
}

static gboolean
visit_member (Reader *reader, struct archive_entry *entry, gint64 index, GramArchiveFunc func,
              gpointer user_data, gboolean *enough, GError **error)
{
  const char *utf8 = archive_entry_pathname_utf8 (entry);
  const char *path = utf8 != NULL ? utf8 : archive_entry_pathname (entry);
  g_autofree char *shown = g_utf8_make_valid (path != NULL ? path : "", -1);
  g_autofree char *name = NULL;
  gint64 size = archive_entry_size_is_set (entry) ? archive_entry_size (entry) : -1;

  /* links and devices hold no data */
  if (archive_entry_filetype (entry) != AE_IFREG || archive_entry_hardlink (entry) != NULL
      || archive_entry_symlink (entry) != NULL || (reader->input != NULL && size < 0))
    return TRUE;
  name = g_strdup_printf ("%s: %s", gram_blob_get_name (reader->blob), shown);
  return func (index, shown,
               gram_input_new (name, size, fill_from_member, reader, NULL, reader->cancellable),
               enough, user_data, error);
}

static gboolean
visit_all (Reader *reader, GramArchiveFunc func, gpointer user_data, GError **error)
{
  gboolean enough = FALSE;

  for (guint64 index = 0; !enough; index++)
    {
      struct archive_entry *entry;
      int code = archive_read_next_header (reader->archive, &entry);
      const char *why = archive_error_string (reader->archive);

      if (code == ARCHIVE_EOF)
        break;
      /* a warning of a name that this locale cannot show is none of ours, but one of a directory
       * that disagrees with its members is */
      if (code != ARCHIVE_OK
          && (code != ARCHIVE_WARN || (why != NULL && g_str_has_prefix (why, "Inconsistent"))))
        return fail (reader, error);
      if (!check_member (reader, entry, index, error)
          || !visit_member (reader, entry, (gint64) index, func, user_data, &enough, error))
        return FALSE;
    }
  /* what follows a tar archive is padding; it is read so that the gzip checksum is verified */
  while (!enough && reader->input != NULL)
    {
      const void *block;
      la_ssize_t got = feed (reader->archive, reader, &block);

      if (got < 0)
        return fail (reader, error);
      if (got == 0)
        break;
    }
  return TRUE;
}

static gboolean
open_archive (Reader *reader, GError **error)
{
  guint8 head[4] = { 0 };
  gsize got;

  if (!gram_blob_read_at (reader->blob, 0, head, sizeof head, &got, error))
    return FALSE;
  reader->empty = memcmp (head, "PK\005\006", 4) == 0;
  if (reader->empty)
    return TRUE;
  reader->archive = archive_read_new ();
  if (memcmp (head, "PK", 2) == 0)
    {
      archive_read_support_format_zip_seekable (reader->archive);
      archive_read_set_seek_callback (reader->archive, seek);
    }
  else
    {
      reader->input =
          gram_input_new_plain (gram_input_new_section (reader->blob, NULL, 0, G_MAXUINT64,
                                                        reader->cancellable),
                                error);
      if (reader->input == NULL)
        return FALSE;
      archive_read_support_format_tar (reader->archive);
    }
  archive_read_set_read_callback (reader->archive, feed);
  archive_read_set_callback_data (reader->archive, reader);
  return archive_read_open1 (reader->archive) == ARCHIVE_OK || fail (reader, error);
}

/**
 * gram_archive_visit:
 * @func: called with each member that is a regular file
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when the archive is damaged, encrypted or made to deceive,
 *   or when @func says so
 */
gboolean
gram_archive_visit (GramBlob *blob, GramArchiveFunc func, gpointer user_data,
                    GCancellable *cancellable, GError **error)
{
  Reader *reader = g_new0 (Reader, 1);
  gboolean done;

  reader->blob = blob;
  reader->cancellable = cancellable;
  done =
      open_archive (reader, error) && (reader->empty || visit_all (reader, func, user_data, error));
  if (reader->archive != NULL)
    archive_read_free (reader->archive);
  g_clear_pointer (&reader->input, gram_input_free);
  g_clear_error (&reader->error);
  g_free (reader);
  return done;
}
