/* gram-input-gunzip.c: what is inside a gzip stream
 *
 * SPDX-License-Identifier: MIT
 *
 * This uses zlib and not GZlibDecompressor, because several gzip members in a row are one stream
 * (RFC 1952), and because a message about a damaged file should say where it is damaged.
 */
#include <zlib.h>

#include "gram-error.h"
#include "gram-input.h"

#define CHUNK 32768

typedef struct
{
  GramInput *compressed;
  z_stream stream;
  gboolean member_ended, ended;
  guint8 chunk[CHUNK];
} Gunzip;

static gboolean
set_damaged (Gunzip *gunzip, const char *why, GError **error)
{
  guint64 place = gram_input_get_position (gunzip->compressed) - gunzip->stream.avail_in;

  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: damaged at byte %" G_GUINT64_FORMAT " of the gzip stream (%s); get the file "
               "again",
               gram_input_get_name (gunzip->compressed), place, why);
  return FALSE;
}

static gboolean
more_input (Gunzip *gunzip, GError **error)
{
  gsize got;

  if (!gram_input_read (gunzip->compressed, gunzip->chunk, CHUNK, &got, error))
    return FALSE;
  gunzip->stream.next_in = gunzip->chunk;
  gunzip->stream.avail_in = (uInt) got;
  return TRUE;
}

/* At the end of a member either another one begins, or the stream ends. What follows then is
 * padding and is not looked at. */
static gboolean
next_member (Gunzip *gunzip, GError **error)
{
  if (gunzip->stream.avail_in == 0 && !more_input (gunzip, error))
    return FALSE;
  if (gunzip->stream.avail_in == 0 || gunzip->stream.next_in[0] != 0x1f)
    {
      gunzip->ended = TRUE;
      return TRUE;
    }
  gunzip->member_ended = FALSE;
  return inflateReset (&gunzip->stream) == Z_OK || set_damaged (gunzip, "internal state", error);
}

static gboolean
gunzip_fill (gpointer source, guint8 *buffer, gsize count, gsize *got, GError **error)
{
  Gunzip *gunzip = source;

  gunzip->stream.next_out = buffer;
  gunzip->stream.avail_out = (uInt) count;
  while (gunzip->stream.avail_out == count && !gunzip->ended)
    {
      int code;

      if (gunzip->member_ended)
        {
          if (!next_member (gunzip, error))
            return FALSE;
          continue;
        }
      if (gunzip->stream.avail_in == 0)
        {
          if (!more_input (gunzip, error))
            return FALSE;
          if (gunzip->stream.avail_in == 0)
            return set_damaged (gunzip, "it is cut off", error);
        }
      code = inflate (&gunzip->stream, Z_NO_FLUSH);
      if (code == Z_STREAM_END)
        gunzip->member_ended = TRUE;
      else if (code != Z_OK && code != Z_BUF_ERROR)
        return set_damaged (gunzip, gunzip->stream.msg != NULL ? gunzip->stream.msg : "bad data",
                            error);
    }
  *got = count - gunzip->stream.avail_out;
  return TRUE;
}

static void
gunzip_close (gpointer source)
{
  Gunzip *gunzip = source;

  inflateEnd (&gunzip->stream);
  gram_input_free (gunzip->compressed);
  g_free (gunzip);
}

/**
 * gram_input_new_gunzip:
 * @compressed: (transfer full): at the beginning of a gzip stream
 *
 * Returns: (transfer full): the decompressed bytes
 */
GramInput *
gram_input_new_gunzip (GramInput *compressed)
{
  Gunzip *gunzip = g_new0 (Gunzip, 1);

  gunzip->compressed = compressed;
  /* a window of 2¹⁵ bytes; + 16 asks for a gzip header and trailer */
  if (inflateInit2 (&gunzip->stream, 15 + 16) != Z_OK)
    gunzip->ended = TRUE;
  return gram_input_new (gram_input_get_name (compressed), -1, gunzip_fill, gunzip, gunzip_close,
                         NULL);
}

/**
 * gram_input_new_plain:
 * @input: (transfer full)
 *
 * Files that were compressed by mistake once more are read, too.
 *
 * Returns: (transfer full) (nullable): @input, or what is inside when its content is gzip
 */
GramInput *
gram_input_new_plain (GramInput *input, GError **error)
{
  for (int layer = 0; layer < 2; layer++)
    {
      gsize available;
      const guint8 *head = gram_input_peek (input, 3, &available, error);

      if (head == NULL)
        {
          gram_input_free (input);
          return NULL;
        }
      if (available < 3 || head[0] != 0x1f || head[1] != 0x8b || head[2] != 8)
        break;
      input = gram_input_new_gunzip (input);
    }
  return input;
}
