/* cli-sweep.c: gramscope-cli sweep
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-options.h"
#include "cli-sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gram-error.h"
#include "gram-sweeper.h"

#define SLICE_SECONDS 0.25

static gboolean
fill_spec (GramSweepSpec *spec, const CliJob *job, const CliSweepOptions *options, GError **error)
{
  GArray *fractions =
      gram_sweep_parse_fractions (options->fractions != NULL ? options->fractions : "0:1:0.1",
                                  error);

  if (fractions == NULL)
    return FALSE;
  g_clear_pointer (&spec->fractions, g_array_unref);
  spec->fractions = fractions;
  if (options->seeds < 1 || options->seeds > 1000)
    return gram_fail (error, GRAM_ERROR_USAGE, "--seeds=%d: must be a whole number from 1 to 1000",
                      options->seeds);
  if (cli_job_typed (job, "steps") && job->settings->max_steps == 0)
    return gram_fail (
        error, GRAM_ERROR_USAGE,
        "--steps=0: a net of a sweep is to be trained; give 1 or more, or leave it out");
  spec->n_seeds = (guint) options->seeds;
  spec->max_steps = job->settings->max_steps;
  spec->until_residual = job->settings->until_residual;
  if (cli_job_typed (job, "until-residual")) /* 0: never */
    spec->until_residual = MAX (spec->until_residual, G_MINDOUBLE);
  spec->csv = g_strdup (options->csv);
  return TRUE;
}

static void
show_progress (const GramSweepTable *table)
{
  g_autofree char *left = cli_time_left (table->seconds_left);
  g_autofree char *what =
      g_strdup_printf ("Sweep, %u of %u nets%s", table->done, table->cells->len, left);

  cli_progress (what, table->fraction_done);
}

/**
 * cli_sweep_run:
 * @job: open
 *
 * Returns: (transfer full) (nullable): the cells, also with @error set when it was interrupted or
 *   failed on the way; %NULL when it could not start
 */
GramSweepTable *
cli_sweep_run (CliJob *job, const CliSweepOptions *options, GError **error)
{
  GramSweepSpec *spec = gram_sweep_spec_new ();
  g_autoptr (GramSweeper) sweeper = NULL;
  g_autoptr (GramSweepTable) table = NULL;
  gboolean going = TRUE;

  if (fill_spec (spec, job, options, error))
    sweeper =
        gram_sweeper_new (job->device, job->problem, job->settings, spec, job->cancellable, error);
  gram_sweep_spec_free (spec);
  if (sweeper == NULL)
    return NULL;
  while (going && !g_cancellable_is_cancelled (job->cancellable))
    {
      going = gram_sweeper_work (sweeper, SLICE_SECONDS, NULL);
      g_clear_pointer (&table, gram_sweep_table_unref);
      table = gram_sweeper_get_table (sweeper);
      show_progress (table);
    }
  cli_progress_clear ();
  if (!g_cancellable_set_error_if_cancelled (job->cancellable, error) && table != NULL
      && table->error != NULL)
    g_propagate_error (error, g_error_copy (table->error));
  return g_steal_pointer (&table);
}

/* ---------- output -----------------------------------------------------------------------------
 */

static char *
table_csv (const GramSweepTable *table)
{
  GString *text = g_string_new ("fraction,seed,complexity,expected_complexity,test_l1,test_ramp,"
                                "test_error,train_error,residual,steps,stopped\n");
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < table->cells->len; i++)
    {
      const GramSweepCell *cell = &g_array_index (table->cells, GramSweepCell, i);
      const double values[] = { cell->complexity, cell->expected_complexity, cell->test_l1,
                                cell->test_ramp,  cell->test_error,          cell->train_error,
                                cell->residual };

      if (!cell->done)
        continue;
      g_string_append_printf (text, "%s,%" G_GUINT64_FORMAT,
                              cli_format_number (cell->fraction, number), cell->seed);
      for (gsize j = 0; j < G_N_ELEMENTS (values); j++)
        cli_csv_cell (text, values[j]);
      g_string_append_printf (text, ",%" G_GINT64_FORMAT ",%s\n", cell->steps,
                              gram_stopped_to_string (cell->stopped));
    }
  return g_string_free (text, FALSE);
}

