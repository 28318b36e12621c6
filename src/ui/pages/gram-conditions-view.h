/* gram-conditions-view.h: what the theorems require against what a run uses
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

#include "gram-document.h"

G_BEGIN_DECLS

GtkWidget *gram_conditions_panel_new (GramDocument *document, GtkWidget **button);

G_END_DECLS
