/* gram-servers.h: what starts a helper: the servers that have a name here, and any that ssh knows
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GStrv gram_servers_command (const char *address, GError **error);
GStrv gram_servers_list (void);
char *gram_servers_describe (const char *name);
gboolean gram_servers_add (const char *name, const char *text, GError **error);
gboolean gram_servers_remove (const char *name, GError **error);
GStrv gram_servers_ranks_command (const char *address, guint threads, GError **error);

G_END_DECLS
