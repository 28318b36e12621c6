/* gram-file-lock.c: two writers of one file: the second is refused
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-file-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-error.h"

struct _GramFileLock
{
  char *path; /* NULL: nothing is locked */
  int fd;
};

static void
lock_close (GramFileLock *lock)
{
  if (lock->fd >= 0)
    close (lock->fd);
  g_free (lock->path);
  g_free (lock);
}

/* Whether the name still means the file that was locked: its last owner may have removed it
 * between the two. */
static gboolean
is_current (const GramFileLock *lock)
{
  struct stat named, locked;

  return g_stat (lock->path, &named) == 0 && fstat (lock->fd, &locked) == 0
         && named.st_ino == locked.st_ino && named.st_dev == locked.st_dev;
}

/* Returns 0 or what failed. */
static int
try_lock (GramFileLock *lock)
{
  do
    {
      if (lock->fd >= 0)
        close (lock->fd);
      lock->fd = g_open (lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      if (lock->fd < 0 || flock (lock->fd, LOCK_EX | LOCK_NB) != 0)
        return errno;
    }
  while (!is_current (lock));
  return 0;
}

/**
 * gram_file_lock_take:
 * @path: the file to write, which need not exist; the lock is a hidden file beside it. A device or
 *   a pipe has no file beside it, and nobody comes back to it: nothing is locked
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_STORAGE while another process, or
 *   another window, has it, and with GRAM_ERROR_FULL. The kernel drops it when its process ends:
 * there are no stale locks.
 */
GramFileLock *
gram_file_lock_take (const char *path, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *hidden = g_strconcat (".", base, ".lock", NULL);
  GramFileLock *lock = g_new0 (GramFileLock, 1);
  struct stat target;
  int code;

  lock->fd = -1;
  if (g_stat (path, &target) == 0 && !S_ISREG (target.st_mode) && !S_ISDIR (target.st_mode))
    return lock;
  lock->path = g_build_filename (directory, hidden, NULL);
  code = try_lock (lock);
  if (code == 0)
    return lock;
  if (lock->fd >= 0 && code == EWOULDBLOCK)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE,
                 "%s is open for writing elsewhere; close it there or choose another name", path);
  else
    g_set_error (error, GRAM_ERROR,
                 code == ENOSPC || code == EDQUOT ? GRAM_ERROR_FULL : GRAM_ERROR_STORAGE,
                 "%s: cannot be locked: %s", path, g_strerror (code));
  lock_close (lock);
  return NULL;
}

/**
 * gram_file_lock_release:
 * @lock: (transfer full) (nullable)
 */
void
gram_file_lock_release (GramFileLock *lock)
{
  if (lock == NULL)
    return;
  if (lock->path != NULL)
    g_unlink (lock->path);
  lock_close (lock);
}
