/* test-problem.c: class pairs, preprocessing, parallel images
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "gram-error.h"
#include "gram-parallel.h"
#include "gram-philox.h"
#include "image-folder.h"

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
  dataset = folder_open_images (CHECK_N, 2, 3, images, labels);
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

    folder_write_split (folder, "train", CHECK_N, 2, 3, images, labels);
    folder_write_split (folder, "t10k", 2, 2, 3, images, labels);
    g_clear_pointer (&dataset, gram_dataset_unref);
    dataset = gram_dataset_open (folder, NULL, NULL, NULL);
    folder_remove (folder);
  }
  problem = folder_problem (dataset, CHECK_N, preprocess, GRAM_SELECT_FIRST, 0);
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
  problem = folder_problem (dataset, 10, GRAM_PREPROCESS_STANDARDIZE, GRAM_SELECT_FIRST, 1);
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
  folder_remove (folder);
}

/* ---------- which images -------------------------------------------------------------------- */

static void
test_selection (void)
{
  g_autoptr (GramDataset) glyphs = gram_dataset_open ("glyphs", NULL, NULL, NULL);
  g_autoptr (GramProblem) first = folder_problem (glyphs, 50, 0, GRAM_SELECT_FIRST, 1);
  g_autoptr (GramProblem) random = folder_problem (glyphs, 50, 0, GRAM_SELECT_RANDOM, 1);
  g_autoptr (GramProblem) again = folder_problem (glyphs, 50, 0, GRAM_SELECT_RANDOM, 1);
  g_autoptr (GramProblem) other = folder_problem (glyphs, 50, 0, GRAM_SELECT_RANDOM, 2);
  g_autoptr (GramProblem) standard = folder_problem (glyphs, 0, 0, GRAM_SELECT_FIRST, 1);

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
  dataset = folder_open_images (7, 2, 2, images, labels);
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
  g_assert_cmpint (problem->sides[0], ==, 1);
  g_assert_cmpint (problem->sides[2], ==, -1);
  g_assert_cmpint (problem->n, ==, 6);
  g_assert_cmpint (problem->n_test, ==, 1);
  g_assert_true (problem_has_notice (problem, "no test images of its own"));
  for (int i = 0; i < 6; i++)
    g_assert_cmpint (problem->rows[i], !=, problem->rows_test[0]);
  g_clear_pointer (&problem, gram_problem_unref);
  /* n = 1 is a problem like any other; class A is chosen beside B */
  problem = gram_problem_new (dataset, &one, NULL, NULL);
  g_assert_cmpint (problem->n, ==, 1);
  g_assert_cmpint (problem->sides[2], ==, 1);
  g_assert_cmpuint (problem->parallel->len, ==, 0);
  g_clear_pointer (&problem, gram_problem_unref);
  many.n = 2;
  problem = gram_problem_new (dataset, &many, NULL, NULL);
  g_assert_true (problem_has_notice (problem, "are of class “0”"));
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
  dataset = folder_open_images (8, 2, 2, images, labels);
  spec.seed = 3;
  problem = gram_problem_new (dataset, &spec, NULL, NULL);
  g_assert_cmpint (problem->n + problem->n_test, ==, 7);
  g_assert_true (problem_has_notice (problem, "(rows 2)"));
  for (gint64 i = 0; i < problem->n; i++)
    g_assert_cmpfloat (problem->scale[i], >, 0);
  /* a black image is an image once a mean is subtracted */
  spec.preprocess = GRAM_PREPROCESS_CENTER;
  centred = gram_problem_new (dataset, &spec, NULL, NULL);
  g_assert_cmpint (centred->n, ==, 7);
  memset (images, 0, sizeof images);
  g_clear_pointer (&dataset, gram_dataset_unref);
  dataset = folder_open_images (8, 2, 2, images, labels);
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
  folder_write_split (folder, "train", COUNT, 2, 2, images, labels);
  folder_write_split (folder, "test", COUNT, 2, 2, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  folder_remove (folder);
  problem = folder_problem (dataset, COUNT, GRAM_PREPROCESS_NONE, GRAM_SELECT_FIRST, 0);
  g_assert_cmpint (problem->n, ==, COUNT - 2);
  g_assert_true (problem_has_notice (problem, "(rows 31, 33)"));
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
  g_assert_true (problem_has_notice (problem, "(rows 3 and 10)"));
  g_assert_true (problem_has_notice (problem, "complexity measure is infinite"));
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

  folder_write_split (folder, "train", 4, 2, 2, images, labels);
  folder_write_split (folder, "test", 4, 2, 2, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, NULL);
  folder_remove (folder);
  problem = folder_problem (dataset, 4, GRAM_PREPROCESS_CENTER, GRAM_SELECT_FIRST, 0);
  g_assert_cmpint (problem->n, ==, 4);
  g_assert_cmpuint (problem->parallel->len, ==, 1);
  pair = &g_array_index (problem->parallel, GramParallelPair, 0);
  g_assert_cmpint (pair->i, ==, 0);
  g_assert_cmpint (pair->j, ==, 1);
  g_assert_true (pair->opposite);
  g_assert_false (pair->same_label);
  g_assert_true (problem_has_notice (problem, "harmless"));
}

/* A table of few directions, on both sides and with both labels: the pairs that are listed join
 * all equal columns and no others. */
static void
check_bundles (const double *X, gint64 d, gint64 n, const double *y)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) pairs = gram_parallel_find (X, d, n, y, &error);
  g_autofree gint64 *first = g_new (gint64, n);
  g_autofree gboolean *copy = g_new0 (gboolean, n);

  g_assert_no_error (error);
  for (gint64 i = 0; i < n; i++)
    first[i] = i;
  for (guint k = 0; k < pairs->len; k++)
    {
      const GramParallelPair *pair = &g_array_index (pairs, GramParallelPair, k);
      gint64 from = first[pair->j], to = first[pair->i];

      g_assert_cmpint (pair->i, <, pair->j);
      g_assert_true (pair->same_label == (y[pair->i] == y[pair->j]));
      g_assert_true (pair->opposite == (X[pair->i * d] != X[pair->j * d]));
      copy[pair->j] |= pair->same_label && !pair->opposite;
      for (gint64 i = 0; !pair->opposite && i < n; i++)
        if (first[i] == from)
          first[i] = to;
    }
  for (gint64 i = 0; i < n; i++)
    {
      gboolean has_earlier = FALSE;

      for (gint64 k = 0; k < n; k++)
        {
          gboolean equal = memcmp (X + i * d, X + k * d, (gsize) d * sizeof (double)) == 0;

          g_assert_true (equal == (first[i] == first[k]));
          has_earlier |= equal && k < i && y[i] == y[k];
        }
      g_assert_true (copy[i] == has_earlier);
    }
}

static void
test_bundles (void)
{
  double X[40 * 3], y[40], line[8], signs[8];
  const double directions[][3] = { { 0.6, 0.8, 0 }, { 0.6, 0, -0.8 }, { 1, 0, 0 } };

  for (guint32 trial = 0; trial < 200; trial++)
    {
      for (int i = 0; i < 40; i++)
        {
          guint32 bits = gram_philox_u32 (trial, 0, 0, (guint64) i);

          for (int j = 0; j < 3; j++)
            X[3 * i + j] = directions[bits % 3][j] * (bits & 64 ? 1 : -1);
          y[i] = bits & 128 ? 1 : -1;
        }
      check_bundles (X, 3, 40, y);
      /* d = 1: every column is ±1 */
      for (int i = 0; i < 8; i++)
        {
          line[i] = X[3 * i] < 0 ? -1 : 1;
          signs[i] = y[i];
        }
      check_bundles (line, 1, 8, signs);
    }
}

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

int
main (int argc, char **argv)
{
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
  g_test_add_func ("/problem/bundles", test_bundles);
  g_test_add_func ("/problem/names", test_names);
  return g_test_run ();
}
