/* gram-cpu-few.h: H∞ and its factor against a few vectors
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-system.h"

G_BEGIN_DECLS

gboolean gram_cpu_few_multiply (GramCpuSystem *system, gint64 k, const double *V, gint64 ldv,
                                double *Y, gint64 ldy, const GramJob *job, GError **error);
gboolean gram_cpu_few_solve (GramCpuSystem *system, gint64 k, double *B, gint64 ldb,
                             GError **error);

G_END_DECLS
