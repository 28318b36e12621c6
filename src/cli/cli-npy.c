/* cli-npy.c: arrays as NumPy reads them
 *
 * SPDX-License-Identifier: MIT
 *
 * Version 1.0 of the NPY format: a magic, the length of a header that is a Python literal padded
 * so that the data are aligned to 64 bytes, then the values, C order, little-endian.
 */
#include "cli-npy.h"

#include <string.h>

#include "gram-save.h"
#include "gram-size.h"

#define PREFIX 10 /* magic, version, length of the header */

/**
 * cli_npy_write:
 * @element: sizeof (double) or sizeof (float)
 * @values: (rows × columns), row after row; with @columns = 0 a vector of @rows
 *
 * Returns: %FALSE with GRAM_ERROR_STORAGE or GRAM_ERROR_FULL
 */
gboolean
cli_npy_write (const char *path, gsize element, const void *values, gint64 rows, gint64 columns,
               GError **error)
{
  g_autoptr (GString) header = g_string_new (NULL);
  g_autoptr (GramSave) save = NULL;
  guint8 prefix[PREFIX] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };
  gsize bytes;

  g_string_printf (header, "{'descr': '%cf%d', 'fortran_order': False, 'shape': (%" G_GINT64_FORMAT,
                   G_BYTE_ORDER == G_LITTLE_ENDIAN ? '<' : '>', (int) element, rows);
  if (columns > 0)
    g_string_append_printf (header, ", %" G_GINT64_FORMAT "), }", columns);
  else
    g_string_append (header, ",), }");
  while ((PREFIX + header->len + 1) % 64 != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  prefix[8] = header->len & 0xff;
  prefix[9] = (guint8) (header->len >> 8);
  g_return_val_if_fail (gram_size_product (&bytes, element, rows, MAX (columns, 1)), FALSE);
  save = gram_save_new (path, bytes + PREFIX + header->len, error);
  return save != NULL && gram_save_write (save, prefix, PREFIX, error)
         && gram_save_write (save, header->str, header->len, error)
         && gram_save_write (save, values, bytes, error) && gram_save_commit (save, error);
}
