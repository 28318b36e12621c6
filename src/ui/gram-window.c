/* gram-window.c: the workbench: header, side panel, pages, status strip
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-window.h"

#include <glib/gi18n.h>

#include "gram-application.h"
#include "gram-store.h"
#include "gram-view-model.h"
#include "gram-window-private.h"
#include "gram-window-recovery.h"

G_DEFINE_FINAL_TYPE (GramWindow, gram_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---------- what is remembered ---------- */

static void
restore (GramWindow *self)
{
  GSettings *store = gram_store_get ();
  g_autofree char *page = NULL;

  if (store == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (store, "window-width"),
                               g_settings_get_int (store, "window-height"));
  if (g_settings_get_boolean (store, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  gtk_paned_set_position (self->paned, g_settings_get_int (store, "panel-width"));
  gtk_widget_set_visible (self->panel, g_settings_get_boolean (store, "panel-visible"));
  page = g_settings_get_string (store, "page");
  gram_window_show_page (self, page);
}

/**
 * gram_window_remember:
 *
 * Writes down what the next window is to be like.
 */
void
gram_window_remember (GramWindow *self)
{
  GSettings *store = gram_store_get ();
  int width, height;
  g_autofree char *settings = NULL;

  if (store == NULL || self->document == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (store, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_int (store, "window-width", CLAMP (width, 360, 20000));
  g_settings_set_int (store, "window-height", CLAMP (height, 300, 20000));
  g_settings_set_int (store, "panel-width",
                      CLAMP (gtk_paned_get_position (self->paned), 280, 2000));
  g_settings_set_boolean (store, "panel-visible", gtk_widget_get_visible (self->panel));
  g_settings_set_string (store, "page", gram_window_get_page_id (self));
  settings = gram_settings_to_string (gram_document_get_settings (self->document));
  g_settings_set_string (store, "settings", settings);
}

/* ---------- pages ---------- */

/* A page is made when it is first shown: the first frame need not wait for the others. */
static void
fill_page (GramWindow *self)
{
  GtkWidget *holder = adw_view_stack_get_visible_child (self->stack);
  const GramPageInfo *info;
  GtkWidget *page;

  if (holder == NULL || self->document == NULL)
    return;
  if (adw_bin_get_child (ADW_BIN (holder)) == NULL)
    {
      info = g_object_get_data (G_OBJECT (holder), "info");
      page = g_object_new (info->get_type (), NULL);
      adw_bin_set_child (ADW_BIN (holder), page);
      gram_page_set_document (GRAM_PAGE (page), self->document);
    }
  gram_tour_page_changed (self->tour, gram_window_get_page_id (self));
  gram_page_queue_update (GRAM_PAGE (adw_bin_get_child (ADW_BIN (holder))));
  gram_application_publish (GRAM_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
}

static void
add_pages (GramWindow *self)
{
  guint count;
  const GramPageInfo *pages = gram_page_list (&count);

  for (guint i = 0; i < count; i++)
    {
      GtkWidget *holder = adw_bin_new ();

      g_object_set_data (G_OBJECT (holder), "info", (gpointer) &pages[i]);
      adw_view_stack_add_titled (self->stack, holder, pages[i].id, _ (pages[i].title));
      adw_view_stack_page_set_icon_name (adw_view_stack_get_page (self->stack, holder),
                                         pages[i].icon);
    }
  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (fill_page), self);
}

/**
 * gram_window_show_page:
 *
 * Returns: whether there is a page called @id
 */
gboolean
gram_window_show_page (GramWindow *self, const char *id)
{
  if (adw_view_stack_get_child_by_name (self->stack, id) == NULL)
    return FALSE;
  adw_view_stack_set_visible_child_name (self->stack, id);
  return TRUE;
}

const char *
gram_window_get_page_id (GramWindow *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->stack);

  return name != NULL ? name : "";
}

/**
 * gram_window_get_page:
 *
 * Returns: (transfer none) (nullable): the page that is shown
 */
GramPage *
gram_window_get_page (GramWindow *self)
{
  GtkWidget *holder = adw_view_stack_get_visible_child (self->stack);
  GtkWidget *page = holder != NULL ? adw_bin_get_child (ADW_BIN (holder)) : NULL;

  return page != NULL ? GRAM_PAGE (page) : NULL;
}

/**
 * gram_window_start_tour:
 */
void
gram_window_start_tour (GramWindow *self)
{
  gram_tour_start (self->tour, self);
}

GramDocument *
gram_window_get_document (GramWindow *self)
{
  return self->document;
}

/* ---------- header ---------- */

static void
update_header (GramWindow *self)
{
  GramState state = gram_session_get_state (gram_document_get_session (self->document));
  gboolean training = state == GRAM_STATE_TRAINING;
  const char *label = training                                      ? _ ("_Pause")
                      : state == GRAM_STATE_PAUSED                  ? _ ("_Continue")
                      : gram_document_get_step (self->document) > 0 ? _ ("_Continue")
                                                                    : _ ("_Start");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->start_button),
                                  training ? "app.pause" : "app.start");
  adw_button_content_set_icon_name (self->start_content, training
                                                             ? "media-playback-pause-symbolic"
                                                             : "media-playback-start-symbolic");
  if (g_strcmp0 (adw_button_content_get_label (self->start_content), label) != 0)
    adw_button_content_set_label (self->start_content, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->start_button),
                               training ? _ ("Pause training (Ctrl+Enter)")
                                        : _ ("Train by gradient descent (Ctrl+Enter)"));
}

