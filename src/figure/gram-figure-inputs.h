/* gram-figure-inputs.h: what figures are made of
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-analysis.h"
#include "gram-dynamics.h"
#include "gram-finite-width.h"
#include "gram-learnability.h"
#include "gram-mislabel.h"
#include "gram-run.h"
#include "gram-settings.h"
#include "gram-sweep.h"
#include "gram-test-curve.h"

G_BEGIN_DECLS

/* All may be NULL; a figure says what it still waits for. */
typedef struct
{
  GramAnalysis *analysis;
  GramRun *run;
  const GPtrArray *kept; /* of GramKeptRun: earlier runs on the same images, to be drawn too */
  const GramSettings *settings;
  GramSweepTable *sweep;
  GramSweepTable *study;
  const GPtrArray *dynamics;    /* of GramDynamics, a label set each */
  const GPtrArray *test_curves; /* of GramTestCurve */
  const GramFiniteWidth *finite_width;
  const GArray *learn_rows;       /* of GramLearnRow */
  const GPtrArray *learn_targets; /* of GramTarget */
  const char *learn_inputs;       /* "unit-sphere Gaussian inputs, d = 100", for the caption */
  const GramMislabel *mislabel;
  const gint64 *planted; /* (n_planted) samples whose labels were flipped on purpose */
  gint64 n_planted;
} GramFigureInputs;

/* What has to be computed before a figure can be drawn, in this order. */
typedef enum
{
  GRAM_FIGURE_DRIFT = 1 << 0,    /* the run records how far Z and H move */
  GRAM_FIGURE_RUN = 1 << 1,      /* @run, and @analysis as far as its predictions need it */
  GRAM_FIGURE_ANALYSIS = 1 << 2, /* @analysis without the eigenvectors */
  GRAM_FIGURE_SPECTRUM = 1 << 3, /* @analysis with them */
  GRAM_FIGURE_DYNAMICS = 1 << 4, /* @dynamics, of run and spectrum */
  GRAM_FIGURE_TEST = 1 << 5,     /* @test_curves, of run and spectrum */
  GRAM_FIGURE_SWEEP = 1 << 6,
  GRAM_FIGURE_LEARN = 1 << 7,    /* @learn_rows and what belongs to them; no problem is opened */
  GRAM_FIGURE_MISLABEL = 1 << 8, /* @mislabel and @planted, of the analysis */
  GRAM_FIGURE_STUDY = 1 << 9,
  GRAM_FIGURE_WIDTH = 1 << 10,  /* @finite_width, of the run */
  GRAM_FIGURE_KERNEL = 1 << 11, /* the run looks at H(k) */
} GramFigureNeeds;

G_END_DECLS
