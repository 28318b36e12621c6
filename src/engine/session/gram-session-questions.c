/* gram-session-questions.c: what only H∞ on its device can answer
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-session-private.h"

static gboolean
has_stage (GramSession *session, GramStage stage)
{
  return session->analysis_thread != NULL && session->analysis != NULL
         && session->analysis->stage >= stage;
}

/* A stage was reached: the questions that waited for it are asked now. */
void
gram_session_ask_waiting (GramSession *session)
{
  for (guint i = 0; i < session->questions->len;)
    if (has_stage (session, ((GramQuestion *) g_ptr_array_index (session->questions, i))->stage))
      gram_analysis_thread_ask (session->analysis_thread,
                                g_ptr_array_steal_index (session->questions, i));
    else
      i++;
}

/**
 * gram_session_ask:
 * @stage: what has to be known first
 * @func: called on the analysis thread; sets the error when it returns nothing
 * @func_data: (nullable): for @func, freed with @func_data_free
 * @result_free: (nullable): frees what @func returned if nobody takes it
 * @callback: calls gram_session_ask_finish()
 *
 * While a later stage is worked at the answer comes after it, but for the spectrum, which answers
 * between its steps what the stages before it know. A change of the problem answers
 * with G_IO_ERROR_CANCELLED.
 */
void
gram_session_ask (GramSession *session, GramStage stage, GramQuestionFunc func, gpointer func_data,
                  GDestroyNotify func_data_free, GDestroyNotify result_free,
                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  GramQuestion *question;

  GRAM_SESSION_ASSERT_MAIN (session);
  g_task_set_source_tag (task, gram_session_ask);
  g_task_set_task_data (task, func_data, func_data_free);
  if (session->closed || (!has_stage (session, stage) && session->analyses == 0))
    {
      g_task_return_new_error (task, GRAM_ERROR, GRAM_ERROR_USAGE,
                               "there is no analysis that could answer this");
      g_object_unref (task);
      return;
    }
  question = gram_question_new (task, stage, func, result_free);
  if (has_stage (session, stage))
    gram_analysis_thread_ask (session->analysis_thread, question);
  else
    g_ptr_array_add (session->questions, question);
}

/**
 * gram_session_ask_finish:
 *
 * Returns: (transfer full) (nullable): what the function returned
 */
gpointer
gram_session_ask_finish (GramSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
answer_eigenvector (GramAnalyser *analyser, gpointer data, GCancellable *cancellable,
                    GError **error)
{
  const gint64 *index = data;
  g_autoptr (GramAnalysis) analysis = gram_analyser_get_analysis (analyser);
  const GramProblem *problem = analysis->problem;
  g_autofree double *v = gram_analyser_eigenvector (analyser, *index, error);
  double *both;

  if (v == NULL)
    return NULL;
  both = g_new0 (double, (gsize) (problem->n + problem->d));
  for (gint64 i = 0; i < problem->n; i++)
    {
      const double *x = problem->X + i * problem->d;

      both[i] = v[i];
      for (gint64 j = 0; j < problem->d; j++)
        both[problem->n + j] += v[i] * x[j];
    }
  return both;
}

/**
 * gram_session_get_eigenvector:
 * @index: 0 for v₁, the one of the largest eigenvalue
 * @callback: gram_session_ask_finish() gives it (n + d) numbers, v_i and then the eigen-image
 * X·v_i; the sign is arbitrary. Free them with g_free()
 */
void
gram_session_get_eigenvector (GramSession *session, gint64 index, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GRAM_SESSION_ASSERT_MAIN (session);
  if (session->problem == NULL)
    {
      g_task_report_new_error (session, callback, user_data, gram_session_ask, GRAM_ERROR,
                               GRAM_ERROR_USAGE, "there is no problem yet");
      return;
    }
  gram_session_ask (session, GRAM_STAGE_SPECTRUM, answer_eigenvector,
                    g_memdup2 (&index, sizeof index), g_free, g_free, cancellable, callback,
                    user_data);
}
