/* gram-download.c: known datasets from their official servers
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-download.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-error.h"
#include "gram-fetch.h"

/* The most bytes of a file whose size is not in the catalogue: far more than any of them has. */
#define MOST_BYTES (G_GUINT64_CONSTANT (512) << 20)
#define REPORT_USEC 50000

typedef struct
{
  const GramCatalogueEntry *entry;
  const char *file;
  guint64 before, total;
  GramDownloadProgress progress;
  gpointer progress_data;
} Download;

static void
report (guint64 done, guint64 total, gpointer user_data)
{
  Download *download = user_data;
  guint64 all = download->total > 0                      ? download->total
                : download->entry->files[1].name == NULL ? total
                                                         : 0;

  if (download->progress != NULL)
    download->progress (download->file, download->before + done, all, download->progress_data);
}

/* The lock ends when the process ends, so that a crash leaves no lock behind. */
static int
lock_folder (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, ".lock", NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (fd >= 0 && errno == EWOULDBLOCK)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE,
                 "%s: another Gramscope is downloading into this folder; wait until it is done",
                 folder);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE,
                 "%s: cannot be written: %s; choose another folder", folder, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
is_there (const char *path, const GramCatalogueFile *file, GCancellable *cancellable)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0 || (file->bytes > 0 && (guint64) info.st_size != file->bytes))
    return FALSE;
  return file->sha256 == NULL || gram_fetch_verify (path, file->sha256, cancellable, NULL, NULL);
}

static gboolean
download_all (Download *download, const char *folder, GCancellable *cancellable, GError **error)
{
  const GramCatalogueEntry *entry = download->entry;

  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      g_autofree char *target = g_build_filename (folder, file->name, NULL);
      GramFetch fetch = { .mirrors = entry->mirrors,
                          .name = file->name,
                          .target = target,
                          .bytes = file->bytes,
                          .most = MOST_BYTES,
                          .sha256 = file->sha256,
                          .insecure = entry->insecure,
                          .progress = report,
                          .progress_data = download };

      download->file = file->name;
      if (is_there (target, file, cancellable))
        report (file->bytes, file->bytes, download);
      else if (!gram_fetch_run (&fetch, cancellable, error))
        return FALSE;
      download->before += file->bytes;
    }
  return TRUE;
}

static gboolean
download_files (const GramCatalogueEntry *entry, const char *folder, GramDownloadProgress progress,
                gpointer progress_data, GCancellable *cancellable, GError **error)
{
  Download download = { .entry = entry, .progress = progress, .progress_data = progress_data };
  gboolean done;
  int lock;

  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      if (file->bytes == 0)
        {
          download.total = 0;
          break;
        }
      download.total += file->bytes;
    }
  g_mkdir_with_parents (folder, 0755);
  lock = lock_folder (folder, error);
  if (lock < 0)
    return FALSE;
  done = download_all (&download, folder, cancellable, error);
  close (lock);
  return done;
}

/**
 * gram_download:
 * @folder: (nullable): where to; %NULL: a folder of the dataset's name in
 *   gram_catalogue_get_download_dir()
 * @accept_unverified: the user has agreed to files whose checksums are not known
 * @progress: (nullable): called in this thread
 *
 * Blocks; a window uses gram_download_async(). Files that are complete are not downloaded again,
 * and a file that an earlier call received in part is continued.
 *
 * Returns: (transfer full) (nullable): the folder that holds the dataset, or %NULL with
 *   GRAM_ERROR_NETWORK, GRAM_ERROR_STORAGE, GRAM_ERROR_USAGE or G_IO_ERROR_CANCELLED
 */
char *
gram_download (const GramCatalogueEntry *entry, const char *folder, gboolean accept_unverified,
               GramDownloadProgress progress, gpointer progress_data, GCancellable *cancellable,
               GError **error)
{
  g_autofree char *parent = gram_catalogue_get_download_dir ();
  g_autofree char *place =
      folder != NULL ? g_strdup (folder) : g_build_filename (parent, entry->id, NULL);

  if (entry->built_in)
    return g_strdup ("");
  if (!accept_unverified && !gram_catalogue_is_verified (entry))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                   "%s is unverified: the checksums of its files are not known here; allow that, "
                   "or choose a file on this machine",
                   entry->title);
      return NULL;
    }
  if (!download_files (entry, place, progress, progress_data, cancellable, error))
    return NULL;
  return g_steal_pointer (&place);
}

/* ---------- without blocking --------------------------------------------------------------- */

typedef struct
{
  const GramCatalogueEntry *entry;
  char *folder;
  gboolean accept_unverified;
  GramDownloadProgress progress;
  gpointer progress_data;
  GMainContext *context;
  gint64 reported; /* monotonic time of the last report */
} Job;

typedef struct
{
  GTask *task;
  char *file;
  guint64 done, total;
} Report;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_main_context_unref (job->context);
  g_free (job->folder);
  g_free (job);
}

static void
report_free (gpointer data)
{
  Report *one = data;

  g_object_unref (one->task);
  g_free (one->file);
  g_free (one);
}

static gboolean
deliver_report (gpointer data)
{
  Report *one = data;
  Job *job = g_task_get_task_data (one->task);

  if (!g_task_get_completed (one->task))
    job->progress (one->file, one->done, one->total, job->progress_data);
  return G_SOURCE_REMOVE;
}

static void
send_report (const char *file, guint64 done, guint64 total, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GSource) source = NULL;
  Report *one;

  if (job->progress == NULL || now - job->reported < REPORT_USEC)
    return;
  job->reported = now;
  one = g_new0 (Report, 1);
  one->task = g_object_ref (task);
  one->file = g_strdup (file);
  one->done = done;
  one->total = total;
  source = g_idle_source_new ();
  /* that of the task's own answer, which so comes after all reports */
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_report, one, report_free);
  g_source_attach (source, job->context);
}

static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  char *place = gram_download (job->entry, job->folder, job->accept_unverified, send_report, task,
                               cancellable, &error);

  if (place != NULL)
    g_task_return_pointer (task, place, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * gram_download_async:
 * @progress: (nullable) (scope async): called in the caller's main context, at most 20 times a
 *   second, never after @callback
 *
 * gram_download() in a thread of its own.
 */
void
gram_download_async (const GramCatalogueEntry *entry, const char *folder,
                     gboolean accept_unverified, GramDownloadProgress progress,
                     gpointer progress_data, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->entry = entry;
  job->folder = g_strdup (folder);
  job->accept_unverified = accept_unverified;
  job->progress = progress;
  job->progress_data = progress_data;
  job->context = g_main_context_ref_thread_default ();
  g_task_set_source_tag (task, gram_download_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_job);
}

/**
 * gram_download_finish:
 *
 * Returns: (transfer full) (nullable): as gram_download()
 */
char *
gram_download_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
