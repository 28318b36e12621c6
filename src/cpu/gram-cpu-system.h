/* gram-cpu-system.h: H∞ in float64, its products, factor and eigenvectors
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-device.h"

G_BEGIN_DECLS

/* Upper triangle with the diagonal: H∞. Lower triangle with the diagonal, one row down: its
 * Cholesky factor L. Both in one array of (n + 1) × n. */
typedef struct
{
  GramCpuDevice *device;
  gint64 n, ld;
  double *store;
  gboolean factored;
  double *vectors; /* (nullable) (n × n), ascending eigenvalues */
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

G_END_DECLS
