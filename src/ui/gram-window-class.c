/* gram-window-class.c: the workbench: header, side panel, pages, status strip
 *
 * SPDX-License-Identifier: MIT
 *
 * The class: puts the parts together, and is called by none of them.
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-actions.h"
#include "gram-message.h"
#include "gram-tips.h"
#include "gram-window-private.h"
#include "gram-words.h"

G_DEFINE_FINAL_TYPE (GramWindow, gram_window, ADW_TYPE_APPLICATION_WINDOW)

/* The groups of the side panel, in their order, the warning above, the lines above the page and
 * below: each in a file of its own. */
GType gram_data_panel_get_type (void);
GType gram_labels_panel_get_type (void);
GType gram_network_panel_get_type (void);
GType gram_compute_panel_get_type (void);
GType gram_status_strip_get_type (void);
GType gram_step_warning_get_type (void);
GType gram_lost_banner_get_type (void);
GType gram_first_line_get_type (void);
GType gram_runs_button_get_type (void);

static GType (*const panels[]) (void) = { gram_data_panel_get_type, gram_labels_panel_get_type,
                                          gram_network_panel_get_type,
                                          gram_compute_panel_get_type };

/* What the window does is added to it part by part. */
static void (*const additions[]) (GramWindow *window) = {
  gram_window_add_files,       gram_window_add_export,  gram_window_add_download,
  gram_window_add_recent_menu, gram_window_watch_run,   gram_window_add_runs,
  gram_window_add_copy,        gram_window_add_lecture,
};

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

/* As wide as its longest word, so that its neighbours stay where they are. */
static void
fix_start_width (GramWindow *self)
{
  const char *const words[] = { _ ("_Pause"), _ ("_Continue"), _ ("_Start") };
  int widest = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      int width;

      adw_button_content_set_label (self->start_content, words[i]);
      gtk_widget_measure (GTK_WIDGET (self->start_button), GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                          &width, NULL, NULL);
      widest = MAX (widest, width);
    }
  gtk_widget_set_size_request (GTK_WIDGET (self->start_button), widest, -1);
}

static void
update_title (GramWindow *self)
{
  GramProblem *problem = gram_session_get_problem (gram_document_get_session (self->document));
  g_autofree char *title = NULL;

  if (problem != NULL)
    title = gram_problem_describe (problem);
  adw_view_switcher_title_set_subtitle (self->switcher, title != NULL ? title : "");
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : "Gramscope");
}

/* ---------- the switcher below ---------- */

static gboolean
reveal_cb (GtkWidget *bar, GdkFrameClock *clock, gpointer title)
{
  adw_view_switcher_bar_set_reveal (ADW_VIEW_SWITCHER_BAR (bar),
                                    adw_view_switcher_title_get_title_visible (title));
  return G_SOURCE_REMOVE;
}

/* Not at once: the title finds out in the midst of a layout that there is no room for the pages,
 * and without animations a bar that opens then would be laid out on no height. */
static void
title_visible_cb (GramWindow *self)
{
  gtk_widget_add_tick_callback (self->switcher_bar, reveal_cb, g_object_ref (self->switcher),
                                g_object_unref);
}

/* ---------- menus ---------- */

static void
add_section (GMenu *menu, const char *label, GramMenuSection section)
{
  g_autoptr (GMenu) items = gram_actions_menu_section (section);

  g_menu_append_section (menu, label, G_MENU_MODEL (items));
}

static void
add_menus (GramWindow *self)
{
  g_autoptr (GMenu) menu = g_menu_new (), recent = g_menu_new (), export = g_menu_new ();
  g_autoptr (GMenu) file = gram_actions_menu_section (GRAM_MENU_FILE);

  self->recent_section = g_menu_new ();
  self->recent_data_section = g_menu_new ();
  g_menu_append_section (recent, NULL, G_MENU_MODEL (self->recent_section));
  g_menu_append_section (recent, NULL, G_MENU_MODEL (self->recent_data_section));
  /* before the entry that saves */
  g_menu_insert_submenu (file, g_menu_model_get_n_items (G_MENU_MODEL (file)) - 1,
                         _ ("Open _Recent"), G_MENU_MODEL (recent));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (file));
  for (GramMenuSection section = GRAM_MENU_EDIT; section <= GRAM_MENU_PROGRAM; section++)
    add_section (menu, NULL, section);
  gtk_menu_button_set_menu_model (self->main_menu_button, G_MENU_MODEL (menu));
  add_section (export, _ ("Figure of this page"), GRAM_MENU_EXPORT);
  add_section (export, NULL, GRAM_MENU_COPY);
  gtk_menu_button_set_menu_model (self->export_button, G_MENU_MODEL (export));
}

