/* gram-escape.h: Escape leaves what people are in the middle of, wherever the focus is
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Returns: whether there was something to leave: the key is used up then */
typedef gboolean (*GramEscapeFunc) (gpointer owner);

gboolean gram_escape_is_covered (GtkRoot *root);
void gram_escape_add (GtkWidget *owner, GramEscapeFunc leave);

G_END_DECLS
