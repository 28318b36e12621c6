/* gram-cifar.h: the binary layout of CIFAR-10 and CIFAR-100
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-format.h"

G_BEGIN_DECLS

#define GRAM_CIFAR_PIXELS 3072

/* Reads the head of a file and sets in @part what it says; @n_classes: (out): 10 or 100 */
typedef gboolean (*GramCifarHeader) (GramPart *part, guint *n_classes, GCancellable *cancellable,
                                     GError **error);

gboolean gram_cifar_set_part (GramPart *part, guint64 size, const guint8 *head, gsize count,
                              guint *n_classes, GError **error);
gboolean gram_cifar_is_test_name (const char *name);
gboolean gram_cifar_set_classes (GramDraft *draft, guint n_classes);
gboolean gram_cifar_read_files (GPtrArray *files, const GramFormat *format,
                                GramCifarHeader read_batch, GramDraft *draft,
                                GCancellable *cancellable, GError **error);

G_END_DECLS
