/* gram-conformance-check.c: the results of the suite, one by one
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-conformance-private.h"

#include <math.h>

gboolean
gram_conformance_stopped (GramConformance *suite)
{
  return g_cancellable_is_cancelled (suite->cancellable);
}

/* A check with a figure passes when @value ≤ @limit; an @error fails it whatever the figure. */
void
gram_conformance_check (GramConformance *suite, double value, double limit, const GError *error,
                        const char *format, ...)
{
  GramConformanceResult *result = g_new0 (GramConformanceResult, 1);
  gint64 now = g_get_monotonic_time ();
  va_list arguments;

  va_start (arguments, format);
  result->name = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  result->value = value;
  result->limit = limit;
  result->passed = error == NULL && value <= limit;
  if (error != NULL)
    result->detail = g_strdup (error->message);
  result->seconds = (double) (now - suite->started) / G_USEC_PER_SEC;
  suite->started = now;
  g_ptr_array_add (suite->results, result);
  if (suite->on_result != NULL)
    suite->on_result (result, suite->data);
}

double
gram_relative_difference (gint64 count, const double *x, const double *y)
{
  double difference = 0, norm = 0;

  for (gint64 i = 0; i < count; i++)
    {
      difference += (x[i] - y[i]) * (x[i] - y[i]);
      norm += y[i] * y[i];
    }
  if (isnan (difference))
    return G_MAXDOUBLE;
  return norm > 0 ? sqrt (difference / norm) : sqrt (difference);
}
