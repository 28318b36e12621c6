/* gram-analyser.h: kernel → Cholesky → Krylov → spectrum, one stage after the other
 *
 * SPDX-License-Identifier: MIT
 *
 * The synchronous pipeline behind the session's analysis thread and the command line. An analyser
 * belongs to one thread at a time; the snapshots it hands out belong to everybody.
 */
#pragma once

#include "gram-analysis.h"
#include "gram-backend.h"

G_BEGIN_DECLS

typedef struct _GramAnalyser GramAnalyser;

/* A new snapshot is there. KRYLOV is told up to three times: first with the prediction curves, then
 * with λ₀ and the worst-case labels, and with tr H∞⁻¹, its diagonal and the label-noise curve. */
typedef void (*GramAnalyserStageFunc) (GramAnalysis *snapshot, gpointer data);
/* fraction of the stage in [0, 1] */
typedef void (*GramAnalyserProgressFunc) (GramStage stage, double fraction, gpointer data);

GramAnalyser *gram_analyser_new (GramDevice *device, GramProblem *problem, guint64 seed);
gboolean gram_analyser_run (GramAnalyser *analyser, const GArray *labels, gboolean full_spectrum,
                            GramAnalyserStageFunc stage_func,
                            GramAnalyserProgressFunc progress_func, gpointer data,
                            GCancellable *cancellable, GError **error);
GramAnalysis *gram_analyser_get_analysis (GramAnalyser *analyser);
GramDevice *gram_analyser_get_device (GramAnalyser *analyser);
GramSystem *gram_analyser_get_system (GramAnalyser *analyser);
double *gram_analyser_eigenvector (GramAnalyser *analyser, gint64 index, GError **error);
void gram_analyser_free (GramAnalyser *analyser);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramAnalyser, gram_analyser_free)

G_END_DECLS
