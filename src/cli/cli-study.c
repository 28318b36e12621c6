/* cli-study.c: gramscope-cli study
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-options.h"
#include "cli-sweep.h"

int
cli_study (int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  char **vary = NULL, *csv = NULL, *json_path = NULL;
  CliSweepOptions options = { .study = TRUE, .seeds = 1 };
  gboolean resume = FALSE;
  const GOptionEntry entries[] = {
    { "vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &vary,
      "a setting and its values; may be given several times. classes=A,B/C,D has a slash between "
      "pairs",
      "KEY=V1,V2,…" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &options.seeds, "nets of each; default 1", "N" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv, "the table; a file is kept up to date net by net",
      "FILE|-" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, "write the table as JSON", "FILE|-" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &resume, "go on with the table of --csv", NULL },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .summary = "Trains a net at every combination of the values and every seed, and measures how\n"
               "far each ends from what the theory predicts. Against the width this falls as\n"
               "m^(-1/2): “figure scaling” draws it.\n\n"
               "Example: gramscope-cli study --dataset mnist --classes 3,8 -n 500 --labels true "
               "--vary width=512,2048,8192 --seeds 3 --csv study.csv",
    .groups = CLI_OPTIONS_PROBLEM | GRAM_SETTINGS_STEPS,
    .entries = entries,
    .typed = job.typed,
  };
  int code = cli_options_parse (&usage, argc, argv, job.settings, NULL);

  options.vary = vary;
  options.csv = csv;
  return code != CLI_GO_ON ? code : cli_sweep_command (&job, &options, json_path, resume);
}
