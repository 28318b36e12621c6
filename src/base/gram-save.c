/* gram-save.c: files that are whole-old or whole-new
 *
 * SPDX-License-Identifier: MIT
 *
 * A new file is written beside the target, synced and renamed over it, so that a full disk, a
 * crash or a power cut leaves either the old content or the new one. A failed fsync is final for
 * that descriptor: the kernel may have dropped the pages, so it is never retried.
 */
#include "gram-save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-error.h"

#define MAX_LINKS 40 /* as many as the kernel follows */

struct _GramSave
{
  char *path;      /* as the user named it */
  char *target;    /* with symbolic links followed */
  char *temporary; /* NULL once renamed; NULL for devices and pipes */
  gboolean is_device;
  int fd;
  guint64 written;
  guint64 needed; /* at least */
};

/* Room may be the disk's, or what this user or process may take of it. */
static gboolean
is_full (int code)
{
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

static gboolean
look_at_disk (const GramSave *save, struct statvfs *disk)
{
  g_autofree char *directory = g_path_get_dirname (save->target);

  return (save->fd >= 0 ? fstatvfs (save->fd, disk) : statvfs (directory, disk)) == 0;
}

/* Also when the file could not even be begun: a disk has room for so many files and no more. */
static void
set_full_error (GError **error, const GramSave *save, const struct statvfs *disk)
{
  g_autofree char *needed = g_format_size (save->needed);
  g_autofree char *left = g_format_size ((guint64) disk->f_bavail * disk->f_frsize);

  if (save->fd < 0 && disk->f_files > 0 && disk->f_favail == 0)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_FULL,
                 "%s: the disk holds as many files as it can; delete some or choose another place",
                 save->path);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_FULL,
                 "%s: no space left on the disk (needs at least %s, %s free); free some space "
                 "or choose another place",
                 save->path, needed, left);
}

static void
set_storage_error (GError **error, const GramSave *save, const char *what, int code)
{
  struct statvfs disk;

  /* What a device has room for has nothing to do with the disk its name is on. */
  if (code == ENOSPC && !save->is_device && look_at_disk (save, &disk))
    {
      set_full_error (error, save, &disk);
      return;
    }
  g_set_error (error, GRAM_ERROR,
               is_full (code) && !save->is_device ? GRAM_ERROR_FULL : GRAM_ERROR_STORAGE,
               "%s: cannot %s: %s", save->path, what,
               code == ENXIO    ? "nobody reads from this pipe"
               : code == ENOSPC ? "no space left on this device; choose another place"
                                : g_strerror (code));
}

static gboolean
check_free_space (const GramSave *save, guint64 expected, GError **error)
{
  struct statvfs disk;
  guint64 left;

  if (expected == 0 || fstatvfs (save->fd, &disk) != 0)
    return TRUE;
  left = (guint64) disk.f_bavail * disk.f_frsize;
  if (expected <= left)
    return TRUE;

  g_autofree char *needs = g_format_size (expected);
  g_autofree char *has = g_format_size (left);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_FULL,
               "%s: needs %s, %s free; free some space or choose another place", save->path, needs,
               has);
  return FALSE;
}

/* Where a link to nothing points, through further links: there the file is made. */
static char *
follow_links (const char *path)
{
  g_autofree char *target = g_strdup (path);

  for (guint i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *link = g_file_read_link (target, NULL);
      g_autofree char *folder = g_path_get_dirname (target);

      if (link == NULL)
        break;
      g_free (target);
      target = g_path_is_absolute (link) ? g_strdup (link) : g_build_filename (folder, link, NULL);
    }
  return g_steal_pointer (&target);
}

static void
set_create_error (GError **error, const GramSave *save, int code)
{
  if (code == ELOOP)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE,
                 "%s: cannot create: this link leads to itself; remove it or choose another place",
                 save->path);
  else if (is_full (code) || g_str_equal (save->path, save->target)
           || !g_file_test (save->path, G_FILE_TEST_IS_SYMLINK))
    set_storage_error (error, save, "create", code);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE,
                 "%s: cannot create %s, where this link points: %s", save->path, save->target,
                 g_strerror (code));
}

/**
 * gram_save_new:
 * @path: where the file is to be; a symbolic link is followed, so that it stays a link, also when
 *   there is nothing yet where it points
 * @expected_bytes: how large it will be, 0 if unknown; checked against the free space
 *
 * Returns: (transfer full) (nullable): a file to write to, or %NULL with GRAM_ERROR_FULL or
 *   GRAM_ERROR_STORAGE
 */
