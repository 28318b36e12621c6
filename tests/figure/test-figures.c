/* test-figures.c: what the figures draw is what the engine found
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "../limit.h"
#include "fixture.h"
#include "gram-error.h"
#include "gram-export.h"
#include "gram-scaling.h"

/* Whether an axis of that scale shows a zero, and no curve has a place under it. */
static gboolean
shows_zero (GramPlot *plot, GramAxisSide side)
{
  GramAxis *axis = gram_plot_get_axis (plot, side);

  gram_plot_set_scale (plot, side, GRAM_SCALE_LOG);
  gram_plot_prepare (plot);
  if (isnan (axis->zero.place))
    return FALSE;
  for (double u = axis->zero.place - 3; u < axis->zero.first; u += 0.01)
    g_assert_true (isnan (gram_scale_forward (GRAM_SCALE_LOG, axis->zero, pow (10, u))));
  g_assert_cmpfloat (axis->zero.place, <, axis->zero.first);
  return TRUE;
}

/* A figure is made up to date a piece at a time. */
static void
update_whole (GramFigure *figure, const GramFigureInputs *inputs)
{
  limit_begin (30, "a figure that is up to date");
  while (!gram_figure_update (figure, inputs))
    ;
  limit_end ();
}

/* On a logarithmic axis 0 stands where a datum is zero, as step 0 of a run, and nowhere else. */
static void
test_zero_is_a_datum (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  g_autoptr (GramFigure) convergence = fixture_figure ("convergence", &inputs);
  g_autoptr (GramFigure) test = fixture_figure ("test", &inputs);
  g_autoptr (GramFigure) noise = fixture_figure ("noise", &inputs);
  GramPlot *residual = gram_figure_get_plot (convergence, "residual");

  g_assert_true (shows_zero (residual, GRAM_AXIS_X));
  g_assert_false (shows_zero (residual, GRAM_AXIS_Y));
  g_assert_false (shows_zero (g_ptr_array_index (test->plots, 0), GRAM_AXIS_Y));
  g_assert_false (shows_zero (g_ptr_array_index (noise->plots, 0), GRAM_AXIS_Y));
}

static void
test_names (void)
{
  static const char *const aliases[][2] = { { "1a", "convergence" },    { "1c", "convergence" },
                                            { "1b", "spectrum" },       { "1d", "spectrum" },
                                            { "2a", "generalization" }, { "2b", "generalization" },
                                            { "budget", "budget" },     { "mislabel", "mislabel" },
                                            { "test", "test" } };
  g_autoptr (GError) error = NULL;
  GramFigureInputs none = { 0 };

  g_assert_nonnull (gram_figures_get (11));
  for (guint i = 0; gram_figures_get (i) != NULL; i++)
    {
      const GramFigureInfo *info = gram_figures_get (i);
      g_auto (GStrv) words = g_strsplit (info->aliases, ",", -1);

      g_assert_true (gram_figures_find (info->name) == info);
      for (guint j = 0; words[j] != NULL; j++)
        g_assert_true (gram_figures_find (words[j]) == info);
    }
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    g_assert_cmpstr (gram_figures_find (aliases[i][0])->name, ==, aliases[i][1]);
  g_assert_null (gram_figures_find ("1"));
  g_assert_null (gram_figure_new_by_name ("1e", &none, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
}

/* Axes of nothing have no numbers, but for those that always go from 0 to 100 %. */
static void
check_no_numbers (GramFigure *figure, GBytes *svg)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (svg, NULL), g_bytes_get_size (svg));

  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      if (!isnan (plot->x.limit_min) || !isnan (plot->y.limit_min))
        return;
    }
  g_assert_null (strstr (text, ">1</text>"));
  g_assert_null (strstr (text, ">0</text>"));
  g_assert_null (strstr (text, ">0.5</text>"));
}

/* With nothing to show every figure says so and can still be drawn. */
static void
test_empty (void)
{
  GramFigureInputs none = { 0 };

  for (guint i = 0; gram_figures_get (i) != NULL; i++)
    {
      g_autoptr (GramFigure) figure = fixture_figure (gram_figures_get (i)->name, &none);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      GramExportOptions options;

      g_assert_true (gram_figure_is_empty (figure));
      g_assert_nonnull (figure->empty);
      gram_export_options_init (&options);
      options.format = GRAM_EXPORT_SVG;
      bytes = gram_figure_export_bytes (figure, &options, &error);
      g_assert_no_error (error);
      check_no_numbers (figure, bytes);
    }
}

