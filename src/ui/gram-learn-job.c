/* gram-learn-job.c: the measure of known functions as n grows, on a thread of its own
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-learn-job.h"

#include "gram-size.h"

static const gint64 sizes[] = { 50, 100, 200, 400, 800 };

#define LARGEST 800

typedef struct
{
  gint64 d;
  guint64 seed;
  GPtrArray *targets;
  GramLearnJobFunc func;
  GTask *task; /* borrowed: the thread that runs it holds it */
} LearnJob;

static void
learn_job_free (gpointer data)
{
  LearnJob *job = data;

  g_ptr_array_unref (job->targets);
  g_free (job);
}

typedef struct
{
  GTask *task;
  GramLearnRow row;
} News;

static gboolean
news_cb (gpointer data)
{
  News *news = data;
  LearnJob *job = g_task_get_task_data (news->task);

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (news->task)))
    job->func (&news->row, g_task_get_source_object (news->task));
  return G_SOURCE_REMOVE;
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_object_unref (news->task);
  g_free (news);
}

static void
row_cb (const GramLearnRow *row, gpointer data)
{
  LearnJob *job = data;
  News *news = g_new (News, 1);

  news->task = g_object_ref (job->task);
  news->row = *row;
  g_idle_add_full (G_PRIORITY_DEFAULT, news_cb, news, news_free);
}

static void
thread_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  LearnJob *learn = data;
  GError *error = NULL;
  GramJob job = { .cancellable = cancellable };
  GramSamples inputs = { .n = LARGEST, .d = learn->d, .ldx = learn->d };
  double *X = gram_try_alloc (sizeof (double), learn->d, LARGEST, "inputs", &error);
  GramDevice *device = X != NULL ? gram_device_open_reference (NULL, &error) : NULL;
  gboolean done = FALSE;

  learn->task = task;
  if (device != NULL && gram_learnability_inputs (learn->d, LARGEST, learn->seed, X))
    {
      inputs.X = X;
      done = gram_learnability_run (device, &inputs, sizes, G_N_ELEMENTS (sizes), learn->targets,
                                    row_cb, learn, &job, &error);
    }
  g_clear_pointer (&device, gram_device_unref);
  gram_free (X);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * gram_learn_job_start:
 * @targets: (transfer none): not to be changed while the job goes on
 * @func: called on the main thread with @object for each row
 *
 * Numbers 25 to 28 for inputs on the unit sphere of dimension @d.
 */
void
gram_learn_job_start (gint64 d, guint64 seed, GPtrArray *targets, GCancellable *cancellable,
                      GramLearnJobFunc func, GAsyncReadyCallback callback, GObject *object)
{
  g_autoptr (GTask) task = g_task_new (object, cancellable, callback, NULL);
  LearnJob *job = g_new0 (LearnJob, 1);

  job->d = d;
  job->seed = seed;
  job->targets = g_ptr_array_ref (targets);
  job->func = func;
  g_task_set_task_data (task, job, learn_job_free);
  g_task_run_in_thread (task, thread_cb);
}

gboolean
gram_learn_job_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
