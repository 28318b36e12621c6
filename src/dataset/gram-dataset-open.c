/* gram-dataset-open.c: a name, folder or file becomes a dataset
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dataset.h"

#include <string.h>

#include "gram-error.h"
#include "gram-format.h"
#include "gram-glyphs.h"

/* How far below a folder data are looked for, and in how many folders. */
#define MAX_DEPTH 3
#define MAX_FOLDERS 200

/* The user asked for a dataset by name: the images must have the shape of that dataset. */
static gboolean
check_entry (const GramDraft *draft, GError **error)
{
  const GramCatalogueEntry *entry = draft->entry;
  const GramPart *part;

  if (entry == NULL || draft->parts->len == 0)
    return TRUE;
  part = draft->parts->pdata[0];
  if (part->width == entry->width && part->height == entry->height
      && part->channels == entry->channels)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: holds images of %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT
               ", which is not %s; open the folder by its path instead",
               draft->source, part->width, part->height, part->channels, entry->title);
  return FALSE;
}

/* The plainest format of which there are files is read. */
static const GramFormat *
choose_format (GPtrArray *files)
{
  for (guint k = 0; k < gram_format_count (); k++)
    {
      for (guint i = 0; i < files->len; i++)
        {
          if (((GramFile *) files->pdata[i])->format == gram_format_get (k))
            return gram_format_get (k);
        }
    }
  return NULL;
}

static GramDataset *
open_files (const char *path, GPtrArray *files, const GramFormat *format, const GramFile *chosen,
            const GramCatalogueEntry *entry, GCancellable *cancellable, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GramDraft) draft = gram_draft_new (base, entry, path);

  for (guint i = 0; i < files->len; i++)
    {
      if (((GramFile *) files->pdata[i])->format == format)
        gram_file_look (files->pdata[i], cancellable);
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !format->read (files, chosen, draft, cancellable, error) || !check_entry (draft, error))
    return NULL;
  if (draft->entry == NULL)
    draft->entry = gram_catalogue_guess (path, draft->layout, draft->n_classes);
  return gram_draft_finish (draft, cancellable, error);
}

static GramDataset *
open_archive (const char *path, const GramFile *archive, const GramCatalogueEntry *entry,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) members = gram_file_list_members (archive, cancellable, error);

  if (members == NULL)
    return NULL;
  return open_files (path, members, choose_format (members), NULL, entry, cancellable, error);
}

static void
fail_two (const char *path, const char *one, const char *other, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *first = g_filename_display_basename (one);
  g_autofree char *second = g_filename_display_basename (other);

  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: both %s and %s in it may hold the data; open the one that you mean", shown,
               first, second);
}

static GramDataset *open_folder (const char *path, const GramCatalogueEntry *entry, guint depth,
                                 GCancellable *cancellable, GError **error);
static GramDataset *open_path (const char *path, const GramCatalogueEntry *entry,
                               GCancellable *cancellable, GError **error);

static gboolean
holds_data (const char *folder, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) files = gram_file_list (folder, cancellable, NULL);

  return files != NULL && files->len > 0;
}

/* The one folder in @path that holds data, or may hold it further down; FALSE when there are
 * two. */
static gboolean
find_deeper (const char *path, char **found, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  g_autofree char *lone = NULL;
  const char *name;
  guint n_folders = 0;

  for (int i = 0;
       i < MAX_FOLDERS && directory != NULL && (name = g_dir_read_name (directory)) != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (path, name, NULL);

      if (name[0] == '.' || !g_file_test (folder, G_FILE_TEST_IS_DIR))
        continue;
      n_folders++;
      g_free (lone);
      lone = g_strdup (folder);
      if (!holds_data (folder, cancellable))
        continue;
      if (*found != NULL)
        {
          fail_two (path, *found, folder, error);
          return FALSE;
        }
      *found = g_steal_pointer (&folder);
    }
  if (*found == NULL && n_folders == 1)
    *found = g_steal_pointer (&lone);
  return TRUE;
}

/* The dataset may lie in a folder below, as when an archive was unpacked here. */
static GramDataset *
open_below (const char *path, guint depth, GCancellable *cancellable, GError **error)
{
  g_autofree char *deeper = NULL;

  for (guint i = 0; i < gram_catalogue_count (); i++)
    {
      const GramCatalogueEntry *entry = gram_catalogue_get (i);
      g_autofree char *found = gram_catalogue_find_below (path, entry);

      if (found != NULL)
        return open_path (found, entry, cancellable, error);
    }
  if (depth == MAX_DEPTH || !find_deeper (path, &deeper, cancellable, error) || deeper == NULL)
    return NULL;
  return open_folder (deeper, NULL, depth + 1, cancellable, error);
}