/* What was made of a run goes with it, and comes back with the next. */
static void
test_run_gone (void)
{
  static const char *const names[] = { "modes", "budget", "test", "width" };
  GramFigureInputs with = fixture_inputs (fixture_get ()), without = with;

  without.dynamics = without.test_curves = NULL;
  without.finite_width = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GramFigure) figure = fixture_figure (names[i], &with);

      g_assert_false (gram_figure_is_empty (figure));
      gram_figure_update (figure, &without);
      g_assert_true (gram_figure_is_empty (figure));
      gram_figure_update (figure, &with);
      g_assert_false (gram_figure_is_empty (figure));
    }
}

/* All that a figure says, but for what people chose. */
static char *
describe (GramFigure *figure)
{
  g_autofree char *csv = gram_figure_to_csv (figure);
  GString *text = g_string_new (figure->caption);

  g_string_append_printf (text, "\n%u columns\n", figure->columns);
  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      g_string_append_printf (text, "panel %s, %s\n", plot->id, plot->title);
      for (guint j = 0; j < plot->series->len; j++)
        g_string_append_printf (text, " %s", ((GramSeries *) plot->series->pdata[j])->id);
      for (guint j = 0; j < plot->guides->len; j++)
        g_string_append_printf (text, " %s at %g", ((GramGuide *) plot->guides->pdata[j])->id,
                                ((GramGuide *) plot->guides->pdata[j])->value);
      for (guint j = 0; j < plot->legend->len; j++)
        g_string_append_printf (text, " %s", ((GramLegendEntry *) plot->legend->pdata[j])->label);
      for (guint j = 0; j < plot->notes->len; j++)
        g_string_append_printf (text, " %s", ((GramNote *) plot->notes->pdata[j])->text);
    }
  g_string_append (text, csv);
  return g_string_free (text, FALSE);
}

/* Whatever a figure showed before, it holds what one holds that is made of @inputs alone. */
static void
check_turns_to (GramFigure *figure, const GramFigureInputs *inputs)
{
  g_autoptr (GramFigure) fresh = fixture_figure (figure->id, inputs);
  g_autofree char *expected = describe (fresh);
  g_autofree char *got = NULL;

  update_whole (figure, inputs);
  got = describe (figure);
  g_assert_cmpstr (got, ==, expected);
}

/* Other images, classes and label sets, a run that is not there yet, and nothing at all: of what
 * was shown before nothing is left. */
static void
test_shows_the_present_alone (void)
{
  GramFigureInputs one = fixture_inputs (fixture_get ());
  GramFigureInputs other = fixture_inputs (fixture_get_other ());
  GramFigureInputs untrained = { .analysis = other.analysis, .settings = other.settings };
  GramFigureInputs early = { .analysis = one.analysis, .settings = one.settings };
  GramFigureInputs none = { 0 };

  /* the prediction before the run goes further than the run */
  for (guint i = 0; gram_figures_get (i) != NULL; i++)
    {
      g_autoptr (GramFigure) figure = fixture_figure (gram_figures_get (i)->name, &one);

      check_turns_to (figure, &other);
      check_turns_to (figure, &early);
      check_turns_to (figure, &one);
      check_turns_to (figure, &none);
      check_turns_to (figure, &one);
      check_turns_to (figure, &untrained);
    }
}

static GramAnalysis *
with_labels (const GramAnalysis *analysis, guint first, guint count)
{
  GramAnalysis *part = gram_analysis_copy (analysis);

  g_ptr_array_set_size (part->labels, 0);
  for (guint i = first; i < first + count; i++)
    g_ptr_array_add (part->labels,
                     gram_label_analysis_copy (g_ptr_array_index (analysis->labels, i)));
  return part;
}

/* A label set that is unticked goes from the spectrum and the predicted curves, and comes back in
 * its place. */
static void
test_unticked_labels_go (void)
{
  static const char *const names[] = { "convergence", "spectrum" };
  GramFigureInputs inputs = fixture_inputs (fixture_get ()), fewer;
  g_autoptr (GramAnalysis) later = with_labels (inputs.analysis, 1, 2);

  inputs.run = NULL;
  fewer = inputs;
  fewer.analysis = later;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GramFigure) figure = fixture_figure (names[i], &inputs);

      check_turns_to (figure, &fewer);
      check_turns_to (figure, &inputs);
    }
}

