/* gram-compute-panel.h: the group “Compute” of the side panel
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

#define GRAM_TYPE_COMPUTE_PANEL (gram_compute_panel_get_type ())
G_DECLARE_FINAL_TYPE (GramComputePanel, gram_compute_panel, GRAM, COMPUTE_PANEL, AdwBin)

void gram_compute_panel_set_document (GramComputePanel *panel, GramDocument *document);

G_END_DECLS
