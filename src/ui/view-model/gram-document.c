/* gram-document.c: what the window shows: settings, their history, and the session they drive
 *
 * SPDX-License-Identifier: MIT
 *
 * Widgets edit a copy of the settings and commit it. Commits reach the session after a moment
 * without further ones, so that typing a number does not start an analysis a key; the slider's
 * fraction reaches it at once since nothing is recomputed for it. Data that the session refuses
 * leave neither settings nor a step of the history behind.
 */
#include "gram-config.h"

#include "gram-document.h"

#include <math.h>

#include "gram-history.h"
#include "gram-view-model.h"

#define APPLY_DELAY_MS 200
#define FOLLOW_DELAY_MS 350

struct _GramDocument
{
  GObject parent_instance;
  GramSession *session;
  GramJobList *jobs;
  GramSettings *settings;
  GramHistory *history;
  GramViewState *view;
  guint apply_id, follow_id;
  struct
  {
    GramSettings *settings; /* (nullable) nothing is laid aside */
    GramHistory *history;
    guint run;
    gboolean training;
  } aside;
};

enum
{
  SETTINGS_CHANGED,
  DATA_REFUSED,
  VIEW_RESTORED,
  SERVER_LEFT_OUT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GramDocument, gram_document, G_TYPE_OBJECT)

/* @settings: (transfer full) */
static void
take_settings (GramDocument *self, GramSettings *settings)
{
  gram_settings_free (self->settings);
  self->settings = settings;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
}

static void
apply_now (GramDocument *self)
{
  g_clear_handle_id (&self->apply_id, g_source_remove);
  gram_session_configure (self->session, self->settings);
}

static gboolean
apply_later_cb (gpointer user_data)
{
  GramDocument *self = user_data;

  self->apply_id = 0;
  apply_now (self);
  return G_SOURCE_REMOVE;
}

static void
apply_later (GramDocument *self)
{
  g_clear_handle_id (&self->apply_id, g_source_remove);
  self->apply_id = g_timeout_add (APPLY_DELAY_MS, apply_later_cb, self);
}

/* A run that has begun keeps the mixture it began with, so that moving the slider loses no
 * curves. */
static gboolean
run_has_begun (GramDocument *self)
{
  return gram_document_get_step (self) > 0
         || gram_session_get_state (self->session) == GRAM_STATE_TRAINING;
}

static gboolean
follow_cb (gpointer user_data)
{
  GramDocument *self = user_data;

  self->follow_id = 0;
  if (!run_has_begun (self) && gram_settings_follow_rho (self->settings))
    apply_now (self);
  return G_SOURCE_REMOVE;
}

static gboolean
needs_other_data (const GramSettings *a, const GramSettings *b)
{
  return (gram_settings_compare (a, b) & GRAM_CHANGE_DATA) != 0;
}

/* Other data may be refused. Until that is known, the history can go back to what is loaded now.
 * Changes that were made before stay. */
static void
mark_history (GramDocument *self, const GramSettings *next)
{
  if (!needs_other_data (self->settings, next) || gram_session_is_loading (self->session)
      || needs_other_data (gram_session_get_settings (self->session), self->settings))
    return;
  if (self->apply_id != 0)
    apply_now (self);
  gram_history_mark (self->history, self->settings);
}

/* The session still has the previous data and their settings. Take these, unless newer settings
 * wait to be applied. */
static void
data_refused_cb (GramSession *session, const GError *error, GramDocument *self)
{
  if (self->apply_id == 0)
    {
      gram_settings_free (self->settings);
      self->settings = gram_settings_copy (gram_session_get_settings (session));
    }
  gram_history_revert (self->history, self->settings);
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
  if (self->apply_id == 0 && error != NULL)
    g_signal_emit (self, signals[DATA_REFUSED], 0, error);
}

