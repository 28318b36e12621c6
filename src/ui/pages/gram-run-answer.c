/* gram-run-answer.c: what the session answered to a page's question about a run
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-run-answer.h"

struct _GramRunAnswer
{
  GramPage *page; /* (unowned) */
  GramRun *run;   /* (nullable) that all of this is about */
  GCancellable *cancellable;
  guint progress; /* of the run, that the last question was about */
  gboolean coming;
  gpointer value; /* (nullable) the last answer */
  GDestroyNotify value_free;
};

/* What a question takes with it: the page lives until it is answered. */
typedef struct
{
  GramRunAnswer *answer;
  GramPage *page;
  GDestroyNotify value_free;
} Asked;

/**
 * gram_run_answer_new:
 * @page: (transfer none): whose field this is; brought up to date when an answer is there
 *
 * Returns: (transfer full): no answer yet; free with gram_run_answer_free() when @page is disposed
 *   of
 */
GramRunAnswer *
gram_run_answer_new (GramPage *page)
{
  GramRunAnswer *answer = g_new0 (GramRunAnswer, 1);

  answer->page = page;
  return answer;
}

static void
forget (GramRunAnswer *answer)
{
  g_cancellable_cancel (answer->cancellable);
  g_clear_object (&answer->cancellable);
  g_clear_pointer (&answer->run, gram_run_unref);
  if (answer->value != NULL)
    answer->value_free (g_steal_pointer (&answer->value));
  answer->progress = 0;
  answer->coming = FALSE;
}

void
gram_run_answer_free (GramRunAnswer *answer)
{
  if (answer == NULL)
    return;
  forget (answer);
  g_free (answer);
}

/**
 * gram_run_answer_is_due:
 * @progress: above 0: what grows when the question has another answer
 *
 * Returns: whether to ask now
 */
gboolean
gram_run_answer_is_due (GramRunAnswer *answer, GramRun *run, guint progress)
{
  if (answer->run != run)
    {
      forget (answer);
      answer->run = gram_run_ref (run);
      answer->cancellable = g_cancellable_new ();
    }
  if (answer->coming || progress == answer->progress)
    return FALSE;
  answer->progress = progress;
  return TRUE;
}

static void
answered_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  g_autoptr (GramPage) page = asked->page;
  g_autoptr (GError) error = NULL;
  gpointer value = gram_session_ask_finish (GRAM_SESSION (session), result, &error);
  /* one that was given up may be of an answer that is gone */
  gboolean given_up = g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)));
  GramRunAnswer *answer = given_up ? NULL : asked->answer;

  if (given_up && value != NULL)
    asked->value_free (value);
  else if (answer != NULL)
    {
      answer->coming = FALSE;
      if (value != NULL)
        {
          if (answer->value != NULL)
            answer->value_free (answer->value);
          answer->value = value;
          answer->value_free = asked->value_free;
          gram_page_queue_update (page);
        }
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_signal_emit_by_name (page, "told", error->message);
    }
  g_free (asked);
}

/**
 * gram_run_answer_ask:
 * @data: (transfer full): for @func, which returns another reference to it
 * @data_free: lets go of one
 *
 * Asks once more about the run that gram_run_answer_is_due() was given.
 */
void
gram_run_answer_ask (GramRunAnswer *answer, GramStage stage, GramQuestionFunc func, gpointer data,
                     GDestroyNotify data_free)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->answer = answer;
  asked->page = g_object_ref (answer->page);
  asked->value_free = data_free;
  answer->coming = TRUE;
  gram_session_ask (gram_pane_get_session (answer->page), stage, func, data, data_free, data_free,
                    answer->cancellable, answered_cb, asked);
}

/**
 * gram_run_answer_ask_finite_width:
 *
 * Asks what H(0) predicts of @run, once for each run that has begun.
 */
void
gram_run_answer_ask_finite_width (GramRunAnswer *answer, GramRun *run)
{
  GramProblem *problem = gram_session_get_problem (gram_pane_get_session (answer->page));
  GramFiniteWidth *width;

  if (problem == NULL || run->sets->len == 0 || !gram_run_answer_is_due (answer, run, 1))
    return;
  width = gram_finite_width_new (run, problem);
  if (width != NULL)
    gram_run_answer_ask (answer, GRAM_STAGE_KERNEL, gram_finite_width_compute, width,
                         gram_finite_width_unref);
}

/**
 * gram_run_answer_get:
 * @run: (nullable): the present one
 *
 * Returns: (transfer none) (nullable): what was answered about it
 */
gpointer
gram_run_answer_get (const GramRunAnswer *answer, const GramRun *run)
{
  return run != NULL && answer->run == run ? answer->value : NULL;
}
