/* gram-conformance.c: running the suite
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-conformance-private.h"

static void
result_free (GramConformanceResult *result)
{
  g_free (result->name);
  g_free (result->detail);
  g_free (result);
}

/**
 * gram_conformance_run:
 * @device: what is examined
 * @reference: (nullable): another device whose answers @device's are compared with, besides the
 *   suite's own plain float64 and long double ones
 * @on_result: (nullable): called after each check
 * @cancellable: (nullable)
 *
 * Takes about ten seconds on two processor cores.
 *
 * Returns: (transfer full) (element-type GramConformanceResult): one result per check
 */
GPtrArray *
gram_conformance_run (GramDevice *device, GramDevice *reference, GramConformanceFunc on_result,
                      gpointer data, GCancellable *cancellable)
{
  GramConformance suite = { .device = device,
                            .reference = reference,
                            .cancellable = cancellable,
                            .on_result = on_result,
                            .data = data,
                            .started = g_get_monotonic_time () };

  suite.results = g_ptr_array_new_with_free_func ((GDestroyNotify) result_free);
  gram_conformance_systems (&suite);
  gram_conformance_trainers (&suite);
  gram_conformance_states (&suite);
  gram_conformance_shards (&suite);
  return suite.results;
}
