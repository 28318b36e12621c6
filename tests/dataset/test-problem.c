/* test-problem.c: class pairs, preprocessing, parallel images, Glyphs
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "gram-catalogue.h"
#include "gram-describe.h"
#include "gram-error.h"
#include "gram-problem.h"

/* ---------- a folder of IDX files with chosen images ---------------------------------------- */

typedef struct
{
  char *folder;
  guint8 *images, *labels;
  guint32 n, height, width;
} Idx;

static void
put_u32 (GByteArray *out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (out, (guint8 *) &big, 4);
}

static void
write_idx (const char *folder, const char *name, const guint32 *sizes, guint count,
           const guint8 *data)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *path = g_build_filename (folder, name, NULL);
  guint32 total = 1;

  put_u32 (out, 0x0800 + count);
  for (guint i = 0; i < count; i++)
    {
      put_u32 (out, sizes[i]);
      total *= sizes[i];
    }
  g_byte_array_append (out, data, total);
  g_assert_true (g_file_set_contents (path, (char *) out->data, out->len, NULL));
}

static void
write_split (const char *folder, const char *split, guint32 n, guint32 height, guint32 width,
             const guint8 *images, const guint8 *labels)
{
  g_autofree char *images_name = g_strconcat (split, "-images-idx3-ubyte", NULL);
  g_autofree char *labels_name = g_strconcat (split, "-labels-idx1-ubyte", NULL);
  guint32 sizes[] = { n, height, width };

  write_idx (folder, images_name, sizes, 3, images);
  write_idx (folder, labels_name, sizes, 1, labels);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static GramDataset *
open_images (guint32 n, guint32 height, guint32 width, const guint8 *images, const guint8 *labels)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  GramDataset *dataset;

  write_split (folder, "train", n, height, width, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, &error);
  g_assert_no_error (error);
  remove_folder (folder); /* an open dataset keeps its files */
  return dataset;
}

static GramProblem *
make (GramDataset *dataset, gint64 n, GramPreprocess preprocess, GramSelect select, guint64 seed)
{
  GramProblemSpec spec = {
    .n = n, .n_test = -1, .preprocess = preprocess, .select = select, .seed = seed
  };
  g_autoptr (GError) error = NULL;
  GramProblem *problem = gram_problem_new (dataset, &spec, NULL, &error);

  g_assert_no_error (error);
  return problem;
}

