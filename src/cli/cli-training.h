/* cli-training.h: a training run on the command line, for train and figure
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-job.h"
#include "gram-finite-width.h"
#include "gram-run.h"
#include "gram-training.h"

G_BEGIN_DECLS

#define CLI_TRAINING_STEPS 1000 /* of a run that asks for none */

typedef struct
{
  const char *checkpoint; /* (nullable) written every minute and at the end */
  const char *resume;     /* (nullable) checkpoint to go on from, with its settings */
  gboolean as_it_stands;  /* @resume without --steps: no step more */
  const char *dump_init;  /* (nullable) folder */
} CliTrainingFiles;

GramRun *cli_training_run (CliJob *job, const CliTrainingFiles *files, GError **error);
GramFiniteWidth *cli_training_finite_width (CliJob *job, const GramRun *run, GError **error);
void cli_training_write_json (const CliJob *job, const GramRun *run, const GramFiniteWidth *width,
                              const char *path, GError **error);
void cli_training_write_csv (const CliJob *job, const GramRun *run, const GramFiniteWidth *width,
                             const char *path, GError **error);

G_END_DECLS
