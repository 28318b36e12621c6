/* test-download.c: downloads from a server on the loopback interface that misbehaves
 *
 * SPDX-License-Identifier: MIT
 *
 * Each scenario is a script of answers, one a connection. Whatever the server does, the file is
 * whole and verified or absent.
 */
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "gram-download.h"
#include "gram-error.h"
#include "gram-fetch.h"

#define SIZE 200000
#define MAX_ANSWERS 16

typedef enum
{
  END,
  WHOLE,          /* 200 with everything, ETag "a" */
  RANGED,         /* 206 from the place that was asked for; else as WHOLE */
  CUT_HALF,       /* 200, half of the bytes, then the connection closes */
  RESET_HALF,     /* 200, half of the bytes, then a reset */
  STALL,          /* 200, half of the bytes, then nothing */
  SILENT,         /* no answer at all */
  NOT_FOUND,      /* 404 */
  FORBIDDEN,      /* 403 */
  SERVER_ERROR,   /* 500 */
  HTML,           /* 200 with a web page, said so */
  HTML_IN_SECRET, /* 200 with a web page as a binary */
  TO_HTTPS,       /* redirection to where nobody listens, encrypted */
  TO_SELF,        /* redirection to the same server */
  TO_FILE,        /* redirection to a local file */
  TO_HTTP,        /* redirection to another server that is not encrypted */
  NO_LENGTH,      /* 200 without a length, everything, then it closes */
  TOO_LONG,       /* 200 that promises more than it should have */
  ENDLESS,        /* 200 without a length that does not end where it should */
  OTHER_BYTES,    /* 200, right length, wrong content */
  OTHER_ETAG,     /* 206 with another ETag */
  WRONG_PIECE,    /* 206 from another place */
  NO_RANGE,       /* 416 */
  GARBAGE,        /* no HTTP */
  EMPTY,          /* 200 with nothing */
  IGNORE_RANGE,   /* 200 with everything although a range was asked for, ETag "b" */
} Answer;

typedef struct
{
  Answer answers[MAX_ANSWERS];
  int asked;                 /* connections so far */
  goffset from[MAX_ANSWERS]; /* what each asked for; −1: no range */
  char if_range[MAX_ANSWERS][64];
  GSocketService *service;
  guint16 port;
  GThread *thread;
  GMainLoop *loop;
  GMainContext *context;
  char *folder, *target, *mirror;
  guint8 *bytes;
  char *sha256;
} Server;

static GMutex lock;

static void
send_text (GOutputStream *out, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
}

static void
send_bytes (Server *server, GOutputStream *out, gsize from, gsize to)
{
  g_output_stream_write_all (out, server->bytes + from, to - from, NULL, NULL, NULL);
}

static void
send_head (GOutputStream *out, const char *status, const char *etag, gsize length, const char *more)
{
  send_text (out,
             "HTTP/1.1 %s\r\nConnection: close\r\nETag: \"%s\"\r\nContent-Length: %" G_GSIZE_FORMAT
             "\r\nContent-Type: application/octet-stream\r\n%s\r\n",
             status, etag, length, more);
}

static void
send_piece (Server *server, GOutputStream *out, const char *etag, gsize said, gsize from)
{
  g_autofree char *range =
      g_strdup_printf ("Content-Range: bytes %" G_GSIZE_FORMAT "-%d/%d\r\n", said, SIZE - 1, SIZE);

  send_head (out, "206 Partial Content", etag, SIZE - from, range);
  send_bytes (server, out, from, SIZE);
}

static void
answer_redirection (Server *server, Answer answer, GOutputStream *out)
{
  g_autofree char *to = NULL;

  if (answer == TO_HTTPS)
    to = g_strdup ("https://127.0.0.1:1/file");
  else if (answer == TO_FILE)
    to = g_strdup ("file:///etc/passwd");
  else
    to = g_strdup_printf ("http://%s:%u/file", answer == TO_HTTP ? "localhost" : "127.0.0.1",
                          server->port);
  send_text (out,
             "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
             to);
}

