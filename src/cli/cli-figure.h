/* cli-figure.h: what a figure is made of, computed on the command line
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "cli-job.h"
#include "cli-learn.h"
#include "cli-sweep.h"
#include "cli-training.h"
#include "gram-figures.h"

G_BEGIN_DECLS

typedef struct
{
  CliTrainingFiles files; /* of the figures that need a run */
  CliSweepOptions sweep;  /* of those that need many */
  int flips;              /* of mislabel, planted; −1: one label in 20 */
} CliFigureOptions;

/* @inputs points into the rest and into the job. */
typedef struct
{
  GramFigureInputs inputs;
  gboolean drawable; /* there is something to draw even if the computation failed */
  GramRun *run;
  GramSweepTable *sweep, *study;
  GPtrArray *dynamics, *test_curves;
  GramFiniteWidth *finite_width;
  CliLearnResult learn;
  GramMislabel *mislabel;
  gint64 *planted;
} CliFigureData;

gboolean cli_figure_compute (CliJob *job, GramFigureNeeds needs, const CliFigureOptions *options,
                             CliFigureData *data, GError **error);
void cli_figure_data_clear (CliFigureData *data);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliFigureData, cli_figure_data_clear)

G_END_DECLS
