/* cli-checkpoint.h: train --checkpoint and --resume
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-job.h"
#include "gram-checkpoint.h"
#include "gram-training.h"

G_BEGIN_DECLS

GramCheckpoint *cli_checkpoint_resume (CliJob *job, const char *path, GError **error);
gboolean cli_checkpoint_check (const CliJob *job, const GramCheckpoint *checkpoint,
                               const char *path, GError **error);
gboolean cli_checkpoint_save (const CliJob *job, GramTraining *training, GramRun *run,
                              const char *path, GError **error);

G_END_DECLS
