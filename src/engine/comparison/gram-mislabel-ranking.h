/* gram-mislabel-ranking.h: which labels of a problem look wrong
 *
 * SPDX-License-Identifier: MIT
 *
 * Answered where H∞ is: gram_session_ask(), stage CHOLESKY.
 */
#pragma once

#include "gram-analyser.h"
#include "gram-mislabel.h"

G_BEGIN_DECLS

/* What is asked: how many labels to flip first, the seed that chooses which, and single labels to
 * flip then; one that the seed has flipped is flipped back. */
typedef struct
{
  gint64 n_planted;
  guint64 seed;
  gsize n_single;
  gint64 single[]; /* (n_single) samples, each once */
} GramMislabelQuestion;

/* The ranking of the labels, some of which may have been flipped on purpose. */
typedef struct
{
  GramAnalysis *analysis;
  GramMislabel *mislabel;
  double *y;       /* (n) the labels that were ranked */
  gint64 *planted; /* (n_planted) samples whose labels were flipped */
  gint64 n_planted;
  gint64 found;         /* of them, among the first n_planted of the ranking */
  gint64 n_suspicious;  /* labels whose flip makes yᵀH∞⁻¹y smaller */
  gboolean *is_planted; /* (n) */
} GramMislabelRanking;

GramMislabelQuestion *gram_mislabel_question_new (gint64 n_planted, guint64 seed,
                                                  const GArray *single);
gpointer gram_mislabel_ranking_compute (GramAnalyser *analyser, gpointer question,
                                        GCancellable *cancellable, GError **error);
void gram_mislabel_ranking_free (gpointer ranking);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramMislabelRanking, gram_mislabel_ranking_free)

G_END_DECLS
