/* gram-session-worker.h: the thread that reads data and analyses H∞
 *
 * SPDX-License-Identifier: MIT
 *
 * A worker serves one problem. When the problem changes, the worker is left: it is cancelled and
 * what it still posts is ignored, and a new one starts at once even while the old one is inside a
 * LAPACK call that cannot be interrupted.
 */
#pragma once

#include "gram-session-mail.h"
#include "gram-session.h"

G_BEGIN_DECLS

typedef struct _GramWorker GramWorker;

GramWorker *gram_worker_new (GramMail *mail, guint64 number, const GramSettings *settings,
                             GramDataset *dataset, GramProblem *problem);
void gram_worker_leave (GramWorker *worker, guint wait_ms);
void gram_worker_analyse (GramWorker *worker, const GramSettings *settings);
void gram_worker_cancel (GramWorker *worker);
void gram_worker_ask (GramWorker *worker, GramStage stage, GTask *task, GramSessionFunc func,
                      gpointer func_data, GDestroyNotify result_free);

G_END_DECLS
