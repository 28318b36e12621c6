/* gram-backend.h: what a backend fills in, and the backends that are here
 *
 * SPDX-License-Identifier: MIT
 *
 * A backend is coarse: it is not a BLAS but the handful of large operations that the paper needs.
 * Every slot may take long; slots with a GCancellable look at it at least once every 100 ms of work
 * where the algorithm lets them (a running LAPACK call does not).
 *
 * A backend includes this header. Callers use gram-device.h, gram-system.h and gram-trainer.h,
 * whose functions check shapes once and then call the slots.
 */
#pragma once

#include "gram-network.h"
#include "gram-system.h"
#include "gram-trainer.h"

G_BEGIN_DECLS

#define GRAM_BACKEND_API_VERSION 3

/* Slots marked (optional) may be NULL; the wrapper then sets GRAM_ERROR_UNSUPPORTED. */
typedef struct
{
  guint api_version; /* GRAM_BACKEND_API_VERSION */
  const char *name;  /* in settings, options and files: "cpu", "cuda" */
  const char *title; /* for people: "CPU", "GPU" */
  gint64 width;      /* m of a run that asks for none: what such a device carries well */

  guint (*count_devices) (void);
  gboolean (*describe) (guint index, GramDeviceInfo *info, GError **error);
  gpointer (*open) (guint index, const GramDeviceOptions *options, GError **error);
  void (*close) (gpointer device);

  /* H∞ of Eq 3 on the device, and what can be asked of it. */
  gpointer (*system_new) (gpointer device, const GramSamples *samples, const GramJob *job,
                          GError **error);
  void (*system_free) (gpointer system);
  gboolean (*system_multiply) (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y,
                               gint64 ldy, const GramJob *job, GError **error);
  gboolean (*system_factor) (gpointer system, const GramJob *job, GError **error);
  gboolean (*system_solve) (gpointer system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                            GError **error);
  gboolean (*system_inverse_diagonal) (gpointer system, double *diagonal, const GramJob *job,
                                       GError **error);
  gboolean (*system_eigen) (gpointer system, double *lambda, const GramJob *job, GError **error);
  gboolean (*system_eigenvectors) (gpointer system, gint64 first, gint64 count, double *V,
                                   gint64 ldv, GError **error);
  gboolean (*system_project) (gpointer system, gint64 k, const double *Y, gint64 ldy, double *P,
                              gint64 ldp, GError **error);
  gboolean (*system_download) (gpointer system, double *H, gint64 ldh, GError **error);

  /* Full-batch gradient descent, Eq 1, 5 and 6. */
  gboolean (*trainer_plan) (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                            GError **error);
  gpointer (*trainer_new) (gpointer device, const GramTrainerSpec *spec, const GramJob *job,
                           GError **error);
  void (*trainer_free) (gpointer trainer);
  gboolean (*trainer_step) (gpointer trainer, gint64 count, double *residuals, const GramJob *job,
                            GError **error);
  gboolean (*trainer_observe) (gpointer trainer, guint set, GramObserveFlags flags,
                               GramObservation *observation, GError **error);
  gboolean (*trainer_weights) (gpointer trainer, guint set, float *W, gint64 ldw, GError **error);
  /* gram-state.h: always with W(k), so that another backend can go on. After a device failed it
   * is the last state that reached the host. */
  GBytes *(*trainer_save) (gpointer trainer, GError **error);
  gboolean (*trainer_restore) (gpointer trainer, GBytes *state, GError **error);
  /* (optional) H(k) of number 18: (K_ij/m)·Σ_r 1_{r,i}1_{r,j} */
  gboolean (*trainer_gram) (gpointer trainer, guint set, double *H, gint64 ldh, GError **error);
  /* (optional) 1{w_rᵀx_i ≥ 0}: m rows of ⌈n/8⌉ bytes, bit i%8 of byte i/8 of row r; for the
   * conformance suite, which compares them bit by bit */
  gboolean (*trainer_pattern) (gpointer trainer, guint set, guint8 *bits, GError **error);
} GramBackendVTable;

/* ---------- the backends that are here ------------------------------------------------------ */

/* The symbol a backend module exports: const GramBackendVTable *gram_backend_module (void). */
typedef const GramBackendVTable *(*GramBackendModuleFunc) (void);
#define GRAM_BACKEND_MODULE_SYMBOL "gram_backend_module"

const char *const *gram_backend_names (void);
const GramBackendVTable *gram_backend_reference (void);
gboolean gram_backend_register (const GramBackendVTable *vtable, GError **error);
void gram_backend_load_modules (const char *directory);
gboolean gram_backend_load_module (const char *directory, const char *name, GError **error);
const GramBackendVTable *gram_backend_lookup (const char *name);
guint gram_backend_count (void);
const GramBackendVTable *gram_backend_get (guint index);

G_END_DECLS