static gboolean
has_notice (const GramProblem *problem, const char *text)
{
  for (guint i = 0; i < problem->notices->len; i++)
    {
      if (strstr (problem->notices->pdata[i], text) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* ---------- preprocessing ------------------------------------------------------------------- */

#define CHECK_N 12
#define CHECK_D 6

/* The definition, as plainly as it can be written. */
static void
expect_preprocessed (GramPreprocess preprocess, double values[CHECK_N][CHECK_D])
{
  double all = 0, deviation = 0, mean[CHECK_D] = { 0 };

  for (int i = 0; i < CHECK_N; i++)
    for (int j = 0; j < CHECK_D; j++)
      {
        all += values[i][j] / (CHECK_N * CHECK_D);
        mean[j] += values[i][j] / CHECK_N;
      }
  for (int i = 0; i < CHECK_N; i++)
    for (int j = 0; j < CHECK_D; j++)
      deviation += pow (values[i][j] - all, 2) / (CHECK_N * CHECK_D);
  for (int i = 0; i < CHECK_N; i++)
    {
      double norm = 0;

      for (int j = 0; j < CHECK_D; j++)
        {
          if (preprocess == GRAM_PREPROCESS_CENTER)
            values[i][j] -= all;
          else if (preprocess == GRAM_PREPROCESS_PIXEL_CENTER)
            values[i][j] -= mean[j];
          else if (preprocess == GRAM_PREPROCESS_STANDARDIZE)
            values[i][j] = (values[i][j] - all) / sqrt (deviation);
          norm += values[i][j] * values[i][j];
        }
      for (int j = 0; j < CHECK_D; j++)
        values[i][j] /= sqrt (norm);
    }
}

static void
test_preprocess (gconstpointer data)
{
  GramPreprocess preprocess = GPOINTER_TO_INT (data);
  guint8 images[CHECK_N * CHECK_D], labels[CHECK_N];
  double expected[CHECK_N][CHECK_D];
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GramProblem) problem = NULL;

  for (int i = 0; i < CHECK_N; i++)
    labels[i] = (guint8) (i % 2);
  for (int i = 0; i < CHECK_N * CHECK_D; i++)
    images[i] = (guint8) (i * i * 7 + i % 11);
  dataset = open_images (CHECK_N, 2, 3, images, labels);
  {
    GramProblemSpec spec = { .n = 10, .n_test = 2, .preprocess = preprocess, .seed = 5 };

    problem = gram_problem_new (dataset, &spec, NULL, NULL);
  }
  g_assert_cmpint (problem->n, ==, 10);
  g_assert_cmpint (problem->n_test, ==, 2);
  g_clear_pointer (&problem, gram_problem_unref);

  /* all twelve for training: a test set of its own keeps the split from taking any */
  {
    g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);

    write_split (folder, "train", CHECK_N, 2, 3, images, labels);
    write_split (folder, "t10k", 2, 2, 3, images, labels);
    g_clear_pointer (&dataset, gram_dataset_unref);
    dataset = gram_dataset_open (folder, NULL, NULL, NULL);
    remove_folder (folder);
  }
  problem = make (dataset, CHECK_N, preprocess, GRAM_SELECT_FIRST, 0);
  g_assert_cmpint (problem->n, ==, CHECK_N);
  g_assert_cmpint (problem->n_test, ==, 2);
  for (int i = 0; i < CHECK_N; i++)
    for (int j = 0; j < CHECK_D; j++)
      expected[i][j] = images[i * CHECK_D + j];
  expect_preprocessed (preprocess, expected);
  for (int i = 0; i < CHECK_N; i++)
    {
      g_assert_cmpint (problem->rows[i], ==, i);
      g_assert_cmpfloat (problem->y[i], ==, i % 2 == 0 ? 1 : -1);
      for (int j = 0; j < CHECK_D; j++)
        {
          double x = problem->X[i * CHECK_D + j];
          double exact = (problem->gain[j] * problem->pixels[i * CHECK_D + j] - problem->shift[j])
                         * problem->scale[i];

          g_assert_cmpfloat_with_epsilon (x, expected[i][j], 1e-14);
          g_assert_cmpfloat (x, ==, exact);
          /* the test images are the first two again, scaled by the training images' numbers */
          if (i < 2)
            g_assert_cmpfloat (problem->X_test[i * CHECK_D + j], ==, x);
        }
    }
}

/* Colour: each channel has its own mean and deviation. */
static void
test_standardize_channels (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "data_batch_1.bin", NULL);
  g_autofree guint8 *records = g_malloc (12 * 3073);
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GramProblem) problem = NULL;

  for (int i = 0; i < 12 * 3073; i++)
    records[i] = (guint8) ((i * 31 + (i / 3073) * (i % 17)) % (i % 3073 < 1025 ? 256 : 100));
  for (int i = 0; i < 12; i++)
    records[i * 3073] = (guint8) (i % 2);
  g_assert_true (g_file_set_contents (path, (char *) records, 12 * 3073, NULL));
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  problem = make (dataset, 10, GRAM_PREPROCESS_STANDARDIZE, GRAM_SELECT_FIRST, 1);
  for (int c = 0; c < 3; c++)
    {
      double sum = 0, squares = 0;

      for (int i = 0; i < 10; i++)
        for (int j = c * 1024; j < (c + 1) * 1024; j++)
          {
            double value = problem->X[i * 3072 + j] / problem->scale[i];

            sum += value;
            squares += value * value;
          }
      g_assert_cmpfloat_with_epsilon (sum / 10240, 0, 1e-12);
      g_assert_cmpfloat_with_epsilon (squares / 10240, 1, 1e-12);
    }
  g_assert_cmpfloat (problem->gain[0], !=, problem->gain[1024]);
  remove_folder (folder);
}

/* ---------- which images -------------------------------------------------------------------- */

