/* cli-training-output.c: gramscope.training/1 and the same curves as CSV
 *
 * SPDX-License-Identifier: MIT
 *
 * Residuals are recorded at more steps than the costlier distance, patterns, drift of H(k) and test
 * losses are looked at: where these were not, they are null in JSON and empty in CSV.
 */
#include "cli-training.h"

#include <math.h>

#include "cli.h"
#include "gram-run-bounds.h"

#define FINITE_WIDTH "finite_width" /* the member and the column of number 30 */

/* Whether a quantity has a column, or a member of JSON: one on request where it was recorded. */
static gboolean
is_written (const GramRun *run, GramQuantity quantity, gboolean json)
{
  const GramQuantityInfo *info = gram_quantity_get_info (quantity);

  if (info->column == NULL || (json && !info->json))
    return FALSE;
  if (!info->on_request)
    return TRUE;
  for (guint set = 0; set < run->sets->len; set++)
    if (isfinite (gram_run_set_last (gram_run_get_set (run, set), quantity)))
      return TRUE;
  return FALSE;
}

/* A curve on the steps of the residual; NAN where the run was not looked at closely. */
static double *
spread (const GramRunSet *set, GramQuantity quantity)
{
  const GArray *step = set->curve[GRAM_QUANTITY_STEP], *curve = set->curve[quantity];
  const GArray *at = set->curve[gram_quantity_get_info (quantity)->steps];
  double *values = g_new (double, step->len + 1);
  guint seen = 0;

  for (guint i = 0; i < step->len; i++)
    {
      double k = g_array_index (step, double, i);

      while (seen < at->len && g_array_index (at, double, seen) < k)
        seen++;
      values[i] = seen < at->len && g_array_index (at, double, seen) == k
                      ? g_array_index (curve, double, seen)
                      : NAN;
    }
  return values;
}

/* What theory says where @measured has a number. */
static double *
predict (const GramAnalysis *analysis, const GramRun *run, guint set, GramQuantity quantity,
         const double *measured)
{
  const GArray *step = gram_run_get_set (run, set)->curve[GRAM_QUANTITY_STEP];
  const double *k = (const double *) (gpointer) step->data;
  double *values = g_new (double, step->len + 1);

  if (quantity == GRAM_QUANTITY_RESIDUAL)
    gram_analysis_predict_curve (analysis, set, run->eta, k, step->len, values);
  for (guint i = 0; i < step->len && quantity == GRAM_QUANTITY_DISTANCE; i++)
    values[i] = isnan (measured[i])
                    ? NAN
                    : gram_analysis_predict_distance (analysis, set, run->eta, (gint64) k[i]);
  return values;
}

/* What H(0) says at the recorded steps; NULL when it was not asked. */
static double *
predict_finite_width (const GramFiniteWidth *width, const GramRunSet *set)
{
  const GArray *step = set->curve[GRAM_QUANTITY_STEP];
  double *values = width != NULL ? g_new (double, step->len + 1) : NULL;

  if (values != NULL)
    gram_finite_width_predict_curve (width, set->labels, (const double *) (gpointer) step->data,
                                     step->len, values);
  return values;
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
add_curves (CliJson *json, const GramAnalysis *analysis, const GramRun *run,
            const GramFiniteWidth *width, guint set)
{
  const GramRunSet *recorded = gram_run_get_set (run, set);
  gsize length = recorded->curve[GRAM_QUANTITY_STEP]->len;

  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    {
      const GramQuantityInfo *info = gram_quantity_get_info (q);
      g_autofree double *values = NULL;
      g_autofree double *predicted = NULL;

      if (!is_written (run, q, TRUE))
        continue;
      values = spread (recorded, q);
      cli_json_numbers (json, info->column, values, length);
      if (info->predicted == NULL)
        continue;
      predicted = predict (analysis, run, set, q, values);
      cli_json_numbers (json, info->predicted, predicted, length);
    }
  if (width != NULL)
    {
      g_autofree double *values = predict_finite_width (width, recorded);

      cli_json_numbers (json, FINITE_WIDTH, values, length);
    }
}

/* Number 31, on steps of its own */
static void
add_kernel (CliJson *json, const GramRunSet *recorded)
{
  static const struct
  {
    const char *key;
    GramQuantity quantity;
  } members[] = {
    { "step", GRAM_QUANTITY_KERNEL_STEP },
    { "drift", GRAM_QUANTITY_KERNEL_DRIFT },
    { "alignment", GRAM_QUANTITY_KERNEL_ALIGNMENT },
    { "effective_rank", GRAM_QUANTITY_KERNEL_RANK },
  };

  if (recorded->curve[GRAM_QUANTITY_KERNEL_STEP]->len == 0)
    return;
  cli_json_open (json, "kernel", '{');
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const GArray *curve = recorded->curve[members[i].quantity];

      cli_json_numbers (json, members[i].key, (const double *) (gpointer) curve->data, curve->len);
    }
  cli_json_close (json, '}');
}

