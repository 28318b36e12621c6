/* gram-learnability-figure.c: the measure of known functions against its bounds as n grows
 *
 * SPDX-License-Identifier: MIT
 *
 * A panel a function: √(yᵀH⁻¹y), the bound of Section 6 (dashed) and the tighter one of its proof
 * (dotted). Odd powers above one have no bound, and there the measure keeps growing. All panels
 * have the same logarithmic axes, and in each a line of slope 1/2 begins where the measure does: a
 * measure that follows it leaves Eq 10, which divides it by √n, as large as it was.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figures-table.h"

static void
add_curve (GramFigure *figure, GramPlot *plot, guint index, const char *id, const char *name,
           GramRole role, GramDash dash)
{
  GramSeries *series = gram_plot_add_series (plot, id, name, GRAM_SERIES_LINE, role,
                                             gram_figure_column (figure, "%u-n", index),
                                             gram_figure_column (figure, "%u-%s", index, id));

  series->dash = dash;
  series->width = dash == GRAM_DASH_SOLID ? 2.2 : 1.6;
  if (dash == GRAM_DASH_SOLID)
    {
      series->marker = GRAM_MARKER_CIRCLE;
      gram_series_set_tags (series, id, role == GRAM_ROLE_TRUE ? "learnable" : "control");
    }
}

static char *
target_title (const GramTarget *target)
{
  if (target->kind == GRAM_TARGET_SUM && target->terms > 1)
    {
      g_autofree char *sum = g_strdup_printf (_ ("sum of %u powers of βᵀx"), target->terms);

      return g_strdup_printf ("%s  ·  %s", sum, _ (target->statement));
    }
  return g_strdup_printf ("%s  ·  %s", target->name, _ (target->statement));
}

static GramPlot *
add_panel (GramFigure *figure, const GramTarget *target, guint index)
{
  g_autofree char *id = g_strdup_printf ("function-%u", index);
  g_autofree char *title = target_title (target);
  GramPlot *plot = gram_figure_add_plot (figure, id);
  GramRole role = target->learnable ? GRAM_ROLE_TRUE : GRAM_ROLE_RANDOM;

  gram_plot_set_title (plot, title);
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("samples n"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, "√(yᵀ(H^{∞})^{−1}y)", GRAM_SCALE_LOG);
  plot->x.integer = TRUE;
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  add_curve (figure, plot, index, "root", _ ("measured"), role, GRAM_DASH_SOLID);
  if (target->learnable)
    {
      add_curve (figure, plot, index, "bound", _ ("bound"), GRAM_ROLE_NEUTRAL, GRAM_DASH_DASHED);
      add_curve (figure, plot, index, "tight", _ ("bound in the proof"), GRAM_ROLE_NEUTRAL,
                 GRAM_DASH_DOTTED);
    }
  gram_plot_add_legend (plot, "learnable", _ ("measured"), GRAM_ROLE_TRUE)->marker =
      GRAM_MARKER_CIRCLE;
  gram_plot_add_legend (plot, "control", _ ("measured, without a bound"), GRAM_ROLE_RANDOM)
      ->marker = GRAM_MARKER_CIRCLE;
  gram_plot_add_legend (plot, "bound", _ ("bound"), GRAM_ROLE_NEUTRAL)->dash = GRAM_DASH_DASHED;
  gram_plot_add_legend (plot, "tight", _ ("in the proof"), GRAM_ROLE_NEUTRAL)->dash =
      GRAM_DASH_DOTTED;
  gram_plot_add_legend (plot, "guide", _ ("slope 1/2"), GRAM_ROLE_BOUND)->dash = GRAM_DASH_DOTTED;
  return plot;
}

/* From the first of the points on, as far as they go. */
static void
add_guide (GramFigure *figure, GramPlot *plot, guint index)
{
  gsize count;
  const double *n = gram_buffer_peek (gram_figure_column (figure, "%u-n", index), &count);
  const double *root = gram_buffer_peek (gram_figure_column (figure, "%u-root", index), &count);
  GramBuffer *x = gram_figure_column (figure, "%u-guide-n", index);
  GramBuffer *y = gram_figure_column (figure, "%u-guide", index);
  GramSeries *series = gram_plot_add_series (plot, "guide", _ ("slope 1/2"), GRAM_SERIES_LINE,
                                             GRAM_ROLE_BOUND, x, y);

  series->dash = GRAM_DASH_DOTTED;
  series->width = 1.2;
  series->fits = FALSE;
  for (gsize i = 0; i < count && count > 1; i += count - 1)
    {
      gram_buffer_append (x, n[i]);
      gram_buffer_append (y, root[0] * sqrt (n[i] / n[0]));
    }
}

