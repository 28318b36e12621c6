/* gram-window-recovery.c: what was open when the program did not end properly
 *
 * SPDX-License-Identifier: MIT
 *
 * About once a minute, while there is something that would be lost, the session is saved to a file
 * of this window's own in the user's state folder; the window that is closed properly removes it.
 * A file that nobody holds the lock of is a crash's: the next start offers it. So several programs
 * leave each other's files alone.
 *
 * A disk without room pauses the run, so that no more is trained than a crash may cost; as soon as
 * it is kept again it goes on. Who would rather train than be safe says so.
 *
 * A program that is told to end by a signal keeps what is open once more before it does.
 */
#include "gram-config.h"

#include <errno.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gram-error.h"
#include "gram-file-lock.h"
#include "gram-message.h"
#include "gram-window-private.h"

#define SAVE_SECONDS 60
#define RETRY_SECONDS 5
/* A larger network is not written every minute: its curves are. */
#define MOST_STATE_BYTES (64 << 20)
/* The last time it is worth more, and is still done in a few seconds. */
#define MOST_LAST_BYTES (512 << 20)
/* After this time the program ends even when the disk does not answer. */
#define LEAVE_SECONDS 20
#define PREFIX "recovery-"
#define SUFFIX ".gramscope"

struct _GramRecovery
{
  GramWindow *window;
  char *path;    /* of this window's file */
  char *saved;   /* (nullable) what was there when it was last saved */
  guint seconds; /* between two saves */
  guint timer_id;
  gboolean saving, ended;
  gboolean failed;   /* the last save did, and that was told */
  gboolean paused;   /* a run, until it can be kept */
  GtkWidget *dialog; /* (nullable) that says so */
  gboolean leaving;  /* told to end: as soon as what is open is kept */
};

static char *
folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "gramscope", NULL);
}

static void
remove_files (const char *path)
{
  g_autofree char *previous = g_strconcat (path, "~", NULL);

  g_unlink (path);
  g_unlink (previous);
}

/* ---------- saving ---------- */

static gboolean
state_is_small (GramSession *session, double most)
{
  GramRun *run = gram_session_get_run (session);
  GramProblem *problem = gram_session_get_problem (session);

  return run != NULL && problem != NULL
         && (double) run->m * (double) problem->d * run->sets->len * sizeof (float) <= most;
}

/* The program does not end during a save, so that it cannot leave the file behind. */
typedef struct
{
  GramWindow *window;
  GApplication *application;
  char *path;
  gboolean last; /* asked for after it was told to end */
} SaveJob;

static void
save_job_free (SaveJob *job)
{
  g_application_release (job->application);
  g_object_unref (job->application);
  g_object_unref (job->window);
  g_free (job->path);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaveJob, save_job_free)

/* ---------- no room ---------- */

static gboolean timer_cb (gpointer user_data);

static void
set_timer (GramRecovery *self, guint seconds)
{
  if (self->ended || self->leaving)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->timer_id = g_timeout_add_seconds (seconds, timer_cb, self);
}

static void
go_on_cb (GramWindow *window)
{
  gram_document_start (window->document);
}

static void
tell_full (GramRecovery *self, const GError *error)
{
  GramWindow *window = self->window;
  GtkWidget *before = window->error_dialog;

  gram_window_tell_with (window, _ ("Training Is Paused"), error,
                         _ ("There is no room to keep the run in case the program is ended "
                            "unexpectedly. It goes on by itself when there is."));
  if (before != NULL)
    return;
  g_set_weak_pointer (&self->dialog, window->error_dialog);
  gram_message_add (self->dialog, "go-on", _ ("_Train Unkept"), ADW_RESPONSE_DEFAULT);
  g_signal_connect_object (self->dialog, "response::go-on", G_CALLBACK (go_on_cb), window,
                           G_CONNECT_SWAPPED);
}

/* Told once until saving works again: people who train on anyway are not stopped again. */
static void
take_failure (GramRecovery *self, const GError *error)
{
  GramSession *session = gram_document_get_session (self->window->document);
  g_autofree char *text = NULL;

  if (self->failed || self->ended || self->leaving)
    return;
  self->failed = TRUE;
  self->paused = g_error_matches (error, GRAM_ERROR, GRAM_ERROR_FULL)
                 && gram_session_get_state (session) == GRAM_STATE_TRAINING;
  if (self->paused)
    {
      set_timer (self, MIN (RETRY_SECONDS, self->seconds));
      gram_document_pause (self->window->document);
      tell_full (self, error);
      return;
    }
  /* Translators: %s is what failed */
  text = g_strdup_printf (_ ("A crash now would cost the run, which cannot be kept: %s"),
                          error->message);
  gram_window_toast (self->window, text);
}

