/* cli-sweep.c: gramscope-cli sweep, and what it shares with study
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
#include "gram-file-lock.h"
#include "gram-scaling.h"
#include "gram-sweep-file.h"
#include "gram-sweeper.h"

#define SLICE_SECONDS 0.25

static gboolean
set_fractions (GramSweepSpec *spec, const CliSweepOptions *options, GError **error)
{
  GArray *fractions =
      gram_sweep_parse_fractions (options->fractions != NULL ? options->fractions : "0:1:0.1",
                                  error);

  if (fractions == NULL)
    return FALSE;
  g_clear_pointer (&spec->fractions, g_array_unref);
  spec->fractions = fractions;
  return TRUE;
}

static gboolean
set_variations (GramSweepSpec *spec, const CliSweepOptions *options, GError **error)
{
  for (char **vary = options->vary; vary != NULL && *vary != NULL; vary++)
    if (!gram_sweep_spec_vary (spec, *vary, error))
      {
        g_prefix_error (error, "--vary: ");
        return FALSE;
      }
  if (spec->seeds != NULL && options->seeds != 1)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--seeds=%d: --vary seed=… says already which; leave one of them out",
                      options->seeds);
  if (spec->variations->len == 0 && spec->seeds == NULL)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "what is to be varied? add --vary, for instance --vary width=512,2048,8192");
  return TRUE;
}

static gboolean
fill_spec (GramSweepSpec *spec, const CliJob *job, const CliSweepOptions *options, GError **error)
{
  if (!(options->study ? set_variations : set_fractions) (spec, options, error))
    return FALSE;
  if (options->seeds < 1 || options->seeds > 1000)
    return gram_fail (error, GRAM_ERROR_USAGE, "--seeds=%d: must be a whole number from 1 to 1000",
                      options->seeds);
  if (cli_job_typed (job, "steps") && job->settings->max_steps == 0)
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--steps=0: every net is to be trained; give 1 or more, or leave it out");
  spec->n_seeds = (guint) options->seeds;
  spec->max_steps = job->settings->max_steps;
  spec->until_residual = job->settings->until_residual;
  if (cli_job_typed (job, "until-residual")) /* 0: never */
    spec->until_residual = MAX (spec->until_residual, G_MINDOUBLE);
  spec->part = options->part;
  spec->parts = options->parts;
  spec->csv = g_strdup (options->csv);
  spec->checkpoint = g_strdup (options->checkpoint);
  return TRUE;
}

/**
 * cli_sweep_check_axis:
 * @options: of a study
 *
 * Returns: %FALSE when it varies no number that its figure could be drawn against
 */
gboolean
cli_sweep_check_axis (const CliSweepOptions *options, GError **error)
{
  GramSweepSpec *spec = gram_sweep_spec_new_study ();
  gboolean good = set_variations (spec, options, error);

  if (good && gram_scaling_axis (spec->variations) < 0)
    good = gram_fail (error, GRAM_ERROR_USAGE,
                      "the figure is drawn against a number that is varied; add --vary, for "
                      "instance --vary width=512,2048,8192");
  gram_sweep_spec_free (spec);
  return good;
}

static void
show_progress (const GramSweepTable *table)
{
  const char *name = table->variations != NULL ? "Study" : "Sweep";
  g_autofree char *left = cli_time_left (table->seconds_left);
  g_autofree char *what = g_strdup_printf ("%s, %u of %u nets%s", name, table->done,
                                           table->cells->len - table->refused, left);

  cli_progress (what, table->fraction_done);
}

/* @told: (nullable): the last that was told */
static void
note_trouble (const GramSweepTable *table, char **told)
{
  if (g_strcmp0 (table->trouble, *told) == 0)
    return;
  g_free (*told);
  *told = g_strdup (table->trouble);
  if (*told != NULL)
    cli_note ("%s", *told);
}

