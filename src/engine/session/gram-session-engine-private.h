/* gram-session-engine-private.h: what the engine's two sides share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-session-engine.h"
#include "gram-session-thread.h"
#include "gram-sweeper.h"
#include "gram-training.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_COMMAND_PLAN,
  GRAM_COMMAND_BUILD,
  GRAM_COMMAND_RUN,
  GRAM_COMMAND_PAUSE,
  GRAM_COMMAND_DROP,
  GRAM_COMMAND_LIMITS,
  GRAM_COMMAND_LAMBDA,
  GRAM_COMMAND_SAVE,
  GRAM_COMMAND_SWEEP,
  GRAM_COMMAND_QUIT,
} GramEngineCommandKind;

typedef struct
{
  GramEngineCommandKind kind;
  guint64 control; /* number of a RUN or PAUSE */
  GramEngineBuild build;
  guint n_sets;
  gint64 count; /* steps to do, or the most steps allowed */
  double number;
  GTask *task;
  GramSweepSpec *spec;
} GramEngineCommand;

struct _GramEngine
{
  gint references;
  GramMail *mail;
  GAsyncQueue *commands; /* of GramEngineCommand */
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

void gram_engine_command_free (GramEngineCommand *command);
void gram_engine_unref (gpointer data);
gpointer gram_engine_main (gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramEngineCommand, gram_engine_command_free)

G_END_DECLS
