/* gram-cuda-system.h: H∞ on a card
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

gpointer cuda_system_new (gpointer device, const GramSamples *samples, const GramJob *job,
                          GError **error);
void cuda_system_free (gpointer system);
gboolean cuda_system_multiply (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y,
                               gint64 ldy, const GramJob *job, GError **error);
gboolean cuda_system_factor (gpointer system, const GramJob *job, GError **error);
gboolean cuda_system_solve (gpointer system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                            GError **error);
gboolean cuda_system_inverse_diagonal (gpointer system, double *diagonal, const GramJob *job,
                                       GError **error);
gboolean cuda_system_eigen (gpointer system, double *lambda, const GramJob *job, GError **error);
gboolean cuda_system_eigenvectors (gpointer system, gint64 first, gint64 count, double *V,
                                   gint64 ldv, GError **error);
gboolean cuda_system_project (gpointer system, gint64 k, const double *Y, gint64 ldy, double *P,
                              gint64 ldp, GError **error);
gboolean cuda_system_download (gpointer system, double *H, gint64 ldh, GError **error);

G_END_DECLS
