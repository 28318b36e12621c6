/* gram-cpu-system.h: H∞ in float64, its products, factor and spectrum
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-cpu-spectrum.h"

G_BEGIN_DECLS

#define GRAM_CPU_PANEL 256 /* columns of a panel, a multiple of GRAM_CPU_FEW */

/* Upper triangle with the diagonal: H∞. Lower triangle with the diagonal, one row down: its
 * Cholesky factor L. Both in one array of (n + 1) × n; or H∞ alone, in half of the memory: panels
 * of columns, each with the rows from 0 to the last of them. */
typedef struct
{
  GramCpuDevice *device;
  gint64 n, ld;
  double *store;   /* (nullable) */
  double **panels; /* (nullable) (⌈n/GRAM_CPU_PANEL⌉) instead of store */
  gboolean factored;
  /* After a spectrum one of the two: */
  double *vectors;           /* (nullable) (n × n), ascending eigenvalues */
  GramCpuSpectrum *spectrum; /* (nullable) without eigenvectors */
} GramCpuSystem;

/* From h (i, j) to h (i, j + 1), of columns that share a panel */
static inline gint64
gram_cpu_system_ld (const GramCpuSystem *system, gint64 j)
{
  return system->panels != NULL ? MIN ((j / GRAM_CPU_PANEL + 1) * GRAM_CPU_PANEL, system->n)
                                : system->ld;
}

static inline double *
gram_cpu_system_h (GramCpuSystem *system, gint64 i, gint64 j)
{
  gint64 panel = j / GRAM_CPU_PANEL;

  if (system->panels != NULL)
    return system->panels[panel] + j % GRAM_CPU_PANEL * gram_cpu_system_ld (system, j) + i;
  return system->store + j * system->ld + i;
}

static inline double *
gram_cpu_system_l (GramCpuSystem *system, gint64 i, gint64 j)
{
  return system->store + j * system->ld + i + 1;
}

gboolean gram_cpu_system_is_whole (const GramCpuSystem *system, const char *what, GError **error);
void gram_cpu_system_copy_lower (GramCpuSystem *system, double *A, gint64 lda);
gboolean gram_cpu_system_eigen (GramCpuSystem *system, double *lambda, const GramJob *job,
                                GError **error);

G_END_DECLS
