/* gram-session-commands.c: what the main thread tells the engine
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-engine-private.h"

static GramEngineCommand *
command_new (GramEngineCommandKind kind)
{
  GramEngineCommand *command = g_new0 (GramEngineCommand, 1);

  command->kind = kind;
  return command;
}

static void
send (GramEngine *engine, GramEngineCommand *command)
{
  g_async_queue_push (engine->commands, command);
}

GramEngine *
gram_engine_new (GramMail *mail)
{
  GramEngine *engine = g_new0 (GramEngine, 1);

  engine->references = 2;
  engine->mail = gram_mail_ref (mail);
  engine->commands = g_async_queue_new_full ((GDestroyNotify) gram_engine_command_free);
  engine->main.thread =
      gram_thread_start ("gram-engine", gram_engine_main, engine, gram_engine_unref);
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
  g_async_queue_push_front (engine->commands, command_new (GRAM_COMMAND_QUIT));
  gram_thread_finish (engine->main.thread, wait_ms);
  gram_engine_unref (engine);
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
  GramEngineCommand *command = command_new (GRAM_COMMAND_PLAN);

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
  GramEngineCommand *command = command_new (GRAM_COMMAND_BUILD);

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
  GramEngineCommand *command = command_new (GRAM_COMMAND_RUN);
  guint64 control = ++engine->main.control; /* the command is the engine's once it is sent */

  command->count = count;
  command->control = control;
  send (engine, command);
  return control;
}

guint64
gram_engine_pause (GramEngine *engine)
{
  GramEngineCommand *command = command_new (GRAM_COMMAND_PAUSE);
  guint64 control = ++engine->main.control;

  command->control = control;
  send (engine, command);
  return control;
}

void
gram_engine_drop (GramEngine *engine)
{
  send (engine, command_new (GRAM_COMMAND_DROP));
}

void
gram_engine_set_limits (GramEngine *engine, gint64 max_steps, double until_residual)
{
  GramEngineCommand *command = command_new (GRAM_COMMAND_LIMITS);

  command->count = max_steps;
  command->number = until_residual;
  send (engine, command);
}

void
gram_engine_set_lambda_max (GramEngine *engine, double lambda_max)
{
  GramEngineCommand *command = command_new (GRAM_COMMAND_LAMBDA);

  command->number = lambda_max;
  send (engine, command);
}

/**
 * gram_engine_save:
 * @task: returned with a GramCheckpoint that has the trainer's state and step, or none
 */
void
gram_engine_save (GramEngine *engine, GTask *task)
{
  GramEngineCommand *command = command_new (GRAM_COMMAND_SAVE);

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
  GramEngineCommand *command = command_new (GRAM_COMMAND_SWEEP);

  command->build.run = sender;
  command->build.settings = gram_settings_copy (settings);
  command->build.problem = gram_problem_ref (problem);
  command->build.cancellable = g_object_ref (cancellable);
  command->spec = gram_sweep_spec_copy (spec);
  send (engine, command);
}
