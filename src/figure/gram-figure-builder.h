/* gram-figures-private.h: what the figures share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib/gi18n.h>

#include "gram-figures.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *title;   /* untranslated, marked with N_() */
  const char *aliases; /* comma-separated, "" for none */
  const char *numbers; /* of the formulas it draws, docs/formulas.md */
  void (*build) (GramFigure *figure);
  void (*update) (GramFigure *figure, const GramFigureInputs *inputs);
} GramFigureClass;

extern const GramFigureClass gram_figure_convergence;
extern const GramFigureClass gram_figure_spectrum;
extern const GramFigureClass gram_figure_generalization;
extern const GramFigureClass gram_figure_movement;
extern const GramFigureClass gram_figure_patterns;
extern const GramFigureClass gram_figure_modes;
extern const GramFigureClass gram_figure_budget;
extern const GramFigureClass gram_figure_noise;
extern const GramFigureClass gram_figure_learnability;
extern const GramFigureClass gram_figure_mislabel;
extern const GramFigureClass gram_figure_test;

/* label sets */
GramRole gram_labels_role (const GramLabels *labels);
GramMarker gram_role_marker (GramRole role);
void gram_legend_labels (GramPlot *plot, const GramLabels *labels, GramSeriesKind kind,
                         GramShade shade);
void gram_legend_kinds (GramPlot *plot, const char *predicted);
void gram_figure_keep_labels (GramFigure *figure, const GPtrArray *labels);
int gram_analysis_find_set (const GramAnalysis *analysis, const char *name);

/* columns */
GramBuffer *gram_figure_column (GramFigure *figure, const char *format, ...) G_GNUC_PRINTF (2, 3);
gsize gram_buffer_follow (GramBuffer *buffer, const GArray *values);
GramSeries *gram_measured_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels,
                                  const char *x, const char *y);
GramSeries *gram_predicted_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels,
                                   const char *x, const char *y);

/* work that is spread over several updates */
gboolean gram_figure_spend (GramFigure *figure, double evaluations);
gboolean gram_figure_analysis_changed (GramFigure *figure, GramAnalysis *analysis, double eta);
double gram_grid_step (gsize index);

/* captions */
void gram_figure_set_caption_parts (GramFigure *figure, const GramFigureInputs *inputs,
                                    const char *text);

G_END_DECLS
