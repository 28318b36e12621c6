/* gram-krylov.h: Lanczos with full reorthogonalisation from several vectors side by side
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

/* Y = A·V for a symmetric A; V and Y are (n × k), column-major. */
typedef gboolean (*GramApplyFunc) (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y,
                                   gint64 ldy, const GramJob *job, GError **error);

gboolean gram_apply_system (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y,
                            gint64 ldy, const GramJob *job, GError **error);
gboolean gram_apply_inverse (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y,
                             gint64 ldy, const GramJob *job, GError **error);

typedef struct _GramKrylov GramKrylov;

/* yᵀA⁻¹y between two bounds, and ‖A⁻¹y‖² */
typedef struct
{
  double lower, upper;
  double squares;
} GramKrylovForm;

GramKrylov *gram_krylov_new (gint64 n, guint count, const double *Y, gint64 ldy, GError **error);
void gram_krylov_free (GramKrylov *krylov);
gboolean gram_krylov_extend (GramKrylov *krylov, GramApplyFunc apply, gpointer data, guint steps,
                             const GramJob *job, GError **error);
guint gram_krylov_get_steps (const GramKrylov *krylov, guint vector);
gboolean gram_krylov_is_exhausted (const GramKrylov *krylov, guint vector);
void gram_krylov_exhaust (GramKrylov *krylov, guint vector);

gboolean gram_krylov_largest (const GramKrylov *krylov, guint vector, double *value,
                              double *residual, GError **error);
gboolean gram_krylov_gauss (const GramKrylov *krylov, guint vector, double *nodes, double *weights,
                            guint *count, GError **error);
gboolean gram_krylov_radau (const GramKrylov *krylov, guint vector, double fixed, double *nodes,
                            double *weights, guint *count, GError **error);
double gram_krylov_smallest (const GramKrylov *krylov, guint vector, GError **error);
gboolean gram_krylov_form (const GramKrylov *krylov, guint vector, double fixed,
                           GramKrylovForm *form, GError **error);
gboolean gram_krylov_curve_error (const GramKrylov *krylov, guint vector, double lambda_max,
                                  double fixed, double latest, double *gap, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramKrylov, gram_krylov_free)

G_END_DECLS
