/* gram-figures.h: the program's figures by name, filled from engine results
 *
 * SPDX-License-Identifier: MIT
 *
 * A figure is made once and then updated: what grew is appended to its curves, and what people
 * chose (view, hidden curves, scales) stays.
 */
#pragma once

#include "gram-analysis.h"
#include "gram-figure.h"
#include "gram-run.h"
#include "gram-settings.h"

G_BEGIN_DECLS

/* What figures are made of. All may be NULL; a figure says what it still waits for. Nothing is
 * kept beyond the call: what is needed is copied into the figure's columns. */
typedef struct
{
  GramAnalysis *analysis;
  GramRun *run;
  const GramSettings *settings;
} GramFigureInputs;

guint gram_figures_count (void);
const char *gram_figures_name (guint index);  /* "convergence" */
const char *gram_figures_title (guint index); /* for people */
const char *gram_figures_resolve (const char *name_or_alias);

GramFigure *gram_figure_new_by_name (const char *name, const GramFigureInputs *inputs,
                                     GError **error);
void gram_figure_update (GramFigure *figure, const GramFigureInputs *inputs);

G_END_DECLS
