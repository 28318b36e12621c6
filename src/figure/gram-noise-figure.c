/* gram-noise-figure.c: the measure against the fraction of random labels, and Figure 2 on top of it
 *
 * SPDX-License-Identifier: MIT
 *
 * The curve is the root of the closed-form expectation of number 22, the dots are single draws.
 * Figure 2 adds, for nets trained at each fraction, the measure of their very labels and the test
 * ℓ1 loss and classification error.
 */
#include "gram-figures-private.h"

#include <math.h>

#include "gram-ticks.h"

#define CURVE_POINTS 201

static void
set_fraction_axis (GramPlot *plot)
{
  gram_plot_set_axis (plot, GRAM_AXIS_X, _ ("random labels, %"), GRAM_SCALE_LINEAR);
  gram_plot_set_limits (plot, GRAM_AXIS_X, 0, 100);
}

static GramPlot *
add_measure_panel (GramFigure *figure)
{
  GramPlot *plot = gram_figure_add_plot (figure, "measure");
  GramGuide *guide;
  GramSeries *series;

  set_fraction_axis (plot);
  gram_plot_set_axis (plot, GRAM_AXIS_Y, _ ("complexity measure √(2yᵀ(H^{∞})^{−1}y / n), Eq 10"),
                      GRAM_SCALE_LINEAR);
  plot->y.include = 0;
  plot->y.scale_choice = TRUE;
  series = gram_plot_add_series (plot, "expected", _ ("expected, closed form"), GRAM_SERIES_LINE,
                                 GRAM_ROLE_EIGENVALUE, gram_figure_column (figure, "curve-x"),
                                 gram_figure_column (figure, "curve-y"));
  series->width = 2.4;
  series = gram_plot_add_series (plot, "sampled", _ ("one draw of the labels"), GRAM_SERIES_POINTS,
                                 GRAM_ROLE_MIXED, gram_figure_column (figure, "sampled-x"),
                                 gram_figure_column (figure, "sampled-y"));
  series->marker = GRAM_MARKER_DIAMOND;
  guide = gram_plot_add_guide (plot, GRAM_GUIDE_RHO, GRAM_AXIS_X, NAN, NULL);
  guide->draggable = TRUE;
  guide->unit = " %";
  guide->role = GRAM_ROLE_MIXED;
  return plot;
}

static void
build_noise (GramFigure *figure)
{
  gram_figure_set_empty (figure, _ ("The curve appears when H^{∞} is factored"));
  add_measure_panel (figure);
}

