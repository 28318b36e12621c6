/* gram-session-file.c: sessions saved and opened
 *
 * SPDX-License-Identifier: MIT
 *
 * What is to be written is gathered on the main thread, the weights on the training thread; hashing
 * and writing is done on a third one, so that neither the window nor the run waits for the disk.
 */
#include "gram-session-private.h"

#include "gram-file-lock.h"

typedef struct
{
  char *path;
  char *damage; /* what was wrong with the file that was opened */
  GramCheckpoint *checkpoint;
  GramSaveWhat what;
  GPtrArray *files; /* (nullable) of char *, or %NULL: where the weights of kept runs lie */
  guint number;     /* of the kept run that goes on; 0: a file of people's is opened */
  gboolean back;    /* it had been laid aside, and takes the settings that are there */
} FileJob;

static void
file_job_free (gpointer data)
{
  FileJob *job = data;

  g_free (job->path);
  g_free (job->damage);
  gram_checkpoint_free (job->checkpoint);
  g_clear_pointer (&job->files, g_ptr_array_unref);
  g_free (job);
}

/* A file that was written or opened stays locked until other data or another file take its place.
 */
static gboolean
lock_path (GramSession *session, const char *path, GError **error)
{
  GramFileLock *lock;

  if (g_hash_table_contains (session->own_locks, path)
      || g_hash_table_contains (session->locks, path))
    return TRUE;
  lock = gram_file_lock_take (path, error);
  if (lock == NULL)
    return FALSE;
  g_hash_table_insert (session->locks, g_strdup (path), lock);
  return TRUE;
}

/**
 * gram_session_own_file:
 * @path: a file of this session alone, which it may save to and open
 *
 * Locks it until the session is shut down, whatever is opened or loaded meanwhile.
 *
 * Returns: %FALSE with GRAM_ERROR_STORAGE when another session has it
 */
gboolean
gram_session_own_file (GramSession *session, const char *path, GError **error)
{
  gpointer key = NULL, lock = NULL;

  GRAM_SESSION_ASSERT_MAIN (session);
  if (!lock_path (session, path, error))
    return FALSE;
  if (g_hash_table_steal_extended (session->locks, path, &key, &lock))
    g_hash_table_insert (session->own_locks, key, lock);
  return TRUE;
}

/* ---------- saving ---------------------------------------------------------------------------- */

/* A file that cannot be read any more costs its weights alone. */
static void
add_weights (FileJob *job)
{
  job->checkpoint->weights = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < job->files->len; i++)
    {
      const char *path = g_ptr_array_index (job->files, i);
      g_autoptr (GMappedFile) file = path != NULL ? g_mapped_file_new (path, FALSE, NULL) : NULL;

      g_ptr_array_add (job->checkpoint->weights,
                       file != NULL ? g_mapped_file_get_bytes (file) : NULL);
    }
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  FileJob *job = data;
  GError *error = NULL;

  add_weights (job);
  if (gram_checkpoint_write (job->checkpoint, job->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
gather_kept (GramSession *session, FileJob *job)
{
  GramRunList *runs = session->runs;

  job->checkpoint->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_kept_run_unref);
  job->files = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < gram_run_list_get_length (runs); i++)
    {
      GramKeptRun *kept = gram_run_list_get (runs, i);

      g_ptr_array_add (job->checkpoint->kept, gram_kept_run_copy (kept));
      g_ptr_array_add (job->files, job->what == GRAM_SAVE_ALL ? g_strdup (kept->file) : NULL);
    }
}

/* Takes what the main thread has; the curves are copied, since they grow on. */
static void
gather_and_write (gpointer data, gpointer user_data)
{
  GramSession *session = data;
  g_autoptr (GTask) task = user_data;
  FileJob *job = g_task_get_task_data (task);
  GramCheckpoint *checkpoint = job->checkpoint;

  if (session->run != NULL)
    {
      checkpoint->run = gram_run_new ();
      gram_run_merge (checkpoint->run, session->run);
    }
  checkpoint->fingerprint =
      session->run != NULL ? session->origin.fingerprint : session->fingerprint;
  gather_kept (session, job);
  g_task_run_in_thread (task, write_in_thread);
}

