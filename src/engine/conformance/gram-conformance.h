/* gram-conformance.h: what every backend must get right, checked on the device itself
 *
 * SPDX-License-Identifier: MIT
 *
 * The tests, `gramscope-cli selftest` and the CUDA shim run the same suite. It needs no data.
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;      /* "eigen: residual, n = 65" */
  gboolean passed; /* value ≤ limit, for checks that have figures */
  double value;    /* the figure found; NAN when the check has none */
  double limit;    /* the most it may be; NAN when the check has none */
  char *detail;    /* (nullable) why it failed, in words */
  double seconds;
} GramConformanceResult;

/* called after each check, from the calling thread */
typedef void (*GramConformanceFunc) (const GramConformanceResult *result, gpointer data);

GPtrArray *gram_conformance_run (GramDevice *device, GramDevice *reference,
                                 GramConformanceFunc on_result, gpointer data,
                                 GCancellable *cancellable);

G_END_DECLS
