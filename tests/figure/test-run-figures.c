/* test-run-figures.c: how the figures take a run apart adds up to the run
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "gram-kept-run.h"
#include "gram-predicted-run.h"

/* The bands together are the whole residual, measured and predicted. */
static void
test_modes (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("modes", &inputs);

  for (guint s = 0; s < fixture->dynamics->len; s++)
    {
      const GramDynamics *one = g_ptr_array_index (fixture->dynamics, s);

      g_assert_cmpint (one->first[0], ==, 0);
      g_assert_cmpint (one->first[one->bands], ==, one->n);
      g_assert_cmpuint (one->count, >, 5);
      for (guint i = 0; i < one->count; i++)
        {
          double measured = 0, predicted = 0, residual;

          for (guint b = 0; b < one->bands; b++)
            {
              measured += pow (one->measured[b * one->count + i], 2);
              predicted += pow (one->predicted[b * one->count + i], 2);
            }
          residual = g_array_index (one->budget, GramErrorBudgetRow, i).residual;
          g_assert_cmpfloat_with_epsilon (sqrt (measured), residual, 1e-9 * residual + 1e-12);
          g_assert_cmpfloat_with_epsilon (sqrt (predicted),
                                          fixture_predict (inputs.analysis, s, one->eta,
                                                           (int) one->step[i], 0, one->n),
                                          1e-9);
        }
      GramPlot *plot = gram_figure_get_plot (figure, one->labels->name);
      g_assert_nonnull (plot);
      g_assert_cmpuint (plot->series->len, ==, 2 * one->bands);
    }
}

/* The curves are the run's, on steps of their own. */
static void
test_kernel (void)
{
  static const struct
  {
    const char *panel;
    GramQuantity quantity;
  } curves[] = { { "drift", GRAM_QUANTITY_KERNEL_DRIFT },
                 { "alignment", GRAM_QUANTITY_KERNEL_ALIGNMENT },
                 { "rank", GRAM_QUANTITY_KERNEL_RANK } };
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("kernel", &inputs);

  for (guint s = 0; s < fixture->run->sets->len; s++)
    for (guint c = 0; c < G_N_ELEMENTS (curves); c++)
      {
        const GramRunSet *set = g_ptr_array_index (fixture->run->sets, s);
        const GArray *step = set->curve[GRAM_QUANTITY_KERNEL_STEP];
        const double *x;
        gsize count;
        const double *y = fixture_values (figure, curves[c].panel, set->labels->name, &x, &count);

        g_assert_cmpuint (count, ==, step->len);
        g_assert_cmpuint (count, >, 3);
        g_assert_cmpmem (x, count * sizeof (double), step->data, count * sizeof (double));
        g_assert_cmpmem (y, count * sizeof (double), set->curve[curves[c].quantity]->data,
                         count * sizeof (double));
      }
}

/* The two parts add up to the whole at every recorded step, the whole is that of convergence, and
 * the dotted curve there is what one of them is less Eq 8. */
static void
test_width (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("width", &inputs);
  g_autoptr (GramFigure) convergence = fixture_figure ("convergence", &inputs);

  for (guint s = 0; s < fixture->run->sets->len; s++)
    {
      const GramRunSet *set = g_ptr_array_index (fixture->run->sets, s);
      const char *name = set->labels->name;
      g_autofree char *dotted = g_strdup_printf ("%s-finite-width", name);
      g_autofree char *dashed = g_strdup_printf ("%s-predicted", name);
      gsize count, same, points;
      const double *step, *grid;
      const double *whole = fixture_values (figure, name, "difference", &step, &count);
      const double *width = fixture_values (figure, name, "width", NULL, &same);
      const double *patterns = fixture_values (figure, name, "patterns", NULL, &same);
      const double *other = fixture_values (convergence, "difference", name, NULL, &same);
      const double *start = fixture_values (convergence, "residual", dotted, &grid, &points);
      const double *limit = fixture_values (convergence, "residual", dashed, NULL, &points);

      g_assert_cmpuint (count, ==, set->curve[GRAM_QUANTITY_STEP]->len);
      g_assert_cmpuint (count, ==, same);
      for (gsize i = 0; i < count; i++)
        {
          g_assert_cmpfloat_with_epsilon (width[i] + patterns[i], whole[i], 1e-12);
          g_assert_cmpfloat_with_epsilon (whole[i], other[i], 1e-12);
        }
      g_assert_cmpfloat (grid[7], ==, step[7]);
      g_assert_cmpfloat_with_epsilon (start[7] - limit[7], width[7], 1e-12);
      g_assert_cmpfloat (fabs (width[7]), >, 1e-6);
    }
}

/* What the budget calls the residual is what the run recorded at that step. */
static void
test_budget (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  g_autoptr (GramFigure) figure = fixture_figure ("budget", &inputs);

  for (guint s = 0; s < fixture->dynamics->len; s++)
    {
      const GramRunSet *set = g_ptr_array_index (fixture->run->sets, s);
      gsize count, matched = 0;
      const double *x, *y = fixture_values (figure, set->labels->name, "residual", &x, &count);

      for (gsize i = 0; i < count; i++)
        for (guint j = 0; j < set->curve[GRAM_QUANTITY_STEP]->len; j++)
          if (g_array_index (set->curve[GRAM_QUANTITY_STEP], double, j) == x[i])
            {
              double recorded = g_array_index (set->curve[GRAM_QUANTITY_RESIDUAL], double, j);

              g_assert_cmpfloat_with_epsilon (y[i], recorded, 1e-5 * recorded);
              matched++;
            }
      g_assert_cmpuint (matched, >, 5);
    }
}

