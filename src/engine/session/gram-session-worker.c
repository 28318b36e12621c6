/* gram-session-worker.c: the thread that reads data and analyses H∞
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-worker.h"

#include "gram-analyser.h"
#include "gram-error.h"
#include "gram-session-thread.h"

/* Workers that were left may still compute; more than this many at once would fight for memory,
 * so a new one then waits for one of them. */
#define MOST_WORKERS 3

typedef enum
{
  JOB_LOAD,
  JOB_ANALYSE,
  JOB_ASK,
  JOB_QUIT,
} JobKind;

typedef struct
{
  JobKind kind;
  GArray *labels;
  GCancellable *cancellable;
  GTask *task;
  GramStage stage; /* what the question needs */
  GramSessionFunc func;
  gpointer func_data;
  GDestroyNotify result_free;
} Job;

struct _GramWorker
{
  gint references;
  guint64 number;
  GramMail *mail;
  GAsyncQueue *jobs;
  GCancellable *life; /* cancelled when the worker is left */
  GramSettings *settings;
  struct
  {
    GramThread *thread;
    GCancellable *current; /* of the latest LOAD or ANALYSE */
  } main;
  struct
  {
    GramDataset *dataset;
    GramProblem *problem;
    GramDevice *device;
    GramAnalyser *analyser;
  } analysis;
};

static struct
{
  GMutex lock;
  GCond ended;
  guint count;
} workers;

static void
job_free (Job *job)
{
  g_clear_pointer (&job->labels, g_array_unref);
  g_clear_object (&job->cancellable);
  if (job->task != NULL)
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "the problem changed before the question was answered");
  g_clear_object (&job->task);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
worker_unref (gpointer data)
{
  GramWorker *worker = data;

  if (!g_atomic_int_dec_and_test (&worker->references))
    return;
  g_async_queue_unref (worker->jobs);
  g_object_unref (worker->life);
  gram_settings_free (worker->settings);
  gram_mail_unref (worker->mail);
  g_free (worker);
}

/* ---------- on the analysis thread ------------------------------------------------------------ */

static GramNews *
news_new (GramWorker *worker, GramNewsKind kind)
{
  return gram_news_new (kind, worker->number);
}

static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  GramWorker *worker = data;
  GramNews *news = news_new (worker, GRAM_NEWS_ANALYSIS);

  news->analysis = gram_analysis_ref (snapshot);
  gram_mail_post (worker->mail, news);
}

static void
answer (GramWorker *worker, Job *job)
{
  g_autoptr (GTask) task = g_steal_pointer (&job->task);
  GError *error = NULL;
  gpointer result;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (worker->analysis.analyser == NULL)
    {
      g_task_return_new_error (task, GRAM_ERROR, GRAM_ERROR_FAILED, "there is no analysis to ask");
      return;
    }
  result =
      job->func (worker->analysis.analyser, job->func_data, g_task_get_cancellable (task), &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, job->result_free);
}

/* Of what waits in the queue, the questions that stages before @working answer, in their order. */
static GPtrArray *
take_early (GramWorker *worker, GramStage working)
{
  GPtrArray *early = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  Job *job;

  g_async_queue_lock (worker->jobs);
  while ((job = g_async_queue_try_pop_unlocked (worker->jobs)) != NULL)
    g_ptr_array_add (job->kind == JOB_ASK && job->stage < working ? early : rest, job);
  for (guint i = 0; i < rest->len; i++)
    g_async_queue_push_unlocked (worker->jobs, g_ptr_array_index (rest, i));
  g_async_queue_unlock (worker->jobs);
  return early;
}

/* The spectrum takes longer than all before it and leaves the factor alone, so questions to the
 * factor do not wait for it. Earlier stages solve with the factor themselves. */
static void
answer_early (GramWorker *worker, GramStage working)
{
  g_autoptr (GPtrArray) early = NULL;

  if (working < GRAM_STAGE_SPECTRUM || g_async_queue_length (worker->jobs) <= 0)
    return;
  early = take_early (worker, working);
  for (guint i = 0; i < early->len; i++)
    answer (worker, g_ptr_array_index (early, i));
}

static void
on_progress (GramStage stage, double fraction, gpointer data)
{
  GramWorker *worker = data;
  GramNews *news = news_new (worker, GRAM_NEWS_STAGE);

  news->stage = stage;
  news->fraction = fraction;
  gram_mail_post (worker->mail, news);
  answer_early (worker, stage);
}

static void
post_notice (GramWorker *worker, GError *error)
{
  GramNews *news = news_new (worker, GRAM_NEWS_NOTICE);

  news->error = error;
  gram_mail_post (worker->mail, news);
}

