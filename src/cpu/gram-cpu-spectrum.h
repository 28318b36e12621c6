/* gram-cpu-spectrum.h: A = VΛVᵀ of a symmetric matrix, with V in factors
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-device.h"

G_BEGIN_DECLS

typedef struct _GramCpuSpectrum GramCpuSpectrum;

guint64 gram_cpu_spectrum_bytes (gint64 n);
GramCpuSpectrum *gram_cpu_spectrum_new (GramCpuDevice *device, gint64 n, double *A,
                                        const GramJob *job, GError **error);
void gram_cpu_spectrum_free (GramCpuSpectrum *spectrum);
const double *gram_cpu_spectrum_get_lambda (const GramCpuSpectrum *spectrum);
gboolean gram_cpu_spectrum_project (GramCpuSpectrum *spectrum, gint64 k, const double *Y,
                                    gint64 ldy, double *P, gint64 ldp, const GramJob *job,
                                    GError **error);
gboolean gram_cpu_spectrum_expand (GramCpuSpectrum *spectrum, gint64 k, const double *C, gint64 ldc,
                                   double *X, gint64 ldx, const GramJob *job, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramCpuSpectrum, gram_cpu_spectrum_free)

G_END_DECLS