static void
note_refused (const GramSweepTable *table)
{
  for (guint i = 0; table != NULL && i < table->points->len; i++)
    {
      const GramSweepPoint *point = g_ptr_array_index (table->points, i);

      if (point->refused != NULL)
        cli_note ("%s is left out: %s", point->name, point->refused);
    }
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
  GramSweepSpec *spec = options->study ? gram_sweep_spec_new_study () : gram_sweep_spec_new ();
  g_autoptr (GramSweeper) sweeper = NULL;
  g_autoptr (GramSweepTable) table = NULL;
  g_autofree char *told = NULL;
  gboolean going = TRUE;

  if (fill_spec (spec, job, options, error))
    sweeper =
        gram_sweeper_new (job->device, job->problem, job->settings, spec, job->cancellable, error);
  gram_sweep_spec_free (spec);
  if (sweeper == NULL)
    return NULL;
  while (going)
    {
      going = gram_sweeper_work (sweeper, SLICE_SECONDS, NULL);
      g_clear_pointer (&table, gram_sweep_table_unref);
      table = gram_sweeper_get_table (sweeper);
      show_progress (table);
      note_trouble (table, &told);
    }
  cli_progress_clear ();
  note_refused (table);
  if (table->error != NULL)
    g_propagate_error (error, g_error_copy (table->error));
  return g_steal_pointer (&table);
}

/* ---------- the command ------------------------------------------------------------------------
 */

static gboolean
is_file (const char *path)
{
  return path != NULL && !g_str_equal (path, "-");
}

/* Hours of work may be in that file: it is neither overwritten nor mixed with unasked. */
static gboolean
check_fresh (const char *path, gboolean resume, GError **error)
{
  if (is_file (path) && !resume && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "%s is there already; add --resume to go on with it, or name another file",
                      path);
  return TRUE;
}

static gboolean
check_files (const CliSweepOptions *options, gboolean resume, GError **error)
{
  if (resume && !is_file (options->csv))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--resume needs the table to go on with: add --csv FILE");
  if (options->checkpoint != NULL && !is_file (options->csv))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--checkpoint keeps nets until they are in a table: add --csv FILE");
  return check_fresh (options->csv, resume, error)
         && check_fresh (options->checkpoint, resume, error);
}

/* The name of a part's file, beside that of the whole, so that no two write to the same */
static void
name_part (char **path, const CliSweepOptions *options, gsize digits)
{
  char *whole = *path;

  if (whole != NULL)
    /* as many digits, so that a shell lists them in their order */
    *path =
        g_strdup_printf ("%s.%0*u-of-%u", whole, (int) digits, options->part + 1, options->parts);
  g_free (whole);
}

/* "3/8": the third of eight parts. @csv, @checkpoint: (inout): become this part's */
static gboolean
take_part (const char *text, CliSweepOptions *options, char **csv, char **checkpoint,
           GError **error)
{
  g_auto (GStrv) numbers = g_strsplit (text, "/", 3);
  guint64 part, parts;

  if (g_strv_length (numbers) != 2
      || !g_ascii_string_to_unsigned (numbers[1], 10, 1, 99999, &parts, NULL)
      || !g_ascii_string_to_unsigned (numbers[0], 10, 1, parts, &part, NULL))
    return gram_fail (error, GRAM_ERROR_USAGE, "--part=%s: must be I/N, part I from 1 to N of N",
                      text);
  if (!is_file (*csv))
    return gram_fail (error, GRAM_ERROR_USAGE,
                      "--part=%s: the tables of parts lie beside that of --csv FILE; add it", text);
  options->part = (guint) part - 1;
  options->parts = (guint) parts;
  name_part (csv, options, strlen (numbers[1]));
  name_part (checkpoint, options, strlen (numbers[1]));
  return TRUE;
}

static int
merge (const char *command, GStrv parts, const char *csv, gsize typed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (parts == NULL)
    return cli_fail_usage (command, "--merge needs the tables of the parts: FILE.*-of-*");
  if (typed > 0)
    return cli_fail_usage (command, "--merge takes the settings of the parts, and no others");
  if (check_fresh (csv, FALSE, &error)
      && gram_sweep_file_merge ((const char *const *) parts, &text, &error))
    cli_write (csv != NULL ? csv : "-", text, strlen (text), &error);
  return cli_fail (error);
}

