/* gram-input.h: a stream of bytes with a buffer, from a file, a gzip stream or an archive's member
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-blob.h"

G_BEGIN_DECLS

typedef struct _GramInput GramInput;

/* Reads up to @count bytes into @buffer and sets *got to their number, which is 0 at the end. */
typedef gboolean (*GramInputFill) (gpointer source, guint8 *buffer, gsize count, gsize *got,
                                   GError **error);

#define GRAM_INPUT_PEEK_MAX 65536

GramInput *gram_input_new (const char *name, gint64 size, GramInputFill fill, gpointer source,
                           GDestroyNotify close, GCancellable *cancellable);
GramInput *gram_input_new_section (GramBlob *blob, const char *name, guint64 offset, guint64 length,
                                   GCancellable *cancellable);
GramInput *gram_input_new_gunzip (GramInput *compressed);
GramInput *gram_input_new_plain (GramInput *input, GError **error);
void gram_input_free (GramInput *input);

const char *gram_input_get_name (GramInput *input);
guint64 gram_input_get_position (GramInput *input);
gint64 gram_input_get_size (GramInput *input);
const guint8 *gram_input_peek (GramInput *input, gsize count, gsize *available, GError **error);
gboolean gram_input_read (GramInput *input, void *out, gsize count, gsize *got, GError **error);
gboolean gram_input_read_exactly (GramInput *input, void *out, gsize count, GError **error);
gboolean gram_input_skip (GramInput *input, guint64 count, GError **error);
gboolean gram_input_is_at_end (GramInput *input, gboolean *at_end, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramInput, gram_input_free)

G_END_DECLS
