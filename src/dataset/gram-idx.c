/* gram-idx.c: the IDX format of MNIST
 *
 * SPDX-License-Identifier: MIT
 *
 * Two zero bytes, the element type, the number of dimensions; then each dimension as a big-endian
 * 32-bit number, the first the number of items; then the elements in C order, big-endian.
 */
#include "gram-idx.h"

#include "gram-error.h"

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

/**
 * gram_idx_is_magic:
 * @head: the first bytes of a file
 *
 * Returns: whether they can be those of an IDX file
 */
gboolean
gram_idx_is_magic (const guint8 *head, gsize count)
{
  GramElement element;

  return count >= 4 && head[0] == 0 && head[1] == 0 && find_element (head[2], &element)
         && head[3] >= 1 && head[3] <= MAX_DIMENSIONS;
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

/* The product, or what is surely too large to be one. */
static gint64
multiply (const guint32 *sizes, guint count)
{
  double product = 1;

  for (guint i = 0; i < count; i++)
    product *= sizes[i];
  return product > 0x1p50 ? G_GINT64_CONSTANT (1) << 50 : (gint64) product;
}

/* height, width; or with channels first or last; or d; or nothing */
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

/**
 * gram_idx_read_header:
 * @input: at the beginning of the (decompressed) file
 * @part: (inout): becomes what the header declares
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when this is no IDX file, or declares what it cannot hold
 */
gboolean
gram_idx_read_header (GramInput *input, GramPart *part, GError **error)
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
