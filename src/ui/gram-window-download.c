/* gram-window-download.c: known datasets, fetched after a question
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gram-download.h"
#include "gram-message.h"
#include "gram-window-private.h"

typedef struct
{
  GramWindow *window;
  const GramCatalogueEntry *entry;
  AdwToast *toast; /* tells how far it is; its button cancels */
  GCancellable *cancellable;
  guint job; /* in the list of what runs */
} Download;

static void
download_free (Download *download)
{
  g_clear_object (&download->toast);
  g_object_unref (download->cancellable);
  g_object_unref (download->window);
  g_free (download);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Download, download_free)

/* Of all files, of which those before @file are here; NAN where a size is not known. */
static double
fraction_done (const GramCatalogueEntry *entry, const char *name, guint64 done)
{
  guint64 before = 0, all = 0;

  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      if (file->bytes == 0)
        return NAN;
      if (g_str_equal (file->name, name))
        before = all;
      all += file->bytes;
    }
  return MIN ((double) (before + done) / (double) all, 1);
}

static void
progress_cb (const char *file, guint64 done, guint64 total, gpointer user_data)
{
  Download *download = user_data;
  g_autofree char *got = g_format_size (done);
  g_autofree char *text = g_strdup_printf ("%s: %s", download->entry->title, got);

  adw_toast_set_title (download->toast, text);
  gram_job_list_tell (gram_document_get_jobs (download->window->document), download->job, got,
                      fraction_done (download->entry, file, done));
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Download) download = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = gram_download_finish (result, &error);
  g_autofree char *text = NULL;

  adw_toast_dismiss (download->toast);
  gram_job_list_remove (gram_document_get_jobs (download->window->document), download->job);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (folder == NULL)
    {
      gram_window_tell (download->window, _ ("The Download Failed"), error);
      return;
    }
  text = g_strdup_printf (_ ("%s is here"), download->entry->title);
  gram_window_toast (download->window, text);
  gram_window_open_path (download->window, download->entry->id);
}

static void
cancel_cb (GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
start_download (GramWindow *self, const GramCatalogueEntry *entry)
{
  Download *download = g_new0 (Download, 1);
  g_autofree char *folder = gram_catalogue_get_download_dir ();

  download->window = g_object_ref (self);
  download->entry = entry;
  download->cancellable = g_cancellable_new ();
  download->job = gram_job_list_add (gram_document_get_jobs (self->document), entry->title,
                                     download->cancellable);
  download->toast = g_object_ref (adw_toast_new (entry->title));
  adw_toast_set_timeout (download->toast, 0);
  adw_toast_set_button_label (download->toast, _ ("_Cancel"));
  g_signal_connect_object (download->toast, "button-clicked", G_CALLBACK (cancel_cb),
                           download->cancellable, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toasts, g_object_ref (download->toast));
  gram_download_async (entry, folder, TRUE, progress_cb, download, download->cancellable, done_cb,
                       download);
}

static void
response_cb (GtkWidget *dialog, const char *response, GramWindow *self)
{
  const GramCatalogueEntry *entry = g_object_get_data (G_OBJECT (dialog), "entry");

  if (g_str_equal (response, "download"))
    start_download (self, entry);
  else if (g_str_equal (response, "open"))
    g_action_group_activate_action (G_ACTION_GROUP (self), "open", NULL);
}

/* Returns: (transfer full): “11.6 MB from example.org” */
static char *
describe_source (const GramCatalogueEntry *entry)
{
  g_autoptr (GUri) uri = g_uri_parse (entry->mirrors[0], G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : entry->mirrors[0];
  g_autofree char *size = NULL;
  guint64 bytes = 0;

  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      if (file->bytes == 0)
        return g_strdup_printf (_ ("From %s, which does not say beforehand how large it is"), host);
      bytes += file->bytes;
    }
  size = g_format_size (bytes);
  /* Translators: a size, then the name of a server */
  return g_strdup_printf (_ ("%s from %s"), size, host);
}

/* Asks before anything is downloaded, and says what it is, its licence, and whether it can be
 * verified. */
static void
download_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GramWindow *self = user_data;
  const GramCatalogueEntry *entry = gram_catalogue_lookup (g_variant_get_string (parameter, NULL));
  g_autofree char *heading = NULL, *body = NULL, *source = NULL;
  GtkWidget *dialog;

  if (entry == NULL || entry->built_in)
    return;
  heading = g_strdup_printf (_ ("Download %s?"), entry->title);
  source = describe_source (entry);
  body = g_strconcat (entry->summary, "\n", source, "\n\n", entry->licence,
                      gram_catalogue_is_verified (entry) ? NULL : "\n\n",
                      _ ("Its checksums are not known: the files cannot be verified."), NULL);
  dialog = gram_message_new (heading, body, "download", "cancel");
  g_object_set_data (G_OBJECT (dialog), "entry", (gpointer) entry);
  gram_message_add (dialog, "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT);
  gram_message_add (dialog, "open", _ ("_Open Files…"), ADW_RESPONSE_DEFAULT);
  gram_message_add (dialog, "download", _ ("_Download"), ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, 0);
  gram_message_present (dialog, GTK_WIDGET (self));
}

static const GActionEntry entries[] = {
  { "download", download_action, "s" },
};

void
gram_window_add_download (GramWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
