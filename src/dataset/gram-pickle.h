/* gram-pickle.h: the Python version of CIFAR
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-part.h"

G_BEGIN_DECLS

gboolean gram_pickle_is_magic (const guint8 *head, gsize count);
gboolean gram_pickle_read_header (GramInput *input, GramPart *part, guint *n_classes,
                                  GError **error);

G_END_DECLS