/* The session takes fewer images than were chosen for other data where there are fewer. */
static void
problem_changed_cb (GramDocument *self)
{
  const GramProblemSpec *used = &gram_session_get_settings (self->session)->problem;
  const GramProblemSpec *shown = &self->settings->problem;
  GramSettings *settings;

  if (self->apply_id != 0 || gram_session_is_loading (self->session)
      || (used->n == shown->n && used->n_test == shown->n_test))
    return;
  settings = gram_settings_copy (self->settings);
  settings->problem.n = used->n;
  settings->problem.n_test = used->n_test;
  take_settings (self, settings);
}

static void
gram_document_dispose (GObject *object)
{
  GramDocument *self = GRAM_DOCUMENT (object);

  g_clear_handle_id (&self->apply_id, g_source_remove);
  g_clear_handle_id (&self->follow_id, g_source_remove);
  g_clear_object (&self->jobs);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      gram_session_shutdown (self->session);
    }
  g_clear_object (&self->session);
  g_clear_pointer (&self->settings, gram_settings_free);
  g_clear_pointer (&self->history, gram_history_free);
  g_clear_pointer (&self->aside.settings, gram_settings_free);
  g_clear_pointer (&self->aside.history, gram_history_free);
  g_clear_pointer (&self->view, gram_view_state_free);
  G_OBJECT_CLASS (gram_document_parent_class)->dispose (object);
}