static void
answer_status (Answer answer, GOutputStream *out)
{
  if (answer == NOT_FOUND)
    send_text (out, "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  else if (answer == FORBIDDEN)
    send_text (out, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  else if (answer == SERVER_ERROR)
    send_text (out, "HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  else if (answer == NO_RANGE)
    send_text (out, "HTTP/1.1 416 No Range\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  else if (answer == GARBAGE)
    send_text (out, "what do you want?\r\n\r\n");
}

static void
answer_page (Answer answer, GOutputStream *out)
{
  const char *page = "<!DOCTYPE html><html>Please log in to the network.</html>";

  send_text (out,
             "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %u\r\n"
             "\r\n%s",
             answer == HTML ? "text/html; charset=utf-8" : "application/octet-stream",
             (guint) strlen (page), page);
}

static void
answer_odd_length (Server *server, Answer answer, GOutputStream *out)
{
  if (answer == TOO_LONG)
    send_head (out, "200 OK", "a", (gsize) SIZE * 1000, "");
  else if (answer == EMPTY)
    send_head (out, "200 OK", "a", 0, "");
  else
    send_text (out, "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n");
  if (answer == EMPTY)
    return;
  send_bytes (server, out, 0, SIZE);
  for (int i = 0; i < 50 && answer != NO_LENGTH; i++)
    send_bytes (server, out, 0, SIZE);
}

static void
answer_broken (Server *server, Answer answer, GIOStream *stream, GOutputStream *out)
{
  if (answer != SILENT)
    {
      send_head (out, "200 OK", "a", SIZE, "Accept-Ranges: bytes\r\n");
      send_bytes (server, out, 0, SIZE / 2);
    }
  if (answer == RESET_HALF)
    {
      GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
      struct linger hard = { .l_onoff = 1, .l_linger = 0 };

      g_usleep (50000);
      setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
  if (answer == STALL || answer == SILENT)
    g_usleep (2500000);
}

static void
answer_request (Server *server, Answer answer, goffset from, GIOStream *stream)
{
  GOutputStream *out = g_io_stream_get_output_stream (stream);

  switch (answer)
    {
    case TO_HTTPS:
    case TO_SELF:
    case TO_FILE:
    case TO_HTTP:
      answer_redirection (server, answer, out);
      break;
    case HTML:
    case HTML_IN_SECRET:
      answer_page (answer, out);
      break;
    case CUT_HALF:
    case RESET_HALF:
    case STALL:
    case SILENT:
      answer_broken (server, answer, stream, out);
      break;
    case NO_LENGTH:
    case TOO_LONG:
    case ENDLESS:
    case EMPTY:
      answer_odd_length (server, answer, out);
      break;
    case OTHER_BYTES:
      send_head (out, "200 OK", "x", SIZE, "");
      send_bytes (server, out, 1, SIZE);
      send_bytes (server, out, 0, 1);
      break;
    case OTHER_ETAG:
      send_piece (server, out, "z", (gsize) MAX (from, 0), (gsize) MAX (from, 0));
      break;
    case WRONG_PIECE:
      send_piece (server, out, "a", 17, 17);
      break;
    case WHOLE:
    case IGNORE_RANGE:
    case RANGED:
      if (answer == RANGED && from > 0)
        send_piece (server, out, "a", (gsize) from, (gsize) from);
      else
        {
          send_head (out, "200 OK", answer == IGNORE_RANGE ? "b" : "a", SIZE, "");
          send_bytes (server, out, 0, SIZE);
        }
      break;
    default:
      answer_status (answer, out);
    }
}

static gboolean
serve (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
       gpointer user_data)
{
  Server *server = user_data;
  g_autoptr (GDataInputStream) in =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  goffset from = -1;
  char tag[64] = "";
  int at;
  Answer answer;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);

      if (line == NULL || *line == '\0')
        break;
      if (g_ascii_strncasecmp (line, "Range: bytes=", 13) == 0)
        from = g_ascii_strtoll (line + 13, NULL, 10);
      if (g_ascii_strncasecmp (line, "If-Range: ", 10) == 0)
        g_strlcpy (tag, line + 10, sizeof tag);
    }
  g_mutex_lock (&lock);
  at = MIN (server->asked, MAX_ANSWERS - 1);
  server->asked++;
  server->from[at] = from;
  g_strlcpy (server->if_range[at], tag, sizeof tag);
  answer = server->answers[at];
  g_mutex_unlock (&lock);
  if (answer != END)
    answer_request (server, answer, from, G_IO_STREAM (connection));
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

static gpointer
run_server (gpointer data)
{
  Server *server = data;

  g_main_context_push_thread_default (server->context);
  g_main_loop_run (server->loop);
  g_main_context_pop_thread_default (server->context);
  return NULL;
}

static Server *
server_new (const Answer *answers)
{
  Server *server = g_new0 (Server, 1);

  for (int i = 0; answers[i] != END; i++)
    server->answers[i] = answers[i];
  server->bytes = g_malloc (SIZE);
  for (int i = 0; i < SIZE; i++)
    server->bytes[i] = (guint8) (i * 31 + i / 257);
  server->sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, server->bytes, SIZE);
  server->folder = g_dir_make_tmp ("gram-download-XXXXXX", NULL);
  server->target = g_build_filename (server->folder, "file", NULL);
  server->context = g_main_context_new ();
  server->loop = g_main_loop_new (server->context, FALSE);
  g_main_context_push_thread_default (server->context);
  server->service = g_threaded_socket_service_new (20);
  {
    g_autoptr (GInetAddress) here = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
    g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (here, 0);
    g_autoptr (GSocketAddress) got = NULL;

    g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), wanted,
                                                  G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                  &got, NULL));
    server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  }
  g_signal_connect (server->service, "run", G_CALLBACK (serve), server);
  g_socket_service_start (server->service);
  g_main_context_pop_thread_default (server->context);
  server->mirror = g_strdup_printf ("http://127.0.0.1:%u/", server->port);
  server->thread = g_thread_new ("server", run_server, server);
  return server;
}

