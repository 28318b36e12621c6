/* gram-servers-group.h: the group “Servers” of Preferences
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GRAM_TYPE_SERVERS_GROUP (gram_servers_group_get_type ())
G_DECLARE_FINAL_TYPE (GramServersGroup, gram_servers_group, GRAM, SERVERS_GROUP,
                      AdwPreferencesGroup)

G_END_DECLS
