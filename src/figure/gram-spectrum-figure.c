/* gram-spectrum-figure.c: Figures 1b and 1d: eigenvalues, and where each label set lies in them
 *
 * SPDX-License-Identifier: MIT
 *
 * λᵢ of H∞ and |vᵢᵀy| of each label set against i. True labels have their weight on the first
 * eigenvectors, random labels are spread evenly, worst-case labels are the last one alone.
 */
#include "gram-figures-private.h"

#include <math.h>

static void
build (GramFigure *figure)
{
  GramPlot *plot = gram_figure_add_plot (figure, "spectrum");

  gram_figure_set_empty (figure, _ ("The spectrum appears when the eigenproblem is solved"));
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("index i"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, _ ("eigenvalue λᵢ,  projection |vᵢᵀy|"), GRAM_SCALE_LOG);
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  plot->x.integer = TRUE;
}

static void
add_set (GramFigure *figure, GramPlot *plot, const GramLabelAnalysis *set, gint64 n)
{
  const char *name = set->labels->name;
  GramRole role = gram_labels_role (set->labels);
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *full = g_strdup_printf ("|vᵢᵀy|, %s", title);
  double *values;

  if (gram_plot_find_series (plot, name) == NULL)
    {
      gboolean worst = set->labels->spec.kind == GRAM_LABELS_WORST;
      GramSeries *series = gram_plot_add_series (plot, name, full, GRAM_SERIES_POINTS, role, NULL,
                                                 gram_figure_column (figure, "%s", name));

      series->marker = gram_role_marker (role);
      series->marker_size = n > 3000 ? 3.2 : 4.4;
      /* Worst-case labels are vₙ: what they have elsewhere is rounding. */
      series->fits = !worst;
      if (worst)
        series->marker_size = 9;
      gram_legend_labels (plot, set->labels, GRAM_SERIES_POINTS, GRAM_SHADE_NORMAL);
    }
  values = gram_buffer_resize (gram_figure_column (figure, "%s", name), (gsize) n);
  for (gint64 i = 0; i < n; i++)
    values[i] = fabs (set->projection[i]);
}

static void
add_eigenvalues (GramFigure *figure, GramPlot *plot, const GramAnalysis *analysis)
{
  GramBuffer *lambda = gram_figure_column (figure, "lambda");

  gram_buffer_set (lambda, analysis->lambda, (gsize) analysis->n);
  if (gram_plot_find_series (plot, "lambda") != NULL)
    return;
  gram_plot_add_series (plot, "lambda", "λᵢ", GRAM_SERIES_LINE, GRAM_ROLE_EIGENVALUE, NULL, lambda)
      ->width = 2.4;
  gram_plot_add_legend (plot, "lambda", _ ("eigenvalues λᵢ"), GRAM_ROLE_EIGENVALUE);
}

/* The lower edge follows what is data: the smallest eigenvalue, and projections down to a
 * thousandth of their mean size. */
static double
choose_floor (const GramAnalysis *analysis)
{
  double floor = analysis->lambda[analysis->n - 1] / 2;

  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection != NULL && set->labels->spec.kind != GRAM_LABELS_WORST)
        floor = MIN (floor, set->norm / sqrt ((double) analysis->n) * 1e-3);
    }
  return MAX (floor, 1e-12);
}

static void
update (GramFigure *figure, const GramFigureInputs *inputs)
{
  GramPlot *plot = gram_figure_get_plot (figure, "spectrum");
  const GramAnalysis *analysis = inputs->analysis;

  if (analysis == NULL || analysis->lambda == NULL)
    {
      for (guint i = 0; i < plot->series->len; i++)
        gram_buffer_resize (((GramSeries *) g_ptr_array_index (plot->series, i))->y, 0);
      return;
    }
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection != NULL)
        add_set (figure, plot, set, analysis->n);
    }
  add_eigenvalues (figure, plot, analysis);
  plot->y.floor = choose_floor (analysis);
  gram_plot_touch (plot);
  gram_figure_set_caption_parts (
      figure, &(GramFigureInputs){ .analysis = inputs->analysis },
      _ ("Line: eigenvalues of H^{∞}. Markers: size of the projection of "
         "each label vector on the eigenvectors."));
}

const GramFigureClass gram_figure_spectrum = {
  .name = "spectrum",
  .title = N_ ("Spectrum of H^{∞} and projections of the labels"),
  .numbers = "10",
  .aliases = "1b,1d",
  .build = build,
  .update = update,
};
