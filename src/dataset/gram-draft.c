/* gram-draft.c: from what a reader found to a dataset
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gram-dataset-private.h"
#include "gram-error.h"
#include "gram-size.h"

/* Images of each class that are kept for the tiles, and the most bytes they may take. */
#define KEEP 12
#define KEEP_BYTES (8 << 20)

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
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    draft->labels[s] = g_array_new (FALSE, FALSE, sizeof (guint16));
  return draft;
}

void
gram_draft_free (GramDraft *draft)
{
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    g_array_unref (draft->labels[s]);
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

/**
 * gram_draft_add_labels:
 * @name: the file, for messages
 * @column: of double: one label a row
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when a label is no class number
 */
gboolean
gram_draft_add_labels (GramDraft *draft, GramSplit split, const char *name, const GArray *column,
                       GError **error)
{
  double limit =
      draft->entry != NULL ? g_strv_length ((GStrv) draft->entry->class_names) : GRAM_MAX_CLASSES;

  for (guint i = 0; i < column->len; i++)
    {
      double value = g_array_index (column, double, i);
      guint16 label;

      if (!(value >= 0 && value < limit && value == floor (value)))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: label %g in row %u is out of range (whole numbers 0 … %.0f); the file "
                       "is damaged or of another kind",
                       name, value, i, limit - 1);
          return FALSE;
        }
      label = (guint16) value;
      g_array_append_val (draft->labels[split], label);
      draft->n_classes = MAX (draft->n_classes, (guint) label + 1);
    }
  return TRUE;
}

/* ---------- the pass over all images ------------------------------------------------------- */

typedef struct
{
  GramDraft *draft;
  GramDataset *dataset;
  GArray *scanned[GRAM_N_SPLITS]; /* labels that stand beside the pixels */
} Pass;

static gboolean
scan_part (GramPart *part, GramInput *input, gpointer user_data, GError **error)
{
  Pass *pass = user_data;
  GramDataset *dataset = pass->dataset;
  GArray *labels = pass->draft->labels[part->split];
  GramScan scan = { .labels = pass->scanned[part->split],
                    .n_classes = pass->draft->n_classes,
                    .kept = dataset->kept,
                    .tiles = dataset->tiles,
                    .low = dataset->low,
                    .high = dataset->high };

  if (part->split == GRAM_SPLIT_TRAIN)
    scan.keep = dataset->keep;
  if (part->prefix == 0)
    scan.known = &g_array_index (labels, guint16, part->first_row);
  if (!gram_part_scan (part, input, &scan, error))
    return FALSE;
  dataset->low = scan.low;
  dataset->high = scan.high;
  if (scan.trailing)
    gram_draft_warn (pass->draft, "%s: has bytes after the last image; they are ignored",
                     part->name);
  return TRUE;
}

static gboolean
allocate_tiles (GramDraft *draft, GramDataset *dataset, GError **error)
{
  const GramPart *part = draft->parts->pdata[0];
  gint64 one = part->d * draft->n_classes;

  dataset->kept = g_new0 (gint64, draft->n_classes);
  if (!dataset->eight_bit || one > KEEP_BYTES)
    return TRUE;
  dataset->keep = (guint) MIN (KEEP, KEEP_BYTES / one);
  dataset->tiles = gram_try_alloc (dataset->keep, part->d, draft->n_classes, "tiles", error);
  return dataset->tiles != NULL;
}

static gboolean
scan_all (GramDraft *draft, GramDataset *dataset, GCancellable *cancellable, GError **error)
{
  Pass pass = { .draft = draft, .dataset = dataset };
  gboolean done;

  if (!allocate_tiles (draft, dataset, error))
    return FALSE;
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    pass.scanned[s] = g_array_new (FALSE, FALSE, sizeof (guint16));
  done = gram_parts_visit (draft->parts, scan_part, &pass, cancellable, error);
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (draft->labels[s]->len == 0)
        g_array_append_vals (draft->labels[s], pass.scanned[s]->data, pass.scanned[s]->len);
      g_array_unref (pass.scanned[s]);
    }
  return done;
}

/* ---------- putting it together ------------------------------------------------------------ */

static gboolean
check_parts (GramDraft *draft, GError **error)
{
  const GramPart *first;
  gint64 rows[GRAM_N_SPLITS] = { 0 };

  if (draft->parts->len == 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: holds no images", draft->source);
      return FALSE;
    }
  first = draft->parts->pdata[0];
  for (guint i = 0; i < draft->parts->len; i++)
    {
      const GramPart *part = draft->parts->pdata[i];

      rows[part->split] += part->n;
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
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (first->prefix > 0 || rows[s] == draft->labels[s]->len)
        continue;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds %" G_GINT64_FORMAT " %s images but %u labels; the files are not of "
                   "one dataset",
                   draft->source, rows[s], s == GRAM_SPLIT_TEST ? "test" : "training",
                   draft->labels[s]->len);
      return FALSE;
    }
  return TRUE;
}

