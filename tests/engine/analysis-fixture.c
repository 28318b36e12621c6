/* analysis-fixture.c: analyses run to their end, and what they told on the way
 *
 * SPDX-License-Identifier: MIT
 */
#include "analysis-fixture.h"

#include <string.h>

#include "fixture.h"

static void
on_stage (GramAnalysis *snapshot, gpointer data)
{
  AnalysisLog *log = data;

  g_ptr_array_add (log->snapshots, gram_analysis_ref (snapshot));
}

static void
on_progress (GramStage stage, double fraction, gpointer data)
{
  AnalysisLog *log = data;

  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  g_assert_true (stage > log->last_stage || fraction >= log->last_fraction - 1e-12);
  log->last_stage = stage;
  log->last_fraction = fraction;
}

void
analysis_log_init (AnalysisLog *log)
{
  log->snapshots = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_analysis_unref);
  log->last_fraction = 0;
  log->last_stage = GRAM_STAGE_NONE;
}

void
analyse (GramAnalyser *analyser, const char *text, gboolean full, AnalysisLog *log)
{
  g_autoptr (GArray) labels = fixture_labels (text);
  g_autoptr (GError) error = NULL;

  gram_analyser_run (analyser, labels, full, log != NULL ? on_stage : NULL,
                     log != NULL ? on_progress : NULL, log, NULL, &error);
  g_assert_no_error (error);
}

const GramLabelAnalysis *
analysis_set (const GramAnalysis *analysis, guint i)
{
  return g_ptr_array_index (analysis->labels, i);
}

gboolean
analysis_has_notice (const GramAnalysis *analysis, const char *text)
{
  for (guint i = 0; i < analysis->notices->len; i++)
    if (strstr (analysis->notices->pdata[i], text) != NULL)
      return TRUE;
  return FALSE;
}
