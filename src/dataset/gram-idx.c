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
#include "gram-name.h"

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
sniff (gint64 size, const guint8 *head, gsize count)
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
  part->dimensions = head[3];
  if (!gram_part_check_size (part, size < 0 ? -1 : size - (gint64) part->offset, error))
    return FALSE;
  set_shape (part, head[3] - 1, sizes + 1);
  return TRUE;
}

static gboolean
look (GramFile *file, GramInput *input, GError **error)
{
  return read_header (input, file->part, error);
}

/* ---------- which files belong together --------------------------------------------------- */

typedef struct
{
  GramFile *found;
  char *group; /* equal for the images and labels of both splits */
  gboolean images;
  GramSplit split;
  gboolean ambiguous; /* the name could mean the other split, too */
} IdxFile;

static void
idx_file_free (gpointer data)
{
  IdxFile *file = data;

  g_free (file->group);
  g_free (file);
}

static const char *const image_words[] = { "images", "image", "imgs", "img", "x", NULL };
static const char *const label_words[] = { "labels", "label", "y", NULL };
/* what the names of images and labels differ in besides */
static const char *const type_words[] = { "idx1",  "idx2", "idx3",  "idx4",   "ubyte", "byte",
                                          "short", "int",  "float", "double", NULL };

/* "emnist-letters-train-images-idx3-ubyte.gz" becomes "emnist-letters-@-*-*-*". */
static char *
name_group (const char *base, GramSplit *split, gboolean *ambiguous)
{
  g_autofree char *lower = g_ascii_strdown (base, -1);
  g_autofree char *plain =
      g_strndup (base, strlen (base) - (g_str_has_suffix (lower, ".gz") ? 3 : 0));
  g_autofree char *rest = NULL, *no_images = NULL, *no_roles = NULL, *name = NULL;

  *ambiguous = gram_name_read_split (plain, split, &rest);
  no_images = gram_name_blank (rest, image_words);
  no_roles = gram_name_blank (no_images, label_words);
  name = gram_name_blank (no_roles, type_words);
  return g_ascii_strdown (name, -1);
}

/* QMNIST's labels have eight numbers a row, of which the first is the class. */
static gboolean
is_qmnist (const GramPart *part)
{
  return part->dimensions == 2 && part->d == 8 && part->element == GRAM_ELEMENT_I32;
}

/* NULL for a damaged file that seems to be neither images nor labels. */
static IdxFile *
idx_file_new (GramFile *found)
{
  const GramPart *part = found->part;
  gboolean labels = gram_name_have (found->base, label_words);
  gboolean images = gram_name_have (found->base, image_words);
  IdxFile *file;

  if (part == NULL && labels == images)
    return NULL;
  file = g_new0 (IdxFile, 1);
  file->found = found;
  file->images = part == NULL ? images : part->d > 1 && (images || !labels);
  file->group = name_group (found->base, &file->split, &file->ambiguous);
  return file;
}

/* The first of the files that fit, which may be there plain and compressed. A damaged one among
 * them is not passed over: it may be the newer one. */
static IdxFile *
find_file (GPtrArray *all, const char *group, GramSplit split, gboolean images)
{
  IdxFile *found = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      IdxFile *file = all->pdata[i];

      if (file->images == images && file->split == split && g_str_equal (file->group, group)
          && (found == NULL || file->found->error != NULL))
        found = file;
    }
  return found;
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

