/* gram-bounded-spin.c: a spin button that says why a number is refused
 *
 * SPDX-License-Identifier: MIT
 *
 * GTK's own silently puts the nearest bound in the place of what was typed.
 */
#include "gram-config.h"

#include "gram-bounded-spin.h"

#include "gram-typed.h"

static void
changed_cb (GtkSpinButton *spin, const char *tip)
{
  double low, high, value;
  g_autofree char *reason = NULL;
  gboolean good;

  gtk_spin_button_get_range (spin, &low, &high);
  good = gram_typed_read (gtk_editable_get_text (GTK_EDITABLE (spin)), TRUE, low, high, &value,
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

/* GTK would read it by strtod(): 2.000 as two, in every locale. */
static int
input_cb (GtkSpinButton *spin, double *value)
{
  g_autofree char *reason = NULL;
  double low, high;

  gtk_spin_button_get_range (spin, &low, &high);
  *value = gtk_spin_button_get_value (spin);
  return gram_typed_read (gtk_editable_get_text (GTK_EDITABLE (spin)), TRUE, low, high, value,
                          &reason)
             ? TRUE
             : GTK_INPUT_ERROR;
}

/**
 * gram_bounded_spin_watch:
 * @spin: for whole numbers; the reason takes the place of its tooltip while a number is refused
 */
void
gram_bounded_spin_watch (GtkSpinButton *spin)
{
  char *tip = g_strdup (gtk_widget_get_tooltip_text (GTK_WIDGET (spin)));

  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip,
                                  -1);
  g_signal_connect (spin, "input", G_CALLBACK (input_cb), NULL);
  g_signal_connect_data (spin, "changed", G_CALLBACK (changed_cb), tip,
                         (GClosureNotify) (GCallback) g_free, 0);
}
