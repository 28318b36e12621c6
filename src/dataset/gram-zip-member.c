/* gram-zip-member.c: the bytes of a zip archive's member
 *
 * SPDX-License-Identifier: MIT
 */
#include <zlib.h>

#include "gram-error.h"
#include "gram-zip.h"

#define CHUNK 32768

typedef struct
{
  GramInput *packed;
  char *name;
  gboolean deflated, ended;
  z_stream stream;
  guint64 left; /* bytes that are still to come */
  guint32 crc, found;
  guint8 chunk[CHUNK];
} Unzip;

static gboolean
fail (Unzip *unzip, const char *why, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: damaged at byte %" G_GUINT64_FORMAT
               " of the member (%s); get the archive again",
               unzip->name, gram_input_get_position (unzip->packed), why);
  return FALSE;
}

static gboolean
inflate_some (Unzip *unzip, guint8 *buffer, gsize count, gsize *got, GError **error)
{
  z_stream *stream = &unzip->stream;

  stream->next_out = buffer;
  stream->avail_out = (uInt) count;
  while (stream->avail_out == count && !unzip->ended)
    {
      int code;
      gsize more;

      if (stream->avail_in == 0)
        {
          if (!gram_input_read (unzip->packed, unzip->chunk, CHUNK, &more, error))
            return FALSE;
          if (more == 0)
            return fail (unzip, "it is cut off", error);
          stream->next_in = unzip->chunk;
          stream->avail_in = (uInt) more;
        }
      code = inflate (stream, Z_NO_FLUSH);
      unzip->ended = code == Z_STREAM_END;
      if (code != Z_STREAM_END && code != Z_OK && code != Z_BUF_ERROR)
        return fail (unzip, stream->msg != NULL ? stream->msg : "bad data", error);
    }
  *got = count - stream->avail_out;
  return TRUE;
}

static gboolean
unzip_fill (gpointer source, guint8 *buffer, gsize count, gsize *got, GError **error)
{
  Unzip *unzip = source;

  *got = 0;
  if (unzip->left == 0)
    {
      if (unzip->found == unzip->crc)
        return TRUE;
      return fail (unzip, "its checksum is wrong", error);
    }
  count = (gsize) MIN ((guint64) count, unzip->left);
  if (unzip->deflated ? !inflate_some (unzip, buffer, count, got, error)
                      : !gram_input_read (unzip->packed, buffer, count, got, error))
    return FALSE;
  if (*got == 0)
    return fail (unzip, "it is shorter than declared", error);
  unzip->found = (guint32) crc32 (unzip->found, buffer, (uInt) *got);
  unzip->left -= *got;
  return TRUE;
}

static void
unzip_close (gpointer source)
{
  Unzip *unzip = source;

  if (unzip->deflated)
    inflateEnd (&unzip->stream);
  gram_input_free (unzip->packed);
  g_free (unzip->name);
  g_free (unzip);
}

/**
 * gram_zip_open:
 * @name: what messages call the member
 *
 * Returns: (transfer full): the member's bytes, no more than @place says; the checksum is verified
 * when the end is reached
 */
GramInput *
gram_zip_open (GramBlob *blob, const char *name, const GramZipPlace *place,
               GCancellable *cancellable)
{
  Unzip *unzip = g_new0 (Unzip, 1);

  unzip->packed = gram_input_new_section (blob, name, place->start, place->packed, cancellable);
  unzip->name = g_strdup (name);
  unzip->deflated = place->deflated && inflateInit2 (&unzip->stream, -15) == Z_OK;
  unzip->left = place->size;
  unzip->crc = place->crc;
  return gram_input_new (name, unzip_fill, unzip, unzip_close, NULL);
}