static void
test_all_export (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  static const double sizes[][2] = { { 960, 640 }, { 300, 200 } };

  for (guint i = 0; gram_figures_get (i) != NULL; i++)
    for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
      for (int format = 0; format <= GRAM_EXPORT_CSV; format++)
        {
          g_autoptr (GramFigure) figure = fixture_figure (gram_figures_get (i)->name, &inputs);
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) bytes = NULL;
          GramExportOptions options;

          g_assert_false (gram_figure_is_empty (figure));
          g_assert_nonnull (figure->caption);
          gram_export_options_init (&options);
          options.format = (GramExportFormat) format;
          options.width = sizes[size][0];
          options.height = sizes[size][1];
          bytes = gram_figure_export_bytes (figure, &options, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (g_bytes_get_size (bytes), >, 400);
        }
}

/* What was measured and what was predicted both lie within the panel. */
static void
test_movement_range (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("movement", &inputs);
  GramPlot *plot = gram_figure_get_plot (figure, "distance");

  gram_plot_prepare (plot);
  g_assert_cmpuint (plot->series->len, >=, 2 * fixture->run->sets->len);
  for (guint s = 0; s < plot->series->len; s++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, s);
      gsize count;
      const double *y = gram_buffer_peek (series->y, &count);

      for (gsize i = 0; i < gram_series_length (series); i++)
        if (isfinite (y[i]))
          g_assert_cmpfloat (y[i], <=, plot->y.range.max);
    }
}

static void
test_convergence (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("1a", &inputs);

  for (guint s = 0; s < fixture->run->sets->len; s++)
    {
      const GramRunSet *set = g_ptr_array_index (fixture->run->sets, s);
      g_autofree char *predicted_id = g_strdup_printf ("%s-predicted", set->labels->name);
      gsize count;
      const double *x, *y;

      y = fixture_values (figure, "residual", set->labels->name, &x, &count);
      g_assert_cmpuint (count, ==, set->curve[GRAM_QUANTITY_STEP]->len);
      g_assert_cmpuint (count, >, 100);
      g_assert_cmpint (memcmp (x, set->curve[GRAM_QUANTITY_STEP]->data, count * sizeof (double)),
                       ==, 0);
      g_assert_cmpint (memcmp (y, set->curve[GRAM_QUANTITY_RESIDUAL]->data,
                               count * sizeof (double)),
                       ==, 0);
      y = fixture_values (figure, "residual", predicted_id, &x, &count);
      g_assert_cmpfloat (x[count - 1], >=,
                         g_array_index (set->curve[GRAM_QUANTITY_STEP], double,
                                        set->curve[GRAM_QUANTITY_STEP]->len - 1));
      for (gsize i = 0; i < count; i += 17)
        g_assert_cmpfloat_with_epsilon (y[i],
                                        fixture_predict (inputs.analysis, s, fixture->run->eta,
                                                         (int) x[i], 0, 150),
                                        1e-9);
      y = fixture_values (figure, "difference", set->labels->name, &x, &count);
      g_assert_cmpuint (count, ==, set->curve[GRAM_QUANTITY_STEP]->len);
      for (gsize i = 0; i < count; i += 97)
        g_assert_cmpfloat_with_epsilon (y[i],
                                        g_array_index (set->curve[GRAM_QUANTITY_RESIDUAL], double,
                                                       i)
                                            - fixture_predict (inputs.analysis, s,
                                                               fixture->run->eta, (int) x[i], 0,
                                                               150),
                                        1e-9);
    }
}

static GramRun *
part_of_run (const GramRun *run, guint sets, guint length)
{
  GramRun *part = gram_run_new ();

  part->n = run->n;
  part->m = run->m;
  part->eta = run->eta;
  part->kappa = run->kappa;
  part->seed = run->seed;
  part->init = run->init;
  part->device = g_strdup (run->device);
  for (guint i = 0; i < sets; i++)
    {
      const GramRunSet *from = g_ptr_array_index (run->sets, i);
      GramRunSet *set = gram_run_add_set (part, from->labels);

      g_array_append_vals (set->curve[GRAM_QUANTITY_STEP], from->curve[GRAM_QUANTITY_STEP]->data,
                           MIN (length, from->curve[GRAM_QUANTITY_STEP]->len));
      g_array_append_vals (set->curve[GRAM_QUANTITY_RESIDUAL],
                           from->curve[GRAM_QUANTITY_RESIDUAL]->data,
                           MIN (length, from->curve[GRAM_QUANTITY_RESIDUAL]->len));
    }
  return part;
}

