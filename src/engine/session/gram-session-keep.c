/* gram-session-keep.c: runs that stay when another takes their place
 *
 * SPDX-License-Identifier: MIT
 *
 * The curves are in the list at once. The weights are asked of the training thread before it drops
 * the run, and a third thread writes them; points that the training thread told of in between come
 * with the number of the run that has gone, and are taken here.
 */
#include "gram-session-private.h"

#include "gram-predicted-run.h"
#include "gram-save.h"

/* A run whose weights are on their way to their file. */
typedef struct
{
  GramSession *session;
  guint64 run_number;
  GramKeptRun *kept;
  GramCheckpoint *checkpoint; /* (nullable) what the file gets; its run has all curves */
  GBytes *bytes;              /* (nullable) the file's content, where it is known */
  char *path;
  guint64 written;
} Keeping;

typedef struct
{
  GFunc func;
  gpointer data;
} Waiting;

static Keeping *
keeping_new (GramSession *session, GramKeptRun *kept)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->session = g_object_ref (session);
  keeping->kept = gram_kept_run_ref (kept);
  g_ptr_array_add (session->keepings, keeping);
  return keeping;
}

/* Who waits for all weights may be called here. */
static void
keeping_free (Keeping *keeping)
{
  g_autoptr (GramSession) session = keeping->session;

  g_ptr_array_remove (session->keepings, keeping);
  gram_kept_run_unref (keeping->kept);
  gram_checkpoint_free (keeping->checkpoint);
  g_clear_pointer (&keeping->bytes, g_bytes_unref);
  g_free (keeping->path);
  g_free (keeping);
  while (session->keepings->len == 0 && !g_queue_is_empty (&session->when_kept))
    {
      g_autofree Waiting *waiting = g_queue_pop_head (&session->when_kept);

      waiting->func (session, waiting->data);
    }
}

/**
 * gram_session_when_kept:
 * @func: called with the session and @data, once no weights are on their way
 */
void
gram_session_when_kept (GramSession *session, GFunc func, gpointer data)
{
  Waiting *waiting;

  if (session->keepings->len == 0)
    {
      func (session, data);
      return;
    }
  waiting = g_new0 (Waiting, 1);
  waiting->func = func;
  waiting->data = data;
  g_queue_push_tail (&session->when_kept, waiting);
}

/* @gone: (transfer full) (nullable): titles of runs */
static void
tell_gone (GramSession *session, char *gone)
{
  g_autofree char *titles = gone;
  g_autofree char *budget =
      g_format_size_full (gram_run_list_get_budget (session->runs), G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *text = NULL;

  if (titles == NULL)
    return;
  text = g_strdup_printf ("the weights of %s went, so that those of all runs stay within %s; the "
                          "curves are still there",
                          titles, budget);
  gram_session_tell_text (session, GRAM_ERROR_FULL, text);
}

static void
tell_unkept (GramSession *session, const GramKeptRun *kept, const char *why)
{
  g_autofree char *text = g_strdup_printf ("the weights of “%s” are not kept (%s), but its curves "
                                           "are",
                                           kept->title, why);

  gram_session_tell_text (session, GRAM_ERROR_STORAGE, text);
}

/* ---------- writing --------------------------------------------------------------------------- */

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  GramSession *session = GRAM_SESSION (source);
  Keeping *keeping = data;
  g_autoptr (GError) error = NULL;
  gboolean written = g_task_propagate_boolean (G_TASK (result), &error);

  tell_gone (session, gram_run_list_take_file (session->runs, keeping->kept,
                                               written ? keeping->path : NULL, keeping->written));
  if (!written)
    tell_unkept (session, keeping->kept, error->message);
  keeping_free (keeping);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Keeping *keeping = data;
  g_autoptr (GMappedFile) file = NULL;
  GError *error = NULL;
  gboolean written;

  if (keeping->bytes != NULL)
    {
      gsize length;
      const void *bytes = g_bytes_get_data (keeping->bytes, &length);

      written = gram_save_bytes (keeping->path, bytes, length, &error);
    }
  else
    written = gram_checkpoint_write (keeping->checkpoint, keeping->path, &error);
  if (written && (file = g_mapped_file_new (keeping->path, FALSE, &error)) != NULL)
    {
      keeping->written = g_mapped_file_get_length (file);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
}

static void
write_file (Keeping *keeping)
{
  GramSession *session = keeping->session;
  g_autoptr (GTask) task = g_task_new (session, NULL, on_written, keeping);
  GError *error = NULL;

  g_task_set_task_data (task, keeping, NULL);
  keeping->path = gram_run_list_new_file (session->runs, &error);
  if (keeping->path != NULL)
    g_task_run_in_thread (task, write_in_thread);
  else
    g_task_return_error (task, error);
}

static void
on_state (GObject *source, GAsyncResult *result, gpointer data)
{
  GramSession *session = GRAM_SESSION (source);
  Keeping *keeping = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GramCheckpoint) state = g_task_propagate_pointer (G_TASK (result), &error);

  gram_kept_run_set_curves (keeping->kept, keeping->checkpoint->run);
  if (state != NULL && state->state != NULL)
    {
      keeping->checkpoint->state = g_steal_pointer (&state->state);
      keeping->checkpoint->step = state->step;
      write_file (keeping);
      return;
    }
  gram_run_list_take_file (session->runs, keeping->kept, NULL, 0);
  if (error != NULL)
    tell_unkept (session, keeping->kept, error->message);
  keeping_free (keeping);
}

