/* gram-training-thread.c: the thread that trains
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-training-thread.h"

#include <math.h>

#include "gram-checkpoint.h"
#include "gram-sweeper.h"
#include "gram-thread.h"
#include "gram-training.h"

#define SLICE_SECONDS 0.025
#define SWEEP_TELL_US (G_USEC_PER_SEC / 4)

struct _GramTrainingThread
{
  GramEventQueue *events;
  GAsyncQueue *commands; /* of GramCommand */
  GramThread *thread;    /* the main thread's alone */
  /* the training thread's alone */
  struct
  {
    GThread *thread;
    GramDevice *device;
    char *device_name;
    guint threads;
    GramTraining *training;
    guint64 run, command; /* numbers of the run, and of the last RUN or PAUSE */
    GCancellable *cancellable;
    gboolean going;
    gint64 goal; /* step to pause at */
    GramSweeper *sweeper;
    guint64 sweep;
    gint64 sweep_told; /* monotonic µs when its progress was told last */
    gboolean quit;
  } own;
};

static GramCommand *
command_copy (const GramCommand *command)
{
  GramCommand *copy = g_memdup2 (command, sizeof *command);

  if (copy->settings != NULL)
    {
      copy->settings = gram_settings_copy (copy->settings);
      gram_problem_ref (copy->problem);
    }
  if (copy->cancellable != NULL)
    g_object_ref (copy->cancellable);
  if (copy->kind == GRAM_COMMAND_SAVE)
    g_object_ref (copy->task);
  else if (copy->kind == GRAM_COMMAND_SWEEP)
    copy->spec = gram_sweep_spec_copy (copy->spec);
  else if (copy->kind == GRAM_COMMAND_BUILD)
    {
      g_ptr_array_ref (copy->build.labels);
      if (copy->build.state != NULL)
        g_bytes_ref (copy->build.state);
    }
  return copy;
}

static void
command_free (GramCommand *command)
{
  gram_settings_free (command->settings);
  g_clear_pointer (&command->problem, gram_problem_unref);
  g_clear_object (&command->cancellable);
  if (command->kind == GRAM_COMMAND_SAVE && command->task != NULL)
    {
      g_task_return_new_error (command->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               "the session was closed");
      g_object_unref (command->task);
    }
  else if (command->kind == GRAM_COMMAND_SWEEP)
    gram_sweep_spec_free ((GramSweepSpec *) command->spec);
  else if (command->kind == GRAM_COMMAND_BUILD)
    {
      g_ptr_array_unref (command->build.labels);
      g_clear_pointer (&command->build.state, g_bytes_unref);
    }
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramCommand, command_free)

static void
training_thread_free (gpointer data)
{
  GramTrainingThread *thread = data;

  g_async_queue_unref (thread->commands);
  gram_event_queue_unref (thread->events);
  g_free (thread);
}

/* ---------- on the training thread ------------------------------------------------------------ */

static void
post_end (GramTrainingThread *thread, GramEventKind kind, GramStopped stopped, GError *error)
{
  GramEvent *event = gram_event_new (kind, thread->own.run);

  event->error = error;
  event->end.stopped = stopped;
  event->end.command = thread->own.command;
  gram_event_queue_post (thread->events, event);
}

static void
post_failure (GramTrainingThread *thread, GError *error)
{
  post_end (thread, GRAM_EVENT_STOPPED, GRAM_STOPPED_FAILED, error);
}

/* The device of @settings, kept while they name the same and it is there. */
static GramDevice *
use_device (GramTrainingThread *thread, const GramSettings *settings, GError **error)
{
  GramDeviceOptions options = { .threads = settings->threads };

  if (thread->own.device != NULL && thread->own.threads == settings->threads
      && g_str_equal (thread->own.device_name, settings->device)
      && !gram_device_is_lost (thread->own.device))
    return thread->own.device;
  g_clear_pointer (&thread->own.device, gram_device_unref);
  thread->own.device = gram_device_open (settings->device, &options, error);
  thread->own.threads = settings->threads;
  g_free (thread->own.device_name);
  thread->own.device_name = g_strdup (settings->device);
  return thread->own.device;
}