static void
take_success (GramRecovery *self)
{
  GramSession *session = gram_document_get_session (self->window->document);
  gboolean paused = self->paused && gram_session_get_state (session) == GRAM_STATE_PAUSED;

  if (!self->failed || self->ended)
    return;
  self->failed = self->paused = FALSE;
  set_timer (self, self->seconds);
  if (self->dialog != NULL)
    gram_message_close (self->dialog);
  if (!paused)
    return;
  gram_document_start (self->window->document);
  gram_window_toast (self->window, _ ("There is room again: training goes on"));
}

/* A pause after this one is the user's own. */
static void
state_changed_cb (GramWindow *window, GramState state)
{
  GramRecovery *self = window->recovery;

  if (self == NULL || !self->paused || state != GRAM_STATE_TRAINING)
    return;
  self->paused = FALSE;
  set_timer (self, self->seconds);
}

/* ---------- saving, as it ends ---------- */

static void leave_when_kept (GramRecovery *self);

static void
saved_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SaveJob) job = user_data;
  g_autoptr (GError) error = NULL;
  GramRecovery *self = job->window->recovery;

  if (!gram_session_save_finish (GRAM_SESSION (session), result, &error))
    g_debug ("the session was not kept for recovery: %s", error->message);
  if (self == NULL || self->ended || !g_str_equal (self->path, job->path))
    remove_files (job->path);
  if (self == NULL)
    return;
  self->saving = FALSE;
  if (error != NULL) /* saved again at the next time */
    g_clear_pointer (&self->saved, g_free);
  if (error != NULL)
    take_failure (self, error);
  else
    take_success (self);
  if (job->last && error != NULL)
    g_warning ("what was open could not be kept: %s", error->message);
  if (job->last)
    g_application_quit (job->application);
  else if (self->leaving)
    leave_when_kept (self);
}

static SaveJob *
save_job_new (GramRecovery *self)
{
  SaveJob *job = g_new0 (SaveJob, 1);

  job->window = g_object_ref (self->window);
  job->application = g_object_ref (g_application_get_default ());
  g_application_hold (job->application);
  job->path = g_strdup (self->path);
  return job;
}

static gboolean
take_place (GramRecovery *self, const char *place, GError **error)
{
  if (g_mkdir_with_parents (place, 0700) != 0)
    {
      gboolean full = errno == ENOSPC || errno == EDQUOT;

      g_set_error (error, GRAM_ERROR, full ? GRAM_ERROR_FULL : GRAM_ERROR_STORAGE, "%s: %s", place,
                   g_strerror (errno));
      return FALSE;
    }
  return gram_session_own_file (gram_document_get_session (self->window->document), self->path,
                                error);
}

/* Returns: whether it is being saved; not when nothing would be lost. */
static gboolean
save (GramRecovery *self)
{
  GramSession *session = gram_document_get_session (self->window->document);
  g_autofree char *now = gram_document_describe_run (self->window->document), *view = NULL,
                  *place = folder ();
  g_autoptr (GError) error = NULL;
  SaveJob *job;

  if (now == NULL || (!self->leaving && g_strcmp0 (now, self->saved) == 0))
    return FALSE;
  if (!take_place (self, place, &error))
    {
      take_failure (self, error);
      return FALSE;
    }
  g_free (self->saved);
  self->saved = g_steal_pointer (&now);
  self->saving = TRUE;
  view = gram_window_get_view (self->window);
  job = save_job_new (self);
  job->last = self->leaving;
  gram_session_save (session, self->path, view,
                     state_is_small (session, self->leaving ? MOST_LAST_BYTES : MOST_STATE_BYTES)
                         ? GRAM_SAVE_RUN
                         : GRAM_SAVE_CURVES,
                     NULL, saved_cb, job);
  return TRUE;
}

static gboolean
timer_cb (gpointer user_data)
{
  GramRecovery *self = user_data;

  if (!self->saving)
    save (self);
  return G_SOURCE_CONTINUE;
}

/* Something may have changed since the last save, so save once more. */
static void
leave_when_kept (GramRecovery *self)
{
  if (!self->saving && !save (self))
    g_application_quit (g_application_get_default ());
}

/* ---------- offering ---------- */

