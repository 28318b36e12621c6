/* cli-learn.h: Section 6 on the command line, for learn and figure
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-job.h"
#include "gram-learnability.h"

G_BEGIN_DECLS

typedef struct
{
  char *function; /* (nullable) NULL: one of each kind */
  double alpha, beta_norm;
  int power, dimension;
  char *n_list, *inputs;
} CliLearnOptions;

typedef struct
{
  GPtrArray *targets; /* of GramTarget */
  GArray *rows;       /* of GramLearnRow */
  char *inputs;       /* what X is, for people */
} CliLearnResult;

void cli_learn_options_init (CliLearnOptions *options);
gboolean cli_learn_run (CliJob *job, const CliLearnOptions *options, CliLearnResult *result,
                        GError **error);
void cli_learn_result_clear (CliLearnResult *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliLearnResult, cli_learn_result_clear)

G_END_DECLS
