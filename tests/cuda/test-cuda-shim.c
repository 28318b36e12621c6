/* test-cuda-shim.c: the CUDA backend's host logic and kernels on a make-believe card
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-conformance-private.h"
#include "gram-cpu.h"
#include "gram-cuda-trainer.h"
#include "gram-error.h"
#include "gram-shim.h"

const GramBackendVTable *gram_backend_module (void);

static GramDevice *
open_card (void)
{
  g_autoptr (GError) error = NULL;
  GramDevice *device = gram_device_open ("cuda", NULL, &error);

  g_assert_no_error (error);
  return device;
}

static void
assert_all_given_back (void)
{
  g_assert_cmpuint (shim_memory_used (), ==, 0);
  g_assert_cmpint (shim_objects (), ==, 0);
}

/* ---------- the suite that every backend passes ------------------------------------------------
 */

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
test_conformance (void)
{
  g_autoptr (GramDevice) device = open_card ();
  g_autoptr (GramDevice) reference = gram_device_open ("cpu", NULL, NULL);
  g_autoptr (GPtrArray) results = NULL;
  guint failures = 0;

  results = gram_conformance_run (device, reference, report, &failures, NULL);
  g_test_message ("%u checks, %u failed", results->len, failures);
  g_assert_cmpuint (results->len, >, 100);
  g_assert_cmpuint (failures, ==, 0);
  assert_all_given_back ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gram_backend_register (gram_cpu_backend (), NULL);
  gram_backend_register (gram_backend_module (), NULL);
  g_test_add_func ("/cuda/shim/conformance", test_conformance);
  return g_test_run ();
}
