/* gram-event-queue.c: the way of events to the main thread
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-event-queue.h"

struct _GramEventQueue
{
  gint references;
  /* set when made, used on the main thread */
  struct
  {
    GThread *thread;
    GMainContext *context;
    GramEventFunc func; /* NULL once closed */
    gpointer user_data;
  } main;
  struct
  {
    GMutex lock;
    GQueue waiting;   /* of GramEvent */
    gboolean pending; /* a callback is in the main loop */
    gboolean closed;
  } shared;
};

/**
 * gram_event_queue_new:
 * @context: where @func is called
 *
 * Returns: (transfer full): end it with gram_event_queue_close() on the main thread and
 *   gram_event_queue_unref()
 */
GramEventQueue *
gram_event_queue_new (GMainContext *context, GramEventFunc func, gpointer user_data)
{
  GramEventQueue *queue = g_new0 (GramEventQueue, 1);

  queue->references = 1;
  queue->main.thread = g_thread_self ();
  queue->main.context = g_main_context_ref (context);
  queue->main.func = func;
  queue->main.user_data = user_data;
  g_mutex_init (&queue->shared.lock);
  g_queue_init (&queue->shared.waiting);
  return queue;
}

GramEventQueue *
gram_event_queue_ref (GramEventQueue *queue)
{
  g_atomic_int_inc (&queue->references);
  return queue;
}

void
gram_event_queue_unref (GramEventQueue *queue)
{
  if (!g_atomic_int_dec_and_test (&queue->references))
    return;
  g_queue_clear_full (&queue->shared.waiting, (GDestroyNotify) gram_event_free);
  g_mutex_clear (&queue->shared.lock);
  g_main_context_unref (queue->main.context);
  g_free (queue);
}

/**
 * gram_event_queue_close:
 *
 * Nothing is delivered after this; what threads post later is dropped.
 */
void
gram_event_queue_close (GramEventQueue *queue)
{
  GQueue dropped;

  g_assert (g_thread_self () == queue->main.thread);
  queue->main.func = NULL;
  g_mutex_lock (&queue->shared.lock);
  queue->shared.closed = TRUE;
  dropped = queue->shared.waiting;
  g_queue_init (&queue->shared.waiting);
  g_mutex_unlock (&queue->shared.lock);
  g_queue_clear_full (&dropped, (GDestroyNotify) gram_event_free);
}

static gboolean
deliver (gpointer data)
{
  GramEventQueue *queue = data;
  GQueue waiting;
  GramEvent *event;

  g_assert (g_thread_self () == queue->main.thread);
  g_mutex_lock (&queue->shared.lock);
  waiting = queue->shared.waiting;
  g_queue_init (&queue->shared.waiting);
  queue->shared.pending = FALSE;
  g_mutex_unlock (&queue->shared.lock);
  while ((event = g_queue_pop_head (&waiting)) != NULL)
    {
      if (queue->main.func != NULL)
        queue->main.func (event, queue->main.user_data);
      gram_event_free (event);
    }
  return G_SOURCE_REMOVE;
}

static void
schedule (GramEventQueue *queue)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, gram_event_queue_ref (queue),
                         (GDestroyNotify) gram_event_queue_unref);
  g_source_set_static_name (source, "[gramscope] session events");
  g_source_attach (source, queue->main.context);
  g_source_unref (source);
}

/**
 * gram_event_queue_post:
 * @event: (transfer full): delivered on the main thread; any thread may post
 */
void
gram_event_queue_post (GramEventQueue *queue, GramEvent *event)
{
  gboolean first = FALSE;
  GramEvent *last, *dropped = NULL;

  g_mutex_lock (&queue->shared.lock);
  last = g_queue_peek_tail (&queue->shared.waiting);
  if (queue->shared.closed || (last != NULL && gram_event_merge (last, event)))
    dropped = event;
  else
    g_queue_push_tail (&queue->shared.waiting, event);
  if (!queue->shared.closed && !queue->shared.pending)
    first = queue->shared.pending = TRUE;
  g_mutex_unlock (&queue->shared.lock);
  if (dropped != NULL)
    gram_event_free (dropped);
  if (first)
    schedule (queue);
}