static void
do_plan (GramTrainingThread *thread, const GramCommand *command)
{
  const GramSettings *settings = command->settings;
  const GramJob job = { .cancellable = command->cancellable };
  GramEvent *event = gram_event_new (GRAM_EVENT_PLAN, command->number);
  GramDevice *device = NULL;

  if (!g_cancellable_set_error_if_cancelled (command->cancellable, &event->error))
    device = use_device (thread, settings, &event->error);
  if (device != NULL)
    gram_training_plan (device, command->problem, settings->labels->len, settings, &event->plan,
                        &job, &event->error);
  gram_event_queue_post (thread->events, event);
}

static void
drop_run (GramTrainingThread *thread)
{
  g_clear_pointer (&thread->own.training, gram_training_free);
  g_clear_object (&thread->own.cancellable);
  thread->own.going = FALSE;
}

static void
post_run (GramTrainingThread *thread)
{
  GramEvent *event = gram_event_new (GRAM_EVENT_RECORDED, thread->own.run);

  event->run = gram_run_new ();
  gram_training_drain (thread->own.training, event->run);
  gram_event_queue_post (thread->events, event);
}

static void
on_made (double fraction, gpointer data)
{
  GramTrainingThread *thread = data;
  GramEvent *event = gram_event_new (GRAM_EVENT_BUILDING, thread->own.run);

  event->made = fraction;
  gram_event_queue_post (thread->events, event);
}

static void
do_build (GramTrainingThread *thread, const GramCommand *command)
{
  const GramJob job = { command->cancellable, on_made, thread };
  GramDevice *device;
  GError *error = NULL;

  drop_run (thread);
  thread->own.run = command->number;
  device = use_device (thread, command->settings, &error);
  if (device != NULL && !g_cancellable_set_error_if_cancelled (command->cancellable, &error))
    thread->own.training = gram_training_new (device, command->problem, command->build.labels,
                                              command->settings, &job, &error);
  if (thread->own.training != NULL && command->build.state != NULL
      && !gram_training_restore (thread->own.training, command->build.state, &error))
    g_clear_pointer (&thread->own.training, gram_training_free);
  if (thread->own.training == NULL)
    {
      post_failure (thread, error);
      return;
    }
  gram_training_set_patient (thread->own.training, TRUE);
  if (command->build.lambda_max > 0)
    gram_training_set_lambda_max (thread->own.training, command->build.lambda_max);
  g_set_object (&thread->own.cancellable, command->cancellable);
  post_run (thread);
  gram_event_queue_post (thread->events, gram_event_new (GRAM_EVENT_BUILT, command->number));
}

static void
post_halt (GramTrainingThread *thread, GramEventKind kind)
{
  GramStopped stopped;
  const GError *lost;
  GError *error = NULL;

  thread->own.going = FALSE;
  if (!gram_training_settle (thread->own.training, &error))
    {
      post_failure (thread, error);
      return;
    }
  post_run (thread);
  lost = gram_training_get_lost (thread->own.training);
  stopped = gram_training_get_stopped (thread->own.training);
  if (lost != NULL)
    post_end (thread, GRAM_EVENT_PAUSED, GRAM_STOPPED_LOST, g_error_copy (lost));
  else if (kind == GRAM_EVENT_STOPPED && stopped == GRAM_STOPPED_NOT)
    thread->own.going = TRUE; /* the card failed at the very end: the last steps are due again */
  else
    post_end (thread, kind, stopped, NULL);
}

