/* gram-mixture.h: what to expect of labels of which a fraction is random
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analysis.h"

G_BEGIN_DECLS

gint64 gram_analysis_expected_steps_to (const GramAnalysis *analysis, double eta, double rho,
                                        double fraction);

G_END_DECLS
