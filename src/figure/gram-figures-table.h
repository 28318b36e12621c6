/* gram-figures-table.h: the figures, a row each
 *
 * SPDX-License-Identifier: MIT
 *
 * Everything that lists figures is made from these rows: the registry (gram-figures.c), help and
 * errors of the command line, its completions and manual page, what it computes for a figure, and
 * the choice on the window's page “Dynamics”. A new figure is its file with
 * gram_NAME_figure_show(), a row here, and lines in meson.build and po/POTFILES.in.
 *
 * ROW (name, aliases, needs, formulas, title, short title)
 *
 *   name         what commands and files call it
 *   aliases      numbers in the paper and the like, comma-separated
 *   needs        GramFigureNeeds without GRAM_FIGURE_
 *   formulas     that it draws: where the paper has them
 *   title        over the figure
 *   short title  in the list of the page “Dynamics”; NULL: it is not there
 */
#pragma once

#include "gram-figure-inputs.h"
#include "gram-figure.h"

#define GRAM_FIGURES(ROW)                                                                          \
  ROW (convergence, "1a,1c", RUN, N_ ("Theorem 4.1, Eq 8"),                                        \
       N_ ("Convergence: measured and predicted"), NULL)                                           \
  ROW (spectrum, "1b,1d", SPECTRUM, N_ ("Figure 1b, d"),                                           \
       N_ ("Spectrum of H^{∞} and projections of the labels"), NULL)                               \
  ROW (cumulative, "", SPECTRUM, N_ ("Figure 1b, d"),                                              \
       N_ ("Share of the labels in the first eigenvectors"), NULL)                                 \
  ROW (generalization, "2a,2b,2", ANALYSIS | GRAM_FIGURE_SWEEP, N_ ("Figure 2"),                   \
       N_ ("Generalization: complexity measure and test error"), NULL)                             \
  ROW (movement, "", RUN, N_ ("Lemma 5.3, C.1"), N_ ("Movement of the weights"),                   \
       N_ ("Movement of the weights"))                                                             \
  ROW (patterns, "", RUN | GRAM_FIGURE_DRIFT, N_ ("Lemma C.2"),                                    \
       N_ ("Activation patterns that change"), N_ ("Patterns and kernel drift"))                   \
  ROW (kernel, "", RUN | GRAM_FIGURE_KERNEL, N_ ("Lemma C.2"), N_ ("Kernel of the net over time"), \
       N_ ("Kernel over time"))                                                                    \
  ROW (modes, "", RUN | GRAM_FIGURE_SPECTRUM | GRAM_FIGURE_DYNAMICS, N_ ("Section 4.1"),           \
       N_ ("Decay of the residual along the eigenvectors"), N_ ("Decay of the modes"))             \
  ROW (budget, "", RUN | GRAM_FIGURE_SPECTRUM | GRAM_FIGURE_DYNAMICS, N_ ("Eq 27"),                \
       N_ ("Error budget of the prediction"), N_ ("Error budget"))                                 \
  ROW (width, "", RUN | GRAM_FIGURE_WIDTH, N_ ("Lemma C.3"),                                       \
       N_ ("Finite width and moving patterns"), N_ ("Finite width"))                               \
  ROW (noise, "", ANALYSIS, N_ ("Section 5"), N_ ("Complexity measure under label noise"), NULL)   \
  ROW (learnability, "", LEARN, N_ ("Section 6"), N_ ("Learnability of known functions"), NULL)    \
  ROW (mislabel, "", ANALYSIS | GRAM_FIGURE_MISLABEL, N_ ("Eq 10"), N_ ("Labels that look wrong"), \
       NULL)                                                                                       \
  ROW (test, "", RUN | GRAM_FIGURE_SPECTRUM | GRAM_FIGURE_TEST, N_ ("Eq 8"),                       \
       N_ ("Test images, predicted without training"), NULL)                                       \
  ROW (scaling, "", STUDY, N_ ("Theorem 4.1"),                                                     \
       N_ ("Distance from the prediction against what is varied"), NULL)

/* Declares gram_NAME_figure_show(): adds all that the figure shows of @inputs. */
#define GRAM_FIGURE_DECLARE(name, aliases, needs, formulas, title, short_title) \
  void gram_##name##_figure_show (GramFigure *figure, const GramFigureInputs *inputs);

GRAM_FIGURES (GRAM_FIGURE_DECLARE)
