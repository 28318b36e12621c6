/* gram-dataset.c: images with labels, wherever they come from
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gram-dataset-private.h"
#include "gram-error.h"
#include "gram-glyphs.h"
#include "gram-size.h"

GramDataset *
gram_dataset_ref (GramDataset *dataset)
{
  g_atomic_ref_count_inc (&dataset->references);
  return dataset;
}

void
gram_dataset_unref (GramDataset *dataset)
{
  const GramDatasetInfo *info = &dataset->info;

  if (!g_atomic_ref_count_dec (&dataset->references))
    return;
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      g_free (dataset->labels[s]);
      g_free ((gpointer) info->counts[s]);
      g_free (dataset->class_rows[s]);
      g_free (dataset->class_start[s]);
    }
  g_clear_pointer (&dataset->parts, g_ptr_array_unref);
  g_strfreev ((GStrv) info->class_names);
  g_strfreev ((GStrv) info->warnings);
  gram_free (dataset->tiles);
  g_free (dataset->kept);
  g_free ((gpointer) info->source);
  g_free ((gpointer) info->title);
  g_free ((gpointer) info->id);
  g_free (dataset);
}

/**
 * gram_dataset_get_info:
 *
 * Returns: (transfer none): what the dataset holds; lives as long as @dataset
 */
const GramDatasetInfo *
gram_dataset_get_info (GramDataset *dataset)
{
  return &dataset->info;
}

/* How many pixels an image has, all channels counted: d. */
static gint64
count_pixels (GramDataset *dataset)
{
  return dataset->info.width * dataset->info.height * dataset->info.channels;
}

/**
 * gram_dataset_find_class:
 * @index_or_name: a class's name (letter case aside) or its index
 * @class_: (out): its index
 *
 * A name is looked for first, so that classes named by numbers are found by what they are called.
 *
 * Returns: %FALSE with GRAM_ERROR_USAGE when there is no such class
 */
gboolean
gram_dataset_find_class (GramDataset *dataset, const char *index_or_name, guint *class_,
                         GError **error)
{
  const GramDatasetInfo *info = &dataset->info;
  g_autofree char *wanted = g_utf8_casefold (index_or_name, -1);
  g_autofree char *names = NULL;
  guint64 index;

  for (guint c = 0; c < info->n_classes; c++)
    {
      g_autofree char *name = g_utf8_casefold (info->class_names[c], -1);

      if (g_str_equal (name, wanted))
        {
          *class_ = c;
          return TRUE;
        }
    }
  if (g_ascii_string_to_unsigned (index_or_name, 10, 0, info->n_classes - 1, &index, NULL))
    {
      *class_ = (guint) index;
      return TRUE;
    }
  names = g_strjoinv (", ", (GStrv) info->class_names);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
               "%s has no class “%s”; its classes are 0 … %u: %s", info->title, index_or_name,
               info->n_classes - 1, names);
  return FALSE;
}

/* ---------- rows --------------------------------------------------------------------------- */

/* Rows of the built-in images go through the classes in turn, so that among the first n images of
 * any pair of classes half are of each. */
static gint64
get_class_row (GramDataset *dataset, GramSplit split, guint class_, gint64 i)
{
  if (dataset->parts == NULL)
    return i * dataset->info.n_classes + class_;
  return dataset->class_rows[split][dataset->class_start[split][class_] + i];
}

guint
gram_dataset_get_label (GramDataset *dataset, GramSplit split, gint64 row)
{
  if (dataset->parts == NULL)
    return (guint) (row % dataset->info.n_classes);
  return dataset->labels[split][row];
}