static void
test_selection (void)
{
  g_autoptr (GramDataset) glyphs = gram_dataset_open ("glyphs", NULL, NULL, NULL);
  g_autoptr (GramProblem) first = make (glyphs, 50, 0, GRAM_SELECT_FIRST, 1);
  g_autoptr (GramProblem) random = make (glyphs, 50, 0, GRAM_SELECT_RANDOM, 1);
  g_autoptr (GramProblem) again = make (glyphs, 50, 0, GRAM_SELECT_RANDOM, 1);
  g_autoptr (GramProblem) other = make (glyphs, 50, 0, GRAM_SELECT_RANDOM, 2);
  g_autoptr (GramProblem) standard = make (glyphs, 0, 0, GRAM_SELECT_FIRST, 1);

  g_assert_cmpint (standard->n, ==, 1000);
  g_assert_cmpint (standard->n_test, ==, 2000);
  g_assert_cmpint (standard->d, ==, 784);
  g_assert_cmpstr (standard->class_names[0], ==, "0");
  g_assert_cmpstr (standard->class_names[1], ==, "1");
  for (int i = 1; i < 50; i++)
    {
      g_assert_cmpint (first->rows[i], >, first->rows[i - 1]);
      g_assert_cmpint (random->rows[i], >, random->rows[i - 1]);
    }
  g_assert_cmpmem (random->rows, 400, again->rows, 400);
  g_assert_cmpmem (random->X, 50 * 784 * 8, again->X, 50 * 784 * 8);
  g_assert_true (memcmp (random->rows, other->rows, 400) != 0);
  g_assert_true (memcmp (random->rows, first->rows, 400) != 0);
  /* more samples are the same ones and others */
  g_assert_cmpmem (first->X, 50 * 784 * 8, standard->X, 50 * 784 * 8);
}

static void
expect_error (GramDataset *dataset, const GramProblemSpec *spec, int code, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramProblem) problem = gram_problem_new (dataset, spec, NULL, &error);

  g_assert_null (problem);
  g_assert_error (error, GRAM_ERROR, code);
  if (strstr (error->message, what) == NULL)
    g_error ("“%s” does not say “%s”", error->message, what);
}

static void
test_unfit (void)
{
  guint8 images[7 * 4], labels[7] = { 0, 0, 0, 2, 2, 2, 2 };
  g_autoptr (GramDataset) dataset = NULL;
  GramProblemSpec spec = { .n_test = -1 };
  GramProblemSpec same = { .class_a = (char *) "2", .class_b = (char *) "2", .n_test = -1 };
  GramProblemSpec empty = { .class_a = (char *) "0", .class_b = (char *) "1", .n_test = -1 };
  GramProblemSpec unknown = { .class_a = (char *) "cat", .n_test = -1 };
  GramProblemSpec many = { .n = 7, .n_test = -1 };
  GramProblemSpec negative = { .n = -5, .n_test = -1 };
  GramProblemSpec tests = { .n_test = 3 };
  GramProblemSpec one = { .n = 1, .n_test = 0, .class_b = (char *) "0" };
  g_autoptr (GramProblem) problem = NULL;

  for (int i = 0; i < 28; i++)
    images[i] = (guint8) (i * i + 1);
  dataset = open_images (7, 2, 2, images, labels);
  expect_error (dataset, &same, GRAM_ERROR_USAGE, "class A and class B are both “2”");
  expect_error (dataset, &empty, GRAM_ERROR_DATA, "class “1” has no training images");
  expect_error (dataset, &unknown, GRAM_ERROR_USAGE, "has no class “cat”; its classes are 0 … 2");
  expect_error (
      dataset, &many, GRAM_ERROR_DATA,
      "“0” has 3 and “2” 4, a sixth of which is set aside for testing; ask for 6 or fewer");
  expect_error (dataset, &negative, GRAM_ERROR_USAGE, "-5 training images");
  expect_error (dataset, &tests, GRAM_ERROR_DATA, "3 test images asked for");
  /* the first two classes that have images, and a sixth of them set aside */
  problem = gram_problem_new (dataset, &spec, NULL, NULL);
  g_assert_cmpuint (problem->classes[0], ==, 0);
  g_assert_cmpuint (problem->classes[1], ==, 2);
  g_assert_cmpint (problem->n, ==, 6);
  g_assert_cmpint (problem->n_test, ==, 1);
  g_assert_true (has_notice (problem, "no test images of its own"));
  for (int i = 0; i < 6; i++)
    g_assert_cmpint (problem->rows[i], !=, problem->rows_test[0]);
  g_clear_pointer (&problem, gram_problem_unref);
  /* n = 1 is a problem like any other; class A is chosen beside B */
  problem = gram_problem_new (dataset, &one, NULL, NULL);
  g_assert_cmpint (problem->n, ==, 1);
  g_assert_cmpuint (problem->classes[0], ==, 2);
  g_assert_cmpuint (problem->parallel->len, ==, 0);
  g_clear_pointer (&problem, gram_problem_unref);
  many.n = 2;
  problem = gram_problem_new (dataset, &many, NULL, NULL);
  g_assert_true (has_notice (problem, "are of class “0”"));
}