static void
on_state (GObject *source, GAsyncResult *result, gpointer data)
{
  GramSession *session = GRAM_SESSION (source);
  g_autoptr (GTask) task = data;
  FileJob *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GramCheckpoint) state = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  job->checkpoint->state = g_steal_pointer (&state->state);
  job->checkpoint->step = state->step;
  gram_session_when_kept (session, gather_and_write, g_steal_pointer (&task));
}

/**
 * gram_session_save:
 * @path: locked from now on until other data are taken or another file is opened
 * @view: (nullable): JSON that gram_session_open_finish() gives back
 * @what: how much of the runs
 *
 * Training goes on meanwhile. The file is whole-old or whole-new; the one before it stays beside
 * it as "@path~".
 */
void
gram_session_save (GramSession *session, const char *path, const char *view, GramSaveWhat what,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  FileJob *job = g_new0 (FileJob, 1);
  GError *error = NULL;

  GRAM_SESSION_ASSERT_MAIN (session);
  g_task_set_source_tag (task, gram_session_save);
  g_task_set_task_data (task, job, file_job_free);
  job->path = g_strdup (path);
  job->what = what;
  job->checkpoint = g_new0 (GramCheckpoint, 1);
  job->checkpoint->settings = gram_settings_copy (session->settings);
  job->checkpoint->view = g_strdup (view);
  if (session->closed || !lock_path (session, path, &error))
    {
      if (error == NULL)
        error = g_error_new_literal (GRAM_ERROR, GRAM_ERROR_USAGE, "the session is closed");
      g_task_return_error (task, error);
      return;
    }
  if (what != GRAM_SAVE_CURVES && session->opened->state != NULL)
    {
      job->checkpoint->state = g_bytes_ref (session->opened->state);
      job->checkpoint->step = session->run->steps;
    }
  if (what != GRAM_SAVE_CURVES && session->phase >= GRAM_PHASE_HALTED)
    {
      g_autoptr (GTask) inner = g_task_new (session, cancellable, on_state, g_object_ref (task));

      gram_training_thread_send (session->training_thread,
                                 &(GramCommand){ GRAM_COMMAND_SAVE, .task = inner });
      return;
    }
  gram_session_when_kept (session, gather_and_write, g_steal_pointer (&task));
}

gboolean
gram_session_save_finish (GramSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---------- opening --------------------------------------------------------------------------- */

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  FileJob *job = data;
  GError *error = NULL;

  job->checkpoint = gram_checkpoint_read (job->path, &job->damage, &error);
  if (job->checkpoint != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* A file goes on where a person has chosen to compute, and connects nowhere else. */
static void
settle_server (GramSession *session, GramCheckpoint *checkpoint)
{
  g_autofree char *server = g_steal_pointer (&checkpoint->server);
  g_autofree char *text = NULL;

  if (server == NULL)
    return;
  if (g_str_equal (server, session->asked->device))
    {
      g_free (checkpoint->settings->device);
      checkpoint->settings->device = g_steal_pointer (&server);
      return;
    }
  text = g_strdup_printf ("the session was computed on “%s”; a file connects to no server: choose "
                          "it under Compute to go on there",
                          server);
  gram_session_tell_text (session, GRAM_ERROR_DEVICE, text);
}

/* The file's settings, its curves at once, and its run as soon as the data is there. What was there
 * stays in the list. */
static void
take_checkpoint (GramSession *session, GramCheckpoint *checkpoint, GramLoad load)
{
  g_autoptr (GBytes) state = g_steal_pointer (&checkpoint->state);

  gram_session_drop_run (session);
  session->passing = FALSE;
  gram_session_adopt (session, checkpoint->settings, load);
  gram_checkpoint_free (session->opened);
  session->opened = checkpoint;
  if (checkpoint->run == NULL)
    return;
  session->run = g_steal_pointer (&checkpoint->run);
  gram_session_set_origin (session, checkpoint->settings, checkpoint->fingerprint, NULL, NULL);
  session->progress.step = session->run->steps;
  if (state != NULL && session->run->sets->len > 0)
    {
      checkpoint->state = g_steal_pointer (&state);
      gram_session_set_phase (session, GRAM_PHASE_WAITING);
    }
  gram_session_emit (session, GRAM_SIGNAL_RUN_CHANGED);
}

/* No run is on its way back any more. */
static void
end_return (GramSession *session)
{
  session->coming_back = 0;
  gram_session_update_state (session);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  GramSession *session = GRAM_SESSION (source);
  g_autoptr (GTask) task = data;
  FileJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) in_use = NULL;
  GError *error = NULL;
  char *view;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (session->closed)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the session was closed");
      return;
    }
  view = g_steal_pointer (&job->checkpoint->view);
  gram_session_take_kept (session, job->checkpoint);
  settle_server (session, job->checkpoint);
  take_checkpoint (session, g_steal_pointer (&job->checkpoint), GRAM_LOAD_INSTEAD);
  end_return (session);
  if (job->damage != NULL)
    gram_session_tell_text (session, GRAM_ERROR_DATA, job->damage);
  if (!lock_path (session, job->path, &in_use))
    gram_session_tell_text (session, GRAM_ERROR_DATA, in_use->message);
  g_task_return_pointer (task, view, g_free);
}

