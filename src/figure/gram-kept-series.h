/* gram-kept-series.h: runs that stay, behind the one that is there
 *
 * SPDX-License-Identifier: MIT
 *
 * Thin lines in the colour of the run; the label set is told by its marker. What was predicted of
 * a run is dashed.
 */
#pragma once

#include "gram-figure.h"
#include "gram-kept-run.h"

G_BEGIN_DECLS

GramRole gram_kept_role (const GramKeptRun *kept);
void gram_kept_series (GramFigure *figure, GramPlot *plot, const GPtrArray *kept,
                       GramQuantity quantity);
gboolean gram_kept_predictions (GramFigure *figure, GramPlot *plot, const GPtrArray *kept);
void gram_kept_legend (GramPlot *plot, const GPtrArray *kept);
const char *gram_kept_caption (const GPtrArray *kept);

G_END_DECLS
