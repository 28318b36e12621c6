/* gram-plot-table.c: the numbers of a figure as a table: the alternative to looking at it
 *
 * SPDX-License-Identifier: MIT
 *
 * Rows are made when the table asks for them: a figure of a hundred thousand points costs as much
 * as the twenty rows on screen.
 */
#include "gram-plot-table.h"

#include <glib/gi18n.h>

#include "gram-ticks.h"

struct _GramPlotRows
{
  GObject parent_instance;
  GramFigure *figure;
  GArray *ends; /* of guint: rows up to and with each series */
};

G_DEFINE_FINAL_TYPE (GramPlotRow, gram_plot_row, G_TYPE_OBJECT)

static void
gram_plot_row_finalize (GObject *object)
{
  GramPlotRow *row = GRAM_PLOT_ROW (object);

  g_free (row->panel);
  g_free (row->series);
  g_free (row->x_means);
  g_free (row->y_means);
  G_OBJECT_CLASS (gram_plot_row_parent_class)->finalize (object);
}

static void
gram_plot_row_class_init (GramPlotRowClass *class_)
{
  G_OBJECT_CLASS (class_)->finalize = gram_plot_row_finalize;
}

static void
gram_plot_row_init (GramPlotRow *row)
{
}

/* ---------- the list ------------------------------------------------------------------------ */

static GType
rows_get_item_type (GListModel *model)
{
  return GRAM_TYPE_PLOT_ROW;
}

static guint
rows_get_n_items (GListModel *model)
{
  const GArray *ends = GRAM_PLOT_ROWS (model)->ends;

  return ends->len > 0 ? g_array_index (ends, guint, ends->len - 1) : 0;
}

/* The tooltip of a number: which quantity, and where the paper has it. */
static char *
words_of_quantity (const char *quantity, const char *paper)
{
  return paper == NULL ? g_strdup (quantity)
                       /* Translators: a quantity, and where the paper has it */
                       : g_strdup_printf (_ ("%s (%s)"), quantity, paper);
}

static GramPlotRow *
make_row (const GramFigure *figure, const GramPlot *plot, const GramSeries *series, guint index)
{
  GramPlotRow *row = g_object_new (GRAM_TYPE_PLOT_ROW, NULL);
  gsize count;
  const double *y = gram_buffer_peek (series->y, &count);
  g_autofree char *x_name = gram_text_to_plain (plot->x.label != NULL ? plot->x.label : "x");
  g_autofree char *typeset = NULL, *y_name = NULL;

  row->panel = g_strdup (plot->y.label != NULL ? plot->y.label : plot->id);
  row->series = g_strdup (series->name);
  typeset = g_strdup_printf ("%s, %s", row->panel, row->series);
  y_name = gram_text_to_plain (typeset);
  row->x_means = words_of_quantity (x_name, figure->paper);
  row->y_means = words_of_quantity (y_name, figure->paper);
  /* The figure may have fewer points than when the rows were counted; an update of the list
   * follows. */
  row->x = index < gram_series_length (series) ? gram_series_x (series, index) : 0;
  row->y = index < count ? y[index] : 0;
  return row;
}

static gpointer
rows_get_item (GListModel *model, guint position)
{
  GramPlotRows *rows = GRAM_PLOT_ROWS (model);
  guint at = 0, before = 0;

  for (guint i = 0; i < rows->figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (rows->figure->plots, i);

      for (guint j = 0; j < plot->series->len && at < rows->ends->len; j++, at++)
        {
          guint end = g_array_index (rows->ends, guint, at);

          if (position < end)
            return make_row (rows->figure, plot, g_ptr_array_index (plot->series, j),
                             position - before);
          before = end;
        }
    }
  return NULL;
}

static void
rows_list_init (GListModelInterface *interface)
{
  interface->get_item_type = rows_get_item_type;
  interface->get_n_items = rows_get_n_items;
  interface->get_item = rows_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GramPlotRows, gram_plot_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, rows_list_init))

static void
gram_plot_rows_finalize (GObject *object)
{
  GramPlotRows *rows = GRAM_PLOT_ROWS (object);

  gram_figure_unref (rows->figure);
  g_array_unref (rows->ends);
  G_OBJECT_CLASS (gram_plot_rows_parent_class)->finalize (object);
}

