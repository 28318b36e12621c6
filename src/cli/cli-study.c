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
  CliSweepOptions options = { .study = TRUE, .seeds = 1 };
  const GOptionEntry vary = {
    "vary",
    0,
    0,
    G_OPTION_ARG_STRING_ARRAY,
    &options.vary,
    "a setting and its values; may be given several times. classes=A,B/C,D has a slash between "
    "pairs",
    "KEY=V1,V2,…"
  };

  return cli_sweep_command (
      &options, &vary, CLI_OPTIONS_PROBLEM | GRAM_SETTINGS_STEPS,
      "Trains a net at every combination of the values and every seed, and measures how\n"
      "far each ends from what the theory predicts. Against the width this falls as\n"
      "m^(-1/2): “figure scaling” draws it.\n\n"
      "Example: gramscope-cli study --dataset mnist --classes 3,8 -n 500 --labels true "
      "--vary width=512,2048,8192 --seeds 3 --csv study.csv",
      argc, argv);
}
