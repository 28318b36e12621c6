/* gram-draft.c: what a reader found, before it is a dataset
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-draft.h"

#include <math.h>
#include <string.h>

#include "gram-dataset-private.h"
#include "gram-error.h"
#include "gram-size.h"

/**
 * gram_draft_new:
 * @entry: (nullable): what the dataset was asked for as
 *
 * Returns: (transfer full)
 */
GramDraft *
gram_draft_new (const char *id, const GramCatalogueEntry *entry, const char *source)
{
  GramDraft *draft = g_new0 (GramDraft, 1);

  draft->id = entry != NULL ? g_strdup (entry->id) : g_utf8_make_valid (id, -1);
  draft->title = g_strdup (entry != NULL ? entry->title : draft->id);
  draft->source = g_filename_display_name (source);
  draft->entry = entry;
  draft->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_part_free);
  draft->class_names = g_ptr_array_new_with_free_func (g_free);
  draft->warnings = g_ptr_array_new_with_free_func (g_free);
  return draft;
}

void
gram_draft_free (GramDraft *draft)
{
  g_ptr_array_unref (draft->parts);
  g_ptr_array_unref (draft->class_names);
  g_ptr_array_unref (draft->warnings);
  g_free (draft->source);
  g_free (draft->title);
  g_free (draft->id);
  g_free (draft);
}

void
gram_draft_warn (GramDraft *draft, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (draft->warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/**
 * gram_draft_add_part:
 * @part: (transfer full): images; they follow those of the split's other parts
 */
void
gram_draft_add_part (GramDraft *draft, GramSplit split, GramPart *part)
{
  gint64 first = 0;

  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *other = draft->parts->pdata[i];

      if (other->split == split)
        first += other->n;
    }
  part->split = split;
  part->first_row = first;
  g_ptr_array_add (draft->parts, part);
}

static gboolean
read_column (GramPart *labels, GramInput *input, gpointer user_data, GError **error)
{
  GArray **column = user_data;

  *column = gram_part_read_column (labels, input, error);
  return *column != NULL;
}

/**
 * gram_draft_read_labels:
 * @labels: the first number of each row is a label
 * @columns: how many numbers a row must have
 *
 * Returns: (transfer full) (nullable): of double: the label of each of @images, in their order;
 *   %NULL with GRAM_ERROR_DATA when the two parts do not fit together
 */
GArray *
gram_draft_read_labels (const GramPart *images, GramPart *labels, gint64 columns,
                        GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  GArray *column = NULL;

  if (labels->d != columns)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: has %" G_GINT64_FORMAT
                   " numbers for each image; labels are one class number each",
                   labels->name, labels->d);
      return NULL;
    }
  if (images->n != labels->n)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s holds %" G_GINT64_FORMAT " images, but %s holds %" G_GINT64_FORMAT
                   " labels; they are not of one dataset",
                   images->name, images->n, labels->name, labels->n);
      return NULL;
    }
  g_ptr_array_add (parts, labels);
  if (gram_parts_visit (parts, read_column, &column, cancellable, error))
    return column;
  g_clear_pointer (&column, g_array_unref);
  return NULL;
}

/**
 * gram_draft_name_label:
 *
 * Returns: (transfer full): the shortest text that is @label and no other: 20240101, 0.1
 */
char *
gram_draft_name_label (double label)
{
  gboolean is_float = (double) (float) label == label;
  char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

  if (label == floor (label) && fabs (label) < 1e18)
    return g_strdup_printf ("%.0f", label + 0.0);
  for (int digits = 6; digits <= 17; digits++)
    {
      double back;

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      back = g_ascii_strtod (g_ascii_formatd (text, sizeof text, format, label), NULL);
      if (back == label || (is_float && (float) back == (float) label))
        break;
    }
  return g_strdup (text);
}

/**
 * gram_draft_set_labels:
 * @part: images
 * @name: the file that the labels are from, for messages
 * @column: of double: one label an image
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when a label is no class number
 */
gboolean
gram_draft_set_labels (GramDraft *draft, GramPart *part, const char *name, const GArray *column,
                       GError **error)
{
  double limit =
      draft->entry != NULL ? g_strv_length ((GStrv) draft->entry->class_names) : GRAM_MAX_CLASSES;

  g_clear_pointer (&part->labels, g_array_unref);
  part->labels = g_array_new (FALSE, FALSE, sizeof (guint16));
  for (guint i = 0; i < column->len; i++)
    {
      double value = g_array_index (column, double, i);
      guint16 label;

      if (!(value >= 0 && value < limit && value == floor (value)))
        {
          g_autofree char *shown = gram_draft_name_label (value);

          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: label %s in row %u is out of range (whole numbers 0 … %.0f); the file "
                       "is damaged or of another kind",
                       name, shown, i, limit - 1);
          return FALSE;
        }
      label = (guint16) value;
      g_array_append_val (part->labels, label);
      draft->n_classes = MAX (draft->n_classes, (guint) label + 1);
    }
  return TRUE;
}

