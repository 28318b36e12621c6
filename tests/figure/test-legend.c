/* test-legend.c: what a figure draws, it names, and what it names, it draws
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-layout.h"

static gboolean
is_drawn (const GramSeries *series)
{
  gsize ignored, count = gram_series_length (series);
  const double *y = gram_buffer_peek (series->y, &ignored);

  for (gsize i = 0; i < count; i++)
    if (isfinite (y[i]))
      return TRUE;
  return FALSE;
}

/* Whether the entry has that colour, or stands for all colours. */
static gboolean
has_colour (const GramLegendEntry *entry, GramRole role)
{
  return entry->role == role || entry->role == GRAM_ROLE_NEUTRAL;
}

/* A line is named by an entry with its colour and one with its dashes or marker, which
 * may be the same,
 * in whatever panel. A panel of one line needs none: its axis says what it is. */
static gboolean
is_named (const GramLayout *layout, const GramPanel *panel, const GramSeries *series)
{
  gboolean colour = FALSE, dash = FALSE;

  if (panel->plot->series->len == 1)
    return TRUE;
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPanel *other = g_ptr_array_index (layout->panels, i);

      for (guint j = 0; j < other->legend->len; j++)
        {
          const GramLegendEntry *entry = g_array_index (other->legend, GramLegendBox, j).entry;

          if (!gram_series_has_tag (series, entry->tag))
            continue;
          colour = colour || entry->role == series->role;
          if (series->kind == GRAM_SERIES_POINTS)
            dash = dash || entry->marker == series->marker;
          else
            dash = dash || (entry->dash == series->dash && has_colour (entry, series->role));
        }
    }
  return colour && dash;
}

static gboolean
has_guide (const GramPlot *plot, const char *tag)
{
  for (guint i = 0; i < plot->guides->len; i++)
    {
      const GramGuide *guide = g_ptr_array_index (plot->guides, i);

      if (g_strcmp0 (guide->tag, tag) == 0 && !isnan (guide->value))
        return TRUE;
    }
  return FALSE;
}

static gboolean
tells_of_something (const GramLayout *layout, const GramLegendEntry *entry)
{
  for (guint i = 0; i < layout->panels->len; i++)
    {
      const GramPlot *plot = ((GramPanel *) layout->panels->pdata[i])->plot;

      if (has_guide (plot, entry->tag))
        return TRUE;
      for (guint j = 0; j < plot->series->len; j++)
        {
          const GramSeries *series = g_ptr_array_index (plot->series, j);

          if (gram_series_has_tag (series, entry->tag)
              && (series->dash == entry->dash || series->kind == GRAM_SERIES_POINTS)
              && has_colour (entry, series->role) && is_drawn (series))
            return TRUE;
        }
    }
  return FALSE;
}

static void
check_panel (const GramLayout *layout, const GramPanel *panel)
{
  const GramPlot *plot = panel->plot;

  for (guint i = 0; i < plot->series->len; i++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, i);

      if (is_drawn (series) && !is_named (layout, panel, series))
        g_error ("%s, panel %s: no entry for %s", layout->figure->id, plot->id, series->id);
    }
  for (guint i = 0; i < plot->guides->len; i++)
    {
      const GramGuide *guide = g_ptr_array_index (plot->guides, i);

      if (!isnan (guide->value) && !guide->draggable && guide->label == NULL)
        g_error ("%s, panel %s: nothing says what %s is", layout->figure->id, plot->id, guide->id);
    }
  for (guint i = 0; i < panel->legend->len; i++)
    {
      const GramLegendEntry *entry = g_array_index (panel->legend, GramLegendBox, i).entry;

      if (!tells_of_something (layout, entry))
        g_error ("%s, panel %s: “%s” is not drawn", layout->figure->id, plot->id, entry->label);
    }
}

static void
check_figures (const GramFigureInputs *inputs)
{
  g_autoptr (GramTypesetter) typesetter = gram_typesetter_new (NULL);

  for (guint i = 0; gram_figures_get (i) != NULL; i++)
    {
      g_autoptr (GramFigure) figure =
          gram_figure_new_by_name (gram_figures_get (i)->name, inputs, NULL);
      g_autoptr (GramLayout) layout =
          gram_layout_new (figure, typesetter, gram_theme_get (GRAM_THEME_LIGHT), 1100, 1000, 0, 0);

      for (guint j = 0; j < layout->panels->len; j++)
        check_panel (layout, g_ptr_array_index (layout->panels, j));
    }
}

/* With a run, before it, before the analysis, without planted flips, and of other labels. */
static void
test_every_line (void)
{
  GramFigureInputs all = fixture_inputs (fixture_get ());
  GramFigureInputs other = fixture_inputs (fixture_get_other ());
  GramFigureInputs early = { .analysis = all.analysis, .settings = all.settings };
  GramFigureInputs alone = { .run = all.run, .settings = all.settings };
  GramFigureInputs none = { 0 };
  GramFigureInputs plain = all;

  plain.n_planted = 0;
  plain.sweep = NULL;
  plain.finite_width = NULL;
  check_figures (&all);
  check_figures (&other);
  check_figures (&early);
  check_figures (&alone);
  check_figures (&none);
  check_figures (&plain);
}

/* ‖y − u(0)‖, of all label sets the largest. */
static double
first_residual (const GramRun *run)
{
  double largest = 0;

  for (guint i = 0; i < run->sets->len; i++)
    largest = MAX (largest, g_array_index (gram_run_get_set (run, i)->curve[GRAM_QUANTITY_RESIDUAL],
                                           double, 0));
  return largest;
}

/* A prediction that grows without bound squashes neither itself nor what was measured, and the
 * axis that does not follow it says so. */
static void
check_cut_off (const GramFigureInputs *inputs, double reach)
{
  g_autoptr (GramFigure) figure = gram_figure_new_by_name ("convergence", inputs, NULL);
  GramPlot *residual = gram_figure_get_plot (figure, "residual");
  guint told = 0;

  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);

      gram_plot_prepare (plot);
      g_assert_cmpfloat (plot->y.range.max, <, reach);
      g_assert_cmpfloat (plot->y.range.min, >, -reach);
      told += strstr (plot->y.label, "cut off: goes on to") != NULL;
    }
  g_assert_cmpuint (told, >=, 1);
  g_assert_nonnull (strstr (figure->caption, "η is not below 2/λ₁"));
  gram_plot_set_scale (residual, GRAM_AXIS_Y, GRAM_SCALE_LOG);
  gram_plot_prepare (residual);
  g_assert_cmpfloat (pow (10, residual->y.range.max), <, 2 * reach);
}

static void
test_cut_off (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  double eta = 10 * gram_analysis_stable_step (inputs.analysis);
  g_autoptr (GramSettings) settings = gram_settings_copy (fixture->settings);
  GramFigureInputs early = { .analysis = inputs.analysis, .settings = settings };
  g_autoptr (GramFigure) before = gram_figure_new_by_name ("convergence", &inputs, NULL);
  GramRun run = *fixture->run;

  g_assert_null (strstr (gram_figure_get_plot (before, "residual")->y.label, "cut off"));
  g_assert_null (strstr (before->caption, "2/λ₁"));
  settings->eta = run.eta = eta;
  check_cut_off (&early, 4 * sqrt ((double) fixture->problem->n));
  inputs.run = &run;
  check_cut_off (&inputs, 4 * first_residual (&run));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/legend/every-line", test_every_line);
  g_test_add_func ("/legend/cut-off", test_cut_off);
  return g_test_run ();
}