static void
update_title (GramWindow *self)
{
  GramProblem *problem = gram_session_get_problem (gram_document_get_session (self->document));
  g_autofree char *title = NULL;

  if (problem != NULL)
    title = g_strdup_printf ("%s: %s / %s", problem->dataset_title, problem->class_names[0],
                             problem->class_names[1]);
  adw_view_switcher_title_set_subtitle (self->switcher, title != NULL ? title : "");
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : "Gramscope");
}

/* ---------- the window ---------- */

static void
close_response_cb (GramWindow *self, const char *response)
{
  self->close_dialog = NULL;
  if (g_str_equal (response, "close"))
    {
      self->close_agreed = TRUE;
      gtk_window_close (GTK_WINDOW (self));
    }
}

static gboolean
gram_window_close_request (GtkWindow *window)
{
  GramWindow *self = GRAM_WINDOW (window);
  GramState state = gram_session_get_state (gram_document_get_session (self->document));
  GtkWidget *dialog;

  if (self->close_dialog != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->close_dialog));
      return TRUE;
    }
  if (!self->close_agreed && state == GRAM_STATE_TRAINING)
    {
      dialog = adw_message_dialog_new (window, _ ("Stop Training?"),
                                       _ ("A run is going on. Closing the window ends it; curves "
                                          "that were not saved are lost."));
      adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel",
                                        _ ("_Go on Training"), "close", _ ("_Close"), NULL);
      adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close",
                                                  ADW_RESPONSE_DESTRUCTIVE);
      adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
      adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
      g_signal_connect_object (dialog, "response", G_CALLBACK (close_response_cb), self,
                               G_CONNECT_SWAPPED);
      self->close_dialog = dialog;
      gtk_window_present (GTK_WINDOW (dialog));
      return TRUE;
    }
  gram_window_remember (self);
  gram_window_end_recovery (self);
  return GTK_WINDOW_CLASS (gram_window_parent_class)->close_request (window);
}

static void
gram_window_dispose (GObject *object)
{
  GramWindow *self = GRAM_WINDOW (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (gram_document_get_session (self->document), self);
  gram_window_free_recovery (self);
  g_clear_object (&self->document);
  G_OBJECT_CLASS (gram_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, GramWindow, header);
  gtk_widget_class_bind_template_child (klass, GramWindow, switcher);
  gtk_widget_class_bind_template_child (klass, GramWindow, start_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, step_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, reset_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, start_content);
  gtk_widget_class_bind_template_child (klass, GramWindow, export_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, toasts);
  gtk_widget_class_bind_template_child (klass, GramWindow, paned);
  gtk_widget_class_bind_template_child (klass, GramWindow, panel);
  gtk_widget_class_bind_template_child (klass, GramWindow, stack);
  gtk_widget_class_bind_template_child (klass, GramWindow, data_panel);
  gtk_widget_class_bind_template_child (klass, GramWindow, labels_panel);
  gtk_widget_class_bind_template_child (klass, GramWindow, network_panel);
  gtk_widget_class_bind_template_child (klass, GramWindow, compute_panel);
  gtk_widget_class_bind_template_child (klass, GramWindow, status_strip);
  gtk_widget_class_bind_template_child (klass, GramWindow, recent_section);
  gtk_widget_class_bind_template_child (klass, GramWindow, recent_data_section);
  gtk_widget_class_bind_template_child (klass, GramWindow, tour);
}

static void
gram_window_class_init (GramWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = gram_window_close_request;
  g_type_ensure (GRAM_TYPE_DATA_PANEL);
  g_type_ensure (GRAM_TYPE_LABELS_PANEL);
  g_type_ensure (GRAM_TYPE_NETWORK_PANEL);
  g_type_ensure (GRAM_TYPE_COMPUTE_PANEL);
  g_type_ensure (GRAM_TYPE_STATUS_STRIP);
  g_type_ensure (GRAM_TYPE_TOUR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/gramscope/Gramscope/ui/gram-window.ui");
  bind_children (widget_class);
}

static void
close_lists (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_POPOVER (child))
      close_lists (child);
    else if (gtk_widget_get_visible (child))
      gtk_popover_popdown (GTK_POPOVER (child));
}

/* A list that is open does not float on while the row it belongs to scrolls out of sight. */
static void
panel_scrolled_cb (GramWindow *self)
{
  close_lists (self->panel);
}

static void
gram_window_init (GramWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gram_window_install_actions (self);
  gram_window_install_file_actions (self);
  gram_window_install_download_action (self);
  add_pages (self);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->panel)),
                           "value-changed", G_CALLBACK (panel_scrolled_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * gram_window_new:
 * @document: what it shows
 */
GramWindow *
gram_window_new (GtkApplication *application, GramDocument *document)
{
  GramWindow *self = g_object_new (GRAM_TYPE_WINDOW, "application", application, NULL);
  GramSession *session = gram_document_get_session (document);

  self->document = g_object_ref (document);
  gram_data_panel_set_document (self->data_panel, document);
  gram_labels_panel_set_document (self->labels_panel, document);
  gram_network_panel_set_document (self->network_panel, document);
  gram_compute_panel_set_document (self->compute_panel, document);
  gram_status_strip_set_document (self->status_strip, document);
  g_signal_connect_object (session, "state-changed", G_CALLBACK (update_header), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "run-changed", G_CALLBACK (update_header), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "problem-changed", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  gram_window_watch_run (self);
  gram_window_accept_drops (self);
  gram_window_watch_recent (self);
  restore (self);
  update_header (self);
  update_title (self);
  fill_page (self);
  return self;
}
