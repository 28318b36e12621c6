/* saved-fixture.h: a short run to save, and a folder to save it in
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-checkpoint.h"
#include "gram-training.h"

G_BEGIN_DECLS

extern char *saved_directory; /* there while saved_test_run() runs */

char *saved_path (const char *name);
GramSettings *saved_settings (void);
GramTraining *saved_training (const GramSettings *settings, GramProblem *problem);
GramProblem *saved_problem (void);
GramCheckpoint *saved_checkpoint (gint64 steps);
GBytes *saved_bytes (const GramCheckpoint *checkpoint);
void saved_assert_same_run (const GramRun *a, const GramRun *b);
int saved_test_run (void);

G_END_DECLS
