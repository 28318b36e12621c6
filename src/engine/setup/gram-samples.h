/* gram-samples.h: a problem as the backends take it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-problem.h"

G_BEGIN_DECLS

void gram_samples_of_problem (const GramProblem *problem, GramSamples *train, GramSamples *test);

G_END_DECLS
