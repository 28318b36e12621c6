/* gram-png.h: the resolution of a PNG image
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gram_png_set_dpi (GByteArray *png, double dpi);

G_END_DECLS
