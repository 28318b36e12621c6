/* cli-job.h: from settings to data, device and analysis
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-json.h"
#include "gram-analyser.h"
#include "gram-settings.h"

G_BEGIN_DECLS

/* What a command works on; fields are NULL until they are needed. */
typedef struct
{
  GramSettings *settings;
  GramDataset *dataset;
  GramProblem *problem;
  GramDevice *device;
  GramAnalyser *analyser;
  GramAnalysis *analysis; /* the newest snapshot, also after a failure or an interruption */
  GCancellable *cancellable;
  GramSystemUse use; /* what of H∞ is needed at the least: refused early where it does not fit */
  gboolean quiet_notes;
  GPtrArray *typed; /* of GramSettingsOption: what was typed, if only the default */
} CliJob;

CliJob cli_job_new (void);
void cli_job_clear (CliJob *job);
gboolean cli_job_typed (const CliJob *job, const char *key);
gboolean cli_job_open (CliJob *job, GError **error);
gboolean cli_job_analyse (CliJob *job, gboolean full_spectrum, GError **error);
void cli_job_add_dataset (const CliJob *job, CliJson *json);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliJob, cli_job_clear)

G_END_DECLS
