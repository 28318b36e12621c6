/* fixture.h: small problems for the tests of the engine
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-problem.h"

GramDevice *fixture_device (void);
GramProblem *fixture_problem (gint64 n, gint64 n_test, gint64 d, double mean, guint64 seed);
void fixture_copy_image (GramProblem *problem, gint64 from, gint64 to);
GArray *fixture_labels (const char *text);
