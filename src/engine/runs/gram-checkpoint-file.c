/* gram-checkpoint-file.c: the files a checkpoint is kept in
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-checkpoint.h"

#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-error.h"
#include "gram-save.h"

/* Between two checkpoints, and how many times as long as one takes: from patterns and residuals the
 * weights of a large net take minutes. */
#define SECONDS 60
#define SHARE 20

static char *
previous_path (const char *path)
{
  return g_strconcat (path, "~", NULL);
}

/* The generation that is there becomes the previous one, without a moment in which there is none:
 * a second name for the old file, before the new one takes its first. */
static void
keep_previous (const char *path)
{
  g_autofree char *previous = previous_path (path);
  g_autofree char *fresh = g_strconcat (path, "~new", NULL);
  struct stat info;

  if (g_lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return;
  g_unlink (fresh);
  if (link (path, fresh) == 0 && g_rename (fresh, previous) != 0)
    g_unlink (fresh);
}

/**
 * gram_checkpoint_write:
 *
 * Until the new file is safe on the disk the old one stays; then the old one is kept as "@path~".
 *
 * Returns: %FALSE with GRAM_ERROR_FULL or GRAM_ERROR_STORAGE
 */
gboolean
gram_checkpoint_write (const GramCheckpoint *checkpoint, const char *path, GError **error)
{
  g_autoptr (GPtrArray) pieces = gram_checkpoint_serialize (checkpoint);
  g_autoptr (GramSave) save = NULL;
  guint64 total = 0;

  for (guint i = 0; i < pieces->len; i++)
    total += g_bytes_get_size (g_ptr_array_index (pieces, i));
  save = gram_save_new (path, total, error);
  if (save == NULL)
    return FALSE;
  for (guint i = 0; i < pieces->len; i++)
    {
      gsize length;
      const void *data = g_bytes_get_data (g_ptr_array_index (pieces, i), &length);

      if (length > 0 && !gram_save_write (save, data, length, error))
        return FALSE;
    }
  keep_previous (path);
  return gram_save_commit (save, error);
}

static GramCheckpoint *
read_one (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GramCheckpoint *checkpoint;
  struct stat info;
  char *contents;
  gsize length;

  /* A pipe or device would be read without end. */
  if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: %s", path,
                   g_file_test (path, G_FILE_TEST_EXISTS) ? "not a file" : "does not exist");
      return NULL;
    }
  if (!g_file_get_contents (path, &contents, &length, &cause))
    {
      g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_DATA, cause->message);
      return NULL;
    }
  bytes = g_bytes_new_take (contents, length);
  checkpoint = gram_checkpoint_parse (bytes, error);
  if (checkpoint == NULL)
    g_prefix_error (error, "%s: ", path);
  return checkpoint;
}

/**
 * gram_checkpoint_read:
 * @damage: (out) (optional) (transfer full): when @path was damaged and the generation before it
 *   was read, a sentence that says so; else %NULL
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_DATA, and with GRAM_ERROR_UNSUPPORTED
 *   for a newer format, which the previous generation is no answer to
 */
GramCheckpoint *
gram_checkpoint_read (const char *path, char **damage, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GramCheckpoint *checkpoint = read_one (path, &cause);
  g_autofree char *previous = previous_path (path);

  if (damage != NULL)
    *damage = NULL;
  if (checkpoint == NULL && !g_error_matches (cause, GRAM_ERROR, GRAM_ERROR_UNSUPPORTED)
      && g_file_test (previous, G_FILE_TEST_IS_REGULAR))
    {
      checkpoint = read_one (previous, NULL);
      if (checkpoint != NULL && damage != NULL)
        *damage = g_strdup_printf ("%s; the version before it was opened instead", cause->message);
    }
  if (checkpoint == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return checkpoint;
}

/**
 * gram_checkpoint_delete:
 * @path: need not exist
 *
 * Deletes the file, and the generation before it.
 */
void
gram_checkpoint_delete (const char *path)
{
  g_autofree char *previous = previous_path (path);

  g_unlink (path);
  g_unlink (previous);
}

/**
 * gram_checkpoint_due:
 * @begun: when one was begun that is written now, in microseconds of g_get_monotonic_time()
 *
 * Returns: when a run that goes on is to write the next: in a minute, and not before twenty times
 *   as long as this one took
 */
gint64
gram_checkpoint_due (gint64 begun)
{
  gint64 now = g_get_monotonic_time ();

  return now + MAX (SECONDS * G_TIME_SPAN_SECOND, SHARE * (now - begun));
}
