/* test-tls.c: a server whose certificate nobody has signed is refused
 *
 * SPDX-License-Identifier: MIT
 *
 * The server is that of the openssl program; without it the test is skipped.
 */
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "../limit.h"
#include "gram-error.h"
#include "gram-fetch.h"

static gboolean
make_certificate (const char *key, const char *certificate)
{
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
                            "-addext",
                            "subjectAltName=IP:127.0.0.1",
                            "-days",
                            "2",
                            NULL };

  return limit_spawn (30, command, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL);
}

/* Serves the files of @folder to one client that trusts it, and ends after the first in any case.
 * Returns its port. */
static int
serve_once (const char *folder, GSubprocess **server)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) said = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  g_subprocess_launcher_set_cwd (launcher, folder);
  *server = g_subprocess_launcher_spawn (launcher, &error, "openssl", "s_server", "-accept",
                                         "127.0.0.1:0", "-naccept", "1", "-cert", "certificate.pem",
                                         "-key", "key.pem", "-WWW", NULL);
  g_assert_no_error (error);
  said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (*server));
  limit_begin (30, "the server's port");
  do
    {
      g_free (line);
      line = g_data_input_stream_read_line (said, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (line);
    }
  while (!g_str_has_prefix (line, "ACCEPT 127.0.0.1:"));
  limit_end ();
  /* what it says later has room in the pipe */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (said), FALSE);
  return atoi (line + strlen ("ACCEPT 127.0.0.1:"));
}

static void
test_unknown_certificate (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-tls-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (folder, "certificate.pem", NULL);
  g_autofree char *served = g_build_filename (folder, "file", NULL);
  g_autofree char *target = g_build_filename (folder, "target", NULL);
  g_autofree char *part = g_strconcat (target, ".part", NULL);
  g_autoptr (GSubprocess) server = NULL;
  g_autofree char *mirror = NULL;
  g_autoptr (GError) error = NULL;
  const char *mirrors[] = { NULL, NULL };
  GramFetch job = { .mirrors = mirrors, .name = "file", .most = 10, .timeout = 5 };

  if (!make_certificate (key, certificate))
    {
      g_rmdir (folder);
      g_test_skip ("no openssl program");
      return;
    }
  g_assert_true (g_file_set_contents (served, "file", -1, NULL));
  mirrors[0] = mirror = g_strdup_printf ("https://127.0.0.1:%d/", serve_once (folder, &server));
  job.target = target;
  limit_begin (30, "word that the certificate is unknown");
  g_assert_false (gram_fetch_run (&job, NULL, &error));
  limit_end ();
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  /* asked once, for trying again would not make it trustworthy: a second time nobody would be there
   */
  if (strstr (error->message, "certificate") == NULL)
    g_error ("“%s” does not name the certificate", error->message);
  g_assert_nonnull (strstr (error->message, "choose a file on this machine"));
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  limit_begin (30, "the end of the server");
  g_subprocess_wait (server, NULL, NULL);
  limit_end ();
  for (const char **path = (const char *[]){ key, certificate, served, part, NULL }; *path; path++)
    g_unlink (*path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tls/unknown-certificate", test_unknown_certificate);
  return g_test_run ();
}
