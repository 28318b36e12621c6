/* gram-folder.c: the files of a folder and what their content says they are
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-folder.h"

#include <string.h>

#include "gram-cifar.h"
#include "gram-error.h"
#include "gram-idx.h"

#define MAX_FILES 1000
#define HEAD 512

const char *
gram_kind_to_string (GramKind kind)
{
  static const char *const names[] = { "unknown",     "IDX", "CIFAR binary", "CIFAR for Python",
                                       "tar archive", "NPZ", "NPY" };

  return names[kind];
}

static GramKind
sniff (GramFound *found, const guint8 *head, gsize count)
{
  if (gram_idx_is_magic (head, count))
    return GRAM_KIND_IDX;
  if (count >= 4 && memcmp (head, "PK\003\004", 4) == 0)
    return GRAM_KIND_ZIP;
  if (count >= 6 && memcmp (head, "\x93NUMPY", 6) == 0)
    return GRAM_KIND_NPY;
  if (count >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5)
    return GRAM_KIND_PICKLE;
  if (count >= 263 && memcmp (head + 257, "ustar", 5) == 0)
    return GRAM_KIND_TAR;
  if (gram_cifar_is_size (gram_blob_get_size (found->blob)))
    return GRAM_KIND_CIFAR;
  return GRAM_KIND_UNKNOWN;
}

/**
 * gram_found_new:
 * @path: a regular file
 *
 * Returns: (transfer full) (nullable): the file and its kind; %NULL with GRAM_ERROR_DATA when it
 *   cannot be read
 */
GramFound *
gram_found_new (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramFound) found = g_new0 (GramFound, 1);
  g_autoptr (GramInput) input = NULL;
  const guint8 *head;
  gsize count;

  found->path = g_strdup (path);
  found->base = g_path_get_basename (path);
  found->blob = gram_blob_open (path, error);
  if (found->blob == NULL)
    return NULL;
  input =
      gram_input_new_plain (gram_input_new_section (found->blob, NULL, 0, G_MAXUINT64, cancellable),
                            error);
  if (input == NULL)
    return NULL;
  head = gram_input_peek (input, HEAD, &count, error);
  if (head == NULL)
    return NULL;
  found->kind = sniff (found, head, count);
  return g_steal_pointer (&found);
}

void
gram_found_free (GramFound *found)
{
  g_clear_pointer (&found->blob, gram_blob_unref);
  g_free (found->path);
  g_free (found->base);
  g_free (found);
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const GramFound *const *first = a, *const *second = b;

  return strcmp ((*first)->base, (*second)->base);
}

/**
 * gram_folder_list:
 *
 * Returns: (transfer full) (nullable): of GramFound, by name: the regular files of a folder that
 *   can be read and are of a kind we know
 */
GPtrArray *
gram_folder_list (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_found_free);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  if (folder == NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: the folder cannot be read; check that it exists and that you may read it",
                   shown);
      return NULL;
    }
  for (int i = 0; i < MAX_FILES && (name = g_dir_read_name (folder)) != NULL; i++)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GramFound *found = NULL;

      if (g_file_test (file, G_FILE_TEST_IS_REGULAR))
        found = gram_found_new (file, cancellable, NULL);
      if (found != NULL && found->kind != GRAM_KIND_UNKNOWN)
        g_ptr_array_add (files, found);
      else if (found != NULL)
        gram_found_free (found);
    }
  g_ptr_array_sort (files, compare_found);
  return g_steal_pointer (&files);
}