/* The newest file that no running program holds. */
static char *
find_left (void)
{
  g_autofree char *place = folder (), *found = NULL;
  g_autoptr (GDir) listing = g_dir_open (place, 0, NULL);
  const char *name;
  gint64 newest = 0;

  while (listing != NULL && (name = g_dir_read_name (listing)) != NULL)
    {
      g_autofree char *path = g_build_filename (place, name, NULL);
      g_autoptr (GramFileLock) lock = NULL;
      GStatBuf info;

      if (!g_str_has_prefix (name, PREFIX) || !g_str_has_suffix (name, SUFFIX)
          || g_stat (path, &info) != 0 || (gint64) info.st_mtime < newest
          || (lock = gram_file_lock_take (path, NULL)) == NULL)
        continue;
      newest = (gint64) info.st_mtime;
      g_free (found);
      found = g_steal_pointer (&path);
    }
  return g_steal_pointer (&found);
}

static void
response_cb (GtkWidget *dialog, const char *response, GramWindow *window)
{
  const char *path = g_object_get_data (G_OBJECT (dialog), "path");
  GramRecovery *self = window->recovery;

  if (g_str_equal (response, "discard"))
    remove_files (path);
  if (!g_str_equal (response, "recover") || self == NULL)
    return;
  /* this window now owns the file */
  remove_files (self->path);
  g_free (self->path);
  self->path = g_strdup (path);
  gram_session_own_file (gram_document_get_session (window->document), path, NULL);
  gram_window_recover_session (window, path);
}

static void
offer (GramWindow *window, const char *path)
{
  g_autofree char *title = NULL, *body = NULL;
  g_autoptr (GDateTime) when = NULL;
  GtkWidget *dialog;
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    return;
  when = g_date_time_new_from_unix_local ((gint64) info.st_mtime);
  title = g_date_time_format (when, "%x %X");
  /* Translators: %s is date and time */
  body = g_strdup_printf (_ ("Gramscope did not end properly. What was open on %s was kept: "
                             "settings, curves and, unless it was very large, the network."),
                          title);
  dialog = gram_message_new (_ ("Recover the Session?"), body, "recover", "close");
  gram_message_add (dialog, "discard", _ ("_Discard"), ADW_RESPONSE_DESTRUCTIVE);
  gram_message_add (dialog, "recover", _ ("_Recover"), ADW_RESPONSE_SUGGESTED);
  g_object_set_data_full (G_OBJECT (dialog), "path", g_strdup (path), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), window, 0);
  gram_message_present (dialog, GTK_WIDGET (window));
}

/* ---------- begin and end ---------- */

/**
 * gram_window_start_recovery:
 *
 * Offers what a crash left, and keeps what is open from now on. The environment's
 * GRAM_RECOVERY_SECONDS says how often, for tests.
 */
void
gram_window_start_recovery (GramWindow *window)
{
  GramRecovery *self = g_new0 (GramRecovery, 1);
  g_autofree char *left = find_left (), *place = folder (), *id = g_uuid_string_random ();
  g_autofree char *name = g_strconcat (PREFIX, id, SUFFIX, NULL);
  const char *text = g_getenv ("GRAM_RECOVERY_SECONDS");
  guint64 seconds = SAVE_SECONDS;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, 86400, &seconds, NULL))
    seconds = SAVE_SECONDS;
  self->window = window;
  self->path = g_build_filename (place, name, NULL);
  self->seconds = (guint) seconds;
  set_timer (self, self->seconds);
  gram_document_watch (window->document, window, G_CALLBACK (state_changed_cb), "state-changed",
                       NULL);
  window->recovery = self;
  if (left != NULL)
    offer (window, left);
}

/**
 * gram_window_end_recovery:
 *
 * The window ends properly: nothing of it need be recovered.
 */
void
gram_window_end_recovery (GramWindow *window)
{
  GramRecovery *self = window->recovery;

  if (self == NULL || self->ended)
    return;
  self->ended = TRUE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  remove_files (self->path);
}

static gboolean
late_cb (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

/**
 * gram_window_leave:
 *
 * Ends the program without a question, as a signal asks for, after what is open was kept for the
 * next start to offer. Asked a second time it ends at once.
 */
void
gram_window_leave (GramWindow *window)
{
  GramRecovery *self = window->recovery;
  GApplication *application = g_application_get_default ();

  gram_window_remember (window);
  if (self == NULL || self->ended || self->leaving)
    {
      g_application_quit (application);
      return;
    }
  self->leaving = TRUE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_timeout_add_seconds (LEAVE_SECONDS, late_cb, application);
  leave_when_kept (self);
}

void
gram_window_free_recovery (GramWindow *window)
{
  GramRecovery *self = g_steal_pointer (&window->recovery);

  if (self == NULL)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_weak_pointer (&self->dialog);
  g_free (self->path);
  g_free (self->saved);
  g_free (self);
}
