/* gram-cifar.h: the layout of CIFAR-10 and CIFAR-100
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-format.h"

G_BEGIN_DECLS

#define GRAM_CIFAR_PIXELS 3072

gboolean gram_cifar_read (GPtrArray *files, const GramFormat *format, GramDraft *draft,
                          GError **error);

G_END_DECLS
