/* gram-error.h: the one error domain of the program and its exit codes
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GRAM_ERROR (gram_error_quark ())

/* X (NAME, exit code of the command line, meaning). The order is part of the module ABI. */
#define GRAM_ERROR_CODES(X)                                                   \
  X (FAILED, 1, "something went wrong that has no name of its own")           \
  X (USAGE, 2, "a parameter that is impossible or contradicts another")       \
  X (DATA, 3, "data that is missing, unreadable, damaged or unfit")           \
  X (DIVERGED, 4, "gradient descent diverged")                                \
  X (SINGULAR, 3, "a matrix is not positive definite or not invertible")      \
  X (NUMERIC, 1, "a numerical routine failed or its answer failed its check") \
  X (MEMORY, 1, "the problem does not fit in memory")                         \
  X (STORAGE, 1, "a file could not be written")                               \
  X (NETWORK, 1, "a download failed")                                         \
  X (DEVICE, 1, "a compute device failed or is absent")                       \
  X (UNSUPPORTED, 1, "this backend or build cannot do that")                  \
  X (FULL, 1, "a disk has no room left for a file")

typedef enum
{
#define GRAM_ERROR_ENUM(name, code, text) GRAM_ERROR_##name,
  GRAM_ERROR_CODES (GRAM_ERROR_ENUM)
#undef GRAM_ERROR_ENUM
} GramError;

/* What the command line exits with when it was interrupted (128 + SIGINT). */
#define GRAM_EXIT_INTERRUPTED 130

GQuark gram_error_quark (void);
gboolean gram_fail (GError **error, GramError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
int gram_error_exit_code (const GError *error);

G_END_DECLS
