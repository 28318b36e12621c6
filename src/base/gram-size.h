/* gram-size.h: arithmetic on sizes that cannot overflow unseen
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gram_size_product (gsize *bytes, gsize element, gint64 rows, gint64 columns);
gboolean gram_size_to_int (gint64 value, const char *what, int *out, GError **error);
gpointer gram_try_alloc (gsize element, gint64 rows, gint64 columns, const char *what,
                         GError **error);
void gram_free (gpointer memory);
guint64 gram_memory_available (void);

#define GRAM_ALIGNMENT 64

/* In front of a variable, as g_autofree: memory of gram_try_alloc() that goes with its block. */
#define gram_autofree __attribute__ ((cleanup (gram_clear_memory)))

static inline void
gram_clear_memory (gpointer variable)
{
  gram_free (*(gpointer *) variable);
}

G_END_DECLS
