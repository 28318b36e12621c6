/* gram-noise-figure.c: the measure against the fraction of random labels, and Figure 2 on top of it
 *
 * SPDX-License-Identifier: MIT
 *
 * The curve is the root of the closed-form expectation of number 22, the dots are single draws.
 * Figure 2 adds the test ℓ1 loss and classification error: dashed of kernel regression on these
 * draws, which needs no training (number 32), and laid over it those of nets trained at each
 * fraction, with the measure of their very labels.
 */
#include <glib/gi18n.h>
#include <math.h>

#include "gram-figure-builder.h"
#include "gram-figure-caption.h"
#include "gram-figures-table.h"
#include "gram-figures.h"
#include "gram-ticks.h"

#define CURVE_POINTS 201

static void
add_rho_guide (GramPlot *plot, const GramSettings *settings)
{
  GramGuide *guide = gram_plot_add_guide (plot, GRAM_GUIDE_RHO, GRAM_AXIS_X,
                                          settings != NULL ? settings->rho * 100 : NAN, NULL);

  guide->draggable = TRUE;
  guide->unit = " %";
  guide->role = GRAM_ROLE_MIXED;
}

static GramPlot *
add_panel (GramFigure *figure, const char *id, const char *label)
{
  GramPlot *plot = gram_figure_add_plot (figure, id);

  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("random labels, %"), GRAM_SCALE_LINEAR);
  gram_plot_set_limits (plot, GRAM_AXIS_X, 0, 100);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, label, GRAM_SCALE_LINEAR);
  plot->y.include = 0;
  return plot;
}

/* ---------- the measure --------------------------------------------------------------------- */

static void
set_curve (GramFigure *figure, const GramAnalysis *analysis)
{
  double *x = gram_buffer_resize (gram_figure_column (figure, "curve-x"), CURVE_POINTS);
  double *y = gram_buffer_resize (gram_figure_column (figure, "curve-y"), CURVE_POINTS);

  for (int i = 0; i < CURVE_POINTS; i++)
    {
      double rho = i / (CURVE_POINTS - 1.0);

      x[i] = 100 * rho;
      y[i] = gram_analysis_expected_complexity (analysis, rho);
    }
}

static void
set_samples (GramFigure *figure, const GramAnalysis *analysis)
{
  gboolean known = analysis->sampled_complexity != NULL && !gram_analysis_is_trace_lost (analysis);
  guint count = known ? analysis->n_fractions : 0;
  double *x = gram_buffer_resize (gram_figure_column (figure, "sampled-x"), count);
  double *y = gram_buffer_resize (gram_figure_column (figure, "sampled-y"), count);

  for (guint i = 0; i < count; i++)
    {
      x[i] = 100 * analysis->fraction[i];
      y[i] = analysis->sampled_complexity[i];
    }
}

static GramPlot *
add_measure (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramAnalysis *analysis = inputs->analysis;
  GramPlot *plot =
      add_panel (figure, "measure", _ ("complexity measure √(2yᵀ(H^{∞})^{−1}y / n), Eq 10"));

  gram_figure_set_empty (figure, _ ("The curve appears when H^{∞} is factored"));
  plot->y.scale_choice = TRUE;
  if (analysis != NULL && isfinite (gram_analysis_expected_complexity (analysis, 0.5)))
    {
      set_curve (figure, analysis);
      set_samples (figure, analysis);
    }
  gram_plot_add_series (plot, "expected", _ ("expected, closed form"), GRAM_SERIES_LINE,
                        GRAM_ROLE_EIGENVALUE, gram_figure_column (figure, "curve-x"),
                        gram_figure_column (figure, "curve-y"))
      ->width = 2.4;
  gram_plot_add_series (plot, "sampled", _ ("one draw of the labels"), GRAM_SERIES_POINTS,
                        GRAM_ROLE_MIXED, gram_figure_column (figure, "sampled-x"),
                        gram_figure_column (figure, "sampled-y"))
      ->marker = GRAM_MARKER_DIAMOND;
  add_rho_guide (plot, inputs->settings);
  return plot;
}

void
gram_noise_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  add_measure (figure, inputs);
  gram_figure_caption (
      figure, &(GramFigureInputs){ .analysis = inputs->analysis },
      _ ("Line: root of E[ỹᵀ(H^{∞})^{−1}ỹ] = (1−ρ)²yᵀ(H^{∞})^{−1}y + (1−(1−ρ)²) tr (H^{∞})^{−1}, "
         "each label redrawn with probability ρ. An average of the square: its root is not the "
         "mean "
         "of the measure. Diamonds: one draw of the labels each."));
}

