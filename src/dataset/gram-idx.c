/* gram-idx.c: the IDX format of MNIST
 *
 * SPDX-License-Identifier: MIT
 *
 * Two zero bytes, the element type, the number of dimensions; then each dimension as a big-endian
 * 32-bit number, the first the number of items; then the elements in C order, big-endian.
 *
 * An IDX file does not say which images and labels belong together, nor what is for testing; the
 * names of the files do. "emnist-letters-train-images-idx3-ubyte.gz" holds the images of the
 * training set of "emnist-letters".
 */
#include <string.h>

#include "gram-error.h"
#include "gram-format.h"

#define MAX_DIMENSIONS 4

static gboolean
find_element (guint8 code, GramElement *element)
{
  static const struct
  {
    guint8 code;
    GramElement element;
  } codes[] = {
    { 0x08, GRAM_ELEMENT_U8 },  { 0x09, GRAM_ELEMENT_I8 },  { 0x0b, GRAM_ELEMENT_I16 },
    { 0x0c, GRAM_ELEMENT_I32 }, { 0x0d, GRAM_ELEMENT_F32 }, { 0x0e, GRAM_ELEMENT_F64 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      if (codes[i].code != code)
        continue;
      *element = codes[i].element;
      return TRUE;
    }
  return FALSE;
}

/* The first four bytes are small numbers; a black image in another format may begin so, too. */
static GramSniff
sniff (GramBlob *blob, const guint8 *head, gsize count)
{
  GramElement element;

  if (count >= 4 && head[0] == 0 && head[1] == 0 && find_element (head[2], &element) && head[3] >= 1
      && head[3] <= MAX_DIMENSIONS)
    return GRAM_SNIFF_PERHAPS;
  return GRAM_SNIFF_NO;
}

static guint32
read_u32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static gboolean
check_magic (GramInput *input, const guint8 *magic, GramElement *element, GError **error)
{
  const char *name = gram_input_get_name (input);

  if (magic[0] != 0 || magic[1] != 0 || !find_element (magic[2], element))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: not an IDX file (magic 0x%08x); choose an images or labels file of MNIST's "
                   "format",
                   name, read_u32 (magic));
      return FALSE;
    }
  if (magic[3] < 1 || magic[3] > MAX_DIMENSIONS)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: declares %u dimensions; an IDX file of labels has 1, of images 3 or 4",
                   name, magic[3]);
      return FALSE;
    }
  return TRUE;
}

/* The product, or 2⁵⁰ where it is larger, which gram_part_check_size() refuses. */
static gint64
multiply (const guint32 *sizes, guint count)
{
  double product = 1;

  for (guint i = 0; i < count; i++)
    product *= sizes[i];
  return product > 0x1p50 ? G_GINT64_CONSTANT (1) << 50 : (gint64) product;
}

/* Sizes after the number of images: height and width, perhaps with the channels before or after
 * them; or the length of a vector; or none, of labels. */
static void
set_shape (GramPart *part, guint count, const guint32 *sizes)
{
  gboolean planar = count == 3 && sizes[0] <= 4 && sizes[2] > 4;

  if (count == 1)
    gram_part_set_shape (part, sizes[0], 1, 1);
  else if (count == 2)
    gram_part_set_shape (part, sizes[1], sizes[0], 1);
  else if (planar)
    gram_part_set_shape (part, sizes[2], sizes[1], sizes[0]);
  else if (count == 3)
    {
      gram_part_set_shape (part, sizes[1], sizes[0], sizes[2]);
      gram_part_set_axes (part, "yxc", FALSE);
    }
}

/* @input: at the beginning of the (decompressed) file; @part becomes what the header declares. */
static gboolean
read_header (GramInput *input, GramPart *part, GError **error)
{
  guint8 head[4 + 4 * MAX_DIMENSIONS];
  guint32 sizes[MAX_DIMENSIONS] = { 0 };
  gint64 size = gram_input_get_size (input);

  if (!gram_input_read_exactly (input, head, 4, error)
      || !check_magic (input, head, &part->element, error)
      || !gram_input_read_exactly (input, head + 4, 4 * head[3], error))
    return FALSE;
  for (guint i = 0; i < head[3]; i++)
    sizes[i] = read_u32 (head + 4 + 4 * i);
  part->big_endian = TRUE;
  part->sized = TRUE;
  part->offset = 4 + 4 * (guint64) head[3];
  part->n = sizes[0];
  part->d = multiply (sizes + 1, head[3] - 1);
  if (!gram_part_check_size (part, size < 0 ? -1 : size - (gint64) part->offset, error))
    return FALSE;
  set_shape (part, head[3] - 1, sizes + 1);
  return TRUE;
}

/* ---------- which files belong together --------------------------------------------------- */

typedef struct
{
  const GramFile *found;
  GramPart *part;
  char *pair;  /* equal for the images and the labels of one split */
  char *group; /* equal for both splits */
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
idx_file_new (const GramFile *found, GCancellable *cancellable, GError **error)
{
  IdxFile *file = g_new0 (IdxFile, 1);
  g_autoptr (GramInput) input = NULL;

  file->found = found;
  file->part = gram_part_new (found->blob, gram_blob_get_name (found->blob));
  input = gram_part_open (file->part, cancellable, error);
  if (input == NULL || !read_header (input, file->part, error))
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

/* If there is just one file of images and one of labels, they belong together, whatever their names
 * are. */
static void
pair_the_only_two (GPtrArray *all)
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
  g_autoptr (GArray) column = NULL;

  if (images == NULL && labels == NULL)
    return TRUE;
  if (images == NULL || labels == NULL)
    {
      const GramFile *lone = images != NULL ? images->found : labels->found;

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds %s, but the file of their %s is missing; put it beside this one",
                   gram_blob_get_name (lone->blob), images != NULL ? "images" : "labels",
                   images != NULL ? "labels" : "images");
      return FALSE;
    }
  column = gram_draft_read_labels (images->part, labels->part, cancellable, error);
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
choose_group (GPtrArray *all, const GramFile *chosen, GramDraft *draft)
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

/* Reads the set that @chosen belongs to, or else the first complete set of the folder. */
static gboolean
read_files (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) idx_file_free);
  g_autofree char *group = NULL;

  for (guint i = 0; i < files->len; i++)
    {
      const GramFile *found = files->pdata[i];
      IdxFile *file;

      if (found->format != &gram_idx_format)
        continue;
      file = idx_file_new (found, cancellable, error);
      if (file == NULL)
        return FALSE;
      g_ptr_array_add (all, file);
    }
  pair_the_only_two (all);
  group = g_strdup (choose_group (all, chosen, draft));
  return add_split (draft, all, group, GRAM_SPLIT_TRAIN, cancellable, error)
         && add_split (draft, all, group, GRAM_SPLIT_TEST, cancellable, error);
}

const GramFormat gram_idx_format = {
  .name = "IDX files (MNIST)",
  .names = { "*-idx*", "*.idx*" },
  .has_other_half = TRUE,
  .sniff = sniff,
  .read = read_files,
};
