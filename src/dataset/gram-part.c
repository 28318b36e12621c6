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
 *
 * Returns: (transfer full): a part of 8-bit numbers that is a whole file
 */
GramPart *
gram_part_new (GramBlob *blob, const char *name)
{
  GramPart *part = g_new0 (GramPart, 1);

  part->blob = gram_blob_ref (blob);
  part->name = g_strdup (name);
  part->width = part->height = part->channels = 1;
  return part;
}

void
gram_part_free (GramPart *part)
{
  gram_blob_unref (part->blob);
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

/**
 * gram_part_set_transposed:
 *
 * Says that images are stored column by column, as EMNIST has them.
 */
void
gram_part_set_transposed (GramPart *part)
{
  gint64 w = part->width, h = part->height;

  part->place = g_new (gint32, part->d);
  for (gint64 j = 0; j < part->d; j++)
    {
      gint64 c = j / (w * h), x = j % (w * h) / h, y = j % h;

      part->place[j] = (gint32) ((c * h + y) * w + x);
    }
}

/**
 * gram_part_set_interleaved:
 *
 * Says that the channels of a pixel are stored side by side, as Keras has them.
 */
void
gram_part_set_interleaved (GramPart *part)
{
  gint64 pixels = part->width * part->height;

  part->place = g_new (gint32, part->d);
  for (gint64 j = 0; j < part->d; j++)
    part->place[j] = (gint32) (j % part->channels * pixels + j / part->channels);
}

static gsize
get_record_bytes (const GramPart *part)
{
  return part->prefix + (gsize) part->d * gram_element_size (part->element);
}

/**
 * gram_part_get_bytes:
 * @bytes: (out): of all records
 *
 * Returns: %FALSE when they are more than any memory
 */
gboolean
gram_part_get_bytes (const GramPart *part, guint64 *bytes)
{
  gsize record, all;

  if (!gram_size_product (&record, gram_element_size (part->element), 1, part->d)
      || !gram_size_product (&all, record + part->prefix, 1, part->n))
    return FALSE;
  *bytes = all;
  return TRUE;
}

static void
set_cut_error (const GramPart *part, guint64 held, GError **error)
{
  guint64 declared = 0;

  gram_part_get_bytes (part, &declared);
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
      || !gram_part_get_bytes (part, &bytes))
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

/* A record as the file has it becomes column k of what is wanted. */
static void
deliver (const GramPart *part, const guint8 *raw, const GramWanted *wanted, gint64 k,
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
  gsize record = get_record_bytes (part);
  guint8 *raw = gram_try_alloc (1, 1, (gint64) record, "an image", error);
  double *scratch = gram_try_alloc (sizeof (double), 1, part->d, "an image", error);
  gboolean done = raw != NULL && scratch != NULL;
  gint64 at = part->first_row;

  for (gint64 k = first; done && k < last; k++)
    {
      done = gram_input_skip (input, (guint64) (wanted->rows[k] - at) * record, error)
             && gram_input_read_exactly (input, raw, record, error);
      if (done)
        deliver (part, raw + part->prefix, wanted, k, scratch);
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

/* ---------- the pass over everything when a dataset is opened ------------------------------ */

static gboolean
take_label (const GramPart *part, const guint8 *raw, gint64 i, GramScan *scan, guint16 *label,
            GError **error)
{
  *label = raw[part->label_at];
  if (*label >= scan->n_classes)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: label %u of record %" G_GINT64_FORMAT
                   " is out of range (0 … %u); the file is damaged or of another kind",
                   part->name, *label, i, scan->n_classes - 1);
      return FALSE;
    }
  g_array_append_val (scan->labels, *label);
  return TRUE;
}

static void
keep_tile (const GramPart *part, const guint8 *raw, guint16 label, GramScan *scan)
{
  GramWanted tile = { .count = 1 };

  if (label >= scan->n_classes || scan->kept[label] >= scan->keep)
    return;
  tile.pixels = scan->tiles + ((gsize) label * scan->keep + scan->kept[label]) * part->d;
  deliver (part, raw, &tile, 0, NULL);
  scan->kept[label]++;
}

static void
look_at_numbers (const GramPart *part, const double *values, gint64 count, gint64 first,
                 GramScan *scan)
{
  for (gint64 i = 0; i < count; i++)
    {
      gint64 at = first + i;

      if (isfinite (values[i]))
        {
          scan->low = MIN (scan->low, values[i]);
          scan->high = MAX (scan->high, values[i]);
          continue;
        }
      if (scan->n_bad++ == 0)
        {
          scan->bad_row = part->fortran ? at % part->n : at / part->d;
          scan->bad_j = part->fortran ? at / part->n : at % part->d;
        }
    }
}

/* Records with labels before the pixels, or 8-bit images whose labels are known. */
static gboolean
scan_records (const GramPart *part, GramInput *input, GramScan *scan, GError **error)
{
  gsize record = get_record_bytes (part), got;
  guint8 *raw = gram_try_alloc (1, 1, (gint64) record, "an image", error);
  gboolean done = raw != NULL;

  for (gint64 i = 0; done && i < part->n; i++)
    {
      guint16 label = G_MAXUINT16;

      done = gram_input_read (input, raw, record, &got, error);
      if (done && got < record)
        {
          set_cut_error (part, (guint64) i * record + got, error);
          done = FALSE;
        }
      if (done && part->prefix > 0)
        done = take_label (part, raw, i, scan, &label, error);
      else if (done && scan->known != NULL)
        label = scan->known[i];
      if (done && scan->keep > 0)
        keep_tile (part, raw + part->prefix, label, scan);
    }
  gram_free (raw);
  return done;
}

/* Anything else is a run of numbers, in whatever order. */
static gboolean
scan_numbers (const GramPart *part, GramInput *input, GramScan *scan, GError **error)
{
  gsize size = gram_element_size (part->element);
  gint64 total = part->n * part->d, chunk = CHUNK_BYTES / (gint64) size;
  g_autofree guint8 *raw = g_malloc (CHUNK_BYTES);
  g_autofree double *values = g_new (double, chunk);

  for (gint64 at = 0; at < total; at += chunk)
    {
      gsize count = (gsize) MIN (chunk, total - at), got;

      if (!gram_input_read (input, raw, count * size, &got, error))
        return FALSE;
      if (got < count * size)
        {
          set_cut_error (part, (guint64) at * size + got, error);
          return FALSE;
        }
      gram_element_convert (part->element, part->big_endian, raw, count, values);
      look_at_numbers (part, values, (gint64) count, at, scan);
    }
  return TRUE;
}

static gboolean
set_bad_numbers_error (const GramPart *part, const GramScan *scan, GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: holds %" G_GINT64_FORMAT
               " numbers that are NaN or infinite, the first in row %" G_GINT64_FORMAT
               ", element %" G_GINT64_FORMAT "; remove or replace them",
               part->name, scan->n_bad, scan->bad_row, scan->bad_j);
  return FALSE;
}

