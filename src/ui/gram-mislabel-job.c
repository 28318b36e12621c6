/* gram-mislabel-job.c: asks the session which labels look wrong
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-config.h"

#include "gram-mislabel-job.h"

#include <string.h>

#include "gram-analyser.h"
#include "gram-error.h"
#include "gram-size.h"

typedef struct
{
  gint64 n_planted;
  guint64 seed;
} Question;

void
gram_mislabel_answer_free (GramMislabelAnswer *answer)
{
  g_clear_pointer (&answer->analysis, gram_analysis_unref);
  g_clear_pointer (&answer->mislabel, gram_mislabel_free);
  gram_free (answer->y);
  gram_free (answer->is_planted);
  g_free (answer->planted);
  g_free (answer);
}

static void
answer_free (gpointer answer)
{
  gram_mislabel_answer_free (answer);
}

static void
mark_planted (GramMislabelAnswer *answer)
{
  memset (answer->is_planted, 0, (gsize) answer->mislabel->n);
  for (gint64 i = 0; i < answer->n_planted; i++)
    answer->is_planted[answer->planted[i]] = 1;
  for (gint64 i = 0; i < answer->n_planted; i++)
    answer->found += answer->is_planted[answer->mislabel->order[i]];
}

/* On the analysis thread: one solve with the factor that is there. */
static gpointer
answer_func (GramAnalyser *analyser, gpointer func_data, GCancellable *cancellable, GError **error)
{
  const Question *question = func_data;
  g_autoptr (GramMislabelAnswer) answer = g_new0 (GramMislabelAnswer, 1);
  GramJob job = { .cancellable = cancellable };
  gint64 n;

  answer->analysis = gram_analyser_get_analysis (analyser);
  n = answer->analysis->n;
  if (answer->analysis->problem == NULL || answer->analysis->inverse_diagonal == NULL)
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_SINGULAR,
                           "H∞ has no inverse here, so labels cannot be ranked");
      return NULL;
    }
  answer->y = gram_try_alloc (sizeof (double), n, 1, "labels", error);
  answer->is_planted = answer->y != NULL ? gram_try_alloc (1, n, 1, "marks", error) : NULL;
  if (answer->is_planted == NULL)
    return NULL;
  memcpy (answer->y, answer->analysis->problem->y, (gsize) n * sizeof (double));
  answer->n_planted = MIN (question->n_planted, n);
  answer->planted = gram_mislabel_plant (n, answer->n_planted, question->seed, answer->y);
  answer->mislabel = gram_mislabel_new (gram_analyser_get_system (analyser),
                                        answer->analysis->inverse_diagonal, answer->y, &job, error);
  if (answer->mislabel == NULL || answer->planted == NULL)
    return NULL;
  mark_planted (answer);
  return g_steal_pointer (&answer);
}

/**
 * gram_mislabel_ask:
 * @n_planted: how many labels to flip first, to see whether they are found
 * @seed: chooses which
 *
 * Ranks the true labels of the session's problem by number 23.
 */
void
gram_mislabel_ask (GramSession *session, gint64 n_planted, guint64 seed, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  Question *question = g_new (Question, 1);

  *question = (Question){ n_planted, seed };
  gram_session_ask (session, GRAM_STAGE_CHOLESKY, answer_func, question, g_free, answer_free,
                    cancellable, callback, user_data);
}

/**
 * gram_mislabel_ask_finish:
 *
 * Returns: (transfer full) (nullable)
 */
GramMislabelAnswer *
gram_mislabel_ask_finish (GramSession *session, GAsyncResult *result, GError **error)
{
  return gram_session_ask_finish (session, result, error);
}