/**
 * gram_session_open:
 * @path: a .gramscope file or a training checkpoint
 *
 * What the session held before is replaced only when the file could be read. The curves are there
 * at once; the run can go on as soon as its data is loaded. When that cannot be found the curves
 * stay, and configuring another dataset or folder tries again.
 */
void
gram_session_open (GramSession *session, const char *path, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  g_autoptr (GTask) reading = g_task_new (session, cancellable, on_read, task);
  FileJob *job = g_new0 (FileJob, 1);

  GRAM_SESSION_ASSERT_MAIN (session);
  g_task_set_source_tag (task, gram_session_open);
  job->path = g_strdup (path);
  g_task_set_task_data (reading, job, file_job_free);
  g_task_run_in_thread (reading, read_in_thread);
}

/* ---------- going on with a run that stayed --------------------------------------------------- */

/* The limit that it reached is no limit any more. */
static void
lift_limits (GramSettings *settings, const GramRun *run)
{
  if (run->stopped == GRAM_STOPPED_STEPS
      || (settings->max_steps > 0 && run->steps >= settings->max_steps))
    settings->max_steps = 0;
  if (run->stopped == GRAM_STOPPED_TARGET)
    settings->until_residual = 0;
}

/* Whether the settings are those of the run, which has its width as a number. */
static gboolean
is_still_of (const GramSettings *settings, const GramKeptRun *kept)
{
  g_autoptr (GramSettings) present = gram_settings_copy (settings);

  if (present->m == 0)
    present->m = kept->settings->m;
  return gram_settings_same_run (present, kept->settings);
}

static void
on_kept_read (GObject *source, GAsyncResult *result, gpointer data)
{
  GramSession *session = GRAM_SESSION (source);
  FileJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GramKeptRun) kept = NULL;
  g_autoptr (GError) error = NULL;
  GramCheckpoint *checkpoint;
  const GramKeptRun *there;

  /* it may have been given up, and another one be on its way */
  if (job->back && session->coming_back != job->number)
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      gram_session_tell (session, error, FALSE);
      if (job->back)
        end_return (session);
      return;
    }
  there = session->closed ? NULL : gram_run_list_find (session->runs, job->number);
  /* other settings were chosen meanwhile: it stays in the list */
  if (there == NULL || (job->back && !is_still_of (session->asked, there)))
    {
      if (job->back)
        end_return (session);
      return;
    }
  kept = gram_run_list_remove (session->runs, job->number);
  checkpoint = g_steal_pointer (&job->checkpoint);
  gram_settings_free (checkpoint->settings);
  checkpoint->settings = gram_settings_copy (job->back ? session->asked : kept->settings);
  if (!job->back)
    lift_limits (checkpoint->settings, checkpoint->run);
  take_checkpoint (session, checkpoint, GRAM_LOAD_OTHERS);
  gram_session_set_origin (session, checkpoint->settings, kept->fingerprint, kept->problem,
                           kept->name);
  gram_session_update_present (session);
  session->wanted = !job->back || session->returning;
  if (job->back)
    session->wanted_steps = session->returning_steps;
  end_return (session);
  gram_session_try_build (session);
  if (!job->back)
    gram_session_emit (session, GRAM_SIGNAL_SETTINGS_ADOPTED);
}

