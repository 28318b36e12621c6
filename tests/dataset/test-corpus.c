/* test-corpus.c: the fuzz targets on their seed corpus, and on every seed cut and bent
 *
 * SPDX-License-Identifier: MIT
 *
 * usage: GRAM_TEST_PYTHON=… GRAM_TEST_CORPUS=make-corpus.py test-corpus
 * What fuzzing found once lies in tests/dataset/corpus and is run as well.
 */
#include <string.h>

#include <glib/gstdio.h>

#include "../limit.h"
#include "fuzz-targets.h"
#include "gram-philox.h"

static const char *const names[] = { "idx", "gzip", "cifar", "pickle", "tar", "npy", "npz" };

static char *seeds;

static void
run (FuzzTarget target, const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);

  target (bytes);
}

/* A deterministic bit of what libFuzzer does: cut, flip and overwrite. */
static void
bend (FuzzTarget target, const guint8 *data, gsize size, guint32 seed)
{
  g_autofree guint8 *copy = g_malloc (size + 1);

  for (guint k = 0; k < 40 && size > 0; k++)
    {
      gsize at = gram_philox_u32 (seed, 0, k, 0) % MIN (size, k % 2 ? size : 600);
      gsize length = size;

      memcpy (copy, data, size);
      if (k % 4 == 0)
        length = at;
      else if (k % 4 == 1)
        copy[at] ^= (guint8) (1 << (k % 8));
      else if (k % 4 == 2)
        memset (copy + at, k & 8 ? 0xff : 0x7f, MIN (size - at, 1 + k % 9));
      else
        copy[at] = (guint8) gram_philox_u32 (seed, 1, k, 0);
      run (target, copy, length);
    }
}

static void
run_folder (const char *parent, const char *name, gboolean bent)
{
  g_autofree char *folder = g_build_filename (parent, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  FuzzTarget target = fuzz_find_target (name);
  const char *file;
  guint count = 0;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autofree char *data = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (path, &data, &size, NULL));
      run (target, (guint8 *) data, size);
      if (bent)
        bend (target, (guint8 *) data, size, g_str_hash (file));
      count++;
    }
  if (bent)
    g_assert_cmpuint (count, >=, 3);
}

static void
test_target (gconstpointer data)
{
  const char *name = data;
  g_autofree char *kept =
      g_build_filename (g_getenv ("GRAM_TEST_SRCDIR"), "tests", "dataset", "corpus", NULL);

  run_folder (seeds, name, TRUE);
  run_folder (kept, name, FALSE);
  run (fuzz_find_target (name), (const guint8 *) "", 0);
}

int
main (int argc, char **argv)
{
  const char *script[] = { g_getenv ("GRAM_TEST_PYTHON"), g_getenv ("GRAM_TEST_CORPUS"), NULL,
                           NULL };
  const char *clean[] = { "rm", "-rf", NULL, NULL };
  int result;

  g_test_init (&argc, &argv, NULL);
  seeds = g_dir_make_tmp ("gram-corpus-XXXXXX", NULL);
  script[2] = clean[2] = seeds;
  g_assert_true (limit_spawn (60, script, G_SPAWN_DEFAULT, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/corpus/", names[i], NULL);

      g_test_add_data_func (path, names[i], test_target);
    }
  result = g_test_run ();
  limit_spawn (60, clean, G_SPAWN_SEARCH_PATH, NULL);
  g_free (seeds);
  return result;
}
