/* test-base.c: Philox against its published vectors, sizes, numbers, whole-old or whole-new files
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "../limit.h"
#include "gram-error.h"
#include "gram-number.h"
#include "gram-philox.h"
#include "gram-save.h"
#include "gram-size.h"

#define NO_DISK 77

/* Philox4x32-10 once more, written from the paper: each round multiplies two words, and the halves
 * of the products change places with the other two. */
static void
philox_oracle (const guint32 counter[4], const guint32 key[2], guint32 x[4])
{
  memcpy (x, counter, 4 * sizeof (guint32));
  for (guint32 round = 0; round < 10; round++)
    {
      guint64 a = (guint64) x[0] * 0xD2511F53u, b = (guint64) x[2] * 0xCD9E8D57u;
      guint32 next[4] = { (guint32) (b >> 32) ^ x[1] ^ (key[0] + round * 0x9E3779B9u), (guint32) b,
                          (guint32) (a >> 32) ^ x[3] ^ (key[1] + round * 0xBB67AE85u),
                          (guint32) a };

      memcpy (x, next, sizeof next);
    }
}

/* Known answers of the authors' own implementation (Random123, kat_vectors). */
static void
test_philox_vectors (void)
{
  static const struct
  {
    guint32 counter[4], key[2], expected[4];
  } vectors[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      guint32 out[4];

      philox_oracle (vectors[i].counter, vectors[i].key, out);
      g_assert_cmpmem (out, sizeof out, vectors[i].expected, sizeof vectors[i].expected);
    }
  for (guint32 i = 0; i < 1000; i++)
    {
      const guint32 key[2] = { 77 * i, i << 20 };
      const guint32 counter[4] = { 0xfffffff0 + i, i << 8, 3 * i, i % 11 };
      guint64 seed = (guint64) key[1] << 32 | key[0];
      guint64 block = (guint64) counter[1] << 32 | counter[0];
      guint32 out[4];

      philox_oracle (counter, key, out);
      for (guint word = 0; word < 4; word++)
        g_assert_cmpuint (gram_philox_u32 (seed, counter[3], counter[2], 4 * block + word), ==,
                          out[word]);
    }
}

static void
test_philox_normal (void)
{
  enum
  {
    COUNT = 200000
  };
  g_autofree double *z = g_new (double, COUNT);
  g_autofree double *part = g_new (double, 1001);
  double sum = 0, squares = 0, fourth = 0;

  gram_philox_normal (7, GRAM_STREAM_WEIGHTS, 0, 0, COUNT, z);
  gram_philox_normal (7, GRAM_STREAM_WEIGHTS, 0, 12347, 1001, part);
  g_assert_cmpmem (part, 1001 * sizeof (double), z + 12347, 1001 * sizeof (double));
  for (int i = 0; i < COUNT; i++)
    {
      sum += z[i];
      squares += z[i] * z[i];
      fourth += pow (z[i], 4);
    }
  /* five standard errors */
  g_assert_cmpfloat (fabs (sum / COUNT), <, 5 / sqrt (COUNT));
  g_assert_cmpfloat (fabs (squares / COUNT - 1), <, 5 * sqrt (2.0 / COUNT));
  g_assert_cmpfloat (fabs (fourth / COUNT - 3), <, 5 * sqrt (96.0 / COUNT));
}

