/* cli-analyze.c: gramscope-cli analyze
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-job.h"
#include "cli-npy.h"
#include "cli-options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gram-error.h"

#define DEFAULT_STEPS "0,1,10,100,1000,10000"
#define MOST_STEPS (G_GINT64_CONSTANT (1) << 53)

typedef struct
{
  char *json_path, *predict_at, *spectrum, *spectrum_out;
  GArray *steps; /* of gint64 */
  gboolean full;
} AnalyzeOptions;

/* ---------- gramscope.analysis/1 ---------------------------------------------------------------
 */

static void
add_gram (CliJson *json, const GramAnalysis *analysis)
{
  double smallest = gram_analysis_smallest (analysis);

  cli_json_open (json, "gram", '{');
  cli_json_number (json, "lambda_max", analysis->lambda_max);
  cli_json_number (json, "lambda_min", smallest);
  cli_json_number (json, "trace", analysis->trace);
  cli_json_number (json, "condition", analysis->lambda_max / smallest);
  cli_json_number (json, "stable_step", gram_analysis_stable_step (analysis));
  cli_json_close (json, '}');
}

/* null where the residual never falls that far */
static void
add_steps_to (CliJson *json, const GramAnalysis *analysis, guint set, double eta, const char *key)
{
  gint64 k = gram_analysis_steps_to (analysis, set, eta, g_ascii_strtod (key, NULL));

  cli_json_number (json, key, k >= 0 ? (double) k : NAN);
}

static void
add_label (CliJson *json, const GramAnalysis *analysis, guint set, double eta, const GArray *steps)
{
  const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);
  g_autofree char *name = gram_labels_spec_to_string (&labels->spec);
  g_autofree double *k = g_new (double, steps->len + 1);
  g_autofree double *residual = g_new (double, steps->len + 1);
  gboolean lost = gram_label_analysis_is_lost (labels);

  for (guint i = 0; i < steps->len; i++)
    {
      k[i] = (double) g_array_index (steps, gint64, i);
      residual[i] = gram_analysis_predict (analysis, set, eta, g_array_index (steps, gint64, i));
    }
  cli_json_open (json, NULL, '{');
  cli_json_string (json, "name", name);
  cli_json_number (json, "norm", labels->norm);
  cli_json_number (json, "quadratic_form", lost ? NAN : labels->quadratic_form);
  cli_json_number (json, "complexity", lost ? NAN : labels->complexity);
  cli_json_open (json, "predicted", '{');
  cli_json_numbers (json, "steps", k, steps->len);
  cli_json_numbers (json, "residual", residual, steps->len);
  cli_json_close (json, '}');
  cli_json_open (json, "steps_to", '{');
  add_steps_to (json, analysis, set, eta, "0.1");
  add_steps_to (json, analysis, set, eta, "0.01");
  cli_json_close (json, '}');
  cli_json_close (json, '}');
}

/* What the window's slider shows. */
static void
add_noise_at (CliJson *json, const CliJob *job)
{
  const GramAnalysis *analysis = job->analysis;
  double rho = job->settings->rho;
  gint64 k = gram_analysis_expected_steps_to (analysis, job->settings->eta, rho, 0.01);

  if (!cli_job_typed (job, "random-fraction"))
    return;
  cli_json_open (json, "at", '{');
  cli_json_number (json, "fraction", rho);
  cli_json_number (json, "expected_complexity", gram_analysis_expected_complexity (analysis, rho));
  cli_json_open (json, "steps_to", '{');
  cli_json_number (json, "0.01", k >= 0 ? (double) k : NAN);
  cli_json_close (json, '}');
  cli_json_close (json, '}');
}

static void
add_noise_curve (CliJson *json, const GramAnalysis *analysis, const char *key, const double *curve)
{
  gboolean lost = gram_analysis_is_trace_lost (analysis);
  gsize count = curve != NULL ? analysis->n_fractions : 0;
  g_autofree double *values = g_new (double, count + 1);

  for (gsize i = 0; i < count; i++)
    values[i] = lost ? NAN : curve[i];
  cli_json_numbers (json, key, values, count);
}

static void
add_tail (CliJson *json, const CliJob *job)
{
  const GramAnalysis *analysis = job->analysis;

  cli_json_open (json, "noise", '{');
  cli_json_numbers (json, "fraction", analysis->fraction, analysis->n_fractions);
  add_noise_curve (json, analysis, "expected_complexity", analysis->expected_complexity);
  add_noise_curve (json, analysis, "sampled_complexity", analysis->sampled_complexity);
  add_noise_curve (json, analysis, "test_l1", analysis->test_l1);
  add_noise_curve (json, analysis, "test_error", analysis->test_error);
  add_noise_at (json, job);
  cli_json_close (json, '}');
  cli_json_open (json, "trust", '{');
  cli_json_number (json, "eigen_residual", analysis->eigen_residual);
  cli_json_number (json, "orthogonality", analysis->orthogonality);
  cli_json_close (json, '}');
  cli_json_string (json, "device", analysis->device);
  cli_json_open (json, "seconds", '{');
  for (GramStage stage = GRAM_STAGE_KERNEL; stage <= GRAM_STAGE_SPECTRUM; stage++)
    cli_json_number (json, gram_stage_to_string (stage),
                     stage <= analysis->stage ? analysis->seconds[stage] : NAN);
  cli_json_close (json, '}');
}

