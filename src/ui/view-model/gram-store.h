/* gram-store.h: what is remembered between starts
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSettings *gram_store_get (void);

G_END_DECLS
