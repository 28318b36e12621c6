/* gram-label-series.h: how a label set looks, the same in every figure
 *
 * SPDX-License-Identifier: MIT
 *
 * Measured is a wide soft line, predicted a thin dashed one over it: where they agree both show.
 */
#pragma once

#include "gram-figure.h"
#include "gram-labels.h"

G_BEGIN_DECLS

GramRole gram_labels_role (const GramLabels *labels);
GramMarker gram_labels_marker (const GramLabels *labels);
char *gram_labels_title (const GramLabels *labels);

GramSeries *gram_measured_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels,
                                  const char *x, const char *y);
GramSeries *gram_predicted_series (GramFigure *figure, GramPlot *plot, const GramLabels *labels,
                                   const char *x, const char *y);
void gram_legend_labels (GramPlot *plot, const GramLabels *labels, GramSeriesKind kind,
                         GramShade shade);
void gram_legend_dash (GramPlot *plot, const char *tag, const char *label, GramDash dash);
void gram_legend_kinds (GramPlot *plot, const char *predicted);

G_END_DECLS
