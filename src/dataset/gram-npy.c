/* gram-npy.c: the NPY format of NumPy
 *
 * SPDX-License-Identifier: MIT
 *
 * A file has a magic string, the version, the length of the header, and as header the text of a
 * Python dictionary with the keys descr, fortran_order and shape; then the elements. Only text that
 * NumPy itself writes is accepted, and nothing is evaluated.
 */
#include <string.h>

#include "gram-arrays.h"
#include "gram-error.h"

#define MAX_HEADER 10000
#define MAX_DIMENSIONS 4

typedef struct
{
  const char *name; /* of the file */
  const char *at;
  char *descr;
  gboolean fortran, has_order;
  gint64 shape[MAX_DIMENSIONS];
  int n_dims; /* −1: not seen yet */
} Header;

/* What is wrong, and what helps: if @what says nothing of it, to save the array again. */
static gboolean
fail (const Header *header, GError **error, const char *what)
{
  if (strchr (what, ';') != NULL) /* it has a remedy of its own */
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: %s", header->name, what);
      return FALSE;
    }
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: %s; save the array again with numpy.save",
               header->name, what);
  return FALSE;
}

static void
skip_space (Header *header)
{
  while (g_ascii_isspace (*header->at))
    header->at++;
}

static gboolean
accept (Header *header, char c)
{
  skip_space (header);
  if (*header->at != c)
    return FALSE;
  header->at++;
  return TRUE;
}

static char *
parse_string (Header *header)
{
  const char *end;
  char quote, *text;

  skip_space (header);
  quote = *header->at;
  if (quote != '\'' && quote != '"')
    return NULL;
  end = strchr (header->at + 1, quote);
  if (end == NULL)
    return NULL;
  text = g_strndup (header->at + 1, (gsize) (end - header->at - 1));
  header->at = end + 1;
  return text;
}

static gboolean
parse_bool (Header *header, gboolean *value)
{
  skip_space (header);
  *value = g_str_has_prefix (header->at, "True");
  if (!*value && !g_str_has_prefix (header->at, "False"))
    return FALSE;
  header->at += *value ? 4 : 5;
  return TRUE;
}

static gboolean
parse_size (Header *header, gint64 *size, GError **error)
{
  guint64 value = 0;

  skip_space (header);
  if (*header->at == '-')
    return fail (header, error, "the array's shape has a negative size");
  if (!g_ascii_isdigit (*header->at))
    return fail (header, error, "the header's shape is not a tuple of whole numbers");
  for (; g_ascii_isdigit (*header->at); header->at++)
    {
      if (value > G_MAXINT64 / 10 - 1)
        return fail (header, error, "the array's shape has a size of 2⁶³ or more");
      value = 10 * value + (guint64) (*header->at - '0');
    }
  if (*header->at == 'L') /* Python 2 wrote long integers with an L */
    header->at++;
  *size = (gint64) value;
  return TRUE;
}

static gboolean
parse_shape (Header *header, GError **error)
{
  header->n_dims = 0;
  if (!accept (header, '('))
    return fail (header, error, "the header's shape is not a tuple");
  while (!accept (header, ')'))
    {
      if (header->n_dims == MAX_DIMENSIONS)
        return fail (header, error,
                     "the array has more than 4 dimensions; reshape it to (images, height, width, "
                     "channels)");
      if (!parse_size (header, &header->shape[header->n_dims++], error))
        return FALSE;
      if (!accept (header, ',') && *header->at != ')')
        return fail (header, error, "the header's shape is not a tuple");
    }
  return TRUE;
}

static gboolean
parse_entry (Header *header, GError **error)
{
  g_autofree char *key = parse_string (header);

  if (key == NULL || !accept (header, ':'))
    return fail (header, error, "the header is damaged");
  if (g_str_equal (key, "shape") && header->n_dims < 0)
    return parse_shape (header, error);
  if (g_str_equal (key, "fortran_order") && !header->has_order)
    {
      header->has_order = TRUE;
      return parse_bool (header, &header->fortran)
             || fail (header, error, "the header's fortran_order is neither True nor False");
    }
  if (g_str_equal (key, "descr") && header->descr == NULL)
    {
      skip_space (header);
      if (*header->at == '[')
        return fail (header, error,
                     "is a structured array (several fields a row), which is not read");
      header->descr = parse_string (header);
      return header->descr != NULL || fail (header, error, "the header's descr is damaged");
    }
  return fail (header, error, "the header has a key that NumPy does not write, or one twice");
}

static gboolean
parse_header (Header *header, GError **error)
{
  if (!accept (header, '{'))
    return fail (header, error, "the header is no dictionary");
  while (!accept (header, '}'))
    {
      if (!parse_entry (header, error))
        return FALSE;
      if (!accept (header, ',') && *header->at != '}')
        return fail (header, error, "the header is damaged");
    }
  if (header->descr == NULL || header->n_dims < 0 || !header->has_order)
    return fail (header, error, "the header lacks descr, fortran_order or shape");
  return TRUE;
}

static gboolean
refuse_type (const Header *header, GError **error)
{
  static const struct
  {
    const char *letters, *what;
  } refused[] = {
    { "O", "Python objects, which would have to be unpickled and are never read" },
    { "c", "complex numbers, which are not read" },
    { "V", "structured or raw records, which are not read" },
    { "USa", "text, which is not read" },
    { "Mm", "dates, which are not read" },
  };
  const char *letter = header->descr + strspn (header->descr, "<>=|");
  const char *what = "a type of numbers that is not read";

  for (guint i = 0; *letter != '\0' && i < G_N_ELEMENTS (refused); i++)
    {
      if (strchr (refused[i].letters, *letter) != NULL)
        what = refused[i].what;
    }
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: holds %s (dtype %s); save it as an array of numbers", header->name, what,
               header->descr);
  return FALSE;
}

