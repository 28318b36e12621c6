/* cuda-fixture.h: what the tests on the make-believe card share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"
#include "gram-conformance-private.h"

const GramBackendVTable *gram_backend_module (void);

void fixture_register (void);
GramDevice *fixture_open_card (void);
void fixture_assert_all_given_back (void);
double fixture_residual_error (GramTrainer *trainer, const GramTrainerSpec *spec, gint64 steps);