static void
add_set (CliJson *json, const GramAnalysis *analysis, const GramRun *run,
         const GramFiniteWidth *width, guint set)
{
  const GramRunSet *recorded = gram_run_get_set (run, set);

  cli_json_open (json, NULL, '{');
  cli_json_string (json, "label", recorded->labels->name);
  add_curves (json, analysis, run, width, set);
  add_kernel (json, recorded);
  cli_json_number (json, "train_error", recorded->train_error);
  cli_json_open (json, "test", '{');
  cli_json_number (json, "l1", gram_run_set_last (recorded, GRAM_QUANTITY_TEST_L1));
  cli_json_number (json, "error", gram_run_set_last (recorded, GRAM_QUANTITY_TEST_ERROR));
  cli_json_close (json, '}');
  add_bounds (json, analysis, run, set);
  cli_json_close (json, '}');
}

/**
 * cli_training_write_json:
 * @width: (nullable): what H(0) predicts
 */
void
cli_training_write_json (const CliJob *job, const GramRun *run, const GramFiniteWidth *width,
                         const char *path, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();

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
    add_set (json, job->analysis, run, width, set);
  cli_json_close (json, ']');
  cli_json_string (json, "stopped", gram_stopped_to_string (run->stopped));
  cli_json_write (json, path, error);
}

static void
append_set (GString *text, const GramAnalysis *analysis, const GramRun *run,
            const GramFiniteWidth *width, guint set)
{
  const GramRunSet *recorded = gram_run_get_set (run, set);
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    {
      const GramQuantityInfo *info = gram_quantity_get_info (q);
      double *values = is_written (run, q, FALSE) ? spread (recorded, q) : NULL;

      if (values != NULL)
        g_ptr_array_add (columns, values);
      if (info->predicted != NULL)
        g_ptr_array_add (columns, predict (analysis, run, set, q, values));
    }
  if (width != NULL)
    g_ptr_array_add (columns, predict_finite_width (width, recorded));
  for (guint i = 0; i < recorded->curve[GRAM_QUANTITY_STEP]->len; i++)
    {
      g_string_append (text, recorded->labels->name);
      for (guint c = 0; c < columns->len; c++)
        cli_csv_cell (text, ((const double *) g_ptr_array_index (columns, c))[i]);
      g_string_append_c (text, '\n');
    }
}

/**
 * cli_training_write_csv:
 * @width: (nullable): what H(0) predicts
 */
void
cli_training_write_csv (const CliJob *job, const GramRun *run, const GramFiniteWidth *width,
                        const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("label");

  for (guint q = 0; q < GRAM_N_QUANTITIES; q++)
    {
      const GramQuantityInfo *info = gram_quantity_get_info (q);

      if (is_written (run, q, FALSE))
        g_string_append_printf (text, ",%s", info->column);
      if (info->predicted != NULL)
        g_string_append_printf (text, ",%s", info->predicted);
    }
  if (width != NULL)
    g_string_append (text, "," FINITE_WIDTH);
  g_string_append_c (text, '\n');
  for (guint set = 0; set < run->sets->len; set++)
    append_set (text, job->analysis, run, width, set);
  cli_write (path, text->str, text->len, error);
}
