/* gram-test-curve.h: what kernel regression predicts of a run's test images
 *
 * SPDX-License-Identifier: MIT
 *
 * A job carries copies of what the run recorded (made on the thread that owns the run) to the
 * thread that has the eigenvectors (gram_session_ask(), stage SPECTRUM).
 */
#pragma once

#include "gram-analyser.h"
#include "gram-run.h"

G_BEGIN_DECLS

typedef struct _GramTestCurveJob GramTestCurveJob;

/* One label set's. */
typedef struct
{
  GramLabels *labels;
  guint count; /* steps at which the test images were looked at */
  double *step;
  double *l1, *error;                     /* (count) of the net */
  double *l1_predicted, *error_predicted; /* (count) of number 24; at k = 0 no error: NAN */
  double l1_limit, error_limit;           /* of number 24 at k → ∞ */
} GramTestCurve;

GramTestCurveJob *gram_test_curve_job_new (const GramRun *run, GramProblem *problem);
void gram_test_curve_job_free (gpointer job);
gpointer gram_test_curve_compute (GramAnalyser *analyser, gpointer job, GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
