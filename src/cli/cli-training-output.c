/* cli-training-output.c: gramscope.training/1 and the same curves as CSV
 *
 * SPDX-License-Identifier: MIT
 *
 * Residuals are recorded at more steps than the costlier distance, patterns and test losses are
 * looked at: where these were not, they are null in JSON and empty in CSV.
 */
#include "cli-training.h"

#include <math.h>
#include <string.h>

#include "cli.h"
#include "gram-run-bounds.h"

/* A label set's curves on the steps of its residual. */
typedef struct
{
  guint length;
  double *step, *residual, *predicted, *distance, *distance_predicted, *flipped, *test_l1,
      *test_error;
} Curves;

static double
element (const GArray *array, guint i)
{
  return i < array->len ? g_array_index (array, double, i) : NAN;
}

static void
curves_fill (Curves *curves, const GramAnalysis *analysis, const GramRun *run, guint set)
{
  const GramRunSet *recorded = g_ptr_array_index (run->sets, set);
  guint seen = 0;

  for (guint i = 0; i < curves->length; i++)
    {
      double k = element (recorded->step, i);
      gboolean observed;

      while (seen < recorded->observed_step->len && element (recorded->observed_step, seen) < k)
        seen++;
      observed =
          seen < recorded->observed_step->len && element (recorded->observed_step, seen) == k;
      curves->step[i] = k;
      curves->residual[i] = element (recorded->residual, i);
      curves->distance[i] = observed ? element (recorded->distance, seen) : NAN;
      curves->flipped[i] = observed ? element (recorded->flipped, seen) : NAN;
      curves->test_l1[i] = observed ? element (recorded->test_l1, seen) : NAN;
      curves->test_error[i] = observed ? element (recorded->test_error, seen) : NAN;
      curves->distance_predicted[i] =
          observed ? gram_analysis_predict_distance (analysis, set, run->eta, (gint64) k) : NAN;
    }
  gram_analysis_predict_curve (analysis, set, run->eta, curves->step, curves->length,
                               curves->predicted);
}

static void
curves_init (Curves *curves, const GramAnalysis *analysis, const GramRun *run, guint set)
{
  const GramRunSet *recorded = g_ptr_array_index (run->sets, set);
  double **columns[] = { &curves->step,     &curves->residual,           &curves->predicted,
                         &curves->distance, &curves->distance_predicted, &curves->flipped,
                         &curves->test_l1,  &curves->test_error };

  curves->length = recorded->step->len;
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    *columns[i] = g_new (double, curves->length + 1);
  curves_fill (curves, analysis, run, set);
}

