/* gram-input.c: a stream of bytes with a buffer
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-input.h"

#include <string.h>

#include "gram-error.h"

#define BUFFER_SIZE GRAM_INPUT_PEEK_MAX

struct _GramInput
{
  char *name;
  GramInputFill fill;
  gpointer source;
  GDestroyNotify close;
  GCancellable *cancellable;
  gboolean ended;
  gint64 size;      /* of all bytes; −1: not known */
  guint64 position; /* how many bytes the caller has read or skipped */
  gsize start, end; /* of the bytes in the buffer that were not read yet */
  guint8 buffer[BUFFER_SIZE];
  /* of a section of a blob, in which bytes can be skipped without reading them */
  GramBlob *blob;
  guint64 next, stop;
};

/**
 * gram_input_new:
 * @name: what messages call it
 * @size: bytes in all, −1 if only reading tells
 * @source: (transfer full): handed to @fill, and to @close at the end
 *
 * Returns: (transfer full)
 */
GramInput *
gram_input_new (const char *name, gint64 size, GramInputFill fill, gpointer source,
                GDestroyNotify close, GCancellable *cancellable)
{
  GramInput *input = g_malloc (sizeof (GramInput));

  memset (input, 0, G_STRUCT_OFFSET (GramInput, buffer));
  input->name = g_strdup (name);
  input->size = size;
  input->fill = fill;
  input->source = source;
  input->close = close;
  input->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  input->blob = NULL;
  input->next = input->stop = 0;
  return input;
}

static gboolean
fill_from_section (gpointer source, guint8 *buffer, gsize count, gsize *got, GError **error)
{
  GramInput *input = source;

  count = (gsize) MIN ((guint64) count, input->stop - input->next);
  if (!gram_blob_read_at (input->blob, input->next, buffer, count, got, error))
    return FALSE;
  input->next += *got;
  return TRUE;
}

/**
 * gram_input_new_section:
 * @name: (nullable): what messages call it; %NULL: the blob's name
 *
 * Bytes @offset … @offset + @length − 1 of a blob, cut at the blob's end.
 *
 * Returns: (transfer full)
 */
GramInput *
gram_input_new_section (GramBlob *blob, const char *name, guint64 offset, guint64 length,
                        GCancellable *cancellable)
{
  guint64 size = gram_blob_get_size (blob);
  GramInput *input = gram_input_new (name != NULL ? name : gram_blob_get_name (blob), -1,
                                     fill_from_section, NULL, NULL, cancellable);

  input->source = input;
  input->blob = gram_blob_ref (blob);
  input->next = MIN (offset, size);
  input->stop = input->next + MIN (length, size - input->next);
  input->size = (gint64) (input->stop - input->next);
  return input;
}

void
gram_input_free (GramInput *input)
{
  if (input->close != NULL)
    input->close (input->source);
  g_clear_object (&input->cancellable);
  g_clear_pointer (&input->blob, gram_blob_unref);
  g_free (input->name);
  g_free (input);
}

const char *
gram_input_get_name (GramInput *input)
{
  return input->name;
}

/**
 * gram_input_get_position:
 *
 * Returns: how many bytes were read or skipped so far
 */
guint64
gram_input_get_position (GramInput *input)
{
  return input->position;
}

/**
 * gram_input_get_size:
 *
 * Returns: how many bytes there are in all, −1 if only reading tells
 */
gint64
gram_input_get_size (GramInput *input)
{
  return input->size;
}

static gboolean
refill (GramInput *input, GError **error)
{
  gsize got;

  if (g_cancellable_set_error_if_cancelled (input->cancellable, error))
    return FALSE;
  if (input->start > 0)
    {
      memmove (input->buffer, input->buffer + input->start, input->end - input->start);
      input->end -= input->start;
      input->start = 0;
    }
  if (input->ended || input->end == BUFFER_SIZE)
    return TRUE;
  if (!input->fill (input->source, input->buffer + input->end, BUFFER_SIZE - input->end, &got,
                    error))
    return FALSE;
  input->ended = got == 0;
  input->end += got;
  return TRUE;
}

/**
 * gram_input_peek:
 * @count: at most GRAM_INPUT_PEEK_MAX
 * @available: (out): how many of them there are
 *
 * Returns: (transfer none) (nullable): the next bytes without taking them; %NULL on error
 */
const guint8 *
gram_input_peek (GramInput *input, gsize count, gsize *available, GError **error)
{
  g_return_val_if_fail (count <= GRAM_INPUT_PEEK_MAX, NULL);
  while (input->end - input->start < count && !input->ended)
    {
      if (!refill (input, error))
        return NULL;
    }
  *available = MIN (count, input->end - input->start);
  return input->buffer + input->start;
}

/**
 * gram_input_read:
 * @got: (out): bytes read; fewer than @count only at the end
 */
gboolean
gram_input_read (GramInput *input, void *out, gsize count, gsize *got, GError **error)
{
  gsize done = 0;

  while (done < count)
    {
      gsize ready = MIN (count - done, input->end - input->start);

      memcpy ((guint8 *) out + done, input->buffer + input->start, ready);
      input->start += ready;
      input->position += ready;
      done += ready;
      if (done == count || (input->ended && input->start == input->end))
        break;
      if (!refill (input, error))
        return FALSE;
    }
  *got = done;
  return TRUE;
}

/* The one message for data that end too early. */
static void
set_truncated_error (GramInput *input, guint64 missing, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: cut off: at least %" G_GUINT64_FORMAT " bytes are missing after byte "
               "%" G_GUINT64_FORMAT "; get the file again",
               input->name, missing, input->position);
}

/**
 * gram_input_read_exactly:
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when fewer than @count bytes are left
 */
gboolean
gram_input_read_exactly (GramInput *input, void *out, gsize count, GError **error)
{
  gsize got;

  if (!gram_input_read (input, out, count, &got, error))
    return FALSE;
  if (got == count)
    return TRUE;
  set_truncated_error (input, count - got, error);
  return FALSE;
}

/**
 * gram_input_skip:
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when fewer than @count bytes are left
 */
gboolean
gram_input_skip (GramInput *input, guint64 count, GError **error)
{
  while (count > 0)
    {
      gsize ready = (gsize) MIN (count, (guint64) (input->end - input->start));

      input->start += ready;
      input->position += ready;
      count -= ready;
      if (count > 0 && input->blob != NULL)
        {
          guint64 jump = MIN (count, input->stop - input->next);

          input->next += jump;
          input->position += jump;
          count -= jump;
        }
      if (count == 0)
        break;
      if (input->ended)
        {
          set_truncated_error (input, count, error);
          return FALSE;
        }
      if (!refill (input, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * gram_input_is_at_end:
 * @at_end: (out)
 *
 * Reads from the source if need be: at the end of a compressed stream this checks its checksum.
 */
gboolean
gram_input_is_at_end (GramInput *input, gboolean *at_end, GError **error)
{
  gsize available;

  if (gram_input_peek (input, 1, &available, error) == NULL)
    return FALSE;
  *at_end = available == 0;
  return TRUE;
}
