/* gram-catalogue-places.c: where on this machine a known dataset may lie
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "gram-catalogue.h"

/* how many entries of a folder are compared, and how many folders in it are looked into */
#define MAX_ENTRIES 1000
#define MAX_FOLDERS 100

/* The entry of @folder that has this name, letter case aside; "raw/x" is two folders deep. */
static char *
find_entry (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) directory = NULL;
  const char *entry;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  directory = g_dir_open (folder, 0, NULL);
  for (int i = 0;
       i < MAX_ENTRIES && directory != NULL && (entry = g_dir_read_name (directory)) != NULL; i++)
    {
      if (g_ascii_strcasecmp (entry, name) == 0)
        return g_build_filename (folder, entry, NULL);
    }
  return NULL;
}

/* Whether @folder holds the file @name or NAME.gz, or a folder of that name with that file. */
static gboolean
holds (const char *folder, const char *name)
{
  g_autofree char *zipped = g_strconcat (name, ".gz", NULL);
  const char *names[] = { name, zipped };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = find_entry (folder, names[i]);
      g_autofree char *inside = path != NULL ? g_build_filename (path, names[i], NULL) : NULL;

      if (path != NULL
          && (g_file_test (path, G_FILE_TEST_IS_REGULAR)
              || g_file_test (inside, G_FILE_TEST_IS_REGULAR)))
        return TRUE;
    }
  return FALSE;
}

/* Whether a download into @folder was broken off before it was complete. */
static gboolean
is_unfinished (const char *folder, const GramCatalogueEntry *entry)
{
  for (const GramCatalogueFile *file = entry->files; file->name != NULL; file++)
    {
      g_autofree char *part = g_strdup_printf ("%s/%s.part", folder, file->name);

      if (g_file_test (part, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_tell_tale (const char *folder, const GramCatalogueEntry *entry)
{
  for (const char *const *file = entry->tell_tales; *file != NULL; file++)
    {
      if (holds (folder, *file))
        return !is_unfinished (folder, entry);
    }
  return FALSE;
}

/* Datasets with files of the same names are told apart by the name of the folder. */
static gboolean
is_named_otherwise (const char *folder, const GramCatalogueEntry *entry)
{
  g_autofree char *base = g_path_get_basename (folder);

  for (guint i = 0; i < gram_catalogue_count (); i++)
    {
      const GramCatalogueEntry *other = gram_catalogue_get (i);

      for (const char *const *name = other->places; other != entry && *name != NULL; name++)
        {
          if (g_ascii_strcasecmp (*name, base) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

static char *
find_in (const char *folder, const GramCatalogueEntry *entry)
{
  for (const char *const *name = entry->places; *name != NULL; name++)
    {
      g_autofree char *path = find_entry (folder, *name);
      gboolean is_folder = path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR);
      char *deeper = NULL;

      if (path != NULL
          && (g_file_test (path, G_FILE_TEST_IS_REGULAR)
              || (is_folder && has_tell_tale (path, entry))))
        return g_steal_pointer (&path);
      if (is_folder && strchr (*name, '/') == NULL && !g_str_equal (path, folder))
        deeper = find_in (path, entry);
      if (deeper != NULL)
        return deeper;
    }
  return NULL;
}

/**
 * gram_catalogue_find_below:
 * @folder: that may hold the dataset in a folder or archive of a usual name, or hold a folder that
 *   does: Keras leaves it in "cifar-10-batches-py-target"
 *
 * Returns: (transfer full) (nullable)
 */
char *
gram_catalogue_find_below (const char *folder, const GramCatalogueEntry *entry)
{
  char *found = find_in (folder, entry);
  g_autoptr (GDir) directory = found == NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  for (int i = 0; i < MAX_FOLDERS && directory != NULL && found == NULL
                  && (name = g_dir_read_name (directory)) != NULL;
       i++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_DIR))
        found = find_in (path, entry);
    }
  return found;
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

/* Whether the files lie in @place itself, not in a folder below it. Where two datasets have files
 * of the same names, this is believed only of a folder that the user has named. In the folder of
 * downloads it is never so: there every dataset has a folder of its own. */
static gboolean
is_own_folder (const char *place, const char *data_dir, const GramCatalogueEntry *entry)
{
  g_autofree char *downloads = gram_catalogue_get_download_dir ();
  gboolean named = data_dir != NULL && g_str_equal (place, data_dir);

  if (!named && (entry->shares_tell_tales || g_str_equal (place, downloads)))
    return FALSE;
  return g_file_test (place, G_FILE_TEST_IS_DIR) && has_tell_tale (place, entry)
         && !is_named_otherwise (place, entry);
}

/**
 * gram_catalogue_find:
 * @data_dir: (nullable): looked at before the standard places; the folder of the files itself, or
 *   one above it
 *
 * Looks at the names of files only, which is fast; their content is checked when they are opened.
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
      char *found = gram_catalogue_find_below (*place, entry);

      if (found != NULL)
        return found;
      if (is_own_folder (*place, data_dir, entry))
        return g_strdup (*place);
    }
  return NULL;
}