/* ---------- the sweep ----------------------------------------------------------------------- */

static void
set_means (GramFigure *figure, const GramSweepTable *sweep)
{
  g_autoptr (GArray) means = gram_sweep_table_means (sweep);
  double *x = gram_buffer_resize (gram_figure_column (figure, "mean-x"), means->len);
  double *l1 = gram_buffer_resize (gram_figure_column (figure, "l1-mean"), means->len);
  double *error = gram_buffer_resize (gram_figure_column (figure, "error-mean"), means->len);

  for (guint i = 0; i < means->len; i++)
    {
      const GramSweepMean *mean = &g_array_index (means, GramSweepMean, i);

      x[i] = 100 * mean->fraction;
      l1[i] = mean->test_l1;
      error[i] = mean->test_error;
    }
}

static void
set_cells (GramFigure *figure, const GArray *cells)
{
  GramBuffer *x = gram_figure_column (figure, "cell-x");
  GramBuffer *measure = gram_figure_column (figure, "cell-measure");
  GramBuffer *l1 = gram_figure_column (figure, "cell-l1");
  GramBuffer *error = gram_figure_column (figure, "cell-error");

  for (guint i = 0; i < cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (cells, GramSweepCell, i);

      if (!cell->done)
        continue;
      gram_buffer_append (x, 100 * cell->fraction);
      gram_buffer_append (measure, cell->complexity);
      gram_buffer_append (l1, cell->test_l1);
      gram_buffer_append (error, cell->test_error);
    }
}

/* The sweep, unless it is one of other images than the rest of the figure. */
static const GramSweepTable *
get_sweep (const GramFigureInputs *inputs)
{
  const GramSweepTable *sweep = inputs->sweep;

  if (sweep == NULL || inputs->analysis == NULL || sweep->problem != inputs->analysis->problem)
    return NULL;
  return sweep->done > 0 ? sweep : NULL;
}

/* Its nets are those of the settings it began with, whatever these are now. */
static char *
describe_sweep (const GramSweepTable *sweep)
{
  const GramSweepPoint *point;
  g_autofree char *m = NULL;
  g_autofree char *eta = NULL;
  g_autofree char *kappa = NULL;

  if (sweep == NULL)
    return g_strdup ("");
  point = g_ptr_array_index (sweep->points, 0);
  m = gram_format_fixed ((double) point->m, 0);
  eta = gram_format_number (point->settings->eta, 6);
  kappa = gram_format_number (point->settings->kappa, 6);
  /* Translators: nets done, nets in all, width, step size, scale and kind of initialisation */
  return g_strdup_printf (
      _ (" Markers: %'u of %'u nets trained, m = %s, η = %s, κ = %s, %s initialisation."),
      sweep->done, sweep->cells->len, m, eta, kappa, gram_init_to_string (point->settings->init));
}

static const struct
{
  const char *id, *name, *regression;
  GramRole role;
  GramMarker marker;
  gsize offset; /* in GramAnalysis, of kernel regression's */
} losses[] = {
  { "l1", N_ ("test ℓ1 loss"), N_ ("test ℓ1 loss, kernel regression"), GRAM_ROLE_TRUE,
    GRAM_MARKER_CIRCLE, G_STRUCT_OFFSET (GramAnalysis, test_l1) },
  { "error", N_ ("test classification error"), N_ ("test classification error, kernel regression"),
    GRAM_ROLE_RANDOM, GRAM_MARKER_SQUARE, G_STRUCT_OFFSET (GramAnalysis, test_error) },
};

/* Whether there is something of kernel regression to show. */
static gboolean
has_regression (const GramAnalysis *analysis)
{
  return analysis != NULL && analysis->test_l1 != NULL && isfinite (analysis->test_l1[0])
         && isfinite (gram_analysis_expected_complexity (analysis, 0.5));
}

static void
add_regression (GramFigure *figure, GramPlot *plot, guint loss, const GramAnalysis *analysis)
{
  const double *values = G_STRUCT_MEMBER (const double *, analysis, losses[loss].offset);
  g_autofree char *id = g_strdup_printf ("%s-regression", losses[loss].id);
  GramBuffer *column = gram_figure_column (figure, "%s", id);
  GramSeries *series;

  gram_buffer_set (column, values, analysis->n_fractions);
  series =
      gram_plot_add_series (plot, id, _ (losses[loss].regression), GRAM_SERIES_LINE,
                            losses[loss].role, gram_figure_column (figure, "sampled-x"), column);
  series->shade = GRAM_SHADE_STRONG;
  series->width = 1.6;
  series->dash = GRAM_DASH_DASHED;
  gram_series_set_tags (series, losses[loss].id, "predicted");
}

