/* gram-mislabel-job.h: asks the session which labels look wrong
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-mislabel.h"
#include "gram-session.h"

G_BEGIN_DECLS

/* An answer: the ranking of the labels, some of which may have been flipped on purpose. */
typedef struct
{
  GramAnalysis *analysis;
  GramMislabel *mislabel;
  double *y;       /* (n) the labels that were ranked */
  gint64 *planted; /* (n_planted) samples whose labels were flipped */
  gint64 n_planted;
  gint64 found;       /* of them, among the first n_planted of the ranking */
  guint8 *is_planted; /* (n) */
} GramMislabelAnswer;

void gram_mislabel_answer_free (GramMislabelAnswer *answer);
void gram_mislabel_ask (GramSession *session, gint64 n_planted, guint64 seed,
                        GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data);
GramMislabelAnswer *gram_mislabel_ask_finish (GramSession *session, GAsyncResult *result,
                                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramMislabelAnswer, gram_mislabel_answer_free)

G_END_DECLS