/* @job: (transfer full) */
static void
read_kept (GramSession *session, FileJob *job)
{
  g_autoptr (GTask) task = g_task_new (session, NULL, on_kept_read, NULL);

  g_task_set_task_data (task, job, file_job_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * gram_session_continue_run:
 * @number: of a run that stays, and whose weights are there
 *
 * It becomes the session's run again, with its settings, and goes on; what was there takes a place
 * in the list.
 */
void
gram_session_continue_run (GramSession *session, guint number)
{
  GramKeptRun *kept = gram_run_list_find (session->runs, number);
  FileJob *job;

  GRAM_SESSION_ASSERT_MAIN (session);
  g_return_if_fail (!session->closed);
  if (kept == NULL || kept->file == NULL)
    {
      gram_session_tell_text (session, GRAM_ERROR_USAGE,
                              "the weights of this run are not there: start anew with its "
                              "settings");
      return;
    }
  job = g_new0 (FileJob, 1);
  job->path = g_strdup (kept->file);
  job->number = number;
  read_kept (session, job);
}

/* ---------- a run that is laid aside for a while ---------------------------------------------- */

/**
 * gram_session_lay_aside:
 * @goes_on: (out): whether it trained
 *
 * The run is in the list of runs from now on, and there is none. Runs that are begun until
 * gram_session_bring_back() leave no trace.
 *
 * Returns: its number there; 0: there was none, or one that goes on from it is in the list
 */
guint
gram_session_lay_aside (GramSession *session, gboolean *goes_on)
{
  guint length = gram_run_list_get_length (session->runs);
  guint last = length > 0 ? gram_run_list_get (session->runs, length - 1)->number : 0, number;
  guint back = session->coming_back;

  GRAM_SESSION_ASSERT_MAIN (session);
  gram_session_apply_changes (session);
  *goes_on = back != 0 ? session->returning : session->phase == GRAM_PHASE_GOING;
  session->coming_back = 0;
  gram_session_drop_run (session);
  session->aside = TRUE;
  length = gram_run_list_get_length (session->runs);
  number = length > 0 ? gram_run_list_get (session->runs, length - 1)->number : 0;
  return number > last ? number : back;
}

static void
bring_back_cb (gpointer data, gpointer user_data)
{
  GramSession *session = data;
  FileJob *job = user_data;
  GramKeptRun *kept = gram_run_list_find (session->runs, job->number);

  if (session->closed || kept == NULL || kept->file == NULL)
    {
      if (session->coming_back == job->number)
        end_return (session);
      file_job_free (job);
      return;
    }
  job->path = g_strdup (kept->file);
  read_kept (session, job);
}

/**
 * gram_session_bring_back:
 * @number: gram_session_lay_aside() gave; 0: there is no run
 * @goes_on: whether it trains then
 *
 * A run that was begun meanwhile is gone, as if it had never been. The settings have to be those of
 * the run again; one whose weights could not be kept stays in the list.
 */
void
gram_session_bring_back (GramSession *session, guint number, gboolean goes_on)
{
  FileJob *job;

  GRAM_SESSION_ASSERT_MAIN (session);
  gram_session_apply_changes (session);
  gram_session_drop_run (session);
  session->aside = session->passing = FALSE;
  session->returning = goes_on;
  session->returning_steps = 0;
  session->coming_back = number;
  gram_session_update_state (session);
  if (number == 0)
    return;
  job = g_new0 (FileJob, 1);
  job->number = number;
  job->back = TRUE;
  gram_session_when_kept (session, bring_back_cb, job);
}

/**
 * gram_session_trains_when_back:
 * @count: steps; 0: without end
 *
 * A run that is on its way back is told to train when it is there.
 *
 * Returns: %FALSE where none is, or other settings than its own were chosen meanwhile
 */
gboolean
gram_session_trains_when_back (GramSession *session, gint64 count)
{
  const GramKeptRun *kept =
      session->coming_back != 0 ? gram_run_list_find (session->runs, session->coming_back) : NULL;

  if (kept == NULL || !is_still_of (session->asked, kept))
    return FALSE;
  session->returning = TRUE;
  session->returning_steps = count;
  return TRUE;
}

/**
 * gram_session_open_finish:
 *
 * Returns: (transfer full) (nullable): the view text; %NULL without an error when there is none
 */
char *
gram_session_open_finish (GramSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
