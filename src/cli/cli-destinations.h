/* cli-destinations.h: where a command is to write is looked at before it works
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean cli_destinations_check (const GOptionEntry *entries, const char *const *inputs,
                                 GError **error);

G_END_DECLS
