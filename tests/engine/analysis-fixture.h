/* analysis-fixture.h: analyses run to their end, and what they told on the way
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analyser.h"

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *snapshots;
  double last_fraction;
  GramStage last_stage;
} AnalysisLog;

void analysis_log_init (AnalysisLog *log);
void analyse (GramAnalyser *analyser, const char *text, gboolean full, AnalysisLog *log);
const GramLabelAnalysis *analysis_set (const GramAnalysis *analysis, guint i);
gboolean analysis_has_notice (const GramAnalysis *analysis, const char *text);

G_END_DECLS
