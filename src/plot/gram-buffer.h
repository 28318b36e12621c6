/* gram-buffer.h: growable columns of numbers that series share
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GramBuffer GramBuffer;

GramBuffer *gram_buffer_new (void);
GramBuffer *gram_buffer_new_from_array (const double *values, gsize count);
GramBuffer *gram_buffer_ref (GramBuffer *buffer);
void gram_buffer_unref (GramBuffer *buffer);

void gram_buffer_append (GramBuffer *buffer, double value);
void gram_buffer_set (GramBuffer *buffer, const double *values, gsize count);
gsize gram_buffer_follow (GramBuffer *buffer, const double *values, gsize count);
double *gram_buffer_resize (GramBuffer *buffer, gsize count);
const double *gram_buffer_peek (const GramBuffer *buffer, gsize *count);
gsize gram_buffer_length (const GramBuffer *buffer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramBuffer, gram_buffer_unref)

G_END_DECLS
