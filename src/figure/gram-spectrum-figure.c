/* gram-spectrum-figure.c: Figures 1b and 1d: eigenvalues, and where each label set lies in them
 *
 * SPDX-License-Identifier: MIT
 *
 * λᵢ of H∞ and |vᵢᵀy| of each label set against i, with a line at the height of each cloud. True
 * labels have their weight on the first eigenvectors, random labels are spread evenly, worst-case
 * labels are the last one alone. Cumulative: what share of ‖y‖² the first i eigenvectors have.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-label-series.h"
#include "gram-modes.h"
#include "gram-ticks.h"

/* Worst-case labels are vₙ: what they have elsewhere is rounding. */
static gboolean
is_one_vector (const GramLabelAnalysis *set)
{
  return gram_labels_kind_info (set->spec.kind)->from_spectrum;
}

static GramPlot *
add_panel (GramFigure *figure, const char *id, const char *label, GramScale scale)
{
  GramPlot *plot = gram_figure_add_plot (figure, id);

  gram_figure_set_empty (figure, _ ("The spectrum appears when the eigenproblem is solved"));
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("index i"), GRAM_SCALE_LOG);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, scale);
  plot->x.scale_choice = plot->y.scale_choice = TRUE;
  plot->x.integer = TRUE;
  return plot;
}

static void
add_rms (GramFigure *figure, GramPlot *plot, const GramLabelAnalysis *set, gint64 n)
{
  const char *name = set->labels->name;
  g_autofree char *title = gram_labels_title (set->labels);
  g_autofree char *id = g_strdup_printf ("%s-rms", name);
  /* Translators: a label set’s running mean */
  g_autofree char *full = g_strdup_printf (_ ("running RMS, %s"), title);
  GramBuffer *column = gram_figure_column (figure, "%s", id);
  GramSeries *series = gram_plot_add_series (plot, id, full, GRAM_SERIES_LINE,
                                             gram_labels_role (set->labels), NULL, column);

  series->shade = GRAM_SHADE_STRONG;
  series->fits = FALSE;
  gram_series_set_tags (series, name, "rms");
  gram_modes_running_rms (set->projection, n, gram_buffer_resize (column, (gsize) n));
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
  GramBuffer *column = gram_figure_column (figure, "lambda");
  double *lambda = gram_buffer_resize (column, (gsize) analysis->n);
  GramSeries *series = gram_plot_add_series (plot, "lambda", "λᵢ", GRAM_SERIES_LINE,
                                             GRAM_ROLE_EIGENVALUE, NULL, column);

  for (gint64 i = 0; i < analysis->n; i++)
    lambda[i] = gram_analysis_is_rounding (analysis, i) ? 0 : analysis->lambda[i];
  series->width = 2.4;
  series->rough_zero = TRUE;
  gram_plot_add_legend (plot, "lambda", _ ("eigenvalues λᵢ"), GRAM_ROLE_EIGENVALUE);
}

/* The lower edge follows what is data: the smallest eigenvalue that is not lost in rounding, and
 * projections down to a thousandth of their mean size. */
static double
choose_floor (const GramAnalysis *analysis)
{
  double floor = INFINITY;

  for (gint64 i = 0; i < analysis->n; i++)
    if (!gram_analysis_is_rounding (analysis, i))
      floor = MIN (floor, analysis->lambda[i] / 2);
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection != NULL && !is_one_vector (set))
        floor = MIN (floor, set->norm / sqrt ((double) analysis->n) * 1e-3);
    }
  return MAX (floor, 1e-12);
}

/* @rms: whether there are lines of it */
static char *
describe (const GramAnalysis *analysis, gboolean rms)
{
  g_autofree char *number = gram_format_number (gram_analysis_rounding (analysis), 1);
  /* Translators: appended to the sentences about lines and markers */
  g_autofree char *zeros =
      gram_analysis_is_rounding (analysis, analysis->n - 1)
          ? g_strdup_printf (_ (" Eigenvalues up to nελ₁ = %s are rounding, and shown as 0."),
                             number)
          : g_strdup ("");

  return g_strconcat (_ ("Line: eigenvalues of H^{∞}. Markers: size of the projection of "
                         "each label vector on the eigenvectors."),
                      rms ? _ (" Thin lines: running RMS of it, over i ± i/4.") : "", zeros, NULL);
}

void
gram_spectrum_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  GramPlot *plot =
      add_panel (figure, "spectrum", _ ("eigenvalue λᵢ,  projection |vᵢᵀy|"), GRAM_SCALE_LOG);
  const GramAnalysis *analysis = inputs->analysis;
  gboolean any = FALSE;
  g_autofree char *text = NULL;

  if (analysis == NULL || analysis->lambda == NULL)
    return;
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection != NULL)
        add_set (figure, plot, set, analysis->n);
    }
  add_eigenvalues (figure, plot, analysis);
  /* over all markers */
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection == NULL || is_one_vector (set))
        continue;
      add_rms (figure, plot, set, analysis->n);
      any = TRUE;
    }
  if (any)
    gram_plot_add_legend (plot, "rms", _ ("running RMS"), GRAM_ROLE_NEUTRAL)->shade =
        GRAM_SHADE_STRONG;
  plot->y.floor = choose_floor (analysis);
  text = describe (analysis, any);
  gram_figure_caption (figure, &(GramFigureInputs){ .analysis = inputs->analysis }, text);
}

/* ---------- cumulative ---------------------------------------------------------------------- */

static void
add_share (GramFigure *figure, GramPlot *plot, const GramLabelAnalysis *set, gint64 n)
{
  const char *name = set->labels->name;
  g_autofree char *title = gram_labels_title (set->labels);
  GramBuffer *column = gram_figure_column (figure, "%s", name);
  double *share = gram_buffer_resize (column, (gsize) n);
  GramSeries *series = gram_plot_add_series (plot, name, title, GRAM_SERIES_STEP,
                                             gram_labels_role (set->labels), NULL, column);

  series->marker = gram_labels_marker (set->labels);
  gram_legend_labels (plot, set->labels, GRAM_SERIES_LINE, GRAM_SHADE_NORMAL);
  gram_modes_cumulative_share (set->projection, n, set->norm, share);
  for (gint64 i = 0; i < n; i++)
    share[i] *= 100;
}

void
gram_cumulative_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  GramPlot *plot = add_panel (figure, "share", "Σ_{j ≤ i} (vⱼᵀy)²/‖y‖², %", GRAM_SCALE_LINEAR);
  const GramAnalysis *analysis = inputs->analysis;

  gram_plot_set_limits (plot, GRAM_AXIS_Y, 0, 100);
  if (analysis == NULL || analysis->lambda == NULL)
    return;
  for (guint i = 0; i < analysis->labels->len; i++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, i);

      if (set->projection != NULL)
        add_share (figure, plot, set, analysis->n);
    }
  gram_figure_caption (figure, &(GramFigureInputs){ .analysis = inputs->analysis },
                       _ ("Share of ‖y‖² that lies in the space of the first i eigenvectors of "
                          "H^{∞}, those of the largest eigenvalues."));
}