static void
server_free (Server *server)
{
  const char *names[] = { "file", "file.part", "file.part.tag" };

  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_main_loop_quit (server->loop);
  g_thread_join (server->thread);
  /* lets the listener's pending calls end */
  for (int i = 0; i < 20; i++)
    {
      g_usleep (1000);
      while (g_main_context_iteration (server->context, FALSE))
        ;
    }
  g_clear_object (&server->service);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (server->folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (server->folder), ==, 0);
  g_main_loop_unref (server->loop);
  g_main_context_unref (server->context);
  g_free (server->folder);
  g_free (server->target);
  g_free (server->mirror);
  g_free (server->sha256);
  g_free (server->bytes);
  g_free (server);
}

static gboolean
fetch (Server *server, gboolean pinned, GCancellable *cancellable, GError **error)
{
  /* the second mirror is the same server: the script goes on */
  const char *mirrors[] = { server->mirror, server->mirror, NULL };
  GramFetch job = { .mirrors = mirrors,
                    .name = "file",
                    .target = server->target,
                    .bytes = pinned ? SIZE : 0,
                    .most = 1000000,
                    .sha256 = pinned ? server->sha256 : NULL,
                    .timeout = 1,
                    .insecure = server->mirror };

  return gram_fetch_run (&job, cancellable, error);
}

static void
check_whole (Server *server)
{
  g_autofree char *data = NULL;
  g_autofree char *part = g_strconcat (server->target, ".part", NULL);
  g_autofree char *tag = g_strconcat (part, ".tag", NULL);
  gsize length;

  g_assert_true (g_file_get_contents (server->target, &data, &length, NULL));
  g_assert_cmpmem (data, length, server->bytes, SIZE);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (tag, G_FILE_TEST_EXISTS));
}

/* ---------- scenarios ----------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  Answer answers[8];
  gboolean pinned;
  const char *message; /* NULL: ends well */
  int asked;           /* connections it takes */
  goffset from;        /* what the second one asks for; −1: no range */
} Scenario;

#define HALF (SIZE / 2)

