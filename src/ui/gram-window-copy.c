/* gram-window-copy.c: what is shown as a command, and settings as a line of text
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-error.h"
#include "gram-window-private.h"

static void
copy (GramWindow *window, const char *text, const char *told)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), text);
  gram_window_toast (window, told);
}

static void
copy_command_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *window = user_data;
  g_autoptr (GError) error = NULL;
  GramPage *page = gram_window_get_page (window);
  g_autofree char *command = page != NULL ? gram_page_get_command (page, &error) : NULL;

  if (command != NULL)
    copy (window, command, _ ("Command copied"));
  else if (error != NULL)
    gram_window_toast (window, error->message);
}

/* The line that trains a run that stays, as far as it came. */
static void
copy_run_action (GSimpleAction *action, GVariant *number, gpointer user_data)
{
  GramWindow *window = user_data;
  GramRunList *runs = gram_session_get_runs (gram_document_get_session (window->document));
  const GramKeptRun *kept = gram_run_list_find (runs, g_variant_get_uint32 (number));
  g_autoptr (GramSettings) settings = NULL;
  g_autofree char *options = NULL, *command = NULL;

  if (kept == NULL)
    return;
  settings = gram_settings_copy (kept->settings);
  settings->max_steps = kept->run->steps;
  settings->until_residual = 0;
  options =
      gram_settings_to_options (settings, GRAM_SETTINGS_DATA | GRAM_SETTINGS_SIZES
                                              | GRAM_SETTINGS_LABELS | GRAM_SETTINGS_NETWORK
                                              | GRAM_SETTINGS_STEPS | GRAM_SETTINGS_MEASURES
                                              | GRAM_SETTINGS_ARITHMETIC | GRAM_SETTINGS_DEVICE);
  command = g_strdup_printf ("gramscope-cli train%s --csv run.csv", options);
  copy (window, command, _ ("Command copied"));
}

static void
copy_settings_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *window = user_data;
  g_autofree char *text = gram_settings_to_string (gram_document_get_settings (window->document));

  copy (window, text, _ ("Settings copied"));
}

/* Text that is no settings changes nothing. */
static void
pasted_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GramWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text =
      gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, &error);

  if (text == NULL || *g_strstrip (text) == '\0')
    {
      g_clear_error (&error);
      g_set_error_literal (&error, GRAM_ERROR, GRAM_ERROR_USAGE,
                           _ ("There is no text on the clipboard: copy settings first."));
    }
  else if (gram_document_load (window->document, text, &error))
    gram_window_toast (window, _ ("Settings pasted"));
  if (error != NULL)
    gram_window_tell (window, _ ("These Are No Settings"), error);
}

static void
paste_settings_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (user_data), NULL, pasted_cb,
                                 g_object_ref (user_data));
}

static const GActionEntry entries[] = {
  { "copy-command", copy_command_action },
  { "copy-command-of-run", copy_run_action, "u" },
  { "copy-settings", copy_settings_action },
  { "paste-settings", paste_settings_action },
};

/**
 * gram_window_add_copy:
 */
void
gram_window_add_copy (GramWindow *window)
{
  g_action_map_add_action_entries (G_ACTION_MAP (window), entries, G_N_ELEMENTS (entries), window);
}
