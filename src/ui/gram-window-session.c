/* gram-window-session.c: sessions saved and opened
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include <glib/gi18n.h>

#include "gram-recent.h"
#include "gram-window-private.h"

static void
note_view (GramWindow *self, GramViewState *view)
{
  g_free (view->page);
  view->page = g_strdup (gram_window_get_page_id (self));
  view->panel = gtk_widget_get_visible (self->panel);
}

/**
 * gram_window_get_view:
 *
 * Returns: (transfer full): JSON of what is shown of the session, for its file
 */
char *
gram_window_get_view (GramWindow *self)
{
  GramViewState *view = gram_document_get_view (self->document);

  note_view (self, view);
  return gram_view_state_to_text (view);
}

/* What the file does not say stays as it is. */
static void
restore_view (GramWindow *self, const char *text)
{
  GramViewState *view = gram_document_get_view (self->document);

  note_view (self, view);
  gram_document_restore_view (self->document, text);
  gram_window_show_page (self, view->page);
  gtk_widget_set_visible (self->panel, view->panel);
}

typedef struct
{
  GramWindow *window;
  char *path, *run;  /* @run: (nullable) gram_document_describe_run() of what is saved */
  gboolean recovers; /* a file of gram-window-recovery.c, which is nobody's recent document */
} FileJob;

static FileJob *
file_job_new (GramWindow *window, const char *path)
{
  FileJob *job = g_new0 (FileJob, 1);

  job->window = g_object_ref (window);
  job->path = g_strdup (path);
  job->run = gram_document_describe_run (window->document);
  return job;
}

static void
file_job_free (FileJob *job)
{
  g_object_unref (job->window);
  g_free (job->path);
  g_free (job->run);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FileJob, file_job_free)

static void
saved_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FileJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (job->path), *text = NULL;

  if (!gram_session_save_finish (GRAM_SESSION (session), result, &error))
    {
      gram_window_tell (job->window, _ ("The Session Was Not Saved"), error);
      return;
    }
  text = g_strdup_printf (_ ("Session saved as %s"), name);
  gram_window_toast (job->window, text);
  gram_recent_add (job->path);
  g_free (job->window->filed);
  job->window->filed = g_steal_pointer (&job->run);
  if (job->window->close_at_end)
    gtk_window_close (GTK_WINDOW (job->window)); /* asks again when the run went on */
}

/**
 * gram_window_save_session:
 * @path: absolute, or in the current folder
 */
void
gram_window_save_session (GramWindow *self, const char *path)
{
  g_autofree char *view = gram_window_get_view (self);

  gram_session_save (gram_document_get_session (self->document), path, view, GRAM_SAVE_ALL, NULL,
                     saved_cb, file_job_new (self, path));
}

static void
opened_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FileJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *view = gram_session_open_finish (GRAM_SESSION (session), result, &error);
  g_autofree char *name = g_path_get_basename (job->path), *text = NULL;

  if (error != NULL)
    {
      gram_window_tell (job->window, _ ("The Session Cannot Be Opened"), error);
      return;
    }
  gram_document_adopt (job->window->document);
  restore_view (job->window, view);
  text = g_strdup_printf (_ ("Opened %s"), name);
  gram_window_toast (job->window, job->recovers ? _ ("Session recovered") : text);
  if (job->recovers)
    return;
  gram_recent_add (job->path);
  g_free (job->window->filed);
  job->window->filed = gram_document_describe_run (job->window->document);
}

/**
 * gram_window_open_session:
 * @path: a .gramscope file
 */
void
gram_window_open_session (GramWindow *self, const char *path)
{
  gram_session_open (gram_document_get_session (self->document), path, NULL, opened_cb,
                     file_job_new (self, path));
}

/**
 * gram_window_recover_session:
 * @path: a file of gram-window-recovery.c
 */
void
gram_window_recover_session (GramWindow *self, const char *path)
{
  FileJob *job = file_job_new (self, path);

  job->recovers = TRUE;
  gram_session_open (gram_document_get_session (self->document), path, NULL, opened_cb, job);
}
