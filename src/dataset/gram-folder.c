/* gram-folder.c: the files of a folder and what their content says they are
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-folder.h"

#include <string.h>

#include "gram-cifar.h"
#include "gram-error.h"
#include "gram-idx.h"
#include "gram-pickle.h"

#define MAX_FILES 1000
#define HEAD 512
#define LABELS_TO_LOOK_AT 20

const char *
gram_kind_to_string (GramKind kind)
{
  static const char *const names[] = { "unknown",     "IDX", "CIFAR binary", "CIFAR for Python",
                                       "tar archive", "NPZ", "NPY" };

  return names[kind];
}

/* The first labels, where records of either size would have them. */
static gboolean
has_cifar_labels (GramFound *found)
{
  guint64 size = gram_blob_get_size (found->blob);
  gboolean ten = size % GRAM_CIFAR10_RECORD == 0, hundred = size % GRAM_CIFAR100_RECORD == 0;
  guint8 label[2];
  gsize got;

  for (guint64 i = 0; i < LABELS_TO_LOOK_AT; i++)
    {
      if (i * GRAM_CIFAR100_RECORD >= size)
        break;
      ten = ten && gram_blob_read_at (found->blob, i * GRAM_CIFAR10_RECORD, label, 1, &got, NULL)
            && got == 1 && label[0] < 10;
      hundred = hundred
                && gram_blob_read_at (found->blob, i * GRAM_CIFAR100_RECORD, label, 2, &got, NULL)
                && got == 2 && label[0] < 20 && label[1] < 100;
    }
  return ten || hundred;
}

static GramKind
sniff (GramFound *found, const guint8 *head, gsize count)
{
  gboolean cifar = gram_cifar_is_size (gram_blob_get_size (found->blob));

  /* a black image of class 0 begins like an IDX file; whole CIFAR records are no accident */
  if (gram_idx_is_magic (head, count) && !(cifar && has_cifar_labels (found)))
    return GRAM_KIND_IDX;
  if (count >= 4 && memcmp (head, "PK\003\004", 4) == 0)
    return GRAM_KIND_ZIP;
  if (count >= 6 && memcmp (head, "\x93NUMPY", 6) == 0)
    return GRAM_KIND_NPY;
  if (gram_pickle_is_magic (head, count))
    return GRAM_KIND_PICKLE;
  if (count >= 263 && memcmp (head + 257, "ustar", 5) == 0)
    return GRAM_KIND_TAR;
  if (cifar && has_cifar_labels (found))
    return GRAM_KIND_CIFAR;
  return GRAM_KIND_UNKNOWN;
}

/* Where the content says nothing, the name tells which reader is to say what is wrong. */
static GramKind
get_claimed_kind (const char *base)
{
  if (strstr (base, "-idx") != NULL || strstr (base, ".idx") != NULL)
    return GRAM_KIND_IDX;
  if (strstr (base, "_batch") != NULL && g_str_has_suffix (base, ".bin"))
    return GRAM_KIND_CIFAR;
  if (g_str_has_suffix (base, ".npy"))
    return GRAM_KIND_NPY;
  if (g_str_has_suffix (base, ".npz"))
    return GRAM_KIND_ZIP;
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
  if (found->kind == GRAM_KIND_UNKNOWN)
    found->kind = get_claimed_kind (found->base);
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
      g_autoptr (GError) local = NULL;
      GramFound *found = NULL;

      if (g_file_test (file, G_FILE_TEST_IS_REGULAR))
        found = gram_found_new (file, cancellable, &local);
      if (local != NULL && get_claimed_kind (name) != GRAM_KIND_UNKNOWN)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      if (found != NULL && found->kind != GRAM_KIND_UNKNOWN)
        g_ptr_array_add (files, found);
      else if (found != NULL)
        gram_found_free (found);
    }
  g_ptr_array_sort (files, compare_found);
  return g_steal_pointer (&files);
}