static void
add_cell (CliJson *json, const GramSweepCell *cell)
{
  cli_json_open (json, NULL, '{');
  cli_json_number (json, "fraction", cell->fraction);
  cli_json_integer (json, "seed", (gint64) cell->seed);
  cli_json_number (json, "complexity", cell->complexity);
  cli_json_number (json, "expected_complexity", cell->expected_complexity);
  cli_json_open (json, "test", '{');
  cli_json_number (json, "l1", cell->test_l1);
  cli_json_number (json, "ramp", cell->test_ramp);
  cli_json_number (json, "error", cell->test_error);
  cli_json_close (json, '}');
  cli_json_number (json, "train_error", cell->train_error);
  cli_json_number (json, "residual", cell->residual);
  cli_json_integer (json, "steps", cell->steps);
  cli_json_string (json, "stopped", gram_stopped_to_string (cell->stopped));
  cli_json_close (json, '}');
}

static void
write_json (const CliJob *job, const GramSweepTable *table, const char *path, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();

  cli_json_begin (json, "gramscope.sweep/1");
  cli_job_add_dataset (job, json);
  cli_json_open (json, "cells", '[');
  for (guint i = 0; i < table->cells->len; i++)
    if (g_array_index (table->cells, GramSweepCell, i).done)
      add_cell (json, &g_array_index (table->cells, GramSweepCell, i));
  cli_json_close (json, ']');
  cli_json_write (json, path, error);
}

static void
write_results (const CliJob *job, const GramSweepTable *table, const char *json_path,
               const char *csv_path, GError **error)
{
  if (json_path != NULL)
    write_json (job, table, json_path, error);
  /* the sweep itself keeps a CSV file up to date, cell by cell */
  if (g_strcmp0 (csv_path, "-") == 0 || (csv_path == NULL && json_path == NULL))
    {
      g_autofree char *text = table_csv (table);

      cli_write ("-", text, strlen (text), cli_first (error));
    }
}

/* ---------- the command ------------------------------------------------------------------------
 */

/* Hours of work may be in that file: it is neither overwritten nor mixed with unasked. */
static gboolean
check_csv (const char *path, gboolean resume, GError **error)
{
  gboolean exists =
      path != NULL && !g_str_equal (path, "-") && g_file_test (path, G_FILE_TEST_EXISTS);

  if (resume && (path == NULL || g_str_equal (path, "-")))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--resume needs the table of the sweep: "
                      "add --csv FILE");
  if (exists && !resume && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "%s is there already; add --resume to go on with it, or name another file",
                      path);
  return TRUE;
}

static int
sweep (CliJob *job, CliSweepOptions *options, const char *json_path, gboolean resume)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) write_error = NULL;
  g_autoptr (GramSweepTable) table = NULL;
  const char *csv_path = options->csv;

  if (!check_csv (csv_path, resume, &error) || !cli_job_open (job, &error))
    return cli_fail (error);
  if (g_strcmp0 (csv_path, "-") == 0)
    options->csv = NULL;
  table = cli_sweep_run (job, options, &error);
  if (table != NULL)
    write_results (job, table, json_path, csv_path, &write_error);
  return cli_fail (write_error != NULL ? write_error : error);
}

int
cli_sweep (int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  char *fractions = NULL, *csv = NULL, *json_path = NULL;
  CliSweepOptions options = { .seeds = 1 };
  gboolean resume = FALSE;
  const GOptionEntry entries[] = {
    { "fractions", 0, 0, G_OPTION_ARG_STRING, &fractions, "of random labels; default 0:1:0.1",
      "FIRST:LAST:STEP|LIST" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &options.seeds, "nets a fraction; default 1", "N" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv, "the table; a file is kept up to date net by net",
      "FILE|-" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, "write the table as JSON", "FILE|-" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &resume, "go on with the table of --csv", NULL },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .summary = "Trains a net at every fraction of random labels and every seed until its residual\n"
               "stops falling, and records the complexity measure beside the test errors: the\n"
               "paper's Figure 2.\n\n"
               "Example: gramscope-cli sweep --dataset mnist --fractions 0:1:0.25 --seeds 3 "
               "--csv sweep.csv",
    .groups = (CLI_OPTIONS_PROBLEM & ~GRAM_SETTINGS_LABELS) | GRAM_SETTINGS_STEPS,
    .entries = entries,
    .typed = job.typed,
  };
  int code = cli_options_parse (&usage, argc, argv, job.settings, NULL);
  options.fractions = fractions;
  options.csv = csv;
  return code != CLI_GO_ON ? code : sweep (&job, &options, json_path, resume);
}
