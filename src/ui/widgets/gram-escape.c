/* gram-escape.c: Escape leaves what people are in the middle of, wherever the focus is
 *
 * SPDX-License-Identifier: MIT
 *
 * Who starts something in one place of the window and clicks into another has the focus there, and
 * what has the focus may take Escape for itself. So the window is asked first.
 */
#include "gram-escape.h"

#define KEY "gram-escape"

/**
 * gram_escape_is_covered:
 *
 * Returns: whether a menu or a dialog lies above the window, and has the keys
 */
gboolean
gram_escape_is_covered (GtkRoot *root)
{
  GtkWidget *focus = gtk_root_get_focus (root);
  GType dialog = g_type_from_name ("AdwDialog"); /* which lie inside the window since 1.5 */

  return focus != NULL
         && (gtk_widget_get_native (focus) != GTK_NATIVE (root)
             || (dialog != 0 && gtk_widget_get_ancestor (focus, dialog) != NULL));
}

static gboolean
key_pressed_cb (GtkWidget *owner, guint key)
{
  GramEscapeFunc leave = g_object_get_data (G_OBJECT (owner), KEY "-func");
  GtkRoot *root = gtk_widget_get_root (owner);

  return key == GDK_KEY_Escape && gtk_widget_get_mapped (owner) && !gram_escape_is_covered (root)
                 && leave (owner)
             ? GDK_EVENT_STOP
             : GDK_EVENT_PROPAGATE;
}

static void
root_changed_cb (GtkWidget *owner)
{
  GtkRoot *root = gtk_widget_get_root (owner);
  GtkEventController *keys = g_object_steal_data (G_OBJECT (owner), KEY);

  if (keys != NULL && gtk_event_controller_get_widget (keys) != NULL)
    gtk_widget_remove_controller (gtk_event_controller_get_widget (keys), keys);
  g_clear_object (&keys);
  if (root == NULL)
    return;
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), owner,
                           G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (owner), KEY, g_object_ref (keys), g_object_unref);
  gtk_widget_add_controller (GTK_WIDGET (root), keys);
}

/**
 * gram_escape_add:
 * @owner: a widget inside a window
 * @leave: called with @owner, while people see it, for each Escape of its window that no menu or
 *   dialog has; one for each owner
 */
void
gram_escape_add (GtkWidget *owner, GramEscapeFunc leave)
{
  g_object_set_data (G_OBJECT (owner), KEY "-func", leave);
  g_signal_connect (owner, "notify::root", G_CALLBACK (root_changed_cb), NULL);
}