static int
compare_rows (const void *a, const void *b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

/**
 * gram_dataset_list_rows:
 * @sides: (n_classes): 0 for a class that is left out
 * @count: (out): images of the others
 *
 * Returns: (transfer full): their rows in file order; free with g_free()
 */
gint64 *
gram_dataset_list_rows (GramDataset *dataset, GramSplit split, const gint8 *sides, gint64 *count)
{
  const GramDatasetInfo *info = &dataset->info;
  gint64 at = 0;
  gint64 *rows;

  *count = 0;
  for (guint c = 0; c < info->n_classes; c++)
    *count += sides[c] != 0 ? info->counts[split][c] : 0;
  rows = g_new (gint64, *count);
  for (guint c = 0; c < info->n_classes; c++)
    for (gint64 i = 0; sides[c] != 0 && i < info->counts[split][c]; i++)
      rows[at++] = get_class_row (dataset, split, c, i);
  qsort (rows, (gsize) at, sizeof (gint64), compare_rows);
  return rows;
}

/* ---------- pixels ------------------------------------------------------------------------- */

static void
fetch_generated (GramSplit split, const GramWanted *wanted, guint n_classes)
{
  guint8 pixels[784];

  for (gint64 k = 0; k < wanted->count; k++)
    {
      guint8 *out = wanted->pixels != NULL ? wanted->pixels + 784 * k : pixels;

      gram_glyphs_draw (split, (guint) (wanted->rows[k] % n_classes), wanted->rows[k] / n_classes,
                        out);
      for (int j = 0; wanted->values != NULL && j < 784; j++)
        wanted->values[784 * k + j] = out[j];
    }
}

static gboolean
read_part (GramPart *part, GramInput *input, gpointer user_data, GError **error)
{
  const GramWanted *wanted = user_data;

  return gram_part_read (part, input, &wanted[part->split], error);
}

/* Whether any of the rows is in this part; if not, it need not be opened. */
static gboolean
is_wanted (const GramPart *part, const GramWanted *wanted)
{
  for (gint64 k = 0; k < wanted->count; k++)
    {
      if (wanted->rows[k] >= part->first_row)
        return wanted->rows[k] < part->first_row + part->n;
    }
  return FALSE;
}

/**
 * gram_dataset_fetch:
 * @wanted: rows of both splits
 *
 * Reads them in one pass over the files.
 */
gboolean
gram_dataset_fetch (GramDataset *dataset, const GramWanted wanted[GRAM_N_SPLITS],
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (dataset->parts == NULL)
    {
      for (int s = 0; s < GRAM_N_SPLITS; s++)
        fetch_generated (s, &wanted[s], dataset->info.n_classes);
      return !g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  for (guint i = 0; i < dataset->parts->len; i++)
    {
      GramPart *part = dataset->parts->pdata[i];

      if (is_wanted (part, &wanted[part->split]))
        g_ptr_array_add (parts, part);
    }
  return gram_parts_visit (parts, read_part, (gpointer) wanted, cancellable, error);
}

/* Turns numbers into grey levels: the smallest number of the dataset becomes black, the largest
 * white. */
void
gram_dataset_to_grey (GramDataset *dataset, const double *values, gint64 count, guint8 *pixels)
{
  double range = dataset->high - dataset->low;
  double factor = range > 0 ? 255 / range : 0;

  for (gint64 i = 0; i < count; i++)
    pixels[i] = (guint8) CLAMP (lrint ((values[i] - dataset->low) * factor), 0, 255);
}

static gboolean
fetch_pixels (GramDataset *dataset, GramSplit split, const gint64 *rows, gint64 count,
              guint8 *pixels, GCancellable *cancellable, GError **error)
{
  GramWanted wanted[GRAM_N_SPLITS] = { { 0 } };
  gint64 d = count_pixels (dataset);
  gboolean done;

  wanted[split].rows = rows;
  wanted[split].count = count;
  wanted[split].pixels = pixels;
  if (dataset->eight_bit)
    return gram_dataset_fetch (dataset, wanted, cancellable, error);
  wanted[split].values = gram_try_alloc (sizeof (double), count, d, "images", error);
  if (wanted[split].values == NULL)
    return FALSE;
  wanted[split].pixels = NULL;
  done = gram_dataset_fetch (dataset, wanted, cancellable, error);
  if (done)
    gram_dataset_to_grey (dataset, wanted[split].values, count * d, pixels);
  gram_free (wanted[split].values);
  return done;
}

/**
 * gram_dataset_read:
 * @class_: index of a class
 * @first: which image of the class, counted from 0 in file order
 * @count: how many; fewer are read where the class has fewer
 * @pixels: (out caller-allocates): (d × count), a column an image: all of the first channel row by
 *   row, then the next. Numbers that are no bytes are mapped so that the smallest of the dataset
 *   is 0 and the largest 255.
 * @rows: (out caller-allocates) (nullable): (count) rows in the split's own file order
 *
 * The first twelve training images of each class are in memory and cost nothing. For others the
 * files are read. Any thread may call this, several at once.
 *
 * Returns: how many were read, −1 on error
 */
gint64
gram_dataset_read (GramDataset *dataset, GramSplit split, guint class_, gint64 first, gint64 count,
                   guint8 *pixels, gint64 *rows, GCancellable *cancellable, GError **error)
{
  g_autofree gint64 *own = NULL;
  gint64 d = count_pixels (dataset);

  g_return_val_if_fail (class_ < dataset->info.n_classes && first >= 0 && count >= 0, -1);
  count = CLAMP (dataset->info.counts[split][class_] - first, 0, count);
  if (count == 0) /* then @pixels may be NULL */
    return 0;
  if (rows == NULL)
    rows = own = g_new (gint64, count);
  for (gint64 k = 0; k < count; k++)
    rows[k] = get_class_row (dataset, split, class_, first + k);
  if (split == GRAM_SPLIT_TRAIN && dataset->keep > 0 && first + count <= dataset->kept[class_])
    {
      memcpy (pixels, dataset->tiles + (class_ * (gint64) dataset->keep + first) * d,
              (gsize) (count * d));
      return count;
    }
  return fetch_pixels (dataset, split, rows, count, pixels, cancellable, error) ? count : -1;
}
