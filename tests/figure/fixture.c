/* fixture.c: small problems, analysed and trained, for the tests of the figures
 *
 * SPDX-License-Identifier: MIT
 */
#include "fixture.h"

#include <math.h>

#include "../limit.h"
#include "gram-cpu.h"
#include "gram-samples.h"
#include "gram-training.h"

#define STEPS 1500

static void
keep_krylov (GramAnalysis *snapshot, gpointer data)
{
  Fixture *fixture = data;

  if (snapshot->stage != GRAM_STAGE_KRYLOV)
    return;
  g_clear_pointer (&fixture->krylov, gram_analysis_unref);
  fixture->krylov = gram_analysis_ref (snapshot);
}

static void
open_problem (Fixture *fixture, const char *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDataset) dataset = NULL;
  GramDeviceOptions options = { .threads = 2 };

  if (gram_backend_get (0) == NULL)
    g_assert_true (gram_backend_register (gram_cpu_backend (), &error));
  fixture->device = gram_device_open ("cpu", &options, &error);
  g_assert_no_error (error);
  fixture->settings = gram_settings_new ();
  g_assert_true (gram_settings_apply (fixture->settings, settings, &error));
  g_assert_no_error (error);
  fixture->settings->rho = 0.3;
  dataset = gram_dataset_open ("glyphs", NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->problem = gram_problem_new (dataset, &fixture->settings->problem, NULL, &error);
  g_assert_no_error (error);
}

static void
train (Fixture *fixture, const GramAnalysis *analysis)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  g_autoptr (GramTraining) training = NULL;

  for (guint i = 0; i < analysis->labels->len; i++)
    g_ptr_array_add (labels,
                     ((GramLabelAnalysis *) g_ptr_array_index (analysis->labels, i))->labels);
  training = gram_training_new (fixture->device, fixture->problem, labels, fixture->settings, NULL,
                                &error);
  g_assert_no_error (error);
  gram_training_set_limits (training, STEPS, 0);
  fixture->run = gram_run_new ();
  limit_begin (60, "the end of the training");
  while (gram_training_get_stopped (training) == GRAM_STOPPED_NOT)
    {
      g_assert_true (gram_training_advance (training, 200, 10, NULL, &error));
      g_assert_no_error (error);
      gram_training_drain (training, fixture->run);
    }
  limit_end ();
  g_assert_true (gram_training_settle (training, &error));
  gram_training_drain (training, fixture->run);
}

static void
look_at_dynamics (Fixture *fixture)
{
  fixture->dynamics = g_ptr_array_new_with_free_func (gram_dynamics_unref);
  for (guint i = 0; i < fixture->run->sets->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GramDynamics) dynamics = gram_dynamics_new (fixture->run, i);

      g_assert_nonnull (dynamics);
      g_ptr_array_add (fixture->dynamics,
                       gram_dynamics_compute (fixture->analyser, dynamics, NULL, &error));
      g_assert_no_error (error);
    }
}

static void
look_at_test_images (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) curves = gram_test_curve_new_all (fixture->run, fixture->problem);

  g_assert_nonnull (curves);
  fixture->test_curves = gram_test_curve_compute (fixture->analyser, curves, NULL, &error);
  g_assert_no_error (error);
}

static void
look_at_start (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramFiniteWidth) width = gram_finite_width_new (fixture->run, fixture->problem);

  g_assert_nonnull (width);
  fixture->finite_width = gram_finite_width_compute (fixture->analyser, width, NULL, &error);
  g_assert_no_error (error);
}

static void
take_row (const GramLearnRow *row, gpointer data)
{
  g_array_append_val ((GArray *) data, *row);
}

