/* gram-describe.h: what a file or folder is, in words
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-dataset.h"

G_BEGIN_DECLS

char *gram_dataset_describe_path (const char *path, GCancellable *cancellable, GError **error);

G_END_DECLS
