/* gram-curves.h: a run's curves as bytes
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-run.h"

G_BEGIN_DECLS

GBytes *gram_curves_serialize (const GramRun *run, gint64 last_step);
GramRun *gram_curves_parse (GBytes *bytes, GError **error);

G_END_DECLS
