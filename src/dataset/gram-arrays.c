/* gram-arrays.c: named arrays, in an NPZ file or a folder of NPY files, that are images and labels
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gram-error.h"
#include "gram-format.h"
#include "gram-npy.h"

typedef struct
{
  char *name; /* lower case, without ".npy" */
  GramPart *part;
} Array;

/* Which names belong together: those of Keras, MedMNIST and scikit-learn, and those that people use
 * in files of their own. */
static const struct
{
  const char *images, *labels;
  GramSplit split;
} pairings[] = {
  { "x_train", "y_train", GRAM_SPLIT_TRAIN },
  { "x_test", "y_test", GRAM_SPLIT_TEST },
  { "train_images", "train_labels", GRAM_SPLIT_TRAIN },
  { "test_images", "test_labels", GRAM_SPLIT_TEST },
  { "train_data", "train_labels", GRAM_SPLIT_TRAIN },
  { "test_data", "test_labels", GRAM_SPLIT_TEST },
  { "images", "labels", GRAM_SPLIT_TRAIN },
  { "data", "labels", GRAM_SPLIT_TRAIN },
  { "data", "target", GRAM_SPLIT_TRAIN },
  { "x", "y", GRAM_SPLIT_TRAIN },
  { "arr_0", "arr_1", GRAM_SPLIT_TRAIN },
};

static void
array_free (gpointer data)
{
  Array *array = data;

  g_clear_pointer (&array->part, gram_part_free);
  g_free (array->name);
  g_free (array);
}

static Array *
array_new (const char *file, GramPart *part)
{
  Array *array = g_new0 (Array, 1);
  g_autofree char *base = g_path_get_basename (file);

  array->name = g_ascii_strdown (base, -1);
  if (g_str_has_suffix (array->name, ".npy"))
    array->name[strlen (array->name) - 4] = '\0';
  array->part = part;
  return array;
}

static Array *
find_array (GPtrArray *arrays, const char *name)
{
  for (guint i = 0; i < arrays->len; i++)
    {
      Array *array = arrays->pdata[i];

      if (array->part != NULL && g_str_equal (array->name, name))
        return array;
    }
  return NULL;
}

/* ---------- labels ------------------------------------------------------------------------- */

static int
compare_numbers (const void *a, const void *b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

static gboolean
are_indices (const GArray *values)
{
  for (guint i = 0; i < values->len; i++)
    {
      double value = g_array_index (values, double, i);

      if (!(value >= 0 && value < GRAM_MAX_CLASSES && value == floor (value)))
        return FALSE;
    }
  return TRUE;
}

/* Labels that are no class numbers, such as −1 and +1: the smallest value becomes class 0, the next
 * class 1 and so on, and each class is named by its value. */
static gboolean
rank_labels (GArray *columns[GRAM_N_SPLITS], GramDraft *draft, const char *name, GError **error)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  guint unique = 0;

  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (columns[s] != NULL)
        g_array_append_vals (values, columns[s]->data, columns[s]->len);
    }
  if (are_indices (values))
    return TRUE;
  for (guint i = 0; i < values->len; i++)
    {
      if (isfinite (g_array_index (values, double, i)))
        continue;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: a label is NaN or infinite, the first in row %u; remove that row", name, i);
      return FALSE;
    }
  qsort (values->data, values->len, sizeof (double), compare_numbers);
  for (guint i = 0; i < values->len && unique <= GRAM_MAX_CLASSES; i++)
    {
      double value = g_array_index (values, double, i);

      if (unique == 0 || value != g_array_index (values, double, unique - 1))
        g_array_index (values, double, unique++) = value;
    }
  if (unique > GRAM_MAX_CLASSES)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: the labels take more than %d values; they are not classes", name,
                   GRAM_MAX_CLASSES);
      return FALSE;
    }
  for (guint c = 0; c < unique; c++)
    g_ptr_array_add (draft->class_names, g_strdup_printf ("%g", g_array_index (values, double, c)));
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      for (guint i = 0; columns[s] != NULL && i < columns[s]->len; i++)
        {
          double *label = &g_array_index (columns[s], double, i);
          double *found = bsearch (label, values->data, unique, sizeof (double), compare_numbers);

          *label = (double) (found - (double *) (gpointer) values->data);
        }
    }
  return TRUE;
}

/* ---------- pairs -------------------------------------------------------------------------- */

typedef struct
{
  Array *images[GRAM_N_SPLITS], *labels[GRAM_N_SPLITS];
} Pairs;

static void
find_pairs (GPtrArray *arrays, Pairs *pairs)
{
  memset (pairs, 0, sizeof *pairs);
  for (guint i = 0; i < G_N_ELEMENTS (pairings); i++)
    {
      Array *images = find_array (arrays, pairings[i].images);
      Array *labels = find_array (arrays, pairings[i].labels);
      GramSplit split = pairings[i].split;

      if (images == NULL || labels == NULL || pairs->images[split] != NULL)
        continue;
      pairs->images[split] = images;
      pairs->labels[split] = labels;
    }
}

