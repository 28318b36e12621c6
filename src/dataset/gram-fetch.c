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

#include <glib/gstdio.h>
#include <libsoup/soup.h>

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
  SoupSession *session;
  GCancellable *cancellable;
  char *part, *tag_path;
  int fd;
  guint64 have;       /* bytes in the .part file */
  guint64 total;      /* 0: unknown */
  gboolean resumable; /* the connection broke: what was received is worth keeping */
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
store_tag (Transfer *transfer, SoupMessageHeaders *headers)
{
  const char *tag = soup_message_headers_get_one (headers, "ETag");

  /* a weak tag (W/…) does not promise that the bytes are the same */
  if (tag == NULL || g_str_has_prefix (tag, "W/"))
    tag = soup_message_headers_get_one (headers, "Last-Modified");
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

/* ---------- one request -------------------------------------------------------------------- */

static gboolean
is_allowed (const GramFetch *fetch, GUri *uri)
{
  g_autofree char *text = g_uri_to_string (uri);

  return g_str_equal (g_uri_get_scheme (uri), "https")
         || (fetch->insecure != NULL && g_str_has_prefix (text, fetch->insecure));
}

static GInputStream *
send_once (Transfer *transfer, const char *url, const char *tag, SoupMessage **message,
           GError **error)
{
  g_autoptr (SoupMessage) request = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GError) local = NULL;
  SoupMessageHeaders *headers;
  GInputStream *body;

  if (request == NULL || !is_allowed (transfer->fetch, soup_message_get_uri (request)))
    {
      fail (error, url, "is not encrypted (HTTPS); refused, choose a file on this machine instead");
      return NULL;
    }
  soup_message_add_flags (request, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (request);
  if (transfer->have > 0 && tag != NULL)
    {
      soup_message_headers_set_range (headers, (goffset) transfer->have, -1);
      soup_message_headers_replace (headers, "If-Range", tag);
    }
  body = soup_session_send (transfer->session, request, transfer->cancellable, &local);
  if (body == NULL)
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        fail (error, url, "%s; try again, or choose a file on this machine", local->message);
      transfer->resumable = local == NULL || local->domain != G_TLS_ERROR;
      return NULL;
    }
  *message = g_steal_pointer (&request);
  return body;
}

/* Follows redirections itself, because libsoup would go from HTTPS to HTTP. */
static GInputStream *
send_request (Transfer *transfer, const char *first_url, SoupMessage **message, GError **error)
{
  g_autofree char *url = g_strdup (first_url);
  g_autofree char *tag = load_tag (transfer);

  for (int hop = 0; hop <= MAX_REDIRECTS; hop++)
    {
      g_autoptr (GInputStream) body = send_once (transfer, url, tag, message, error);
      g_autoptr (GUri) next = NULL;
      const char *location;

      if (body == NULL)
        return NULL;
      location =
          soup_message_headers_get_one (soup_message_get_response_headers (*message), "Location");
      if (!SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (*message)) || location == NULL)
        return g_steal_pointer (&body);
      next = g_uri_parse_relative (soup_message_get_uri (*message), location, SOUP_HTTP_URI_FLAGS,
                                   NULL);
      g_clear_object (message);
      if (next == NULL || !is_allowed (transfer->fetch, next))
        {
          fail (error, url, "leads to an address that is not encrypted (%s); refused", location);
          return NULL;
        }
      g_free (url);
      url = g_uri_to_string (next);
    }
  fail (error, first_url, "leads from one address to the next without end");
  return NULL;
}

static gboolean
check_type (const char *url, SoupMessageHeaders *headers, GError **error)
{
  const char *type = soup_message_headers_get_content_type (headers, NULL);

  if (type == NULL || g_ascii_strcasecmp (type, "text/html") != 0)
    return TRUE;
  return fail (error, url, "answered with a web page instead of the file");
}

