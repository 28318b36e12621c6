/* gram-network-panel.h: the group “Network” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

#define GRAM_TYPE_NETWORK_PANEL (gram_network_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramNetworkPanel, gram_network_panel, GRAM, NETWORK_PANEL, AdwBin)

void gram_network_panel_set_document (GramNetworkPanel *panel, GramDocument *document);

G_END_DECLS