static void
learn (Fixture *fixture)
{
  enum
  {
    D = 20,
    N = 240
  };
  static const gint64 sizes[] = { 30, 60, 120, N };
  g_autoptr (GError) error = NULL;
  g_autofree double *X = g_new (double, D *N);
  GramSamples inputs = { .n = N, .d = D, .X = X, .ldx = D };

  g_assert_true (gram_learnability_inputs (D, N, 5, X));
  fixture->learn_targets = gram_target_examples (D, 5, &error);
  g_assert_no_error (error);
  fixture->learn_rows = g_array_new (FALSE, FALSE, sizeof (GramLearnRow));
  gram_learnability_run (fixture->device, &inputs, sizes, G_N_ELEMENTS (sizes),
                         fixture->learn_targets, take_row, fixture->learn_rows, NULL, &error);
  g_assert_no_error (error);
}

static void
rank (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gint64 n = fixture->problem->n;
  g_autofree double *y = g_memdup2 (fixture->problem->y, (gsize) n * sizeof (double));

  fixture->n_planted = 8;
  fixture->planted = gram_mislabel_plant (n, fixture->n_planted, 4, y);
  fixture->mislabel =
      gram_mislabel_new (gram_analyser_get_system (fixture->analyser),
                         gram_analyser_get_analysis (fixture->analyser)->inverse_diagonal, y, NULL,
                         &error);
  g_assert_no_error (error);
}

/* Cells as a sweep leaves them; the figure only draws, so that made-up numbers do. */
static void
sweep (Fixture *fixture)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GramSweepTable *table = g_new0 (GramSweepTable, 1);

  table->references = 1;
  table->problem = gram_problem_ref (fixture->problem);
  table->points = gram_sweep_points_new (fixture->settings, none, NULL);
  ((GramSweepPoint *) g_ptr_array_index (table->points, 0))->m = 300;
  table->cells = g_array_new (FALSE, TRUE, sizeof (GramSweepCell));
  for (int seed = 0; seed < 3; seed++)
    for (int i = 0; i <= 5; i++)
      {
        GramSweepCell cell = { .fraction = i / 5.0, .seed = (guint64) seed };

        cell.done = seed < 2 || i < 3;
        cell.stopped = seed > 0 ? GRAM_STOPPED_TARGET : GRAM_STOPPED_STEPS;
        cell.complexity = sqrt (0.4 + 4 * cell.fraction) + 0.03 * seed;
        cell.test_l1 = 0.1 + 0.85 * cell.fraction + 0.02 * seed;
        cell.test_error = 0.5 * cell.fraction + 0.01 * seed;
        g_array_append_val (table->cells, cell);
        table->done += cell.done;
      }
  fixture->sweep = table;
}

/* Nets that are off their prediction by m^(−½), the seeds a tenth apart. */
static void
study (Fixture *fixture, const char *variation)
{
  g_autoptr (GError) error = NULL;
  GramSweepSpec *spec = gram_sweep_spec_new_study ();
  GramSweepTable *table = g_new0 (GramSweepTable, 1);

  g_assert_true (gram_sweep_spec_vary (spec, variation, &error));
  table->references = 1;
  table->problem = gram_problem_ref (fixture->problem);
  table->variations = g_ptr_array_ref (spec->variations);
  table->points = gram_sweep_points_new (fixture->settings, spec->variations, &error);
  g_assert_no_error (error);
  table->cells = g_array_new (FALSE, TRUE, sizeof (GramSweepCell));
  for (guint i = 0; i < 3 * table->points->len; i++)
    {
      GramSweepCell cell = { .point = i / 3, .fraction = NAN, .seed = i % 3, .done = i != 2 };
      const GramSweepPoint *point = g_ptr_array_index (table->points, cell.point);

      cell.difference =
          (1 + 0.1 * (double) cell.seed) / sqrt (g_ascii_strtod (point->values[0], NULL));
      g_array_append_val (table->cells, cell);
      table->done += cell.done;
    }
  gram_sweep_spec_free (spec);
  fixture->study = table;
}