static void
hide_finite_width (GramFigure *figure)
{
  for (guint i = 0; i < figure->plots->len; i++)
    gram_plot_set_hidden (g_ptr_array_index (figure->plots, i), "finite-width", TRUE);
}

/* A figure that followed an analysis and a run through all their stages holds the same as one that
 * is made at the end. */
static void
test_updates_end_where_fresh_begins (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture), early = inputs;
  g_autoptr (GramRun) begun = part_of_run (fixture->run, 4, 1);
  g_autoptr (GramRun) half = part_of_run (fixture->run, 4, 500);
  g_autoptr (GramRun) other = part_of_run (fixture->run, 4, 300);
  g_autoptr (GramFigure) figure = NULL;
  g_autoptr (GramFigure) fresh = fixture_figure ("convergence", &inputs);
  GramRun *stages[] = { NULL, begun, half, other, fixture->run };
  g_autofree char *expected = gram_figure_to_csv (fresh);
  g_autofree char *got = NULL;

  /* A run that starts anew has other numbers at the same steps. */
  g_array_index (((GramRunSet *) g_ptr_array_index (other->sets, 0))->curve[GRAM_QUANTITY_RESIDUAL],
                 double, 7) = 99;
  early.run = NULL;
  early.analysis = NULL;
  figure = fixture_figure ("convergence", &early);
  early.analysis = fixture->krylov;
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      early.run = stages[i];
      if (i >= 2)
        early.analysis = inputs.analysis;
      update_whole (figure, &early);
      /* a caption names what there is */
      g_assert_cmpint (strstr (figure->caption, "Solid: ") != NULL, ==, i > 0);
    }
  got = gram_figure_to_csv (figure);
  /* The prediction drawn before the run reaches further than the run did. */
  GramPlot *plot = gram_figure_get_plot (figure, "residual");
  gram_plot_set_hidden (plot, "predicted", TRUE);
  gram_plot_set_hidden (gram_figure_get_plot (fresh, "residual"), "predicted", TRUE);
  hide_finite_width (figure);
  hide_finite_width (fresh);
  g_free (got);
  g_free (expected);
  got = gram_figure_to_csv (figure);
  expected = gram_figure_to_csv (fresh);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_label_sets_come_and_go (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramRun) fewer = part_of_run (fixture->run, 2, 400);
  g_autoptr (GramFigure) figure = fixture_figure ("convergence", &inputs);
  GramPlot *plot = gram_figure_get_plot (figure, "residual");
  GramView view;

  g_assert_cmpuint (plot->series->len, ==, 12);
  view = gram_view_zoom (gram_plot_get_view (plot), 0, 0, 0.5, 0.5);
  gram_figure_set_view (figure, 0, &view);
  inputs.run = fewer;
  update_whole (figure, &inputs);
  g_assert_cmpuint (plot->series->len, ==, 6);
  g_assert_cmpuint (plot->legend->len, ==, 5);  /* two label sets, measured, predicted twice */
  g_assert_false (gram_figure_is_fit (figure)); /* what people chose stays */
}

static void
test_spectrum (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  g_autoptr (GramFigure) figure = fixture_figure ("1b", &inputs);
  gsize count;
  const double *y = fixture_values (figure, "spectrum", "lambda", NULL, &count);

  g_assert_cmpuint (count, ==, inputs.analysis->n);
  g_assert_cmpint (memcmp (y, inputs.analysis->lambda, count * sizeof (double)), ==, 0);
  for (guint s = 0; s < inputs.analysis->labels->len; s++)
    {
      const GramLabelAnalysis *set = g_ptr_array_index (inputs.analysis->labels, s);
      double sum = 0;

      y = fixture_values (figure, "spectrum", set->labels->name, NULL, &count);
      for (gsize i = 0; i < count; i++)
        {
          g_assert_cmpfloat (y[i], ==, fabs (set->projection[i]));
          sum += y[i] * y[i];
        }
      g_assert_cmpfloat_with_epsilon (sqrt (sum), set->norm, 1e-9); /* Parseval */
    }
}

