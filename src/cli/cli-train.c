/* cli-train.c: gramscope-cli train
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-options.h"
#include "cli-training.h"

#include <math.h>
#include <stdio.h>

typedef struct
{
  char *json_path, *csv_path, *checkpoint, *resume, *dump_init;
  gboolean finite_width;
} TrainOptions;

static void
print_summary (const CliJob *job, const GramRun *run, const GramFiniteWidth *width)
{
  double last = (double) run->steps;

  printf ("%s, %s (+1) against %s (−1), n = %" G_GINT64_FORMAT ", d = %" G_GINT64_FORMAT
          ", m = %" G_GINT64_FORMAT ", η = %g, κ = %g\n",
          job->problem->dataset_title, job->problem->class_names[0], job->problem->class_names[1],
          run->n, run->d, run->m, run->eta, run->kappa);
  printf ("%s, %s: %" G_GINT64_FORMAT " steps", run->device, run->plan.why, run->steps);
  if (isfinite (run->seconds_per_step))
    printf (", %.4g s a step", run->seconds_per_step);
  fputs ("\n\n", stdout);
  if (run->lazy_steps > 0)
    printf ("%" G_GINT64_FORMAT
            " of these steps by the late-training path: S waits while it is known "
            "which patterns can flip\n\n",
            run->lazy_steps);
  printf ("%-12s %14s %14s %s%12s %12s\n", "labels", "‖y−u‖", "predicted",
          width != NULL ? "     with H(0) " : "", "train error", "test error");
  for (guint set = 0; set < run->sets->len; set++)
    {
      const GramRunSet *recorded = g_ptr_array_index (run->sets, set);
      double error = gram_run_set_last (recorded, GRAM_QUANTITY_TEST_ERROR), start;

      printf ("%-12s %12.6g %14.6g ", recorded->labels->name,
              gram_run_set_last (recorded, GRAM_QUANTITY_RESIDUAL),
              gram_analysis_predict (job->analysis, set, run->eta, run->steps));
      gram_finite_width_predict_curve (width, recorded->labels, &last, 1, &start);
      if (width != NULL)
        printf ("%14.6g ", start);
      printf ("%12.4g", recorded->train_error);
      if (!isnan (error))
        printf (" %12.4g", error);
      putchar ('\n');
    }
}

static void
write_results (CliJob *job, const TrainOptions *options, const GramRun *run, GError **error)
{
  g_autoptr (GramFiniteWidth) width =
      options->finite_width ? cli_training_finite_width (job, run, error) : NULL;

  if (options->json_path != NULL)
    cli_training_write_json (job, run, width, options->json_path, cli_first (error));
  if (options->csv_path != NULL)
    cli_training_write_csv (job, run, width, options->csv_path, cli_first (error));
  if (options->json_path == NULL && options->csv_path == NULL)
    print_summary (job, run, width);
}

static int
train (CliJob *job, const TrainOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) write_error = NULL;
  const CliTrainingFiles files = { .checkpoint = options->checkpoint,
                                   .resume = options->resume,
                                   .dump_init = options->dump_init };
  g_autoptr (GramRun) run = cli_training_run (job, &files, &error);

  if (run != NULL)
    write_results (job, options, run, &write_error);
  return cli_fail (write_error != NULL ? write_error : error);
}

int
cli_train (int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  TrainOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &options.json_path,
      "write the curves as JSON (gramscope.training/1)", "FILE|-" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv_path, "write the curves as a table",
      "FILE|-" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &options.checkpoint,
      "keep the state here, every minute and at the end", "FILE" },
    { "resume", 0, 0, G_OPTION_ARG_FILENAME, &options.resume,
      "go on from a checkpoint, with its settings", "FILE" },
    { "dump-init", 0, 0, G_OPTION_ARG_FILENAME, &options.dump_init,
      "write X, y, W(0) and a as .npy", "DIR" },
    { "finite-width", 0, 0, G_OPTION_ARG_NONE, &options.finite_width,
      "predict with the net's own H(0) too, an n × n matrix", NULL },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .summary = "Trains the two-layer ReLU net by full-batch gradient descent, each label set from\n"
               "the same W(0), and records ‖y−u(k)‖ beside its prediction ‖(I−ηH∞)ᵏy‖.\n\n"
               "Example: gramscope-cli train --dataset mnist -n 1000 --steps 1000 --json run.json",
    .groups = CLI_OPTIONS_PROBLEM | GRAM_SETTINGS_STEPS | GRAM_SETTINGS_MEASURES,
    .entries = entries,
    .typed = job.typed,
    .inputs = (const char *const[]){ "resume", NULL },
  };
  int code = cli_options_parse (&usage, argc, argv, job.settings, NULL);
  return code != CLI_GO_ON ? code : train (&job, &options);
}
