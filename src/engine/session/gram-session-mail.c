/* gram-session-mail.c: what the threads of a session tell the main thread
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-mail.h"

struct _GramMail
{
  gint references;
  /* set when made, used on the main thread */
  struct
  {
    GThread *thread;
    GMainContext *context;
    GramMailFunc func; /* NULL once closed */
    gpointer user_data;
  } main;
  struct
  {
    GMutex lock;
    GQueue waiting;   /* of GramNews */
    gboolean pending; /* a callback is in the main loop */
    gboolean closed;
  } shared;
};

GramNews *
gram_news_new (GramNewsKind kind, guint64 sender)
{
  GramNews *news = g_new0 (GramNews, 1);

  news->kind = kind;
  news->sender = sender;
  return news;
}

void
gram_news_free (GramNews *news)
{
  g_clear_pointer (&news->dataset, gram_dataset_unref);
  g_clear_pointer (&news->problem, gram_problem_unref);
  gram_analysis_unref (news->analysis);
  gram_run_unref (news->run);
  gram_sweep_table_unref (news->sweep);
  g_clear_error (&news->error);
  g_free (news);
}

/**
 * gram_mail_new:
 * @context: where @func is called
 *
 * Returns: (transfer full): free with gram_mail_close() on the main thread and gram_mail_unref()
 */
GramMail *
gram_mail_new (GMainContext *context, GramMailFunc func, gpointer user_data)
{
  GramMail *mail = g_new0 (GramMail, 1);

  mail->references = 1;
  mail->main.thread = g_thread_self ();
  mail->main.context = g_main_context_ref (context);
  mail->main.func = func;
  mail->main.user_data = user_data;
  g_mutex_init (&mail->shared.lock);
  g_queue_init (&mail->shared.waiting);
  return mail;
}

GramMail *
gram_mail_ref (GramMail *mail)
{
  g_atomic_int_inc (&mail->references);
  return mail;
}

void
gram_mail_unref (GramMail *mail)
{
  if (!g_atomic_int_dec_and_test (&mail->references))
    return;
  g_queue_clear_full (&mail->shared.waiting, (GDestroyNotify) gram_news_free);
  g_mutex_clear (&mail->shared.lock);
  g_main_context_unref (mail->main.context);
  g_free (mail);
}

/**
 * gram_mail_close:
 *
 * Nothing is delivered after this; what threads post later is dropped.
 */
void
gram_mail_close (GramMail *mail)
{
  GQueue dropped;

  g_assert (g_thread_self () == mail->main.thread);
  mail->main.func = NULL;
  g_mutex_lock (&mail->shared.lock);
  mail->shared.closed = TRUE;
  dropped = mail->shared.waiting;
  g_queue_init (&mail->shared.waiting);
  g_mutex_unlock (&mail->shared.lock);
  g_queue_clear_full (&dropped, (GDestroyNotify) gram_news_free);
}

static gboolean
deliver (gpointer data)
{
  GramMail *mail = data;
  GQueue waiting;
  GramNews *news;

  g_assert (g_thread_self () == mail->main.thread);
  g_mutex_lock (&mail->shared.lock);
  waiting = mail->shared.waiting;
  g_queue_init (&mail->shared.waiting);
  mail->shared.pending = FALSE;
  g_mutex_unlock (&mail->shared.lock);
  while ((news = g_queue_pop_head (&waiting)) != NULL)
    {
      if (mail->main.func != NULL)
        mail->main.func (news, mail->main.user_data);
      gram_news_free (news);
    }
  return G_SOURCE_REMOVE;
}

static void
schedule (GramMail *mail)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, gram_mail_ref (mail), (GDestroyNotify) gram_mail_unref);
  g_source_set_static_name (source, "[gramscope] session news");
  g_source_attach (source, mail->main.context);
  g_source_unref (source);
}

/* Whether @news could be put into the one that waits before it. */
static gboolean
coalesce (GramNews *last, GramNews *news)
{
  if (last == NULL || last->kind != news->kind || last->sender != news->sender)
    return FALSE;
  if (news->kind == GRAM_NEWS_RUN)
    {
      gram_run_merge (last->run, news->run);
      return TRUE;
    }
  if (news->kind == GRAM_NEWS_STAGE)
    {
      last->stage = news->stage;
      last->fraction = news->fraction;
      return TRUE;
    }
  return FALSE;
}

/**
 * gram_mail_post:
 * @news: (transfer full): delivered on the main thread; any thread may post
 */
void
gram_mail_post (GramMail *mail, GramNews *news)
{
  gboolean first = FALSE;
  GramNews *dropped = NULL;

  g_mutex_lock (&mail->shared.lock);
  if (mail->shared.closed || coalesce (g_queue_peek_tail (&mail->shared.waiting), news))
    dropped = news;
  else
    g_queue_push_tail (&mail->shared.waiting, news);
  if (!mail->shared.closed && !mail->shared.pending)
    first = mail->shared.pending = TRUE;
  g_mutex_unlock (&mail->shared.lock);
  if (dropped != NULL)
    gram_news_free (dropped);
  if (first)
    schedule (mail);
}
