/* gram-readers.h: what screen readers are told
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void gram_readers_name (GtkWidget *widget, const char *name);

G_END_DECLS
