/* gram-i18n.h: where the translations are
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void gram_i18n_bind (void);

G_END_DECLS