/* ---------- keeping --------------------------------------------------------------------------- */

/* Whether a run that is dropped now could go on later. */
static gboolean
has_weights (const GramSession *session)
{
  return session->run->stopped != GRAM_STOPPED_DIVERGED
         && session->run->stopped != GRAM_STOPPED_FAILED
         && (session->phase >= GRAM_PHASE_HALTED || session->opened->state != NULL);
}

/* At least; the file has the images' part of the state as well. */
static double
weights_bytes (const GramRun *run)
{
  return (double) run->m * (double) run->d * run->sets->len * sizeof (float);
}

static char *
describe_problem (const GramSession *session)
{
  const GramSettings *settings = session->origin.settings;
  g_autofree char *classes = NULL;

  if (session->origin.problem != NULL)
    return g_strdup (session->origin.problem);
  if (session->problem != NULL && session->fingerprint == session->origin.fingerprint)
    return gram_problem_describe (session->problem);
  classes = gram_settings_get (settings, "classes");
  return classes != NULL ? g_strdup_printf ("%s: %s", settings->dataset, classes)
                         : g_strdup (settings->dataset);
}

/* Has the weights that the training thread has, or those that were opened, written to a file. */
static void
keep_weights (GramSession *session, GramKeptRun *kept)
{
  Keeping *keeping = keeping_new (session, kept);
  GramCheckpoint *checkpoint = keeping->checkpoint = g_new0 (GramCheckpoint, 1);

  keeping->run_number = session->run_number;
  checkpoint->settings = gram_settings_copy (kept->settings);
  checkpoint->fingerprint = kept->fingerprint;
  checkpoint->run = gram_run_ref (session->run);
  if (session->opened->state != NULL)
    {
      checkpoint->state = g_bytes_ref (session->opened->state);
      checkpoint->step = session->run->steps;
      write_file (keeping);
    }
  else
    {
      g_autoptr (GTask) task = g_task_new (session, NULL, on_state, keeping);

      gram_training_thread_send (session->training_thread,
                                 &(GramCommand){ GRAM_COMMAND_SAVE, .task = task });
    }
}

/* What theory says of the run, as far as it was known: the analysis goes with the images. */
static GramRun *
predict_run (const GramSession *session)
{
  return session->analysis != NULL && session->fingerprint == session->origin.fingerprint
             ? gram_predicted_run_new (session->analysis, session->run)
             : NULL;
}

/**
 * gram_session_keep_run:
 *
 * To be called before a run is dropped: it stays in the list, unless no step was done, one that
 * goes on from it is there, or it is to leave no trace.
 */
