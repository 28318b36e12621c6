/* cli-npy.h: arrays as NumPy reads them
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean cli_npy_write (const char *path, gsize element, const void *values, gint64 rows,
                        gint64 columns, GError **error);

G_END_DECLS
