/* gram-test-prediction.h: Equation 8 for test images, predictions without training
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

typedef struct _GramTestPrediction GramTestPrediction;

GramTestPrediction *gram_test_prediction_new (GramSystem *system, const double *lambda,
                                              const GramSamples *train, const GramSamples *test,
                                              GCancellable *cancellable, GError **error);
void gram_test_prediction_free (GramTestPrediction *prediction);
gint64 gram_test_prediction_get_count (const GramTestPrediction *prediction);
gboolean gram_test_prediction_at (const GramTestPrediction *prediction, const double *projection,
                                  double eta, gint64 count, const double *k, double *F,
                                  const GramJob *job, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramTestPrediction, gram_test_prediction_free)

G_END_DECLS