static void
gram_document_class_init (GramDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gram_document_dispose;
  /* the settings or the history changed */
  signals[SETTINGS_CHANGED] = g_signal_new ("settings-changed", GRAM_TYPE_DOCUMENT,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* (GError *): new data cannot be used; everything is as it was before they were asked for */
  signals[DATA_REFUSED] = g_signal_new ("data-refused", GRAM_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  /* (const char *): what was loaded names a device elsewhere, which nobody chose here */
  signals[SERVER_LEFT_OUT] = g_signal_new ("server-left-out", GRAM_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /* a session was opened that says what is to be looked at */
  signals[VIEW_RESTORED] = g_signal_new ("view-restored", GRAM_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gram_document_init (GramDocument *self)
{
  self->session = gram_session_new ();
  self->jobs = gram_job_list_new (self->session);
  self->settings = gram_settings_new ();
  self->history = gram_history_new ();
  self->view = gram_view_state_new ();
  g_signal_connect_object (self->session, "data-refused", G_CALLBACK (data_refused_cb), self, 0);
  g_signal_connect_object (self->session, "problem-changed", G_CALLBACK (problem_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "settings-adopted", G_CALLBACK (gram_document_adopt),
                           self, G_CONNECT_SWAPPED);
}

GramDocument *
gram_document_new (void)
{
  return g_object_new (GRAM_TYPE_DOCUMENT, NULL);
}

GramSession *
gram_document_get_session (GramDocument *self)
{
  return self->session;
}

/**
 * gram_document_get_jobs:
 *
 * Returns: (transfer none): what runs
 */
GramJobList *
gram_document_get_jobs (GramDocument *self)
{
  return self->jobs;
}

/**
 * gram_document_watch:
 * @receiver: an object, the first argument of @callback, which is called as long as it lives
 * @...: names of signals of the document or of its session, ended by %NULL
 */
void
gram_document_watch (GramDocument *self, gpointer receiver, GCallback callback, ...)
{
  va_list names;
  const char *name;

  va_start (names, callback);
  while ((name = va_arg (names, const char *)) != NULL)
    g_signal_connect_object (g_signal_lookup (name, GRAM_TYPE_DOCUMENT) != 0
                                 ? G_OBJECT (self)
                                 : G_OBJECT (self->session),
                             name, callback, receiver, G_CONNECT_SWAPPED);
  va_end (names);
}

const GramSettings *
gram_document_get_settings (GramDocument *self)
{
  return self->settings;
}

gint64
gram_document_get_step (GramDocument *self)
{
  GramRun *run = gram_session_get_run (self->session);

  return run != NULL ? run->steps : 0;
}

/**
 * gram_document_describe_run:
 *
 * Returns: (transfer full) (nullable): a text that changes when there is more to lose; %NULL: no
 *   step has been trained of any run
 */
char *
gram_document_describe_run (GramDocument *self)
{
  g_autofree char *settings = gram_settings_to_string (self->settings);
  GramRunList *runs = gram_session_get_runs (self->session);
  gint64 step = gram_document_get_step (self);
  GString *text = g_string_new (NULL);

  if (step > 0)
    g_string_printf (text, "%" G_GINT64_FORMAT " %s", step, settings);
  for (guint i = 0; i < gram_run_list_get_length (runs); i++)
    {
      const GramKeptRun *kept = gram_run_list_get (runs, i);

      g_string_append_printf (text, "\n%u %" G_GINT64_FORMAT " %d %s", kept->number,
                              kept->run->steps, kept->hidden, kept->name != NULL ? kept->name : "");
    }
  return g_string_free (text, text->len == 0);
}

/**
 * gram_document_get_view:
 *
 * Returns: (transfer none): what pages write down and read
 */
GramViewState *
gram_document_get_view (GramDocument *self)
{
  return self->view;
}

/**
 * gram_document_restore_view:
 * @text: (nullable): of a session file, see gram_view_state_read()
 */
void
gram_document_restore_view (GramDocument *self, const char *text)
{
  gram_view_state_read (self->view, text);
  g_signal_emit (self, signals[VIEW_RESTORED], 0);
}

/**
 * gram_document_edit:
 *
 * Returns: (transfer full): a copy of the settings to change and commit
 */
GramSettings *
gram_document_edit (GramDocument *self)
{
  return gram_settings_copy (self->settings);
}

/**
 * gram_document_commit:
 * @settings: (transfer full): the changed copy
 * @what: (nullable): what kind of change this is; quick changes of one kind are one undo step
 */
void
gram_document_commit (GramDocument *self, GramSettings *settings, const char *what)
{
  if (gram_settings_equal (self->settings, settings))
    {
      gram_settings_free (settings);
      return;
    }
  mark_history (self, settings);
  gram_history_push (self->history, self->settings, what);
  take_settings (self, settings);
  apply_later (self);
}

/**
 * gram_document_take_stable_step:
 *
 * Sets η to the stable one that the analysis advises, if it does.
 */
void
gram_document_take_stable_step (GramDocument *self)
{
  double remedy = gram_analysis_advised_step (gram_session_get_analysis (self->session));
  GramSettings *settings;

  if (!isfinite (remedy))
    return;
  settings = gram_document_edit (self);
  settings->eta = remedy;
  gram_document_commit (self, settings, NULL);
}

/**
 * gram_document_replace:
 * @settings: (transfer full): what was loaded or restored; applied at once
 */
void
gram_document_replace (GramDocument *self, GramSettings *settings)
{
  if (!gram_settings_equal (self->settings, settings))
    {
      mark_history (self, settings);
      gram_history_push (self->history, self->settings, NULL);
    }
  take_settings (self, settings);
  apply_now (self);
}

/**
 * gram_document_adopt:
 *
 * Takes over the settings that the session has after it opened a file.
 */
void
gram_document_adopt (GramDocument *self)
{
  GramSettings *settings = gram_settings_copy (gram_session_get_settings (self->session));

  g_clear_handle_id (&self->apply_id, g_source_remove);
  gram_history_push (self->history, self->settings, NULL);
  take_settings (self, settings);
}

/**
 * gram_document_load:
 * @text: "dataset=mnist classes=0,1 n=1000 …"; keys left out keep their value. It may be another
 *   program's, so that a server in it is left out where it is not the chosen one; "server-left-out"
 *   tells.
 */
gboolean
gram_document_load (GramDocument *self, const char *text, GError **error)
{
  g_autoptr (GramSettings) settings = gram_document_edit (self);
  g_autofree char *server = NULL;

  if (!gram_settings_apply (settings, text, error))
    return FALSE;
  server = gram_settings_stay_here (settings, self->settings->device);
  gram_document_replace (self, g_steal_pointer (&settings));
  if (server != NULL)
    g_signal_emit (self, signals[SERVER_LEFT_OUT], 0, server);
  return TRUE;
}

/* @settings: (transfer full) (nullable) */
static void
go_to (GramDocument *self, GramSettings *settings)
{
  if (settings == NULL)
    return;
  take_settings (self, settings);
  apply_now (self);
}

void
gram_document_undo (GramDocument *self)
{
  const GramSettings *before = gram_history_peek_undo (self->history);

  if (before != NULL)
    mark_history (self, before);
  go_to (self, gram_history_undo (self->history, self->settings));
}

void
gram_document_redo (GramDocument *self)
{
  const GramSettings *after = gram_history_peek_redo (self->history);

  if (after != NULL)
    mark_history (self, after);
  go_to (self, gram_history_redo (self->history, self->settings));
}

gboolean
gram_document_can_undo (GramDocument *self)
{
  return gram_history_peek_undo (self->history) != NULL;
}

gboolean
gram_document_can_redo (GramDocument *self)
{
  return gram_history_peek_redo (self->history) != NULL;
}

/**
 * gram_document_lay_aside:
 *
 * Remembers settings, history and run, until gram_document_bring_back(). There is no run then.
 */
void
gram_document_lay_aside (GramDocument *self)
{
  g_return_if_fail (self->aside.settings == NULL);
  if (self->apply_id != 0)
    apply_now (self);
  self->aside.settings = gram_settings_copy (self->settings);
  self->aside.history = self->history;
  self->history = gram_history_new ();
  self->aside.run = gram_session_lay_aside (self->session, &self->aside.training);
}

/**
 * gram_document_bring_back:
 *
 * All is as it was when it was laid aside; the run that is there leaves no trace.
 */
void
gram_document_bring_back (GramDocument *self)
{
  g_return_if_fail (self->aside.settings != NULL);
  g_clear_handle_id (&self->follow_id, g_source_remove);
  gram_history_free (self->history);
  self->history = g_steal_pointer (&self->aside.history);
  gram_session_bring_back (self->session, 0, FALSE);
  take_settings (self, g_steal_pointer (&self->aside.settings));
  apply_now (self);
  gram_session_bring_back (self->session, self->aside.run, self->aside.training);
}

/**
 * gram_document_start:
 *
 * Starts or goes on; while data is still being read, as soon as it is there.
 */
void
gram_document_start (GramDocument *self)
{
  if (self->apply_id != 0)
    apply_now (self);
  gram_session_start (self->session);
}

void
gram_document_pause (GramDocument *self)
{
  gram_session_pause (self->session);
}

void
gram_document_step (GramDocument *self)
{
  if (self->apply_id != 0)
    apply_now (self);
  gram_session_step (self->session, 1);
}

/**
 * gram_document_reset:
 *
 * Back to W(0). The mixture becomes the slider's again.
 */
void
gram_document_reset (GramDocument *self)
{
  gram_session_reset (self->session);
  if (gram_settings_follow_rho (self->settings))
    apply_now (self);
}

/**
 * gram_document_set_rho:
 * @rho: the fraction of random labels, clamped to [0, 1]
 */
void
gram_document_set_rho (GramDocument *self, double rho)
{
  rho = CLAMP (rho, 0, 1);
  if (self->settings->rho == rho)
    return;
  gram_history_push (self->history, self->settings, "rho");
  self->settings->rho = rho;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
  if (self->apply_id == 0)
    gram_session_configure (self->session, self->settings);
  g_clear_handle_id (&self->follow_id, g_source_remove);
  if (gram_settings_has_labels (self->settings, GRAM_LABELS_MIXED))
    self->follow_id = g_timeout_add (FOLLOW_DELAY_MS, follow_cb, self);
}
