/* gram-question.c: what only H∞ on its device can answer
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-question.h"

#include "gram-error.h"

/**
 * gram_question_new:
 * @task: (transfer full): returned with the answer; its task data are for @func
 * @stage: what has to be known first
 * @func: called on the analysis thread; sets the error when it returns nothing
 * @result_free: (nullable): frees what @func returned if nobody takes it
 *
 * Returns: (transfer full)
 */
GramQuestion *
gram_question_new (GTask *task, GramStage stage, GramQuestionFunc func, GDestroyNotify result_free)
{
  GramQuestion *question = g_new0 (GramQuestion, 1);

  question->task = task;
  question->stage = stage;
  question->func = func;
  question->result_free = result_free;
  return question;
}

void
gram_question_free (GramQuestion *question)
{
  if (question->task != NULL)
    g_task_return_new_error (question->task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "the problem changed before the question was answered");
  g_clear_object (&question->task);
  g_free (question);
}

/**
 * gram_question_answer:
 * @analyser: (nullable): with the stage that the question needs
 */
void
gram_question_answer (GramQuestion *question, GramAnalyser *analyser)
{
  g_autoptr (GTask) task = g_steal_pointer (&question->task);
  GError *error = NULL;
  gpointer result;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (analyser == NULL)
    {
      g_task_return_new_error (task, GRAM_ERROR, GRAM_ERROR_FAILED, "there is no analysis to ask");
      return;
    }
  result =
      question->func (analyser, g_task_get_task_data (task), g_task_get_cancellable (task), &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, question->result_free);
}

/**
 * gram_question_refuse:
 * @error: why the stage that it needs will not come
 */
void
gram_question_refuse (GramQuestion *question, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&question->task);

  g_task_return_error (task, g_error_copy (error));
}
