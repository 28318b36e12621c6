/* image-folder.h: folders of IDX files with chosen images, and problems from them
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-problem.h"

G_BEGIN_DECLS

void folder_write_split (const char *folder, const char *split, guint32 n, guint32 height,
                         guint32 width, const guint8 *images, const guint8 *labels);
void folder_remove (const char *folder);
GramDataset *folder_open_images (guint32 n, guint32 height, guint32 width, const guint8 *images,
                                 const guint8 *labels);
GramProblem *folder_problem (GramDataset *dataset, gint64 n, GramPreprocess preprocess,
                             GramSelect select, guint64 seed);
gboolean problem_has_notice (const GramProblem *problem, const char *text);

G_END_DECLS
