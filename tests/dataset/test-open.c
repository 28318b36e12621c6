/* test-open.c: what opens under which name: Glyphs, special files, the catalogue
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-catalogue.h"
#include "gram-error.h"
#include "image-folder.h"

/* ---------- Glyphs -------------------------------------------------------------------------- */

static void
test_glyphs (void)
{
  g_autoptr (GramDataset) dataset = gram_dataset_open ("Glyphs", NULL, NULL, NULL);
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  g_autofree guint8 *pixels = g_malloc (784 * 40);
  guint8 one[784], test[784];
  gint64 rows[40];

  g_assert_cmpuint (info->n_classes, ==, 10);
  g_assert_cmpint (info->width, ==, 28);
  g_assert_cmpint (info->height, ==, 28);
  g_assert_true (info->has_test);
  for (guint c = 0; c < 10; c++)
    {
      double ink = 0;

      g_assert_cmpint (info->counts[GRAM_SPLIT_TRAIN][c], >=, 10000);
      g_assert_cmpint (gram_dataset_read (dataset, GRAM_SPLIT_TRAIN, c, 100, 40, pixels, rows, NULL,
                                          NULL),
                       ==, 40);
      g_assert_cmpint (rows[3], ==, 1030 + c);
      /* the same image whatever is drawn around it; another one for testing */
      gram_dataset_read (dataset, GRAM_SPLIT_TRAIN, c, 117, 1, one, NULL, NULL, NULL);
      gram_dataset_read (dataset, GRAM_SPLIT_TEST, c, 117, 1, test, NULL, NULL, NULL);
      g_assert_cmpmem (one, 784, pixels + 17 * 784, 784);
      g_assert_true (memcmp (one, test, 784) != 0);
      for (int k = 0; k < 40 * 784; k++)
        {
          int x = k % 28, y = k / 28 % 28;

          ink += pixels[k];
          /* strokes stay inside: at the border there is grain at most */
          if (x == 0 || x == 27 || y == 0 || y == 27)
            g_assert_cmpuint (pixels[k], <, 100);
        }
      g_assert_cmpfloat (ink / (40 * 784 * 255), >, 0.03);
      g_assert_cmpfloat (ink / (40 * 784 * 255), <, 0.3);
    }
}

/* No two are alike, so that H∞ is well conditioned. */
static void
test_glyphs_distinct (void)
{
  g_autoptr (GramDataset) dataset = gram_dataset_open ("glyphs", NULL, NULL, NULL);
  g_autoptr (GramProblem) problem = folder_problem (dataset, 400, 0, GRAM_SELECT_FIRST, 0);
  double most = 0;

  g_assert_cmpuint (problem->parallel->len, ==, 0);
  for (int i = 0; i < 400; i++)
    for (int k = 0; k < i; k++)
      {
        double dot = 0;

        for (int j = 0; j < 784; j++)
          dot += problem->X[i * 784 + j] * problem->X[k * 784 + j];
        most = MAX (most, dot);
      }
  g_assert_cmpfloat (most, <, 0.995);
}

/* ---------- files of other kinds, catalogue ------------------------------------------------- */

static void
expect_refused (const char *path, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDataset) dataset = gram_dataset_open (path, NULL, NULL, &error);

  g_assert_null (dataset);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
  if (strstr (error->message, what) == NULL)
    g_error ("“%s” does not say “%s”", error->message, what);
}

static void
test_special_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autofree char *fifo = g_build_filename (folder, "train-images-idx3-ubyte", NULL);
  g_autofree char *odd = g_build_filename (folder, "b\xff\xfe<i>d", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty", NULL);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  expect_refused (fifo, "is a pipe");
  expect_refused ("/dev/zero", "is a device");
  expect_refused (folder, "no file in this folder");
  expect_refused (folder, "hold IDX files (MNIST), CIFAR records");
  expect_refused (folder, "NPY arrays, or a zip, NPZ or tar archive of them");
  expect_refused ("no such name", "none of the known datasets (glyphs, mnist");
  expect_refused ("", "no such file");
  g_assert_true (g_file_set_contents (odd, "x", 1, NULL));
  expect_refused (odd, "<i>d");
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  expect_refused (empty, "0 bytes");
  if (geteuid () != 0)
    {
      g_chmod (empty, 0);
      expect_refused (empty, "right to read");
    }
  folder_remove (folder);
}

static void
test_changed_file (void)
{
  guint8 images[30 * 4], labels[30];
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "train-images-idx3-ubyte", NULL);
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  guint8 pixels[120];
  int fd;

  for (int i = 0; i < 30; i++)
    labels[i] = (guint8) (i % 2);
  memset (images, 7, sizeof images);
  folder_write_split (folder, "train", 30, 2, 2, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  fd = g_open (path, O_WRONLY, 0);
  g_assert_cmpint (ftruncate (fd, 50), ==, 0);
  close (fd);
  /* what is kept in memory for the tiles is still there; the rest is told to be gone */
  g_assert_cmpint (gram_dataset_read (dataset, 0, 0, 0, 12, pixels, NULL, NULL, NULL), ==, 12);
  g_assert_cmpint (gram_dataset_read (dataset, 0, 0, 10, 5, pixels, NULL, NULL, &error), ==, -1);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
  folder_remove (folder);
}

