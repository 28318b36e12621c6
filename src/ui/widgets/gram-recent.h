/* gram-recent.h: the sessions and data among the desktop's recent files
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GPtrArray *gram_recent_list (gboolean sessions);
void gram_recent_add (const char *path);

G_END_DECLS
