/* gram-cifar.h: the binary layout of CIFAR-10 and CIFAR-100
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-part.h"

G_BEGIN_DECLS

#define GRAM_CIFAR_PIXELS 3072
#define GRAM_CIFAR10_RECORD 3073
#define GRAM_CIFAR100_RECORD 3074

gboolean gram_cifar_is_size (guint64 size);
gboolean gram_cifar_set_part (GramPart *part, guint64 size, const guint8 *head, gsize count,
                              guint *n_classes, GError **error);
gboolean gram_cifar_read_header (GramPart *part, guint *n_classes, GError **error);
gboolean gram_cifar_is_test_name (const char *name);

G_END_DECLS
