/* gram-sweeper.h: a sweep at work, on the calling thread
 *
 * SPDX-License-Identifier: MIT
 *
 * For the session's training thread and the command line:
 *   while (gram_sweeper_work (sweeper, 0.1, NULL)) …;
 */
#pragma once

#include "gram-sweep.h"

G_BEGIN_DECLS

typedef struct _GramSweeper GramSweeper;

typedef void (*GramSweeperFunc) (GramSweeper *sweeper, gpointer data);

GramSweeper *gram_sweeper_new (GramDevice *device, GramProblem *problem,
                               const GramSettings *settings, const GramSweepSpec *spec,
                               GCancellable *cancellable, GError **error);
gboolean gram_sweeper_work (GramSweeper *sweeper, double max_seconds, gboolean *changed);
GramSweepTable *gram_sweeper_get_table (GramSweeper *sweeper);
void gram_sweeper_set_listener (GramSweeper *sweeper, GramSweeperFunc listener, gpointer data);
void gram_sweeper_free (GramSweeper *sweeper);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSweeper, gram_sweeper_free)

G_END_DECLS
