/* gram-catalogue-places.c: where on this machine a known dataset may lie
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "gram-catalogue.h"

/* Names under which the official downloads and the usual tools leave a dataset. */
static const struct
{
  const char *id;
  const char *names[12];
} usual_names[] = {
  { "mnist", { "mnist", "MNIST", "MNIST/raw", "mnist.npz" } },
  { "fashion-mnist",
    { "fashion-mnist", "FashionMNIST", "FashionMNIST/raw", "fashion_mnist", "fashion-mnist.npz" } },
  { "kmnist", { "kmnist", "KMNIST", "KMNIST/raw", "kmnist.npz" } },
  { "cifar10",
    { "cifar10", "cifar-10", "cifar-10-batches-bin", "cifar-10-batches-py",
      "cifar-10-binary.tar.gz", "cifar-10-python.tar.gz", "cifar-10-binary.tar",
      "cifar-10-python.tar", "cifar10.npz", "cifar-10-pair01" } },
  { "cifar100",
    { "cifar100", "cifar-100", "cifar-100-binary", "cifar-100-python", "cifar-100-binary.tar.gz",
      "cifar-100-python.tar.gz", "cifar100.npz" } },
};

/* A file that only this dataset, or one of the same form, has. */
static const struct
{
  const char *id;
  const char *files[7];
} tell_tales[] = {
  { "mnist", { "train-images-idx3-ubyte", "train-images.idx3-ubyte", "t10k-images-idx3-ubyte" } },
  { "fashion-mnist", { "train-images-idx3-ubyte", "train-images.idx3-ubyte" } },
  { "kmnist", { "train-images-idx3-ubyte", "train-images.idx3-ubyte" } },
  { "cifar10",
    { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "test_batch.bin", "data_batch_1",
      "test_batch" } },
  { "cifar100", { "train.bin", "test.bin", "train", "test" } },
};

static gboolean
holds (const char *folder, const char *name)
{
  g_autofree char *plain = g_build_filename (folder, name, NULL);
  g_autofree char *zipped = g_strconcat (plain, ".gz", NULL);

  return g_file_test (plain, G_FILE_TEST_IS_REGULAR)
         || g_file_test (zipped, G_FILE_TEST_IS_REGULAR);
}

/* What a download that was broken off has left. */
static gboolean
is_unfinished (const char *folder, const char *id)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup (id);

  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      g_autofree char *part = g_strdup_printf ("%s/%s.part", folder, file->name);

      if (g_file_test (part, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_tell_tale (const char *folder, const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (tell_tales); i++)
    {
      for (guint k = 0; g_str_equal (tell_tales[i].id, id) && tell_tales[i].files[k] != NULL; k++)
        {
          if (holds (folder, tell_tales[i].files[k]))
            return !is_unfinished (folder, id);
        }
    }
  return FALSE;
}

/* MNIST, Fashion-MNIST and KMNIST have files of the same names: the folder's own name decides. */
static gboolean
is_named_otherwise (const char *folder, const char *id)
{
  g_autofree char *base = g_path_get_basename (folder);

  for (guint i = 0; i < G_N_ELEMENTS (usual_names); i++)
    {
      for (guint k = 0; !g_str_equal (usual_names[i].id, id) && usual_names[i].names[k] != NULL;
           k++)
        {
          if (g_ascii_strcasecmp (usual_names[i].names[k], base) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

static char *
find_below (const char *folder, const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (usual_names); i++)
    {
      for (guint k = 0; g_str_equal (usual_names[i].id, id) && usual_names[i].names[k] != NULL; k++)
        {
          g_autofree char *path = g_build_filename (folder, usual_names[i].names[k], NULL);

          if (g_file_test (path, G_FILE_TEST_IS_REGULAR)
              || (g_file_test (path, G_FILE_TEST_IS_DIR) && has_tell_tale (path, id)))
            return g_steal_pointer (&path);
          if (g_file_test (path, G_FILE_TEST_IS_DIR)
              && strchr (usual_names[i].names[k], '/') == NULL && !g_str_equal (path, folder))
            {
              char *deeper = find_below (path, id);

              if (deeper != NULL)
                return deeper;
            }
        }
    }
  return NULL;
}

/**
 * gram_catalogue_find_below:
 * @folder: that may hold the dataset in a folder or archive of a usual name
 *
 * Returns: (transfer full) (nullable)
 */
char *
gram_catalogue_find_below (const char *folder, const GramCatalogueEntry *entry)
{
  return find_below (folder, entry->id);
}

/**
 * gram_catalogue_get_download_dir:
 *
 * Returns: (transfer full): where downloads go: $XDG_DATA_HOME/gramscope
 */
char *
gram_catalogue_get_download_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "gramscope", NULL);
}

/**
 * gram_catalogue_places:
 * @data_dir: (nullable): looked at first
 *
 * Returns: (transfer full): the folders that are looked at for @entry, in order
 */
GStrv
gram_catalogue_places (const GramCatalogueEntry *entry, const char *data_dir)
{
  g_autoptr (GStrvBuilder) places = g_strv_builder_new ();
  g_autofree char *downloads = gram_catalogue_get_download_dir ();

  if (data_dir != NULL)
    g_strv_builder_add (places, data_dir);
  g_strv_builder_add (places, downloads);
  g_strv_builder_add (places, "/usr/share/datasets");
  return g_strv_builder_end (places);
}

/* Whether the files lie in @place itself. That Fashion-MNIST and KMNIST do, only the user can say;
 * in the standard places every dataset has a folder of its own. */
static gboolean
is_own_folder (const char *place, const char *data_dir, const GramCatalogueEntry *entry)
{
  g_autofree char *downloads = gram_catalogue_get_download_dir ();
  gboolean named = data_dir != NULL && g_str_equal (place, data_dir);
  gboolean plain = !g_str_equal (entry->id, "fashion-mnist") && !g_str_equal (entry->id, "kmnist");

  if (!named && (!plain || g_str_equal (place, downloads)))
    return FALSE;
  return g_file_test (place, G_FILE_TEST_IS_DIR) && has_tell_tale (place, entry->id)
         && !is_named_otherwise (place, entry->id);
}

/**
 * gram_catalogue_find:
 * @data_dir: (nullable): looked at before the standard places; the folder of the files itself, or
 *   one above it
 *
 * Looks at names only, so that it costs next to nothing; what the files are is seen when they are
 * opened.
 *
 * Returns: (transfer full) (nullable): the folder or archive, %NULL when it is not on this machine
 */
char *
gram_catalogue_find (const GramCatalogueEntry *entry, const char *data_dir)
{
  g_auto (GStrv) places = NULL;

  if (entry->built_in)
    return NULL;
  places = gram_catalogue_places (entry, data_dir);
  for (char **place = places; *place != NULL; place++)
    {
      char *found = find_below (*place, entry->id);

      if (found != NULL)
        return found;
      if (is_own_folder (*place, data_dir, entry))
        return g_strdup (*place);
    }
  return NULL;
}
