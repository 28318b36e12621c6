/* gram-typed.h: numbers as people type them
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gram_typed_read (const char *text, gboolean integer, double minimum, double maximum,
                          double *value, char **reason);

G_END_DECLS