static const Scenario scenarios[] = {
  { "whole", { WHOLE }, TRUE, NULL, 1, 0 },
  { "no-length", { NO_LENGTH }, TRUE, NULL, 1, 0 },
  { "no-length-unpinned", { NO_LENGTH }, FALSE, NULL, 1, 0 },
  { "cut-resume", { CUT_HALF, RANGED }, TRUE, NULL, 2, HALF },
  { "cut-resume-unpinned", { CUT_HALF, RANGED }, FALSE, NULL, 2, HALF },
  { "cut-ignore-range", { CUT_HALF, IGNORE_RANGE }, TRUE, NULL, 2, HALF },
  { "cut-other-etag", { CUT_HALF, OTHER_ETAG, WHOLE }, TRUE, NULL, 3, HALF },
  { "cut-wrong-piece", { CUT_HALF, WRONG_PIECE, WHOLE }, TRUE, NULL, 3, HALF },
  { "cut-no-range", { CUT_HALF, NO_RANGE, WHOLE }, TRUE, NULL, 3, HALF },
  { "reset-resume", { RESET_HALF, RANGED }, TRUE, NULL, 2, 0 },
  { "stall-resume", { STALL, RANGED }, TRUE, NULL, 2, HALF },
  { "silent-mirror", { SILENT, WHOLE }, TRUE, NULL, 2, -1 },
  { "404-mirror", { NOT_FOUND, WHOLE }, TRUE, NULL, 2, -1 },
  { "403-mirror", { FORBIDDEN, WHOLE }, TRUE, NULL, 2, -1 },
  { "500-mirror", { SERVER_ERROR, WHOLE }, TRUE, NULL, 2, -1 },
  { "html-mirror", { HTML, WHOLE }, TRUE, NULL, 2, -1 },
  { "secret-html-mirror", { HTML_IN_SECRET, WHOLE }, FALSE, NULL, 2, -1 },
  { "garbage-mirror", { GARBAGE, WHOLE }, TRUE, NULL, 2, -1 },
  { "redirect", { TO_SELF, WHOLE }, TRUE, NULL, 2, -1 },
  { "wrong-sum-mirror", { OTHER_BYTES, WHOLE }, TRUE, NULL, 2, -1 },
  { "too-long-mirror", { TOO_LONG, WHOLE }, TRUE, NULL, 2, -1 },
  { "404", { NOT_FOUND, NOT_FOUND }, TRUE, "the server answered 404", 2, -1 },
  { "html", { HTML, HTML }, TRUE, "web page instead of the file", 2, -1 },
  { "secret-html", { HTML_IN_SECRET, HTML_IN_SECRET }, FALSE, "web page instead", 2, -1 },
  { "wrong-sum", { OTHER_BYTES, OTHER_BYTES }, TRUE, "instead of ", 2, -1 },
  { "too-long", { TOO_LONG, TOO_LONG }, TRUE, "is larger than the 200000 bytes", 2, -1 },
  { "too-long-unpinned", { TOO_LONG, TOO_LONG }, FALSE, "is larger than the 1000000", 2, -1 },
  { "endless", { ENDLESS, ENDLESS }, TRUE, "is larger than the 200000 bytes", 2, -1 },
  { "endless-unpinned", { ENDLESS, ENDLESS }, FALSE, "is larger than", 2, -1 },
  { "empty", { EMPTY, EMPTY }, TRUE, "ended after 0 of 200000 bytes", 2, -1 },
  { "loop",
    { TO_SELF, TO_SELF, TO_SELF, TO_SELF, TO_SELF, TO_SELF, TO_SELF },
    TRUE,
    "without end",
    12,
    -1 },
  { "to-file", { TO_FILE, TO_FILE }, TRUE, "not encrypted", 2, -1 },
  { "to-http", { TO_HTTP, TO_HTTP }, TRUE, "not encrypted", 2, -1 },
  { "to-nobody", { TO_HTTPS, TO_HTTPS }, TRUE, "https://127.0.0.1:1/file", 2, -1 },
};

static void
test_scenario (gconstpointer data)
{
  const Scenario *scenario = data;
  Server *server = server_new (scenario->answers);
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (g_str_equal (scenario->name, "loop"))
    for (int i = 0; i < MAX_ANSWERS; i++)
      server->answers[i] = TO_SELF;
  done = fetch (server, scenario->pinned, NULL, &error);
  if (scenario->message == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (done);
      check_whole (server);
    }
  else
    {
      g_assert_false (done);
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
      if (strstr (error->message, scenario->message) == NULL)
        g_error ("“%s” does not say “%s”", error->message, scenario->message);
      g_assert_false (g_file_test (server->target, G_FILE_TEST_EXISTS));
    }
  g_assert_cmpint (server->asked, ==, scenario->asked);
  if (scenario->asked > 1 && scenario->from != 0)
    {
      g_assert_cmpint (server->from[1], ==, scenario->from);
      g_assert_cmpstr (server->if_range[1], ==, scenario->from > 0 ? "\"a\"" : "");
    }
  server_free (server);
}

