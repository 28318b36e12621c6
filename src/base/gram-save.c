/* gram-save.c: files that are whole-old or whole-new
 *
 * SPDX-License-Identifier: MIT
 *
 * A new file is written beside the target, synced and renamed over it, so that a full disk, a
 * crash or a power cut leaves either the old content or the new one. A failed fsync is final for
 * that descriptor: the kernel may have dropped the pages, so it is never retried.
 *
 * Two kinds of targets cannot be replaced. Devices, pipes and open descriptors (/dev/stdout,
 * /dev/fd/3) are written to as they are. An old file on which something is mounted, or whose
 * folder cannot be written to, is overwritten once the new content is whole in another place,
 * which is kept and named if that fails.
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
  char *temporary; /* NULL once renamed; NULL for what is written to as it is */
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

static const char *
describe (const GramSave *save, int code)
{
  struct stat info;

  if (code == ENOSPC)
    return "no space left on this device; choose another place";
  if (code != ENXIO)
    return g_strerror (code);
  return stat (save->path, &info) == 0 && S_ISFIFO (info.st_mode)
             ? "nobody reads from this pipe"
             : "nothing is behind this name: no terminal, say; choose another place";
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
               "%s: cannot %s: %s", save->path, what, describe (save, code));
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
  return gram_fail (error, GRAM_ERROR_FULL,
                    "%s: needs %s, %s free; free some space or choose another place", save->path,
                    needs, has);
}

/* The descriptor that a name stands for, or -1. To open such a name anew would begin a redirected
 * file again from its start, over what is in it, and fails for sockets. */
static int
descriptor_of (const char *path)
{
  static const char *const folders[] = { "/proc/self/fd/", "/dev/fd/" };
  gint64 descriptor;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_str_has_prefix (path, folders[i])
        && g_ascii_string_to_signed (path + strlen (folders[i]), 10, 0, G_MAXINT, &descriptor,
                                     NULL))
      return (int) descriptor;
  return -1;
}

/* Where a link points, through further links and also to nothing: there the file is made. */
static char *
follow_links (const char *path)
{
  g_autofree char *target = g_strdup (path);

  for (guint i = 0; i < MAX_LINKS && descriptor_of (target) < 0; i++)
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

/* Writes go to where the program's own go, so that both follow each other. */
static int
open_descriptor (int descriptor)
{
  int flags = fcntl (descriptor, F_GETFL);

  if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY)
    errno = EBADF;
  else if (flags >= 0)
    return fcntl (descriptor, F_DUPFD_CLOEXEC, 0);
  return -1;
}

/* A pipe that nobody reads is refused: waiting for a reader could not be cancelled. */
static int
open_device (const char *path)
{
  int fd = g_open (path, O_WRONLY | O_CLOEXEC | O_NONBLOCK, 0);

  if (fd >= 0)
    (void) fcntl (fd, F_SETFL, O_WRONLY);
  return fd;
}

/* The name is short whatever the target's is, for names have a greatest length. */
static int
open_temporary (GramSave *save, const char *folder, gboolean exists, int mode)
{
  int fd;

  g_free (save->temporary);
  save->temporary = g_build_filename (folder, ".gramscope-XXXXXX", NULL);
  fd = g_mkstemp_full (save->temporary, O_RDWR | O_CLOEXEC, mode);
  if (fd < 0 && exists && (errno == EACCES || errno == EPERM || errno == EROFS)
      && !g_str_equal (folder, g_get_tmp_dir ()))
    return open_temporary (save, g_get_tmp_dir (), exists, mode);
  return fd;
}