GramSave *
gram_save_new (const char *path, guint64 expected_bytes, GError **error)
{
  g_autoptr (GramSave) save = g_new0 (GramSave, 1);
  struct stat info;
  char *resolved = realpath (path, NULL);
  int resolving = resolved != NULL ? 0 : errno;
  gboolean exists = resolved != NULL && stat (resolved, &info) == 0;

  save->fd = -1;
  save->needed = expected_bytes;
  save->path = g_strdup (path);
  save->target = resolved != NULL ? g_strdup (resolved) : follow_links (path);
  free (resolved);
  if (resolving == ELOOP)
    {
      set_create_error (error, save, ELOOP);
      return NULL;
    }
  if (exists && S_ISDIR (info.st_mode))
    {
      set_storage_error (error, save, "write", EISDIR);
      return NULL;
    }
  if (exists && g_access (save->target, W_OK) != 0)
    {
      set_storage_error (error, save, "write", errno);
      return NULL;
    }
  save->is_device = exists && !S_ISREG (info.st_mode);
  /* A pipe that nobody reads is refused: waiting for a reader could not be cancelled. */
  if (save->is_device)
    {
      save->fd = g_open (save->target, O_WRONLY | O_CLOEXEC | O_NONBLOCK, 0);
      if (save->fd >= 0)
        (void) fcntl (save->fd, F_SETFL, O_WRONLY);
    }
  else
    {
      save->temporary = g_strdup_printf ("%s.XXXXXX", save->target);
      save->fd = g_mkstemp_full (save->temporary, O_WRONLY | O_CLOEXEC,
                                 exists ? (int) (info.st_mode & 0777) : 0666);
    }
  if (save->fd < 0)
    {
      int code = errno;

      g_clear_pointer (&save->temporary, g_free);
      set_create_error (error, save, code);
      return NULL;
    }
  if (!check_free_space (save, expected_bytes, error))
    return NULL;
  return g_steal_pointer (&save);
}

/**
 * gram_save_write:
 *
 * Returns: %FALSE when the bytes could not be written: with GRAM_ERROR_FULL when there is no room
 *   left, else with GRAM_ERROR_STORAGE
 */
gboolean
gram_save_write (GramSave *save, const void *data, gsize length, GError **error)
{
  const char *bytes = data;

  g_return_val_if_fail (save != NULL && save->fd >= 0, FALSE);
  save->needed = MAX (save->needed, save->written + length);
  while (length > 0)
    {
      gssize done = write (save->fd, bytes, length);

      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        {
          set_storage_error (error, save, "write", done < 0 ? errno : ENOSPC);
          return FALSE;
        }
      bytes += done;
      length -= (gsize) done;
      save->written += (guint64) done;
    }
  return TRUE;
}

/* The rename itself must reach the disk too. Some file systems refuse to sync a directory: that
 * costs durability of the name, not of the content, and is no reason to fail. */
static void
sync_directory (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);
  int fd = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  (void) fsync (fd);
  close (fd);
}

/**
 * gram_save_commit:
 *
 * Makes the new content the file. Until this returns %TRUE the old content is untouched.
 */
gboolean
gram_save_commit (GramSave *save, GError **error)
{
  int fd = save->fd;

  g_return_val_if_fail (fd >= 0, FALSE);
  if (save->temporary == NULL)
    {
      save->fd = -1;
      if (close (fd) == 0)
        return TRUE;
      set_storage_error (error, save, "close", errno);
      return FALSE;
    }
  if (fsync (fd) != 0)
    {
      set_storage_error (error, save, "sync", errno);
      return FALSE;
    }
  save->fd = -1;
  if (close (fd) != 0 || g_rename (save->temporary, save->target) != 0)
    {
      set_storage_error (error, save, "replace", errno);
      return FALSE;
    }
  g_clear_pointer (&save->temporary, g_free);
  sync_directory (save->target);
  return TRUE;
}

/**
 * gram_save_free:
 * @save: (transfer full): what was not committed is removed
 */
void
gram_save_free (GramSave *save)
{
  if (save->fd >= 0)
    close (save->fd);
  if (save->temporary != NULL)
    g_unlink (save->temporary);
  g_free (save->temporary);
  g_free (save->target);
  g_free (save->path);
  g_free (save);
}

/**
 * gram_save_bytes:
 *
 * The whole of a small file in one call.
 */
gboolean
gram_save_bytes (const char *path, const void *data, gsize length, GError **error)
{
  g_autoptr (GramSave) save = gram_save_new (path, length, error);

  return save != NULL && gram_save_write (save, data, length, error)
         && gram_save_commit (save, error);
}
