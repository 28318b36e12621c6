/* gram-system.h: H∞ of Eq 3 on a device, and what can be asked of it
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-device.h"

G_BEGIN_DECLS

/* What is asked of H∞ beyond its entries. Each takes more memory than the one before. */
typedef enum
{
  GRAM_SYSTEM_PRODUCTS, /* H∞V: curves, λ₁, λ₀ and yᵀH∞⁻¹y by Lanczos */
  GRAM_SYSTEM_FACTOR,   /* and H∞⁻¹V, (H∞⁻¹)_ii */
  GRAM_SYSTEM_SPECTRUM, /* and all λᵢ, VᵀY, VC */
  GRAM_SYSTEM_USES
} GramSystemUse;

/* What that takes on a device; where H∞ is divided among several processes, in each of them: bytes
 * in the one that takes the most, and available in the one that has the least. */
typedef struct
{
  guint64 bytes[GRAM_SYSTEM_USES]; /* of the device's memory at the most, H∞ included */
  gint64 most[GRAM_SYSTEM_USES];   /* images for which it can be done, whatever the memory */
  guint64 available;               /* bytes that are free now; 0 if unknown */
  guint processes;                 /* that have a part of H∞; 0: it is whole */
} GramSystemPlan;

typedef struct _GramSystem GramSystem;

gboolean gram_system_plan (GramDevice *device, gint64 n, gint64 d, GramSystemPlan *plan,
                           GError **error);
gboolean gram_system_plan_has (const GramSystemPlan *plan, gint64 n, GramSystemUse use);
gboolean gram_system_check (GramDevice *device, gint64 n, gint64 d, GramSystemUse use,
                            GError **error);

GramSystem *gram_system_new (GramDevice *device, const GramSamples *samples, const GramJob *job,
                             GError **error);
void gram_system_free (GramSystem *system);
gint64 gram_system_get_n (GramSystem *system);
gboolean gram_system_multiply (GramSystem *system, gint64 k, const double *V, gint64 ldv, double *Y,
                               gint64 ldy, const GramJob *job, GError **error);
gboolean gram_system_factor (GramSystem *system, const GramJob *job, GError **error);
gboolean gram_system_solve (GramSystem *system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                            GError **error);
gboolean gram_system_inverse_diagonal (GramSystem *system, double *diagonal, const GramJob *job,
                                       GError **error);
gboolean gram_system_spectrum (GramSystem *system, double *lambda, const GramJob *job,
                               GError **error);
gboolean gram_system_project (GramSystem *system, gint64 k, const double *Y, gint64 ldy, double *P,
                              gint64 ldp, const GramJob *job, GError **error);
gboolean gram_system_expand (GramSystem *system, gint64 k, const double *C, gint64 ldc, double *X,
                             gint64 ldx, const GramJob *job, GError **error);
gboolean gram_system_eigenvector (GramSystem *system, gint64 index, double *v, const GramJob *job,
                                  GError **error);
gboolean gram_system_download (GramSystem *system, double *H, gint64 ldh, GError **error);

/* ---------- for backends ---------------------------------------------------------------------- */

/* |K| from here on no longer tells the angle to full precision. */
#define GRAM_SYSTEM_NEAR (1 - 1e-3)

gboolean gram_system_near_entry (const double *x, const double *y, gint64 d, double *k);
gboolean gram_system_not_positive (gint64 pivot, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramSystem, gram_system_free)

G_END_DECLS