static gboolean
open_device (GramWorker *worker, const char *name, GError **error)
{
  GramDeviceOptions options = { .threads = worker->settings->threads };

  g_clear_pointer (&worker->analysis.analyser, gram_analyser_free);
  g_clear_pointer (&worker->analysis.device, gram_device_unref);
  worker->analysis.device = gram_device_open (name, &options, error);
  if (worker->analysis.device == NULL)
    return FALSE;
  worker->analysis.analyser = gram_analyser_new (worker->analysis.device, worker->analysis.problem,
                                                 worker->settings->problem.seed);
  return TRUE;
}

/* A card that fails, or has too little memory, is no reason to have no analysis. */
static gboolean
is_device_failure (GramWorker *worker, const GError *error)
{
  return worker->analysis.device != NULL && !gram_device_is_reference (worker->analysis.device)
         && error->domain == GRAM_ERROR
         && (error->code == GRAM_ERROR_DEVICE || error->code == GRAM_ERROR_MEMORY
             || error->code == GRAM_ERROR_UNSUPPORTED);
}

static void
analyse (GramWorker *worker, Job *job)
{
  GramNews *done = news_new (worker, GRAM_NEWS_ANALYSED);
  gboolean opened = worker->analysis.analyser != NULL
                    || open_device (worker, worker->settings->device, &done->error);

  while (opened
         && !gram_analyser_run (worker->analysis.analyser, job->labels, TRUE, on_stage, on_progress,
                                worker, job->cancellable, &done->error))
    {
      if (!is_device_failure (worker, done->error))
        break;
      g_prefix_error (&done->error, "%s: ", gram_device_get_info (worker->analysis.device)->name);
      g_prefix_error_literal (&done->error, "the analysis goes on on the CPU: ");
      post_notice (worker, g_steal_pointer (&done->error));
      opened = open_device (worker, gram_backend_names ()[0], &done->error);
    }
  gram_mail_post (worker->mail, done);
}

static gboolean
load (GramWorker *worker, GCancellable *cancellable, GError **error)
{
  const GramSettings *settings = worker->settings;
  GramNews *news;

  if (worker->analysis.dataset == NULL && worker->analysis.problem == NULL)
    worker->analysis.dataset =
        gram_dataset_open (settings->dataset, settings->data_dir, cancellable, error);
  if (worker->analysis.dataset == NULL && worker->analysis.problem == NULL)
    return FALSE;
  /* The dataset first: its classes can be shown while the images are read. */
  if (worker->analysis.dataset != NULL)
    {
      news = news_new (worker, GRAM_NEWS_PROBLEM);
      news->dataset = gram_dataset_ref (worker->analysis.dataset);
      gram_mail_post (worker->mail, news);
    }
  if (worker->analysis.problem == NULL)
    worker->analysis.problem =
        gram_problem_new (worker->analysis.dataset, &settings->problem, cancellable, error);
  if (worker->analysis.problem == NULL)
    return FALSE;
  news = news_new (worker, GRAM_NEWS_PROBLEM);
  if (worker->analysis.dataset != NULL)
    news->dataset = gram_dataset_ref (worker->analysis.dataset);
  news->problem = gram_problem_ref (worker->analysis.problem);
  gram_mail_post (worker->mail, news);
  return TRUE;
}

static void
load_and_analyse (GramWorker *worker, Job *job)
{
  GError *error = NULL;
  GramNews *news;

  if (load (worker, job->cancellable, &error))
    {
      analyse (worker, job);
      return;
    }
  news = news_new (worker, GRAM_NEWS_PROBLEM);
  news->error = error;
  gram_mail_post (worker->mail, news);
}

/* Waits until few enough workers compute. Returns whether this one is still wanted. */
static gboolean
wait_for_turn (GramWorker *worker)
{
  gboolean wanted;

  g_mutex_lock (&workers.lock);
  while (workers.count >= MOST_WORKERS && !g_cancellable_is_cancelled (worker->life))
    g_cond_wait_until (&workers.ended, &workers.lock,
                       g_get_monotonic_time () + 100 * G_TIME_SPAN_MILLISECOND);
  workers.count++;
  wanted = !g_cancellable_is_cancelled (worker->life);
  g_mutex_unlock (&workers.lock);
  return wanted;
}

static void
end_turn (void)
{
  g_mutex_lock (&workers.lock);
  workers.count--;
  g_cond_broadcast (&workers.ended);
  g_mutex_unlock (&workers.lock);
}

