/* gram-tips.h: tooltips that stay away while a menu is open
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void gram_tips_yield_to (GtkWidget *popover);
void gram_tips_yield_below (GtkWidget *widget);

G_END_DECLS