/* Whether the answer continues what we have. If it begins at the first byte, so do we. */
static gboolean
check_range (Transfer *transfer, const char *url, SoupMessage *message, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autofree char *tag = load_tag (transfer);
  const char *now = soup_message_headers_get_one (headers, "ETag");
  goffset first, last, total;

  if (soup_message_get_status (message) == SOUP_STATUS_OK)
    return restart (transfer, error);
  if (!soup_message_headers_get_content_range (headers, &first, &last, &total)
      || (guint64) first != transfer->have)
    {
      discard_part (transfer);
      restart (transfer, NULL);
      return fail (error, url, "answered with another piece of the file than asked for");
    }
  if (tag != NULL && now != NULL && tag[0] == '"' && !g_str_equal (now, tag))
    {
      discard_part (transfer);
      restart (transfer, NULL);
      transfer->resumable = TRUE;
      return fail (error, url, "changed while it was downloaded");
    }
  if (total > 0)
    transfer->total = (guint64) total;
  return TRUE;
}

static gboolean
check_too_large (Transfer *transfer, const char *url, guint64 size, GError **error)
{
  guint64 most = transfer->fetch->bytes > 0 ? transfer->fetch->bytes : transfer->fetch->most;

  if (size <= most)
    return TRUE;
  discard_part (transfer);
  return fail (error, url, "is larger than the %" G_GUINT64_FORMAT " bytes it should have; refused",
               most);
}

static gboolean
check_answer (Transfer *transfer, const char *url, SoupMessage *message, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE)
    {
      transfer->resumable = TRUE;
      discard_part (transfer);
      restart (transfer, NULL);
      return fail (error, url, "does not have the rest of what was received");
    }
  if (status != SOUP_STATUS_OK && status != SOUP_STATUS_PARTIAL_CONTENT)
    return fail (error, url, "the server answered %u %s", status,
                 soup_message_get_reason_phrase (message));
  transfer->total = 0;
  if (!check_type (url, headers, error) || !check_range (transfer, url, message, error))
    return FALSE;
  if (transfer->total == 0
      && soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    transfer->total = transfer->have + (guint64) soup_message_headers_get_content_length (headers);
  if (!check_too_large (transfer, url, transfer->total, error) || !check_space (transfer, error))
    return FALSE;
  store_tag (transfer, headers);
  return TRUE;
}

static gboolean
receive (Transfer *transfer, const char *url, GInputStream *body, GError **error)
{
  g_autofree char *block = g_malloc (BLOCK);

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      gssize got = g_input_stream_read (body, block, BLOCK, transfer->cancellable, &local);

      if (got < 0 && g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (got < 0)
        {
          transfer->resumable = TRUE;
          return fail (error, url, "broke off after %" G_GUINT64_FORMAT " bytes (%s); try again",
                       transfer->have, local->message);
        }
      if (got == 0)
        return TRUE;
      if (transfer->have == 0 && block[0] == '<')
        return fail (error, url, "answered with a web page instead of the file");
      if (!check_too_large (transfer, url, transfer->have + (guint64) got, error)
          || !write_block (transfer, block, (gsize) got, error))
        return FALSE;
      if (transfer->fetch->progress != NULL)
        transfer->fetch->progress (transfer->have, transfer->total, transfer->fetch->progress_data);
    }
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
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) body = NULL;

  transfer->resumable = FALSE;
  body = send_request (transfer, url, &message, error);
  return body != NULL && check_answer (transfer, url, message, error)
         && receive (transfer, url, body, error) && check_complete (transfer, url, error);
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
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SoupSession) session = NULL;
  gboolean done = FALSE;

  /* so that the session's events are handled in this thread, not in the window's main loop */
  g_main_context_push_thread_default (context);
  session = soup_session_new ();
  soup_session_set_timeout (session, fetch->timeout > 0 ? fetch->timeout : DEFAULT_TIMEOUT);
  soup_session_set_user_agent (session, "gramscope");
  /* so that a .gz file is stored as it is, not decompressed */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  transfer.session = session;
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
  soup_session_abort (session);
  g_clear_object (&session);
  g_main_context_pop_thread_default (context);
  g_free (transfer.part);
  g_free (transfer.tag_path);
  return done;
}
