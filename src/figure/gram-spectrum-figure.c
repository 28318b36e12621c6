/* gram-spectrum-figure.c: Figures 1b and 1d: eigenvalues, and where each label set lies in them
 *
 * SPDX-License-Identifier: MIT
 *
 * λᵢ of H∞ and |vᵢᵀy| of each label set against i. True labels have their weight on the first
 * eigenvectors, random labels are spread evenly, worst-case labels are the last one alone.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-label-series.h"

/* Worst-case labels are vₙ: what they have elsewhere is rounding. */
static gboolean
is_one_vector (const GramLabelAnalysis *set)
{
  return gram_labels_kind_info (set->spec.kind)->from_spectrum;
}

static GramPlot *
add_panel (GramFigure *figure)
{
  GramPlot *plot = gram_figure_add_plot (figure, "spectrum");

  gram_figure_set_empty (figure, _ ("The spectrum appears when the eigenproblem is solved"));
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("index i"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, _ ("eigenvalue λᵢ,  projection |vᵢᵀy|"), GRAM_SCALE_LOG);
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  plot->x.integer = TRUE;
  return plot;
}

static void
add_set (GramFigure *figure, GramPlot *plot, const GramLabelAnalysis *set, gint64 n)
{
  const char *name = set->labels->name;
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *full = g_strdup_printf ("|vᵢᵀy|, %s", title);
  GramBuffer *column = gram_figure_column (figure, "%s", name);
  GramSeries *series = gram_plot_add_series (plot, name, full, GRAM_SERIES_POINTS,
                                             gram_labels_role (set->labels), NULL, column);
  double *values = gram_buffer_resize (column, (gsize) n);

  series->marker = gram_labels_marker (set->labels);
  series->marker_size = is_one_vector (set) ? 9 : n > 3000 ? 3.2 : 4.4;
  series->fits = !is_one_vector (set);
  gram_legend_labels (plot, set->labels, GRAM_SERIES_POINTS, GRAM_SHADE_NORMAL);
  for (gint64 i = 0; i < n; i++)
    values[i] = fabs (set->projection[i]);
}

static void
add_eigenvalues (GramFigure *figure, GramPlot *plot, const GramAnalysis *analysis)
{
  GramBuffer *lambda = gram_figure_column (figure, "lambda");

  gram_buffer_set (lambda, analysis->lambda, (gsize) analysis->n);
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

      if (set->projection != NULL && !is_one_vector (set))
        floor = MIN (floor, set->norm / sqrt ((double) analysis->n) * 1e-3);
    }
  return MAX (floor, 1e-12);
}

void
gram_spectrum_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  GramPlot *plot = add_panel (figure);
  const GramAnalysis *analysis = inputs->analysis;

  if (analysis == NULL || analysis->lambda == NULL)
    return;
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection != NULL)
        add_set (figure, plot, set, analysis->n);
    }
  add_eigenvalues (figure, plot, analysis);
  plot->y.floor = choose_floor (analysis);
  gram_figure_caption (figure, &(GramFigureInputs){ .analysis = inputs->analysis },
                       _ ("Line: eigenvalues of H^{∞}. Markers: size of the projection of "
                          "each label vector on the eigenvectors."));
}