static GramDataset *
open_folder (const char *path, const GramCatalogueEntry *entry, guint depth,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = gram_file_list (path, cancellable, error);
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *formats = gram_format_list_names ();
  g_autoptr (GError) local = NULL;
  const GramFormat *format;
  GramDataset *below;

  if (files == NULL)
    return NULL;
  format = choose_format (files);
  if (format != NULL)
    return open_files (path, files, format, NULL, entry, cancellable, error);
  if (files->len == 1)
    return open_archive (path, files->pdata[0], entry, cancellable, error);
  if (files->len > 1)
    {
      fail_two (path, ((GramFile *) files->pdata[0])->base, ((GramFile *) files->pdata[1])->base,
                error);
      return NULL;
    }
  below = open_below (path, depth, cancellable, &local);
  if (below != NULL)
    return below;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  local = gram_file_find_stranger (path, cancellable);
  if (local != NULL)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: no file in this folder is a dataset; %s",
                 shown, local->message);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                 "%s: no file in this folder is a dataset; it should hold %s", shown, formats);
  return NULL;
}

static GramDataset *
open_file (const char *path, const GramCatalogueEntry *entry, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GramFile) file = gram_file_new (path, cancellable, error);
  g_autofree char *formats = gram_format_list_names ();
  g_autoptr (GPtrArray) files = NULL;

  if (file == NULL || !gram_file_check (file, error))
    return NULL;
  if (file->is_archive)
    return open_archive (path, file, entry, cancellable, error);
  if (file->format == NULL)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: is no dataset that Gramscope reads: its %" G_GUINT64_FORMAT
                   " bytes are none of %s; choose another file",
                   file->name, gram_blob_get_size (file->blob), formats);
      return NULL;
    }
  if (file->format->has_other_half)
    { /* the other half lies in the same folder */
      g_autofree char *folder = g_path_get_dirname (path);
      g_autoptr (GPtrArray) beside = gram_file_list (folder, cancellable, error);

      if (beside == NULL)
        return NULL;
      for (guint i = 0; i < beside->len; i++)
        {
          const GramFile *other = beside->pdata[i];

          if (g_str_equal (other->base, file->base))
            return open_files (path, beside, file->format, other, entry, cancellable, error);
        }
    }
  files = g_ptr_array_new ();
  g_ptr_array_add (files, file);
  return open_files (path, files, file->format, file, entry, cancellable, error);
}

/* @path: a folder or a file
 * @entry: (nullable): the dataset that the user asked for by name */
static GramDataset *
open_path (const char *path, const GramCatalogueEntry *entry, GCancellable *cancellable,
           GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return open_folder (path, entry, 0, cancellable, error);
  return open_file (path, entry, cancellable, error);
}

static GramDataset *
open_known (const GramCatalogueEntry *entry, const char *data_dir, GCancellable *cancellable,
            GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *looked_in = NULL;
  g_auto (GStrv) places = NULL;

  if (entry->built_in)
    return gram_glyphs_new ();
  path = gram_catalogue_find (entry, data_dir);
  if (path != NULL)
    return open_path (path, entry, cancellable, error);
  places = gram_catalogue_places (entry, data_dir);
  looked_in = g_strjoinv (", ", places);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s is not on this machine (looked in %s); download it (gramscope-cli datasets get "
               "%s) or name its folder (--data-dir)",
               entry->title, looked_in, entry->id);
  return NULL;
}

static void
fail_missing (const char *path, GError **error)
{
  g_autofree char *names = gram_catalogue_list_names ();
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *above = g_path_get_dirname (path);

  while (!g_file_test (above, G_FILE_TEST_EXISTS) && strchr (above, G_DIR_SEPARATOR) != NULL)
    {
      g_autofree char *below = g_steal_pointer (&above);

      above = g_path_get_dirname (below);
    }
  if (g_file_test (above, G_FILE_TEST_IS_REGULAR))
    {
      g_autofree char *file = g_filename_display_name (above);

      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: %s is a file, and what is in it is not opened one by one; open %s, which "
                   "is read as a whole, or unpack it",
                   shown, file, file);
      return;
    }
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: there is no such file or folder, and it is none of the known datasets (%s); "
               "check the name",
               shown, names);
}

/**
 * gram_dataset_open:
 * @name_or_path: a name of the catalogue ("glyphs", "mnist", …), or a folder or file
 * @data_dir: (nullable): looked at before the standard places
 *
 * The content of a file decides what it is, not its name. Every image is read once, so that a
 * damaged file is found before anything of it is used. What does not prevent its use becomes a
 * warning.
 *
 * Returns: (transfer full) (nullable): the dataset, or %NULL with GRAM_ERROR_DATA
 */
GramDataset *
gram_dataset_open (const char *name_or_path, const char *data_dir, GCancellable *cancellable,
                   GError **error)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup (name_or_path);

  if (entry != NULL)
    return open_known (entry, data_dir, cancellable, error);
  if (g_file_test (name_or_path, G_FILE_TEST_EXISTS))
    return open_path (name_or_path, NULL, cancellable, error);
  fail_missing (name_or_path, error);
  return NULL;
}
