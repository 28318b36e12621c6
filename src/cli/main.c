/* main.c: gramscope-cli
 *
 * SPDX-License-Identifier: MIT
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "gram-config.h"
#include "gram-cpu-blas.h"
#include "gram-error.h"

static const CliCommand commands[] = {
  { "devices", "list the compute devices", cli_devices },
  { "datasets", "list, download and inspect datasets", cli_datasets },
  { "analyze", "what H∞ says: complexity, spectrum, predicted curves", cli_analyze },
  { "train", "full-batch gradient descent beside its prediction", cli_train },
  { "sweep", "train at many fractions of random labels (Figure 2)", cli_sweep },
  { "study", "train at many settings, against the prediction", cli_study },
  { "learn", "which functions are learnable (Section 6)", cli_learn },
  { "figure", "draw a figure of the paper as SVG, PNG, PDF or CSV", cli_figure },
  { "selftest", "check a device against a reference", cli_selftest },
  { "bench", "measure this machine", cli_bench },
  { "backend", "serve a device to a Gramscope on another machine", cli_backend },
};

static void
print_usage (FILE *stream)
{
  fputs ("Usage: gramscope-cli COMMAND [OPTION…]\n\n"
         "The theory of overparameterised two-layer ReLU nets, made visible.\n\nCommands:\n",
         stream);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-10s %s\n", commands[i].name, commands[i].summary);
  fputs ("\n  -h, --help     this text; after a command, its options and their defaults\n"
         "      --version  the program's version\n\n"
         "Example: gramscope-cli analyze --dataset mnist --classes 0,1 -n 1000 --json -\n\n"
         "Exit status: 0 done, 1 failed, 2 usage, 3 unreadable or unfit data, 4 diverged,\n"
         "130 interrupted (what was computed is written first).\n",
         stream);
}

static int
fail_usage (const char *what, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_set_error (&error, GRAM_ERROR, GRAM_ERROR_USAGE,
               "%s “%s”; “gramscope-cli --help” lists what there is", what, word);
  return cli_fail (error);
}

static int
run (int argc, char **argv)
{
  const char *word = argc > 1 ? argv[1] : NULL;

  if (word == NULL)
    {
      print_usage (stderr);
      return 2;
    }
  if (g_str_equal (word, "--help") || g_str_equal (word, "-h") || g_str_equal (word, "help"))
    {
      print_usage (stdout);
      return 0;
    }
  if (g_str_equal (word, "--version"))
    {
      puts ("gramscope-cli " GRAM_VERSION);
      return 0;
    }
  if (*word == '-')
    return fail_usage ("unknown option", word);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (word, commands[i].name))
      return commands[i].run (argc - 1, argv + 1);
  return fail_usage ("unknown command", word);
}

int
main (int argc, char **argv)
{
  gram_cpu_blas_settle ();
  /* Not LC_NUMERIC: what is written must not depend on the place where it is written. */
  setlocale (LC_CTYPE, "");
  return cli_finish (run (argc, argv));
}
