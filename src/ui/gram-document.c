/* gram-document.c: what the window shows: settings, their history, and the session they drive
 *
 * SPDX-License-Identifier: MIT
 *
 * Widgets edit a copy of the settings and commit it. Commits reach the session after a moment
 * without further ones, so that typing a number does not start an analysis a key; the slider's
 * fraction reaches it at once since nothing is recomputed for it.
 */
#include "gram-config.h"

#include "gram-document.h"

#include "gram-view-model.h"

#define APPLY_DELAY_MS 200
#define FOLLOW_DELAY_MS 350
#define MERGE_US (1200 * G_TIME_SPAN_MILLISECOND)
#define HISTORY_MAX 200

struct _GramDocument
{
  GObject parent_instance;
  GramSession *session;
  GramSettings *settings;
  GPtrArray *undo, *redo; /* of GramSettings */
  const char *last_what;  /* interned */
  gint64 last_time;
  guint apply_id, follow_id;
  gboolean start_wanted;
};

enum
{
  SETTINGS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GramDocument, gram_document, G_TYPE_OBJECT)

static void
settings_free (gpointer settings)
{
  gram_settings_free (settings);
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
  gram_session_configure (self->session, self->settings);
  return G_SOURCE_REMOVE;
}

static void
apply_later (GramDocument *self)
{
  g_clear_handle_id (&self->apply_id, g_source_remove);
  self->apply_id = g_timeout_add (APPLY_DELAY_MS, apply_later_cb, self);
}

/* A run that has begun keeps the mixture it began with: curves are not thrown away by a slide. */
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

static void
state_changed_cb (GramDocument *self)
{
  if (self->start_wanted && gram_session_get_state (self->session) == GRAM_STATE_READY)
    {
      self->start_wanted = FALSE;
      gram_session_start (self->session);
    }
}

static void
gram_document_dispose (GObject *object)
{
  GramDocument *self = GRAM_DOCUMENT (object);

  g_clear_handle_id (&self->apply_id, g_source_remove);
  g_clear_handle_id (&self->follow_id, g_source_remove);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      gram_session_shutdown (self->session);
    }
  g_clear_object (&self->session);
  g_clear_pointer (&self->settings, gram_settings_free);
  g_clear_pointer (&self->undo, g_ptr_array_unref);
  g_clear_pointer (&self->redo, g_ptr_array_unref);
  G_OBJECT_CLASS (gram_document_parent_class)->dispose (object);
}

static void
gram_document_class_init (GramDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = gram_document_dispose;
  /* the settings or the history changed */
  signals[SETTINGS_CHANGED] = g_signal_new ("settings-changed", GRAM_TYPE_DOCUMENT,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gram_document_init (GramDocument *self)
{
  self->session = gram_session_new ();
  self->settings = gram_settings_new ();
  self->undo = g_ptr_array_new_with_free_func (settings_free);
  self->redo = g_ptr_array_new_with_free_func (settings_free);
  g_signal_connect_object (self->session, "state-changed", G_CALLBACK (state_changed_cb), self,
                           G_CONNECT_SWAPPED);
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
 * gram_document_edit:
 *
 * Returns: (transfer full): a copy of the settings to change and commit
 */
GramSettings *
gram_document_edit (GramDocument *self)
{
  return gram_settings_copy (self->settings);
}

static void
history_push (GramDocument *self, const char *what)
{
  gint64 now = g_get_monotonic_time ();
  gboolean merge = what != NULL && self->last_what == g_intern_string (what)
                   && now - self->last_time < MERGE_US && self->undo->len > 0;

  self->last_what = g_intern_string (what);
  self->last_time = now;
  g_ptr_array_set_size (self->redo, 0);
  if (merge)
    return;
  g_ptr_array_add (self->undo, gram_settings_copy (self->settings));
  if (self->undo->len > HISTORY_MAX)
    g_ptr_array_remove_index (self->undo, 0);
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
  history_push (self, what);
  gram_settings_free (self->settings);
  self->settings = settings;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
  apply_later (self);
}

/**
 * gram_document_replace:
 * @settings: (transfer full): what was loaded or restored; applied at once
 */
void
gram_document_replace (GramDocument *self, GramSettings *settings)
{
  if (!gram_settings_equal (self->settings, settings))
    history_push (self, NULL);
  gram_settings_free (self->settings);
  self->settings = settings;
  self->start_wanted = FALSE;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
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
  history_push (self, NULL);
  gram_settings_free (self->settings);
  self->settings = settings;
  self->start_wanted = FALSE;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
}

/**
 * gram_document_load:
 * @text: "dataset=mnist classes=0,1 n=1000 …"; keys left out keep their value
 */
gboolean
gram_document_load (GramDocument *self, const char *text, GError **error)
{
  g_autoptr (GramSettings) settings = gram_document_edit (self);

  if (!gram_settings_apply (settings, text, error))
    return FALSE;
  gram_document_replace (self, g_steal_pointer (&settings));
  return TRUE;
}

static void
history_move (GramDocument *self, GPtrArray *from, GPtrArray *to)
{
  if (from->len == 0)
    return;
  g_ptr_array_add (to, self->settings);
  self->settings = g_ptr_array_steal_index (from, from->len - 1);
  self->last_what = NULL;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
  apply_now (self);
}

void
gram_document_undo (GramDocument *self)
{
  history_move (self, self->undo, self->redo);
}

void
gram_document_redo (GramDocument *self)
{
  history_move (self, self->redo, self->undo);
}

gboolean
gram_document_can_undo (GramDocument *self)
{
  return self->undo->len > 0;
}

gboolean
gram_document_can_redo (GramDocument *self)
{
  return self->redo->len > 0;
}

/**
 * gram_document_start:
 *
 * Starts or goes on; while data is still being read, as soon as it is there.
 */
void
gram_document_start (GramDocument *self)
{
  GramState state;

  if (self->apply_id != 0)
    apply_now (self);
  state = gram_session_get_state (self->session);
  if (state == GRAM_STATE_EMPTY || state == GRAM_STATE_PREPARING)
    self->start_wanted = TRUE;
  else
    gram_session_start (self->session);
}

void
gram_document_pause (GramDocument *self)
{
  self->start_wanted = FALSE;
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
  self->start_wanted = FALSE;
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
  history_push (self, "rho");
  self->settings->rho = rho;
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
  if (self->apply_id == 0)
    gram_session_configure (self->session, self->settings);
  g_clear_handle_id (&self->follow_id, g_source_remove);
  if (gram_settings_has_labels (self->settings, GRAM_LABELS_MIXED))
    self->follow_id = g_timeout_add (FOLLOW_DELAY_MS, follow_cb, self);
}