static int
train (CliJob *job, CliSweepOptions *options, const char *json_path, gboolean resume)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) write_error = NULL;
  g_autoptr (GramSweepTable) table = NULL;
  g_autoptr (GramFileLock) lock = NULL;
  const char *csv_path = options->csv;

  if (!check_files (options, resume, &error)
      || (options->checkpoint != NULL
          && (lock = gram_file_lock_take (options->checkpoint, &error)) == NULL)
      || !cli_job_open (job, &error))
    return cli_fail (error);
  if (g_strcmp0 (csv_path, "-") == 0)
    options->csv = NULL;
  table = cli_sweep_run (job, options, &error);
  if (table != NULL)
    cli_sweep_write (job, table, json_path, csv_path, &write_error);
  return cli_fail (write_error != NULL ? write_error : error);
}

/**
 * cli_sweep_command:
 * @options: of a sweep or a study, to be filled in
 * @own: the option that a sweep and a study do not share
 * @groups: the settings that are options
 *
 * Returns: the exit code
 */
int
cli_sweep_command (CliSweepOptions *options, const GOptionEntry *own, guint groups,
                   const char *summary, int argc, char **argv)
{
  g_auto (CliJob) job = cli_job_new ();
  char *csv = NULL, *checkpoint = NULL, *json_path = NULL, *part = NULL; /* freed with @usage */
  gboolean resume = FALSE, merges = FALSE;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    *own,
    { "seeds", 0, 0, G_OPTION_ARG_INT, &options->seeds, "nets of each; default 1", "N" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv, "the table; a file is kept up to date net by net",
      "FILE|-" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json_path, "write the table as JSON", "FILE|-" },
    { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &checkpoint,
      "keep the nets that are being trained here", "FILE" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &resume,
      "go on with the table of --csv and the nets of --checkpoint", NULL },
    { "part", 0, 0, G_OPTION_ARG_STRING, &part, "do part I of N, with files beside those named",
      "I/N" },
    { "merge", 0, 0, G_OPTION_ARG_NONE, &merges,
      "make one table of those of the parts, which follow", NULL },
    { NULL },
  };
  g_auto (CliUsage) usage = {
    .parameters = "[PART…]",
    .summary = summary,
    .groups = groups,
    .entries = entries,
    .typed = job.typed,
  };
  int code = cli_options_parse (&usage, argc, argv, job.settings, &words);

  if (code != CLI_GO_ON)
    return code;
  if (merges)
    return merge (argv[0], words, csv, job.typed->len + (checkpoint != NULL));
  if (words != NULL)
    {
      g_autofree char *message = g_strdup_printf ("“%s” is no option of this command", words[0]);

      return cli_fail_usage (argv[0], message);
    }
  if (part != NULL && !take_part (part, options, &csv, &checkpoint, &error))
    return cli_fail (error);
  options->csv = csv;
  options->checkpoint = checkpoint;
  return train (&job, options, json_path, resume);
}

int
cli_sweep (int argc, char **argv)
{
  CliSweepOptions options = { .seeds = 1 };
  const GOptionEntry fractions = { "fractions",
                                   0,
                                   0,
                                   G_OPTION_ARG_STRING,
                                   &options.fractions,
                                   "of random labels; default 0:1:0.1",
                                   "FIRST:LAST:STEP|LIST" };

  return cli_sweep_command (
      &options, &fractions, (CLI_OPTIONS_PROBLEM & ~GRAM_SETTINGS_LABELS) | GRAM_SETTINGS_STEPS,
      "Trains a net at every fraction of random labels and every seed until its residual\n"
      "stops falling, and records the complexity measure beside the test errors: the\n"
      "paper's Figure 2.\n\n"
      "Example: gramscope-cli sweep --dataset mnist --fractions 0:1:0.25 --seeds 3 "
      "--csv sweep.csv",
      argc, argv);
}
