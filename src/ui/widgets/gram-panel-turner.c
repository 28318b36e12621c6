/* gram-panel-turner.c: which panels of a plot have room, and buttons to the others
 *
 * SPDX-License-Identifier: MIT
 *
 * A small window has no room for all panels of some figures. Scrolling would take the wheel from
 * the plot, where it zooms; this line stands under the panels, where the plot leaves room for it.
 */
#include "gram-config.h"

#include "gram-panel-turner.h"

#include <glib/gi18n.h>

typedef struct
{
  GramPlotView *view; /* not owned: it lives in the same page */
  GtkWidget *box, *label, *up, *down;
} Turner;

static void
turn_up_cb (Turner *turner)
{
  gram_plot_view_turn (turner->view, -1);
}

static void
turn_down_cb (Turner *turner)
{
  gram_plot_view_turn (turner->view, 1);
}

static void
update (Turner *turner)
{
  guint first, shown, total;
  gboolean needed = gram_plot_view_get_panels (turner->view, &first, &shown, &total);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (turner->box, needed);
  if (!needed)
    return;
  /* Translators: numbers of panels of a figure */
  text = shown == 1 ? g_strdup_printf (_ ("Panel %u of %u"), first + 1, total)
                    : g_strdup_printf (_ ("Panels %u–%u of %u"), first + 1, first + shown, total);
  gtk_label_set_text (GTK_LABEL (turner->label), text);
  gtk_widget_set_sensitive (turner->up, first > 0);
  gtk_widget_set_sensitive (turner->down, first + shown < total);
  gtk_widget_set_size_request (turner->box, -1,
                               (int) gram_plot_view_get_turner_height (turner->view));
}

static void
panels_changed_cb (GtkWidget *box)
{
  update (g_object_get_data (G_OBJECT (box), "turner"));
}

static GtkWidget *
add_button (Turner *turner, const char *icon, const char *tip, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_signal_connect_swapped (button, "clicked", callback, turner);
  gtk_box_append (GTK_BOX (turner->box), button);
  return button;
}

/**
 * gram_panel_turner_new:
 * @view: the plot, which lives as long as the widget
 *
 * Returns: (transfer floating): a line for an overlay over @view; hidden while all panels have room
 */
GtkWidget *
gram_panel_turner_new (GramPlotView *view)
{
  Turner *turner = g_new0 (Turner, 1);

  turner->view = view;
  turner->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  turner->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (turner->box, "gram-turner");
  gtk_widget_add_css_class (turner->label, "numeric");
  gtk_widget_add_css_class (turner->label, "dim-label");
  gtk_widget_set_tooltip_text (turner->label, _ ("A larger window shows more of them at a time. F9 "
                                                 "hides the panel on the left."));
  gtk_box_append (GTK_BOX (turner->box), turner->label);
  turner->up =
      add_button (turner, "go-up-symbolic", _ ("Panels before these"), G_CALLBACK (turn_up_cb));
  turner->down =
      add_button (turner, "go-down-symbolic", _ ("Panels after these"), G_CALLBACK (turn_down_cb));
  gtk_widget_set_halign (turner->box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (turner->box, GTK_ALIGN_END);
  gtk_widget_set_visible (turner->box, FALSE);
  g_object_set_data_full (G_OBJECT (turner->box), "turner", turner, g_free);
  g_signal_connect_object (view, "panels-changed", G_CALLBACK (panels_changed_cb), turner->box,
                           G_CONNECT_SWAPPED);
  return turner->box;
}
