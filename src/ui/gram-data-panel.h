/* gram-data-panel.h: the group “Data” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

#define GRAM_TYPE_DATA_PANEL (gram_data_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramDataPanel, gram_data_panel, GRAM, DATA_PANEL, AdwBin)

void gram_data_panel_set_document (GramDataPanel *panel, GramDocument *document);

G_END_DECLS
