/* gram-image.c: pixels of datasets and of eigen-images as textures
 *
 * SPDX-License-Identifier: MIT
 *
 * Textures are enlarged by whole factors here, since the toolkit of today scales pictures with
 * blur only and small images want crisp pixels.
 */
#include "gram-config.h"

#include "gram-image.h"

#include <math.h>

#define ENLARGED 84

/* @rgb: (3 × width × height), interleaved */
static GdkTexture *
enlarge (const guint8 *rgb, gint64 width, gint64 height)
{
  gint64 factor = MAX (1, ENLARGED / MAX (width, height));
  gint64 W = width * factor, H = height * factor;
  guint8 *big = g_try_malloc ((gsize) (W * H * 3));
  g_autoptr (GBytes) bytes = NULL;

  if (big == NULL)
    return NULL;
  for (gint64 y = 0; y < H; y++)
    for (gint64 x = 0; x < W; x++)
      memcpy (big + (y * W + x) * 3, rgb + ((y / factor) * width + x / factor) * 3, 3);
  bytes = g_bytes_new_take (big, (gsize) (W * H * 3));
  return gdk_memory_texture_new ((int) W, (int) H, GDK_MEMORY_R8G8B8, bytes, (gsize) (W * 3));
}

/**
 * gram_image_texture:
 * @pixels: (channels × height × width), plane by plane
 *
 * Returns: (transfer full) (nullable): the image, grey or in colour
 */
GdkTexture *
gram_image_texture (const guint8 *pixels, gint64 width, gint64 height, gint64 channels)
{
  gint64 area = width * height;
  g_autofree guint8 *rgb = NULL;

  if (area <= 0 || area > 4096 * 4096)
    return NULL;
  rgb = g_try_malloc ((gsize) area * 3);
  if (rgb == NULL)
    return NULL;
  for (gint64 i = 0; i < area; i++)
    for (gint64 c = 0; c < 3; c++)
      rgb[3 * i + c] = pixels[channels == 3 ? c * area + i : i];
  return enlarge (rgb, width, height);
}

/**
 * gram_image_signed_texture:
 * @values: (channels × height × width): any sign; grey is zero, orange positive, blue negative
 *
 * Returns: (transfer full) (nullable): the image of a vector in pixel space, scaled to its
 *   largest magnitude; channels are averaged
 */
GdkTexture *
gram_image_signed_texture (const double *values, gint64 width, gint64 height, gint64 channels)
{
  static const double positive[3] = { 230, 97, 0 }, negative[3] = { 28, 113, 216 };
  gint64 area = width * height;
  g_autofree guint8 *rgb = NULL;
  double largest = 0;

  if (area <= 0 || area > 4096 * 4096)
    return NULL;
  rgb = g_try_malloc ((gsize) area * 3);
  if (rgb == NULL)
    return NULL;
  for (gint64 i = 0; i < area * channels; i++)
    largest = fmax (largest, fabs (values[i]));
  for (gint64 i = 0; i < area; i++)
    {
      double value = 0;

      for (gint64 c = 0; c < channels; c++)
        value += values[c * area + i] / (double) channels;
      value = largest > 0 ? value / largest : 0;
      for (int c = 0; c < 3; c++)
        rgb[3 * i + c] = (guint8) (245 * (1 - fabs (value))
                                   + fabs (value) * (value > 0 ? positive[c] : negative[c]));
    }
  return enlarge (rgb, width, height);
}
