/* gram-file.c: a file and the format of its content
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-file.h"

#include <string.h>

#include "gram-error.h"
#include "gram-format.h"
#include "gram-input.h"

#define MAX_FILES 1000
#define HEAD 512

/**
 * gram_file_new:
 * @path: a regular file
 *
 * Returns: (transfer full) (nullable): the file and its format; %NULL with GRAM_ERROR_DATA when it
 *   cannot be read
 */
GramFile *
gram_file_new (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramFile) file = g_new0 (GramFile, 1);
  g_autoptr (GramInput) input = NULL;
  const guint8 *head;
  gsize count;

  file->base = g_path_get_basename (path);
  file->blob = gram_blob_open (path, error);
  if (file->blob == NULL)
    return NULL;
  input =
      gram_input_new_plain (gram_input_new_section (file->blob, NULL, 0, G_MAXUINT64, cancellable),
                            error);
  if (input == NULL)
    return NULL;
  head = gram_input_peek (input, HEAD, &count, error);
  if (head == NULL)
    return NULL;
  file->format = gram_format_find (file->blob, head, count);
  if (file->format == NULL)
    file->format = gram_format_find_by_name (file->base);
  return g_steal_pointer (&file);
}

void
gram_file_free (GramFile *file)
{
  g_clear_pointer (&file->blob, gram_blob_unref);
  g_free (file->base);
  g_free (file);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const GramFile *const *first = a, *const *second = b;

  return strcmp ((*first)->base, (*second)->base);
}

/**
 * gram_file_list:
 *
 * Returns: (transfer full) (nullable): of #GramFile, by name: the regular files of @folder that
 *   can be read and are of a known format; %NULL with GRAM_ERROR_DATA when the folder, or a file
 *   whose name promises data, cannot be read
 */
GPtrArray *
gram_file_list (const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) gram_file_free);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  if (directory == NULL)
    {
      g_autofree char *shown = g_filename_display_name (folder);

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: the folder cannot be read; check that it exists and that you may read it",
                   shown);
      return NULL;
    }
  for (int i = 0; i < MAX_FILES && (name = g_dir_read_name (directory)) != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GError) local = NULL;
      g_autoptr (GramFile) file = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        file = gram_file_new (path, cancellable, &local);
      if (local != NULL && gram_format_find_by_name (name) != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (file != NULL && file->format != NULL)
        g_ptr_array_add (files, g_steal_pointer (&file));
    }
  g_ptr_array_sort (files, compare_names);
  return g_steal_pointer (&files);
}
