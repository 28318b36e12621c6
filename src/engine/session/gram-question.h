/* gram-question.h: what only H∞ on its device can answer
 *
 * SPDX-License-Identifier: MIT
 *
 * Asked on the main thread, answered on the analysis thread. One that is freed without an answer is
 * told that the problem has changed.
 */
#pragma once

#include "gram-analyser.h"

G_BEGIN_DECLS

typedef gpointer (*GramQuestionFunc) (GramAnalyser *analyser, gpointer func_data,
                                      GCancellable *cancellable, GError **error);

typedef struct
{
  GTask *task;     /* (nullable) once it is answered; its task data are for @func */
  GramStage stage; /* what has to be known first */
  GramQuestionFunc func;
  GDestroyNotify result_free; /* (nullable) */
} GramQuestion;

GramQuestion *gram_question_new (GTask *task, GramStage stage, GramQuestionFunc func,
                                 GDestroyNotify result_free);
void gram_question_free (GramQuestion *question);
void gram_question_answer (GramQuestion *question, GramAnalyser *analyser);
void gram_question_refuse (GramQuestion *question, const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramQuestion, gram_question_free)

G_END_DECLS
