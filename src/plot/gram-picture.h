/* gram-picture.h: small images in colour
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint references;
  int width, height;
  guint8 *rgb; /* (3 × width × height), interleaved, rows from the top */
} GramPicture;

GramPicture *gram_picture_new (const guint8 *pixels, gint64 width, gint64 height, gint64 channels);
GramPicture *gram_picture_new_signed (const double *values, gint64 width, gint64 height,
                                      gint64 channels);
cairo_surface_t *gram_picture_surface (const GramPicture *picture);
GramPicture *gram_picture_ref (GramPicture *picture);
void gram_picture_unref (GramPicture *picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramPicture, gram_picture_unref)

G_END_DECLS