static void
test_zero_images (void)
{
  guint8 images[8 * 4], labels[8] = { 0, 1, 0, 1, 0, 1, 0, 1 };
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GramProblem) problem = NULL;
  g_autoptr (GramProblem) centred = NULL;
  GramProblemSpec spec = { .n = 7, .n_test = 1 };

  for (int i = 0; i < 32; i++)
    images[i] = (guint8) (i * i + 3);
  memset (images + 8, 0, 4);
  dataset = open_images (8, 2, 2, images, labels);
  spec.seed = 3;
  problem = gram_problem_new (dataset, &spec, NULL, NULL);
  g_assert_cmpint (problem->n + problem->n_test, ==, 7);
  g_assert_true (has_notice (problem, "(rows 2)"));
  for (gint64 i = 0; i < problem->n; i++)
    g_assert_cmpfloat (problem->scale[i], >, 0);
  /* a black image is an image once a mean is subtracted */
  spec.preprocess = GRAM_PREPROCESS_CENTER;
  centred = gram_problem_new (dataset, &spec, NULL, NULL);
  g_assert_cmpint (centred->n, ==, 7);
  memset (images, 0, sizeof images);
  g_clear_pointer (&dataset, gram_dataset_unref);
  dataset = open_images (8, 2, 2, images, labels);
  expect_error (dataset, &spec, GRAM_ERROR_DATA, "every chosen image is zero");
}

/* Copies, multiples and, after centring, opposites; found as all pairs would be. */
static void
test_parallel (void)
{
  enum
  {
    COUNT = 60,
    D = 4
  };
  guint8 images[COUNT * D], labels[COUNT];
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GramProblem) problem = NULL;
  guint found = 0;

  for (int i = 0; i < COUNT; i++)
    {
      labels[i] = (guint8) (i % 2);
      for (int j = 0; j < D; j++)
        images[i * D + j] = (guint8) ((i * 29 + j * 53 + i * j) % 100 + 1);
    }
  for (int j = 0; j < D; j++)
    {
      images[10 * D + j] = images[3 * D + j];                /* a copy, other label */
      images[20 * D + j] = (guint8) (2 * images[5 * D + j]); /* a multiple, other label */
      images[31 * D + j] = images[7 * D + j];                /* a copy, same label */
      images[33 * D + j] = images[7 * D + j];                /* and another */
    }
  write_split (folder, "train", COUNT, 2, 2, images, labels);
  write_split (folder, "test", COUNT, 2, 2, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  remove_folder (folder);
  problem = make (dataset, COUNT, GRAM_PREPROCESS_NONE, GRAM_SELECT_FIRST, 0);
  g_assert_cmpint (problem->n, ==, COUNT - 2);
  g_assert_true (has_notice (problem, "(rows 31, 33)"));
  for (gint64 i = 0; i < problem->n; i++)
    for (gint64 k = i + 1; k < problem->n; k++)
      {
        double dot = 0;

        for (int j = 0; j < D; j++)
          dot += problem->X[i * D + j] * problem->X[k * D + j];
        if (fabs (dot) < 1 - 1e-13)
          continue;
        g_assert_cmpuint (found, <, problem->parallel->len);
        {
          const GramParallelPair *pair =
              &g_array_index (problem->parallel, GramParallelPair, found++);

          g_assert_cmpint (pair->i, ==, i);
          g_assert_cmpint (pair->j, ==, k);
          g_assert_true (pair->same_label == (problem->y[i] == problem->y[k]));
          g_assert_false (pair->opposite);
        }
      }
  g_assert_cmpuint (found, ==, 2);
  g_assert_cmpuint (problem->parallel->len, ==, 2);
  g_assert_true (has_notice (problem, "(rows 3 and 10)"));
  g_assert_true (has_notice (problem, "complexity measure is infinite"));
}

