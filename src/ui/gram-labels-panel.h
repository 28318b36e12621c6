/* gram-labels-panel.h: the group “Labels” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

#define GRAM_TYPE_LABELS_PANEL (gram_labels_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramLabelsPanel, gram_labels_panel, GRAM, LABELS_PANEL, AdwBin)

void gram_labels_panel_set_document (GramLabelsPanel *panel, GramDocument *document);

G_END_DECLS
