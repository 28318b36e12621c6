/* gram-server-list.h: the servers that the window offers
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkStringList *gram_server_list_get (void);
gboolean gram_server_list_add (const char *name, const char *text, GError **error);
gboolean gram_server_list_remove (const char *name, GError **error);

G_END_DECLS
