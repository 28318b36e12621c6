/* gram-arrays.c: named arrays, in an NPZ file or a folder of NPY files, that are images and labels
 *
 * SPDX-License-Identifier: MIT
 *
 * An array does not say what it is; its name does. "mnist_x_train" holds images for training, and
 * its labels are the array whose name has the same words but for one that means labels.
 */
#include "gram-arrays.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gram-error.h"
#include "gram-name.h"

typedef enum
{
  ROLE_NONE,
  ROLE_IMAGES,
  ROLE_LABELS,
  ROLE_VALIDATION, /* neither for training nor for testing */
} Role;

#define NO_SPLIT (-1)

typedef struct
{
  GramFile *file;
  char *name; /* without ".npy" */
  Role role;
  int split;  /* GramSplit or NO_SPLIT */
  char *stem; /* the other words of the name */
  gboolean used;
} Array;

typedef struct
{
  Array *images[GRAM_N_SPLITS], *labels[GRAM_N_SPLITS];
} Pairs;

static void
array_free (gpointer data)
{
  Array *array = data;

  g_free (array->name);
  g_free (array->stem);
  g_free (array);
}

/* ---------- names -------------------------------------------------------------------------- */

/* Words of one meaning each; a name with several takes the last of each kind. */
static const struct
{
  const char *words;
  Role role;
  int split;
} meanings[] = {
  { "x image images img imgs data features inputs", ROLE_IMAGES, NO_SPLIT },
  { "y label labels target targets", ROLE_LABELS, NO_SPLIT },
  { "train training", ROLE_NONE, GRAM_SPLIT_TRAIN },
  { "test testing", ROLE_NONE, GRAM_SPLIT_TEST },
  { "val valid validation", ROLE_VALIDATION, NO_SPLIT },
  /* two words written as one */
  { "xtrain trainx", ROLE_IMAGES, GRAM_SPLIT_TRAIN },
  { "ytrain trainy", ROLE_LABELS, GRAM_SPLIT_TRAIN },
  { "xtest testx", ROLE_IMAGES, GRAM_SPLIT_TEST },
  { "ytest testy", ROLE_LABELS, GRAM_SPLIT_TEST },
};

static gboolean
apply_meaning (Array *array, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    {
      if (gram_name_find (meanings[i].words, word) == NULL)
        continue;
      /* labels of images are labels: "image_labels" */
      array->role = MAX (array->role, meanings[i].role);
      if (meanings[i].split != NO_SPLIT)
        array->split = meanings[i].split;
      return TRUE;
    }
  return FALSE;
}

static Array *
array_new (GramFile *file)
{
  Array *array = g_new0 (Array, 1);
  g_autoptr (GString) stem = g_string_new (NULL);
  g_auto (GStrv) words = NULL;

  array->file = file;
  array->split = NO_SPLIT;
  array->name = g_strdup (file->base);
  for (const char *const *end = (const char *const[]){ ".gz", ".npy", ".npz", NULL }; *end; end++)
    {
      if (g_str_has_suffix (array->name, *end))
        array->name[strlen (array->name) - strlen (*end)] = '\0';
    }
  words = gram_name_split (array->name);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (!apply_meaning (array, words[i]))
        g_string_append_printf (stem, " %s", words[i]);
    }
  array->stem = g_strdup (stem->str);
  return array;
}

/* "x_train, y_train, … and 3 more" */
static char *
list_names (GPtrArray *arrays, gboolean all)
{
  GString *names = g_string_new (NULL);
  guint count = 0;

  for (guint i = 0; i < arrays->len; i++)
    {
      const Array *array = arrays->pdata[i];

      if ((all || !array->used) && count++ < 10)
        g_string_append_printf (names, "%s%s", count > 1 ? ", " : "", array->name);
    }
  if (count > 10)
    g_string_append_printf (names, " and %u more", count - 10);
  return g_string_free (names, FALSE);
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
    g_ptr_array_add (draft->class_names, gram_draft_name_label (g_array_index (values, double, c)));
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

static gboolean
fail_two (const GramDraft *draft, const Array *one, const Array *other, const char *what,
          GError **error)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: both %s and %s may be the %s; which is meant cannot be known: rename or remove "
               "one of them, or open it by its own file",
               draft->source, one->name, other->name, what);
  return FALSE;
}

