/* gram-bench-problem.h: made-up images for timings
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-bench.h"

G_BEGIN_DECLS

typedef struct
{
  GramTrainerSpec spec;
  double *X, *X_test, *Y, *gain, *shift, *scale, *scale_test;
  guint8 *pixels, *pixels_test;
} GramBenchProblem;

GramBenchProblem *gram_bench_problem_new (const GramBenchShape *shape, guint64 seed,
                                          GError **error);
void gram_bench_problem_free (GramBenchProblem *problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramBenchProblem, gram_bench_problem_free)

G_END_DECLS
