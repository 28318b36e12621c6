/* gram-bounded-spin.c: a spin button that says why a number is refused
 *
 * SPDX-License-Identifier: MIT
 *
 * GTK's own silently puts the nearest bound in the place of what was typed.
 */
#include "gram-config.h"

#include "gram-bounded-spin.h"

#include "gram-view-model.h"

static void
changed_cb (GtkSpinButton *spin, const char *tip)
{
  double low, high, value;
  g_autofree char *reason = NULL;
  gboolean good;

  gtk_spin_button_get_range (spin, &low, &high);
  good = gram_parse_number (gtk_editable_get_text (GTK_EDITABLE (spin)), TRUE, low, high, &value,
                            &reason);
  (good ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (spin), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (spin), good ? tip : reason);
  gtk_accessible_update_state (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  good ? tip : reason, -1);
  if (!good)
    gtk_widget_trigger_tooltip_query (GTK_WIDGET (spin));
}

/**
 * gram_bounded_spin_new:
 * @label: its accessible name
 * @tip: (not nullable): what it stands for; the reason takes its place while a number is refused
 *
 * Returns: (transfer floating): a spin button for whole numbers
 */
GtkWidget *
gram_bounded_spin_new (double low, double high, double step, const char *label, const char *tip)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (low, high, step);

  gtk_widget_set_tooltip_text (spin, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip, -1);
  g_signal_connect_data (spin, "changed", G_CALLBACK (changed_cb), g_strdup (tip),
                         (GClosureNotify) (GCallback) g_free, 0);
  return spin;
}