static void
gram_plot_rows_class_init (GramPlotRowsClass *class_)
{
  G_OBJECT_CLASS (class_)->finalize = gram_plot_rows_finalize;
}

static void
gram_plot_rows_init (GramPlotRows *rows)
{
  rows->ends = g_array_new (FALSE, FALSE, sizeof (guint));
}

/**
 * gram_plot_rows_new:
 * @figure: (transfer none):
 *
 * Returns: (transfer full): a list with a #GramPlotRow for each point of the figure
 */
GListModel *
gram_plot_rows_new (GramFigure *figure)
{
  GramPlotRows *rows = g_object_new (GRAM_TYPE_PLOT_ROWS, NULL);

  rows->figure = gram_figure_ref (figure);
  gram_plot_rows_update (rows);
  return G_LIST_MODEL (rows);
}

/**
 * gram_plot_rows_update:
 *
 * The figure's data changed.
 */
void
gram_plot_rows_update (GramPlotRows *rows)
{
  guint old = rows_get_n_items (G_LIST_MODEL (rows)), end = 0;

  g_array_set_size (rows->ends, 0);
  for (guint i = 0; i < rows->figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (rows->figure->plots, i);

      for (guint j = 0; j < plot->series->len; j++)
        {
          end += (guint) gram_series_length (g_ptr_array_index (plot->series, j));
          g_array_append_val (rows->ends, end);
        }
    }
  g_list_model_items_changed (G_LIST_MODEL (rows), 0, old, end);
}

/* ---------- the widget ---------------------------------------------------------------------- */

typedef char *(*CellFunc) (GramPlotRow *row);

static char *
cell_panel (GramPlotRow *row)
{
  return g_strdup (row->panel);
}

static char *
cell_series (GramPlotRow *row)
{
  return g_strdup (row->series);
}

static char *
cell_x (GramPlotRow *row)
{
  return gram_format_number (row->x, 8);
}

static char *
cell_y (GramPlotRow *row)
{
  return gram_format_number (row->y, 8);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer cell)
{
  GtkWidget *label = gtk_label_new (NULL);
  gboolean number = cell == (gpointer) cell_x || cell == (gpointer) cell_y;

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

/* The focus is on the row: it is read as a sentence. */
static void
name_row (GtkWidget *label, GramPlotRow *item)
{
  GtkWidget *cell = gtk_widget_get_parent (label);
  GtkWidget *row = cell != NULL ? gtk_widget_get_parent (cell) : NULL;
  g_autofree char *x = cell_x (item), *y = cell_y (item);
  g_autofree char *typeset =
      g_strdup_printf ("%s, %s: x %s, y %s", item->panel, item->series, x, y);
  g_autofree char *text = gram_text_to_plain (typeset);

  if (row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer cell)
{
  GramPlotRow *row = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = ((CellFunc) cell) (row);
  g_autofree char *markup = gram_text_to_markup (text), *plain = gram_text_to_plain (text);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, plain, -1);
  gtk_widget_set_tooltip_text (label, cell == (gpointer) cell_x ? row->x_means : row->y_means);
  if (cell == (gpointer) cell_panel)
    name_row (label, row);
}

static void
add_column (GtkColumnView *view, const char *title, CellFunc cell, gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), (gpointer) cell);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), (gpointer) cell);
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (view, column);
}

/**
 * gram_plot_table_new:
 * @rows: (transfer none): from gram_plot_rows_new()
 *
 * Returns: (transfer floating): a table in a scrolled window
 */
GtkWidget *
gram_plot_table_new (GListModel *rows)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (rows)));
  GtkWidget *view = gtk_column_view_new (selection);
  GtkWidget *scroller =
      g_object_new (GTK_TYPE_SCROLLED_WINDOW, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);

  add_column (GTK_COLUMN_VIEW (view), _ ("Quantity"), cell_panel, TRUE);
  add_column (GTK_COLUMN_VIEW (view), _ ("Curve"), cell_series, TRUE);
  add_column (GTK_COLUMN_VIEW (view), _ ("x"), cell_x, FALSE);
  add_column (GTK_COLUMN_VIEW (view), _ ("y"), cell_y, FALSE);
  gtk_widget_add_css_class (view, "data-table");
  /* GTK gives neither the heads nor the list of rows a name */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (view)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Columns"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_last_child (view)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Rows"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The numbers of the figure"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The numbers of the figure"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}
