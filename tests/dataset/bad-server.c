/* bad-server.c: a server on the loopback interface that misbehaves
 *
 * SPDX-License-Identifier: MIT
 */
#include "../limit.h"
#include "bad-server.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-fetch.h"

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
             "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: %s\r\n"
             "Content-Type: text/html\r\n\r\n<html>It has moved.</html>",
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
  /* bounded: server_free() ends it */
  g_main_loop_run (server->loop);
  g_main_context_pop_thread_default (server->context);
  return NULL;
}

Server *
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

void
server_free (Server *server)
{
  const char *names[] = { "file", "file.part", "file.part.tag" };

  /* GLib's listener is not to be stopped while its thread accepts: that leaks a source */
  g_main_loop_quit (server->loop);
  limit_begin (30, "the end of the server");
  g_thread_join (server->thread);
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  /* lets the listener's pending calls end */
  for (int i = 0; i < 20; i++)
    {
      g_usleep (1000);
      while (g_main_context_iteration (server->context, FALSE))
        ;
    }
  limit_end ();
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

gboolean
server_fetch (Server *server, gboolean pinned, GCancellable *cancellable, GError **error)
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

void
server_check_whole (Server *server)
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
