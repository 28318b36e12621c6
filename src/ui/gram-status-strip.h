/* gram-status-strip.h: what is going on, in one line
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-document.h"

G_BEGIN_DECLS

#define GRAM_TYPE_STATUS_STRIP (gram_status_strip_get_type ())
G_DECLARE_FINAL_TYPE (GramStatusStrip, gram_status_strip, GRAM, STATUS_STRIP, AdwBin)

void gram_status_strip_set_document (GramStatusStrip *strip, GramDocument *document);

G_END_DECLS
