/* gram-figure.c: panels that belong together, with a title and a caption
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-figure.h"

#include <math.h>

#include "gram-ticks.h"

static void
plot_free (gpointer plot)
{
  gram_plot_unref (plot);
}

/**
 * gram_figure_new:
 * @id: what commands and files call it
 *
 * Returns: (transfer full): a figure without panels
 */
GramFigure *
gram_figure_new (const char *id, const char *title)
{
  GramFigure *figure = g_new0 (GramFigure, 1);

  figure->references = 1;
  figure->id = g_strdup (id);
  figure->title = g_strdup (title);
  figure->plots = g_ptr_array_new_with_free_func (plot_free);
  figure->columns = 1;
  return figure;
}

/**
 * gram_figure_ref:
 *
 * Returns: (transfer full): @figure
 */
GramFigure *
gram_figure_ref (GramFigure *figure)
{
  g_atomic_int_inc (&figure->references);
  return figure;
}

/**
 * gram_figure_unref:
 * @figure: (transfer full):
 */
void
gram_figure_unref (GramFigure *figure)
{
  if (!g_atomic_int_dec_and_test (&figure->references))
    return;
  gram_figure_set_builder (figure, NULL, NULL);
  g_ptr_array_unref (figure->plots);
  g_free (figure->id);
  g_free (figure->title);
  g_free (figure->caption);
  g_free (figure->empty);
  g_free (figure);
}

/**
 * gram_figure_get_plot:
 *
 * Returns: (transfer none) (nullable): the panel with this id
 */
GramPlot *
gram_figure_get_plot (GramFigure *figure, const char *id)
{
  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);

      if (g_str_equal (plot->id, id))
        return plot;
    }
  return NULL;
}

/**
 * gram_figure_add_plot:
 * @id: of the panel, which is given back when the figure has it
 *
 * Returns: (transfer none): the panel; new ones are empty and stand after the others
 */
GramPlot *
gram_figure_add_plot (GramFigure *figure, const char *id)
{
  GramPlot *plot = gram_figure_get_plot (figure, id);

  if (plot == NULL)
    {
      plot = gram_plot_new (id);
      g_ptr_array_add (figure->plots, plot);
      figure->panels++;
    }
  plot->place = ++figure->added;
  figure->serial++;
  return plot;
}

static void
set_text (GramFigure *figure, char **place, const char *text)
{
  if (g_strcmp0 (*place, text) == 0)
    return;
  g_free (*place);
  *place = g_strdup (text);
  figure->serial++;
}

/**
 * gram_figure_set_caption:
 * @caption: (nullable): what data and settings made the figure
 */
void
gram_figure_set_caption (GramFigure *figure, const char *caption)
{
  set_text (figure, &figure->caption, caption);
}

/**
 * gram_figure_set_empty:
 * @text: (nullable): what a reader is told while there is nothing to draw
 */
void
gram_figure_set_empty (GramFigure *figure, const char *text)
{
  set_text (figure, &figure->empty, text);
}

/**
 * gram_figure_set_builder:
 * @builder: (transfer full) (nullable): kept for whoever fills the figure
 */
void
gram_figure_set_builder (GramFigure *figure, gpointer builder, GDestroyNotify builder_free)
{
  if (figure->builder != NULL && figure->builder_free != NULL)
    figure->builder_free (figure->builder);
  figure->builder = builder;
  figure->builder_free = builder_free;
}

/**
 * gram_figure_set_view:
 *
 * Sets what a panel shows, and the same x for the others where the figure shares it.
 */
void
gram_figure_set_view (GramFigure *figure, guint panel, const GramView *view)
{
  g_return_if_fail (panel < figure->plots->len);
  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);
      GramView own;

      if (i == panel)
        {
          gram_plot_set_view (plot, view);
          continue;
        }
      if (!figure->share_x)
        continue;
      own = gram_plot_get_view (plot);
      own.x = view->x;
      own.fit_x = view->fit_x;
      gram_plot_set_view (plot, &own);
    }
  figure->serial++;
}

/**
 * gram_figure_set_scale:
 *
 * Switches an axis of the first panel, and of every panel that shares it, where people may.
 */
void
gram_figure_set_scale (GramFigure *figure, GramAxisSide side, GramScale scale)
{
  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);

      if ((i == 0 || (side == GRAM_AXIS_X && figure->share_x))
          && gram_plot_get_axis (plot, side)->scale_choice)
        gram_plot_set_scale (plot, side, scale);
    }
}