static gboolean
read_labels (Pairs *pairs, GArray *columns[GRAM_N_SPLITS], GCancellable *cancellable,
             GError **error)
{
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (pairs->images[s] == NULL)
        continue;
      columns[s] = gram_draft_read_labels (pairs->images[s]->part, pairs->labels[s]->part,
                                           cancellable, error);
      if (columns[s] == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_pairs (Pairs *pairs, GArray *columns[GRAM_N_SPLITS], GramDraft *draft, GError **error)
{
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (columns[s] == NULL)
        continue;
      if (!gram_draft_set_labels (draft, pairs->images[s]->part, pairs->labels[s]->part->name,
                                  columns[s], error))
        return FALSE;
      gram_draft_add_part (draft, s, g_steal_pointer (&pairs->images[s]->part));
    }
  return TRUE;
}

static gboolean
use_arrays (GPtrArray *arrays, GramDraft *draft, GCancellable *cancellable, GError **error)
{
  GArray *columns[GRAM_N_SPLITS] = { NULL, NULL };
  Pairs pairs;
  gboolean done;

  find_pairs (arrays, &pairs);
  if (pairs.images[GRAM_SPLIT_TRAIN] == NULL && pairs.images[GRAM_SPLIT_TEST] == NULL)
    {
      g_autoptr (GString) names = g_string_new (NULL);

      for (guint i = 0; i < arrays->len && i < 10; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                                ((Array *) arrays->pdata[i])->name);
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: no two arrays are images and labels (found: %s); name them x_train and "
                   "y_train, or images and labels",
                   draft->source, names->str);
      return FALSE;
    }
  done = read_labels (&pairs, columns, cancellable, error)
         && rank_labels (columns, draft, draft->source, error)
         && add_pairs (&pairs, columns, draft, error);
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    g_clear_pointer (&columns[s], g_array_unref);
  return done;
}

/* Reads the header of an array with a known name. The others are not needed, so it does not matter
 * what they hold. */
static gboolean
is_known_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairings); i++)
    {
      if (g_str_equal (pairings[i].images, name) || g_str_equal (pairings[i].labels, name))
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_array (Array *array, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramInput) input = NULL;

  if (!is_known_name (array->name))
    return TRUE;
  input = gram_part_open (array->part, cancellable, error);
  if (input == NULL || !gram_npy_read_header (input, array->part, error))
    return FALSE;
  if (array->part->held != GRAM_HELD_ZIP)
    return TRUE;
  return gram_part_check_size (array->part,
                               (gint64) MIN (array->part->zip.size, G_MAXINT64)
                                   - (gint64) array->part->offset,
                               error);
}

/* ---------- NPZ, a zip archive of NPY ----------------------------------------------------------
 */

static GramSniff
sniff_npz (GramBlob *blob, const guint8 *head, gsize count)
{
  return count >= 4 && memcmp (head, "PK\003\004", 4) == 0 ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
}

static gboolean
read_npz (GPtrArray *files, const GramFile *archive, GramDraft *draft, GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GPtrArray) members = gram_zip_list (archive->blob, error);
  g_autoptr (GPtrArray) arrays = g_ptr_array_new_with_free_func (array_free);

  if (members == NULL)
    return FALSE;
  for (guint i = 0; i < members->len; i++)
    {
      const GramZipMember *member = members->pdata[i];
      g_autofree char *name =
          g_strdup_printf ("%s: %s", gram_blob_get_name (archive->blob), member->name);
      Array *array = array_new (member->name, gram_part_new (archive->blob, name));

      array->part->held = GRAM_HELD_ZIP;
      array->part->zip = member->place;
      g_ptr_array_add (arrays, array);
      if (!read_array (array, cancellable, error))
        return FALSE;
    }
  return use_arrays (arrays, draft, cancellable, error);
}

const GramFormat gram_npz_format = {
  .name = "NPZ archives",
  .names = { "*.npz" },
  .is_archive = TRUE,
  .sniff = sniff_npz,
  .read = read_npz,
};

/* ---------- NPY files that lie side by side ----------------------------------------------------
 */

static GramSniff
sniff_npy (GramBlob *blob, const guint8 *head, gsize count)
{
  return gram_npy_is_magic (head, count) ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
}

static gboolean
read_npy (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GPtrArray) arrays = g_ptr_array_new_with_free_func (array_free);

  for (guint i = 0; i < files->len; i++)
    {
      const GramFile *file = files->pdata[i];
      Array *array;

      if (file->format != &gram_npy_format)
        continue;
      array = array_new (file->base, gram_part_new (file->blob, gram_blob_get_name (file->blob)));
      g_ptr_array_add (arrays, array);
      if (!read_array (array, cancellable, error))
        return FALSE;
    }
  return use_arrays (arrays, draft, cancellable, error);
}

const GramFormat gram_npy_format = {
  .name = "NPY arrays",
  .names = { "*.npy" },
  .has_other_half = TRUE,
  .sniff = sniff_npy,
  .read = read_npy,
};
