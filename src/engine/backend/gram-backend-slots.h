/* gram-backend-slots.h: what a backend does, a row each
 *
 * SPDX-License-Identifier: MIT
 *
 * SLOT (TYPE, NAME, ARGUMENTS): gram-backend.h makes the fields of GramBackendVTable of these rows,
 * and a backend declares its functions and fills in its table with them. There is no include guard,
 * and the includer's SLOT ends here. Slots marked (optional) may be NULL; the wrapper then sets
 * GRAM_ERROR_UNSUPPORTED. Rows of LINK_SLOT are of backends whose devices lie elsewhere; a backend
 * whose devices are here defines it as nothing. Those of DEVICE_SLOT are of devices themselves. Who
 * does not define these two gets SLOTs.
 */
#ifndef LINK_SLOT
#define LINK_SLOT SLOT
#endif
#ifndef DEVICE_SLOT
#define DEVICE_SLOT SLOT
#endif
/* clang-format off */

DEVICE_SLOT (guint, count_devices, void)
DEVICE_SLOT (gboolean, describe, guint index, GramDeviceInfo *info, GError **error)
DEVICE_SLOT (gpointer, open, guint index, const GramDeviceOptions *options, GError **error)
DEVICE_SLOT (void, close, gpointer device)
/* (optional) Devices that are named, not counted, "user@host": count_devices() is 0 then, and the
 * other two are not called. */
LINK_SLOT (gpointer, open_named, const char *address, const GramDeviceOptions *options,
           GramDeviceInfo *info, GError **error)
/* (optional) nothing on it will work again; it has to be opened anew */
LINK_SLOT (gboolean, is_lost, gpointer device)

/* H∞ of Eq 3 on the device, and what can be asked of it. Where a factor does not fit, a backend may
 * keep half of H∞; factor and spectrum are then GRAM_ERROR_MEMORY. */
SLOT (gboolean, system_plan, gpointer device, gint64 n, gint64 d, GramSystemPlan *plan,
      GError **error)
SLOT (gpointer, system_new, gpointer device, const GramSamples *samples, const GramJob *job,
      GError **error)
SLOT (void, system_free, gpointer system)
SLOT (gboolean, system_multiply, gpointer system, gint64 k, const double *V, gint64 ldv, double *Y,
      gint64 ldy, const GramJob *job, GError **error)
SLOT (gboolean, system_factor, gpointer system, const GramJob *job, GError **error)
SLOT (gboolean, system_solve, gpointer system, gint64 k, double *B, gint64 ldb, const GramJob *job,
      GError **error)
SLOT (gboolean, system_inverse_diagonal, gpointer system, double *diagonal, const GramJob *job,
      GError **error)
/* H∞ = VΛVᵀ; whether V is formed is the backend's business. λ descending; then VᵀY, VC, and one
 * column of V. */
SLOT (gboolean, system_spectrum, gpointer system, double *lambda, const GramJob *job,
      GError **error)
SLOT (gboolean, system_project, gpointer system, gint64 k, const double *Y, gint64 ldy, double *P,
      gint64 ldp, const GramJob *job, GError **error)
SLOT (gboolean, system_expand, gpointer system, gint64 k, const double *C, gint64 ldc, double *X,
      gint64 ldx, const GramJob *job, GError **error)
SLOT (gboolean, system_eigenvector, gpointer system, gint64 index, double *v, const GramJob *job,
      GError **error)
SLOT (gboolean, system_download, gpointer system, double *H, gint64 ldh, GError **error)

/* Full-batch gradient descent, Eq 1, 5 and 6. */
/* progress only where a device lies elsewhere, to which the images go first */
SLOT (gboolean, trainer_plan, gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
      const GramJob *job, GError **error)
SLOT (gpointer, trainer_new, gpointer device, const GramTrainerSpec *spec, const GramJob *job,
      GError **error)
SLOT (void, trainer_free, gpointer trainer)
SLOT (gboolean, trainer_step, gpointer trainer, gint64 count, double *residuals, const GramJob *job,
      GError **error)
SLOT (gboolean, trainer_observe, gpointer trainer, guint set, GramObserveFlags flags,
      GramObservation *observation, GError **error)
SLOT (gboolean, trainer_weights, gpointer trainer, guint set, float *W, gint64 ldw, GError **error)
/* gram-state.h: always with W(k), so that another backend can go on. After a device failed it
 * is the last state that reached the host. */
SLOT (GBytes *, trainer_save, gpointer trainer, GramStateKind kind, GError **error)
/* NATIVE: GRAM_ERROR_DATA unless all that this trainer would have saved is there; then it must be
 * restored from another state before it is used. */
SLOT (gboolean, trainer_restore, gpointer trainer, GBytes *state, GramStateKind kind,
      GError **error)
/* (optional) H(k) of number 18: (K_ij/m)·Σ_r 1_{r,i}1_{r,j} */
SLOT (gboolean, trainer_gram, gpointer trainer, guint set, double *H, gint64 ldh, GError **error)
/* (optional) 1{w_rᵀx_i ≥ 0}: m rows of ⌈n/8⌉ bytes, bit i%8 of byte i/8 of row r; for the
 * conformance suite, which compares them bit by bit */
SLOT (gboolean, trainer_pattern, gpointer trainer, guint set, guint8 *bits, GError **error)
/* clang-format on */
#undef SLOT
#undef LINK_SLOT
#undef DEVICE_SLOT