static void
test_opposite (void)
{
  /* mean 50: the first two are +v and −v about it, the last two as well with another v */
  guint8 images[] = { 60, 40, 50, 50, 40, 60, 50, 50, 50, 50, 90, 10, 55, 45, 60, 40 };
  guint8 labels[] = { 0, 1, 0, 1 };
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GramProblem) problem = NULL;
  const GramParallelPair *pair;

  write_split (folder, "train", 4, 2, 2, images, labels);
  write_split (folder, "test", 4, 2, 2, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  remove_folder (folder);
  problem = make (dataset, 4, GRAM_PREPROCESS_CENTER, GRAM_SELECT_FIRST, 0);
  g_assert_cmpint (problem->n, ==, 4);
  g_assert_cmpuint (problem->parallel->len, ==, 1);
  pair = &g_array_index (problem->parallel, GramParallelPair, 0);
  g_assert_cmpint (pair->i, ==, 0);
  g_assert_cmpint (pair->j, ==, 1);
  g_assert_true (pair->opposite);
  g_assert_false (pair->same_label);
  g_assert_true (has_notice (problem, "harmless"));
}

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
  g_autoptr (GramProblem) problem = make (dataset, 400, 0, GRAM_SELECT_FIRST, 0);
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

/* ---------- names, files of other kinds, catalogue ------------------------------------------ */

static void
test_names (void)
{
  GramSelect select;
  GramPreprocess preprocess;

  for (int i = 0; i <= GRAM_SELECT_RANDOM; i++)
    {
      g_assert_true (gram_select_from_string (gram_select_to_string (i), &select));
      g_assert_cmpint (select, ==, i);
    }
  for (int i = 0; i <= GRAM_PREPROCESS_STANDARDIZE; i++)
    {
      g_assert_true (gram_preprocess_from_string (gram_preprocess_to_string (i), &preprocess));
      g_assert_cmpint (preprocess, ==, i);
    }
  g_assert_true (gram_preprocess_from_string ("Pixel-Center", &preprocess));
  g_assert_false (gram_preprocess_from_string ("centre", &preprocess));
  g_assert_false (gram_select_from_string ("", &select));
}

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
  remove_folder (folder);
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
  write_split (folder, "train", 30, 2, 2, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  fd = g_open (path, O_WRONLY, 0);
  g_assert_cmpint (ftruncate (fd, 50), ==, 0);
  close (fd);
  /* what is kept in memory for the tiles is still there; the rest is told to be gone */
  g_assert_cmpint (gram_dataset_read (dataset, 0, 0, 0, 12, pixels, NULL, NULL, NULL), ==, 12);
  g_assert_cmpint (gram_dataset_read (dataset, 0, 0, 10, 5, pixels, NULL, NULL, &error), ==, -1);
  g_assert_error (error, GRAM_ERROR, GRAM_ERROR_DATA);
  remove_folder (folder);
}