/* Digits that rounding made are not shown: nελ₁ and what is below, of either sign, is about 0. */
static void
test_spectrum_rounding (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  g_autoptr (GramFigure) whole = fixture_figure ("spectrum", &inputs);
  g_autoptr (GramAnalysis) singular = gram_analysis_copy (inputs.analysis);
  g_autoptr (GramFigure) figure = NULL;
  gint64 n = singular->n;
  gsize count;
  const double *y;

  g_assert_null (strstr (whole->caption, "rounding"));
  g_assert_false (shows_zero (gram_figure_get_plot (whole, "spectrum"), GRAM_AXIS_Y));
  singular->lambda[n - 3] = 1.1 * gram_analysis_rounding (singular);
  singular->lambda[n - 2] = 0.9 * gram_analysis_rounding (singular);
  singular->lambda[n - 1] = -0.9 * gram_analysis_rounding (singular);
  inputs.analysis = singular;
  figure = fixture_figure ("spectrum", &inputs);
  y = fixture_values (figure, "spectrum", "lambda", NULL, &count);
  g_assert_cmpfloat (y[n - 3], ==, singular->lambda[n - 3]);
  g_assert_true (y[n - 2] == 0 && y[n - 1] == 0);
  g_assert_true (fixture_series (figure, "spectrum", "lambda")->rough_zero);
  g_assert_nonnull (strstr (figure->caption, "rounding"));
  g_assert_true (shows_zero (gram_figure_get_plot (figure, "spectrum"), GRAM_AXIS_Y));
}

static void
test_noise (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  const GramAnalysis *analysis = inputs.analysis;
  const GramLabelAnalysis *set = g_ptr_array_index (analysis->labels, 0);
  double form = 0, trace = 0;
  gsize count;

  for (gint64 i = 0; i < analysis->n; i++)
    {
      form += set->projection[i] * set->projection[i] / analysis->lambda[i];
      trace += 1 / analysis->lambda[i];
    }
  for (int both = 0; both < 2; both++)
    {
      g_autoptr (GramFigure) figure = fixture_figure (both ? "2a" : "noise", &inputs);
      const double *x, *y = fixture_values (figure, "measure", "expected", &x, &count);
      GramGuide *guide =
          gram_plot_find_guide (gram_figure_get_plot (figure, "measure"), GRAM_GUIDE_RHO);

      for (gsize i = 0; i < count; i++)
        {
          double keep = (1 - x[i] / 100) * (1 - x[i] / 100);
          double expected = sqrt (2 * (keep * form + (1 - keep) * trace) / (double) analysis->n);

          g_assert_cmpfloat_with_epsilon (y[i], expected, 1e-7 * expected);
        }
      g_assert_cmpfloat (guide->value, ==, 30);
      g_assert_true (guide->draggable);
      g_assert_true (gram_figure_set_rho (figure, 0.45));
      g_assert_false (gram_figure_set_rho (figure, 0.45));
      g_assert_cmpfloat_with_epsilon (guide->value, 45, 1e-12);
    }
}

static void
test_sweep (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  g_autoptr (GramFigure) figure = fixture_figure ("generalization", &inputs);
  gsize count;
  const double *x, *y;

  fixture_values (figure, "test", "l1", &x, &count);
  g_assert_cmpuint (count, ==, inputs.sweep->done); /* not those that are not finished */
  y = fixture_values (figure, "test", "l1-mean", &x, &count);
  g_assert_cmpuint (count, ==, 6);
  g_assert_cmpfloat_with_epsilon (x[1], 20, 1e-9);
  g_assert_cmpfloat_with_epsilon (y[1], 0.1 + 0.85 * 0.2 + 0.02, 1e-12); /* three seeds */
  g_assert_cmpfloat_with_epsilon (y[5], 0.1 + 0.85 + 0.01, 1e-12);       /* two */
  /* 15 are done; those of the first of three seeds were ended by their number of steps */
  g_assert_cmpstr (
      gram_figure_get_plot (figure, "test")->title, ==,
      "9 of 15 nets were trained to their target or until their residual stopped falling");
}

/* Kernel regression fills the lower panel before there is a net, and no heading speaks of one. */
static void
test_regression (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  const GramAnalysis *analysis = inputs.analysis;
  g_autoptr (GramFigure) figure = NULL;
  GramPlot *plot;
  gsize count;
  const double *x, *y;

  inputs.sweep = NULL;
  figure = fixture_figure ("generalization", &inputs);
  plot = gram_figure_get_plot (figure, "test");
  g_assert_null (plot->title);
  g_assert_cmpuint (plot->notes->len, ==, 0);
  y = fixture_values (figure, "test", "l1-regression", &x, &count);
  g_assert_cmpuint (count, ==, analysis->n_fractions);
  g_assert_cmpfloat_with_epsilon (x[3], 15, 1e-9);
  g_assert_cmpfloat (y[3], ==, analysis->test_l1[3]);
  y = fixture_values (figure, "test", "error-regression", &x, &count);
  for (gsize i = 0; i < count; i++)
    g_assert_cmpfloat (y[i], ==, analysis->test_error[i]);
}