static void
test_philox_permutation (void)
{
  gint64 order[1000];
  gboolean seen[1000] = { FALSE };
  int fixed = 0;

  gram_philox_permutation (3, GRAM_STREAM_SUBSET, 0, 1000, order);
  for (int i = 0; i < 1000; i++)
    {
      g_assert_cmpint (order[i], >=, 0);
      g_assert_cmpint (order[i], <, 1000);
      g_assert_false (seen[order[i]]);
      seen[order[i]] = TRUE;
      fixed += order[i] == i;
    }
  g_assert_cmpint (fixed, <, 10);
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;
  gsize bytes;
  int narrow;

  g_assert_true (gram_size_product (&bytes, 8, 10000, 10000));
  g_assert_cmpuint (bytes, ==, 800000000u);
  g_assert_false (gram_size_product (&bytes, 8, G_MAXINT64, 2));
  g_assert_false (gram_size_product (&bytes, 8, -1, 2));
  g_assert_false (gram_size_to_int (G_GINT64_CONSTANT (1) << 31, "n", &narrow, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
  g_clear_error (&error);
  g_assert_null (gram_try_alloc (8, G_MAXINT32, G_MAXINT32, "a test", &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
  g_assert_cmpuint (gram_memory_available (), >, 1 << 20);
}

static void
test_save (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("gram-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *text = NULL;

  g_assert_true (gram_save_bytes (path, "old", 3, &error));
  {
    g_autoptr (GramSave) save = gram_save_new (path, 0, &error);

    g_assert_nonnull (save);
    g_assert_true (gram_save_write (save, "half", 4, &error));
  }
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_assert_null (gram_save_new (path, G_MAXINT64, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_FULL);
  g_clear_error (&error);
  g_assert_false (gram_save_bytes (directory, "x", 1, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_clear_error (&error);
  if (g_access ("/dev/full", W_OK) == 0)
    {
      g_assert_false (gram_save_bytes ("/dev/full", "x", 1, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
      g_assert_nonnull (
          strstr (error->message, "/dev/full: cannot write: no space left on this device; choose"));
    }
  g_unlink (path);
  g_assert_cmpint (g_rmdir (directory), ==, 0); /* nothing temporary was left behind */
}

/* The limit stands for the disk: what is written stops in the middle, and the old file is whole. */
static void
test_full (void)
{
  g_autofree char *directory = g_dir_make_tmp ("gram-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *large = g_malloc0 (100000);
  g_autofree char *text = NULL;
  struct rlimit before, small;
  GError *error = NULL;

  g_assert_true (gram_save_bytes (path, "old", 3, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 5000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (gram_save_bytes (path, large, 100000, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_FULL);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_unlink (path);
  g_assert_cmpint (g_rmdir (directory), ==, 0); /* nothing temporary was left behind */
}

static gboolean
write_map (const char *path, const char *format, ...)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  va_list arguments;
  gboolean done;

  va_start (arguments, format);
  done = fd >= 0 && vdprintf (fd, format, arguments) > 0;
  va_end (arguments);
  if (fd >= 0)
    close (fd);
  return done;
}

/* Where an ordinary user may, as root of a namespace in which nobody else is: who has no name there
 * can make no files. */
static gboolean
be_alone (void)
{
  guint user = geteuid (), group = getegid ();

  return unshare (CLONE_NEWNS) == 0
         || (unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0
             && write_map ("/proc/self/setgroups", "deny")
             && write_map ("/proc/self/uid_map", "0 %u 1", user)
             && write_map ("/proc/self/gid_map", "0 %u 1", group));
}

/* A disk of its own for this process alone: 64 KiB, or as many files as @options say. */
static gboolean
mount_small (const char *directory, const char *options)
{
  return be_alone () && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
         && mount ("none", directory, "tmpfs", 0, options) == 0;
}

static void
assert_no_room (const char *path, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (gram_save_bytes (path, "new", 3, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_FULL);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_nonnull (strstr (error->message, message));
}

static void
fill_disk (const char *directory, gboolean files)
{
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *link = g_build_filename (directory, "link", NULL);
  g_autofree char *filler = g_build_filename (directory, "filler", NULL);
  g_autofree char *large = g_malloc0 (100000);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!mount_small (directory, files ? "size=1m,nr_inodes=4" : "size=64k"))
    _exit (NO_DISK);
  g_assert_true (gram_save_bytes (path, "old", 3, NULL));
  g_assert_cmpint (symlink ("nothing", link), ==, 0);
  if (files)
    {
      g_assert_true (gram_save_bytes (filler, "x", 1, NULL));
      assert_no_room (path, "as many files as it can; delete some");
      assert_no_room (link, "as many files as it can; delete some");
    }
  else
    {
      g_autoptr (GramSave) save = gram_save_new (filler, 0, &error);

      g_assert_false (gram_save_write (save, large, 100000, &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_FULL);
      g_assert_nonnull (strstr (error->message, "no space left on the disk (needs at least"));
    }
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
}

/* A file that something is mounted on can be written to, and not be replaced. */
static void
write_to_mount (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *other = g_build_filename (directory, "other", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!mount_small (directory, "size=1m"))
    _exit (NO_DISK);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_true (g_file_set_contents (other, "old and longer", -1, NULL));
  g_assert_cmpint (mount (other, path, NULL, MS_BIND, NULL), ==, 0);
  g_assert_true (gram_save_check (path, &error));
  g_assert_true (gram_save_bytes (path, "new", 3, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (other, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "new");
  g_assert_cmpint (umount (path), ==, 0);
  g_unlink (path);
  g_unlink (other);
  g_assert_null (g_dir_read_name (g_dir_open (directory, 0, NULL))); /* nothing was left behind */
}

/* A file of ours in a folder that is not. */
static void
write_to_foreign_folder (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *missing = g_build_filename (directory, "missing", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "old and longer", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0666), ==, 0);
  g_assert_cmpint (g_chmod (directory, 0555), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
  g_assert_true (gram_save_check (path, &error));
  g_assert_true (gram_save_bytes (path, "new", 3, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "new");
  g_assert_false (gram_save_check (missing, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  (void) seteuid (getuid ());
  g_assert_cmpint (g_chmod (directory, 0755), ==, 0);
  g_unlink (path);
}

typedef void (*InFolder) (const char *directory);

static void
fill_content (const char *directory)
{
  fill_disk (directory, FALSE);
}

static void
fill_names (const char *directory)
{
  fill_disk (directory, TRUE);
}

/* In a process of its own, which ends with NO_DISK where such a disk may not be made. */
static void
test_in_folder (gconstpointer function)
{
  g_autofree char *directory = g_dir_make_tmp ("gram-base-XXXXXX", NULL);
  int status = -1;
  pid_t child = fork ();

  if (child == 0)
    {
      ((InFolder) function) (directory);
      _exit (0);
    }
  limit_begin (30, "the end of the writer on a full disk");
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  limit_end ();
  g_assert_cmpint (g_rmdir (directory), ==, 0);
  if (WIFEXITED (status) && WEXITSTATUS (status) == NO_DISK)
    g_test_skip ("no disk may be made here");
  else
    g_assert_cmpint (status, ==, 0);
}

/* /dev/stdout, /dev/fd/N: what was written before stays, also in a redirected file. */
static void
test_save_descriptors (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("gram-base-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *link = g_build_filename (directory, "link", NULL);
  g_autofree char *text = NULL;
  int file = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_autofree char *name = g_strdup_printf ("/dev/fd/%d", file);
  char got[8] = "";
  int pipe_fds[2];

  g_assert_cmpint (write (file, "before ", 7), ==, 7);
  g_assert_cmpint (symlink (name, link), ==, 0);
  g_assert_true (gram_save_check (link, &error));
  g_assert_true (gram_save_bytes (link, "after", 5, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "before after");
  close (file);
  g_assert_false (gram_save_check (link, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_clear_error (&error);

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  g_free (name);
  name = g_strdup_printf ("/proc/self/fd/%d", pipe_fds[1]);
  g_assert_true (gram_save_bytes (name, "piped", 5, &error));
  g_assert_cmpint (read (pipe_fds[0], got, sizeof got), ==, 5);
  g_assert_cmpstr (got, ==, "piped");
  g_free (name);
  name = g_strdup_printf ("/proc/self/fd/%d", pipe_fds[0]);
  g_assert_false (gram_save_check (name, &error)); /* it is for reading */
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  close (pipe_fds[0]);
  close (pipe_fds[1]);
  g_unlink (link);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* What stands in the way is known before the work, and what is there stays as it was. */
static void
test_save_check (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("gram-base-XXXXXX", NULL);
  g_autofree char *longest = g_strnfill (255, 'x');
  g_autofree char *too_long = g_strnfill (256, 'x');
  g_autofree char *path = g_build_filename (directory, longest, NULL);
  char *bad[] = { g_build_filename (directory, too_long, NULL),
                  g_build_filename (directory, "no", "such", "folder", NULL),
                  g_strdup (directory) };
  g_autofree char *text = NULL;

  g_assert_true (gram_save_check (path, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (gram_save_bytes (path, "old", 3, &error));
  g_assert_no_error (error);
  g_assert_true (gram_save_check (path, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (gram_save_check (bad[i], &error));
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
      g_clear_error (&error);
      g_free (g_steal_pointer (&bad[i]));
    }
  g_unlink (path);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Through links to nothing yet, the last of them relative, and never in their place. */
static void
test_save_links (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("gram-base-XXXXXX", NULL);
  g_autofree char *target = g_build_filename (directory, "file", NULL);
  g_autofree char *near = g_build_filename (directory, "near", NULL);
  g_autofree char *link = g_build_filename (directory, "link", NULL);
  g_autofree char *text = NULL;

  g_assert_cmpint (symlink ("file", near), ==, 0);
  g_assert_cmpint (symlink (near, link), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (gram_save_bytes (link, i == 0 ? "old" : "new", 3, &error));
      g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
      g_assert_true (g_file_test (near, G_FILE_TEST_IS_SYMLINK));
      g_assert_false (g_file_test (target, G_FILE_TEST_IS_SYMLINK));
      g_clear_pointer (&text, g_free);
      g_assert_true (g_file_get_contents (target, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, i == 0 ? "old" : "new");
    }
  g_unlink (target);
  g_unlink (near);
  g_assert_cmpint (symlink ("no-folder/file", near), ==, 0);
  g_assert_false (gram_save_bytes (link, "x", 1, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "no-folder/file, where this link points"));
  g_clear_error (&error);
  g_unlink (near);
  g_assert_cmpint (symlink ("link", near), ==, 0);
  g_assert_false (gram_save_bytes (link, "x", 1, &error));
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "leads to itself"));
  g_unlink (near);
  g_unlink (link);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* As short as it can be, and the same bits when it is read again. */
static void
test_number (void)
{
  static const char *const texts[] = {
    "0",   "0.1", "0.001", "-2.5",  "1e-09", "0.30000000000000004", "1.2345678901234566e-09",
    "nan", "inf", "-inf",  "1e+15",
  };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (gram_number_to_text (g_ascii_strtod (texts[i], NULL), buffer), ==, texts[i]);
  for (guint i = 0; i < 1000; i++)
    {
      double value = ldexp (g_test_rand_double () - 0.5, g_test_rand_int_range (-1000, 1000));

      g_assert_true (g_ascii_strtod (gram_number_to_text (value, buffer), NULL) == value);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/philox/vectors", test_philox_vectors);
  g_test_add_func ("/base/philox/normal", test_philox_normal);
  g_test_add_func ("/base/philox/permutation", test_philox_permutation);
  g_test_add_func ("/base/size", test_size);
  g_test_add_func ("/base/number", test_number);
  g_test_add_func ("/base/save", test_save);
  g_test_add_func ("/base/full", test_full);
  g_test_add_data_func ("/base/full-disk/content", fill_content, test_in_folder);
  g_test_add_data_func ("/base/full-disk/names", fill_names, test_in_folder);
  g_test_add_data_func ("/base/save/mount", write_to_mount, test_in_folder);
  g_test_add_data_func ("/base/save/foreign-folder", write_to_foreign_folder, test_in_folder);
  g_test_add_func ("/base/save/descriptors", test_save_descriptors);
  g_test_add_func ("/base/save/check", test_save_check);
  g_test_add_func ("/base/save-links", test_save_links);
  return g_test_run ();
}