static gpointer
worker_main (gpointer data)
{
  GramWorker *worker = data;
  gboolean quit = !wait_for_turn (worker);

  while (!quit)
    {
      g_autoptr (Job) job = g_async_queue_pop (worker->jobs);

      if (job->kind == JOB_LOAD)
        load_and_analyse (worker, job);
      else if (job->kind == JOB_ANALYSE && worker->analysis.problem == NULL)
        load_and_analyse (worker, job);
      else if (job->kind == JOB_ANALYSE)
        analyse (worker, job);
      else if (job->kind == JOB_ASK)
        answer (worker, job);
      quit = job->kind == JOB_QUIT || g_cancellable_is_cancelled (worker->life);
    }
  g_clear_pointer (&worker->analysis.analyser, gram_analyser_free);
  g_clear_pointer (&worker->analysis.device, gram_device_unref);
  g_clear_pointer (&worker->analysis.problem, gram_problem_unref);
  g_clear_pointer (&worker->analysis.dataset, gram_dataset_unref);
  end_turn ();
  return NULL;
}

/* ---------- on the main thread ---------------------------------------------------------------- */

static void
push (GramWorker *worker, JobKind kind, const GramSettings *settings)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  if (settings != NULL)
    {
      g_set_object (&worker->main.current, NULL);
      worker->main.current = g_cancellable_new ();
      job->labels = g_array_copy (settings->labels);
      job->cancellable = g_object_ref (worker->main.current);
    }
  g_async_queue_push (worker->jobs, job);
}

/**
 * gram_worker_new:
 * @number: sender of its news
 * @dataset: (nullable): opened already
 * @problem: (nullable): read already
 *
 * Reads the data and analyses it. Answered by GRAM_NEWS_PROBLEM, twice when the dataset is known
 * before its images, and then GRAM_NEWS_ANALYSIS for each stage and GRAM_NEWS_ANALYSED.
 */
GramWorker *
gram_worker_new (GramMail *mail, guint64 number, const GramSettings *settings, GramDataset *dataset,
                 GramProblem *problem)
{
  GramWorker *worker = g_new0 (GramWorker, 1);

  worker->references = 2;
  worker->number = number;
  worker->mail = gram_mail_ref (mail);
  worker->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
  worker->life = g_cancellable_new ();
  worker->settings = gram_settings_copy (settings);
  worker->analysis.dataset = dataset != NULL ? gram_dataset_ref (dataset) : NULL;
  worker->analysis.problem = problem != NULL ? gram_problem_ref (problem) : NULL;
  push (worker, JOB_LOAD, settings);
  worker->main.thread = gram_thread_start ("gram-analysis", worker_main, worker, worker_unref);
  return worker;
}

/**
 * gram_worker_leave:
 * @worker: (transfer full)
 * @wait_ms: how long to wait for its end; it ends by itself later where that is not enough
 *
 * Questions that are not being answered yet get G_IO_ERROR_CANCELLED at once.
 */
void
gram_worker_leave (GramWorker *worker, guint wait_ms)
{
  Job *job;

  g_cancellable_cancel (worker->life);
  gram_worker_cancel (worker);
  while ((job = g_async_queue_try_pop (worker->jobs)) != NULL)
    job_free (job);
  push (worker, JOB_QUIT, NULL);
  gram_thread_finish (worker->main.thread, wait_ms);
  g_clear_object (&worker->main.current);
  worker_unref (worker);
}

/**
 * gram_worker_analyse:
 * @settings: whose label sets to analyse, in the place of those before
 */
void
gram_worker_analyse (GramWorker *worker, const GramSettings *settings)
{
  gram_worker_cancel (worker);
  push (worker, JOB_ANALYSE, settings);
}

/**
 * gram_worker_cancel:
 *
 * Ends the analysis as soon as it can be; the stages reached stay.
 */
void
gram_worker_cancel (GramWorker *worker)
{
  if (worker->main.current != NULL)
    g_cancellable_cancel (worker->main.current);
}

/**
 * gram_worker_ask:
 * @stage: what has to be known, and is
 * @task: returned with what @func returns, on the thread-default context it was made in
 */
void
gram_worker_ask (GramWorker *worker, GramStage stage, GTask *task, GramSessionFunc func,
                 gpointer func_data, GDestroyNotify result_free)
{
  Job *job = g_new0 (Job, 1);

  job->kind = JOB_ASK;
  job->stage = stage;
  job->task = g_object_ref (task);
  job->func = func;
  job->func_data = func_data;
  job->result_free = result_free;
  g_async_queue_push (worker->jobs, job);
}