void
gram_session_keep_run (GramSession *session)
{
  g_autoptr (GramKeptRun) kept = NULL;
  g_autofree char *problem = NULL;
  gboolean fits;

  if (session->run == NULL || session->run->steps < 1 || session->passing || session->closed)
    return;
  problem = describe_problem (session);
  kept = gram_kept_run_new (session->origin.settings, session->run, session->origin.fingerprint,
                            problem);
  kept->name = g_strdup (session->origin.name);
  gram_kept_run_set_predicted (kept, predict_run (session));
  fits = weights_bytes (session->run) <= (double) gram_run_list_get_budget (session->runs);
  kept->keeping = has_weights (session) && fits;
  if (gram_run_list_add (session->runs, kept) == NULL)
    return;
  if (kept->keeping)
    keep_weights (session, kept);
  else if (!fits)
    tell_unkept (session, kept, "they alone need more room than is set for those of all runs");
}

/**
 * gram_session_keep_points:
 * @run: points of the run with that number, which is the session's no more
 */
void
gram_session_keep_points (GramSession *session, guint64 run_number, const GramRun *run)
{
  for (guint i = 0; i < session->keepings->len; i++)
    {
      Keeping *keeping = g_ptr_array_index (session->keepings, i);

      if (keeping->checkpoint != NULL && keeping->run_number == run_number)
        gram_run_merge (keeping->checkpoint->run, run);
    }
}

/**
 * gram_session_take_kept:
 * @checkpoint: of a file; its runs that stay are added to those that are there
 */
void
gram_session_take_kept (GramSession *session, const GramCheckpoint *checkpoint)
{
  for (guint i = 0; i < checkpoint->kept->len; i++)
    {
      GramKeptRun *kept = g_ptr_array_index (checkpoint->kept, i);
      GBytes *weights = g_ptr_array_index (checkpoint->weights, i);

      kept->keeping = weights != NULL;
      if (gram_run_list_add (session->runs, kept) == NULL || weights == NULL)
        continue;
      Keeping *keeping = keeping_new (session, kept);

      keeping->bytes = g_bytes_ref (weights);
      write_file (keeping);
    }
  for (guint i = 0; i < checkpoint->lost->len; i++)
    gram_session_tell_text (session, GRAM_ERROR_DATA, g_ptr_array_index (checkpoint->lost, i));
}

/**
 * gram_session_update_present:
 *
 * Tells the list what is there now, which decides what is drawn beside it and under which names.
 */
void
gram_session_update_present (GramSession *session)
{
  const GramSettings *settings =
      session->run != NULL ? session->origin.settings : session->settings;
  g_autoptr (GramSettings) present = gram_settings_copy (settings);

  if (session->run != NULL && session->run->m > 0)
    present->m = session->run->m;
  gram_run_list_set_present (session->runs, present, session->fingerprint);
}

/**
 * gram_session_set_origin:
 * @settings: copied: what the run is, or was, begun with
 * @problem: (nullable): what it is trained on, in words
 * @name: (nullable): the one that people gave it
 */
void
gram_session_set_origin (GramSession *session, const GramSettings *settings, guint64 fingerprint,
                         const char *problem, const char *name)
{
  g_autoptr (GramSettings) copy = gram_settings_copy (settings);
  g_autofree char *problem_copy = g_strdup (problem);
  g_autofree char *name_copy = g_strdup (name);

  gram_session_clear_origin (session);
  session->origin.settings = g_steal_pointer (&copy);
  session->origin.fingerprint = fingerprint;
  session->origin.problem = g_steal_pointer (&problem_copy);
  session->origin.name = g_steal_pointer (&name_copy);
}

/**
 * gram_session_get_runs:
 *
 * Returns: (transfer none): those that stayed when another took their place
 */
GramRunList *
gram_session_get_runs (GramSession *session)
{
  return session->runs;
}

/**
 * gram_session_set_run_budget:
 * @bytes: that the weights of the runs that stay may take up on the disk
 */
void
gram_session_set_run_budget (GramSession *session, guint64 bytes)
{
  tell_gone (session, gram_run_list_set_budget (session->runs, bytes));
}
