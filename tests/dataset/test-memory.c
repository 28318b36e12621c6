/* test-memory.c: the k-th allocation of user-sized memory fails, for every k
 *
 * SPDX-License-Identifier: MIT
 *
 * posix_memalign() of this program stands before that of the C library, and gram_try_alloc() is
 * what calls it. Each failure must be an error that says so, and leave nothing behind.
 */
#include <errno.h>
#include <stdlib.h>

#include <glib/gstdio.h>

#include "../limit.h"
#include "gram-error.h"
#include "gram-labels.h"

static gint countdown = -1; /* −1: no failure is planned */
static gboolean failed;

int
posix_memalign (void **memory, size_t alignment, size_t size)
{
  if (countdown > 0 && g_atomic_int_dec_and_test (&countdown))
    {
      failed = TRUE;
      return ENOMEM;
    }
  *memory = aligned_alloc (alignment, (size + alignment - 1) / alignment * alignment);
  return *memory == NULL ? ENOMEM : 0;
}

static gboolean
whole_job (const char *path, GError **error)
{
  g_autoptr (GramDataset) dataset = gram_dataset_open (path, NULL, NULL, error);
  g_autoptr (GramProblem) problem = NULL;
  g_autoptr (GramLabels) labels = NULL;
  GramProblemSpec spec = { .n = 15, .n_test = -1, .preprocess = GRAM_PREPROCESS_STANDARDIZE };
  GramLabelsSpec random = { .kind = GRAM_LABELS_RANDOM };
  guint8 pixels[32 * 32 * 3];

  if (dataset == NULL
      || gram_dataset_read (dataset, GRAM_SPLIT_TRAIN, 0, 0, 1, pixels, NULL, NULL, error) < 0)
    return FALSE;
  problem = gram_problem_new (dataset, &spec, NULL, error);
  if (problem == NULL)
    return FALSE;
  labels = gram_labels_new (problem, &random, 1, error);
  return labels != NULL;
}

static void
fail_each (const char *path)
{
  gint count = 0;

  for (gint k = 1;; k++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done;

      failed = FALSE;
      g_atomic_int_set (&countdown, k);
      done = whole_job (path, &error);
      g_atomic_int_set (&countdown, -1);
      if (!failed)
        {
          g_assert_no_error (error);
          g_assert_true (done);
          break;
        }
      g_assert_false (done);
      g_assert_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY);
      count++;
    }
  g_assert_cmpint (count, >, 8);
}

static void
test_glyphs (void)
{
  fail_each ("glyphs");
}

static void
test_file (gconstpointer data)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("GRAM_TEST_FOLDER"), (const char *) data, NULL);

  fail_each (path);
}

int
main (int argc, char **argv)
{
  static const char *const files[] = { "idx-gzip",          "idx-float",      "cifar10",
                                       "tar/packed.tar.gz", "pickle10",       "npz/deflated.npz",
                                       "npz/fortran.npz",   "npz/vectors.npz" };
  g_autofree char *folder = g_dir_make_tmp ("gram-memory-XXXXXX", NULL);
  const char *script[] = { g_getenv ("GRAM_TEST_PYTHON"), g_getenv ("GRAM_TEST_FILES"), folder,
                           NULL };
  const char *clean[] = { "rm", "-rf", folder, NULL };
  int result;

  g_setenv ("GRAM_TEST_FOLDER", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_assert_true (limit_spawn (60, script, G_SPAWN_DEFAULT, NULL));
  g_test_add_func ("/memory/glyphs", test_glyphs);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *name = g_strconcat ("/memory/", files[i], NULL);

      g_test_add_data_func (name, files[i], test_file);
    }
  result = g_test_run ();
  limit_spawn (60, clean, G_SPAWN_SEARCH_PATH, NULL);
  return result;
}
