/* gram-tips.c: tooltips that stay away while a menu is open
 *
 * SPDX-License-Identifier: MIT
 *
 * GTK asks the widgets that a menu hangs on for a tooltip too, while the pointer is in the menu,
 * and shows it over the entries.
 */
#include "gram-config.h"

#include "gram-tips.h"

#define WATCHED "gram-tips-watched"
#define YIELDS "gram-tips-yields"

static void
visible_cb (GtkWidget *popover)
{
  gboolean open = gtk_widget_get_visible (popover);

  for (GtkWidget *above = gtk_widget_get_parent (popover); above != NULL;
       above = gtk_widget_get_parent (above))
    if (open && gtk_widget_get_has_tooltip (above))
      {
        gtk_widget_set_has_tooltip (above, FALSE);
        g_object_set_data (G_OBJECT (above), YIELDS, popover);
      }
    else if (!open && g_object_get_data (G_OBJECT (above), YIELDS) == popover)
      {
        g_object_set_data (G_OBJECT (above), YIELDS, NULL);
        gtk_widget_set_has_tooltip (above, TRUE);
      }
}

/**
 * gram_tips_yield_to:
 * @popover: a menu or list, which has its parent already
 *
 * Has the tooltips of what it hangs on stay away while it is open.
 */
void
gram_tips_yield_to (GtkWidget *popover)
{
  if (g_object_get_data (G_OBJECT (popover), WATCHED) != NULL)
    return;
  g_object_set_data (G_OBJECT (popover), WATCHED, GINT_TO_POINTER (TRUE));
  g_signal_connect (popover, "notify::visible", G_CALLBACK (visible_cb), NULL);
  visible_cb (popover);
}

/**
 * gram_tips_yield_below:
 *
 * The same of every menu and list that is there below @widget.
 */
void
gram_tips_yield_below (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_POPOVER (child))
        gram_tips_yield_to (child);
      gram_tips_yield_below (child);
    }
}
