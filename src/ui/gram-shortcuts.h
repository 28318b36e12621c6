/* gram-shortcuts.h: the window of keyboard shortcuts
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkShortcutsWindow *gram_shortcuts_window_new (void);

G_END_DECLS
