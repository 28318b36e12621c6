/* gram-run-answer.h: what the session answered to a page's question about a run
 *
 * SPDX-License-Identifier: MIT
 *
 * A question is asked again when the run has grown, and an answer is of one run alone: with another
 * one it goes, and what is still on its way is given up.
 */
#pragma once

#include "gram-finite-width.h"
#include "gram-page.h"

G_BEGIN_DECLS

typedef struct _GramRunAnswer GramRunAnswer;

GramRunAnswer *gram_run_answer_new (GramPage *page);
void gram_run_answer_free (GramRunAnswer *answer);
gboolean gram_run_answer_is_due (GramRunAnswer *answer, GramRun *run, guint progress);
void gram_run_answer_ask (GramRunAnswer *answer, GramStage stage, GramQuestionFunc func,
                          gpointer data, GDestroyNotify data_free);
void gram_run_answer_ask_finite_width (GramRunAnswer *answer, GramRun *run);
gpointer gram_run_answer_get (const GramRunAnswer *answer, const GramRun *run);

G_END_DECLS
