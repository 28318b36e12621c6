/* gram-figure-page.h: a page that shows one of the program's figures
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-figures.h"
#include "gram-page.h"
#include "gram-plot-view.h"

G_BEGIN_DECLS

#define GRAM_TYPE_FIGURE_PAGE (gram_figure_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (GramFigurePage, gram_figure_page, GRAM, FIGURE_PAGE, GramPage)

struct _GramFigurePageClass
{
  GramPageClass parent_class;
  const char *figure;      /* name of gram-figures.h */
  const char *title;       /* untranslated, marked with N_() */
  const char *explanation; /* three sentences: what am I looking at? */
  /* (nullable) what the figure is made of besides analysis, run and settings */
  void (*fill_inputs) (GramFigurePage *page, GramFigureInputs *inputs);
  void (*updated) (GramFigurePage *page); /* (nullable) after the figure was brought up to date */
};

GramPlotView *gram_figure_page_get_view (GramFigurePage *page);
GramFigure *gram_figure_page_get_figure (GramFigurePage *page);
void gram_figure_page_show_figure (GramFigurePage *page, const char *name);
void gram_figure_page_add_tool (GramFigurePage *page, GtkWidget *tool);
void gram_figure_page_add_below (GramFigurePage *page, GtkWidget *widget);

G_END_DECLS
