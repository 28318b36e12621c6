/* gram-figures.h: the program's figures by name, filled from engine results
 *
 * SPDX-License-Identifier: MIT
 *
 * A figure is made once and then updated: what grew is appended to its curves, and what people
 * chose (view, hidden curves, scales) stays.
 *
 *   name            paper   needs
 *   convergence     1a 1c   analysis, run (without: the prediction alone)
 *   spectrum        1b 1d   analysis
 *   generalization  2a 2b   analysis, sweep (without: the measure alone), settings (the slider)
 *   movement                run, analysis
 *   patterns                run, analysis
 *   modes                   dynamics
 *   budget                  dynamics
 *   noise                   analysis, settings (the slider)
 *   learnability            learn_rows, learn_targets
 *   mislabel                mislabel, planted
 *   test                    test_curves
 */
#pragma once

#include "gram-analysis.h"
#include "gram-dynamics.h"
#include "gram-figure.h"
#include "gram-learnability.h"
#include "gram-mislabel.h"
#include "gram-run.h"
#include "gram-settings.h"
#include "gram-sweep.h"
#include "gram-test-curve.h"

G_BEGIN_DECLS

/* What figures are made of. All may be NULL; a figure says what it still waits for. */
typedef struct
{
  GramAnalysis *analysis;
  GramRun *run;
  const GramSettings *settings;
  GramSweepTable *sweep;
  const GPtrArray *dynamics;      /* of GramDynamics, a label set each */
  const GPtrArray *test_curves;   /* of GramTestCurve */
  const GArray *learn_rows;       /* of GramLearnRow */
  const GPtrArray *learn_targets; /* of GramTarget */
  const char *learn_inputs;       /* "unit-sphere Gaussian inputs, d = 100", for the caption */
  const GramMislabel *mislabel;
  const gint64 *planted; /* (n_planted) samples whose labels were flipped on purpose */
  gint64 n_planted;
} GramFigureInputs;

guint gram_figures_count (void);
const char *gram_figures_name (guint index); /* "convergence" */
const char *gram_figures_resolve (const char *name_or_alias);

/* The lines that people may drag, in GramPlotView's "guide-moved". */
#define GRAM_GUIDE_RHO "rho" /* value in percent: the fraction of random labels × 100 */

GramFigure *gram_figure_new_by_name (const char *name, const GramFigureInputs *inputs,
                                     GError **error);
gboolean gram_figure_update (GramFigure *figure, const GramFigureInputs *inputs);
gboolean gram_figure_set_rho (GramFigure *figure, double rho);
char *gram_labels_title (const GramLabels *labels);

G_END_DECLS
