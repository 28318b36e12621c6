/* gram-thread.c: threads that can be left to end by themselves
 *
 * SPDX-License-Identifier: MIT
 *
 * A running LAPACK call cannot be interrupted, and the window must not wait for it. So whoever
 * started a thread may leave it: it frees what it works with when it returns.
 */
#include "gram-thread.h"

struct _GramThread
{
  gint references;
  GThread *thread;
  GThreadFunc func;
  gpointer data;
  GDestroyNotify data_free;
  struct
  {
    GMutex lock;
    GCond ended;
    gboolean has_ended;
  } shared;
};

static gint n_threads;

/* The thread and whoever started it hold one each; the last frees what it works with. */
static void
thread_unref (GramThread *thread)
{
  if (!g_atomic_int_dec_and_test (&thread->references))
    return;
  thread->data_free (thread->data);
  g_mutex_clear (&thread->shared.lock);
  g_cond_clear (&thread->shared.ended);
  g_free (thread);
}

static gpointer
thread_main (gpointer data)
{
  GramThread *thread = data;

  thread->func (thread->data);
  g_mutex_lock (&thread->shared.lock);
  thread->shared.has_ended = TRUE;
  g_cond_signal (&thread->shared.ended);
  g_mutex_unlock (&thread->shared.lock);
  thread_unref (thread);
  g_atomic_int_add (&n_threads, -1);
  return NULL;
}

/**
 * gram_thread_start:
 * @data: (transfer full): for @func; freed when @func has returned and gram_thread_finish() too
 *
 * Returns: (transfer full): hand it to gram_thread_finish()
 */
GramThread *
gram_thread_start (const char *name, GThreadFunc func, gpointer data, GDestroyNotify data_free)
{
  GramThread *thread = g_new0 (GramThread, 1);

  thread->references = 2;
  thread->func = func;
  thread->data = data;
  thread->data_free = data_free;
  g_mutex_init (&thread->shared.lock);
  g_cond_init (&thread->shared.ended);
  g_atomic_int_inc (&n_threads);
  thread->thread = g_thread_new (name, thread_main, thread);
  return thread;
}

/**
 * gram_thread_finish:
 * @thread: (transfer full): told to end already
 * @wait_ms: how long to wait for it at most
 *
 * Returns: whether it has ended
 */
gboolean
gram_thread_finish (GramThread *thread, guint wait_ms)
{
  gint64 until = g_get_monotonic_time () + (gint64) wait_ms * G_TIME_SPAN_MILLISECOND;
  gboolean ended;

  g_mutex_lock (&thread->shared.lock);
  while (!thread->shared.has_ended
         && g_cond_wait_until (&thread->shared.ended, &thread->shared.lock, until))
    ;
  ended = thread->shared.has_ended;
  g_mutex_unlock (&thread->shared.lock);
  if (ended)
    g_thread_join (thread->thread);
  else
    g_thread_unref (thread->thread);
  thread_unref (thread);
  return ended;
}

/**
 * gram_thread_count:
 *
 * Returns: how many such threads have not ended yet, in the whole process
 */
guint
gram_thread_count (void)
{
  return (guint) g_atomic_int_get (&n_threads);
}
