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

typedef enum
{
  COMMAND_PLAN,
  COMMAND_BUILD,
  COMMAND_RUN,
  COMMAND_PAUSE,
  COMMAND_DROP,
  COMMAND_LIMITS,
  COMMAND_LAMBDA_MAX,
  COMMAND_SAVE,
  COMMAND_SWEEP,
  COMMAND_QUIT,
} CommandKind;

/* The kind says which member of the union is there. */
typedef struct
{
  CommandKind kind;
  union
  {
    struct
    {
      guint64 sender;
      GramSettings *settings;
      GramProblem *problem;
    } plan;
    GramTrainingBuild build;
    struct
    {
      guint64 number;
      gint64 count; /* steps to do; 0: until told otherwise */
    } run;          /* RUN, PAUSE */
    struct
    {
      gint64 max_steps;
      double until_residual;
    } limits;
    double lambda_max;
    GTask *task; /* SAVE */
    struct
    {
      guint64 sender;
      GramSettings *settings;
      GramProblem *problem;
      GramSweepSpec *spec;
      GCancellable *cancellable;
    } sweep;
  };
} Command;

struct _GramTrainingThread
{
  gint references;
  GramEventQueue *events;
  GAsyncQueue *commands; /* of Command */
  GramThread *thread;    /* the main thread's alone, like all that follows is the thread's own */
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
    gboolean quit;
  } own;
};

static void
build_clear (GramTrainingBuild *build)
{
  gram_settings_free (build->settings);
  gram_problem_unref (build->problem);
  g_ptr_array_unref (build->labels);
  g_clear_pointer (&build->state, g_bytes_unref);
  g_object_unref (build->cancellable);
}

