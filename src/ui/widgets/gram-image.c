/* gram-image.c: pixels of datasets and of eigen-images as textures
 *
 * SPDX-License-Identifier: MIT
 *
 * Textures are enlarged by whole factors here, since the toolkit of today scales pictures with
 * blur only and small images want crisp pixels.
 */
#include "gram-config.h"

#include "gram-image.h"

#include "gram-picture.h"

#define ENLARGED 84

/* @picture: (transfer full) (nullable): */
static GdkTexture *
enlarge (GramPicture *picture)
{
  g_autoptr (GramPicture) small = picture;
  g_autoptr (GBytes) bytes = NULL;
  gint64 factor, W, H;
  guint8 *big;

  if (small == NULL)
    return NULL;
  factor = MAX (1, ENLARGED / MAX (small->width, small->height));
  W = small->width * factor;
  H = small->height * factor;
  big = g_try_malloc ((gsize) (W * H * 3));
  if (big == NULL)
    return NULL;
  for (gint64 y = 0; y < H; y++)
    for (gint64 x = 0; x < W; x++)
      memcpy (big + (y * W + x) * 3, small->rgb + ((y / factor) * small->width + x / factor) * 3,
              3);
  bytes = g_bytes_new_take (big, (gsize) (W * H * 3));
  return gdk_memory_texture_new ((int) W, (int) H, GDK_MEMORY_R8G8B8, bytes, (gsize) (W * 3));
}

/**
 * gram_image_texture:
 *
 * Returns: (transfer full) (nullable): the texture of gram_picture_new()
 */
GdkTexture *
gram_image_texture (const guint8 *pixels, gint64 width, gint64 height, gint64 channels)
{
  return enlarge (gram_picture_new (pixels, width, height, channels));
}

/**
 * gram_image_signed_texture:
 *
 * Returns: (transfer full) (nullable): the texture of gram_picture_new_signed()
 */
GdkTexture *
gram_image_signed_texture (const double *values, gint64 width, gint64 height, gint64 channels)
{
  return enlarge (gram_picture_new_signed (values, width, height, channels));
}