/* A program that ends in the middle leaves what it has, and the next one goes on there. */
static void
test_resume_later (void)
{
  const Answer answers[] = { CUT_HALF, NOT_FOUND, NOT_FOUND, RANGED, END };
  Server *server = server_new (answers);
  g_autoptr (GError) error = NULL;

  g_assert_false (fetch (server, TRUE, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  g_clear_error (&error);
  g_assert_true (fetch (server, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (server->from[3], ==, HALF);
  check_whole (server);
  server_free (server);
}

static void
test_stale_part (void)
{
  const Answer answers[] = { WHOLE, END };
  Server *server = server_new (answers);
  g_autofree char *part = g_strconcat (server->target, ".part", NULL);
  g_autofree char *tag = g_strconcat (part, ".tag", NULL);
  g_autoptr (GError) error = NULL;

  /* a part without a validator, or with one that would smuggle a header in, is not gone on with */
  g_assert_true (g_file_set_contents (part, "rubbish", -1, NULL));
  g_assert_true (g_file_set_contents (tag, "x\r\nHost: evil", -1, NULL));
  g_assert_true (fetch (server, TRUE, NULL, &error));
  g_assert_cmpint (server->from[0], ==, -1);
  check_whole (server);
  server_free (server);
}

static void
test_plain_http_refused (void)
{
  const char *mirrors[] = { "http://127.0.0.1:1/", NULL };
  g_autofree char *folder = g_dir_make_tmp ("gram-download-XXXXXX", NULL);
  g_autofree char *target = g_build_filename (folder, "file", NULL);
  g_autofree char *part = g_strconcat (target, ".part", NULL);
  GramFetch job = { .mirrors = mirrors, .name = "file", .target = target, .most = 10 };
  g_autoptr (GError) error = NULL;

  g_assert_false (gram_fetch_run (&job, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "HTTPS"));
  g_unlink (part);
  g_rmdir (folder);
}

static void
test_no_host (void)
{
  const char *mirrors[] = { "https://no-such-host.invalid/", NULL };
  g_autofree char *folder = g_dir_make_tmp ("gram-download-XXXXXX", NULL);
  g_autofree char *target = g_build_filename (folder, "file", NULL);
  g_autofree char *part = g_strconcat (target, ".part", NULL);
  GramFetch job = {
    .mirrors = mirrors, .name = "file", .target = target, .most = 10, .timeout = 5
  };
  g_autoptr (GError) error = NULL;

  g_assert_false (gram_fetch_run (&job, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "choose a file on this machine"));
  g_unlink (part);
  g_rmdir (folder);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (300000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  const Answer answers[] = { STALL, RANGED, END };
  Server *server = server_new (answers);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_false (fetch (server, TRUE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_clear_error (&error);
  /* what was received stays */
  g_assert_true (fetch (server, TRUE, NULL, &error));
  g_assert_cmpint (server->from[1], ==, HALF);
  check_whole (server);
  server_free (server);
}

/* ---------- whole datasets ------------------------------------------------------------------ */

typedef struct
{
  guint calls;
  guint64 done, total;
  gboolean fell;
  char *file;
} Seen;

static void
see (const char *file, guint64 done, guint64 total, gpointer user_data)
{
  Seen *seen = user_data;

  seen->calls++;
  seen->fell |= done < seen->done;
  seen->done = done;
  seen->total = total;
  g_free (seen->file);
  seen->file = g_strdup (file);
}

/* Two files from a server that breaks off once; then again, when both are there. */
static void
test_dataset (void)
{
  const Answer answers[] = { CUT_HALF, RANGED, WHOLE, END };
  Server *server = server_new (answers);
  const char *const mirrors[] = { server->mirror, NULL };
  const char *const names[] = { "x", NULL };
  GramCatalogueFile files[] = { { "file", SIZE, server->sha256 },
                                { "more", SIZE, server->sha256 },
                                { NULL, 0, NULL } };
  GramCatalogueEntry entry = {
    .id = "own", .title = "Own", .class_names = names, .mirrors = mirrors, .files = files
  };
  g_autofree char *more = g_build_filename (server->folder, "more", NULL);
  g_autofree char *lock_path = g_build_filename (server->folder, ".lock", NULL);
  g_autoptr (GError) error = NULL;
  Seen seen = { 0 };

  for (int round = 0; round < 2; round++)
    {
      seen.done = 0;
      g_assert_true (
          gram_download_files (&entry, server->folder, server->mirror, see, &seen, NULL, &error));
      g_assert_no_error (error);
      g_assert_false (seen.fell);
      g_assert_cmpuint (seen.done, ==, 2 * SIZE);
      g_assert_cmpuint (seen.total, ==, 2 * SIZE);
      g_assert_cmpstr (seen.file, ==, "more");
      g_assert_cmpint (server->asked, ==, 3);
    }
  check_whole (server);
  g_free (seen.file);
  g_unlink (more);
  g_unlink (lock_path);
  server_free (server);
}

static void
test_unverified (void)
{
  g_autoptr (GError) error = NULL;
  const GramCatalogueEntry *kmnist = gram_catalogue_lookup ("kmnist");

  g_assert_true (gram_catalogue_is_verified (gram_catalogue_lookup ("mnist")));
  g_assert_false (gram_catalogue_is_verified (kmnist));
  g_assert_null (gram_download (kmnist, NULL, FALSE, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "unverified"));
}

static void
test_second_instance (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-download-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, ".lock", NULL);
  g_autoptr (GError) error = NULL;
  int fd = g_open (path, O_RDWR | O_CREAT, 0644);

  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_null (
      gram_download (gram_catalogue_lookup ("mnist"), folder, FALSE, NULL, NULL, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "another Gramscope"));
  close (fd);
  g_unlink (path);
  g_rmdir (folder);
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_object_ref (result);
  *(GAsyncResult **) user_data = result;
}

/* Files that are there and right are not asked for again: no network is needed. */
static void
test_already_there (void)
{
  const char *data = g_getenv ("GRAM_TEST_DATA");
  g_autofree char *folder = g_dir_make_tmp ("gram-download-XXXXXX", NULL);
  g_autofree char *lock_path = g_build_filename (folder, ".lock", NULL);
  const GramCatalogueEntry *mnist = gram_catalogue_lookup ("mnist");
  Seen seen = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *place = NULL;

  for (int i = 0; mnist->files[i].name != NULL; i++)
    {
      g_autofree char *from =
          g_build_filename (data ? data : "", "mnist", mnist->files[i].name, NULL);
      g_autofree char *to = g_build_filename (folder, mnist->files[i].name, NULL);

      if (data == NULL || !g_file_test (from, G_FILE_TEST_EXISTS))
        {
          g_rmdir (folder);
          g_test_skip ("MNIST is not in GRAM_TEST_DATA");
          return;
        }
      g_assert_cmpint (symlink (from, to), ==, 0);
    }
  gram_download_async (mnist, folder, FALSE, see, &seen, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  place = gram_download_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (place, ==, folder);
  g_assert_cmpuint (seen.calls, >=, 1);
  g_assert_cmpuint (seen.total, ==, 9912422 + 28881 + 1648877 + 4542);
  g_free (seen.file);
  for (int i = 0; mnist->files[i].name != NULL; i++)
    {
      g_autofree char *to = g_build_filename (folder, mnist->files[i].name, NULL);

      g_unlink (to);
    }
  g_unlink (lock_path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The whole of gram_download(), from a catalogue entry of our own whose server is far away. */
static void
test_async_failure (void)
{
  static const char *const mirrors[] = { "https://no-such-host.invalid/", NULL };
  static const GramCatalogueFile files[] = { { "a", 0, NULL }, { NULL, 0, NULL } };
  static const char *const names[] = { "x", NULL };
  GramCatalogueEntry entry = {
    .id = "far", .title = "Far", .class_names = names, .mirrors = mirrors, .files = files
  };
  g_autofree char *folder = g_dir_make_tmp ("gram-download-XXXXXX", NULL);
  g_autofree char *part = g_build_filename (folder, "a.part", NULL);
  g_autofree char *lock_path = g_build_filename (folder, ".lock", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  gram_download_async (&entry, folder, TRUE, NULL, NULL, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (gram_download_finish (result, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  g_unlink (part);
  g_unlink (lock_path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *name = g_strconcat ("/download/", scenarios[i].name, NULL);

      g_test_add_data_func (name, &scenarios[i], test_scenario);
    }
  g_test_add_func ("/download/resume-later", test_resume_later);
  g_test_add_func ("/download/stale-part", test_stale_part);
  g_test_add_func ("/download/plain-http", test_plain_http_refused);
  g_test_add_func ("/download/no-host", test_no_host);
  g_test_add_func ("/download/cancel", test_cancel);
  g_test_add_func ("/download/dataset", test_dataset);
  g_test_add_func ("/download/unverified", test_unverified);
  g_test_add_func ("/download/second-instance", test_second_instance);
  g_test_add_func ("/download/already-there", test_already_there);
  g_test_add_func ("/download/async-failure", test_async_failure);
  return g_test_run ();
}
