/* gram-window-lecture.c: the figure alone, large, with keys that a hand finds without looking
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-escape.h"
#include "gram-pages.h"
#include "gram-plot-view.h"
#include "gram-window-private.h"

#define MAGNIFICATION 1.6
#define SLIDE 0.05 /* of the fraction of random labels, a key press */

static gboolean
is_on (GramWindow *self)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self), "lecture");

  return g_variant_get_boolean (state);
}

static void
magnify (GtkWidget *widget, double factor)
{
  if (GRAM_IS_PLOT_VIEW (widget))
    gram_plot_view_set_magnification (GRAM_PLOT_VIEW (widget), factor);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    magnify (child, factor);
}

/* Also the plots of a page that is made while it is on. */
static void
apply (GramWindow *self)
{
  magnify (GTK_WIDGET (self->stack), is_on (self) ? MAGNIFICATION : 1);
}

static void
change_lecture (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  GramWindow *self = user_data;
  gboolean on = g_variant_get_boolean (value);

  if (on == is_on (self))
    return;
  g_simple_action_set_state (action, value);
  gtk_widget_set_visible (self->header, !on);
  gtk_widget_set_visible (GTK_WIDGET (self->status_strip), !on);
  gtk_widget_set_visible (GTK_WIDGET (self->first_line), !on);
  gtk_widget_set_visible (self->switcher_bar, !on);
  if (on)
    {
      self->panel_before = gtk_widget_get_visible (self->panel);
      gtk_widget_set_visible (self->panel, FALSE);
      gtk_window_fullscreen (GTK_WINDOW (self));
      gram_window_toast (self,
                         _ ("Lecture mode: Space starts and pauses, digits choose pages, + and "
                            "− move the slider, Escape leaves"));
    }
  else
    {
      gtk_widget_set_visible (self->panel, self->panel_before);
      gtk_window_unfullscreen (GTK_WINDOW (self));
    }
  apply (self);
}

static void
slide (GramWindow *self, double by)
{
  double rho = gram_document_get_settings (self->document)->rho;

  gram_document_set_rho (self->document, CLAMP (rho + by, 0, 1));
}

static gboolean
show_page (GramWindow *self, guint key)
{
  guint count, index = key - (key >= GDK_KEY_KP_1 ? GDK_KEY_KP_1 : GDK_KEY_1);
  const GramPageInfo *pages = gram_page_list (&count);

  return index < count && gram_window_show_page (self, pages[index].id);
}

/* Before the plot has them: its keys are other ones. */
static gboolean
key_pressed_cb (GramWindow *self, guint key, guint code, GdkModifierType state)
{
  if (!is_on (self) || gram_escape_is_covered (GTK_ROOT (self))
      || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Escape)
    g_action_group_change_action_state (G_ACTION_GROUP (self), "lecture",
                                        g_variant_new_boolean (FALSE));
  else if (key == GDK_KEY_space)
    g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (self))),
                                    "toggle", NULL);
  else if (key == GDK_KEY_plus || key == GDK_KEY_KP_Add)
    slide (self, SLIDE);
  else if (key == GDK_KEY_minus || key == GDK_KEY_KP_Subtract)
    slide (self, -SLIDE);
  else if ((key >= GDK_KEY_1 && key <= GDK_KEY_9) || (key >= GDK_KEY_KP_1 && key <= GDK_KEY_KP_9))
    return show_page (self, key);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static const GActionEntry entries[] = {
  { "lecture", NULL, NULL, "false", change_lecture },
};

/**
 * gram_window_add_lecture:
 */
void
gram_window_add_lecture (GramWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "page-changed", G_CALLBACK (apply), NULL);
}