/* ---------- side panel ---------- */

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
close_lists (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_POPOVER (child))
      close_lists (child);
    else if (gtk_widget_get_visible (child))
      gtk_popover_popdown (GTK_POPOVER (child));
}

/* A list that is open closes when its row scrolls away; else it would stay over other rows. */
static void
panel_scrolled_cb (GramWindow *self)
{
  close_lists (self->panel);
}

static void
show_jobs (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  gtk_widget_activate_action (GTK_WIDGET (((GramWindow *) window)->status_strip), "jobs.show",
                              NULL);
}

/* The data are chosen: a run begins. */
static void
tell_chosen (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  gtk_widget_activate_action (gtk_widget_get_first_child (((GramWindow *) window)->panes),
                              "data.chosen", NULL);
}

static const GActionEntry entries[] = {
  { "show-panel", NULL, NULL, "true", change_panel },
  { "data-chosen", tell_chosen },
  { "show-jobs", show_jobs },
};

static void
add_panel (GramWindow *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (panels); i++)
    gtk_box_append (GTK_BOX (self->panes), g_object_new (panels[i](), NULL));
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (self->panel, "notify::visible", G_CALLBACK (panel_shown_cb), self);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->panel)),
                           "value-changed", G_CALLBACK (panel_scrolled_cb), self,
                           G_CONNECT_SWAPPED);
}

/* ---------- tour ---------- */

static void
page_changed_cb (GramWindow *self)
{
  gram_tour_page_changed (self->tour, gram_window_get_page_id (self));
  gram_tips_yield_below (GTK_WIDGET (self)); /* a page may be new */
}

/**
 * gram_window_start_tour:
 */
void
gram_window_start_tour (GramWindow *self)
{
  gram_tour_start (self->tour, self);
}

/* ---------- the window ---------- */

static gboolean
close_cb (gpointer window)
{
  gtk_window_close (window);
  return G_SOURCE_REMOVE;
}

/* The window closes when its question is gone: a dialog that outlives the window it is of would
 * look at it once more. */
static void
close_response_cb (GramWindow *self, const char *response)
{
  self->close_dialog = NULL;
  self->close_agreed = g_str_equal (response, "close");
  if (self->close_agreed)
    g_timeout_add_full (G_PRIORITY_LOW, 50, close_cb, g_object_ref (self), g_object_unref);
  self->close_at_end = g_str_equal (response, "save");
  if (self->close_at_end)
    g_action_group_activate_action (G_ACTION_GROUP (self), "save-as", NULL);
}

/* Whether steps were trained that no file of people's has. */
static gboolean
is_unsaved (GramWindow *self)
{
  g_autofree char *now = gram_document_describe_run (self->document);

  return now != NULL && g_strcmp0 (now, self->filed) != 0;
}

static GtkWidget *
close_question (GramWindow *self)
{
  gboolean training =
      gram_session_get_state (gram_document_get_session (self->document)) == GRAM_STATE_TRAINING;
  guint kept =
      gram_run_list_get_length (gram_session_get_runs (gram_document_get_session (self->document)));
  g_autofree char *steps = gram_words_count (gram_document_get_step (self->document));
  /* Translators: %s is a number of steps */
  g_autofree char *lost =
      kept > 0
          ? g_strdup (_ ("Not all curves and networks of the runs were saved."))
          : g_strdup_printf (_ ("The curves and the network of %s steps were not saved."), steps);
  GtkWidget *dialog = gram_message_new (
      training   ? _ ("Stop Training?")
      : kept > 0 ? _ ("Save the Runs?")
                 : _ ("Save the Run?"),
      training ? _ ("A run is going on. Closing the window ends it; curves that were not saved "
                    "are lost.")
               : lost,
      "cancel", "cancel");

  gram_message_add (dialog, "cancel", training ? _ ("_Go on Training") : _ ("_Cancel"),
                    ADW_RESPONSE_DEFAULT);
  gram_message_add (dialog, "close", _ ("_Discard"), ADW_RESPONSE_DESTRUCTIVE);
  gram_message_add (dialog, "save", _ ("_Save"), ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_response_cb), self,
                           G_CONNECT_SWAPPED);
  return dialog;
}

