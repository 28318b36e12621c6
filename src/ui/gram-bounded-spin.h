/* gram-bounded-spin.h: a spin button that says why a number is refused
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *gram_bounded_spin_new (double low, double high, double step, const char *label,
                                  const char *tip);

G_END_DECLS
