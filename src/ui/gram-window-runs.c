/* gram-window-runs.c: what is done to runs that stay
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-store.h"
#include "gram-window-private.h"

#define BYTES_PER_MIB (1 << 20)

static GramSession *
session_of (GramWindow *self)
{
  return gram_document_get_session (self->document);
}

static void
continue_run (GSimpleAction *action, GVariant *number, gpointer window)
{
  gram_session_continue_run (session_of (window), g_variant_get_uint32 (number));
}

static void
use_settings (GSimpleAction *action, GVariant *number, gpointer window)
{
  GramWindow *self = window;
  GramKeptRun *kept =
      gram_run_list_find (gram_session_get_runs (session_of (self)), g_variant_get_uint32 (number));

  if (kept != NULL)
    gram_document_replace (self->document, gram_settings_copy (kept->settings));
}

/* ---------- delete, and undo it ---------- */

static void
forget_deleted_cb (GramWindow *self, AdwToast *toast)
{
  gpointer number = g_object_get_data (G_OBJECT (toast), "number");

  g_hash_table_remove (self->deleted_runs, number);
}

static void
delete_run (GSimpleAction *action, GVariant *number, gpointer window)
{
  GramWindow *self = window;
  guint deleted = g_variant_get_uint32 (number);
  GramKeptRun *kept = gram_run_list_remove (gram_session_get_runs (session_of (self)), deleted);
  g_autofree char *text = NULL, *escaped = NULL;
  AdwToast *toast;

  if (kept == NULL)
    return;
  g_hash_table_insert (self->deleted_runs, GUINT_TO_POINTER (deleted), kept);
  /* Translators: %s is the name of a run */
  text = g_strdup_printf (_ ("Deleted “%s”"), kept->title);
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH); /* before those that wait to be read */
  adw_toast_set_action_name (toast, "win.restore-run");
  adw_toast_set_action_target_value (toast, g_variant_new_uint32 (deleted));
  g_object_set_data (G_OBJECT (toast), "number", GUINT_TO_POINTER (deleted));
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (forget_deleted_cb), self,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
restore_run (GSimpleAction *action, GVariant *number, gpointer window)
{
  GramWindow *self = window;
  GramKeptRun *kept =
      g_hash_table_lookup (self->deleted_runs, GUINT_TO_POINTER (g_variant_get_uint32 (number)));

  if (kept != NULL)
    gram_run_list_add (gram_session_get_runs (session_of (self)), kept);
}

static void
show_runs (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  GramWindow *self = window;

  gtk_widget_activate_action (GTK_WIDGET (self->runs_button), "runs.show", NULL);
}

/* ---------- room for their weights ---------- */

static void
budget_changed_cb (GramWindow *self)
{
  gram_session_set_run_budget (session_of (self),
                               (guint64) g_settings_get_int (gram_store_get (), "runs-mebibytes")
                                   * BYTES_PER_MIB);
}

static const GActionEntry entries[] = {
  { "continue-run", continue_run, "u" },
  { "use-settings-of-run", use_settings, "u" },
  { "delete-run", delete_run, "u" },
  { "restore-run", restore_run, "u" },
  { "show-runs", show_runs },
};

void
gram_window_add_runs (GramWindow *self)
{
  GSettings *store = gram_store_get ();

  self->deleted_runs =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) gram_kept_run_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  if (store == NULL)
    return;
  g_signal_connect_object (store, "changed::runs-mebibytes", G_CALLBACK (budget_changed_cb), self,
                           G_CONNECT_SWAPPED);
  budget_changed_cb (self);
}
