/* gram-error.c: the one error domain of the program and its exit codes
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-error.h"

#include <gio/gio.h>

G_DEFINE_QUARK (gram - error - quark, gram_error)

/**
 * gram_fail:
 * @code: of %GRAM_ERROR
 * @format: the message: what was found, what was expected, what to do
 *
 * Returns: %FALSE with @error set, for a function that reports it so
 */
gboolean
gram_fail (GError **error, GramError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, GRAM_ERROR, (int) code, message);
  return FALSE;
}

/**
 * gram_error_exit_code:
 * @error: (nullable): what stopped the program
 *
 * Maps an error to the exit code that the command line documents: 0 without an error, 130 when
 * the work was cancelled, the code of its kind for a GRAM_ERROR, 3 for the GIO errors that mean
 * "this input cannot be read", and 1 for everything else.
 *
 * Returns: the exit code
 */
int
gram_error_exit_code (const GError *error)
{
  static const int codes[] = {
#define GRAM_ERROR_CODE(name, code, text) code,
    GRAM_ERROR_CODES (GRAM_ERROR_CODE)
#undef GRAM_ERROR_CODE
  };

  if (error == NULL)
    return 0;
  if (error->domain == GRAM_ERROR && error->code >= 0 && error->code < (int) G_N_ELEMENTS (codes))
    return codes[error->code];
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GRAM_EXIT_INTERRUPTED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return 3;
  if (error->domain == G_OPTION_ERROR)
    return 2;
  return 1;
}
