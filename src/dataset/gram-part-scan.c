/* gram-part-scan.c: the pass over all records of a part when a dataset is opened
 *
 * SPDX-License-Identifier: MIT
 *
 * Reads every record once, so that a file that is cut off, damaged or holds numbers that are not
 * finite is found before anything of it is used. The first images of each class, which the window
 * shows as tiles, are kept on the way and need not be read again.
 */
#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-part.h"
#include "gram-size.h"

/* How many images of each class are kept, and the most bytes they may take. */
#define KEEP 12
#define KEEP_BYTES (8 << 20)
#define CHUNK_BYTES (1 << 18)

static GramScan *
scan_new (const GramPart *part, guint n_classes, GError **error)
{
  GramScan *scan = g_new0 (GramScan, 1);
  gsize size = part->element == GRAM_ELEMENT_U8 ? 1 : sizeof (double);
  gint64 one = part->d * n_classes * (gint64) size;
  gpointer tiles;

  scan->low = INFINITY;
  scan->high = -INFINITY;
  scan->kept = g_new0 (gint64, n_classes);
  if (part->fortran || part->split != GRAM_SPLIT_TRAIN || one > KEEP_BYTES)
    return scan;
  scan->keep = (guint) MIN (KEEP, KEEP_BYTES / MAX (one, 1));
  tiles = gram_try_alloc (size, part->d * scan->keep, n_classes, "tiles", error);
  if (tiles == NULL)
    {
      gram_scan_free (scan);
      return NULL;
    }
  if (size == 1)
    scan->tiles = tiles;
  else
    scan->tile_values = tiles;
  return scan;
}

static gboolean
take_label (GramPart *part, const guint8 *raw, gint64 i, guint n_classes, GError **error)
{
  guint16 label = raw[part->label_at];

  if (label >= n_classes)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: label %u of record %" G_GINT64_FORMAT
                   " is out of range (0 … %u); the file is damaged or of another kind",
                   part->name, label, i, n_classes - 1);
      return FALSE;
    }
  g_array_append_val (part->labels, label);
  return TRUE;
}

static void
keep_tile (GramPart *part, const guint8 *raw, gint64 i, double *scratch)
{
  GramScan *scan = part->scan;
  guint16 label = g_array_index (part->labels, guint16, i);
  GramWanted tile = { .count = 1 };
  gint64 at;

  if (scan->kept[label] >= scan->keep)
    return;
  at = ((gint64) label * scan->keep + scan->kept[label]) * part->d;
  if (scan->tiles != NULL)
    tile.pixels = scan->tiles + at;
  else
    tile.values = scan->tile_values + at;
  gram_part_deliver (part, raw, &tile, 0, scratch);
  scan->kept[label]++;
}

static void
look_at_numbers (const GramPart *part, const double *values, gint64 count, gint64 first)
{
  GramScan *scan = part->scan;

  for (gint64 i = 0; i < count; i++)
    {
      gint64 at = first + i;

      if (isfinite (values[i]))
        {
          scan->low = fmin (scan->low, values[i]);
          scan->high = fmax (scan->high, values[i]);
          continue;
        }
      if (scan->n_bad++ == 0)
        {
          scan->bad_row = part->fortran ? at % part->n : at / part->d;
          scan->bad_j = part->fortran ? at / part->n : at % part->d;
        }
    }
}

static gboolean
scan_record (GramPart *part, const guint8 *raw, gint64 i, guint n_classes, double *numbers,
             GError **error)
{
  if (part->prefix > 0 && !take_label (part, raw, i, n_classes, error))
    return FALSE;
  raw += part->prefix;
  if (part->element != GRAM_ELEMENT_U8)
    {
      gram_element_convert (part->element, part->big_endian, raw, (gsize) part->d, numbers);
      look_at_numbers (part, numbers, part->d, i * part->d);
    }
  if (part->scan->keep > 0)
    keep_tile (part, raw, i, numbers);
  return TRUE;
}

static gboolean
scan_records (GramPart *part, GramInput *input, guint n_classes, GError **error)
{
  gsize record = gram_part_get_record_bytes (part);
  guint8 *raw = gram_try_alloc (1, 1, (gint64) record, "an image", error);
  double *numbers = gram_try_alloc (sizeof (double), 1, part->d, "an image", error);
  gboolean done = raw != NULL && numbers != NULL;

  for (gint64 i = 0; done && i < part->n; i++)
    done = gram_part_read_bytes (part, input, (guint64) i * record, raw, record, error)
           && scan_record (part, raw, i, n_classes, numbers, error);
  gram_free (numbers);
  gram_free (raw);
  return done;
}

/* In Fortran order the numbers of an image do not lie together, so no tiles are kept. */
static gboolean
scan_numbers (GramPart *part, GramInput *input, GError **error)
{
  gsize size = gram_element_size (part->element);
  gint64 total = part->n * part->d, chunk = CHUNK_BYTES / (gint64) size;
  g_autofree guint8 *raw = g_malloc (CHUNK_BYTES);
  g_autofree double *values = g_new (double, chunk);

  for (gint64 at = 0; at < total; at += chunk)
    {
      gsize count = (gsize) MIN (chunk, total - at);

      if (!gram_part_read_bytes (part, input, (guint64) at * size, raw, count * size, error))
        return FALSE;
      gram_element_convert (part->element, part->big_endian, raw, count, values);
      look_at_numbers (part, values, (gint64) count, at);
    }
  return TRUE;
}

static gboolean
check_numbers (const GramPart *part, GError **error)
{
  const GramScan *scan = part->scan;

  if (scan->n_bad == 0)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: holds %" G_GINT64_FORMAT
               " numbers that are NaN or infinite, the first in row %" G_GINT64_FORMAT
               ", element %" G_GINT64_FORMAT "; remove or replace them",
               part->name, scan->n_bad, scan->bad_row, scan->bad_j);
  return FALSE;
}

/**
 * gram_part_scan:
 * @part: with its labels, unless each record has its own
 * @input: at the part's first byte
 * @n_classes: labels are below
 *
 * Sets the part's scan, and its labels if each record has its own.
 */
gboolean
gram_part_scan (GramPart *part, GramInput *input, guint n_classes, GError **error)
{
  gboolean at_end = TRUE, done;

  g_clear_pointer (&part->scan, gram_scan_free);
  part->scan = scan_new (part, n_classes, error);
  if (part->scan == NULL || !gram_input_skip (input, part->offset, error))
    return FALSE;
  if (part->prefix > 0)
    {
      g_clear_pointer (&part->labels, g_array_unref);
      part->labels = g_array_new (FALSE, FALSE, sizeof (guint16));
    }
  done = part->fortran ? scan_numbers (part, input, error)
                       : scan_records (part, input, n_classes, error);
  if (!done || !check_numbers (part, error))
    return FALSE;
  if (part->sized && !gram_input_is_at_end (input, &at_end, error))
    return FALSE;
  part->scan->trailing = !at_end;
  return TRUE;
}
