/* gram-fetch.c: one file from the first of several servers that has it
 *
 * SPDX-License-Identifier: MIT
 *
 * Bytes are written to NAME.part, and NAME.part.tag keeps the mark by which the server knows this
 * version of the file (ETag or date). When the connection breaks, what was received is kept. The
 * next attempt asks for the rest with Range and If-Range, so that a file that has changed meanwhile
 * is sent from its beginning. Only a complete and verified file is given its final name.
 */
#include "gram-fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <curl/curl.h>
#include <glib/gstdio.h>

#include "gram-error.h"
#include "gram-save.h"

#define MAX_REDIRECTS 5
#define MAX_ATTEMPTS 4
#define DEFAULT_TIMEOUT 30
#define BLOCK 65536
#define MAX_TAG 1024

typedef struct
{
  const GramFetch *fetch;
  GCancellable *cancellable;
  CURL *curl;
  const char *url; /* of the present request */
  char *part, *tag_path;
  int fd;
  guint64 have;       /* bytes in the .part file */
  guint64 total;      /* 0: unknown */
  gint64 moved;       /* monotonic time of the last byte */
  gboolean answered;  /* the head of the answer was looked at */
  gboolean resumable; /* the connection broke: what was received is worth keeping */
  GError *refusal;    /* why the answer is not taken, or cannot be stored */
  char why[CURL_ERROR_SIZE];
} Transfer;

static gboolean fail (GError **error, const char *url, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, const char *url, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK, "%s: %s", url, what);
  return FALSE;
}

static gboolean
fail_to_write (GError **error, const char *path, const char *remedy)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE, "%s: cannot be written: %s%s", path,
               g_strerror (errno), remedy);
  return FALSE;
}