/* A run that waits finds its device again, or goes on here; else it tells why not and waits on. */
static gboolean
find_device (GramTrainingThread *thread, gboolean here)
{
  GramDeviceOptions options = { .threads = thread->own.threads };
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDevice) device =
      here ? gram_device_open_reference (&options, &error)
           : gram_device_open (thread->own.device_name, &options, &error);

  if (device != NULL
      && gram_training_move (thread->own.training, device, thread->own.cancellable, &error))
    {
      if (!here)
        {
          gram_device_unref (thread->own.device);
          thread->own.device = g_steal_pointer (&device);
        }
      return TRUE;
    }
  post_end (thread, GRAM_EVENT_PAUSED, GRAM_STOPPED_LOST, g_steal_pointer (&error));
  return FALSE;
}

static void
do_run (GramTrainingThread *thread, const GramCommand *command)
{
  gint64 step;

  thread->own.command = command->number;
  if (thread->own.training == NULL
      || (gram_training_get_lost (thread->own.training) != NULL
          && !find_device (thread, command->go.here)))
    return;
  step = gram_training_get_step (thread->own.training);
  thread->own.goal = command->go.count > 0 ? step + command->go.count : G_MAXINT64;
  thread->own.going = TRUE;
}

static void
do_pause (GramTrainingThread *thread, const GramCommand *command)
{
  thread->own.command = command->number;
  if (thread->own.training != NULL)
    post_halt (thread, GRAM_EVENT_PAUSED);
}

/* The curves up to the state are posted before it, so that whoever takes it has them. */
static void
do_save (GramTrainingThread *thread, GramCommand *command)
{
  g_autoptr (GTask) task = g_steal_pointer (&command->task);
  g_autoptr (GramCheckpoint) checkpoint = g_new0 (GramCheckpoint, 1);
  GramTraining *training = thread->own.training;
  GError *error = NULL;

  if (training != NULL)
    {
      post_run (thread);
      checkpoint->step = gram_training_get_step (training);
      /* of a run that waits, the curves alone */
      if (gram_training_get_lost (training) == NULL)
        checkpoint->state = gram_training_save (training, &error);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&checkpoint),
                           (GDestroyNotify) gram_checkpoint_free);
}

/* Tells how far the sweep is, or with @error why there is none. */
static void
post_sweep (GramTrainingThread *thread, GError *error)
{
  GramEvent *event = gram_event_new (GRAM_EVENT_SWEEP, thread->own.sweep);

  event->error = error;
  event->sweep = error == NULL ? gram_sweeper_get_table (thread->own.sweeper) : NULL;
  gram_event_queue_post (thread->events, event);
}

/* Often enough to be followed by eye. */
static void
sweeper_cb (GramSweeper *sweeper, gpointer data)
{
  GramTrainingThread *thread = data;
  gint64 now = g_get_monotonic_time ();

  if (now - thread->own.sweep_told < SWEEP_TELL_US)
    return;
  thread->own.sweep_told = now;
  post_sweep (thread, NULL);
}

static void
do_sweep (GramTrainingThread *thread, const GramCommand *command)
{
  const GramSettings *settings = command->settings;
  GError *error = NULL;
  GramDevice *device = use_device (thread, settings, &error);

  g_clear_pointer (&thread->own.sweeper, gram_sweeper_free);
  thread->own.sweep = command->number;
  if (device != NULL)
    thread->own.sweeper = gram_sweeper_new (device, command->problem, settings, command->spec,
                                            command->cancellable, &error);
  if (thread->own.sweeper != NULL)
    gram_sweeper_set_listener (thread->own.sweeper, sweeper_cb, thread);
  post_sweep (thread, error);
}

