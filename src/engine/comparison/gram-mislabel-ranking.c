/* gram-mislabel-ranking.c: which labels of a problem look wrong
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-mislabel-ranking.h"

#include <string.h>

#include "gram-error.h"

/**
 * gram_mislabel_ranking_free:
 * @ranking: (transfer full): a #GramMislabelRanking
 */
void
gram_mislabel_ranking_free (gpointer ranking)
{
  GramMislabelRanking *self = ranking;

  gram_analysis_unref (self->analysis);
  g_clear_pointer (&self->mislabel, gram_mislabel_free);
  g_free (self->y);
  g_free (self->is_planted);
  g_free (self->planted);
  g_free (self);
}

/**
 * gram_mislabel_question_new:
 * @n_planted: labels that @seed flips
 * @single: (element-type gint64): samples to flip then, each once
 *
 * Returns: (transfer full): free with g_free()
 */
GramMislabelQuestion *
gram_mislabel_question_new (gint64 n_planted, guint64 seed, const GArray *single)
{
  gsize size = single->len * sizeof (gint64);
  GramMislabelQuestion *question = g_malloc (sizeof *question + size);

  question->n_planted = n_planted;
  question->seed = seed;
  question->n_single = single->len;
  if (size > 0)
    memcpy (question->single, single->data, size);
  return question;
}

/* Flips labels as @asked, and lists which. */
static void
plant (GramMislabelRanking *self, const GramMislabelQuestion *asked)
{
  gint64 n = self->analysis->n, chosen = MIN (asked->n_planted, n);
  g_autofree gint64 *planted = gram_mislabel_plant (n, chosen, asked->seed, self->y);

  self->is_planted = g_new0 (gboolean, n);
  self->planted = g_new (gint64, n);
  for (gint64 i = 0; i < chosen; i++)
    self->is_planted[planted[i]] = TRUE;
  for (gsize i = 0; i < asked->n_single; i++)
    if (asked->single[i] < n)
      {
        self->y[asked->single[i]] *= -1;
        self->is_planted[asked->single[i]] ^= TRUE;
      }
  for (gint64 i = 0; i < n; i++)
    if (self->is_planted[i])
      self->planted[self->n_planted++] = i;
}

static void
count (GramMislabelRanking *self)
{
  for (gint64 i = 0; i < self->n_planted; i++)
    self->found += self->is_planted[self->mislabel->order[i]];
  for (gint64 i = 0; i < self->mislabel->n; i++)
    self->n_suspicious += self->mislabel->change[i] < 0;
}

/**
 * gram_mislabel_ranking_compute:
 * @analyser: has factored H∞
 * @question: a #GramMislabelQuestion
 *
 * Ranks the true labels of the problem by number 23, after some were flipped on purpose. Costs one
 * solve with the factor that is there.
 *
 * Returns: (transfer full) (nullable): a #GramMislabelRanking; %NULL with @error
 *   when H∞ has no inverse, or no room for it
 */
gpointer
gram_mislabel_ranking_compute (GramAnalyser *analyser, gpointer question, GCancellable *cancellable,
                               GError **error)
{
  const GramMislabelQuestion *asked = question;
  g_autoptr (GramAnalysis) analysis = gram_analyser_get_analysis (analyser);
  GramJob job = { .cancellable = cancellable };
  g_autoptr (GramMislabelRanking) self = NULL;

  if (!gram_analysis_check_inverse (analysis, error))
    return NULL;
  self = g_new0 (GramMislabelRanking, 1);
  self->analysis = gram_analysis_ref (analysis);
  self->y = g_memdup2 (analysis->problem->y, (gsize) analysis->n * sizeof (double));
  plant (self, asked);
  self->mislabel = gram_mislabel_new (gram_analyser_get_system (analyser),
                                      analysis->inverse_diagonal, self->y, &job, error);
  if (self->mislabel == NULL)
    return NULL;
  count (self);
  return g_steal_pointer (&self);
}
