/* gram-cpu-pool.c: the threads that a CPU device owns
 *
 * SPDX-License-Identifier: MIT
 *
 * Training does not use OpenBLAS's threads: there is one pool of them in a process, and the
 * eigenproblem of the analysis thread holds it for seconds. Which thread takes which task is left
 * to chance, so tasks write disjoint memory and sums are made in the order of the tasks: results
 * do not depend on the number of threads.
 */
#include "gram-cpu-pool.h"

struct _GramCpuPool
{
  guint n_threads; /* the caller included */
  GThread **threads;
  GMutex lock;
  GCond work, done;
  guint64 generation; /* counts runs; written under lock */
  guint busy;         /* workers that still run this generation; written under lock */
  gboolean quit;
  /* the run */
  GramCpuTask task;
  gpointer data;
  gint64 n_tasks;
  gint64 next; /* atomic */
};

typedef struct
{
  GramCpuPool *pool;
  guint worker;
} Worker;

/* Runs of a solve follow each other within microseconds, and waking a thread takes longer: both
 * sides look again for a while, some 20 µs, before they sleep. */
#define SPINS 1000

static inline void
pause_briefly (void)
{
#if defined(__x86_64__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void
take_tasks (GramCpuPool *pool, guint worker)
{
  gint64 task;

  while ((task = __atomic_fetch_add (&pool->next, 1, __ATOMIC_RELAXED)) < pool->n_tasks)
    pool->task (task, worker, pool->data);
}

static gpointer
worker_main (gpointer data)
{
  g_autofree Worker *self = data;
  GramCpuPool *pool = self->pool;
  guint64 seen = 0;

  for (;;)
    {
      for (int i = 0; i < SPINS && __atomic_load_n (&pool->generation, __ATOMIC_RELAXED) == seen;
           i++)
        pause_briefly ();
      g_mutex_lock (&pool->lock);
      while (pool->generation == seen && !pool->quit)
        g_cond_wait (&pool->work, &pool->lock);
      if (pool->quit)
        break;
      seen = pool->generation;
      g_mutex_unlock (&pool->lock);
      take_tasks (pool, self->worker);
      g_mutex_lock (&pool->lock);
      if (__atomic_sub_fetch (&pool->busy, 1, __ATOMIC_RELAXED) == 0)
        g_cond_signal (&pool->done);
      g_mutex_unlock (&pool->lock);
    }
  g_mutex_unlock (&pool->lock);
  return NULL;
}

/**
 * gram_cpu_pool_new:
 * @threads: how many, the caller of gram_cpu_pool_run() included; at least 1
 *
 * Returns: (transfer full): a pool with as many threads as could be had, at least the caller's
 */
GramCpuPool *
gram_cpu_pool_new (guint threads)
{
  GramCpuPool *pool = g_new0 (GramCpuPool, 1);

  g_mutex_init (&pool->lock);
  g_cond_init (&pool->work);
  g_cond_init (&pool->done);
  pool->threads = g_new0 (GThread *, MAX (threads, 1));
  pool->n_threads = 1;
  while (pool->n_threads < threads)
    {
      Worker *self = g_new0 (Worker, 1);
      GThread *thread;

      self->pool = pool;
      self->worker = pool->n_threads;
      thread = g_thread_try_new ("gram-cpu", worker_main, self, NULL);
      if (thread == NULL)
        {
          g_free (self);
          break;
        }
      pool->threads[pool->n_threads++] = thread;
    }
  return pool;
}

void
gram_cpu_pool_free (GramCpuPool *pool)
{
  if (pool == NULL)
    return;
  g_mutex_lock (&pool->lock);
  pool->quit = TRUE;
  g_cond_broadcast (&pool->work);
  g_mutex_unlock (&pool->lock);
  for (guint i = 1; i < pool->n_threads; i++)
    g_thread_join (pool->threads[i]);
  g_mutex_clear (&pool->lock);
  g_cond_clear (&pool->work);
  g_cond_clear (&pool->done);
  g_free (pool->threads);
  g_free (pool);
}

guint
gram_cpu_pool_get_threads (const GramCpuPool *pool)
{
  return pool->n_threads;
}

/**
 * gram_cpu_pool_run:
 * @task: called for 0 … @n_tasks − 1, each once, from any thread of the pool
 *
 * Returns when all tasks are done. One run at a time.
 */
void
gram_cpu_pool_run (GramCpuPool *pool, gint64 n_tasks, GramCpuTask task, gpointer data)
{
  if (n_tasks <= 1 || pool->n_threads == 1)
    {
      for (gint64 i = 0; i < n_tasks; i++)
        task (i, 0, data);
      return;
    }
  g_mutex_lock (&pool->lock);
  pool->task = task;
  pool->data = data;
  pool->n_tasks = n_tasks;
  pool->next = 0;
  __atomic_store_n (&pool->busy, pool->n_threads - 1, __ATOMIC_RELAXED);
  __atomic_store_n (&pool->generation, pool->generation + 1, __ATOMIC_RELAXED);
  g_cond_broadcast (&pool->work);
  g_mutex_unlock (&pool->lock);
  take_tasks (pool, 0);
  for (int i = 0; i < SPINS && __atomic_load_n (&pool->busy, __ATOMIC_RELAXED) > 0; i++)
    pause_briefly ();
  g_mutex_lock (&pool->lock);
  while (pool->busy > 0)
    g_cond_wait (&pool->done, &pool->lock);
  g_mutex_unlock (&pool->lock);
}