static void
test_cancel (void)
{
  guint8 images[4 * 4] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 4, 5, 6, 2, 3, 4 };
  guint8 labels[4] = { 0, 1, 0, 1 };
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  write_split (folder, "train", 4, 2, 2, images, labels);
  g_cancellable_cancel (cancellable);
  g_assert_null (gram_dataset_open (folder, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  remove_folder (folder);
}

static void
test_catalogue (void)
{
  g_autofree char *parent = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (parent, "mnist", NULL);
  g_autofree char *other = g_build_filename (parent, "fashion-mnist", NULL);
  const GramCatalogueEntry *mnist = gram_catalogue_lookup ("MNIST");
  const GramCatalogueEntry *fashion = gram_catalogue_lookup ("fashion-mnist");
  guint8 *images = g_malloc0 (784 * 3), labels[3] = { 0, 9, 12 };
  g_autofree char *found = NULL;
  g_autofree char *below = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GramDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  guint class_;

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
  g_mkdir (folder, 0755);
  g_mkdir (other, 0755);
  write_split (folder, "train", 3, 28, 28, images, labels);
  found = gram_catalogue_find (mnist, parent);
  g_assert_cmpstr (found, ==, folder);
  g_clear_pointer (&found, g_free);
  found = gram_catalogue_find (mnist, folder);
  g_assert_cmpstr (found, ==, folder);
  /* a folder with nothing to tell MNIST from its relatives is MNIST's, unless the user says so;
   * a download that was broken off is no dataset */
  {
    g_autofree char *part = g_build_filename (folder, "t10k-images-idx3-ubyte.gz.part", NULL);

    g_assert_true (gram_catalogue_remember (folder, NULL));
    g_clear_pointer (&found, g_free);
    found = gram_catalogue_find (fashion, NULL);
    g_assert_true (found == NULL || !g_str_equal (found, folder));
    g_assert_true (g_file_set_contents (part, "x", 1, NULL));
    g_clear_pointer (&found, g_free);
    found = gram_catalogue_find (mnist, folder);
    g_assert_true (found == NULL || !g_str_equal (found, folder));
    g_unlink (part);
  }
  /* files of the same names in a folder that says what else they are */
  below = gram_catalogue_find_below (parent, fashion);
  g_assert_null (below);
  write_split (other, "train", 2, 28, 28, images, labels);
  g_clear_pointer (&found, g_free);
  found = gram_catalogue_find (mnist, other);
  g_assert_true (found == NULL || !g_str_equal (found, other));
  /* MNIST has ten classes: 12 is no label of it */
  g_assert_null (gram_dataset_open ("mnist", parent, NULL, &error));
  g_assert_nonnull (strstr (error->message, "label 12 in row 2 is out of range"));
  g_clear_error (&error);
  labels[2] = 1;
  write_split (folder, "train", 3, 28, 28, images, labels);
  dataset = gram_dataset_open ("mnist", parent, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gram_dataset_get_info (dataset)->id, ==, "mnist");
  g_clear_pointer (&dataset, gram_dataset_unref);
  /* another shape is not MNIST */
  write_split (folder, "train", 3, 14, 56, images, labels);
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
  text = gram_dataset_describe_path ("glyphs", NULL, &error);
  g_assert_nonnull (strstr (text, "28 × 28"));
  remove_folder (folder);
  remove_folder (other);
  remove_folder (parent);
  g_free (images);
}

static void
test_remember (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) places = NULL;
  const GramCatalogueEntry *mnist = gram_catalogue_lookup ("mnist");

  for (int i = 0; i < 40; i++)
    {
      g_autofree char *folder = g_strdup_printf ("/data/number %d", i);

      g_assert_true (gram_catalogue_remember (folder, &error));
      g_assert_no_error (error);
    }
  g_assert_true (gram_catalogue_remember ("/data/number 20", &error));
  places = gram_catalogue_places (mnist, "/first");
  g_assert_cmpstr (places[0], ==, "/first");
  g_assert_true (g_strv_contains ((const char *const *) places, "/usr/share/datasets"));
  g_assert_cmpstr (places[3], ==, "/data/number 20");
  g_assert_cmpstr (places[4], ==, "/data/number 39");
  g_assert_false (g_strv_contains ((const char *const *) places, "/data/number 0"));
  g_assert_cmpuint (g_strv_length (places), <=, 3 + 32);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("gram-home-XXXXXX", NULL);
  g_autofree char *config = g_build_filename (home, "gramscope", NULL);
  g_autofree char *list = g_build_filename (config, "dataset-folders", NULL);
  int result;

  /* not the user's own list of folders */
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/problem/none", GINT_TO_POINTER (GRAM_PREPROCESS_NONE), test_preprocess);
  g_test_add_data_func ("/problem/center", GINT_TO_POINTER (GRAM_PREPROCESS_CENTER),
                        test_preprocess);
  g_test_add_data_func ("/problem/pixel-center", GINT_TO_POINTER (GRAM_PREPROCESS_PIXEL_CENTER),
                        test_preprocess);
  g_test_add_data_func ("/problem/standardize", GINT_TO_POINTER (GRAM_PREPROCESS_STANDARDIZE),
                        test_preprocess);
  g_test_add_func ("/problem/standardize-channels", test_standardize_channels);
  g_test_add_func ("/problem/selection", test_selection);
  g_test_add_func ("/problem/unfit", test_unfit);
  g_test_add_func ("/problem/zero-images", test_zero_images);
  g_test_add_func ("/problem/parallel", test_parallel);
  g_test_add_func ("/problem/opposite", test_opposite);
  g_test_add_func ("/problem/names", test_names);
  g_test_add_func ("/glyphs/images", test_glyphs);
  g_test_add_func ("/glyphs/distinct", test_glyphs_distinct);
  g_test_add_func ("/open/special-files", test_special_files);
  g_test_add_func ("/open/changed-file", test_changed_file);
  g_test_add_func ("/open/cancel", test_cancel);
  g_test_add_func ("/catalogue/known", test_catalogue);
  g_test_add_func ("/catalogue/remember", test_remember);
  result = g_test_run ();
  g_unlink (list);
  g_rmdir (config);
  g_rmdir (home);
  return result;
}