/* A field of the answer's head, or %NULL. */
static const char *
get_header (Transfer *transfer, const char *name)
{
  struct curl_header *header;

  if (curl_easy_header (transfer->curl, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
    return NULL;
  return header->value;
}

static long
get_status (Transfer *transfer)
{
  long status = 0;

  curl_easy_getinfo (transfer->curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/* ---------- the .part file ----------------------------------------------------------------- */

static char *
load_tag (Transfer *transfer)
{
  char *tag = NULL;
  gsize length;

  if (!g_file_get_contents (transfer->tag_path, &tag, &length, NULL))
    return NULL;
  if (length == 0 || length > MAX_TAG || strlen (tag) != length || strpbrk (tag, "\r\n") != NULL)
    g_clear_pointer (&tag, g_free);
  return tag;
}

static void
store_tag (Transfer *transfer)
{
  const char *tag = get_header (transfer, "ETag");

  /* a weak tag (W/…) does not promise that the bytes are the same */
  if (tag == NULL || g_str_has_prefix (tag, "W/"))
    tag = get_header (transfer, "Last-Modified");
  if (tag == NULL || !gram_save_bytes (transfer->tag_path, tag, strlen (tag), NULL))
    g_unlink (transfer->tag_path);
}

static gboolean
restart (Transfer *transfer, GError **error)
{
  transfer->have = 0;
  if (ftruncate (transfer->fd, 0) == 0 && lseek (transfer->fd, 0, SEEK_SET) == 0)
    return TRUE;
  return fail_to_write (error, transfer->part, "");
}

static gboolean
open_part (Transfer *transfer, GError **error)
{
  off_t end;

  transfer->fd = g_open (transfer->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  end = transfer->fd >= 0 ? lseek (transfer->fd, 0, SEEK_END) : -1;
  if (end < 0)
    return fail_to_write (error, transfer->part, "");
  transfer->have = (guint64) end;
  return TRUE;
}

static void
discard_part (Transfer *transfer)
{
  g_unlink (transfer->part);
  g_unlink (transfer->tag_path);
}

static gboolean
write_block (Transfer *transfer, const char *block, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize done = write (transfer->fd, block, length);

      if (done < 0 && errno == EINTR)
        continue;
      if (done <= 0)
        return fail_to_write (error, transfer->part, "; free some space or choose another folder");
      block += done;
      length -= (gsize) done;
      transfer->have += (guint64) done;
    }
  return TRUE;
}

static gboolean
check_space (Transfer *transfer, GError **error)
{
  struct statvfs disk;
  guint64 left, needed;

  if (transfer->total <= transfer->have || fstatvfs (transfer->fd, &disk) != 0)
    return TRUE;
  left = (guint64) disk.f_bavail * disk.f_frsize;
  needed = transfer->total - transfer->have;
  if (needed <= left)
    return TRUE;

  g_autofree char *needs = g_format_size (needed);
  g_autofree char *has = g_format_size (left);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE,
               "%s: needs %s, %s free; free some space or choose another folder", transfer->part,
               needs, has);
  return FALSE;
}

/* ---------- the answer --------------------------------------------------------------------- */

static gboolean
is_allowed (const GramFetch *fetch, const char *url)
{
  return g_ascii_strncasecmp (url, "https://", 8) == 0
         || (fetch->insecure != NULL && g_str_has_prefix (url, fetch->insecure));
}

static gboolean
is_redirection (Transfer *transfer)
{
  return get_status (transfer) / 100 == 3 && get_header (transfer, "Location") != NULL;
}

static gboolean
check_type (Transfer *transfer, GError **error)
{
  const char *type = get_header (transfer, "Content-Type");

  if (type == NULL || g_ascii_strncasecmp (type, "text/html", strlen ("text/html")) != 0)
    return TRUE;
  return fail (error, transfer->url, "answered with a web page instead of the file");
}

/* Content-Range of a part: its first byte, and the size of the whole, 0 if that is not said. */
static gboolean
read_range (Transfer *transfer, guint64 *first, guint64 *total)
{
  const char *range = get_header (transfer, "Content-Range");
  char *end;

  if (range == NULL || !g_str_has_prefix (range, "bytes ") || !g_ascii_isdigit (range[6]))
    return FALSE;
  *first = g_ascii_strtoull (range + 6, &end, 10);
  range = strchr (end, '/');
  *total = range != NULL ? g_ascii_strtoull (range + 1, NULL, 10) : 0;
  return *end == '-' && range != NULL;
}

/* Whether the answer continues what we have. If it begins at the first byte, so do we. */
static gboolean
check_range (Transfer *transfer, GError **error)
{
  g_autofree char *tag = load_tag (transfer);
  const char *now = get_header (transfer, "ETag");
  guint64 first, total;

  if (get_status (transfer) == 200)
    return restart (transfer, error);
  if (!read_range (transfer, &first, &total) || first != transfer->have)
    {
      discard_part (transfer);
      restart (transfer, NULL);
      return fail (error, transfer->url, "answered with another piece of the file than asked for");
    }
  if (tag != NULL && now != NULL && tag[0] == '"' && !g_str_equal (now, tag))
    {
      discard_part (transfer);
      restart (transfer, NULL);
      transfer->resumable = TRUE;
      return fail (error, transfer->url, "changed while it was downloaded");
    }
  transfer->total = total;
  return TRUE;
}

static gboolean
check_too_large (Transfer *transfer, guint64 size, GError **error)
{
  guint64 most = transfer->fetch->bytes > 0 ? transfer->fetch->bytes : transfer->fetch->most;

  if (size <= most)
    return TRUE;
  discard_part (transfer);
  return fail (error, transfer->url,
               "is larger than the %" G_GUINT64_FORMAT " bytes it should have; refused", most);
}

static gboolean
check_answer (Transfer *transfer, GError **error)
{
  long status = get_status (transfer);
  curl_off_t length = -1;

  if (status == 416)
    {
      transfer->resumable = TRUE;
      discard_part (transfer);
      restart (transfer, NULL);
      return fail (error, transfer->url, "does not have the rest of what was received");
    }
  if (status != 200 && status != 206)
    return fail (error, transfer->url, "the server answered %ld", status);
  transfer->total = 0;
  if (!check_type (transfer, error) || !check_range (transfer, error))
    return FALSE;
  curl_easy_getinfo (transfer->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (transfer->total == 0 && length > 0)
    transfer->total = transfer->have + (guint64) length;
  if (!check_too_large (transfer, transfer->total, error) || !check_space (transfer, error))
    return FALSE;
  store_tag (transfer);
  return TRUE;
}

/* Looks at the head once, with the first byte or at the end. What a redirection says beside the
 * address is not read. */
static gboolean
take_head (Transfer *transfer)
{
  if (transfer->answered)
    return TRUE;
  transfer->answered = TRUE;
  return !is_redirection (transfer) && check_answer (transfer, &transfer->refusal);
}

static size_t
take_bytes (char *bytes, size_t size, size_t count, void *user_data)
{
  Transfer *transfer = user_data;
  gsize length = size * count;
  GError **error = &transfer->refusal;

  transfer->moved = g_get_monotonic_time ();
  if (length == 0)
    return 0;
  if (!take_head (transfer))
    return CURL_WRITEFUNC_ERROR;
  if (transfer->have == 0 && bytes[0] == '<')
    {
      fail (error, transfer->url, "answered with a web page instead of the file");
      return CURL_WRITEFUNC_ERROR;
    }
  if (!check_too_large (transfer, transfer->have + length, error)
      || !write_block (transfer, bytes, length, error))
    return CURL_WRITEFUNC_ERROR;
  if (transfer->fetch->progress != NULL)
    transfer->fetch->progress (transfer->have, transfer->total, transfer->fetch->progress_data);
  return length;
}

/* ---------- one request -------------------------------------------------------------------- */

/* The proxy that the desktop names for the address; what the environment names libcurl knows
 * itself. */
static void
choose_proxy (Transfer *transfer)
{
  g_auto (GStrv) proxies = g_proxy_resolver_lookup (g_proxy_resolver_get_default (), transfer->url,
                                                    transfer->cancellable, NULL);
  gboolean direct = proxies == NULL || g_str_has_prefix (proxies[0], "direct:");

  curl_easy_setopt (transfer->curl, CURLOPT_PROXY, direct ? NULL : proxies[0]);
}

/* Waits for the end of the request, a cancellation, or for as long as no byte comes. */
static CURLcode
wait_for_end (Transfer *transfer, CURLM *multi)
{
  guint seconds = transfer->fetch->timeout > 0 ? transfer->fetch->timeout : DEFAULT_TIMEOUT;
  int fd = transfer->cancellable != NULL ? g_cancellable_get_fd (transfer->cancellable) : -1;
  struct curl_waitfd cancelled = { .fd = fd, .events = CURL_WAIT_POLLIN };
  CURLcode result = CURLE_OPERATION_TIMEDOUT;
  int running = 1, left;

  transfer->moved = g_get_monotonic_time ();
  while (curl_multi_perform (multi, &running) == CURLM_OK && running > 0
         && !g_cancellable_is_cancelled (transfer->cancellable))
    {
      gint64 rest = transfer->moved + seconds * G_USEC_PER_SEC - g_get_monotonic_time ();

      if (rest <= 0)
        break;
      curl_multi_poll (multi, &cancelled, fd >= 0 ? 1 : 0, (int) (rest / 1000) + 1, NULL);
    }
  if (running == 0)
    result = curl_multi_info_read (multi, &left)->data.result;
  else
    g_snprintf (transfer->why, sizeof transfer->why, "no byte came for %u s", seconds);
  if (fd >= 0)
    g_cancellable_release_fd (transfer->cancellable);
  return result;
}

static gboolean
fail_midway (Transfer *transfer, CURLcode result, GError **error)
{
  const char *why = transfer->why[0] != '\0' ? transfer->why : curl_easy_strerror (result);

  if (!transfer->answered)
    return fail (error, transfer->url, "%s; try again, or choose a file on this machine", why);
  transfer->resumable = TRUE;
  return fail (error, transfer->url, "broke off after %" G_GUINT64_FORMAT " bytes (%s); try again",
               transfer->have, why);
}

/* One request and its answer, whose bytes take_bytes() has stored. */
static gboolean
request (Transfer *transfer, const char *tag, GError **error)
{
  g_autofree char *range = g_strdup_printf ("%" G_GUINT64_FORMAT "-", transfer->have);
  g_autofree char *if_range = tag != NULL ? g_strconcat ("If-Range: ", tag, NULL) : NULL;
  gboolean resumes = transfer->have > 0 && tag != NULL;
  struct curl_slist *fields = resumes ? curl_slist_append (NULL, if_range) : NULL;
  CURLM *multi = curl_multi_init ();
  CURLcode result;

  transfer->answered = FALSE;
  transfer->why[0] = '\0';
  curl_easy_setopt (transfer->curl, CURLOPT_URL, transfer->url);
  curl_easy_setopt (transfer->curl, CURLOPT_RANGE, resumes ? range : NULL);
  curl_easy_setopt (transfer->curl, CURLOPT_HTTPHEADER, fields);
  choose_proxy (transfer);
  curl_multi_add_handle (multi, transfer->curl);
  result = wait_for_end (transfer, multi);
  curl_multi_remove_handle (multi, transfer->curl);
  curl_multi_cleanup (multi);
  curl_slist_free_all (fields);

  if (g_cancellable_set_error_if_cancelled (transfer->cancellable, error))
    {
      g_clear_error (&transfer->refusal);
      return FALSE;
    }
  if (result == CURLE_OK)
    take_head (transfer);
  if (transfer->refusal != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&transfer->refusal));
      return FALSE;
    }
  return is_redirection (transfer) || result == CURLE_OK || fail_midway (transfer, result, error);
}

/* Follows redirections itself, because none may lead away from HTTPS. */
static gboolean
request_all (Transfer *transfer, const char *first_url, GError **error)
{
  g_autofree char *url = g_strdup (first_url);
  g_autofree char *tag = load_tag (transfer);

  if (!is_allowed (transfer->fetch, url))
    return fail (error, url,
                 "is not encrypted (HTTPS); refused, choose a file on this machine instead");
  for (int hop = 0; hop <= MAX_REDIRECTS; hop++)
    {
      g_autofree char *next = NULL;
      const char *location;

      transfer->url = url;
      if (!request (transfer, tag, error))
        return FALSE;
      if (!is_redirection (transfer))
        return TRUE;
      location = get_header (transfer, "Location");
      next = g_uri_resolve_relative (url, location, G_URI_FLAGS_ENCODED, NULL);
      if (next == NULL || !is_allowed (transfer->fetch, next))
        return fail (error, url, "leads to an address that is not encrypted (%s); refused",
                     location);
      g_free (url);
      url = g_steal_pointer (&next);
    }
  return fail (error, first_url, "leads from one address to the next without end");
}

static gboolean
check_complete (Transfer *transfer, const char *url, GError **error)
{
  guint64 wanted = transfer->fetch->bytes > 0 ? transfer->fetch->bytes : transfer->total;

  if (wanted == 0 || transfer->have == wanted)
    return TRUE;
  transfer->resumable = TRUE;
  return fail (error, url,
               "ended after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes; try again",
               transfer->have, wanted);
}

static gboolean
attempt (Transfer *transfer, const char *url, GError **error)
{
  transfer->resumable = FALSE;
  return request_all (transfer, url, error) && check_complete (transfer, url, error);
}

/* ---------- the whole file ----------------------------------------------------------------- */

/**
 * gram_fetch_verify:
 * @found: (out) (optional): the checksum that the file has
 *
 * Returns: whether the file's SHA-256 is @sha256; sets @error only when it cannot be read
 */
gboolean
gram_fetch_verify (const char *path, const char *sha256, GCancellable *cancellable, char **found,
                   GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autofree guchar *block = g_malloc (BLOCK);
  gssize got = -1;

  while (stream != NULL
         && (got = g_input_stream_read (G_INPUT_STREAM (stream), block, BLOCK, cancellable, error))
                > 0)
    g_checksum_update (checksum, block, got);
  if (got < 0)
    return FALSE;
  if (found != NULL)
    *found = g_strdup (g_checksum_get_string (checksum));
  return g_ascii_strcasecmp (g_checksum_get_string (checksum), sha256) == 0;
}

static gboolean
accept_file (Transfer *transfer, const char *url, GError **error)
{
  const GramFetch *fetch = transfer->fetch;
  g_autofree char *found = NULL;
  g_autoptr (GError) local = NULL;

  if (fetch->sha256 != NULL
      && !gram_fetch_verify (transfer->part, fetch->sha256, transfer->cancellable, &found, &local))
    {
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      discard_part (transfer);
      return fail (error, url,
                   "is not the file it should be and was deleted: SHA-256 %s instead of %s", found,
                   fetch->sha256);
    }
  if (fsync (transfer->fd) != 0 || g_rename (transfer->part, fetch->target) != 0)
    return fail_to_write (error, fetch->target, "");
  g_unlink (transfer->tag_path);
  return TRUE;
}

/* Tries one server again as long as each attempt brings some bytes. */
static gboolean
try_mirror (Transfer *transfer, const char *mirror, GError **error)
{
  g_autofree char *url = g_strconcat (mirror, transfer->fetch->name, NULL);
  gboolean done = FALSE;

  for (int i = 0; !done && i < MAX_ATTEMPTS; i++)
    {
      g_autoptr (GError) local = NULL;

      guint64 before;

      if (!open_part (transfer, error))
        return FALSE;
      before = transfer->have;
      done = attempt (transfer, url, &local) && accept_file (transfer, url, &local);
      close (transfer->fd);
      if (done)
        return TRUE;
      /* an attempt that brought nothing is not repeated with this server */
      if (!transfer->resumable || transfer->have == before || i == MAX_ATTEMPTS - 1)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return done;
}

static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         || g_error_matches (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
}

static CURL *
new_handle (Transfer *transfer)
{
  static gsize ready;
  CURL *curl;

  if (g_once_init_enter (&ready))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&ready, 1);
    }
  curl = curl_easy_init ();
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR,
                    transfer->fetch->insecure != NULL ? "http,https" : "https");
  curl_easy_setopt (curl, CURLOPT_USERAGENT, "gramscope");
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  /* a cancellation does not wait for the resolver */
  curl_easy_setopt (curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, transfer->why);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, transfer);
  return curl;
}

/**
 * gram_fetch_run:
 *
 * Blocks; call it in a thread of its own.
 *
 * Returns: %FALSE with GRAM_ERROR_NETWORK, GRAM_ERROR_STORAGE or G_IO_ERROR_CANCELLED. What was
 *   received of a file whose line broke stays for the next call.
 */
gboolean
gram_fetch_run (const GramFetch *fetch, GCancellable *cancellable, GError **error)
{
  Transfer transfer = { .fetch = fetch, .cancellable = cancellable, .fd = -1 };
  gboolean done = FALSE;

  transfer.curl = new_handle (&transfer);
  transfer.part = g_strconcat (fetch->target, ".part", NULL);
  transfer.tag_path = g_strconcat (fetch->target, ".part.tag", NULL);
  for (guint i = 0; !done && fetch->mirrors[i] != NULL; i++)
    {
      g_autoptr (GError) local = NULL;

      done = try_mirror (&transfer, fetch->mirrors[i], &local);
      if (!done && (is_final (local) || fetch->mirrors[i + 1] == NULL))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          break;
        }
    }
  curl_easy_cleanup (transfer.curl);
  g_free (transfer.part);
  g_free (transfer.tag_path);
  return done;
}
