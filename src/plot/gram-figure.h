/* gram-figure.h: panels that belong together, with a title and a caption
 *
 * SPDX-License-Identifier: MIT
 *
 * What the window shows and files hold. The panels of one column share the left and right edges
 * of their drawing areas.
 */
#pragma once

#include "gram-plot.h"

G_BEGIN_DECLS

typedef struct
{
  gint references;
  char *id; /* "convergence" */
  char *title;
  char *caption;    /* (nullable) what data and settings made it */
  char *empty;      /* (nullable) what to say while there is nothing to draw */
  GPtrArray *plots; /* of GramPlot, row by row */
  guint columns;
  guint first_row;        /* of panels, wherever a view is too small for all of them */
  gboolean share_x;       /* panels of a column show the same range of x */
  gboolean shared_legend; /* the first panel's legend, over all panels */
  guint64 serial;
  guint64 panels;   /* grows when panels come or go */
  guint added;      /* panels since gram_figure_begin() */
  gpointer builder; /* of whoever fills the figure */
  GDestroyNotify builder_free;
  const char *paper; /* (nullable): where the paper has what it draws; static */
} GramFigure;

GramFigure *gram_figure_new (const char *id, const char *title);
GramFigure *gram_figure_ref (GramFigure *figure);
GramFigure *gram_figure_copy (GramFigure *figure);
void gram_figure_unref (GramFigure *figure);
void gram_figure_begin (GramFigure *figure);
void gram_figure_end (GramFigure *figure);
GramPlot *gram_figure_add_plot (GramFigure *figure, const char *id);
GramPlot *gram_figure_get_plot (GramFigure *figure, const char *id);
void gram_figure_set_caption (GramFigure *figure, const char *caption);
void gram_figure_set_empty (GramFigure *figure, const char *text);
void gram_figure_set_builder (GramFigure *figure, gpointer builder, GDestroyNotify builder_free);
void gram_figure_set_view (GramFigure *figure, guint panel, const GramView *view);
void gram_figure_set_scale (GramFigure *figure, GramAxisSide side, GramScale scale);
void gram_figure_set_hidden (GramFigure *figure, const char *tag, gboolean hidden);
void gram_figure_fit (GramFigure *figure);
gboolean gram_figure_is_fit (const GramFigure *figure);
guint64 gram_figure_total_serial (const GramFigure *figure);
gboolean gram_figure_is_empty (const GramFigure *figure);
char *gram_figure_describe (GramFigure *figure);
char *gram_figure_to_csv (GramFigure *figure);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFigure, gram_figure_unref)

G_END_DECLS
