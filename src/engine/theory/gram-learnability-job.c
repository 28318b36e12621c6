/* gram-learnability-job.c: the measure of known functions as n grows, on a thread of its own
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-learnability-job.h"

#include "gram-size.h"

typedef struct
{
  gint64 d;
  guint64 seed;
  gint64 *sizes;
  guint n_sizes;
  GPtrArray *targets;
  GramLearnRowFunc func;
  GTask *task; /* borrowed: the thread that runs it holds it */
} LearnabilityJob;

static void
job_free (gpointer data)
{
  LearnabilityJob *job = data;

  g_free (job->sizes);
  g_ptr_array_unref (job->targets);
  g_free (job);
}

/* A row on its way to the main thread. */
typedef struct
{
  GTask *task;
  GramLearnRow row;
} Message;

static gboolean
message_cb (gpointer data)
{
  Message *message = data;
  LearnabilityJob *job = g_task_get_task_data (message->task);

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (message->task)))
    job->func (&message->row, g_task_get_source_object (message->task));
  return G_SOURCE_REMOVE;
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_object_unref (message->task);
  g_free (message);
}

static void
row_cb (const GramLearnRow *row, gpointer data)
{
  LearnabilityJob *job = data;
  Message *message = g_new (Message, 1);

  message->task = g_object_ref (job->task);
  message->row = *row;
  g_idle_add_full (G_PRIORITY_DEFAULT, message_cb, message, message_free);
}

static void
thread_cb (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  LearnabilityJob *job = data;
  GramJob work = { .cancellable = cancellable };
  gint64 most = job->sizes[job->n_sizes - 1];
  GramSamples inputs = { .n = most, .d = job->d, .ldx = job->d };
  GError *error = NULL;
  gram_autofree double *X = gram_try_alloc (sizeof (double), job->d, most, "inputs", &error);
  g_autoptr (GramDevice) device = X != NULL ? gram_device_open_reference (NULL, &error) : NULL;
  gboolean done = FALSE;

  job->task = task;
  if (device != NULL)
    {
      gram_learnability_inputs (job->d, most, job->seed, X);
      inputs.X = X;
      done = gram_learnability_run (device, &inputs, job->sizes, job->n_sizes, job->targets, row_cb,
                                    job, &work, &error);
    }
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * gram_learnability_job_start:
 * @d: dimension of the inputs, which are uniform on the unit sphere
 * @sizes: (array length=n_sizes): values of n, growing
 * @targets: (transfer none) (element-type GramTarget): not to be changed while the job goes on
 * @func: called on the main thread with @object for each row
 * @callback: calls gram_learnability_job_finish()
 *
 * Numbers 25 to 28 for those functions of random inputs, computed on the CPU.
 */
void
gram_learnability_job_start (gint64 d, guint64 seed, const gint64 *sizes, guint n_sizes,
                             GPtrArray *targets, GCancellable *cancellable, GramLearnRowFunc func,
                             GAsyncReadyCallback callback, GObject *object)
{
  g_autoptr (GTask) task = g_task_new (object, cancellable, callback, NULL);
  LearnabilityJob *job = g_new0 (LearnabilityJob, 1);

  job->d = d;
  job->seed = seed;
  job->sizes = g_memdup2 (sizes, n_sizes * sizeof *sizes);
  job->n_sizes = n_sizes;
  job->targets = g_ptr_array_ref (targets);
  job->func = func;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, thread_cb);
}

/**
 * gram_learnability_job_finish:
 *
 * Returns: whether all rows came; an error of the computation, or G_IO_ERROR_CANCELLED
 */
gboolean
gram_learnability_job_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
