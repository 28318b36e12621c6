/* gram-session-engine.c: the thread that trains
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-engine-private.h"

#include <math.h>

#include "gram-checkpoint.h"
#include "gram-error.h"

#define SLICE_SECONDS 0.025

void
gram_engine_command_free (GramEngineCommand *command)
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

/* ---------- on the engine thread -------------------------------------------------------------- */

void
gram_engine_unref (gpointer data)
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
do_plan (GramEngine *engine, const GramEngineCommand *command)
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
do_build (GramEngine *engine, const GramEngineCommand *command)
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
do_run (GramEngine *engine, const GramEngineCommand *command)
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
  if (kind == GRAM_NEWS_STOPPED
      && gram_training_get_stopped (engine->engine.training) == GRAM_STOPPED_NOT)
    {
      /* the card failed at the very end, and the last steps are due once more */
      engine->engine.going = TRUE;
      gram_news_free (news);
      return;
    }
  news->stopped = gram_training_get_stopped (engine->engine.training);
  news->control = engine->engine.control;
  gram_mail_post (engine->mail, news);
}

static void
do_pause (GramEngine *engine, const GramEngineCommand *command)
{
  engine->engine.control = command->control;
  if (engine->engine.training != NULL)
    post_halt (engine, GRAM_NEWS_PAUSED);
}

/* The curves up to the state are posted before it, so that whoever takes it has them. */
static void
do_save (GramEngine *engine, GramEngineCommand *command)
{
  g_autoptr (GTask) task = g_steal_pointer (&command->task);
  g_autoptr (GramCheckpoint) checkpoint = gram_checkpoint_new ();
  GramTraining *training = engine->engine.training;
  GError *error = NULL;

  if (training != NULL)
    {
      post_run (engine);
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
do_sweep (GramEngine *engine, const GramEngineCommand *command)
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
carry_out (GramEngine *engine, GramEngineCommand *command)
{
  GramTraining *training = engine->engine.training;

  switch (command->kind)
    {
    case GRAM_COMMAND_PLAN:
      do_plan (engine, command);
      break;
    case GRAM_COMMAND_BUILD:
      do_build (engine, command);
      break;
    case GRAM_COMMAND_RUN:
      do_run (engine, command);
      break;
    case GRAM_COMMAND_PAUSE:
      do_pause (engine, command);
      break;
    case GRAM_COMMAND_DROP:
      drop_run (engine);
      break;
    case GRAM_COMMAND_LIMITS:
      if (training != NULL)
        gram_training_set_limits (training, command->count, command->number);
      break;
    case GRAM_COMMAND_LAMBDA:
      if (training != NULL)
        gram_training_set_lambda_max (training, command->number);
      break;
    case GRAM_COMMAND_SAVE:
      do_save (engine, command);
      break;
    case GRAM_COMMAND_SWEEP:
      do_sweep (engine, command);
      break;
    case GRAM_COMMAND_QUIT:
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

gpointer
gram_engine_main (gpointer data)
{
  GramEngine *engine = data;

  engine->engine.thread = g_thread_self ();
  while (!engine->engine.quit)
    {
      gboolean busy = engine->engine.going || engine->engine.sweeper != NULL;
      g_autoptr (GramEngineCommand) command =
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
