/* gram-cpu-tridiagonal.h: T = SΛSᵀ of a tridiagonal matrix, with S in factors
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-device.h"

G_BEGIN_DECLS

typedef struct _GramCpuTridiagonal GramCpuTridiagonal;

GramCpuTridiagonal *gram_cpu_tridiagonal_new (GramCpuDevice *device, gint64 n,
                                              const double *diagonal, const double *off_diagonal,
                                              double *lambda, const GramJob *job, GError **error);
void gram_cpu_tridiagonal_free (GramCpuTridiagonal *t);
gboolean gram_cpu_tridiagonal_apply (const GramCpuTridiagonal *t, gboolean transpose, gint64 groups,
                                     double *rows, const GramJob *job, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramCpuTridiagonal, gram_cpu_tridiagonal_free)

G_END_DECLS
