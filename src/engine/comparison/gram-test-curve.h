/* gram-test-curve.h: what kernel regression predicts of a run's test images
 *
 * SPDX-License-Identifier: MIT
 *
 * Made with what the run recorded until now, on the thread that owns the run; the predictions are
 * filled in on the thread that has the eigenvectors (gram_session_ask(), stage SPECTRUM).
 */
#pragma once

#include "gram-analyser.h"
#include "gram-run.h"

G_BEGIN_DECLS

/* One label set's. */
typedef struct
{
  GramLabels *labels;
  double eta;
  guint count; /* steps at which the test images were looked at */
  double *step;
  double *l1, *error;                     /* (count) of the net */
  double *l1_predicted, *error_predicted; /* (count) of number 24; at k = 0 no error: NAN */
  double l1_limit, error_limit;           /* of number 24 at k → ∞ */
} GramTestCurve;

GPtrArray *gram_test_curve_new_all (const GramRun *run, const GramProblem *problem);
gpointer gram_test_curve_compute (GramAnalyser *analyser, gpointer curves,
                                  GCancellable *cancellable, GError **error);

G_END_DECLS
