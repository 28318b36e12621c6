/* gram-figure-builder.h: one update of a figure
 *
 * SPDX-License-Identifier: MIT
 *
 * In between gram_figure_builder_begin() and gram_figure_builder_end() a figure adds all that it
 * shows: panels, curves, legend, caption. What was not added is gone afterwards, and columns begin
 * empty, so that nothing of another problem can stay. Only curves that grow keep their columns
 * from one update to the next, and those that nobody asks for go too.
 */
#pragma once

#include "gram-analysis.h"
#include "gram-figure.h"

G_BEGIN_DECLS

void gram_figure_builder_begin (GramFigure *figure);
gboolean gram_figure_builder_end (GramFigure *figure);

GramBuffer *gram_figure_column (GramFigure *figure, const char *format, ...) G_GNUC_PRINTF (2, 3);
GramBuffer *gram_figure_kept_column (GramFigure *figure, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
void gram_figure_trim (GramBuffer *x, GramBuffer *y, double last);
gboolean gram_figure_spend (GramFigure *figure, double evaluations);
gboolean gram_figure_value_changed (GramFigure *figure, const char *name, double value);
gboolean gram_figure_analysis_changed (GramFigure *figure, GramAnalysis *analysis, double eta);

G_END_DECLS
