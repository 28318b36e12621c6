/* gram-plot-table.h: the numbers of a figure as a table: the alternative to looking at it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gtk/gtk.h>

#include "gram-figure.h"

G_BEGIN_DECLS

#define GRAM_TYPE_PLOT_ROWS (gram_plot_rows_get_type ())
G_DECLARE_FINAL_TYPE (GramPlotRows, gram_plot_rows, GRAM, PLOT_ROWS, GObject)

#define GRAM_TYPE_PLOT_ROW (gram_plot_row_get_type ())
G_DECLARE_FINAL_TYPE (GramPlotRow, gram_plot_row, GRAM, PLOT_ROW, GObject)

/* One point of a curve. */
struct _GramPlotRow
{
  GObject parent_instance;
  char *panel, *series;
  char *x_means, *y_means; /* in words, with the number of the formula */
  double x, y;
};

GListModel *gram_plot_rows_new (GramFigure *figure);
void gram_plot_rows_update (GramPlotRows *rows);

GtkWidget *gram_plot_table_new (GListModel *rows);

G_END_DECLS
