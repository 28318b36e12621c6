/* gram-analysis-thread.h: the thread that reads data and analyses H∞
 *
 * SPDX-License-Identifier: MIT
 *
 * It serves one problem. When the problem changes the thread is left: it is cancelled, what it
 * still posts is ignored, and a new one starts at once even while the old one is inside a LAPACK
 * call that cannot be interrupted. All functions here belong to the main thread.
 */
#pragma once

#include "gram-event-queue.h"
#include "gram-question.h"
#include "gram-settings.h"

G_BEGIN_DECLS

typedef struct _GramAnalysisThread GramAnalysisThread;

GramAnalysisThread *gram_analysis_thread_new (GramEventQueue *events, guint64 number,
                                              const GramSettings *settings, GramDataset *dataset);
void gram_analysis_thread_leave (GramAnalysisThread *thread, guint wait_ms);
void gram_analysis_thread_analyse (GramAnalysisThread *thread, const GramSettings *settings);
void gram_analysis_thread_halt (GramAnalysisThread *thread);
void gram_analysis_thread_ask (GramAnalysisThread *thread, GramQuestion *question);

G_END_DECLS
