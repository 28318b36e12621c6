/* gram-size.c: arithmetic on sizes that cannot overflow unseen
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-size.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gram-error.h"

/**
 * gram_size_product:
 * @bytes: (out): @element · @rows · @columns
 *
 * Returns: %FALSE when a factor is negative or the product does not fit in half the address space
 */
gboolean
gram_size_product (gsize *bytes, gsize element, gint64 rows, gint64 columns)
{
  gsize product;

  if (rows < 0 || columns < 0)
    return FALSE;
  if (!g_size_checked_mul (&product, (gsize) rows, (gsize) columns)
      || !g_size_checked_mul (&product, product, element) || product > G_MAXSSIZE)
    return FALSE;
  *bytes = product;
  return TRUE;
}

/**
 * gram_size_to_int:
 * @value: a dimension
 * @what: its name, for the message
 * @out: (out): @value as the 32-bit integer that BLAS and LAPACK take
 *
 * Returns: %FALSE with GRAM_ERROR_MEMORY set when @value does not fit
 */
gboolean
gram_size_to_int (gint64 value, const char *what, int *out, GError **error)
{
  if (value < 0 || value > INT_MAX)
    return gram_fail (error, GRAM_ERROR_MEMORY,
                      "%s = %" G_GINT64_FORMAT " is outside what BLAS can index (0 … %d)", what,
                      value, INT_MAX);
  *out = (int) value;
  return TRUE;
}

#define HUGE_PAGE ((gsize) 2 << 20)

/**
 * gram_try_alloc:
 * @element: bytes of an element
 * @what: what it is for, for the message
 *
 * Allocates @rows × @columns elements, zeroed and aligned to a cache line. A failure is an error,
 * never an abort.
 *
 * Returns: (transfer full) (nullable): free with gram_free()
 */
gpointer
gram_try_alloc (gsize element, gint64 rows, gint64 columns, const char *what, GError **error)
{
  gsize bytes;
  gboolean huge;
  gpointer memory = NULL;

  if (!gram_size_product (&bytes, element, rows, columns))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY,
                   "%s of %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT " is larger than any memory",
                   what, rows, columns);
      return NULL;
    }
  huge = bytes >= 4 * HUGE_PAGE;
  /* malloc that fails leaves the program intact; g_malloc would end it. */
  if (posix_memalign (&memory, huge ? HUGE_PAGE : GRAM_ALIGNMENT, MAX (bytes, 1)) != 0)
    {
      g_autofree char *size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "no memory for %s (%s)", what, size);
      return NULL;
    }
#if defined(MADV_HUGEPAGE)
  if (huge)
    madvise (memory, bytes, MADV_HUGEPAGE); /* a matrix that is read in strips misses fewer pages */
#endif
  memset (memory, 0, bytes);
  return memory;
}

/**
 * gram_free:
 * @memory: (nullable) (transfer full): from gram_try_alloc()
 */
void
gram_free (gpointer memory)
{
  free (memory);
}

/**
 * gram_memory_available:
 *
 * Returns: bytes of memory that can be had without swapping, or 0 when the system does not say
 */
guint64
gram_memory_available (void)
{
  g_autofree char *text = NULL;
  const char *line;
  unsigned long long kib;

  if (g_file_get_contents ("/proc/meminfo", &text, NULL, NULL)
      && (line = strstr (text, "MemAvailable:")) != NULL
      && sscanf (line, "MemAvailable: %llu kB", &kib) == 1)
    return (guint64) kib * 1024;
#if defined(_SC_AVPHYS_PAGES)
  return (guint64) MAX (sysconf (_SC_AVPHYS_PAGES), 0) * (guint64) MAX (sysconf (_SC_PAGESIZE), 0);
#else
  return 0;
#endif
}