/**
 * gram_figure_set_hidden:
 *
 * Hides or shows the series with this tag in every panel.
 */
void
gram_figure_set_hidden (GramFigure *figure, const char *tag, gboolean hidden)
{
  for (guint i = 0; i < figure->plots->len; i++)
    gram_plot_set_hidden (g_ptr_array_index (figure->plots, i), tag, hidden);
  figure->serial++;
}

/**
 * gram_figure_fit:
 *
 * Lets every panel follow its data again.
 */
void
gram_figure_fit (GramFigure *figure)
{
  GramView view = gram_view_fit ();

  for (guint i = 0; i < figure->plots->len; i++)
    gram_plot_set_view (g_ptr_array_index (figure->plots, i), &view);
  figure->serial++;
}

/**
 * gram_figure_is_fit:
 *
 * Returns: whether every panel follows its data
 */
gboolean
gram_figure_is_fit (const GramFigure *figure)
{
  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      if (!plot->x.fit || !plot->y.fit)
        return FALSE;
    }
  return TRUE;
}

/**
 * gram_figure_total_serial:
 *
 * Returns: a number that grows when the figure or the model of a panel changes; a layout made
 * before such a change must not be used
 */
guint64
gram_figure_total_serial (const GramFigure *figure)
{
  guint64 total = figure->serial;

  for (guint i = 0; i < figure->plots->len; i++)
    total += ((const GramPlot *) g_ptr_array_index (figure->plots, i))->serial;
  return total;
}

/**
 * gram_figure_begin:
 *
 * From here on all that the figure shows is added: panels, and what is in them as
 * gram_plot_begin() says. Nothing that was shown before is seen after gram_figure_end() unless it
 * was added again.
 */
void
gram_figure_begin (GramFigure *figure)
{
  figure->added = 0;
  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);

      plot->place = 0;
      gram_plot_begin (plot);
    }
  gram_figure_set_caption (figure, NULL);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const GramPlot *const *one = a, *const *other = b;

  return (*one)->place < (*other)->place ? -1 : (*one)->place > (*other)->place;
}

/**
 * gram_figure_end:
 *
 * Takes out the panels that were not added since gram_figure_begin(), and from the others what was
 * not.
 */
void
gram_figure_end (GramFigure *figure)
{
  /* The sum over the panels must not fall back to what it was. */
  figure->serial = gram_figure_total_serial (figure) + 1;
  for (guint i = figure->plots->len; i-- > 0;)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);

      if (plot->place > 0)
        gram_plot_end (plot);
      else
        {
          g_ptr_array_remove_index (figure->plots, i);
          figure->panels++;
        }
    }
  g_ptr_array_sort (figure->plots, compare_places);
}

/**
 * gram_figure_is_empty:
 *
 * Returns: whether no series has a point
 */
gboolean
gram_figure_is_empty (const GramFigure *figure)
{
  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      for (guint j = 0; j < plot->series->len; j++)
        if (gram_series_length (g_ptr_array_index (plot->series, j)) > 0)
          return FALSE;
    }
  return TRUE;
}

static void
describe_series (GString *text, const GramSeries *series)
{
  gsize count = gram_series_length (series), ignored;
  const double *y = gram_buffer_peek (series->y, &ignored);
  g_autofree char *x_text = NULL;
  g_autofree char *y_text = NULL;
  g_autofree char *line = NULL;
  g_autofree char *plain = NULL;

  if (count == 0)
    return;
  x_text = gram_format_number (gram_series_x (series, count - 1), 4);
  y_text = gram_format_number (y[count - 1], 4);
  line = g_strdup_printf ("%s: %s at %s. ", series->name, y_text, x_text);
  plain = gram_text_to_plain (line);
  g_string_append (text, plain);
}

/**
 * gram_figure_describe:
 *
 * Says in words what the figure shows, for people who do not see it: each panel's quantity and
 * the last value of each visible curve.
 *
 * Returns: (transfer full): the text
 */
char *
gram_figure_describe (GramFigure *figure)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);
      g_autofree char *label = gram_text_to_plain (plot->y.label != NULL ? plot->y.label : "");

      g_string_append_printf (text, "%s%s. ", i > 0 ? "\n" : "",
                              plot->title != NULL ? plot->title : label);
      for (guint j = 0; j < plot->series->len; j++)
        {
          const GramSeries *series = g_ptr_array_index (plot->series, j);

          if (gram_plot_series_visible (plot, series))
            describe_series (text, series);
        }
    }
  return g_string_free (text, FALSE);
}
