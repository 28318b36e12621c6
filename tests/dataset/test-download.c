/* test-download.c: downloads from a server that misbehaves
 *
 * SPDX-License-Identifier: MIT
 *
 * Whatever the server does, the file is whole and verified or absent.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "../limit.h"
#include "bad-server.h"
#include "gram-download.h"
#include "gram-error.h"
#include "gram-fetch.h"

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
  { "silent", { SILENT, SILENT }, TRUE, "no byte came for 1 s", 2, -1 },
  { "stall", { STALL, STALL, STALL }, TRUE, "after 100000 bytes (no byte came for 1 s)", 3, HALF },
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
  done = server_fetch (server, scenario->pinned, NULL, &error);
  if (scenario->message == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (done);
      server_check_whole (server);
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

  g_assert_false (server_fetch (server, TRUE, NULL, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_NETWORK);
  g_clear_error (&error);
  g_assert_true (server_fetch (server, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (server->from[3], ==, HALF);
  server_check_whole (server);
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
  g_assert_true (server_fetch (server, TRUE, NULL, &error));
  g_assert_cmpint (server->from[0], ==, -1);
  server_check_whole (server);
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

/* The server stands between us and the one that has the file. */
static void
test_proxy (void)
{
  const Answer answers[] = { WHOLE, END };
  Server *server = server_new (answers);
  const char *mirrors[] = { "http://no-such-host.invalid/", NULL };
  GramFetch job = { .mirrors = mirrors,
                    .name = "file",
                    .target = server->target,
                    .bytes = SIZE,
                    .sha256 = server->sha256,
                    .insecure = mirrors[0] };
  g_autoptr (GError) error = NULL;

  g_setenv ("http_proxy", server->mirror, TRUE);
  g_assert_true (gram_fetch_run (&job, NULL, &error));
  g_assert_no_error (error);
  g_unsetenv ("http_proxy");
  g_assert_cmpint (server->asked, ==, 1);
  server_check_whole (server);
  server_free (server);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (300000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
wait_for_result (GAsyncResult **result)
{
  limit_begin (60, "the result of a download");
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  limit_end ();
}

static void
test_cancel (void)
{
  const Answer answers[] = { STALL, RANGED, END };
  Server *server = server_new (answers);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);

  g_assert_false (server_fetch (server, TRUE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  limit_begin (30, "the thread that cancels");
  g_thread_join (thread);
  limit_end ();
  g_clear_error (&error);
  /* what was received stays */
  g_assert_true (server_fetch (server, TRUE, NULL, &error));
  g_assert_cmpint (server->from[1], ==, HALF);
  server_check_whole (server);
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
  GramCatalogueEntry entry = { .id = "own",
                               .title = "Own",
                               .class_names = names,
                               .mirrors = mirrors,
                               .files = files,
                               .insecure = server->mirror };
  g_autofree char *more = g_build_filename (server->folder, "more", NULL);
  g_autofree char *lock_path = g_build_filename (server->folder, ".lock", NULL);
  g_autoptr (GError) error = NULL;
  Seen seen = { 0 };

  for (int round = 0; round < 2; round++)
    {
      g_autofree char *place = NULL;

      seen.done = 0;
      place = gram_download (&entry, server->folder, FALSE, see, &seen, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (place, ==, server->folder);
      g_assert_false (seen.fell);
      g_assert_cmpuint (seen.done, ==, 2 * SIZE);
      g_assert_cmpuint (seen.total, ==, 2 * SIZE);
      g_assert_cmpstr (seen.file, ==, "more");
      g_assert_cmpint (server->asked, ==, 3);
    }
  server_check_whole (server);
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
  wait_for_result (&result);
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
  wait_for_result (&result);
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
  g_test_add_func ("/download/proxy", test_proxy);
  g_test_add_func ("/download/cancel", test_cancel);
  g_test_add_func ("/download/dataset", test_dataset);
  g_test_add_func ("/download/unverified", test_unverified);
  g_test_add_func ("/download/second-instance", test_second_instance);
  g_test_add_func ("/download/already-there", test_already_there);
  g_test_add_func ("/download/async-failure", test_async_failure);
  return g_test_run ();
}
