/* gram-panel-turner.h: which panels of a plot have room, and buttons to the others
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-plot-view.h"

G_BEGIN_DECLS

GtkWidget *gram_panel_turner_new (GramPlotView *view);

G_END_DECLS
