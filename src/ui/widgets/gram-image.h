/* gram-image.h: pixels of datasets and of eigen-images as textures
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GdkTexture *gram_image_texture (const guint8 *pixels, gint64 width, gint64 height, gint64 channels);
GdkTexture *gram_image_signed_texture (const double *values, gint64 width, gint64 height,
                                       gint64 channels);

G_END_DECLS
