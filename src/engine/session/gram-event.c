/* gram-event.c: what a thread of a session tells the main thread
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-event.h"

/**
 * gram_event_new:
 * @sender: number of what it is about
 *
 * Returns: (transfer full): an empty one; its members are the caller's to fill in
 */
GramEvent *
gram_event_new (GramEventKind kind, guint64 sender)
{
  GramEvent *event = g_new0 (GramEvent, 1);

  event->kind = kind;
  event->sender = sender;
  return event;
}

void
gram_event_free (GramEvent *event)
{
  if (event->kind == GRAM_EVENT_DATA)
    {
      g_clear_pointer (&event->data.dataset, gram_dataset_unref);
      g_clear_pointer (&event->data.problem, gram_problem_unref);
    }
  else if (event->kind == GRAM_EVENT_ANALYSIS)
    gram_analysis_unref (event->analysis);
  else if (event->kind == GRAM_EVENT_RECORDED)
    gram_run_unref (event->run);
  else if (event->kind == GRAM_EVENT_SWEEP)
    gram_sweep_table_unref (event->sweep);
  g_clear_error (&event->error);
  g_free (event);
}

/**
 * gram_event_merge:
 * @event: one that waits
 * @next: the one that came after it
 *
 * Points of one run are appended, and progress is replaced.
 *
 * Returns: whether @event now tells both, so that @next need not be delivered
 */
gboolean
gram_event_merge (GramEvent *event, const GramEvent *next)
{
  if (event->kind != next->kind || event->sender != next->sender)
    return FALSE;
  if (event->kind == GRAM_EVENT_RECORDED)
    gram_run_merge (event->run, next->run);
  else if (event->kind == GRAM_EVENT_STAGE)
    event->progress = next->progress;
  else if (event->kind == GRAM_EVENT_BUILDING)
    event->made = next->made;
  else
    return FALSE;
  return TRUE;
}
