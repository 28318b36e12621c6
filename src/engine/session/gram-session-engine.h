/* gram-session-engine.h: the thread that trains
 *
 * SPDX-License-Identifier: MIT
 *
 * Commands are carried out in order; between them it trains in slices of about 25 ms, each handed
 * over as one batch, and when no run trains it works at the sweep. Whoever holds it is the main
 * thread; none of these functions waits for the thread.
 */
#pragma once

#include "gram-session-mail.h"
#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct _GramEngine GramEngine;

typedef struct
{
  guint64 run; /* number of the run, the sender of its news */
  GramSettings *settings;
  GramProblem *problem;
  GPtrArray *labels; /* of GramLabels */
  GBytes *state;     /* (nullable) to go on from */
  double lambda_max; /* NAN: unknown */
  GCancellable *cancellable;
} GramEngineBuild;

GramEngine *gram_engine_new (GramMail *mail);
void gram_engine_shutdown (GramEngine *engine, guint wait_ms);

void gram_engine_plan (GramEngine *engine, guint64 sender, const GramSettings *settings,
                       GramProblem *problem, guint n_sets);
void gram_engine_build (GramEngine *engine, const GramEngineBuild *build);
guint64 gram_engine_run (GramEngine *engine, gint64 count);
guint64 gram_engine_pause (GramEngine *engine);
void gram_engine_drop (GramEngine *engine);
void gram_engine_set_limits (GramEngine *engine, gint64 max_steps, double until_residual);
void gram_engine_set_lambda_max (GramEngine *engine, double lambda_max);
void gram_engine_save (GramEngine *engine, GTask *task);
void gram_engine_sweep (GramEngine *engine, guint64 sender, const GramSettings *settings,
                        GramProblem *problem, const GramSweepSpec *spec, GCancellable *cancellable);

G_END_DECLS
