/* test-files.c: every reader on good and damaged files, made by make-files.py
 *
 * SPDX-License-Identifier: MIT
 *
 * A case says what opening a file must give: the images of a formula, a warning, or an error that
 * says what is wrong. The formula is written down twice, there in Python and here.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "../limit.h"
#include "gram-dataset.h"
#include "gram-error.h"

#define N 30
#define N_TEST 12

typedef struct
{
  char *path, *outcome, *what;
} Case;

static const char *folder;

static guint8
expected_pixel (gint64 i, gint64 j)
{
  if (i == 0 && j == 0)
    return 0;
  if (i == 1 && j == 0)
    return 255;
  return (guint8) ((i * 37 + j * 11 + (i * j) % 13) % 256);
}

static guint
expected_label (gint64 i)
{
  return (guint) ((i * i + i / 3) % 3);
}

static void
check_image (const guint8 *pixels, gint64 d, gint64 row)
{
  for (gint64 j = 0; j < d; j++)
    g_assert_cmpuint (pixels[j], ==, expected_pixel (row, j));
}

/* Every image of every class, in pieces and again from the middle. */
static void
check_split (GramDataset *dataset, GramSplit split, gint64 n, gboolean formula)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  gint64 d = info->width * info->height * info->channels, total = 0;
  g_autofree guint8 *pixels = g_malloc ((gsize) (d * 20));
  g_autoptr (GError) error = NULL;
  gint64 rows[20];

  for (guint c = 0; c < info->n_classes; c++)
    {
      gint64 got, last = -1;

      for (gint64 first = 0; first < info->counts[split][c]; first += got)
        {
          got = gram_dataset_read (dataset, split, c, first, 20, pixels, rows, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpint (got, >, 0);
          for (gint64 k = 0; k < got; k++)
            {
              g_assert_cmpint (rows[k], >, last);
              last = rows[k];
              if (!formula)
                continue;
              g_assert_cmpuint (expected_label (rows[k]), ==, c);
              check_image (pixels + k * d, d, rows[k]);
            }
          total += got;
          if (!formula && total > 1000)
            return;
        }
    }
  if (formula)
    g_assert_cmpint (total, ==, n);
}

static void
check_shape (const GramDatasetInfo *info, gint64 width, gint64 height, gint64 channels)
{
  g_assert_cmpint (info->width, ==, width);
  g_assert_cmpint (info->height, ==, height);
  g_assert_cmpint (info->channels, ==, channels);
}

static void
check_good (GramDataset *dataset, const char *what)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  gboolean formula = !g_str_equal (what, "any");
  gboolean train_only = g_str_has_suffix (what, "-train");

  if (g_str_has_prefix (what, "grey"))
    check_shape (info, 5, 4, 1);
  else if (g_str_has_prefix (what, "colour"))
    check_shape (info, 5, 4, 3);
  else if (g_str_has_prefix (what, "planar"))
    check_shape (info, 6, 4, 3);
  else if (g_str_has_prefix (what, "cifar"))
    check_shape (info, 32, 32, 3);
  else if (g_str_has_prefix (what, "vectors"))
    check_shape (info, 7, 1, 1);
  if (g_str_has_prefix (what, "cifar100"))
    g_assert_cmpuint (info->n_classes, ==, 100);
  else if (g_str_has_prefix (what, "cifar10"))
    {
      g_assert_cmpuint (info->n_classes, ==, 10);
      g_assert_cmpstr (info->class_names[1], ==, "automobile");
    }
  if (formula)
    g_assert_true (info->has_test == !train_only);
  check_split (dataset, GRAM_SPLIT_TRAIN, N, formula);
  check_split (dataset, GRAM_SPLIT_TEST, train_only ? 0 : N_TEST, formula);
}

static void
check_warning (GramDataset *dataset, const char *what)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);

  for (guint i = 0; info->warnings[i] != NULL; i++)
    {
      if (strstr (info->warnings[i], what) != NULL)
        return;
    }
  g_error ("no warning says “%s”", what);
}

/* A message names the file, says the cause and is one line. */
static void
check_message (const GError *error, const Case *one)
{
  g_assert_nonnull (error);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
  if (strstr (error->message, one->what) == NULL)
    g_error ("%s: “%s” does not say “%s”", one->path, error->message, one->what);
  g_assert_nonnull (strstr (error->message, folder));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, one->path, NULL);
  g_autoptr (GramDataset) dataset = gram_dataset_open (path, NULL, NULL, &error);

  if (g_str_equal (one->outcome, "any"))
    return;
  if (g_str_equal (one->outcome, "error"))
    {
      g_assert_null (dataset);
      check_message (error, one);
      return;
    }
  if (dataset == NULL)
    g_error ("%s: %s", one->path, error->message);
  if (g_str_equal (one->outcome, "ok"))
    check_good (dataset, one->what);
  else
    check_warning (dataset, one->what);
}

/* Nothing was written by any archive or pickle. */
static void
test_canary (void)
{
  g_autofree char *canary = g_build_filename (folder, "canary", NULL);
  g_autoptr (GDir) inside = g_dir_open (canary, 0, NULL);
  g_autofree char *beside = g_build_filename (folder, "hostile", "canary", NULL);

  g_assert_nonnull (inside);
  g_assert_null (g_dir_read_name (inside));
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test ("/tmp/canary", G_FILE_TEST_EXISTS));
}

static void
case_free (gpointer data)
{
  Case *one = data;

  g_free (one->path);
  g_free (one->outcome);
  g_free (one->what);
  g_free (one);
}

static void
add_cases (char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, "\t", 3);
      Case *one = g_new0 (Case, 1);
      g_autofree char *name = NULL;

      one->path = g_strdup (fields[0]);
      one->outcome = g_strdup (fields[1]);
      one->what = g_strdup (fields[2]);
      name = g_strconcat ("/files/", one->path, ": ", one->outcome, NULL);
      g_test_add_data_func_full (name, one, test_case, case_free);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *cases = NULL;
  g_autofree char *text = NULL;
  g_autofree char *own = NULL;
  const char *script[] = { g_getenv ("GRAM_TEST_PYTHON"), g_getenv ("GRAM_TEST_FILES"), NULL,
                           NULL };
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = own = g_dir_make_tmp ("gram-files-XXXXXX", NULL);
  script[2] = folder;
  g_assert_true (limit_spawn (60, script, G_SPAWN_DEFAULT, NULL));
  cases = g_build_filename (folder, "cases", NULL);
  g_assert_true (g_file_get_contents (cases, &text, NULL, NULL));
  add_cases (text);
  g_test_add_func ("/files/nothing-was-written", test_canary);
  result = g_test_run ();
  {
    const char *remove[] = { "rm", "-rf", folder, NULL };

    limit_spawn (60, remove, G_SPAWN_SEARCH_PATH, NULL);
  }
  return result;
}
