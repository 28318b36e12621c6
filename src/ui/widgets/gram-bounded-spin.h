/* gram-bounded-spin.h: a spin button that says why a number is refused
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void gram_bounded_spin_watch (GtkSpinButton *spin);

G_END_DECLS
