/* gram-test-figure.c: test loss and error of the net, and of kernel regression
 *
 * SPDX-License-Identifier: MIT
 *
 * Number 24: a wide net predicts for a test image what k(x, X)H∞⁻¹(I − (I − ηH∞)ᵏ)y does.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-label-series.h"

static GramPlot *
add_panel (GramFigure *figure, const char *id, const char *label)
{
  GramPlot *plot = gram_figure_add_plot (figure, id);

  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("step k"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, GRAM_SCALE_LINEAR);
  plot->x.integer = TRUE;
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  plot->y.include = 0;
  return plot;
}

static void
set_column (GramFigure *figure, const char *name, const char *column, const double *values,
            guint count, double factor)
{
  double *to = gram_buffer_resize (gram_figure_column (figure, "%s-%s", name, column), count);

  for (guint i = 0; i < count; i++)
    to[i] = factor * values[i];
}

/* Where the prediction ends up: a level line over the steps that are shown. */
static void
set_limit (GramFigure *figure, GramPlot *plot, const GramTestCurve *curve, const char *column,
           double limit)
{
  const char *name = curve->labels->name;
  g_autofree char *id = g_strdup_printf ("%s-limit", name);
  g_autofree char *title = gram_labels_title (curve->labels);
  /* Translators: the label set's curve for k to infinity */
  g_autofree char *label = g_strdup_printf (_ ("%s, at k → ∞"), title);
  GramBuffer *x = gram_figure_column (figure, "%s-limit-step", name);
  GramBuffer *y = gram_figure_column (figure, "%s-%s-limit", name, column);
  GramSeries *series;

  gram_buffer_set (x, (const double[]){ 0, MAX (curve->step[curve->count - 1], 1) }, 2);
  gram_buffer_set (y, (const double[]){ limit, limit }, 2);
  series = gram_plot_add_series (plot, id, label, GRAM_SERIES_LINE,
                                 gram_labels_role (curve->labels), x, y);
  series->shade = GRAM_SHADE_STRONG;
  series->dash = GRAM_DASH_DOTTED;
  gram_series_set_tags (series, name, "limit");
}

static void
add_set (GramFigure *figure, GramPlot *l1, GramPlot *error, const GramTestCurve *curve)
{
  const char *name = curve->labels->name;

  gram_measured_series (figure, l1, curve->labels, "step", "l1");
  gram_predicted_series (figure, l1, curve->labels, "step", "l1-predicted");
  gram_measured_series (figure, error, curve->labels, "step", "error");
  gram_predicted_series (figure, error, curve->labels, "step", "error-predicted");
  gram_legend_labels (l1, curve->labels, GRAM_SERIES_LINE, GRAM_SHADE_SOFT);
  set_column (figure, name, "step", curve->step, curve->count, 1);
  set_column (figure, name, "l1", curve->l1, curve->count, 1);
  set_column (figure, name, "l1-predicted", curve->l1_predicted, curve->count, 1);
  set_column (figure, name, "error", curve->error, curve->count, 100);
  set_column (figure, name, "error-predicted", curve->error_predicted, curve->count, 100);
  set_limit (figure, l1, curve, "l1", curve->l1_limit);
  set_limit (figure, error, curve, "error", 100 * curve->error_limit);
}

void
gram_test_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GPtrArray *curves = inputs->test_curves;
  GramPlot *l1 =
      add_panel (figure, "l1", _ (gram_quantity_get_info (GRAM_QUANTITY_TEST_L1)->label));
  GramPlot *error =
      add_panel (figure, "error", _ (gram_quantity_get_info (GRAM_QUANTITY_TEST_ERROR)->label));
  g_autofree char *caption = NULL;
  gboolean limit = FALSE;

  figure->share_x = TRUE;
  error->no_legend = TRUE;
  gram_figure_set_empty (figure, _ ("This needs a run with test images, and the full spectrum"));
  if (curves == NULL)
    return;
  for (guint i = 0; i < curves->len; i++)
    {
      const GramTestCurve *curve = g_ptr_array_index (curves, i);

      add_set (figure, l1, error, curve);
      limit |= isfinite (curve->l1_limit);
    }
  gram_legend_kinds (l1, _ ("predicted"));
  if (limit)
    gram_legend_dash (l1, "limit", _ ("predicted at k → ∞"), GRAM_DASH_DOTTED);
  caption = g_strconcat (
      _ ("Solid: the net. Dashed: k(x, X)(H^{∞})^{−1}(I − (I − ηH^{∞})ᵏ)y, what an infinitely wide "
         "net predicts for a test image x."),
      limit ? _ (" Dotted: at k → ∞.") : "", NULL);
  gram_figure_caption (figure, inputs, caption);
}
