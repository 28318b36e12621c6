/* fixture.h: small problems, analysed and trained, for the tests of the figures
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figures.h"

typedef struct
{
  GramDevice *device;
  GramProblem *problem;
  GramSettings *settings;
  GramAnalyser *analyser;
  GramAnalysis *krylov; /* the snapshot before the full spectrum */
  GramRun *run;
  GramSweepTable *sweep, *study;
  GPtrArray *dynamics, *test_curves;
  GramFiniteWidth *finite_width;
  GArray *learn_rows;
  GPtrArray *learn_targets;
  GramMislabel *mislabel;
  gint64 *planted;
  gint64 n_planted;
} Fixture;

const Fixture *fixture_get (void);
const Fixture *fixture_get_other (void);
GramFigureInputs fixture_inputs (const Fixture *fixture);
GramFigure *fixture_figure (const char *name, const GramFigureInputs *inputs);
GramSeries *fixture_series (GramFigure *figure, const char *panel, const char *id);
const double *fixture_values (GramFigure *figure, const char *panel, const char *series,
                              const double **x, gsize *count);
double fixture_predict (const GramAnalysis *analysis, guint set, double eta, int k, gint64 from,
                        gint64 to);
