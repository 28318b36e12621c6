/* gram-eigen-strip.h: the first eigen-images in a row, of which one can be pinned
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-session.h"

G_BEGIN_DECLS

#define GRAM_TYPE_EIGEN_STRIP (gram_eigen_strip_get_type ())
G_DECLARE_FINAL_TYPE (GramEigenStrip, gram_eigen_strip, GRAM, EIGEN_STRIP, AdwBin)

/* The signal "pin-changed": another image is pinned, or none, or the pinned one came. */
void gram_eigen_strip_update (GramEigenStrip *strip, GramSession *session);
gint64 gram_eigen_strip_get_pinned (GramEigenStrip *strip);
GdkTexture *gram_eigen_strip_get_texture (GramEigenStrip *strip);

GdkTexture *gram_eigen_strip_make_texture (const GramProblem *problem, const double *both);
char *gram_eigen_strip_describe (const GramAnalysis *analysis, gint64 index);

G_END_DECLS
