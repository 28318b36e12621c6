/* gram-part.c: a table of images or labels within a file or an archive's member
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-part.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

#define CHUNK_BYTES (1 << 18)

/**
 * gram_part_new:
 * @member: of the archive that @blob is, −1 if it is none
 *
 * Returns: (transfer full): a part of 8-bit numbers that is a whole file or member
 */
GramPart *
gram_part_new (GramBlob *blob, gint64 member, const char *name)
{
  GramPart *part = g_new0 (GramPart, 1);

  part->blob = gram_blob_ref (blob);
  part->member = member;
  part->name = g_strdup (name);
  part->width = part->height = part->channels = 1;
  return part;
}

void
gram_scan_free (GramScan *scan)
{
  gram_free (scan->tiles);
  gram_free (scan->tile_values);
  g_free (scan->kept);
  g_free (scan);
}

void
gram_part_free (GramPart *part)
{
  gram_blob_unref (part->blob);
  g_clear_pointer (&part->labels, g_array_unref);
  g_clear_pointer (&part->scan, gram_scan_free);
  g_free (part->place);
  g_free (part->name);
  g_free (part);
}

/**
 * gram_part_set_shape:
 *
 * Says that a record is an image, planar: all of the first channel, row by row, then the next.
 */
void
gram_part_set_shape (GramPart *part, gint64 width, gint64 height, gint64 channels)
{
  part->width = width;
  part->height = height;
  part->channels = channels;
  part->d = width * height * channels;
}

/* The place that element j of a record, as stored, has in the canonical order. */
static gint32
find_place (const GramPart *part, const char *axes, gboolean fortran, gint64 j)
{
  gint64 at[3] = { 0, 0, 0 }; /* x, y, channel */
  int count = (int) strlen (axes);

  for (int k = 0; k < count; k++)
    {
      char axis = axes[fortran ? k : count - 1 - k];
      int which = axis == 'x' ? 0 : axis == 'y' ? 1 : 2;
      gint64 size = which == 0 ? part->width : which == 1 ? part->height : part->channels;

      at[which] = j % size;
      j /= size;
    }
  return (gint32) ((at[2] * part->height + at[1]) * part->width + at[0]);
}

/**
 * gram_part_set_axes:
 * @part: with its shape
 * @axes: what the dimensions of a record are, in the order of the file: "cyx" is canonical, "yxc"
 *   has the channels of a pixel side by side as Keras does, "xy" is EMNIST's
 * @fortran: the first axis varies fastest, and the whole table is stored that way
 */
void
gram_part_set_axes (GramPart *part, const char *axes, gboolean fortran)
{
  gboolean canonical = TRUE;

  g_clear_pointer (&part->place, g_free);
  part->fortran = fortran;
  part->place = g_new (gint32, part->d);
  for (gint64 j = 0; j < part->d; j++)
    {
      part->place[j] = find_place (part, axes, fortran, j);
      canonical &= part->place[j] == j;
    }
  if (canonical)
    g_clear_pointer (&part->place, g_free);
}

/* Bytes of a record, its label included. */
gsize
gram_part_get_record_bytes (const GramPart *part)
{
  return part->prefix + (gsize) part->d * gram_element_size (part->element);
}

/* The bytes of all records; FALSE when no memory could hold them. */
static gboolean
count_bytes (const GramPart *part, guint64 *bytes)
{
  gsize record, all;

  if (!gram_size_product (&record, gram_element_size (part->element), 1, part->d)
      || !gram_size_product (&all, record + part->prefix, 1, part->n))
    return FALSE;
  *bytes = all;
  return TRUE;
}

/* There are fewer bytes than the header declares. */
static void
set_cut_error (const GramPart *part, guint64 held, GError **error)
{
  guint64 declared = 0;

  count_bytes (part, &declared);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: declares %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT " = %" G_GUINT64_FORMAT
               " bytes of data, holds %" G_GUINT64_FORMAT " bytes (%" G_GUINT64_FORMAT
               " are missing); get the file again",
               part->name, part->n, declared / (guint64) MAX (part->n, 1), declared, held,
               declared - held);
}

/**
 * gram_part_check_size:
 * @held: bytes that the file or member has after @offset, −1 if only reading tells
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when the header declares what cannot be
 */
gboolean
gram_part_check_size (const GramPart *part, gint64 held, GError **error)
{
  guint64 bytes;

  if (part->n < 1 || part->d < 1)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: declares %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   " elements; it holds no data, choose another file",
                   part->name, part->n, part->d);
      return FALSE;
    }
  if (part->n > GRAM_PART_MAX_ROWS || part->d > GRAM_PART_MAX_ELEMENTS
      || !count_bytes (part, &bytes))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: declares %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   " elements, more than %d × %d; the file is damaged or too large",
                   part->name, part->n, part->d, GRAM_PART_MAX_ROWS, GRAM_PART_MAX_ELEMENTS);
      return FALSE;
    }
  if (held >= 0 && bytes > (guint64) held)
    {
      set_cut_error (part, (guint64) held, error);
      return FALSE;
    }
  return TRUE;
}

/**
 * gram_part_read_bytes:
 * @at: how many bytes of the data came before
 *
 * Reads the next @count bytes of the data.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA, which says how much of the data there is, at an early end
 */
gboolean
gram_part_read_bytes (const GramPart *part, GramInput *input, guint64 at, void *raw, gsize count,
                      GError **error)
{
  gsize got;

  if (!gram_input_read (input, raw, count, &got, error))
    return FALSE;
  if (got == count)
    return TRUE;
  set_cut_error (part, at + got, error);
  return FALSE;
}

