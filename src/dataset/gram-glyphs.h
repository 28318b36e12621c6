/* gram-glyphs.h: digit-like images that need no file
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-dataset.h"

G_BEGIN_DECLS

GramDataset *gram_glyphs_new (void);
void gram_glyphs_draw (GramSplit split, guint class_, gint64 index, guint8 pixels[784]);

G_END_DECLS
