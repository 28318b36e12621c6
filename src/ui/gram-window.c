/* gram-window.c: the window's pages and what it tells: what all its parts rest on
 *
 * SPDX-License-Identifier: MIT
 *
 * The parts call what is here, and gram-window-class.c puts all of it together.
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-message.h"
#include "gram-pages.h"
#include "gram-store.h"
#include "gram-window-private.h"
#include "gram-words.h"

/* ---------- toasts and dialogs ---------- */

/**
 * gram_window_toast:
 *
 * Tells what passed.
 */
void
gram_window_toast (GramWindow *self, const char *text)
{
  gram_window_toast_with (self, text, NULL, NULL, NULL);
}

/**
 * gram_window_toast_with:
 * @button: (nullable): what can be done about it
 * @action: by this action …
 * @target: … with this target
 *
 * Tells what passed, with a button.
 */
void
gram_window_toast_with (GramWindow *self, const char *text, const char *button, const char *action,
                        const char *target)
{
  g_autofree char *sentence = gram_words_sentence (text);
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_timeout (toast, 5);
  adw_toast_set_button_label (toast, button);
  if (button != NULL)
    {
      adw_toast_set_action_name (toast, action);
      adw_toast_set_action_target (toast, "s", target);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
answered_cb (GramWindow *self)
{
  self->error_dialog = NULL;
}

/**
 * gram_window_tell_with:
 * @remedy: (nullable)
 *
 * As gram_window_tell(), with a remedy of one's own. The dialog is @self's error_dialog, unless
 * that was there before.
 */
void
gram_window_tell_with (GramWindow *self, const char *heading, const GError *error,
                       const char *remedy)
{
  g_autofree char *message = gram_words_sentence (error->message);
  g_autofree char *body =
      remedy != NULL ? g_strconcat (message, "\n\n", remedy, NULL) : g_strdup (message);
  g_autofree char *valid = g_utf8_make_valid (body, -1);

  if (self->error_dialog != NULL)
    {
      gram_window_toast (self, message);
      return;
    }
  self->error_dialog = gram_message_new (heading, valid, "close", "close");
  gram_message_add (self->error_dialog, "close", _ ("_Close"), ADW_RESPONSE_DEFAULT);
  g_signal_connect_object (self->error_dialog, "response", G_CALLBACK (answered_cb), self,
                           G_CONNECT_SWAPPED);
  gram_message_present (self->error_dialog, GTK_WIDGET (self));
}

/**
 * gram_window_tell:
 *
 * Tells what failed: a dialog with cause and remedy. While one is open, later ones are toasts, so
 * that a flood of failures does not bury the window.
 */
void
gram_window_tell (GramWindow *self, const char *heading, const GError *error)
{
  g_autofree char *remedy = gram_error_remedy (error);

  gram_window_tell_with (self, heading, error, remedy);
}

/* ---------- pages ---------- */

/**
 * gram_window_fill_page:
 *
 * Makes the page that is shown, if it never was: the first frame need not wait for the others.
 */
void
gram_window_fill_page (GramWindow *self)
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
      g_signal_connect_object (page, "told", G_CALLBACK (gram_window_toast), self,
                               G_CONNECT_SWAPPED);
      adw_bin_set_child (ADW_BIN (holder), page);
      gram_pane_set_document (GRAM_PANE (page), self->document);
    }
  gram_page_queue_update (GRAM_PAGE (adw_bin_get_child (ADW_BIN (holder))));
  g_signal_emit_by_name (self, "page-changed");
}

void
gram_window_add_pages (GramWindow *self)
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
  g_signal_connect_swapped (self->stack, "notify::visible-child",
                            G_CALLBACK (gram_window_fill_page), self);
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

GramDocument *
gram_window_get_document (GramWindow *self)
{
  return self->document;
}

/* ---------- what the next window is to be like ---------- */

void
gram_window_restore (GramWindow *self)
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