/* Copies a record, as it is in the file, to column k of what is wanted. */
void
gram_part_deliver (const GramPart *part, const guint8 *raw, const GramWanted *wanted, gint64 k,
                   double *scratch)
{
  gint64 d = part->d;

  if (wanted->pixels != NULL && part->element == GRAM_ELEMENT_U8)
    {
      guint8 *out = wanted->pixels + k * d;

      if (part->place == NULL)
        memcpy (out, raw, (gsize) d);
      else
        for (gint64 j = 0; j < d; j++)
          out[part->place[j]] = raw[j];
    }
  if (wanted->values != NULL)
    {
      double *out = wanted->values + k * d;

      if (part->place == NULL)
        {
          gram_element_convert (part->element, part->big_endian, raw, (gsize) d, out);
          return;
        }
      gram_element_convert (part->element, part->big_endian, raw, (gsize) d, scratch);
      for (gint64 j = 0; j < d; j++)
        out[part->place[j]] = scratch[j];
    }
}

/* Which of the wanted rows lie in this part. */
static void
find_range (const GramPart *part, const GramWanted *wanted, gint64 *first, gint64 *last)
{
  gint64 k = 0;

  while (k < wanted->count && wanted->rows[k] < part->first_row)
    k++;
  *first = k;
  while (k < wanted->count && wanted->rows[k] < part->first_row + part->n)
    k++;
  *last = k;
}

static gboolean
read_records (const GramPart *part, GramInput *input, const GramWanted *wanted, gint64 first,
              gint64 last, GError **error)
{
  gsize record = gram_part_get_record_bytes (part);
  guint8 *raw = gram_try_alloc (1, 1, (gint64) record, "an image", error);
  double *scratch = gram_try_alloc (sizeof (double), 1, part->d, "an image", error);
  gboolean done = raw != NULL && scratch != NULL;
  gint64 at = part->first_row;

  for (gint64 k = first; done && k < last; k++)
    {
      done = gram_input_skip (input, (guint64) (wanted->rows[k] - at) * record, error)
             && gram_input_read_exactly (input, raw, record, error);
      if (done)
        gram_part_deliver (part, raw + part->prefix, wanted, k, scratch);
      at = wanted->rows[k] + 1;
    }
  gram_free (scratch);
  gram_free (raw);
  return done;
}

static gboolean
read_fortran (const GramPart *part, GramInput *input, const GramWanted *wanted, gint64 first,
              gint64 last, GError **error)
{
  gsize size = gram_element_size (part->element);
  guint8 *raw = gram_try_alloc (size, 1, part->n, "a column", error);
  gboolean done = raw != NULL;

  for (gint64 j = 0; done && j < part->d; j++)
    {
      gint64 to = part->place != NULL ? part->place[j] : j;

      done = gram_input_read_exactly (input, raw, size * (gsize) part->n, error);
      for (gint64 k = first; done && k < last; k++)
        {
          const guint8 *from = raw + (gsize) (wanted->rows[k] - part->first_row) * size;

          if (wanted->pixels != NULL && part->element == GRAM_ELEMENT_U8)
            wanted->pixels[k * part->d + to] = *from;
          if (wanted->values != NULL)
            gram_element_convert (part->element, part->big_endian, from, 1,
                                  wanted->values + k * part->d + to);
        }
    }
  gram_free (raw);
  return done;
}

/**
 * gram_part_read:
 * @input: at the part's first byte
 * @wanted: rows of the part's split; those of other parts are left alone
 *
 * Reads the wanted rows, one record in memory at a time.
 */
gboolean
gram_part_read (const GramPart *part, GramInput *input, const GramWanted *wanted, GError **error)
{
  gint64 first, last;

  find_range (part, wanted, &first, &last);
  if (first == last)
    return TRUE;
  if (!gram_input_skip (input, part->offset, error))
    return FALSE;
  return part->fortran ? read_fortran (part, input, wanted, first, last, error)
                       : read_records (part, input, wanted, first, last, error);
}

/**
 * gram_part_read_column:
 * @input: at the part's first byte
 *
 * Memory is allocated as numbers are read, because the header may declare more than there are.
 *
 * Returns: (transfer full) (nullable): of the first number of each of the n rows as double
 */
GArray *
gram_part_read_column (const GramPart *part, GramInput *input, GError **error)
{
  gsize row = gram_part_get_record_bytes (part);
  gint64 chunk = MAX (1, CHUNK_BYTES / (gint64) row);
  g_autoptr (GArray) column = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree guint8 *raw = g_malloc (row * (gsize) chunk);
  gboolean at_end;

  if (!gram_input_skip (input, part->offset, error))
    return NULL;
  for (gint64 at = 0; at < part->n; at += chunk)
    {
      gsize count = (gsize) MIN (chunk, part->n - at);

      if (!gram_part_read_bytes (part, input, (guint64) at * row, raw, count * row, error))
        return NULL;
      g_array_set_size (column, (guint) at + (guint) count);
      for (gsize i = 0; i < count; i++)
        gram_element_convert (part->element, part->big_endian, raw + i * row, 1,
                              &g_array_index (column, double, (gsize) at + i));
    }
  if (!gram_input_is_at_end (input, &at_end, error))
    return NULL;
  return g_steal_pointer (&column);
}
