/* gram-figures.h: the program's figures by name, filled from engine results
 *
 * SPDX-License-Identifier: MIT
 *
 * A figure is made once and then updated: what grew is appended to its curves, what is no longer
 * part of the inputs vanishes, and what people chose (view, hidden curves, scales) stays.
 */
#pragma once

#include "gram-figure-inputs.h"
#include "gram-figure.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;        /* "convergence" */
  const char *aliases;     /* "1a,1c", "" for none */
  GramFigureNeeds needs;   /* what has to be computed first */
  const char *paper;       /* where the paper has what it draws */
  const char *title;       /* untranslated */
  const char *short_title; /* (nullable) untranslated, in the list of the page “Dynamics” */
  void (*show) (GramFigure *figure, const GramFigureInputs *inputs);
} GramFigureInfo;

const GramFigureInfo *gram_figures_get (guint index);
const GramFigureInfo *gram_figures_find (const char *name_or_alias);

/* The lines that people may drag, in GramPlotView's "guide-moved". */
#define GRAM_GUIDE_RHO "rho" /* value in percent: the fraction of random labels × 100 */

GramFigure *gram_figure_new_by_name (const char *name, const GramFigureInputs *inputs,
                                     GError **error);
gboolean gram_figure_update (GramFigure *figure, const GramFigureInputs *inputs);
GramSystemUse gram_figures_system_use (GramFigureNeeds needs);
gboolean gram_figure_set_rho (GramFigure *figure, double rho);

G_END_DECLS
