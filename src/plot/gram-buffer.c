/* gram-buffer.c: growable columns of numbers that series share
 *
 * SPDX-License-Identifier: MIT
 *
 * A live curve is appended to, never rebuilt. Several series may share one column (the steps of
 * all label sets). Used on one thread at a time, as the plot that holds it.
 */
#include "gram-buffer.h"

#include <string.h>

struct _GramBuffer
{
  gint references;
  GArray *values; /* of double */
};

/**
 * gram_buffer_new:
 *
 * Returns: (transfer full): an empty column
 */
GramBuffer *
gram_buffer_new (void)
{
  GramBuffer *buffer = g_new0 (GramBuffer, 1);

  buffer->references = 1;
  buffer->values = g_array_new (FALSE, FALSE, sizeof (double));
  return buffer;
}

static void
append_values (GramBuffer *buffer, const double *values, gsize count)
{
  g_return_if_fail (count <= G_MAXUINT - buffer->values->len);
  if (count > 0)
    g_array_append_vals (buffer->values, values, (guint) count);
}

/**
 * gram_buffer_new_from_array:
 * @values: (array length=count): copied
 *
 * Returns: (transfer full): a column with these values
 */
GramBuffer *
gram_buffer_new_from_array (const double *values, gsize count)
{
  GramBuffer *buffer = gram_buffer_new ();

  append_values (buffer, values, count);
  return buffer;
}

/**
 * gram_buffer_ref:
 *
 * Returns: (transfer full): @buffer
 */
GramBuffer *
gram_buffer_ref (GramBuffer *buffer)
{
  g_atomic_int_inc (&buffer->references);
  return buffer;
}

/**
 * gram_buffer_unref:
 * @buffer: (transfer full):
 */
void
gram_buffer_unref (GramBuffer *buffer)
{
  if (!g_atomic_int_dec_and_test (&buffer->references))
    return;
  g_array_unref (buffer->values);
  g_free (buffer);
}

/**
 * gram_buffer_append:
 *
 * Adds one value; NaN is a gap in the curve.
 */
void
gram_buffer_append (GramBuffer *buffer, double value)
{
  g_array_append_val (buffer->values, value);
}

/**
 * gram_buffer_set:
 * @values: (array length=count): what the column holds from now on
 */
void
gram_buffer_set (GramBuffer *buffer, const double *values, gsize count)
{
  g_array_set_size (buffer->values, 0);
  append_values (buffer, values, count);
}

/**
 * gram_buffer_resize:
 *
 * Makes the column @count long, to be filled in by the caller.
 *
 * Returns: (transfer none) (array length=count): the values
 */
double *
gram_buffer_resize (GramBuffer *buffer, gsize count)
{
  g_return_val_if_fail (count <= G_MAXUINT, NULL);
  g_array_set_size (buffer->values, (guint) count);
  return (double *) (gpointer) buffer->values->data;
}

/**
 * gram_buffer_follow:
 * @values: (array length=count): a column that usually only grows
 *
 * Makes @buffer hold the same numbers. What was recorded never changes except when a run starts
 * anew or its last, provisional point is dropped.
 *
 * Returns: how many values at the beginning stayed as they were
 */
gsize
gram_buffer_follow (GramBuffer *buffer, const double *values, gsize count)
{
  const double *old = (const double *) (gpointer) buffer->values->data;
  gsize have = MIN (buffer->values->len, count), same = 0;

  if (have == 0 || memcmp (old, values, have * sizeof (double)) == 0)
    same = have;
  while (same < have && memcmp (&old[same], &values[same], sizeof (double)) == 0)
    same++;
  g_array_set_size (buffer->values, (guint) same);
  append_values (buffer, values + same, count - same);
  return same;
}

/**
 * gram_buffer_peek:
 * @buffer: (nullable): no buffer holds nothing
 * @count: (out): how many values there are
 *
 * Returns: (transfer none) (array length=count): valid until the column changes
 */
const double *
gram_buffer_peek (const GramBuffer *buffer, gsize *count)
{
  *count = buffer != NULL ? buffer->values->len : 0;
  return buffer != NULL ? (const double *) (gpointer) buffer->values->data : NULL;
}

/**
 * gram_buffer_length:
 *
 * Returns: how many values there are
 */
gsize
gram_buffer_length (const GramBuffer *buffer)
{
  return buffer != NULL ? buffer->values->len : 0;
}