static void
build_generalization (GramFigure *figure)
{
  GramPlot *measure = add_measure_panel (figure);
  GramPlot *test = gram_figure_add_plot (figure, "test");
  GramGuide *guide;
  static const struct
  {
    const char *id, *name;
    GramRole role;
    GramMarker marker;
    GramDash dash;
  } losses[] = {
    { "l1", N_ ("test ℓ1 loss"), GRAM_ROLE_TRUE, GRAM_MARKER_CIRCLE, GRAM_DASH_SOLID },
    { "error", N_ ("test classification error"), GRAM_ROLE_RANDOM, GRAM_MARKER_SQUARE,
      GRAM_DASH_DASHED },
  };

  gram_figure_set_empty (figure, _ ("The curve appears when H^{∞} is factored"));
  figure->share_x = TRUE;
  gram_plot_add_series (measure, "trained", _ ("labels of the trained nets"), GRAM_SERIES_POINTS,
                        GRAM_ROLE_TRUE, gram_figure_column (figure, "cell-x"),
                        gram_figure_column (figure, "cell-measure"))
      ->marker = GRAM_MARKER_CIRCLE;
  set_fraction_axis (test);
  gram_plot_set_axis (test, GRAM_AXIS_Y, _ ("test error of nets trained until convergence"),
                      GRAM_SCALE_LINEAR);
  test->y.include = 0;
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    {
      g_autofree char *mean = g_strdup_printf ("%s-mean", losses[i].id);
      g_autofree char *name = g_strdup_printf (_ ("%s, mean over seeds"), _ (losses[i].name));
      GramSeries *series;
      GramLegendEntry *entry;

      series = gram_plot_add_series (test, mean, name, GRAM_SERIES_LINE, losses[i].role,
                                     gram_figure_column (figure, "mean-x"),
                                     gram_figure_column (figure, "%s-mean", losses[i].id));
      series->dash = losses[i].dash;
      gram_series_set_tags (series, losses[i].id, NULL);
      series = gram_plot_add_series (test, losses[i].id, _ (losses[i].name), GRAM_SERIES_POINTS,
                                     losses[i].role, gram_figure_column (figure, "cell-x"),
                                     gram_figure_column (figure, "cell-%s", losses[i].id));
      series->marker = losses[i].marker;
      entry = gram_plot_add_legend (test, losses[i].id, _ (losses[i].name), losses[i].role);
      entry->marker = losses[i].marker;
      entry->dash = losses[i].dash;
    }
  guide = gram_plot_add_guide (test, GRAM_GUIDE_RHO, GRAM_AXIS_X, NAN, NULL);
  guide->draggable = TRUE;
  guide->unit = " %";
  guide->role = GRAM_ROLE_MIXED;
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
  guint count = analysis->sampled_complexity != NULL ? analysis->n_fractions : 0;
  double *x = gram_buffer_resize (gram_figure_column (figure, "sampled-x"), count);
  double *y = gram_buffer_resize (gram_figure_column (figure, "sampled-y"), count);

  for (guint i = 0; i < count; i++)
    {
      x[i] = 100 * analysis->fraction[i];
      y[i] = analysis->sampled_complexity[i];
    }
}

static void
update_measure (GramFigure *figure, const GramFigureInputs *inputs)
{
  const GramAnalysis *analysis = inputs->analysis;

  if (analysis != NULL && isfinite (gram_analysis_expected_complexity (analysis, 0.5)))
    {
      set_curve (figure, analysis);
      set_samples (figure, analysis);
    }
  else
    {
      static const char *const columns[] = { "curve-x", "curve-y", "sampled-x", "sampled-y" };

      for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
        gram_buffer_resize (gram_figure_column (figure, "%s", columns[i]), 0);
    }
  if (inputs->settings != NULL)
    gram_figure_set_rho (figure, inputs->settings->rho);
}

static void
update_noise (GramFigure *figure, const GramFigureInputs *inputs)
{
  update_measure (figure, inputs);
  gram_figure_set_caption_parts (
      figure, &(GramFigureInputs){ .analysis = inputs->analysis },
      _ ("Line: root of E[ỹᵀ(H^{∞})^{−1}ỹ] = (1−ρ)²yᵀ(H^{∞})^{−1}y + (1−(1−ρ)²) tr (H^{∞})^{−1}, "
         "each label redrawn with probability ρ. An average of the square: its root is not the "
         "mean "
         "of the measure. Diamonds: one draw of the labels each."));
}

