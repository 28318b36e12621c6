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

/* the slots of GramBackendVTable */
gpointer gram_cpu_system_new (gpointer device, const GramSamples *samples, const GramJob *job,
                              GError **error);
void gram_cpu_system_free (gpointer system);
gboolean gram_cpu_system_multiply (gpointer system, gint64 k, const double *V, gint64 ldv,
                                   double *Y, gint64 ldy, const GramJob *job, GError **error);
gboolean gram_cpu_system_factor (gpointer system, const GramJob *job, GError **error);
gboolean gram_cpu_system_solve (gpointer system, gint64 k, double *B, gint64 ldb,
                                const GramJob *job, GError **error);
gboolean gram_cpu_system_inverse_diagonal (gpointer system, double *diagonal, const GramJob *job,
                                           GError **error);
gboolean gram_cpu_system_eigen (gpointer system, double *lambda, const GramJob *job,
                                GError **error);
gboolean gram_cpu_system_eigenvectors (gpointer system, gint64 first, gint64 count, double *V,
                                       gint64 ldv, GError **error);
gboolean gram_cpu_system_project (gpointer system, gint64 k, const double *Y, gint64 ldy, double *P,
                                  gint64 ldp, GError **error);
gboolean gram_cpu_system_download (gpointer system, double *H, gint64 ldh, GError **error);

G_END_DECLS