static void
write_json (const CliJob *job, const AnalyzeOptions *options, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();
  const GramAnalysis *analysis = job->analysis;

  cli_json_begin (json, "gramscope.analysis/1");
  cli_job_add_dataset (job, json);
  add_gram (json, analysis);
  cli_json_open (json, "labels", '[');
  for (guint set = 0; set < analysis->labels->len; set++)
    add_label (json, analysis, set, job->settings->eta, options->steps);
  cli_json_close (json, ']');
  add_tail (json, job);
  cli_json_write (json, options->json_path, error);
}

/* ---------- for people -------------------------------------------------------------------------
 */

static void
print_steps (gint64 steps, int width)
{
  if (steps < 0)
    printf ("%*s", width, "never");
  else
    printf ("%*" G_GINT64_FORMAT, width, steps);
}

/* @measure: NAN where rounding has taken all digits; the notes say why */
static void
print_measure (double measure, int width)
{
  if (isnan (measure))
    printf ("%*s", width, "lost");
  else
    printf ("%*.7g", width, measure);
}

/* λ₀ and what is known of it. */
static char *
smallest_to_text (const GramAnalysis *analysis)
{
  if (gram_analysis_is_singular (analysis))
    return g_strdup_printf ("0 ± %.1g (rounding)", gram_analysis_rounding (analysis));
  if (isnan (gram_analysis_smallest (analysis)))
    return g_strdup_printf ("%.1g ± %.1g (rounding)", analysis->lambda_min,
                            analysis->lambda_min_error);
  return g_strdup_printf ("%.10g", analysis->lambda_min);
}

static void
print_summary (const CliJob *job)
{
  const GramAnalysis *analysis = job->analysis;
  const GramProblem *problem = job->problem;
  double eta = job->settings->eta;
  g_autofree char *smallest = smallest_to_text (analysis);

  printf ("%s, %s (+1) against %s (−1), n = %" G_GINT64_FORMAT ", d = %" G_GINT64_FORMAT "\n",
          problem->dataset_title, problem->class_names[0], problem->class_names[1], problem->n,
          problem->d);
  printf ("H∞: λ₁ = %.10g, λ₀ = %s, trace = %g; stable steps η < 2/λ₁ = %.6g\n\n",
          analysis->lambda_max, smallest, analysis->trace, gram_analysis_stable_step (analysis));
  printf ("%-12s %14s %14s %16s %16s\n", "labels", "‖y‖", "complexity", "steps to 10 %",
          "steps to 1 %");
  for (guint set = 0; set < analysis->labels->len; set++)
    {
      const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);
      g_autofree char *name = gram_labels_spec_to_string (&labels->spec);

      printf ("%-12s %12.6g ", name, labels->norm);
      print_measure (gram_label_analysis_is_lost (labels) ? NAN : labels->complexity, 14);
      putchar (' ');
      print_steps (gram_analysis_steps_to (analysis, set, eta, 0.1), 16);
      putchar (' ');
      print_steps (gram_analysis_steps_to (analysis, set, eta, 0.01), 16);
      putchar ('\n');
    }
  if (!cli_job_typed (job, "random-fraction"))
    return;
  printf ("\nto expect at ρ = %g: complexity ", job->settings->rho);
  print_measure (gram_analysis_expected_complexity (analysis, job->settings->rho), 0);
  printf (", steps to 1 %%: ");
  print_steps (gram_analysis_expected_steps_to (analysis, eta, job->settings->rho, 0.01), 0);
  putchar ('\n');
}

/* ---------- --spectrum-out ---------------------------------------------------------------------
 */

static char *
spectrum_csv (const GramAnalysis *analysis)
{
  GString *text = g_string_new ("i,lambda");
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint set = 0; set < analysis->labels->len; set++)
    {
      const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);
      g_autofree char *name = gram_labels_spec_to_string (&labels->spec);

      g_string_append_printf (text, ",projection_%s", name);
    }
  g_string_append_c (text, '\n');
  for (gint64 i = 0; i < analysis->n; i++)
    {
      g_string_append_printf (text, "%" G_GINT64_FORMAT ",%s", i + 1,
                              cli_format_number (analysis->lambda[i], number));
      for (guint set = 0; set < analysis->labels->len; set++)
        {
          const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);

          g_string_append_printf (text, ",%s", cli_format_number (labels->projection[i], number));
        }
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