/* What is there and how it is to be written. */
static gboolean
find_target (GramSave *save, struct stat *info, gboolean *exists, GError **error)
{
  char *resolved = realpath (save->path, NULL);
  int code = resolved != NULL ? 0 : errno;

  *exists = stat (save->path, info) == 0;
  save->target = resolved != NULL ? g_strdup (resolved) : follow_links (save->path);
  save->is_device = *exists && !S_ISREG (info->st_mode);
  free (resolved);
  if (code == ELOOP || code == ENAMETOOLONG)
    set_create_error (error, save, code);
  else if (*exists && S_ISDIR (info->st_mode))
    set_storage_error (error, save, "write", EISDIR);
  else if (*exists && g_access (save->path, W_OK) != 0)
    set_storage_error (error, save, "write", errno);
  else
    return TRUE;
  return FALSE;
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
  g_autofree char *link = follow_links (path);
  int descriptor = descriptor_of (link);
  struct stat info;
  gboolean exists;

  save->fd = -1;
  save->needed = expected_bytes;
  save->path = g_strdup (path);
  if (descriptor >= 0)
    {
      save->is_device = TRUE;
      save->target = g_strdup (link);
      save->fd = open_descriptor (descriptor);
    }
  else if (!find_target (save, &info, &exists, error))
    return NULL;
  else if (save->is_device)
    save->fd = open_device (save->path);
  else
    {
      g_autofree char *folder = g_path_get_dirname (save->target);

      save->fd = open_temporary (save, folder, exists, exists ? (int) (info.st_mode & 0777) : 0666);
    }
  if (save->fd < 0)
    {
      int code = errno;

      g_clear_pointer (&save->temporary, g_free);
      set_create_error (error, save, code);
      return NULL;
    }
  if (!save->is_device && !check_free_space (save, expected_bytes, error))
    return NULL;
  return g_steal_pointer (&save);
}

/**
 * gram_save_check:
 * @path: where a file is to be written later
 *
 * Whether that will be possible, as far as it can be known before: for long work whose result
 * must not be lost at its end. Nothing that is there is touched.
 */
gboolean
gram_save_check (const char *path, GError **error)
{
  g_autoptr (GramSave) save = NULL;
  g_autofree char *link = follow_links (path);
  struct stat info;

  /* To open and close a pipe would tell its reader that this was all. */
  if (descriptor_of (link) < 0 && stat (path, &info) == 0 && S_ISFIFO (info.st_mode)
      && g_access (path, W_OK) == 0)
    return TRUE;
  save = gram_save_new (path, 0, error);
  return save != NULL;
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

static gboolean
copy_content (int from, int to)
{
  char buffer[65536];
  gssize got;
  off_t total = 0;

  if (lseek (from, 0, SEEK_SET) < 0)
    return FALSE;
  while ((got = read (from, buffer, sizeof buffer)) != 0)
    {
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return FALSE;
      for (gssize done = 0, put; done < got; done += put)
        {
          put = write (to, buffer + done, (gsize) (got - done));
          if (put < 0 && errno == EINTR)
            put = 0;
          else if (put < 0)
            return FALSE;
        }
      total += got;
    }
  return ftruncate (to, total) == 0 && fsync (to) == 0;
}

/* The new content is whole and on a disk, but it cannot become the file by its name. */
static gboolean
overwrite (GramSave *save, GError **error)
{
  int to = g_open (save->target, O_WRONLY | O_CLOEXEC, 0);
  gboolean done = to >= 0 && copy_content (save->fd, to);
  int code = errno;

  if (to >= 0 && close (to) != 0 && done)
    {
      done = FALSE;
      code = errno;
    }
  if (done)
    return TRUE;
  g_set_error (error, GRAM_ERROR, is_full (code) ? GRAM_ERROR_FULL : GRAM_ERROR_STORAGE,
               "%s: cannot write: %s; the new content is in %s", save->path, g_strerror (code),
               save->temporary);
  g_clear_pointer (&save->temporary, g_free); /* stays */
  return FALSE;
}

/* Whether the old file can still be written to where it cannot be replaced: it is a mount, its
 * folder is not ours, or the new content lies on another disk. */
static gboolean
is_kept (int code)
{
  return code == EBUSY || code == EXDEV || code == EACCES || code == EPERM || code == EROFS;
}

/**
 * gram_save_commit:
 *
 * Makes the new content the file. Until this returns %TRUE the old content is untouched, unless
 * the file cannot be replaced (see above).
 */
gboolean
gram_save_commit (GramSave *save, GError **error)
{
  g_return_val_if_fail (save->fd >= 0, FALSE);
  if (save->temporary == NULL)
    {
      int fd = save->fd;

      save->fd = -1;
      if (close (fd) == 0)
        return TRUE;
      set_storage_error (error, save, "close", errno);
      return FALSE;
    }
  if (fsync (save->fd) != 0)
    {
      set_storage_error (error, save, "sync", errno);
      return FALSE;
    }
  if (g_rename (save->temporary, save->target) == 0)
    g_clear_pointer (&save->temporary, g_free);
  else if (!is_kept (errno))
    {
      set_storage_error (error, save, "replace", errno);
      return FALSE;
    }
  else if (!overwrite (save, error))
    return FALSE;
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
