/* gram-readers.c: what screen readers are told
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-readers.h"

/**
 * gram_readers_name:
 * @name: translated; what is shown on @widget stands in it
 *
 * Names a widget that may show a label of its own. Later releases of GTK make that label the name
 * of a button, which goes before any that is given.
 */
void
gram_readers_name (GtkWidget *widget, const char *name)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  gtk_accessible_reset_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}