/* The line that is fitted to nets that fall as m^(−½), and the band of their seeds. */
static void
test_scaling (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  g_autoptr (GramFigure) figure = fixture_figure ("scaling", &inputs);
  GramPlot *plot = gram_figure_get_plot (figure, "scaling");
  g_autoptr (GPtrArray) curves = gram_scaling_new (inputs.study);
  const GramScalingCurve *curve = g_ptr_array_index (curves, 0);
  gsize count;
  const double *x, *y = fixture_values (figure, "scaling", "curve-0-mean", &x, &count);

  g_assert_cmpuint (count, ==, 3);
  g_assert_cmpfloat (x[1], ==, 400);
  g_assert_cmpfloat_with_epsilon (y[0], 1.05 / 10, 1e-12); /* one of its seeds is not done */
  g_assert_cmpfloat_with_epsilon (y[1], 1.1 / 20, 1e-12);
  y = fixture_values (figure, "scaling", "curve-0-band", &x, &count);
  g_assert_cmpuint (count, ==, 9);
  g_assert_cmpfloat_with_epsilon (y[3], 1.0 / 20, 1e-12);
  g_assert_cmpfloat_with_epsilon (y[4], 1.2 / 20, 1e-12);
  g_assert_true (isnan (y[5]));
  y = fixture_values (figure, "scaling", "curve-0", &x, &count);
  g_assert_cmpfloat_with_epsilon (log (y[1] / y[0]) / log (x[1] / x[0]), curve->slope, 1e-12);
  g_assert_cmpfloat_with_epsilon (curve->slope, -0.5, 0.03);
  y = fixture_values (figure, "scaling", "guide", &x, &count);
  g_assert_cmpfloat_with_epsilon (y[1] / y[0], 0.25, 1e-12);
  g_assert_cmpuint (plot->legend->len, ==, 3);
}

static gboolean
draws (const GramFigure *figure, GramDash dash)
{
  for (guint i = 0; i < figure->plots->len; i++)
    {
      const GramPlot *plot = g_ptr_array_index (figure->plots, i);

      for (guint j = 0; j < plot->series->len; j++)
        {
          const GramSeries *series = g_ptr_array_index (plot->series, j);

          if (series->dash == dash && gram_series_length (series) > 0)
            return TRUE;
        }
      for (guint j = 0; j < plot->guides->len; j++)
        if (((const GramGuide *) g_ptr_array_index (plot->guides, j))->dash == dash)
          return TRUE;
    }
  return FALSE;
}

/* A caption tells of dashed and dotted lines where there are some: with all that theory says, of a
 * run that was not looked at closely, and before the analysis. */
static void
test_captions_are_true (void)
{
  static const char *const names[] = { "convergence", "movement", "patterns" };
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramRun) plain = part_of_run (fixture->run, 3, 100);
  GramRun *runs[] = { fixture->run, plain };
  GramAnalysis *analyses[] = { inputs.analysis, NULL };

  inputs.finite_width = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names) * 4; i++)
    {
      g_autoptr (GramFigure) figure = NULL;

      inputs.run = runs[i / 3 % 2];
      inputs.analysis = analyses[i / 6];
      figure = fixture_figure (names[i % 3], &inputs);
      if (gram_figure_is_empty (figure))
        continue;
      g_test_message ("%u %s: %s", i, names[i % 3], figure->caption);
      g_assert_cmpint (strstr (figure->caption, "Dashed") != NULL, ==,
                       draws (figure, GRAM_DASH_DASHED));
      g_assert_cmpint (strstr (figure->caption, "Dotted") != NULL, ==,
                       draws (figure, GRAM_DASH_DOTTED));
    }
}

/* The nets of a sweep are named by the settings that it began with, and are not shown beside what
 * is computed of other images. */
