/* gram-blob.c: bytes that can be read at any place: a regular file
 *
 * SPDX-License-Identifier: MIT
 *
 * The file stays open, so that a dataset still reads the same bytes after its file was replaced.
 */
#include "gram-blob.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-error.h"

struct _GramBlob
{
  gatomicrefcount references;
  char *name; /* for people */
  int fd;
  guint64 size;
  struct stat identity;
};

static const char *
describe_kind (mode_t mode)
{
  if (S_ISDIR (mode))
    return "a folder";
  if (S_ISFIFO (mode))
    return "a pipe";
  if (S_ISSOCK (mode))
    return "a socket";
  return "a device";
}

static gboolean
check_regular (const char *name, const struct stat *identity, GError **error)
{
  if (S_ISREG (identity->st_mode))
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: is %s, not a file; choose a regular file that holds the data", name,
               describe_kind (identity->st_mode));
  return FALSE;
}

static void
set_open_error (GError **error, const char *name, int code)
{
  const char *remedy = code == ENOENT   ? "; check the path"
                       : code == EACCES ? "; you need the right to read it"
                                        : "";

  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: cannot be read: %s%s", name,
               g_strerror (code), remedy);
}

/**
 * gram_blob_open:
 * @path: a regular file; pipes, devices and folders are refused without touching them
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with GRAM_ERROR_DATA
 */
GramBlob *
gram_blob_open (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GramBlob) blob = NULL;
  struct stat identity;

  /* To open a device can change something, and to open a pipe can wait for ever: look first. */
  if (g_stat (path, &identity) != 0)
    {
      set_open_error (error, name, errno);
      return NULL;
    }
  if (!check_regular (name, &identity, error))
    return NULL;
  blob = g_new0 (GramBlob, 1);
  g_atomic_ref_count_init (&blob->references);
  blob->name = g_steal_pointer (&name);
  blob->fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (blob->fd < 0 || fstat (blob->fd, &blob->identity) != 0)
    {
      set_open_error (error, blob->name, errno);
      return NULL;
    }
  if (!check_regular (blob->name, &blob->identity, error))
    return NULL;
  blob->size = (guint64) blob->identity.st_size;
  return g_steal_pointer (&blob);
}

GramBlob *
gram_blob_ref (GramBlob *blob)
{
  g_atomic_ref_count_inc (&blob->references);
  return blob;
}

void
gram_blob_unref (GramBlob *blob)
{
  if (!g_atomic_ref_count_dec (&blob->references))
    return;
  if (blob->fd >= 0)
    close (blob->fd);
  g_free (blob->name);
  g_free (blob);
}

const char *
gram_blob_get_name (GramBlob *blob)
{
  return blob->name;
}

guint64
gram_blob_get_size (GramBlob *blob)
{
  return blob->size;
}

/**
 * gram_blob_read_at:
 * @got: (out): bytes read; fewer than @count only at the end
 *
 * Safe to call from several threads at once.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when the file system fails
 */
gboolean
gram_blob_read_at (GramBlob *blob, guint64 offset, void *buffer, gsize count, gsize *got,
                   GError **error)
{
  gsize done = 0;

  while (done < count)
    {
      gssize n = pread (blob->fd, (char *) buffer + done, count - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          set_open_error (error, blob->name, errno);
          return FALSE;
        }
      if (n == 0)
        break;
      done += (gsize) n;
    }
  *got = done;
  return TRUE;
}

/**
 * gram_blob_check_unchanged:
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when the file was written to since it was opened
 */
gboolean
gram_blob_check_unchanged (GramBlob *blob, GError **error)
{
  const struct stat *then = &blob->identity;
  struct stat now;

  if (fstat (blob->fd, &now) == 0 && now.st_size == then->st_size
      && now.st_mtim.tv_sec == then->st_mtim.tv_sec && now.st_mtim.tv_nsec == then->st_mtim.tv_nsec)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: changed since it was opened; open the dataset again", blob->name);
  return FALSE;
}