/* The one array of a kind; FALSE when there are two. */
static gboolean
find_array (GPtrArray *arrays, const GramDraft *draft, Role role, int split, const char *stem,
            Array **found, GError **error)
{
  *found = NULL;
  for (guint i = 0; i < arrays->len; i++)
    {
      Array *array = arrays->pdata[i];

      if (array->role != role || array->split != split || !g_str_equal (array->stem, stem))
        continue;
      if (*found != NULL)
        return fail_two (draft, *found, array, role == ROLE_IMAGES ? "images" : "labels", error);
      *found = array;
    }
  return TRUE;
}

/* Labels of no other words serve any images: "labels" those of "fog". */
static gboolean
find_pair (GPtrArray *arrays, const GramDraft *draft, int split, const char *stem, Array **images,
           Array **labels, GError **error)
{
  return find_array (arrays, draft, ROLE_IMAGES, split, stem, images, error)
         && find_array (arrays, draft, ROLE_LABELS, split, stem, labels, error)
         && (*labels != NULL || *images == NULL
             || find_array (arrays, draft, ROLE_LABELS, split, "", labels, error));
}

static Array *
find_role (GPtrArray *arrays, Role role)
{
  for (guint i = 0; i < arrays->len; i++)
    {
      if (((Array *) arrays->pdata[i])->role == role)
        return arrays->pdata[i];
    }
  return NULL;
}

/* Arrays whose names do not say "images" are images if there are labels for them and nothing else
 * is: CIFAR-10.1 has NAME and NAME_labels, CIFAR-10-C has NAME and labels. */
static void
name_images (GPtrArray *arrays)
{
  gboolean none = find_role (arrays, ROLE_IMAGES) == NULL;

  for (guint i = 0; i < arrays->len; i++)
    {
      Array *array = arrays->pdata[i];
      gboolean has_labels = FALSE;

      for (guint k = 0; k < arrays->len; k++)
        {
          const Array *other = arrays->pdata[k];

          has_labels |=
              other->role == ROLE_LABELS && other->split == array->split
              && (g_str_equal (other->stem, array->stem) || (none && *other->stem == '\0'));
        }
      if (array->role == ROLE_NONE && has_labels && array->file->part != NULL
          && array->file->part->d > 1)
        array->role = ROLE_IMAGES;
    }
}

/* numpy.savez counts arrays without a name: arr_0, arr_1, … Labels are those of one number a row.
 */
static void
name_positional (GPtrArray *arrays, GramDraft *draft)
{
  Array *found[4] = { NULL };
  guint images = 0;

  if (arrays->len != 2 && arrays->len != 4)
    return;
  for (guint i = 0; i < arrays->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("arr_%u", i);

      found[i] = arrays->pdata[i]; /* they are in the order of their names */
      if (!g_str_equal (found[i]->name, name) || found[i]->file->part == NULL)
        return;
      images |= (found[i]->file->part->d > 1) << i;
    }
  /* (x, y), (x_train, y_train, x_test, y_test) and (x_train, x_test, y_train, y_test) */
  if (images != 1 && images != 5 && images != 3)
    return;
  for (guint i = 0; i < arrays->len; i++)
    {
      found[i]->role = images >> i & 1 ? ROLE_IMAGES : ROLE_LABELS;
      found[i]->split =
          (images == 5 ? i / 2 : i % 2) && arrays->len == 4 ? GRAM_SPLIT_TEST : GRAM_SPLIT_TRAIN;
      g_clear_pointer (&found[i]->stem, g_free);
      found[i]->stem = g_strdup ("");
    }
  if (arrays->len == 4)
    gram_draft_warn (draft,
                     "%s: its arrays have no names; %s and %s are taken for training, the others "
                     "for testing",
                     draft->source, found[0]->name, found[images == 5 ? 1 : 2]->name);
}

/* The words that the images of one dataset have in common, besides those that have a meaning. */
static gboolean
choose_stem (GPtrArray *arrays, const GramFile *chosen, const GramDraft *draft, const char **stem,
             GError **error)
{
  const Array *first = NULL;

  for (guint i = 0; i < arrays->len; i++)
    {
      const Array *array = arrays->pdata[i];
      Array *images, *labels;

      if (array->file == chosen && array->role != ROLE_NONE
          && (array->role == ROLE_IMAGES || *array->stem != '\0'))
        {
          *stem = array->stem;
          return TRUE;
        }
      if (array->role != ROLE_IMAGES)
        continue;
      if (!find_pair (arrays, draft, array->split, array->stem, &images, &labels, error))
        return FALSE;
      if (labels == NULL)
        continue;
      if (first != NULL && !g_str_equal (first->stem, array->stem))
        return fail_two (draft, first, array, "images", error);
      first = array;
    }
  *stem = first != NULL ? first->stem : "";
  return TRUE;
}