static void
command_free (Command *command)
{
  if (command->kind == COMMAND_PLAN)
    {
      gram_settings_free (command->plan.settings);
      gram_problem_unref (command->plan.problem);
    }
  else if (command->kind == COMMAND_BUILD)
    build_clear (&command->build);
  else if (command->kind == COMMAND_SAVE && command->task != NULL)
    {
      g_task_return_new_error (command->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               "the session was closed");
      g_object_unref (command->task);
    }
  else if (command->kind == COMMAND_SWEEP)
    {
      gram_settings_free (command->sweep.settings);
      gram_problem_unref (command->sweep.problem);
      gram_sweep_spec_free (command->sweep.spec);
      g_object_unref (command->sweep.cancellable);
    }
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

static void
training_thread_unref (gpointer data)
{
  GramTrainingThread *thread = data;

  if (!g_atomic_int_dec_and_test (&thread->references))
    return;
  g_async_queue_unref (thread->commands);
  gram_event_queue_unref (thread->events);
  g_free (thread);
}

/* ---------- on the training thread ------------------------------------------------------------ */

static void
post_failure (GramTrainingThread *thread, GError *error)
{
  GramEvent *event = gram_event_new (GRAM_EVENT_STOPPED, thread->own.run);

  event->error = error;
  event->end.stopped = GRAM_STOPPED_FAILED;
  event->end.command = thread->own.command;
  gram_event_queue_post (thread->events, event);
}

/* The device of @settings, kept while they name the same. */
static GramDevice *
use_device (GramTrainingThread *thread, const GramSettings *settings, GError **error)
{
  GramDeviceOptions options = { .threads = settings->threads };

  if (thread->own.device != NULL && thread->own.threads == settings->threads
      && g_str_equal (thread->own.device_name, settings->device))
    return thread->own.device;
  g_clear_pointer (&thread->own.device, gram_device_unref);
  thread->own.device = gram_device_open (settings->device, &options, error);
  thread->own.threads = settings->threads;
  g_free (thread->own.device_name);
  thread->own.device_name = g_strdup (settings->device);
  return thread->own.device;
}

static void
do_plan (GramTrainingThread *thread, const Command *command)
{
  const GramSettings *settings = command->plan.settings;
  GramEvent *event = gram_event_new (GRAM_EVENT_PLAN, command->plan.sender);
  GramDevice *device = use_device (thread, settings, &event->error);

  if (device != NULL)
    gram_training_plan (device, command->plan.problem, settings->labels->len, settings,
                        &event->plan, &event->error);
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
do_build (GramTrainingThread *thread, const GramTrainingBuild *build)
{
  GramDevice *device;
  GError *error = NULL;

  drop_run (thread);
  thread->own.run = build->run;
  device = use_device (thread, build->settings, &error);
  if (device != NULL && !g_cancellable_set_error_if_cancelled (build->cancellable, &error))
    thread->own.training = gram_training_new (device, build->problem, build->labels,
                                              build->settings, build->cancellable, &error);
  if (thread->own.training != NULL && build->state != NULL
      && !gram_training_restore (thread->own.training, build->state, &error))
    g_clear_pointer (&thread->own.training, gram_training_free);
  if (thread->own.training == NULL)
    {
      post_failure (thread, error);
      return;
    }
  if (build->lambda_max > 0)
    gram_training_set_lambda_max (thread->own.training, build->lambda_max);
  g_set_object (&thread->own.cancellable, build->cancellable);
  post_run (thread);
  gram_event_queue_post (thread->events, gram_event_new (GRAM_EVENT_BUILT, build->run));
}

static void
do_run (GramTrainingThread *thread, const Command *command)
{
  gint64 step;

  thread->own.command = command->run.number;
  if (thread->own.training == NULL)
    return;
  step = gram_training_get_step (thread->own.training);
  thread->own.goal = command->run.count > 0 ? step + command->run.count : G_MAXINT64;
  thread->own.going = TRUE;
}

static void
post_halt (GramTrainingThread *thread, GramEventKind kind)
{
  GramEvent *event = gram_event_new (kind, thread->own.run);
  GError *error = NULL;

  thread->own.going = FALSE;
  if (!gram_training_settle (thread->own.training, &error))
    {
      post_failure (thread, error);
      gram_event_free (event);
      return;
    }
  post_run (thread);
  if (kind == GRAM_EVENT_STOPPED
      && gram_training_get_stopped (thread->own.training) == GRAM_STOPPED_NOT)
    {
      /* the card failed at the very end, and the last steps are due once more */
      thread->own.going = TRUE;
      gram_event_free (event);
      return;
    }
  event->end.stopped = gram_training_get_stopped (thread->own.training);
  event->end.command = thread->own.command;
  gram_event_queue_post (thread->events, event);
}

static void
do_pause (GramTrainingThread *thread, const Command *command)
{
  thread->own.command = command->run.number;
  if (thread->own.training != NULL)
    post_halt (thread, GRAM_EVENT_PAUSED);
}

/* The curves up to the state are posted before it, so that whoever takes it has them. */
static void
do_save (GramTrainingThread *thread, Command *command)
{
  g_autoptr (GTask) task = g_steal_pointer (&command->task);
  g_autoptr (GramCheckpoint) checkpoint = gram_checkpoint_new ();
  GramTraining *training = thread->own.training;
  GError *error = NULL;

  if (training != NULL)
    {
      post_run (thread);
      checkpoint->step = gram_training_get_step (training);
      checkpoint->state = gram_training_save (training, &error);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&checkpoint),
                           (GDestroyNotify) gram_checkpoint_free);
}

static void
drop_sweep (GramTrainingThread *thread)
{
  g_clear_pointer (&thread->own.sweeper, gram_sweeper_free);
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

static void
do_sweep (GramTrainingThread *thread, const Command *command)
{
  const GramSettings *settings = command->sweep.settings;
  GError *error = NULL;
  GramDevice *device = use_device (thread, settings, &error);

  drop_sweep (thread);
  thread->own.sweep = command->sweep.sender;
  if (device != NULL)
    thread->own.sweeper =
        gram_sweeper_new (device, command->sweep.problem, settings, command->sweep.spec,
                          command->sweep.cancellable, &error);
  post_sweep (thread, error);
}

static void
carry_out (GramTrainingThread *thread, Command *command)
{
  GramTraining *training = thread->own.training;

  switch (command->kind)
    {
    case COMMAND_PLAN:
      do_plan (thread, command);
      break;
    case COMMAND_BUILD:
      do_build (thread, &command->build);
      break;
    case COMMAND_RUN:
      do_run (thread, command);
      break;
    case COMMAND_PAUSE:
      do_pause (thread, command);
      break;
    case COMMAND_DROP:
      drop_run (thread);
      break;
    case COMMAND_LIMITS:
      if (training != NULL)
        gram_training_set_limits (training, command->limits.max_steps,
                                  command->limits.until_residual);
      break;
    case COMMAND_LAMBDA_MAX:
      if (training != NULL)
        gram_training_set_lambda_max (training, command->lambda_max);
      break;
    case COMMAND_SAVE:
      do_save (thread, command);
      break;
    case COMMAND_SWEEP:
      do_sweep (thread, command);
      break;
    case COMMAND_QUIT:
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
  if (!more)
    drop_sweep (thread);
}

static gpointer
training_main (gpointer data)
{
  GramTrainingThread *thread = data;

  thread->own.thread = g_thread_self ();
  while (!thread->own.quit)
    {
      gboolean busy = thread->own.going || thread->own.sweeper != NULL;
      g_autoptr (Command) command =
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
  drop_sweep (thread);
  g_clear_pointer (&thread->own.device, gram_device_unref);
  g_free (thread->own.device_name);
  return NULL;
}

/* ---------- on the main thread ---------------------------------------------------------------- */

static Command *
command_new (CommandKind kind)
{
  Command *command = g_new0 (Command, 1);

  command->kind = kind;
  return command;
}

/* The command is the thread's from here on. */
static void
send (GramTrainingThread *thread, Command *command)
{
  g_async_queue_push (thread->commands, command);
}

/**
 * gram_training_thread_new:
 *
 * Returns: (transfer full): end it with gram_training_thread_shutdown()
 */
GramTrainingThread *
gram_training_thread_new (GramEventQueue *events)
{
  GramTrainingThread *thread = g_new0 (GramTrainingThread, 1);

  thread->references = 2;
  thread->events = gram_event_queue_ref (events);
  thread->commands = g_async_queue_new_full ((GDestroyNotify) command_free);
  thread->thread =
      gram_thread_start ("gram-training", training_main, thread, training_thread_unref);
  return thread;
}

/**
 * gram_training_thread_shutdown:
 * @thread: (transfer full)
 * @wait_ms: how long to wait for the thread; it ends by itself later where that is not enough
 */
void
gram_training_thread_shutdown (GramTrainingThread *thread, guint wait_ms)
{
  g_async_queue_push_front (thread->commands, command_new (COMMAND_QUIT));
  gram_thread_finish (thread->thread, wait_ms);
  training_thread_unref (thread);
}

/**
 * gram_training_thread_plan:
 *
 * Asks what training @problem's label sets would take. Answered by GRAM_EVENT_PLAN.
 */
void
gram_training_thread_plan (GramTrainingThread *thread, guint64 sender, const GramSettings *settings,
                           GramProblem *problem)
{
  Command *command = command_new (COMMAND_PLAN);

  command->plan.sender = sender;
  command->plan.settings = gram_settings_copy (settings);
  command->plan.problem = gram_problem_ref (problem);
  send (thread, command);
}

/**
 * gram_training_thread_build:
 * @build: copied
 *
 * Makes a new run, paused. Answered by GRAM_EVENT_BUILT or, with the error, GRAM_EVENT_STOPPED.
 */
void
gram_training_thread_build (GramTrainingThread *thread, const GramTrainingBuild *build)
{
  Command *command = command_new (COMMAND_BUILD);

  command->build = *build;
  command->build.settings = gram_settings_copy (build->settings);
  gram_problem_ref (build->problem);
  g_ptr_array_ref (build->labels);
  g_object_ref (build->cancellable);
  if (build->state != NULL)
    g_bytes_ref (build->state);
  send (thread, command);
}

/**
 * gram_training_thread_run:
 * @number: of the command, larger than those before: what is told after it carries it
 * @count: steps; 0: until told otherwise
 */
void
gram_training_thread_run (GramTrainingThread *thread, guint64 number, gint64 count)
{
  Command *command = command_new (COMMAND_RUN);

  command->run.number = number;
  command->run.count = count;
  send (thread, command);
}

/**
 * gram_training_thread_pause:
 * @number: of the command, as of gram_training_thread_run()
 *
 * Answered by GRAM_EVENT_PAUSED.
 */
void
gram_training_thread_pause (GramTrainingThread *thread, guint64 number)
{
  Command *command = command_new (COMMAND_PAUSE);

  command->run.number = number;
  send (thread, command);
}

/**
 * gram_training_thread_drop:
 *
 * Frees the run and its trainer.
 */
void
gram_training_thread_drop (GramTrainingThread *thread)
{
  send (thread, command_new (COMMAND_DROP));
}

void
gram_training_thread_set_limits (GramTrainingThread *thread, gint64 max_steps,
                                 double until_residual)
{
  Command *command = command_new (COMMAND_LIMITS);

  command->limits.max_steps = max_steps;
  command->limits.until_residual = until_residual;
  send (thread, command);
}

void
gram_training_thread_set_lambda_max (GramTrainingThread *thread, double lambda_max)
{
  Command *command = command_new (COMMAND_LAMBDA_MAX);

  command->lambda_max = lambda_max;
  send (thread, command);
}

/**
 * gram_training_thread_save:
 * @task: returned with a GramCheckpoint that has the trainer's state and step, or none
 */
void
gram_training_thread_save (GramTrainingThread *thread, GTask *task)
{
  Command *command = command_new (COMMAND_SAVE);

  command->task = g_object_ref (task);
  send (thread, command);
}

/**
 * gram_training_thread_sweep:
 *
 * Starts a sweep in the place of any other; GRAM_EVENT_SWEEP tells how it goes.
 */
void
gram_training_thread_sweep (GramTrainingThread *thread, guint64 sender,
                            const GramSettings *settings, GramProblem *problem,
                            const GramSweepSpec *spec, GCancellable *cancellable)
{
  Command *command = command_new (COMMAND_SWEEP);

  command->sweep.sender = sender;
  command->sweep.settings = gram_settings_copy (settings);
  command->sweep.problem = gram_problem_ref (problem);
  command->sweep.spec = gram_sweep_spec_copy (spec);
  command->sweep.cancellable = g_object_ref (cancellable);
  send (thread, command);
}