/**
 * gram_part_scan:
 * @input: at the part's first byte
 * @scan: what to find
 *
 * Looks at every record once, so that a cut, damaged or non-finite file is known before anything
 * of it is used.
 */
gboolean
gram_part_scan (const GramPart *part, GramInput *input, GramScan *scan, GError **error)
{
  gboolean done, at_end = TRUE;

  if (!gram_input_skip (input, part->offset, error))
    return FALSE;
  if (part->element == GRAM_ELEMENT_U8 && !part->fortran)
    done = scan_records (part, input, scan, error);
  else
    done = scan_numbers (part, input, scan, error);
  if (done && scan->n_bad > 0)
    done = set_bad_numbers_error (part, scan, error);
  if (done && part->sized)
    done = gram_input_is_at_end (input, &at_end, error);
  scan->trailing = !at_end;
  return done;
}

/**
 * gram_part_read_column:
 * @part: of d = 1
 * @input: at the part's first byte
 *
 * Memory grows with what the file holds, not with what its header declares.
 *
 * Returns: (transfer full) (nullable): of the n numbers as double
 */
GArray *
gram_part_read_column (const GramPart *part, GramInput *input, GError **error)
{
  gsize size = gram_element_size (part->element);
  gint64 chunk = CHUNK_BYTES / (gint64) size;
  g_autoptr (GArray) column = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree guint8 *raw = g_malloc (CHUNK_BYTES);
  gboolean at_end;

  if (!gram_input_skip (input, part->offset, error))
    return NULL;
  for (gint64 at = 0; at < part->n; at += chunk)
    {
      gsize count = (gsize) MIN (chunk, part->n - at), got;

      if (!gram_input_read (input, raw, count * size, &got, error))
        return NULL;
      if (got < count * size)
        {
          set_cut_error (part, (guint64) at * size + got, error);
          return NULL;
        }
      g_array_set_size (column, (guint) at + (guint) count);
      gram_element_convert (part->element, part->big_endian, raw, count,
                            &g_array_index (column, double, at));
    }
  if (!gram_input_is_at_end (input, &at_end, error))
    return NULL;
  return g_steal_pointer (&column);
}