/* ---------- the sweep ----------------------------------------------------------------------- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
set_means (GramFigure *figure, const GArray *cells)
{
  g_autoptr (GArray) fractions = g_array_new (FALSE, FALSE, sizeof (double));
  GramBuffer *x = gram_figure_column (figure, "mean-x");
  GramBuffer *l1 = gram_figure_column (figure, "l1-mean");
  GramBuffer *error = gram_figure_column (figure, "error-mean");

  gram_buffer_resize (x, 0);
  gram_buffer_resize (l1, 0);
  gram_buffer_resize (error, 0);
  for (guint i = 0; i < cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (cells, GramSweepCell, i);

      if (cell->done)
        g_array_append_val (fractions, cell->fraction);
    }
  g_array_sort (fractions, compare_numbers);
  for (guint i = 0; i < fractions->len; i++)
    {
      double fraction = g_array_index (fractions, double, i), sum_l1 = 0, sum_error = 0;
      guint count = 0;

      if (i > 0 && fraction == g_array_index (fractions, double, i - 1))
        continue;
      for (guint j = 0; j < cells->len; j++)
        {
          const GramSweepCell *cell = &g_array_index (cells, GramSweepCell, j);

          if (!cell->done || cell->fraction != fraction)
            continue;
          sum_l1 += cell->test_l1;
          sum_error += cell->test_error;
          count++;
        }
      gram_buffer_append (x, 100 * fraction);
      gram_buffer_append (l1, sum_l1 / count);
      gram_buffer_append (error, sum_error / count);
    }
}

static void
set_cells (GramFigure *figure, const GArray *cells)
{
  GramBuffer *x = gram_figure_column (figure, "cell-x");
  GramBuffer *measure = gram_figure_column (figure, "cell-measure");
  GramBuffer *l1 = gram_figure_column (figure, "cell-l1");
  GramBuffer *error = gram_figure_column (figure, "cell-error");

  gram_buffer_resize (x, 0);
  gram_buffer_resize (measure, 0);
  gram_buffer_resize (l1, 0);
  gram_buffer_resize (error, 0);
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

/* An empty panel says how it is filled. */
static void
set_hint (GramFigure *figure)
{
  GramPlot *test = gram_figure_get_plot (figure, "test");
  gsize count;

  gram_buffer_peek (gram_figure_column (figure, "cell-x"), &count);
  if (count > 0 && test->notes->len > 0)
    gram_plot_clear_notes (test);
  else if (count == 0 && test->notes->len == 0)
    gram_plot_add_note (test, 50, 0.25, 0.5, _ ("A sweep fills this panel"));
}

static char *
describe_sweep (const GramSweepTable *sweep, const GramSettings *settings)
{
  const char *init;
  g_autofree char *m = NULL;
  g_autofree char *eta = NULL;
  g_autofree char *kappa = NULL;

  if (sweep == NULL || settings == NULL)
    return g_strdup ("");
  init = gram_init_to_string (settings->init);
  m = gram_format_fixed ((double) settings->m, 0);
  eta = gram_format_number (settings->eta, 6);
  kappa = gram_format_number (settings->kappa, 6);
  if (settings->m <= 0)
    /* Translators: nets done, nets in all, step size, scale and kind of initialisation */
    return g_strdup_printf (_ (" %u of %u nets trained, η = %s, κ = %s, %s initialisation."),
                            sweep->done, sweep->cells->len, eta, kappa, init);
  /* Translators: nets done, nets in all, width, step size, scale and kind of initialisation */
  return g_strdup_printf (_ (" %u of %u nets trained, m = %s, η = %s, κ = %s, %s initialisation."),
                          sweep->done, sweep->cells->len, m, eta, kappa, init);
}

static void
update_generalization (GramFigure *figure, const GramFigureInputs *inputs)
{
  g_autofree char *sweep = describe_sweep (inputs->sweep, inputs->settings);
  g_autofree char *caption = NULL;
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (GramSweepCell));
  const GArray *cells = inputs->sweep != NULL ? inputs->sweep->cells : none;

  update_measure (figure, inputs);
  set_cells (figure, cells);
  set_means (figure, cells);
  set_hint (figure);
  caption = g_strdup_printf (_ ("Above: the complexity measure when a fraction of the training "
                                "labels is random; line: root "
                                "of its expected square, markers: single draws. Below: ℓ1 loss and "
                                "classification error on "
                                "test images with the same fraction of random labels.%s"),
                             sweep);
  gram_figure_set_caption_parts (figure, &(GramFigureInputs){ .analysis = inputs->analysis },
                                 caption);
}

const GramFigureClass gram_figure_noise = {
  .name = "noise",
  .title = N_ ("Complexity measure under label noise"),
  .numbers = "22",
  .aliases = "",
  .build = build_noise,
  .update = update_noise,
};

const GramFigureClass gram_figure_generalization = {
  .name = "generalization",
  .title = N_ ("Generalization: complexity measure and test error"),
  .numbers = "11",
  .aliases = "2a,2b,2",
  .build = build_generalization,
  .update = update_generalization,
};
