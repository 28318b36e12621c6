/* gram-modes.h: Section 4.1, the residual seen along the eigenvectors of H∞
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void gram_modes_predict (gint64 n, const double *lambda, const double *projection, double eta,
                         double k, double *energy);
void gram_modes_measure (gint64 n, const double *projection, const double *u, double *mode);
double gram_modes_difference (gint64 n, const double *lambda, const double *projection, double eta,
                              gint64 k, const double *mode);
guint gram_modes_bands (gint64 n, guint bands, gint64 *first);
double gram_modes_band_norm (const double *energy, gint64 first, gint64 end);
void gram_modes_running_rms (const double *projection, gint64 n, double *rms);
void gram_modes_cumulative_share (const double *projection, gint64 n, double norm, double *share);

G_END_DECLS