static void
test_sweep_is_of_its_own (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture), other = fixture_inputs (fixture_get_other ());
  GramSweepPoint *point = g_ptr_array_index (fixture->sweep->points, 0);
  g_autoptr (GramSettings) settings = gram_settings_copy (inputs.settings);
  g_autoptr (GramFigure) figure = NULL;
  GramInit init = point->settings->init;

  inputs.settings = settings;
  settings->eta = 0.777;
  settings->m = 512;
  for (int i = 0; i < 2; i++)
    {
      point->settings->init = i == 0 ? GRAM_INIT_ANTISYMMETRIC : GRAM_INIT_IID;
      settings->init = i == 0 ? GRAM_INIT_IID : GRAM_INIT_ANTISYMMETRIC;
      g_clear_pointer (&figure, gram_figure_unref);
      figure = fixture_figure ("generalization", &inputs);
      g_assert_nonnull (strstr (figure->caption, " Markers: 15 of 18 nets trained, m = 300, "));
      g_assert_null (strstr (figure->caption, "0.777"));
      g_assert_cmpint (strstr (figure->caption, "iid initialisation") != NULL, ==, i == 1);
      g_assert_nonnull (fixture_series (figure, "measure", "trained"));
    }
  point->settings->init = init;
  inputs.analysis = other.analysis;
  g_clear_pointer (&figure, gram_figure_unref);
  figure = fixture_figure ("generalization", &inputs);
  /* a caption names what there is */
  g_assert_null (strstr (figure->caption, "trained"));
  g_assert_nonnull (strstr (figure->caption, "Dashed: kernel regression"));
  g_assert_null (gram_figure_get_plot (figure, "test")->title);
  g_assert_null (fixture_series (figure, "measure", "trained"));
  g_assert_null (fixture_series (figure, "test", "l1"));
}

/* What has no room is not waited for. */
static void
test_no_room (void)
{
  GramFigureInputs inputs = fixture_inputs (fixture_get ());
  g_autoptr (GramAnalysis) half = gram_analysis_copy (inputs.analysis);
  g_autoptr (GramFigure) spectrum = fixture_figure ("spectrum", &(GramFigureInputs){ 0 });
  g_autofree char *waiting = g_strdup (spectrum->empty);

  g_clear_pointer (&half->lambda, g_free);
  half->no_factor = g_strdup ("too many images");
  half->no_spectrum = g_strdup ("too many images");
  half->trace_inverse = NAN;
  inputs.analysis = half;
  gram_figure_update (spectrum, &inputs);
  g_assert_true (gram_figure_is_empty (spectrum));
  g_assert_cmpstr (spectrum->empty, !=, waiting);
  g_assert_nonnull (strstr (spectrum->empty, "memory for the spectrum"));
  {
    g_autoptr (GramFigure) noise = fixture_figure ("noise", &inputs);

    g_assert_true (gram_figure_is_empty (noise));
    g_assert_nonnull (strstr (noise->empty, "memory for the Cholesky factor"));
  }
}

/* The images of the ranking as they are, in its order, with the labels they have now; those that
 * were flipped have a frame; and the caption says what they are. */
static void
check_images (GramFigure *figure, const Fixture *fixture)
{
  const GPtrArray *tiles = gram_figure_get_plot (figure, "images")->tiles;
  const GramProblem *problem = fixture->problem;

  g_assert_cmpuint (tiles->len, ==, 60);
  for (guint rank = 0; rank < tiles->len; rank++)
    {
      const GramTile *tile = g_ptr_array_index (tiles, rank);
      gint64 sample = fixture->mislabel->order[rank];
      const guint8 *pixels = problem->pixels + sample * problem->d;
      gboolean flipped = FALSE;

      for (gint64 i = 0; i < fixture->n_planted; i++)
        flipped = flipped || fixture->planted[i] == sample;
      g_assert_true (tile->framed == flipped);
      g_assert_true (g_str_has_prefix (tile->label,
                                       problem->y[sample] * (flipped ? -1 : 1) > 0 ? "+1" : "−1"));
      for (gint64 i = 0; i < problem->d; i++)
        g_assert_cmpint (tile->picture->rgb[3 * i], ==, pixels[i]);
    }
  g_assert_nonnull (strstr (figure->caption, "n = "));
  g_assert_nonnull (strstr (figure->caption, problem->class_names[1]));
  g_assert_nonnull (strstr (figure->caption, "first 60 images"));
  g_assert_nonnull (strstr (figure->caption, "labels are the true ones"));
}

