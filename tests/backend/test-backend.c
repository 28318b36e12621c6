/* test-backend.c: the conformance suite over every backend that is present
 *
 * SPDX-License-Identifier: MIT
 *
 * GRAM_TEST_MODULES names a folder with backend modules to examine beside the CPU.
 */
#include <math.h>
#include <string.h>

#include "gram-conformance.h"
#include "gram-cpu.h"
#include "gram-error.h"

static void
report (const GramConformanceResult *result, gpointer data)
{
  guint *failures = data;

  if (result->passed)
    return;
  g_test_message ("FAILED %s: %g, at most %g %s", result->name, result->value, result->limit,
                  result->detail != NULL ? result->detail : "");
  ++*failures;
}

static void
test_conformance (gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDevice) device = gram_device_open (name, NULL, &error);
  g_autoptr (GramDevice) reference = NULL;
  g_autoptr (GPtrArray) results = NULL;
  guint failures = 0;

  if (device == NULL)
    {
      g_test_skip (error->message);
      return;
    }
  if (!g_str_equal (name, "cpu"))
    reference = gram_device_open ("cpu", NULL, NULL);
  results = gram_conformance_run (device, reference, report, &failures, NULL);
  g_test_message ("%u checks, %u failed", results->len, failures);
  g_assert_cmpuint (results->len, >, 100);
  g_assert_cmpuint (failures, ==, 0);
}

int
main (int argc, char **argv)
{
  const char *modules = g_getenv ("GRAM_TEST_MODULES");

  g_test_init (&argc, &argv, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  if (modules != NULL)
    gram_backend_load_module (modules, "cuda", NULL);
  for (guint i = 0; i < gram_backend_count (); i++)
    {
      const char *name = gram_backend_get (i)->name;
      g_autofree char *path = g_strdup_printf ("/backend/%s/conformance", name);

      g_test_add_data_func (path, name, test_conformance);
    }
  return g_test_run ();
}
