/* gram-png.c: the resolution of a PNG image
 *
 * SPDX-License-Identifier: MIT
 *
 * cairo writes no pHYs chunk, so a figure made at 300 dots an inch would come out three times too
 * large on paper. The chunk follows IHDR, which always has 13 bytes (PNG specification, 11.2).
 */
#include "gram-png.h"

#include <math.h>
#include <string.h>

#define IHDR_END (8 + 4 + 4 + 13 + 4)

static guint32
crc32_of (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
  return ~crc;
}

static void
put_be32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, 4);
}

/**
 * gram_png_set_dpi:
 * @png: a PNG image without a pHYs chunk
 *
 * Returns: %FALSE when @png is no PNG image
 */
gboolean
gram_png_set_dpi (GByteArray *png, double dpi)
{
  guint8 chunk[21] = { 0, 0, 0, 9, 'p', 'H', 'Y', 's' };
  guint old = png->len;

  if (old < IHDR_END || memcmp (png->data + 12, "IHDR", 4) != 0)
    return FALSE;
  put_be32 (chunk + 8, (guint32) lround (dpi / 0.0254)); /* per metre */
  put_be32 (chunk + 12, (guint32) lround (dpi / 0.0254));
  chunk[16] = 1;
  put_be32 (chunk + 17, crc32_of (chunk + 4, 13));
  g_byte_array_set_size (png, old + sizeof chunk);
  memmove (png->data + IHDR_END + sizeof chunk, png->data + IHDR_END, old - IHDR_END);
  memcpy (png->data + IHDR_END, chunk, sizeof chunk);
  return TRUE;
}