static gboolean
scan_part (GramPart *part, GramInput *input, gpointer user_data, GError **error)
{
  GramDraft *draft = user_data;

  return gram_part_scan (part, input, draft->n_classes, error);
}

/* Reads every part that was not read yet. Members of tar archives were: to find them, the whole
 * archive had to be decompressed, and doing that twice would take twice as long. */
static gboolean
scan_rest (GramDraft *draft, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  for (guint i = 0; i < draft->parts->len; i++)
    {
      GramPart *part = draft->parts->pdata[i];

      if (part->scan == NULL)
        g_ptr_array_add (rest, part);
    }
  if (!gram_parts_visit (rest, scan_part, draft, cancellable, error))
    return FALSE;
  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      if (part->scan->trailing)
        gram_draft_warn (draft, "%s: has bytes after the last image; they are ignored", part->name);
    }
  return TRUE;
}

/* ---------- putting it together ------------------------------------------------------------ */

static gboolean
check_parts (GramDraft *draft, GError **error)
{
  const GramPart *first;

  if (draft->parts->len == 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: holds no images", draft->source);
      return FALSE;
    }
  first = draft->parts->pdata[0];
  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      if (part->width == first->width && part->height == first->height
          && part->channels == first->channels && part->prefix == first->prefix)
        continue;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: has images of %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   ", but %s of %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
                   "; they are not of one dataset",
                   part->name, part->width, part->height, first->name, first->width, first->height);
      return FALSE;
    }
  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      if (part->prefix > 0 || (part->labels != NULL && part->labels->len == part->n))
        continue;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds %" G_GINT64_FORMAT " images but %u labels; they are not of one "
                   "dataset",
                   part->name, part->n, part->labels != NULL ? part->labels->len : 0);
      return FALSE;
    }
  return TRUE;
}

/* Orders the rows by class, so that the i-th image of a class is found without a search. */
static void
index_split (GramDraft *draft, GramDataset *dataset, int s)
{
  guint n_classes = draft->n_classes;
  gint64 *counts = g_new0 (gint64, n_classes);
  g_autofree gint64 *next = g_new (gint64, n_classes);
  g_autoptr (GArray) labels = g_array_new (FALSE, FALSE, sizeof (guint16));

  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      if (part->split == (GramSplit) s)
        g_array_append_vals (labels, part->labels->data, part->labels->len);
    }
  dataset->n[s] = labels->len;
  dataset->labels[s] = g_memdup2 (labels->data, labels->len * sizeof (guint16));
  dataset->info.counts[s] = counts;
  dataset->class_start[s] = g_new0 (gint64, n_classes + 1);
  dataset->class_rows[s] = g_new (gint64, labels->len);
  for (gint64 i = 0; i < dataset->n[s]; i++)
    counts[dataset->labels[s][i]]++;
  for (guint c = 0; c < n_classes; c++)
    {
      next[c] = dataset->class_start[s][c];
      dataset->class_start[s][c + 1] = next[c] + counts[c];
    }
  for (gint64 i = 0; i < dataset->n[s]; i++)
    dataset->class_rows[s][next[dataset->labels[s][i]]++] = i;
}

static void
merge_tile (GramDataset *dataset, const GramPart *part, guint class_, gint64 k)
{
  const GramScan *scan = part->scan;
  gint64 from = ((gint64) class_ * scan->keep + k) * part->d;
  gint64 to = ((gint64) class_ * dataset->keep + dataset->kept[class_]++) * part->d;

  if (scan->tiles != NULL)
    memcpy (dataset->tiles + to, scan->tiles + from, (gsize) part->d);
  else
    gram_dataset_to_grey (dataset, scan->tile_values + from, part->d, dataset->tiles + to);
}

/* Collects the first images of each class from the parts. The parts are in the order of their rows,
 * which may differ from the order in which an archive had them. */
