/* gram-cpu-private.h: what the CPU backend's own files share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

#include "gram-cpu-kernels.h"
#include "gram-cpu-pool.h"

G_BEGIN_DECLS

typedef struct
{
  guint threads;
  const GramCpuKernels *kernels;
  GramCpuPool *analysis; /* one pool each: a system and a trainer may be busy at the same time */
  GramCpuPool *training;
} GramCpuDevice;

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

gboolean gram_cpu_cancelled (const GramJob *job, GError **error);
void gram_cpu_progress (const GramJob *job, double fraction);
gboolean gram_cpu_memory_check (guint64 bytes, const char *what, const char *remedy,
                                GError **error);
gint64 *gram_cpu_used_pixels (const GramSamples *train, const GramSamples *test, gint64 *count,
                              GError **error);

/* systems; the slots of GramBackendVTable */
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

gboolean gram_cpu_thin_multiply (GramCpuSystem *system, gint64 k, const double *V, gint64 ldv,
                                 double *Y, gint64 ldy, GError **error);
gboolean gram_cpu_thin_solve (GramCpuSystem *system, gint64 k, double *B, gint64 ldb,
                              GError **error);

/* trainers */
gboolean gram_cpu_trainer_plan (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                                GError **error);
gpointer gram_cpu_trainer_new (gpointer device, const GramTrainerSpec *spec, const GramJob *job,
                               GError **error);
void gram_cpu_trainer_free (gpointer trainer);
gboolean gram_cpu_trainer_step (gpointer trainer, gint64 count, double *residuals, float *history,
                                const GramJob *job, GError **error);
gboolean gram_cpu_trainer_observe (gpointer trainer, guint set, GramObserveFlags flags,
                                   GramObservation *observation, GError **error);
gboolean gram_cpu_trainer_weights (gpointer trainer, guint set, float *W, gint64 ldw,
                                   GError **error);
GBytes *gram_cpu_trainer_save (gpointer trainer, GError **error);
gboolean gram_cpu_trainer_restore (gpointer trainer, GBytes *state, GError **error);
gboolean gram_cpu_trainer_gram (gpointer trainer, guint set, double *H, gint64 ldh, GError **error);
gboolean gram_cpu_trainer_pattern (gpointer trainer, guint set, guint8 *bits, GError **error);

G_END_DECLS
