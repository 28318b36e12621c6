/* gram-scales.h: which axes people made logarithmic or linear, between starts
 *
 * SPDX-License-Identifier: MIT
 *
 * Kept is only what was chosen, so that a figure which begins otherwise in a later release, or has
 * not been seen yet, stays as it is made. A session's file has its own choices, and those win.
 */
#pragma once

#include <gio/gio.h>

#include "gram-figure.h"

G_BEGIN_DECLS

GVariant *gram_scales_with (GVariant *scales, const GramFigure *figure, GramAxisSide side,
                            gboolean is_log);
void gram_scales_apply (GVariant *scales, GramFigure *figure);

G_END_DECLS
