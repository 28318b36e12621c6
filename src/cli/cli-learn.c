/* cli-learn.c: gramscope-cli learn
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-learn.h"
#include "cli-options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gram-error.h"

static const GramTarget *
target_of (const CliLearnResult *result, const GramLearnRow *row)
{
  return g_ptr_array_index (result->targets, row->function);
}

/* Function by function, each with its n growing; the run comes size by size. */
static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const GramLearnRow *const *x = a, *const *y = b;

  if ((*x)->function != (*y)->function)
    return (*x)->function < (*y)->function ? -1 : 1;
  return ((*x)->n > (*y)->n) - ((*x)->n < (*y)->n);
}

static void
print_table (const CliLearnResult *result)
{
  guint count = result->rows->len;
  g_autofree const GramLearnRow **sorted = g_new (const GramLearnRow *, count + 1);

  for (guint i = 0; i < count; i++)
    sorted[i] = &g_array_index (result->rows, GramLearnRow, i);
  qsort (sorted, count, sizeof *sorted, compare_rows);
  printf ("%s\n%-28s %7s %14s %12s %12s\n", result->inputs, "function", "n", "√(yᵀH∞⁻¹y)", "bound",
          "tighter");
  for (guint i = 0; i < count; i++)
    {
      const GramLearnRow *row = sorted[i];
      const char *name = target_of (result, row)->name;

      printf ("%s%*s %7" G_GINT64_FORMAT " %10.6g", name,
              (int) MAX (0, 28 - g_utf8_strlen (name, -1)), "", row->n, row->root);
      if (isfinite (row->bound))
        printf (" %12.6g %12.6g%s\n", row->bound, row->bound_tight,
                row->root <= row->bound_tight ? "" : "  ABOVE");
      else
        puts ("         none         none");
    }
}

static void
add_row (CliJson *json, const CliLearnResult *result, const GramLearnRow *row)
{
  const GramTarget *target = target_of (result, row);

  cli_json_open (json, NULL, '{');
  cli_json_string (json, "function", target->name);
  cli_json_string (json, "statement", target->statement);
  cli_json_boolean (json, "learnable", target->learnable);
  cli_json_integer (json, "n", row->n);
  cli_json_number (json, "root", row->root);
  cli_json_number (json, "complexity", row->complexity);
  cli_json_number (json, "bound", row->bound);
  cli_json_number (json, "bound_tight", row->bound_tight);
  cli_json_number (json, "norm", row->norm);
  cli_json_number (json, "residual", row->residual);
  cli_json_close (json, '}');
}

static void
write_json (const CliLearnResult *result, const char *path, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();

  cli_json_begin (json, "gramscope.learnability/1");
  cli_json_string (json, "inputs", result->inputs);
  cli_json_open (json, "rows", '[');
  for (guint i = 0; i < result->rows->len; i++)
    add_row (json, result, &g_array_index (result->rows, GramLearnRow, i));
  cli_json_close (json, ']');
  cli_json_write (json, path, error);
}

static void
write_csv (const CliLearnResult *result, const char *path, GError **error)
{
  g_autoptr (GString) text =
      g_string_new ("function,n,root,complexity,bound,bound_tight,learnable\n");

  for (guint i = 0; i < result->rows->len; i++)
    {
      const GramLearnRow *row = &g_array_index (result->rows, GramLearnRow, i);
      const double values[] = { row->root, row->complexity, row->bound, row->bound_tight };

      g_string_append_printf (text, "\"%s\",%" G_GINT64_FORMAT, target_of (result, row)->name,
                              row->n);
      for (gsize j = 0; j < G_N_ELEMENTS (values); j++)
        cli_csv_cell (text, values[j]);
      g_string_append (text, target_of (result, row)->learnable ? ",yes\n" : ",no\n");
    }
  cli_write (path, text->str, text->len, error);
}

static int
learn (CliJob *job, const CliLearnOptions *options, const char *json_path, const char *csv_path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) write_error = NULL;
  g_auto (CliLearnResult) result = { 0 };

  cli_learn_run (job, options, &result, &error);
  /* A mistake of usage may show only where numbers are made: rows before it are no result. */
  if (g_error_matches (error, GRAM_ERROR, GRAM_ERROR_USAGE) || result.targets == NULL)
    return cli_fail (error);
  if (json_path != NULL)
    write_json (&result, json_path, &write_error);
  if (csv_path != NULL)
    write_csv (&result, csv_path, cli_first (&write_error));
  if (json_path == NULL && csv_path == NULL)
    print_table (&result);
  return cli_fail (write_error != NULL ? write_error : error);
}

int
cli_learn (int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  CliLearnOptions options = { 0 };
  char *json_path = NULL, *csv_path = NULL;
  const GOptionEntry entries[] = {
    { "function", 0, 0, G_OPTION_ARG_STRING, &options.function,
      "linear, power, quadratic, cosine, arctan; default one of each, and an odd power", "NAME" },
    { "alpha", 0, 0, G_OPTION_ARG_DOUBLE, &options.alpha,
      "α of linear, power, quadratic; default 1", "A" },
    { "power", 0, 0, G_OPTION_ARG_INT, &options.power, "p of power; default 2", "P" },
    { "beta-norm", 0, 0, G_OPTION_ARG_DOUBLE, &options.beta_norm, "‖β‖; default 1", "B" },
    { "n-list", 0, 0, G_OPTION_ARG_STRING, &options.n_list,
      "sizes; default 50,100,200,400,800,1600, of images 100,200,400,800", "N,N,…" },
    { "inputs", 0, 0, G_OPTION_ARG_STRING, &options.inputs,
      "Gaussian directions, or images: the default when an option says which", "sphere|dataset" },
    { "dimension", 0, 0, G_OPTION_ARG_INT, &options.dimension, "d of the sphere; default 5", "D" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, "write the rows as JSON", "FILE|-" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv_path, "write the rows as a table", "FILE|-" },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .summary =
        "Measures √(yᵀH∞⁻¹y) of target functions y = g(x) as n grows, against the bounds of\n"
        "Section 6. Odd powers above one are the control: no bound holds for them.\n\n"
        "Example: gramscope-cli learn --function power --power 3 --n-list 100,200,400,800",
    .groups = GRAM_SETTINGS_DATA | GRAM_SETTINGS_DEVICE,
    .entries = entries,
    .typed = job.typed,
  };
  int code;

  cli_learn_options_init (&options);
  code = cli_options_parse (&usage, argc, argv, job.settings, NULL);
  return code != CLI_GO_ON ? code : learn (&job, &options, json_path, csv_path);
}