static void
curves_clear (Curves *curves)
{
  g_free (curves->step);
  g_free (curves->residual);
  g_free (curves->predicted);
  g_free (curves->distance);
  g_free (curves->distance_predicted);
  g_free (curves->flipped);
  g_free (curves->test_l1);
  g_free (curves->test_error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Curves, curves_clear)

static double
last (const GArray *array)
{
  return array->len > 0 ? element (array, array->len - 1) : NAN;
}

/* The probability with which a bound may fail. */
#define DELTA 0.1

static double
step_or_nan (double step)
{
  return step >= 0 ? step : NAN;
}

/* Numbers 12, 19 and 21. */
static void
add_bounds (CliJson *json, const GramAnalysis *analysis, const GramRun *run, guint set)
{
  GramRunBounds bounds;

  gram_run_bounds (analysis, run, set, DELTA, &bounds);
  cli_json_open (json, "bounds", '{');
  cli_json_number (json, "delta", DELTA);
  cli_json_open (json, "convergence", '{');
  cli_json_number (json, "rate", bounds.rate);
  cli_json_integer (json, "pairs", bounds.convergence.pairs);
  cli_json_integer (json, "kept", bounds.convergence.kept);
  cli_json_number (json, "first_violation", step_or_nan (bounds.convergence.first_violation));
  cli_json_number (json, "above_envelope", step_or_nan (bounds.convergence.envelope_first));
  cli_json_close (json, '}');
  cli_json_number (json, "test_error", bounds.error_bound);
  cli_json_open (json, "distance", '{');
  cli_json_number (json, "step", bounds.step);
  cli_json_number (json, "B", bounds.distance);
  cli_json_number (json, "R", bounds.distance_max);
  cli_json_number (json, "train_loss", bounds.train_loss);
  cli_json_number (json, "rademacher", bounds.rademacher.rademacher);
  cli_json_number (json, "gap", bounds.rademacher.gap);
  cli_json_number (json, "test_loss", bounds.rademacher.test_loss);
  cli_json_close (json, '}');
  cli_json_close (json, '}');
}

static void
add_set (CliJson *json, const GramAnalysis *analysis, const GramRun *run, guint set)
{
  const GramRunSet *recorded = g_ptr_array_index (run->sets, set);
  g_auto (Curves) curves = { 0 };

  curves_init (&curves, analysis, run, set);
  cli_json_open (json, NULL, '{');
  cli_json_string (json, "label", recorded->labels->name);
  cli_json_numbers (json, "step", curves.step, curves.length);
  cli_json_numbers (json, "residual", curves.residual, curves.length);
  cli_json_numbers (json, "predicted", curves.predicted, curves.length);
  cli_json_numbers (json, "distance", curves.distance, curves.length);
  cli_json_numbers (json, "distance_predicted", curves.distance_predicted, curves.length);
  cli_json_numbers (json, "flipped", curves.flipped, curves.length);
  cli_json_number (json, "train_error", recorded->train_error);
  cli_json_open (json, "test", '{');
  cli_json_number (json, "l1", last (recorded->test_l1));
  cli_json_number (json, "error", last (recorded->test_error));
  cli_json_close (json, '}');
  add_bounds (json, analysis, run, set);
  cli_json_close (json, '}');
}

/**
 * cli_training_write_json:
 */
gboolean
cli_training_write_json (const CliJob *job, const GramRun *run, const char *path, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();
  const char *text;
  gsize length;

  cli_json_begin (json, "gramscope.training/1");
  cli_job_add_dataset (job, json);
  cli_json_open (json, "network", '{');
  cli_json_integer (json, "width", run->m);
  cli_json_number (json, "eta", run->eta);
  cli_json_number (json, "kappa", run->kappa);
  cli_json_string (json, "init", gram_init_to_string (run->init));
  cli_json_integer (json, "seed", (gint64) run->seed);
  cli_json_close (json, '}');
  cli_json_string (json, "device", run->device);
  cli_json_string (json, "formulation", gram_formulation_to_string (run->plan.formulation));
  cli_json_integer (json, "steps", run->steps);
  cli_json_integer (json, "lazy_steps", run->lazy_steps);
  cli_json_number (json, "seconds_per_step", run->seconds_per_step);
  cli_json_open (json, "runs", '[');
  for (guint set = 0; set < run->sets->len; set++)
    add_set (json, job->analysis, run, set);
  cli_json_close (json, ']');
  cli_json_string (json, "stopped", gram_stopped_to_string (run->stopped));
  cli_json_close (json, '}');
  text = cli_json_end (json, &length);
  return cli_write (path, text, length, error);
}

static void
append_cell (GString *text, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append (text, cli_format_number (value, number));
}

/**
 * cli_training_write_csv:
 */
gboolean
cli_training_write_csv (const CliJob *job, const GramRun *run, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("label,step,residual,predicted,distance,"
                                           "distance_predicted,flipped,test_l1,test_error\n");

  for (guint set = 0; set < run->sets->len; set++)
    {
      const GramRunSet *recorded = g_ptr_array_index (run->sets, set);
      g_auto (Curves) curves = { 0 };

      curves_init (&curves, job->analysis, run, set);
      for (guint i = 0; i < curves.length; i++)
        {
          g_string_append_printf (text, "%s,%" G_GINT64_FORMAT, recorded->labels->name,
                                  (gint64) curves.step[i]);
          append_cell (text, curves.residual[i]);
          append_cell (text, curves.predicted[i]);
          append_cell (text, curves.distance[i]);
          append_cell (text, curves.distance_predicted[i]);
          append_cell (text, curves.flipped[i]);
          append_cell (text, curves.test_l1[i]);
          append_cell (text, curves.test_error[i]);
          g_string_append_c (text, '\n');
        }
    }
  return cli_write (path, text->str, text->len, error);
}
