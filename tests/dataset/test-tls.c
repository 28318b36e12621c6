/* test-tls.c: a server whose certificate nobody has signed is refused
 *
 * SPDX-License-Identifier: MIT
 *
 * The certificate is made on the spot by the openssl program; without it the test is skipped.
 */
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "../limit.h"
#include "gram-error.h"
#include "gram-fetch.h"

static gint handshakes;

/* A client that trusted us would get a file. */
static gboolean
serve (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
       gpointer certificate)
{
  const char *answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfile";
  g_autoptr (GIOStream) secure =
      g_tls_server_connection_new (G_IO_STREAM (connection), certificate, NULL);
  char request[4096];

  g_atomic_int_inc (&handshakes);
  if (secure == NULL)
    return TRUE;
  if (g_input_stream_read (g_io_stream_get_input_stream (secure), request, sizeof request, NULL,
                           NULL)
      > 0)
    g_output_stream_write_all (g_io_stream_get_output_stream (secure), answer, strlen (answer),
                               NULL, NULL, NULL);
  g_io_stream_close (secure, NULL, NULL);
  return TRUE;
}

static GTlsCertificate *
make_certificate (const char *folder)
{
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (folder, "certificate.pem", NULL);
  const char *command[] = { "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "ec",
                            "-pkeyopt",
                            "ec_paramgen_curve:prime256v1",
                            "-nodes",
                            "-keyout",
                            key,
                            "-out",
                            certificate,
                            "-subj",
                            "/CN=127.0.0.1",
                            "-days",
                            "2",
                            NULL };
  GTlsCertificate *made = NULL;

  if (limit_spawn (30, command, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL))
    made = g_tls_certificate_new_from_files (certificate, key, NULL);
  g_unlink (key);
  g_unlink (certificate);
  return made;
}

static gpointer
run_loop (gpointer data)
{
  /* bounded: the test ends it */
  g_main_loop_run (data);
  return NULL;
}

static void
test_unknown_certificate (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-tls-XXXXXX", NULL);
  g_autofree char *target = g_build_filename (folder, "file", NULL);
  g_autofree char *part = g_strconcat (target, ".part", NULL);
  g_autoptr (GTlsCertificate) certificate = make_certificate (folder);
  g_autoptr (GSocketService) service = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *mirror = NULL;
  g_autoptr (GError) error = NULL;
  const char *mirrors[] = { NULL, NULL };
  GramFetch job = { .mirrors = mirrors, .name = "file", .most = 10, .timeout = 5 };
  GThread *thread;
  guint16 port;

  if (certificate == NULL)
    {
      g_rmdir (folder);
      g_test_skip ("no openssl program, or no TLS support in GIO");
      return;
    }
  service = g_threaded_socket_service_new (4);
  g_signal_connect (service, "run", G_CALLBACK (serve), certificate);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);
  g_assert_no_error (error);
  thread = g_thread_new ("server", run_loop, loop);
  mirrors[0] = mirror = g_strdup_printf ("https://127.0.0.1:%u/", port);
  job.target = target;
  limit_begin (30, "word that the certificate is unknown");
  g_assert_false (gram_fetch_run (&job, NULL, &error));
  limit_end ();
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  g_assert_nonnull (strstr (error->message, "certificate"));
  g_assert_nonnull (strstr (error->message, "choose a file on this machine"));
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  /* asked once: trying again would not make it trustworthy */
  g_assert_cmpint (g_atomic_int_get (&handshakes), ==, 1);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_main_loop_quit (loop);
  limit_begin (30, "the end of the server");
  g_thread_join (thread);
  limit_end ();
  g_unlink (part);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/unknown-certificate", test_unknown_certificate);
  return g_test_run ();
}
