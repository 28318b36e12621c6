/* cli-selftest.c: gramscope-cli selftest, the conformance suite on the user's own device
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "cli-json.h"
#include "cli-options.h"

#include <math.h>
#include <stdio.h>

#include "gram-conformance.h"
#include "gram-error.h"

static void
print_result (const GramConformanceResult *result, gpointer quiet)
{
  if (GPOINTER_TO_INT (quiet))
    return;
  printf ("%-6s %s%*s", result->passed ? "ok" : "FAILED", result->name,
          (int) MAX (0, 60 - g_utf8_strlen (result->name, -1)), "");
  if (isfinite (result->limit))
    printf (" %10.3g ≤ %-10.3g", result->value, result->limit);
  if (result->detail != NULL)
    printf (" %s", result->detail);
  putchar ('\n');
  fflush (stdout);
}

static void
add_result (CliJson *json, const GramConformanceResult *result)
{
  cli_json_open (json, NULL, '{');
  cli_json_string (json, "name", result->name);
  cli_json_boolean (json, "passed", result->passed);
  cli_json_number (json, "value", result->value);
  cli_json_number (json, "limit", result->limit);
  cli_json_string (json, "detail", result->detail);
  cli_json_number (json, "seconds", result->seconds);
  cli_json_close (json, '}');
}

static gboolean
write_json (const char *path, GramDevice *device, const GPtrArray *results, GError **error)
{
  g_autoptr (CliJson) json = cli_json_new ();

  cli_json_begin (json, "gramscope.selftest/1");
  cli_json_string (json, "device", gram_device_get_info (device)->name);
  cli_json_open (json, "checks", '[');
  for (guint i = 0; i < results->len; i++)
    add_result (json, g_ptr_array_index (results, i));
  cli_json_close (json, ']');
  return cli_json_write (json, path, error);
}

static gboolean
count_failures (const GPtrArray *results, gboolean show, GError **error)
{
  guint failed = 0;

  for (guint i = 0; i < results->len; i++)
    failed += !((const GramConformanceResult *) g_ptr_array_index (results, i))->passed;
  if (show)
    printf ("%u checks, %u failed\n", results->len, failed);
  if (failed == 0 && results->len > 0)
    return TRUE;
  return gram_fail (error, GRAM_ERROR_DEVICE,
                    "%u of %u checks failed: do not trust results of this device; compute with "
                    "--device cpu and report the table",
                    failed, results->len);
}

/* A card is compared with the CPU; the CPU with the suite's own float64 reference. */
static int
selftest (const GramSettings *settings, const char *json_path)
{
  g_autoptr (GError) error = NULL;
  const GramDeviceOptions options = { .threads = settings->threads };
  g_autoptr (GramDevice) device = cli_open_device (settings, &error);
  g_autoptr (GramDevice) cpu =
      device != NULL ? gram_device_open_reference (&options, &error) : NULL;
  g_autoptr (GPtrArray) results = NULL;
  GCancellable *cancellable = cli_interrupt_install ();

  if (cpu == NULL)
    return cli_fail (error);
  if (json_path == NULL)
    printf ("%s\n", gram_device_get_info (device)->name);
  results = gram_conformance_run (device, cpu, print_result, GINT_TO_POINTER (json_path != NULL),
                                  cancellable);
  if (json_path != NULL && !write_json (json_path, device, results, &error))
    return cli_fail (error);
  if (g_cancellable_set_error_if_cancelled (cancellable, &error)
      || !count_failures (results, json_path == NULL, &error))
    return cli_fail (error);
  return 0;
}

int
cli_selftest (int argc, char **argv)
{
  return cli_run_with_json (
      argc, argv, GRAM_SETTINGS_DEVICE, "write the checks as JSON", selftest,
      "Runs every operation of a device at several sizes against a reference: systems,\n"
      "100 steps of every formulation, determinism, memory given back.\n\n"
      "Example: gramscope-cli selftest --device cuda");
}