/* CSV: i, λ_i, v_iᵀy of each label set. NPY: the same columns without i, (n × (1 + sets)). */
static gboolean
write_spectrum (const GramAnalysis *analysis, const char *path, GError **error)
{
  guint columns = 1 + analysis->labels->len;
  g_autofree double *table = NULL;

  if (!g_str_has_suffix (path, ".npy"))
    {
      g_autofree char *text = spectrum_csv (analysis);

      return cli_write (path, text, strlen (text), error);
    }
  table = g_new (double, (gsize) analysis->n *columns);
  for (gint64 i = 0; i < analysis->n; i++)
    {
      table[i * columns] = analysis->lambda[i];
      for (guint set = 0; set < analysis->labels->len; set++)
        {
          const GramLabelAnalysis *labels = g_ptr_array_index (analysis->labels, set);

          table[i * columns + 1 + set] = labels->projection[i];
        }
    }
  return cli_npy_write (path, sizeof (double), table, analysis->n, columns, error);
}

/* ---------- the command ------------------------------------------------------------------------
 */

static gboolean
check_options (AnalyzeOptions *options, GError **error)
{
  const char *spectrum = options->spectrum != NULL ? options->spectrum : "full";

  if (!g_str_equal (spectrum, "full") && !g_str_equal (spectrum, "none"))
    return gram_fail (error, GRAM_ERROR_USAGE, "--spectrum=%s: must be one of none, full",
                      spectrum);
  options->full = g_str_equal (spectrum, "full");
  if (options->spectrum_out != NULL && !options->full)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--spectrum-out needs the spectrum: leave --spectrum at full");
  if (options->spectrum_out != NULL && !g_str_equal (options->spectrum_out, "-")
      && !g_str_has_suffix (options->spectrum_out, ".csv")
      && !g_str_has_suffix (options->spectrum_out, ".npy"))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--spectrum-out=%s: the name must end in .csv or .npy",
                      options->spectrum_out);
  return cli_parse_numbers ("predict-at",
                            options->predict_at != NULL ? options->predict_at : DEFAULT_STEPS, 0,
                            MOST_STEPS, &options->steps, error);
}

/* What was computed is written even when it is not all. */
static void
write_results (const CliJob *job, const AnalyzeOptions *options, GError **error)
{
  if (job->analysis == NULL)
    return;
  if (options->json_path != NULL)
    write_json (job, options, error);
  if (options->spectrum_out != NULL && job->analysis->lambda != NULL)
    write_spectrum (job->analysis, options->spectrum_out, cli_first (error));
  if (options->json_path == NULL && g_strcmp0 (options->spectrum_out, "-") != 0)
    print_summary (job);
}

static int
analyze (CliJob *job, AnalyzeOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) write_error = NULL;

  if (!check_options (options, &error))
    return cli_fail (error);
  /* by default there is as much as fits; who asked for the spectrum is told that it does not */
  if (options->full && (options->spectrum != NULL || options->spectrum_out != NULL))
    job->use = GRAM_SYSTEM_SPECTRUM;
  if (!cli_job_open (job, &error))
    return cli_fail (error);
  cli_job_analyse (job, options->full, &error);
  write_results (job, options, &write_error);
  return cli_fail (write_error != NULL ? write_error : error);
}

int
cli_analyze (int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  AnalyzeOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &options.json_path,
      "write everything as JSON (gramscope.analysis/1)", "FILE|-" },
    { "predict-at", 0, 0, G_OPTION_ARG_STRING, &options.predict_at,
      "steps k of the predicted residuals; default " DEFAULT_STEPS, "K,K,…" },
    { "spectrum", 0, 0, G_OPTION_ARG_STRING, &options.spectrum,
      "full (default where it fits): every eigenvalue; none: λ₁ and λ₀ by Lanczos", "none|full" },
    { "spectrum-out", 0, 0, G_OPTION_ARG_FILENAME, &options.spectrum_out,
      "write eigenvalues and projections", "FILE.csv|.npy" },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .summary = "Computes H∞ of a pair of classes, the complexity measure √(2yᵀH∞⁻¹y/n) of each\n"
               "label set and the residual curves ‖(I−ηH∞)ᵏy‖ that follow.\n\n"
               "Example: gramscope-cli analyze --dataset mnist --classes 0,1 -n 1000 --json -",
    .groups = CLI_OPTIONS_PROBLEM | GRAM_SETTINGS_NOISE,
    .entries = entries,
    .typed = job.typed,
  };
  int code = cli_options_parse (&usage, argc, argv, job.settings, NULL);

  if (code == CLI_GO_ON)
    code = analyze (&job, &options);
  g_clear_pointer (&options.steps, g_array_unref);
  return code;
}