static void
add_trained (GramFigure *figure, GramPlot *plot, guint loss)
{
  const char *id = losses[loss].id;
  g_autofree char *mean = g_strdup_printf ("%s-mean", id);
  g_autofree char *name = g_strdup_printf (_ ("%s, mean over seeds"), _ (losses[loss].name));
  GramSeries *series = gram_plot_add_series (plot, mean, name, GRAM_SERIES_LINE, losses[loss].role,
                                             gram_figure_column (figure, "mean-x"),
                                             gram_figure_column (figure, "%s-mean", id));

  series->shade = GRAM_SHADE_SOFT;
  series->width = 3;
  gram_series_set_tags (series, id, "measured");
  series = gram_plot_add_series (plot, id, _ (losses[loss].name), GRAM_SERIES_POINTS,
                                 losses[loss].role, gram_figure_column (figure, "cell-x"),
                                 gram_figure_column (figure, "cell-%s", id));
  series->marker = losses[loss].marker;
  gram_series_set_tags (series, id, "measured");
}

static void
add_losses (GramFigure *figure, GramPlot *plot, gboolean trained, const GramAnalysis *analysis)
{
  gboolean regression = has_regression (analysis);
  GramLegendEntry *entry;

  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    {
      if (trained)
        add_trained (figure, plot, i);
      if (regression)
        add_regression (figure, plot, i, analysis);
      entry = gram_plot_add_legend (plot, losses[i].id, _ (losses[i].name), losses[i].role);
      entry->marker = trained ? losses[i].marker : GRAM_MARKER_NONE;
    }
  if (trained)
    {
      entry = gram_plot_add_legend (plot, "measured", _ ("trained nets"), GRAM_ROLE_NEUTRAL);
      entry->shade = GRAM_SHADE_SOFT;
    }
  if (regression)
    {
      entry = gram_plot_add_legend (plot, "predicted", _ ("kernel regression"), GRAM_ROLE_NEUTRAL);
      entry->shade = GRAM_SHADE_STRONG;
      entry->dash = GRAM_DASH_DASHED;
    }
  /* An empty panel says how it is filled. */
  if (!trained && !regression)
    gram_plot_add_note (plot, 50, 0.25, 0.5, _ ("A sweep fills this panel"));
}

/* How far the nets were trained is counted, never claimed. */
static void
set_heading (GramPlot *plot, const GramSweepTable *sweep)
{
  g_autofree char *heading = NULL;

  if (sweep != NULL)
    /* Translators: how many nets, of how many */
    heading = g_strdup_printf (
        _ ("%u of %u nets were trained to their target or until their residual stopped falling"),
        gram_sweep_table_settled (sweep), sweep->done);
  gram_plot_set_title (plot, heading);
}

static void
add_sweep (GramFigure *figure, GramPlot *measure, const GramSweepTable *sweep)
{
  set_cells (figure, sweep->cells);
  set_means (figure, sweep);
  gram_plot_add_series (measure, "trained", _ ("labels of the trained nets"), GRAM_SERIES_POINTS,
                        GRAM_ROLE_TRUE, gram_figure_column (figure, "cell-x"),
                        gram_figure_column (figure, "cell-measure"))
      ->marker = GRAM_MARKER_CIRCLE;
}

void
gram_generalization_figure_show (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramSweepTable *sweep = get_sweep (inputs);
  GramPlot *measure = add_measure (figure, inputs);
  GramPlot *test = add_panel (figure, "test", _ ("test ℓ1 loss and classification error"));
  const char *dashed = _ (" Dashed: kernel regression k(x, X)(H^{∞})^{−1}ỹ on the same draws, "
                          "without training.");
  g_autofree char *nets = describe_sweep (sweep);
  g_autofree char *caption = NULL;

  figure->share_x = TRUE;
  if (sweep != NULL)
    add_sweep (figure, measure, sweep);
  set_heading (test, sweep);
  add_losses (figure, test, sweep != NULL, inputs->analysis);
  add_rho_guide (test, inputs->settings);
  caption = g_strdup_printf (
      _ ("Above: the complexity measure when a fraction of the training labels is random; "
         "line: root of its expected square, markers: single draws. Below: ℓ1 loss and "
         "classification error on test images with the same fraction of random labels.%s%s"),
      has_regression (inputs->analysis) ? dashed : "", nets);
  gram_figure_caption (figure, &(GramFigureInputs){ .analysis = inputs->analysis }, caption);
}