/* Images or labels for training whose other half is not there. To use only the rest would be
 * another dataset than the one that was meant. */
static gboolean
check_halves (GPtrArray *arrays, const GramDraft *draft, const Array *images, const Array *labels,
              GError **error)
{
  g_autofree char *names = NULL;

  if ((images == NULL) == (labels == NULL))
    return TRUE;
  names = list_names (arrays, TRUE);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: no two arrays are images and labels for training: %s are %s, but no array is "
               "their %s (found: %s); name them x_train and y_train",
               draft->source, images != NULL ? images->name : labels->name,
               images != NULL ? "images" : "labels", images != NULL ? "labels" : "images", names);
  return FALSE;
}

static gboolean
find_pairs (GPtrArray *arrays, const GramFile *chosen, GramDraft *draft, Pairs *pairs,
            GError **error)
{
  Array *images, *labels;
  const char *stem;

  memset (pairs, 0, sizeof *pairs);
  name_positional (arrays, draft);
  name_images (arrays);
  if (!choose_stem (arrays, chosen, draft, &stem, error))
    return FALSE;
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (!find_pair (arrays, draft, s, stem, &images, &labels, error))
        return FALSE;
      /* what is for no purpose serves for training */
      if (s == GRAM_SPLIT_TRAIN && images == NULL && labels == NULL
          && !find_pair (arrays, draft, NO_SPLIT, stem, &images, &labels, error))
        return FALSE;
      pairs->images[s] = images;
      pairs->labels[s] = labels;
    }
  if (pairs->images[GRAM_SPLIT_TEST] == NULL || pairs->labels[GRAM_SPLIT_TEST] == NULL)
    pairs->images[GRAM_SPLIT_TEST] = pairs->labels[GRAM_SPLIT_TEST] = NULL;
  if (pairs->images[0] == NULL && pairs->labels[0] == NULL && pairs->images[1] == NULL)
    {
      g_autofree char *names = list_names (arrays, TRUE);

      if (chosen != NULL && !gram_file_check (chosen, error))
        return FALSE;
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: no two arrays are images and labels (found: %s); name them x_train and "
                   "y_train, or images and labels",
                   draft->source, names);
      return FALSE;
    }
  return check_halves (arrays, draft, pairs->images[0], pairs->labels[0], error);
}

static gboolean
read_labels (Pairs *pairs, GArray *columns[GRAM_N_SPLITS], GCancellable *cancellable,
             GError **error)
{
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    {
      if (pairs->images[s] == NULL)
        continue;
      if (!gram_file_check (pairs->images[s]->file, error)
          || !gram_file_check (pairs->labels[s]->file, error))
        return FALSE;
      columns[s] = gram_draft_read_labels (pairs->images[s]->file->part,
                                           pairs->labels[s]->file->part, 1, cancellable, error);
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
      if (!gram_draft_set_labels (draft, pairs->images[s]->file->part, pairs->labels[s]->file->name,
                                  columns[s], error))
        return FALSE;
      gram_draft_add_part (draft, s, g_steal_pointer (&pairs->images[s]->file->part));
      pairs->images[s]->used = pairs->labels[s]->used = TRUE;
    }
  return TRUE;
}

/**
 * gram_arrays_read:
 *
 * The read function of #GramFormat for arrays with names.
 */
gboolean
gram_arrays_read (GPtrArray *files, const GramFile *chosen, GramDraft *draft,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) arrays = g_ptr_array_new_with_free_func (array_free);
  GArray *columns[GRAM_N_SPLITS] = { NULL, NULL };
  g_autofree char *left_out = NULL;
  Pairs pairs;
  gboolean done;

  for (guint i = 0; i < files->len; i++)
    {
      GramFile *file = files->pdata[i];

      if (file->format != NULL && file->format->read == gram_arrays_read)
        g_ptr_array_add (arrays, array_new (file));
    }
  done = find_pairs (arrays, chosen, draft, &pairs, error)
         && read_labels (&pairs, columns, cancellable, error)
         && rank_labels (columns, draft, draft->source, error)
         && add_pairs (&pairs, columns, draft, error);
  for (int s = 0; s < GRAM_N_SPLITS; s++)
    g_clear_pointer (&columns[s], g_array_unref);
  left_out = list_names (arrays, FALSE);
  if (done && *left_out != '\0')
    gram_draft_warn (draft, "%s: these arrays were left out: %s", draft->source, left_out);
  return done;
}
