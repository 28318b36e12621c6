/* gram-window-actions.c: the window's own actions: panel, export, copy
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-window-export.h"
#include "gram-window-private.h"

static void
panel_shown_cb (GramWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "show-panel");

  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_boolean (gtk_widget_get_visible (self->panel)));
}

static void
change_panel (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  GramWindow *self = user_data;

  gtk_widget_set_visible (self->panel, g_variant_get_boolean (value));
}

static void
export_as_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gram_window_choose_export (user_data, g_variant_get_string (parameter, NULL));
}

static void
copy_image_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gram_window_copy_image (user_data);
}

static void
copy_data_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gram_window_copy_data (user_data);
}

static const GActionEntry entries[] = {
  { "show-panel", NULL, NULL, "true", change_panel },
  { "export-as", export_as_action, "s" },
  { "copy-image", copy_image_action },
  { "copy-data", copy_data_action },
};

void
gram_window_install_actions (GramWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (self->panel, "notify::visible", G_CALLBACK (panel_shown_cb), self);
}
