/* gram-cpu-system.h: H∞ in float64, its products, factor and spectrum
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-spectrum.h"

G_BEGIN_DECLS

/* Upper triangle with the diagonal: H∞. Lower triangle with the diagonal, one row down: its
 * Cholesky factor L. Both in one array of (n + 1) × n. */
typedef struct
{
  GramCpuDevice *device;
  gint64 n, ld;
  double *store;
  gboolean factored;
  /* After a spectrum one of the two: */
  double *vectors;           /* (nullable) (n × n), ascending eigenvalues */
  GramCpuSpectrum *spectrum; /* (nullable) without eigenvectors */
} GramCpuSystem;

static inline double *
gram_cpu_system_h (GramCpuSystem *system, gint64 i, gint64 j)
{
  return system->store + j * system->ld + i;
}

static inline double *
gram_cpu_system_l (GramCpuSystem *system, gint64 i, gint64 j)
{
  return system->store + j * system->ld + i + 1;
}

void gram_cpu_system_copy_lower (GramCpuSystem *system, double *A, gint64 lda);
gboolean gram_cpu_system_eigen (GramCpuSystem *system, double *lambda, const GramJob *job,
                                GError **error);

G_END_DECLS
