/* gram-number.c: a number as the shortest text that reads back to it
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-number.h"

/**
 * gram_number_to_text:
 *
 * With a point in every locale, so that files and settings travel between machines.
 *
 * Returns: (transfer none): @buffer with the shortest decimal, of 15 to 17 digits, that reads back
 *   to the bits of @value; "nan", "inf" or "-inf" for what is no number
 */
char *
gram_number_to_text (double value, char buffer[G_ASCII_DTOSTR_BUF_SIZE])
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, formats[i], value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  return buffer;
}
