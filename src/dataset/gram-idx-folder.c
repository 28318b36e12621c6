/* gram-idx-folder.c: which IDX files belong together
 *
 * SPDX-License-Identifier: MIT
 *
 * IDX knows nothing of pairs or of test sets; the names do. "emnist-letters-train-images-idx3-
 * ubyte.gz" is the images of the training set of "emnist-letters".
 */
#include <string.h>

#include "gram-error.h"
#include "gram-folder.h"
#include "gram-idx.h"

typedef struct
{
  const GramFound *found;
  GramPart *part;
  char *pair;  /* the same for the images and the labels of one split */
  char *group; /* the same for both splits */
  gboolean images;
  GramSplit split;
} IdxFile;

static void
idx_file_free (IdxFile *file)
{
  g_clear_pointer (&file->part, gram_part_free);
  g_free (file->pair);
  g_free (file->group);
  g_free (file);
}

static char *
replace (char *text, const char *what, const char *with)
{
  g_auto (GStrv) pieces = g_strsplit (text, what, -1);

  g_free (text);
  return g_strjoinv (with, pieces);
}

static void
split_name (IdxFile *file)
{
  static const char *const roles[] = { "images", "labels", "image", "label",
                                       "idx1",   "idx2",   "idx3",  "idx4" };
  char *name = g_ascii_strdown (file->found->base, -1);

  if (g_str_has_suffix (name, ".gz"))
    name[strlen (name) - 3] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    name = replace (name, roles[i], "*");
  file->pair = name;
  file->split = strstr (name, "t10k") != NULL || strstr (name, "test") != NULL ? GRAM_SPLIT_TEST
                                                                               : GRAM_SPLIT_TRAIN;
  name = replace (g_strdup (name), "t10k", "@");
  name = replace (name, "test", "@");
  file->group = replace (name, "train", "@");
}

static IdxFile *
idx_file_new (const GramFound *found, GCancellable *cancellable, GError **error)
{
  IdxFile *file = g_new0 (IdxFile, 1);
  g_autoptr (GramInput) input = NULL;

  file->found = found;
  file->part = gram_part_new (found->blob, gram_blob_get_name (found->blob));
  input = gram_part_open (file->part, cancellable, error);
  if (input == NULL || !gram_idx_read_header (input, file->part, error))
    {
      idx_file_free (file);
      return NULL;
    }
  file->images = file->part->d > 1;
  split_name (file);
  return file;
}

static IdxFile *
find_file (GPtrArray *all, const char *group, GramSplit split, gboolean images)
{
  for (guint i = 0; i < all->len; i++)
    {
      IdxFile *file = all->pdata[i];

      if (file->images == images && file->split == split && g_str_equal (file->group, group))
        return file;
    }
  return NULL;
}

/* One images file and one labels file belong together whatever their names are. */
static void
marry_strangers (GPtrArray *all)
{
  IdxFile *images = NULL, *labels = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      IdxFile *file = all->pdata[i];
      IdxFile **one = file->images ? &images : &labels;

      if (*one != NULL)
        return;
      *one = file;
    }
  if (images == NULL || labels == NULL)
    return;
  g_free (labels->group);
  labels->group = g_strdup (images->group);
  labels->split = images->split;
}

static gboolean
add_split (GramDraft *draft, GPtrArray *all, const char *group, GramSplit split,
           GCancellable *cancellable, GError **error)
{
  IdxFile *images = find_file (all, group, split, TRUE);
  IdxFile *labels = find_file (all, group, split, FALSE);
  g_autoptr (GramInput) input = NULL;
  g_autoptr (GArray) column = NULL;

  if (images == NULL && labels == NULL)
    return TRUE;
  if (images == NULL || labels == NULL)
    {
      const GramFound *lone = images != NULL ? images->found : labels->found;

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds %s, but the file of their %s is missing; put it beside this one",
                   gram_blob_get_name (lone->blob), images != NULL ? "images" : "labels",
                   images != NULL ? "labels" : "images");
      return FALSE;
    }
  if (images->part->n != labels->part->n)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s holds %" G_GINT64_FORMAT " images, but %s holds %" G_GINT64_FORMAT
                   " labels; they are not of one dataset",
                   images->part->name, images->part->n, labels->part->name, labels->part->n);
      return FALSE;
    }
  input = gram_part_open (labels->part, cancellable, error);
  column = input != NULL ? gram_part_read_column (labels->part, input, error) : NULL;
  if (column == NULL
      || !gram_draft_set_labels (draft, images->part, labels->part->name, column, error))
    return FALSE;
  if (strstr (images->group, "emnist") != NULL && images->part->channels == 1
      && images->part->height > 1)
    {
      gram_part_set_shape (images->part, images->part->height, images->part->width, 1);
      gram_part_set_axes (images->part, "xy", FALSE);
      gram_draft_warn (draft, "%s: EMNIST stores images column by column; they are turned upright",
                       images->part->name);
    }
  gram_draft_add_part (draft, split, g_steal_pointer (&images->part));
  return TRUE;
}

static const char *
choose_group (GPtrArray *all, const GramFound *chosen, GramDraft *draft)
{
  const char *group = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      IdxFile *file = all->pdata[i];

      if (file->found == chosen)
        return file->group;
      if (group == NULL && find_file (all, file->group, file->split, TRUE) != NULL
          && find_file (all, file->group, file->split, FALSE) != NULL)
        group = file->group;
    }
  if (group == NULL)
    return ((IdxFile *) all->pdata[0])->group;
  for (guint i = 0; chosen == NULL && i < all->len; i++)
    {
      IdxFile *file = all->pdata[i];

      if (g_str_equal (file->group, group))
        continue;
      gram_draft_warn (draft, "%s: belongs to another dataset of this folder; open it to use it",
                       file->part->name);
      break;
    }
  return group;
}

/**
 * gram_idx_collect:
 * @files: of GramFound; those of other kinds are left alone
 * @chosen: (nullable): the file that the user named; else the folder's first complete set
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when no images and labels fit together
 */
gboolean
gram_idx_collect (GPtrArray *files, const GramFound *chosen, GramDraft *draft,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) idx_file_free);
  g_autofree char *group = NULL;

  for (guint i = 0; i < files->len; i++)
    {
      const GramFound *found = files->pdata[i];
      IdxFile *file;

      if (found->kind != GRAM_KIND_IDX)
        continue;
      file = idx_file_new (found, cancellable, error);
      if (file == NULL)
        return FALSE;
      g_ptr_array_add (all, file);
    }
  marry_strangers (all);
  group = g_strdup (choose_group (all, chosen, draft));
  return add_split (draft, all, group, GRAM_SPLIT_TRAIN, cancellable, error)
         && add_split (draft, all, group, GRAM_SPLIT_TEST, cancellable, error);
}
