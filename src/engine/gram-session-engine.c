/* gram-session-engine.c: the thread that trains
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-engine.h"

#include <math.h>

#include "gram-error.h"
#include "gram-session-thread.h"
#include "gram-sweeper.h"
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
  COMMAND_LAMBDA,
  COMMAND_SAVE,
  COMMAND_SWEEP,
  COMMAND_QUIT,
} CommandKind;

typedef struct
{
  CommandKind kind;
  guint64 control; /* number of a RUN or PAUSE */
  GramEngineBuild build;
  guint n_sets;
  gint64 count; /* steps to do, or the most steps allowed */
  double number;
  GTask *task;
  GramSweepSpec *spec;
} Command;

struct _GramEngine
{
  gint references;
  GramMail *mail;
  GAsyncQueue *commands; /* of Command */
  struct
  {
    GramThread *thread;
    guint64 control;
  } main;
  /* the engine thread's alone */
  struct
  {
    GThread *thread;
    GramDevice *device;
    char *device_name;
    guint threads;
    GramTraining *training;
    guint64 run, control;
    GCancellable *cancellable;
    gboolean going;
    gint64 goal; /* step to pause at */
    GramSweeper *sweeper;
    guint64 sweep_sender;
    gboolean quit;
  } engine;
};

static void
command_free (Command *command)
{
  gram_settings_free (command->build.settings);
  g_clear_pointer (&command->build.problem, gram_problem_unref);
  g_clear_pointer (&command->build.labels, g_ptr_array_unref);
  g_clear_pointer (&command->build.state, g_bytes_unref);
  g_clear_object (&command->build.cancellable);
  if (command->task != NULL)
    g_task_return_new_error (command->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "the session was closed");
  g_clear_object (&command->task);
  gram_sweep_spec_free (command->spec);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

/* ---------- on the engine thread -------------------------------------------------------------- */

static void
engine_unref (gpointer data)
{
  GramEngine *engine = data;

  if (!g_atomic_int_dec_and_test (&engine->references))
    return;
  g_async_queue_unref (engine->commands);
  gram_mail_unref (engine->mail);
  g_free (engine);
}

static void
post_error (GramEngine *engine, GramNewsKind kind, guint64 sender, GError *error)
{
  GramNews *news = gram_news_new (kind, sender);

  news->error = error;
  news->stopped = GRAM_STOPPED_FAILED;
  news->control = engine->engine.control;
  gram_mail_post (engine->mail, news);
}

/* The device of @settings, kept while they name the same. */
static GramDevice *
use_device (GramEngine *engine, const GramSettings *settings, GError **error)
{
  GramDeviceOptions options = { .threads = settings->threads };

  if (engine->engine.device != NULL && engine->engine.threads == settings->threads
      && g_str_equal (engine->engine.device_name, settings->device))
    return engine->engine.device;
  g_clear_pointer (&engine->engine.device, gram_device_unref);
  engine->engine.device = gram_device_open (settings->device, &options, error);
  engine->engine.threads = settings->threads;
  g_free (engine->engine.device_name);
  engine->engine.device_name = g_strdup (settings->device);
  return engine->engine.device;
}

static void
do_plan (GramEngine *engine, const Command *command)
{
  const GramEngineBuild *build = &command->build;
  GramNews *news = gram_news_new (GRAM_NEWS_PLAN, build->run);
  GramDevice *device = use_device (engine, build->settings, &news->error);

  if (device != NULL)
    gram_training_plan (device, build->problem, command->n_sets, build->settings, &news->plan,
                        &news->error);
  gram_mail_post (engine->mail, news);
}

static void
drop_run (GramEngine *engine)
{
  g_clear_pointer (&engine->engine.training, gram_training_free);
  g_clear_object (&engine->engine.cancellable);
  engine->engine.going = FALSE;
}

static void
post_run (GramEngine *engine)
{
  GramNews *news = gram_news_new (GRAM_NEWS_RUN, engine->engine.run);

  news->run = gram_run_new ();
  gram_training_drain (engine->engine.training, news->run);
  gram_mail_post (engine->mail, news);
}

static void
do_build (GramEngine *engine, const Command *command)
{
  const GramEngineBuild *build = &command->build;
  GramDevice *device;
  GError *error = NULL;

  drop_run (engine);
  engine->engine.run = build->run;
  device = use_device (engine, build->settings, &error);
  if (device != NULL && !g_cancellable_set_error_if_cancelled (build->cancellable, &error))
    engine->engine.training = gram_training_new (device, build->problem, build->labels,
                                                 build->settings, build->cancellable, &error);
  if (engine->engine.training != NULL && build->state != NULL
      && !gram_training_restore (engine->engine.training, build->state, &error))
    g_clear_pointer (&engine->engine.training, gram_training_free);
  if (engine->engine.training == NULL)
    {
      post_error (engine, GRAM_NEWS_STOPPED, build->run, error);
      return;
    }
  if (build->lambda_max > 0)
    gram_training_set_lambda_max (engine->engine.training, build->lambda_max);
  g_set_object (&engine->engine.cancellable, build->cancellable);
  post_run (engine);
  gram_mail_post (engine->mail, gram_news_new (GRAM_NEWS_BUILT, build->run));
}

static void
do_run (GramEngine *engine, const Command *command)
{
  gint64 step;

  engine->engine.control = command->control;
  if (engine->engine.training == NULL)
    return;
  step = gram_training_get_step (engine->engine.training);
  engine->engine.goal = command->count > 0 ? step + command->count : G_MAXINT64;
  engine->engine.going = TRUE;
}

static void
post_halt (GramEngine *engine, GramNewsKind kind)
{
  GramNews *news = gram_news_new (kind, engine->engine.run);
  GError *error = NULL;

  engine->engine.going = FALSE;
  if (!gram_training_settle (engine->engine.training, &error))
    {
      post_error (engine, GRAM_NEWS_STOPPED, engine->engine.run, error);
      gram_news_free (news);
      return;
    }
  post_run (engine);
  news->stopped = gram_training_get_stopped (engine->engine.training);
  news->control = engine->engine.control;
  gram_mail_post (engine->mail, news);
}

static void
do_pause (GramEngine *engine, const Command *command)
{
  engine->engine.control = command->control;
  if (engine->engine.training != NULL)
    post_halt (engine, GRAM_NEWS_PAUSED);
}

static void
do_save (GramEngine *engine, Command *command)
{
  g_autoptr (GTask) task = g_steal_pointer (&command->task);
  GError *error = NULL;
  GBytes *state = NULL;

  if (engine->engine.training == NULL)
    g_set_error_literal (&error, GRAM_ERROR, GRAM_ERROR_USAGE, "there is no run to save");
  else
    state = gram_training_save (engine->engine.training, &error);
  if (state != NULL)
    g_task_return_pointer (task, state, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
drop_sweep (GramEngine *engine)
{
  g_clear_pointer (&engine->engine.sweeper, gram_sweeper_free);
}

static void
post_sweep (GramEngine *engine)
{
  GramNews *news = gram_news_new (GRAM_NEWS_SWEEP, engine->engine.sweep_sender);

  news->sweep = gram_sweeper_get_table (engine->engine.sweeper);
  gram_mail_post (engine->mail, news);
}

static void
do_sweep (GramEngine *engine, const Command *command)
{
  const GramEngineBuild *build = &command->build;
  GError *error = NULL;
  GramDevice *device = use_device (engine, build->settings, &error);

  drop_sweep (engine);
  engine->engine.sweep_sender = build->run;
  if (device != NULL)
    engine->engine.sweeper = gram_sweeper_new (device, build->problem, build->settings,
                                               command->spec, build->cancellable, &error);
  if (engine->engine.sweeper == NULL)
    post_error (engine, GRAM_NEWS_SWEEP, build->run, error);
  else
    post_sweep (engine);
}

static void
carry_out (GramEngine *engine, Command *command)
{
  GramTraining *training = engine->engine.training;

  switch (command->kind)
    {
    case COMMAND_PLAN:
      do_plan (engine, command);
      break;
    case COMMAND_BUILD:
      do_build (engine, command);
      break;
    case COMMAND_RUN:
      do_run (engine, command);
      break;
    case COMMAND_PAUSE:
      do_pause (engine, command);
      break;
    case COMMAND_DROP:
      drop_run (engine);
      break;
    case COMMAND_LIMITS:
      if (training != NULL)
        gram_training_set_limits (training, command->count, command->number);
      break;
    case COMMAND_LAMBDA:
      if (training != NULL)
        gram_training_set_lambda_max (training, command->number);
      break;
    case COMMAND_SAVE:
      do_save (engine, command);
      break;
    case COMMAND_SWEEP:
      do_sweep (engine, command);
      break;
    case COMMAND_QUIT:
      engine->engine.quit = TRUE;
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
train_slice (GramEngine *engine)
{
  GramTraining *training = engine->engine.training;
  gint64 left = engine->engine.goal - gram_training_get_step (training);
  GError *error = NULL;

  if (!gram_training_advance (training, left, SLICE_SECONDS, engine->engine.cancellable, &error))
    {
      engine->engine.going = FALSE;
      post_run (engine);
      post_error (engine, GRAM_NEWS_STOPPED, engine->engine.run, error);
      return;
    }
  if (gram_training_get_stopped (training) != GRAM_STOPPED_NOT)
    post_halt (engine, GRAM_NEWS_STOPPED);
  else if (gram_training_get_step (training) >= engine->engine.goal
           || g_cancellable_is_cancelled (engine->engine.cancellable))
    post_halt (engine, GRAM_NEWS_PAUSED);
  else
    post_run (engine);
}

static void
sweep_slice (GramEngine *engine)
{
  gboolean more, news = FALSE;

  more = gram_sweeper_work (engine->engine.sweeper, SLICE_SECONDS * 4, &news);
  if (news || !more)
    post_sweep (engine);
  if (!more)
    drop_sweep (engine);
}

static gpointer
engine_main (gpointer data)
{
  GramEngine *engine = data;

  engine->engine.thread = g_thread_self ();
  while (!engine->engine.quit)
    {
      gboolean busy = engine->engine.going || engine->engine.sweeper != NULL;
      g_autoptr (Command) command =
          busy ? g_async_queue_try_pop (engine->commands) : g_async_queue_pop (engine->commands);

      g_assert (g_thread_self () == engine->engine.thread);
      if (command != NULL)
        carry_out (engine, command);
      else if (engine->engine.going)
        train_slice (engine);
      else
        sweep_slice (engine);
    }
  drop_run (engine);
  drop_sweep (engine);
  g_clear_pointer (&engine->engine.device, gram_device_unref);
  g_free (engine->engine.device_name);
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

static void
send (GramEngine *engine, Command *command)
{
  g_async_queue_push (engine->commands, command);
}

GramEngine *
gram_engine_new (GramMail *mail)
{
  GramEngine *engine = g_new0 (GramEngine, 1);

  engine->references = 2;
  engine->mail = gram_mail_ref (mail);
  engine->commands = g_async_queue_new_full ((GDestroyNotify) command_free);
  engine->main.thread = gram_thread_start ("gram-engine", engine_main, engine, engine_unref);
  return engine;
}

/**
 * gram_engine_shutdown:
 * @engine: (transfer full)
 * @wait_ms: how long to wait for the thread; it ends by itself later where that is not enough
 */
void
gram_engine_shutdown (GramEngine *engine, guint wait_ms)
{
  g_async_queue_push_front (engine->commands, command_new (COMMAND_QUIT));
  gram_thread_finish (engine->main.thread, wait_ms);
  engine_unref (engine);
}

/**
 * gram_engine_plan:
 * @n_sets: label sets to train
 *
 * Answered by GRAM_NEWS_PLAN.
 */
void
gram_engine_plan (GramEngine *engine, guint64 sender, const GramSettings *settings,
                  GramProblem *problem, guint n_sets)
{
  Command *command = command_new (COMMAND_PLAN);

  command->build.run = sender;
  command->build.settings = gram_settings_copy (settings);
  command->build.problem = gram_problem_ref (problem);
  command->n_sets = n_sets;
  send (engine, command);
}

/**
 * gram_engine_build:
 * @build: copied
 *
 * Makes a new run, paused. Answered by GRAM_NEWS_BUILT or, with the error, GRAM_NEWS_STOPPED.
 */
void
gram_engine_build (GramEngine *engine, const GramEngineBuild *build)
{
  Command *command = command_new (COMMAND_BUILD);

  command->build = *build;
  command->build.settings = gram_settings_copy (build->settings);
  command->build.problem = gram_problem_ref (build->problem);
  command->build.labels = g_ptr_array_ref (build->labels);
  command->build.state = build->state != NULL ? g_bytes_ref (build->state) : NULL;
  command->build.cancellable = g_object_ref (build->cancellable);
  send (engine, command);
}

/**
 * gram_engine_run:
 * @count: steps; 0: until told otherwise
 *
 * Returns: the command's number, which news that come after it carry
 */
guint64
gram_engine_run (GramEngine *engine, gint64 count)
{
  Command *command = command_new (COMMAND_RUN);
  guint64 control = ++engine->main.control; /* the command is the engine's once it is sent */

  command->count = count;
  command->control = control;
  send (engine, command);
  return control;
}

guint64
gram_engine_pause (GramEngine *engine)
{
  Command *command = command_new (COMMAND_PAUSE);
  guint64 control = ++engine->main.control;

  command->control = control;
  send (engine, command);
  return control;
}

void
gram_engine_drop (GramEngine *engine)
{
  send (engine, command_new (COMMAND_DROP));
}

void
gram_engine_set_limits (GramEngine *engine, gint64 max_steps, double until_residual)
{
  Command *command = command_new (COMMAND_LIMITS);

  command->count = max_steps;
  command->number = until_residual;
  send (engine, command);
}

void
gram_engine_set_lambda_max (GramEngine *engine, double lambda_max)
{
  Command *command = command_new (COMMAND_LAMBDA);

  command->number = lambda_max;
  send (engine, command);
}

/**
 * gram_engine_save:
 * @task: returned with a GBytes of the trainer's state
 */
void
gram_engine_save (GramEngine *engine, GTask *task)
{
  Command *command = command_new (COMMAND_SAVE);

  command->task = g_object_ref (task);
  send (engine, command);
}

/**
 * gram_engine_sweep:
 *
 * Starts a sweep in the place of any other; GRAM_NEWS_SWEEP tells how it goes.
 */
void
gram_engine_sweep (GramEngine *engine, guint64 sender, const GramSettings *settings,
                   GramProblem *problem, const GramSweepSpec *spec, GCancellable *cancellable)
{
  Command *command = command_new (COMMAND_SWEEP);

  command->build.run = sender;
  command->build.settings = gram_settings_copy (settings);
  command->build.problem = gram_problem_ref (problem);
  command->build.cancellable = g_object_ref (cancellable);
  command->spec = gram_sweep_spec_copy (spec);
  send (engine, command);
}
