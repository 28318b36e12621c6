/* gram-class-tiles.h: the classes of a dataset as tiles of their own images
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <adwaita.h>

#include "gram-dataset.h"
#include "gram-view-model.h"

G_BEGIN_DECLS

#define GRAM_TYPE_CLASS_TILES (gram_class_tiles_get_type ())
G_DECLARE_FINAL_TYPE (GramClassTiles, gram_class_tiles, GRAM, CLASS_TILES, AdwBin)

void gram_class_tiles_set_dataset (GramClassTiles *tiles, GramDataset *dataset);
void gram_class_tiles_set_pair (GramClassTiles *tiles, const GramPair *pair);
const GramPair *gram_class_tiles_get_pair (GramClassTiles *tiles);

G_END_DECLS