static gboolean
merge_tiles (GramDraft *draft, GramDataset *dataset, GError **error)
{
  const GramPart *first = draft->parts->pdata[0];
  guint keep = G_MAXUINT;

  dataset->kept = g_new0 (gint64, draft->n_classes);
  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      dataset->low = fmin (dataset->low, part->scan->low);
      dataset->high = fmax (dataset->high, part->scan->high);
      if (part->split == GRAM_SPLIT_TRAIN)
        keep = MIN (keep, part->scan->keep);
    }
  if (keep == 0)
    return TRUE;
  dataset->keep = keep;
  dataset->tiles = gram_try_alloc (keep, first->d, draft->n_classes, "tiles", error);
  if (dataset->tiles == NULL)
    return FALSE;
  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      for (guint c = 0; part->split == GRAM_SPLIT_TRAIN && c < draft->n_classes; c++)
        {
          for (gint64 k = 0; k < part->scan->kept[c] && dataset->kept[c] < keep; k++)
            merge_tile (dataset, part, c, k);
        }
    }
  return TRUE;
}

/* Frees what is not needed once the dataset is open. */
static void
forget_scans (GPtrArray *parts)
{
  for (guint i = 0; i < parts->len; i++)
    {
      GramPart *part = parts->pdata[i];

      g_clear_pointer (&part->scan, gram_scan_free);
      g_clear_pointer (&part->labels, g_array_unref);
    }
}

/* The names that the files give, else those of a known dataset, else numbers. */
static GStrv
name_classes (const GramDraft *draft)
{
  const char *const *known = draft->entry != NULL ? draft->entry->class_names : NULL;
  guint n_known = known != NULL ? g_strv_length ((GStrv) known) : 0;
  GStrv names = g_new0 (char *, draft->n_classes + 1);

  for (guint c = 0; c < draft->n_classes; c++)
    {
      if (c < draft->class_names->len)
        names[c] = g_utf8_make_valid (draft->class_names->pdata[c], -1);
      else if (c < n_known && draft->class_names->len == 0)
        names[c] = g_strdup (known[c]);
      else
        names[c] = g_strdup_printf ("%u", c);
    }
  return names;
}

static void
fill_info (const GramDraft *draft, GramDataset *dataset)
{
  const GramPart *part = draft->parts->pdata[0];
  GramDatasetInfo *info = &dataset->info;
  GStrv warnings = g_new0 (char *, draft->warnings->len + 1);

  for (guint i = 0; i < draft->warnings->len; i++)
    warnings[i] = g_utf8_make_valid (draft->warnings->pdata[i], -1);
  info->id = g_strdup (draft->id);
  info->title = g_strdup (draft->title);
  info->source = g_strdup (draft->source);
  info->width = part->width;
  info->height = part->height;
  info->channels = part->channels;
  info->n_classes = draft->n_classes;
  info->class_names = (const char *const *) name_classes (draft);
  info->warnings = (const char *const *) warnings;
  info->has_test = dataset->n[GRAM_SPLIT_TEST] > 0;
}

/* Where there are test images only, they are used as training images. */
static void
promote_test (GramDraft *draft)
{
  for (guint i = 0; i < draft->parts->len; i++)
    {
      if (((GramPart *) draft->parts->pdata[i])->split == GRAM_SPLIT_TRAIN)
        return;
    }
  for (guint i = 0; i < draft->parts->len; i++)
    ((GramPart *) draft->parts->pdata[i])->split = GRAM_SPLIT_TRAIN;
  gram_draft_warn (draft, "%s: holds test images only; they serve for training too", draft->source);
}

/**
 * gram_draft_finish:
 *
 * Checks that the parts fit together and looks at every image once.
 *
 * Returns: (transfer full) (nullable): the dataset, or %NULL with GRAM_ERROR_DATA
 */
GramDataset *
gram_draft_finish (GramDraft *draft, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramDataset) dataset = g_new0 (GramDataset, 1);

  g_atomic_ref_count_init (&dataset->references);
  promote_test (draft);
  if (!check_parts (draft, error))
    return NULL;
  if (draft->entry != NULL)
    draft->n_classes = MAX (draft->n_classes, g_strv_length ((GStrv) draft->entry->class_names));
  dataset->eight_bit = TRUE;
  for (guint i = 0; i < draft->parts->len; i++)
    dataset->eight_bit &= ((GramPart *) draft->parts->pdata[i])->element == GRAM_ELEMENT_U8;
  dataset->low = INFINITY;
  dataset->high = -INFINITY;
  if (!scan_rest (draft, cancellable, error) || !merge_tiles (draft, dataset, error))
    return NULL;
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    index_split (draft, dataset, s);
  fill_info (draft, dataset);
  forget_scans (draft->parts);
  dataset->parts = g_steal_pointer (&draft->parts);
  draft->parts = g_ptr_array_new ();
  return g_steal_pointer (&dataset);
}
