/* cli-sweep.h: a sweep on the command line, for sweep and figure
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-job.h"
#include "gram-sweep.h"

G_BEGIN_DECLS

typedef struct
{
  const char *fractions; /* (nullable) "FIRST:LAST:STEP" */
  int seeds;             /* at least 1 */
  const char *csv;       /* (nullable) finished cells are kept here and read first */
} CliSweepOptions;

GramSweepTable *cli_sweep_run (CliJob *job, const CliSweepOptions *options, GError **error);

G_END_DECLS