static void
test_mislabel (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("mislabel", &inputs);
  g_autofree double *change = NULL;
  GramMislabel positive;
  GramPlot *plot;
  gsize count, planted;
  const double *rank, *y = fixture_values (figure, "change", "change", NULL, &count);

  check_images (figure, fixture);
  g_assert_cmpuint (count, ==, fixture->problem->n);
  for (gsize i = 1; i < count; i++)
    g_assert_cmpfloat (y[i], >=, y[i - 1]);
  y = fixture_values (figure, "change", "planted", &rank, &planted);
  g_assert_cmpuint (planted, ==, (gsize) fixture->n_planted);
  y = fixture_values (figure, "recall", "recall", NULL, &count);
  g_assert_cmpfloat_with_epsilon (y[(gsize) rank[planted - 1] - 1], 100, 1e-9);
  if (rank[planted - 1] > (double) planted)
    g_assert_cmpfloat (y[(gsize) rank[planted - 1] - 2], <, 100);
  /* the line below which a label does not fit, also where all are on one side of it */
  positive = *inputs.mislabel;
  positive.change = change = g_new (double, fixture->problem->n);
  for (gint64 i = 0; i < fixture->problem->n; i++)
    change[i] = fabs (inputs.mislabel->change[i]) + 1e6;
  inputs.mislabel = &positive;
  update_whole (figure, &inputs);
  plot = gram_figure_get_plot (figure, "change");
  g_assert_cmpfloat (gram_plot_find_guide (plot, "zero")->value, ==, 0);
  gram_plot_prepare (plot);
  g_assert_cmpfloat (plot->y.range.min, <=, 0);
}

/* One grid: logarithmic axes, the same in all panels, with all that is drawn in them, and in each a
 * line of slope 1/2 from the first measure on. */
static void
test_learnability (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("learnability", &inputs);
  const GramPlot *first = g_ptr_array_index (figure->plots, 0);

  g_assert_cmpuint (figure->plots->len, ==, fixture->learn_targets->len);
  for (guint i = 0; i < figure->plots->len; i++)
    {
      GramPlot *plot = g_ptr_array_index (figure->plots, i);
      gsize count, two;
      const double *x, *n, *root = fixture_values (figure, plot->id, "root", &n, &count);
      const double *guide = fixture_values (figure, plot->id, "guide", &x, &two);

      gram_plot_prepare (plot);
      g_assert_true (plot->x.scale == GRAM_SCALE_LOG && plot->y.scale == GRAM_SCALE_LOG);
      g_assert_cmpfloat (plot->y.range.min, ==, first->y.range.min);
      g_assert_cmpfloat (plot->y.range.max, ==, first->y.range.max);
      for (gsize k = 0; k < count; k++)
        g_assert_true (log10 (root[k]) > plot->y.range.min && log10 (root[k]) < plot->y.range.max);
      g_assert_cmpuint (two, ==, 2);
      g_assert_cmpfloat (x[0], ==, n[0]);
      g_assert_cmpfloat (x[1], ==, n[count - 1]);
      g_assert_cmpfloat (guide[0], ==, root[0]);
      g_assert_cmpfloat_with_epsilon (log (guide[1] / guide[0]) / log (x[1] / x[0]), 0.5, 1e-12);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/names", test_names);
  g_test_add_func ("/figure/empty", test_empty);
  g_test_add_func ("/figure/movement-range", test_movement_range);
  g_test_add_func ("/figure/export", test_all_export);
  g_test_add_func ("/figure/convergence", test_convergence);
  g_test_add_func ("/figure/updates", test_updates_end_where_fresh_begins);
  g_test_add_func ("/figure/label-sets", test_label_sets_come_and_go);
  g_test_add_func ("/figure/spectrum", test_spectrum);
  g_test_add_func ("/figure/spectrum/rounding", test_spectrum_rounding);
  g_test_add_func ("/figure/noise", test_noise);
  g_test_add_func ("/figure/sweep", test_sweep);
  g_test_add_func ("/figure/scaling", test_scaling);
  g_test_add_func ("/figure/captions", test_captions_are_true);
  g_test_add_func ("/figure/regression", test_regression);
  g_test_add_func ("/figure/sweep-is-of-its-own", test_sweep_is_of_its_own);
  g_test_add_func ("/figure/no-room", test_no_room);
  g_test_add_func ("/figure/mislabel", test_mislabel);
  g_test_add_func ("/figure/run-gone", test_run_gone);
  g_test_add_func ("/figure/present-alone", test_shows_the_present_alone);
  g_test_add_func ("/figure/zero", test_zero_is_a_datum);
  g_test_add_func ("/figure/unticked", test_unticked_labels_go);
  g_test_add_func ("/figure/learnability", test_learnability);
  return g_test_run ();
}