static void
widen (double value, double *least, double *most)
{
  if (value > 0 && isfinite (value))
    {
      *least = MIN (*least, value);
      *most = MAX (*most, value);
    }
}

/* One vertical axis for all panels, so that slopes can be compared. */
static void
share_axis (GramPlot *plot, const GArray *rows)
{
  double least = INFINITY, most = 0;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const GramLearnRow *row = &g_array_index (rows, GramLearnRow, i);

      widen (row->root, &least, &most);
      widen (row->bound, &least, &most);
      widen (row->bound_tight, &least, &most);
    }
  gram_plot_set_limits (plot, GRAM_AXIS_Y, most > 0 ? least / 1.3 : NAN,
                        most > 0 ? most * 1.3 : NAN);
}

static void
fill_function (GramFigure *figure, const GArray *rows, guint function)
{
  GramBuffer *n = gram_figure_column (figure, "%u-n", function);
  GramBuffer *root = gram_figure_column (figure, "%u-root", function);
  GramBuffer *bound = gram_figure_column (figure, "%u-bound", function);
  GramBuffer *tight = gram_figure_column (figure, "%u-tight", function);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const GramLearnRow *row = &g_array_index (rows, GramLearnRow, i);

      if (row->function != function)
        continue;
      gram_buffer_append (n, (double) row->n);
      gram_buffer_append (root, row->root);
      gram_buffer_append (bound, isfinite (row->bound) ? row->bound : NAN);
      gram_buffer_append (tight, isfinite (row->bound_tight) ? row->bound_tight : NAN);
    }
}

void
gram_learnability_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GPtrArray *targets = inputs->learn_targets;
  guint count = targets != NULL ? targets->len : 0;
  g_autofree char *caption = NULL;

  gram_figure_set_empty (figure, _ ("Choose functions and run to see whether they are learnable"));
  figure->share_x = figure->shared_legend = TRUE;
  figure->columns = count <= 1 ? 1 : count <= 4 ? 2 : 3;
  if (count == 0)
    {
      gram_figure_add_plot (figure, "none");
      return;
    }
  for (guint i = 0; i < count; i++)
    {
      GramPlot *plot = add_panel (figure, g_ptr_array_index (targets, i), i);

      fill_function (figure, inputs->learn_rows, i);
      add_guide (figure, plot, i);
      share_axis (plot, inputs->learn_rows);
    }
  caption = g_strdup_printf ("%s%s%s%s", inputs->learn_inputs != NULL ? inputs->learn_inputs : "",
                             inputs->learn_inputs != NULL ? ". " : "",
                             _ ("A function is learnable by Theorem 6.1 when √(yᵀ(H^{∞})^{−1}y) "
                                "stays bounded as n grows. Dashed: the paper’s bound; dotted: the "
                                "tighter one from its proof. Odd powers above one are the "
                                "control."),
                             _ (" All panels have the same axes; a measure that grows with slope "
                                "1/2 leaves √(2yᵀ(H^{∞})^{−1}y/n) of Eq 10 as large as it was."));
  gram_figure_set_caption (figure, caption);
}
