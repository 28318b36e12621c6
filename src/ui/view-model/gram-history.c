/* gram-history.c: the undo history of settings, which takes no step for what was refused
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-history.h"

/* Changes of one kind that follow each other this quickly are one step. */
#define MERGE_US (1200 * G_TIME_SPAN_MILLISECOND)
#define HISTORY_MAX 200

struct _GramHistory
{
  GPtrArray *undo, *redo; /* of GramSettings */
  const char *last_what;  /* interned */
  gint64 last_time;
  /* what a refusal goes back to */
  struct
  {
    GPtrArray *undo, *redo; /* (nullable) */
    GramSettings *settings;
  } mark;
};

static gpointer
copy_settings (gconstpointer settings, gpointer data)
{
  return gram_settings_copy (settings);
}

static GPtrArray *
copy_steps (GPtrArray *steps)
{
  GPtrArray *copy = g_ptr_array_copy (steps, copy_settings, NULL);

  g_ptr_array_set_free_func (copy, (GDestroyNotify) gram_settings_free);
  return copy;
}

static void
clear_mark (GramHistory *history)
{
  g_clear_pointer (&history->mark.undo, g_ptr_array_unref);
  g_clear_pointer (&history->mark.redo, g_ptr_array_unref);
  g_clear_pointer (&history->mark.settings, gram_settings_free);
}

GramHistory *
gram_history_new (void)
{
  GramHistory *history = g_new0 (GramHistory, 1);

  history->undo = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_settings_free);
  history->redo = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_settings_free);
  return history;
}

void
gram_history_free (GramHistory *history)
{
  clear_mark (history);
  g_ptr_array_unref (history->undo);
  g_ptr_array_unref (history->redo);
  g_free (history);
}

static void
add_step (GramHistory *history, const GramSettings *settings)
{
  g_ptr_array_add (history->undo, gram_settings_copy (settings));
  if (history->undo->len > HISTORY_MAX)
    g_ptr_array_remove_index (history->undo, 0);
}

/**
 * gram_history_push:
 * @settings: those that are about to change
 * @what: (nullable): what kind of change this is; quick changes of one kind are one step
 */
void
gram_history_push (GramHistory *history, const GramSettings *settings, const char *what)
{
  gint64 now = g_get_monotonic_time ();
  gboolean merge = what != NULL && history->last_what == g_intern_string (what)
                   && now - history->last_time < MERGE_US && history->undo->len > 0;

  history->last_what = g_intern_string (what);
  history->last_time = now;
  g_ptr_array_set_size (history->redo, 0);
  if (!merge)
    add_step (history, settings);
}

static GramSettings *
move (GramHistory *history, GPtrArray *from, GPtrArray *to, const GramSettings *settings)
{
  if (from->len == 0)
    return NULL;
  g_ptr_array_add (to, gram_settings_copy (settings));
  history->last_what = NULL;
  return g_ptr_array_steal_index (from, from->len - 1);
}

/**
 * gram_history_undo:
 * @settings: those of now
 *
 * Returns: (transfer full) (nullable): those of before
 */
GramSettings *
gram_history_undo (GramHistory *history, const GramSettings *settings)
{
  return move (history, history->undo, history->redo, settings);
}

GramSettings *
gram_history_redo (GramHistory *history, const GramSettings *settings)
{
  return move (history, history->redo, history->undo, settings);
}

/**
 * gram_history_peek_undo:
 *
 * Returns: (transfer none) (nullable): what gram_history_undo() would lead to
 */
const GramSettings *
gram_history_peek_undo (const GramHistory *history)
{
  return history->undo->len > 0 ? g_ptr_array_index (history->undo, history->undo->len - 1) : NULL;
}

const GramSettings *
gram_history_peek_redo (const GramHistory *history)
{
  return history->redo->len > 0 ? g_ptr_array_index (history->redo, history->redo->len - 1) : NULL;
}

/**
 * gram_history_mark:
 * @settings: those of now, before a change that may be refused
 */
void
gram_history_mark (GramHistory *history, const GramSettings *settings)
{
  clear_mark (history);
  history->mark.undo = copy_steps (history->undo);
  history->mark.redo = copy_steps (history->redo);
  history->mark.settings = gram_settings_copy (settings);
}

/**
 * gram_history_revert:
 * @settings: those that hold from now on
 *
 * The history is that of the mark; if @settings are not those of the mark, with one step that leads
 * back to these.
 */
void
gram_history_revert (GramHistory *history, const GramSettings *settings)
{
  if (history->mark.settings == NULL)
    return;
  g_ptr_array_unref (history->undo);
  g_ptr_array_unref (history->redo);
  history->undo = g_steal_pointer (&history->mark.undo);
  history->redo = g_steal_pointer (&history->mark.redo);
  history->last_what = NULL;
  if (!gram_settings_equal (history->mark.settings, settings))
    {
      add_step (history, history->mark.settings);
      g_ptr_array_set_size (history->redo, 0);
    }
  clear_mark (history);
}
