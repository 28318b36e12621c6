/* gram-mislabel-ranking.c: which labels of a problem look wrong
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-mislabel-ranking.h"

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

static void
count (GramMislabelRanking *self)
{
  for (gint64 i = 0; i < self->n_planted; i++)
    self->is_planted[self->planted[i]] = TRUE;
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
  self->is_planted = g_new0 (gboolean, analysis->n);
  self->n_planted = MIN (asked->n_planted, analysis->n);
  self->planted = gram_mislabel_plant (analysis->n, self->n_planted, asked->seed, self->y);
  self->mislabel = gram_mislabel_new (gram_analyser_get_system (analyser),
                                      analysis->inverse_diagonal, self->y, &job, error);
  if (self->mislabel == NULL)
    return NULL;
  count (self);
  return g_steal_pointer (&self);
}
