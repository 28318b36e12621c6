/* gram-picture.c: small images in colour
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-picture.h"

#include <math.h>

#define LARGEST_AREA (4096 * 4096)

static GramPicture *
picture_new (gint64 width, gint64 height)
{
  gint64 area = width > 0 && height > 0 && width <= LARGEST_AREA / height ? width * height : 0;
  guint8 *rgb = area > 0 ? g_try_malloc ((gsize) area * 3) : NULL;
  GramPicture *picture;

  if (rgb == NULL)
    return NULL;
  picture = g_new (GramPicture, 1);
  *picture = (GramPicture){ 1, (int) width, (int) height, rgb };
  return picture;
}

/**
 * gram_picture_new:
 * @pixels: (channels × height × width), plane by plane
 *
 * Returns: (transfer full) (nullable): the image, grey or in colour; %NULL when it is empty or too
 *   large
 */
GramPicture *
gram_picture_new (const guint8 *pixels, gint64 width, gint64 height, gint64 channels)
{
  GramPicture *picture = picture_new (width, height);
  gint64 area = picture != NULL ? width * height : 0;

  for (gint64 i = 0; i < area; i++)
    for (gint64 c = 0; c < 3; c++)
      picture->rgb[3 * i + c] = pixels[channels == 3 ? c * area + i : i];
  return picture;
}

/**
 * gram_picture_new_signed:
 * @values: (channels × height × width): any sign; grey is zero, orange positive, blue negative
 *
 * Returns: (transfer full) (nullable): the image of a vector in pixel space, scaled to its
 *   largest magnitude; channels are averaged
 */
GramPicture *
gram_picture_new_signed (const double *values, gint64 width, gint64 height, gint64 channels)
{
  static const double positive[3] = { 230, 97, 0 }, negative[3] = { 28, 113, 216 };
  GramPicture *picture = picture_new (width, height);
  gint64 area = picture != NULL ? width * height : 0;
  double largest = 0;

  for (gint64 i = 0; i < area * channels; i++)
    largest = fmax (largest, fabs (values[i]));
  for (gint64 i = 0; i < area; i++)
    {
      double value = 0;

      for (gint64 c = 0; c < channels; c++)
        value += values[c * area + i] / (double) channels;
      value = largest > 0 ? value / largest : 0;
      for (int c = 0; c < 3; c++)
        picture->rgb[3 * i + c] =
            (guint8) (245 * (1 - fabs (value))
                      + fabs (value) * (value > 0 ? positive[c] : negative[c]));
    }
  return picture;
}

/**
 * gram_picture_surface:
 *
 * Returns: (transfer full): an image surface of the picture, a pixel each
 */
cairo_surface_t *
gram_picture_surface (const GramPicture *picture)
{
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, picture->width, picture->height);
  guint8 *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  for (int y = 0; data != NULL && y < picture->height; y++)
    for (int x = 0; x < picture->width; x++)
      {
        const guint8 *rgb = picture->rgb + 3 * ((gsize) y * (gsize) picture->width + (gsize) x);
        guint32 *to = (guint32 *) (gpointer) (data + (gsize) y * (gsize) stride) + x;

        *to = (guint32) rgb[0] << 16 | (guint32) rgb[1] << 8 | rgb[2];
      }
  cairo_surface_mark_dirty (surface);
  return surface;
}

GramPicture *
gram_picture_ref (GramPicture *picture)
{
  g_atomic_int_inc (&picture->references);
  return picture;
}

void
gram_picture_unref (GramPicture *picture)
{
  if (picture == NULL || !g_atomic_int_dec_and_test (&picture->references))
    return;
  g_free (picture->rgb);
  g_free (picture);
}
