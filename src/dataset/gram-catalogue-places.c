/* gram-catalogue-places.c: where on this machine a known dataset may lie
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "gram-catalogue.h"

static gboolean
holds (const char *folder, const char *name)
{
  g_autofree char *plain = g_build_filename (folder, name, NULL);
  g_autofree char *zipped = g_strconcat (plain, ".gz", NULL);

  return g_file_test (plain, G_FILE_TEST_IS_REGULAR)
         || g_file_test (zipped, G_FILE_TEST_IS_REGULAR);
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

/**
 * gram_catalogue_find_below:
 * @folder: that may hold the dataset in a folder or archive of a usual name
 *
 * Returns: (transfer full) (nullable)
 */
char *
gram_catalogue_find_below (const char *folder, const GramCatalogueEntry *entry)
{
  for (const char *const *name = entry->places; *name != NULL; name++)
    {
      g_autofree char *path = g_build_filename (folder, *name, NULL);
      gboolean is_folder = g_file_test (path, G_FILE_TEST_IS_DIR);
      char *deeper = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) || (is_folder && has_tell_tale (path, entry)))
        return g_steal_pointer (&path);
      if (is_folder && strchr (*name, '/') == NULL && !g_str_equal (path, folder))
        deeper = gram_catalogue_find_below (path, entry);
      if (deeper != NULL)
        return deeper;
    }
  return NULL;
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
