/* gram-preprocess.h: pixels to unit columns
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

void gram_preprocess_fit (GramProblem *problem);
void gram_preprocess_apply (const GramProblem *problem, const guint8 *pixels, gint64 n, double *X,
                            double *scale);

G_END_DECLS
