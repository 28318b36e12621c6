/* cli-bench.c: gramscope-cli bench
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-options.h"

#include <stdio.h>
#include <string.h>

#include "gram-bench.h"

static void
print_row (const GramBenchResult *result, gpointer quiet)
{
  g_autofree char *row = gram_bench_table_row (result);

  if (GPOINTER_TO_INT (quiet))
    return;
  puts (row);
  fflush (stdout);
}

static int
bench (const GramSettings *settings, const char *json_path)
{
  g_autoptr (GError) error = NULL;
  const GramBenchOptions options = { 0 };
  g_autoptr (GramDevice) device = cli_open_device (settings, &error);
  g_autoptr (GPtrArray) results = NULL;
  g_autofree char *header = gram_bench_table_header ();

  if (device == NULL)
    return cli_fail (error);
  if (json_path == NULL)
    printf ("%s\n%s\n%s\n", gram_device_get_info (device)->name,
            gram_device_get_info (device)->details, header);
  results = gram_bench_run (device, &options, print_row, GINT_TO_POINTER (json_path != NULL),
                            cli_interrupt_install (), &error);
  if (json_path != NULL)
    {
      g_autoptr (GError) unwritten = NULL;
      g_autofree char *text = gram_bench_to_json (device, results, error == NULL);
      g_autofree char *line = g_strconcat (text, "\n", NULL);

      if (!cli_write (json_path, line, strlen (line), &unwritten))
        return cli_fail (unwritten);
    }
  return cli_fail (error);
}

int
cli_bench (int argc, char **argv)
{
  return cli_run_with_json (
      argc, argv, GRAM_SETTINGS_DEVICE, "write the table as JSON", bench,
      "Times training steps and the stages of an analysis, beside the matrix product and\n"
      "the memory bandwidth that this machine reaches; every answer is checked.\n\n"
      "Example: gramscope-cli bench --device cpu --threads 2");
}
