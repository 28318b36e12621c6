/* cli-sweep.h: a sweep or a study on the command line, for sweep, study and figure
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-job.h"
#include "gram-sweep.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean study;         /* of what @vary says, else of fractions of random labels */
  char **vary;            /* (nullable) "KEY=VALUE,VALUE…" */
  const char *fractions;  /* (nullable) "FIRST:LAST:STEP" */
  int seeds;              /* at least 1 */
  guint part, parts;      /* the work of part @part of @parts, from 0; @parts = 0: all */
  const char *csv;        /* (nullable) finished cells are kept here and read first */
  const char *checkpoint; /* (nullable) and here the nets that are being trained */
} CliSweepOptions;

GramSweepTable *cli_sweep_run (CliJob *job, const CliSweepOptions *options, GError **error);
gboolean cli_sweep_check_axis (const CliSweepOptions *options, GError **error);
int cli_sweep_command (CliSweepOptions *options, const GOptionEntry *own, guint groups,
                       const char *summary, int argc, char **argv);
void cli_sweep_write (const CliJob *job, const GramSweepTable *table, const char *json_path,
                      const char *csv_path, GError **error);

G_END_DECLS