static void
make (Fixture *fixture, const char *settings)
{
  g_autoptr (GError) error = NULL;

  open_problem (fixture, settings);
  fixture->analyser =
      gram_analyser_new (fixture->device, fixture->problem, fixture->settings->problem.seed);
  g_assert_true (gram_analyser_run (fixture->analyser, fixture->settings->labels, TRUE, keep_krylov,
                                    NULL, fixture, NULL, &error));
  g_assert_no_error (error);
  train (fixture, gram_analyser_get_analysis (fixture->analyser));
  look_at_dynamics (fixture);
  look_at_test_images (fixture);
  look_at_start (fixture);
  learn (fixture);
  rank (fixture);
  sweep (fixture);
  study (fixture, fixture->problem->n > 100 ? "width=100,400,1600" : "eta=0.01,0.04");
}

const Fixture *
fixture_get (void)
{
  static Fixture fixture;

  if (fixture.device == NULL)
    make (&fixture, "dataset=glyphs n=150 m=512 eta=0.01 kappa=0.1 seed=3 kernel-every=25 "
                    "labels=true,random,worst,mixed:0.3");
  return &fixture;
}

/* Fewer images of other classes, other label sets in another order, and half of the functions. */
const Fixture *
fixture_get_other (void)
{
  static Fixture fixture;

  if (fixture.device == NULL)
    {
      make (&fixture, "dataset=glyphs classes=4,7 n=40 m=256 eta=0.02 kappa=0.1 seed=8 "
                      "labels=worst,mixed:0.5,true");
      g_ptr_array_set_size (fixture.learn_targets, 2);
    }
  return &fixture;
}

GramFigureInputs
fixture_inputs (const Fixture *fixture)
{
  return (GramFigureInputs){
    .analysis = gram_analyser_get_analysis (fixture->analyser),
    .run = fixture->run,
    .settings = fixture->settings,
    .sweep = fixture->sweep,
    .study = fixture->study,
    .dynamics = fixture->dynamics,
    .test_curves = fixture->test_curves,
    .finite_width = fixture->finite_width,
    .learn_rows = fixture->learn_rows,
    .learn_targets = fixture->learn_targets,
    .learn_inputs = "Inputs uniform on the unit sphere, d = 20",
    .mislabel = fixture->mislabel,
    .planted = fixture->planted,
    .n_planted = fixture->n_planted,
  };
}

/* (nullable) */
GramSeries *
fixture_series (GramFigure *figure, const char *panel, const char *id)
{
  GramPlot *plot = gram_figure_get_plot (figure, panel);

  for (guint i = 0; plot != NULL && i < plot->series->len; i++)
    if (g_str_equal (((GramSeries *) g_ptr_array_index (plot->series, i))->id, id))
      return g_ptr_array_index (plot->series, i);
  return NULL;
}

const double *
fixture_values (GramFigure *figure, const char *panel, const char *series, const double **x,
                gsize *count)
{
  GramSeries *found = fixture_series (figure, panel, series);
  gsize ignored;

  g_assert_nonnull (found);
  if (x != NULL)
    *x = gram_buffer_peek (found->x, &ignored);
  *count = gram_series_length (found);
  return gram_buffer_peek (found->y, &ignored);
}

GramFigure *
fixture_figure (const char *name, const GramFigureInputs *inputs)
{
  g_autoptr (GError) error = NULL;
  GramFigure *figure = gram_figure_new_by_name (name, inputs, &error);

  g_assert_no_error (error);
  return figure;
}

/* √Σ(1−ηλ)^{2k}p² by repeated multiplication: no exp, no log. */
double
fixture_predict (const GramAnalysis *analysis, guint set, double eta, int k, gint64 from, gint64 to)
{
  const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);
  double sum = 0;

  for (gint64 i = from; i < to; i++)
    {
      double factor = 1;

      for (int j = 0; j < k; j++)
        factor *= 1 - eta * analysis->lambda[i];
      sum += factor * factor * labels->projection[i] * labels->projection[i];
    }
  return sqrt (sum);
}
