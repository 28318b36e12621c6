/* gram-predicted-run.h: the run that theory expected in place of a recorded one
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analysis.h"
#include "gram-run.h"

G_BEGIN_DECLS

GramRun *gram_predicted_run_new (const GramAnalysis *analysis, const GramRun *run);

G_END_DECLS