static gboolean
gram_window_close_request (GtkWindow *window)
{
  GramWindow *self = GRAM_WINDOW (window);

  gram_tour_stop (self->tour);
  if (self->close_dialog != NULL)
    {
      gram_message_present (self->close_dialog, GTK_WIDGET (self));
      return TRUE;
    }
  if (!self->close_agreed && is_unsaved (self))
    {
      self->close_dialog = close_question (self);
      gram_message_present (self->close_dialog, GTK_WIDGET (self));
      return TRUE;
    }
  gram_window_remember (self);
  gram_window_end_recovery (self);
  gram_message_close_all (GTK_WIDGET (self));
  return GTK_WINDOW_CLASS (gram_window_parent_class)->close_request (window);
}

static void
gram_window_dispose (GObject *object)
{
  GramWindow *self = GRAM_WINDOW (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (gram_document_get_session (self->document), self);
  gram_window_free_recovery (self);
  g_clear_pointer (&self->filed, g_free);
  g_clear_pointer (&self->deleted_runs, g_hash_table_unref);
  g_clear_object (&self->document);
  g_clear_object (&self->recent_section);
  g_clear_object (&self->recent_data_section);
  G_OBJECT_CLASS (gram_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, GramWindow, switcher);
  gtk_widget_class_bind_template_child (klass, GramWindow, start_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, start_content);
  gtk_widget_class_bind_template_child (klass, GramWindow, export_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, main_menu_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, toasts);
  gtk_widget_class_bind_template_child (klass, GramWindow, paned);
  gtk_widget_class_bind_template_child (klass, GramWindow, panel);
  gtk_widget_class_bind_template_child (klass, GramWindow, header);
  gtk_widget_class_bind_template_child (klass, GramWindow, switcher_bar);
  gtk_widget_class_bind_template_child (klass, GramWindow, stack);
  gtk_widget_class_bind_template_child (klass, GramWindow, panes);
  gtk_widget_class_bind_template_child (klass, GramWindow, step_warning);
  gtk_widget_class_bind_template_child (klass, GramWindow, lost_banner);
  gtk_widget_class_bind_template_child (klass, GramWindow, first_line);
  gtk_widget_class_bind_template_child (klass, GramWindow, status_strip);
  gtk_widget_class_bind_template_child (klass, GramWindow, runs_button);
  gtk_widget_class_bind_template_child (klass, GramWindow, tour);
}

static void
gram_window_class_init (GramWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = gram_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = gram_window_close_request;
  g_type_ensure (gram_status_strip_get_type ());
  g_type_ensure (gram_step_warning_get_type ());
  g_type_ensure (gram_lost_banner_get_type ());
  g_type_ensure (gram_first_line_get_type ());
  g_type_ensure (gram_runs_button_get_type ());
  g_type_ensure (GRAM_TYPE_TOUR);
  gtk_widget_class_set_template_from_resource (widget_class, GRAM_UI ("gram-window"));
  bind_children (widget_class);
  /* (): another page is shown */
  g_signal_new ("page-changed", GRAM_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
gram_window_init (GramWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->switcher, "notify::title-visible", G_CALLBACK (title_visible_cb),
                            self);
  add_menus (self);
  add_panel (self);
  gram_window_add_pages (self);
  g_signal_connect (self, "page-changed", G_CALLBACK (page_changed_cb), NULL);
}

/**
 * gram_window_new:
 * @document: what it shows
 */
GramWindow *
gram_window_new (GtkApplication *application, GramDocument *document)
{
  GramWindow *self = g_object_new (GRAM_TYPE_WINDOW, "application", application, NULL);

  self->document = g_object_ref (document);
  for (GtkWidget *pane = gtk_widget_get_first_child (self->panes); pane != NULL;
       pane = gtk_widget_get_next_sibling (pane))
    gram_pane_set_document (GRAM_PANE (pane), document);
  gram_pane_set_document (self->status_strip, document);
  gram_pane_set_document (self->step_warning, document);
  gram_pane_set_document (self->lost_banner, document);
  gram_pane_set_document (self->first_line, document);
  gram_pane_set_document (self->runs_button, document);
  gram_document_watch (document, self, G_CALLBACK (update_header), "state-changed", "run-changed",
                       NULL);
  gram_document_watch (document, self, G_CALLBACK (update_title), "problem-changed", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (additions); i++)
    additions[i](self);
  gram_window_restore (self);
  fix_start_width (self);
  update_header (self);
  update_title (self);
  gram_window_fill_page (self);
  return self;
}
