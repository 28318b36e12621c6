/* cli-npy.h: arrays as NumPy reads them
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean cli_npy_write_f64 (const char *path, const double *values, gint64 rows, gint64 columns,
                            GError **error);
gboolean cli_npy_write_f32 (const char *path, const float *values, gint64 rows, gint64 columns,
                            GError **error);

G_END_DECLS
