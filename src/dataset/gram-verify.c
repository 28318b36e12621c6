/* gram-verify.c: whether a file is the one that it should be
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-fetch.h"

#define BLOCK 65536

/**
 * gram_fetch_verify:
 * @found: (out) (optional): the checksum that the file has
 *
 * Returns: whether the file's SHA-256 is @sha256; sets @error only when it cannot be read
 */
gboolean
gram_fetch_verify (const char *path, const char *sha256, GCancellable *cancellable, char **found,
                   GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autofree guchar *block = g_malloc (BLOCK);
  gssize got = -1;

  while (stream != NULL
         && (got = g_input_stream_read (G_INPUT_STREAM (stream), block, BLOCK, cancellable, error))
                > 0)
    g_checksum_update (checksum, block, got);
  if (got < 0)
    return FALSE;
  if (found != NULL)
    *found = g_strdup (g_checksum_get_string (checksum));
  return g_ascii_strcasecmp (g_checksum_get_string (checksum), sha256) == 0;
}