static gboolean
parse_type (const Header *header, GramPart *part, GError **error)
{
  static const struct
  {
    const char *code;
    GramElement element;
  } codes[] = {
    { "u1", GRAM_ELEMENT_U8 },  { "i1", GRAM_ELEMENT_I8 },  { "b1", GRAM_ELEMENT_BOOL },
    { "u2", GRAM_ELEMENT_U16 }, { "i2", GRAM_ELEMENT_I16 }, { "u4", GRAM_ELEMENT_U32 },
    { "i4", GRAM_ELEMENT_I32 }, { "u8", GRAM_ELEMENT_U64 }, { "i8", GRAM_ELEMENT_I64 },
    { "f2", GRAM_ELEMENT_F16 }, { "f4", GRAM_ELEMENT_F32 }, { "f8", GRAM_ELEMENT_F64 }
  };
  char order = header->descr[0];

  for (guint i = 0; order != '\0' && i < G_N_ELEMENTS (codes); i++)
    {
      if (!g_str_equal (header->descr + 1, codes[i].code) || strchr ("<>=|", order) == NULL)
        continue;
      part->element = codes[i].element;
      part->big_endian = order == '>' || (order == '=' && G_BYTE_ORDER == G_BIG_ENDIAN);
      return TRUE;
    }
  return refuse_type (header, error);
}

/* The dimensions after the first are those of a vector, of a grey image, or of an image with its
 * channels first or last. */
static void
set_shape (const Header *header, GramPart *part)
{
  const gint64 *s = header->shape;
  const char *axes = "x";

  if (header->n_dims <= 2)
    gram_part_set_shape (part, header->n_dims == 2 ? s[1] : 1, 1, 1);
  /* flat images of the two usual sizes: MNIST's and CIFAR's */
  if (header->n_dims == 2 && s[1] == 784)
    gram_part_set_shape (part, 28, 28, 1);
  if (header->n_dims == 2 && s[1] == 3072)
    gram_part_set_shape (part, 32, 32, 3);
  if (header->n_dims == 3)
    {
      gram_part_set_shape (part, s[2], s[1], 1);
      axes = "yx";
    }
  if (header->n_dims == 4 && s[1] <= 4 && s[3] > 4)
    {
      gram_part_set_shape (part, s[3], s[2], s[1]);
      axes = "cyx";
    }
  else if (header->n_dims == 4)
    {
      gram_part_set_shape (part, s[2], s[1], s[3]);
      axes = "yxc";
    }
  if (header->n_dims > 2)
    gram_part_set_axes (part, axes, header->fortran);
  part->fortran = header->fortran && part->d > 1;
}

static gboolean
apply (const Header *header, GramPart *part, gint64 size, GError **error)
{
  double elements = 1;

  if (header->n_dims == 0)
    return fail (header, error, "the array is a single number; it must have a row for each image");
  if (!parse_type (header, part, error))
    return FALSE;
  for (int i = 1; i < header->n_dims; i++)
    elements *= (double) header->shape[i];
  part->n = header->shape[0];
  part->dimensions = (guint) header->n_dims;
  part->d = elements > 0x1p50 ? G_GINT64_CONSTANT (1) << 50 : (gint64) elements;
  if (!gram_part_check_size (part, size < 0 ? -1 : size - (gint64) part->offset, error))
    return FALSE;
  set_shape (header, part);
  return TRUE;
}

static gboolean
is_magic (const guint8 *head, gsize count)
{
  return count >= 6 && memcmp (head, "\x93NUMPY", 6) == 0;
}

static gboolean
read_text (GramInput *input, GramPart *part, char *text, GError **error)
{
  guint8 head[12];
  guint64 length;
  Header header = { .name = gram_input_get_name (input) };

  if (!gram_input_read_exactly (input, head, 10, error))
    return FALSE;
  if (!is_magic (head, sizeof head))
    return fail (&header, error, "is not an NPY file");
  if (head[6] < 1 || head[6] > 3)
    return fail (&header, error, "is of a version of NPY that is not known");
  length = head[8] | (guint64) head[9] << 8;
  part->offset = 10;
  if (head[6] > 1)
    {
      if (!gram_input_read_exactly (input, head + 10, 2, error))
        return FALSE;
      length |= (guint64) head[10] << 16 | (guint64) head[11] << 24;
      part->offset = 12;
    }
  if (length > MAX_HEADER)
    return fail (&header, error, "declares a header of more than 10,000 bytes");
  part->offset += length;
  text[length] = '\0';
  return gram_input_read_exactly (input, text, (gsize) length, error);
}

/* Either byte order, C or Fortran order, and float16 are read; objects, structures, complex numbers
 * and text are refused by name. */
static gboolean
look (GramFile *file, GramInput *input, GError **error)
{
  g_autofree char *text = g_malloc (MAX_HEADER + 1);
  Header header = { .name = gram_input_get_name (input), .at = text, .n_dims = -1 };
  gboolean done;

  done = read_text (input, file->part, text, error) && parse_header (&header, error)
         && apply (&header, file->part, gram_input_get_size (input), error);
  file->part->sized = TRUE;
  g_free (header.descr);
  return done;
}

static GramSniff
sniff (gint64 size, const guint8 *head, gsize count)
{
  return is_magic (head, count) ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
}

const GramFormat gram_npy_format = {
  .name = "NPY arrays",
  .names = { "*.npy" },
  .has_other_half = TRUE,
  .sniff = sniff,
  .look = look,
  .read = gram_arrays_read,
};