static void
carry_out (GramTrainingThread *thread, GramCommand *command)
{
  GramTraining *training = thread->own.training;

  switch (command->kind)
    {
    case GRAM_COMMAND_PLAN:
      do_plan (thread, command);
      break;
    case GRAM_COMMAND_BUILD:
      do_build (thread, command);
      break;
    case GRAM_COMMAND_RUN:
      do_run (thread, command);
      break;
    case GRAM_COMMAND_PAUSE:
      do_pause (thread, command);
      break;
    case GRAM_COMMAND_DROP:
      drop_run (thread);
      break;
    case GRAM_COMMAND_LIMITS:
      if (training != NULL)
        gram_training_set_limits (training, command->limits.max_steps,
                                  command->limits.until_residual);
      break;
    case GRAM_COMMAND_LAMBDA_MAX:
      if (training != NULL)
        gram_training_set_lambda_max (training, command->lambda_max);
      break;
    case GRAM_COMMAND_SAVE:
      do_save (thread, command);
      break;
    case GRAM_COMMAND_SWEEP:
      do_sweep (thread, command);
      break;
    case GRAM_COMMAND_QUIT:
      thread->own.quit = TRUE;
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
train_slice (GramTrainingThread *thread)
{
  GramTraining *training = thread->own.training;
  gint64 left = thread->own.goal - gram_training_get_step (training);
  GError *error = NULL;

  if (!gram_training_advance (training, left, SLICE_SECONDS, thread->own.cancellable, &error))
    {
      thread->own.going = FALSE;
      post_run (thread);
      post_failure (thread, error);
      return;
    }
  if (gram_training_get_stopped (training) != GRAM_STOPPED_NOT)
    post_halt (thread, GRAM_EVENT_STOPPED);
  else if (gram_training_get_step (training) >= thread->own.goal
           || g_cancellable_is_cancelled (thread->own.cancellable))
    post_halt (thread, GRAM_EVENT_PAUSED);
  else
    post_run (thread);
}

static void
sweep_slice (GramTrainingThread *thread)
{
  gboolean more, changed = FALSE;

  more = gram_sweeper_work (thread->own.sweeper, SLICE_SECONDS * 4, &changed);
  if (changed || !more)
    post_sweep (thread, NULL);
  else
    sweeper_cb (thread->own.sweeper, thread);
  if (!more)
    g_clear_pointer (&thread->own.sweeper, gram_sweeper_free);
}

static gpointer
training_main (gpointer data)
{
  GramTrainingThread *thread = data;

  thread->own.thread = g_thread_self ();
  while (!thread->own.quit)
    {
      gboolean busy = thread->own.going || thread->own.sweeper != NULL;
      g_autoptr (GramCommand) command =
          busy ? g_async_queue_try_pop (thread->commands) : g_async_queue_pop (thread->commands);

      g_assert (g_thread_self () == thread->own.thread);
      if (command != NULL)
        carry_out (thread, command);
      else if (thread->own.going)
        train_slice (thread);
      else
        sweep_slice (thread);
    }
  drop_run (thread);
  g_clear_pointer (&thread->own.sweeper, gram_sweeper_free);
  g_clear_pointer (&thread->own.device, gram_device_unref);
  g_free (thread->own.device_name);
  return NULL;
}

/* ---------- on the main thread ---------------------------------------------------------------- */

/**
 * gram_training_thread_new:
 * @events: where it reports
 *
 * Returns: (transfer full): end it with gram_training_thread_shutdown()
 */
GramTrainingThread *
gram_training_thread_new (GramEventQueue *events)
{
  GramTrainingThread *thread = g_new0 (GramTrainingThread, 1);

  thread->events = gram_event_queue_ref (events);
  thread->commands = g_async_queue_new_full ((GDestroyNotify) command_free);
  thread->thread = gram_thread_start ("gram-training", training_main, thread, training_thread_free);
  return thread;
}

/**
 * gram_training_thread_send:
 * @command: copied
 */
void
gram_training_thread_send (GramTrainingThread *thread, const GramCommand *command)
{
  g_async_queue_push (thread->commands, command_copy (command));
}

/**
 * gram_training_thread_shutdown:
 * @thread: (transfer full)
 * @wait_ms: how long to wait for the thread; it ends by itself later where that is not enough
 */
void
gram_training_thread_shutdown (GramTrainingThread *thread, guint wait_ms)
{
  g_async_queue_push_front (thread->commands, command_copy (&(GramCommand){ GRAM_COMMAND_QUIT }));
  gram_thread_finish (thread->thread, wait_ms);
}
