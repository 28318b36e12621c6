/* gram-format.c: the formats of data files
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-format.h"

#include "gram-name.h"

#define GRAM_FORMAT_ADDRESS(id) &gram_##id##_format,
static const GramFormat *const formats[] = { GRAM_FORMATS (GRAM_FORMAT_ADDRESS) };
#undef GRAM_FORMAT_ADDRESS

guint
gram_format_count (void)
{
  return G_N_ELEMENTS (formats);
}

/**
 * gram_format_get:
 *
 * Returns: (transfer none): format @index, the plainest first
 */
const GramFormat *
gram_format_get (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (formats), NULL);
  return formats[index];
}

/**
 * gram_format_find:
 * @size: bytes of the file, −1 if only reading tells
 * @head: (array length=count): the first of them, decompressed if it is gzip
 *
 * Returns: (transfer none) (nullable): the format that the content has
 */
const GramFormat *
gram_format_find (gint64 size, const guint8 *head, gsize count)
{
  const GramFormat *perhaps = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      GramSniff answer = formats[i]->sniff (size, head, count);

      if (answer == GRAM_SNIFF_YES)
        return formats[i];
      if (answer == GRAM_SNIFF_PERHAPS && perhaps == NULL)
        perhaps = formats[i];
    }
  return perhaps;
}

/**
 * gram_format_find_by_name:
 * @file: a file's name, without its folder
 *
 * Returns: (transfer none) (nullable): the format that the name promises
 */
const GramFormat *
gram_format_find_by_name (const char *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (gram_name_is_like (file, formats[i]->names))
        return formats[i];
    }
  return NULL;
}

/**
 * gram_format_list_names:
 *
 * Returns: (transfer full): "IDX files (MNIST), … or NPY arrays, or a zip, NPZ or tar archive of
 * them"
 */
char *
gram_format_list_names (void)
{
  GString *names = g_string_new (formats[0]->name);

  for (guint i = 1; i < G_N_ELEMENTS (formats); i++)
    g_string_append_printf (names, "%s%s", i + 1 < G_N_ELEMENTS (formats) ? ", " : " or ",
                            formats[i]->name);
  g_string_append (names, ", or a zip, NPZ or tar archive of them");
  return g_string_free (names, FALSE);
}