/* Rows ordered by class, so that the i-th image of a class is found at once. */
static void
index_split (GramDataset *dataset, int s, const GArray *labels, guint n_classes)
{
  g_autofree gint64 *next = g_new (gint64, n_classes);

  dataset->n[s] = labels->len;
  dataset->labels[s] = g_memdup2 (labels->data, labels->len * sizeof (guint16));
  dataset->counts[s] = g_new0 (gint64, n_classes);
  dataset->class_start[s] = g_new0 (gint64, n_classes + 1);
  dataset->class_rows[s] = g_new (gint64, labels->len);
  for (gint64 i = 0; i < dataset->n[s]; i++)
    dataset->counts[s][dataset->labels[s][i]]++;
  for (guint c = 0; c < n_classes; c++)
    {
      next[c] = dataset->class_start[s][c];
      dataset->class_start[s][c + 1] = next[c] + dataset->counts[s][c];
    }
  for (gint64 i = 0; i < dataset->n[s]; i++)
    dataset->class_rows[s][next[dataset->labels[s][i]]++] = i;
}

static void
name_classes (GramDraft *draft, GramDataset *dataset)
{
  const char *const *known = draft->entry != NULL ? draft->entry->class_names : NULL;
  guint n_known = known != NULL ? g_strv_length ((GStrv) known) : 0;

  dataset->class_names = g_new0 (char *, draft->n_classes + 1);
  for (guint c = 0; c < draft->n_classes; c++)
    {
      if (c < draft->class_names->len)
        dataset->class_names[c] = g_utf8_make_valid (draft->class_names->pdata[c], -1);
      else if (c < n_known && draft->class_names->len == 0)
        dataset->class_names[c] = g_strdup (known[c]);
      else
        dataset->class_names[c] = g_strdup_printf ("%u", c);
    }
}

static void
fill_info (GramDraft *draft, GramDataset *dataset)
{
  const GramPart *part = draft->parts->pdata[0];
  GramDatasetInfo *info = &dataset->info;

  dataset->id = g_strdup (draft->id);
  dataset->title = g_strdup (draft->title);
  dataset->source = g_strdup (draft->source);
  dataset->warnings = g_new0 (char *, draft->warnings->len + 1);
  for (guint i = 0; i < draft->warnings->len; i++)
    dataset->warnings[i] = g_utf8_make_valid (draft->warnings->pdata[i], -1);
  info->id = dataset->id;
  info->title = dataset->title;
  info->source = dataset->source;
  info->width = part->width;
  info->height = part->height;
  info->channels = part->channels;
  info->n_classes = draft->n_classes;
  info->class_names = (const char *const *) dataset->class_names;
  info->warnings = (const char *const *) dataset->warnings;
  info->counts[GRAM_SPLIT_TRAIN] = dataset->counts[GRAM_SPLIT_TRAIN];
  info->counts[GRAM_SPLIT_TEST] = dataset->counts[GRAM_SPLIT_TEST];
  info->has_test = dataset->n[GRAM_SPLIT_TEST] > 0;
}

/* A folder with a test set alone serves as well: it becomes the training set. */
static void
promote_test (GramDraft *draft)
{
  GArray *none = draft->labels[GRAM_SPLIT_TRAIN];

  for (guint i = 0; i < draft->parts->len; i++)
    {
      if (((GramPart *) draft->parts->pdata[i])->split == GRAM_SPLIT_TRAIN)
        return;
    }
  for (guint i = 0; i < draft->parts->len; i++)
    ((GramPart *) draft->parts->pdata[i])->split = GRAM_SPLIT_TRAIN;
  draft->labels[GRAM_SPLIT_TRAIN] = draft->labels[GRAM_SPLIT_TEST];
  draft->labels[GRAM_SPLIT_TEST] = none;
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
  if (!scan_all (draft, dataset, cancellable, error))
    return NULL;
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    index_split (dataset, s, draft->labels[s], draft->n_classes);
  name_classes (draft, dataset);
  fill_info (draft, dataset);
  dataset->parts = g_steal_pointer (&draft->parts);
  draft->parts = g_ptr_array_new ();
  return g_steal_pointer (&dataset);
}
