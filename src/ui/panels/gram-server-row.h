/* gram-server-row.h: a server in Preferences
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAM_TYPE_SERVER_ROW (gram_server_row_get_type ())
G_DECLARE_FINAL_TYPE (GramServerRow, gram_server_row, GRAM, SERVER_ROW, AdwActionRow)

GtkWidget *gram_server_row_new (const char *name);

G_END_DECLS