static void
test_cancel (void)
{
  guint8 images[4 * 4] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 4, 5, 6, 2, 3, 4 };
  guint8 labels[4] = { 0, 1, 0, 1 };
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  folder_write_split (folder, "train", 4, 2, 2, images, labels);
  g_cancellable_cancel (cancellable);
  g_assert_null (gram_dataset_open (folder, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  folder_remove (folder);
}

static void
test_catalogue (void)
{
  for (guint i = 0; i < gram_catalogue_count (); i++)
    {
      const GramCatalogueEntry *entry = gram_catalogue_get (i);

      g_assert_true (gram_catalogue_lookup (entry->id) == entry);
      g_assert_cmpuint (g_strv_length ((GStrv) entry->class_names), >=, 10);
      for (guint k = 0; entry->mirrors[k] != NULL; k++)
        {
          g_assert_true (g_str_has_prefix (entry->mirrors[k], "https://"));
          g_assert_true (g_str_has_suffix (entry->mirrors[k], "/"));
        }
      g_assert_true (entry->built_in == (entry->files[0].name == NULL));
    }
  g_assert_null (gram_catalogue_lookup ("imagenet"));
}

/* Which folder holds which dataset; images of 784 zeros do. */
static void
test_find (void)
{
  g_autofree char *parent = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (parent, "mnist", NULL);
  g_autofree char *other = g_build_filename (parent, "fashion-mnist", NULL);
  const GramCatalogueEntry *mnist = gram_catalogue_lookup ("MNIST");
  const GramCatalogueEntry *fashion = gram_catalogue_lookup ("fashion-mnist");
  guint8 images[784 * 3] = { 0 }, labels[3] = { 0, 9, 1 };
  g_autofree char *found = NULL;
  g_autofree char *below = NULL;

  g_mkdir (folder, 0755);
  g_mkdir (other, 0755);
  folder_write_split (folder, "train", 3, 28, 28, images, labels);
  found = gram_catalogue_find (mnist, parent);
  g_assert_cmpstr (found, ==, folder);
  g_clear_pointer (&found, g_free);
  found = gram_catalogue_find (mnist, folder);
  g_assert_cmpstr (found, ==, folder);
  /* a download that was broken off is no dataset */
  {
    g_autofree char *part = g_build_filename (folder, "t10k-images-idx3-ubyte.gz.part", NULL);

    g_assert_true (g_file_set_contents (part, "x", 1, NULL));
    g_clear_pointer (&found, g_free);
    found = gram_catalogue_find (mnist, folder);
    g_assert_true (found == NULL || !g_str_equal (found, folder));
    g_unlink (part);
  }
  /* files of the same names in a folder that says what else they are */
  below = gram_catalogue_find_below (parent, fashion);
  g_assert_null (below);
  folder_write_split (other, "train", 2, 28, 28, images, labels);
  g_clear_pointer (&found, g_free);
  found = gram_catalogue_find (mnist, other);
  g_assert_true (found == NULL || !g_str_equal (found, other));
  folder_remove (folder);
  folder_remove (other);
  folder_remove (parent);
}

/* A name of the catalogue is a promise about classes and shape. */
static void
test_known (void)
{
  g_autofree char *parent = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (parent, "mnist", NULL);
  g_autofree char *other = g_build_filename (parent, "fashion-mnist", NULL);
  guint8 images[784 * 3] = { 0 }, labels[3] = { 0, 9, 12 };
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  guint class_;

  g_mkdir (folder, 0755);
  g_mkdir (other, 0755);
  folder_write_split (folder, "train", 3, 28, 28, images, labels);
  folder_write_split (other, "train", 2, 28, 28, images, labels);
  /* MNIST has ten classes: 12 is no label of it */
  g_assert_null (gram_dataset_open ("mnist", parent, NULL, &error));
  g_assert_nonnull (strstr (error->message, "label 12 in row 2 is out of range"));
  g_clear_error (&error);
  labels[2] = 1;
  folder_write_split (folder, "train", 3, 28, 28, images, labels);
  dataset = gram_dataset_open ("mnist", parent, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gram_dataset_get_info (dataset)->id, ==, "mnist");
  g_clear_pointer (&dataset, gram_dataset_unref);
  /* another shape is not MNIST */
  folder_write_split (folder, "train", 3, 14, 56, images, labels);
  g_assert_null (gram_dataset_open ("mnist", parent, NULL, &error));
  g_assert_nonnull (strstr (error->message, "which is not MNIST"));
  g_clear_error (&error);
  dataset = gram_dataset_open ("fashion-mnist", parent, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (gram_dataset_find_class (dataset, "ankle BOOT", &class_, NULL));
  g_assert_cmpuint (class_, ==, 9);
  g_assert_true (gram_dataset_find_class (dataset, "7", &class_, NULL));
  g_assert_cmpuint (class_, ==, 7);
  g_assert_false (gram_dataset_find_class (dataset, "10", &class_, NULL));
  /* a folder that was not asked for by name is known by its path */
  g_clear_pointer (&dataset, gram_dataset_unref);
  dataset = gram_dataset_open (other, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gram_dataset_get_info (dataset)->class_names[9], ==, "Ankle boot");
  folder_remove (folder);
  folder_remove (other);
  folder_remove (parent);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("gram-home-XXXXXX", NULL);
  int result;

  /* not the user's own downloads */
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glyphs/images", test_glyphs);
  g_test_add_func ("/glyphs/distinct", test_glyphs_distinct);
  g_test_add_func ("/open/special-files", test_special_files);
  g_test_add_func ("/open/changed-file", test_changed_file);
  g_test_add_func ("/open/cancel", test_cancel);
  g_test_add_func ("/catalogue/entries", test_catalogue);
  g_test_add_func ("/catalogue/find", test_find);
  g_test_add_func ("/catalogue/known", test_known);
  result = g_test_run ();
  g_rmdir (home);
  return result;
}