/* EMNIST stores images column by column, and only its name says so. */
static void
turn_upright (GramDraft *draft, const IdxFile *images)
{
  GramPart *part = images->found->part;

  if (gram_name_find (images->found->base, "emnist") == NULL || part->dimensions != 3)
    return;
  gram_part_set_shape (part, part->height, part->width, 1);
  gram_part_set_axes (part, "xy", FALSE);
  gram_draft_warn (draft, "%s: EMNIST stores images column by column; they are turned upright",
                   part->name);
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
      const char *half = images != NULL ? "images" : "labels";
      const char *other = images != NULL ? "labels" : "images";

      if (split == GRAM_SPLIT_TEST && draft->parts->len > 0)
        {
          gram_draft_warn (draft, "%s: holds test %s without their %s, and is left out", lone->name,
                           half, other);
          return TRUE;
        }
      g_set_error (
          error, GRAM_ERROR, GRAM_ERROR_DATA,
          "%s: holds %s, but the file of their %s is missing; put it beside this one, with "
          "the same name but for “%s”",
          lone->name, half, other, other);
      return FALSE;
    }
  if (!gram_file_check (images->found, error) || !gram_file_check (labels->found, error))
    return FALSE;
  column = gram_draft_read_labels (images->found->part, labels->found->part,
                                   is_qmnist (labels->found->part) ? 8 : 1, cancellable, error);
  if (column == NULL
      || !gram_draft_set_labels (draft, images->found->part, labels->found->name, column, error))
    return FALSE;
  if (labels->found->part->d > 1)
    gram_draft_warn (draft, "%s: has 8 numbers a row, as QMNIST has; the first is the label",
                     labels->found->name);
  turn_upright (draft, images);
  gram_draft_add_part (draft, split, g_steal_pointer (&images->found->part));
  return TRUE;
}

/* A set of test images alone, beside another set: the names of its training images may be written
 * in another way, so that nobody knows what they are for. */
static gboolean
check_reading (GPtrArray *all, const char *group, const GramFile *chosen, GError **error)
{
  const IdxFile *own = NULL, *other = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      IdxFile *file = all->pdata[i];

      if (!file->images)
        continue;
      if (!g_str_equal (file->group, group))
        other = file;
      else if (own == NULL || file->split == GRAM_SPLIT_TRAIN)
        own = file;
    }
  if (own == NULL || other == NULL || chosen != NULL
      || (own->split == GRAM_SPLIT_TRAIN && !own->ambiguous)
      || find_file (all, group, !own->split, TRUE) != NULL)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s and %s may be the training and test images of one dataset or two datasets, "
               "because their names differ in more than “train” and “test”; rename them, or open "
               "one of the two",
               own->found->name, other->found->name);
  return FALSE;
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
      gram_draft_warn (draft,
                       file->found->member < 0
                           ? "%s: belongs to another dataset of this folder; open it to use it"
                           : "%s: belongs to another dataset of this archive; unpack it and open "
                             "that file to use it",
                       file->found->name);
      break;
    }
  return group;
}

/* Reads the set that @chosen belongs to, or else the first complete set of the folder. */
static gboolean
read_files (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (idx_file_free);
  const GramFile *damaged = chosen;
  g_autofree char *group = NULL;

  for (guint i = 0; i < files->len; i++)
    {
      GramFile *found = files->pdata[i];
      IdxFile *file = found->format == &gram_idx_format ? idx_file_new (found) : NULL;

      if (file != NULL)
        g_ptr_array_add (all, file);
      else if (found->format == &gram_idx_format && damaged == NULL)
        damaged = found;
    }
  if (damaged != NULL && (damaged == chosen || all->len == 0) && !gram_file_check (damaged, error))
    return FALSE;
  pair_the_only_two (all);
  group = g_strdup (choose_group (all, chosen, draft));
  return check_reading (all, group, chosen, error)
         && add_split (draft, all, group, GRAM_SPLIT_TRAIN, cancellable, error)
         && add_split (draft, all, group, GRAM_SPLIT_TEST, cancellable, error);
}

const GramFormat gram_idx_format = {
  .name = "IDX files (MNIST)",
  .names = { "*idx?", "*idx?-ubyte", "*idx?-byte", "*idx?-short", "*idx?-int", "*idx?-float",
             "*idx?-double" },
  .has_other_half = TRUE,
  .sniff = sniff,
  .look = look,
  .read = read_files,
};