/* The run of the fixture as if it had been trained with that η, and laid aside as number @number.
 */
static GramKeptRun *
lay_aside (const Fixture *fixture, double eta, guint number, gboolean predict)
{
  GramRun run = *fixture->run;
  GramKeptRun *kept;

  run.eta = eta;
  kept = gram_kept_run_new (fixture->settings, &run, 1, "Glyphs");
  kept->number = number;
  g_free (kept->title);
  kept->title = g_strdup_printf ("run %u", number);
  if (predict)
    gram_kept_run_set_predicted (kept, gram_predicted_run_new (gram_analyser_get_analysis (
                                                                   fixture->analyser),
                                                               &run));
  return kept;
}

static guint
count_dashed (GramPlot *plot, const char *tag)
{
  guint dashed = 0;

  for (guint i = 0; i < plot->series->len; i++)
    {
      const GramSeries *series = g_ptr_array_index (plot->series, i);

      dashed += series->dash == GRAM_DASH_DASHED && gram_series_has_tag (series, tag)
                && gram_plot_series_visible (plot, series);
    }
  return dashed;
}

/* An earlier run has its own prediction, with its own η, whatever is analysed now; one that has
 * none has none drawn, and nothing says that there is one. */
static void
test_kept (void)
{
  const Fixture *fixture = fixture_get ();
  GramFigureInputs inputs = fixture_inputs (fixture);
  GramFigureInputs alone = inputs;
  g_autoptr (GPtrArray) kept =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gram_kept_run_unref);
  g_autoptr (GPtrArray) without = g_ptr_array_new ();
  g_autoptr (GramFigure) figure = NULL, plain = NULL;
  guint sets = fixture->run->sets->len;
  double eta = 0.4 * fixture->run->eta;
  GramPlot *plot;

  g_ptr_array_add (kept, lay_aside (fixture, eta, 1, TRUE));
  g_ptr_array_add (kept, lay_aside (fixture, fixture->run->eta, 2, FALSE));
  g_ptr_array_add (without, kept->pdata[1]);
  inputs.kept = kept;
  figure = fixture_figure ("convergence", &inputs);
  plot = gram_figure_get_plot (figure, "residual");
  for (guint s = 0; s < sets; s++)
    {
      const GramRunSet *set = gram_run_get_set (fixture->run, s);
      g_autofree char *id = g_strdup_printf ("run-1-%s-predicted", set->labels->name);
      guint found = (guint) gram_analysis_find_set (inputs.analysis, set->labels->name);
      gsize count;
      const double *x, *y = fixture_values (figure, "residual", id, &x, &count);

      g_assert_cmpuint (count, >, 100);
      g_assert_cmpfloat (x[0], ==, 0);
      g_assert_cmpfloat (x[count - 1], >=, gram_run_set_last (set, GRAM_QUANTITY_STEP));
      for (gsize i = 0; i < count; i += 7)
        g_assert_cmpfloat_with_epsilon (y[i],
                                        fixture_predict (inputs.analysis, found, eta, (int) x[i], 0,
                                                         inputs.analysis->n),
                                        1e-8 * y[0]);
    }
  g_assert_cmpuint (count_dashed (plot, "run-1"), ==, sets);
  g_assert_cmpuint (count_dashed (plot, "run-2"), ==, 0);
  g_assert_nonnull (strstr (figure->caption, "Thin and dashed"));
  gram_figure_set_hidden (figure, "predicted", TRUE);
  g_assert_cmpuint (count_dashed (plot, "run-1"), ==, 0);
  gram_figure_set_hidden (figure, "predicted", FALSE);
  gram_figure_set_hidden (figure, "run-1", TRUE);
  g_assert_cmpuint (count_dashed (plot, "run-1"), ==, 0);
  alone.analysis = NULL;
  alone.kept = without;
  plain = fixture_figure ("convergence", &alone);
  g_assert_null (strstr (plain->caption, "Thin and dashed"));
  g_assert_nonnull (strstr (plain->caption, "Thin:"));
  g_assert_cmpuint (count_dashed (gram_figure_get_plot (plain, "residual"), "run-2"), ==, 0);
}

/* Labels of the same name are not the same labels. */
static void
test_other_labels (void)
{
  const Fixture *fixture = fixture_get ();
  GramAnalysis *analysis = gram_analyser_get_analysis (fixture->analyser);
  g_autoptr (GramRun) whole = gram_predicted_run_new (analysis, fixture->run);
  g_autoptr (GramRun) run = gram_run_new ();
  g_autoptr (GramRun) fewer = NULL;
  GramRunSet *set;
  GramLabels *labels;

  g_assert_cmpuint (whole->sets->len, ==, fixture->run->sets->len);
  gram_run_merge (run, fixture->run);
  set = gram_run_get_set (run, 0);
  labels = gram_labels_new_from_vector (&set->labels->spec, run->n, set->labels->y);
  labels->y[3] *= -1;
  gram_labels_unref (set->labels);
  set->labels = labels;
  fewer = gram_predicted_run_new (analysis, run);
  g_assert_cmpuint (fewer->sets->len, ==, whole->sets->len - 1);
  g_assert_cmpstr (gram_run_get_set (fewer, 0)->labels->name, !=, labels->name);
  run->n--;
  g_assert_null (gram_predicted_run_new (analysis, run));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/figure/modes", test_modes);
  g_test_add_func ("/figure/kernel", test_kernel);
  g_test_add_func ("/figure/width", test_width);
  g_test_add_func ("/figure/budget", test_budget);
  g_test_add_func ("/figure/kept", test_kept);
  g_test_add_func ("/figure/kept-labels", test_other_labels);
  return g_test_run ();
}
