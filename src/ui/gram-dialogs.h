/* gram-dialogs.h: preferences, help and about
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void gram_show_preferences (GtkWindow *parent);
void gram_show_about (GtkWindow *parent);
void gram_show_help (GtkWindow *parent);

G_END_DECLS
