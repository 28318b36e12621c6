/* gram-dataset-open.c: a name, folder or file becomes a dataset
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "gram-arrays.h"
#include "gram-dataset.h"
#include "gram-error.h"
#include "gram-folder.h"
#include "gram-glyphs.h"
#include "gram-tar.h"

/* Class names and title of a known dataset are used when the files look like it. */
static const GramCatalogueEntry *
guess_entry (const char *path, GramKind kind, const GramDraft *draft)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  static const char *const by_name[][2] = { { "fashion", "fashion-mnist" },
                                            { "kmnist", "kmnist" } };

  if (kind == GRAM_KIND_CIFAR || kind == GRAM_KIND_PICKLE || kind == GRAM_KIND_TAR)
    return gram_catalogue_lookup (draft->n_classes == 100 ? "cifar100" : "cifar10");
  for (guint i = 0; draft->n_classes == 10 && i < G_N_ELEMENTS (by_name); i++)
    {
      if (strstr (lower, by_name[i][0]) != NULL)
        return gram_catalogue_lookup (by_name[i][1]);
    }
  return NULL;
}

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

static gboolean
collect (GPtrArray *files, GramKind kind, const GramFound *chosen, GramDraft *draft,
         GCancellable *cancellable, GError **error)
{
  switch (kind)
    {
    case GRAM_KIND_IDX:
      return gram_idx_collect (files, chosen, draft, cancellable, error);
    case GRAM_KIND_CIFAR:
    case GRAM_KIND_PICKLE:
      return gram_cifar_collect (files, kind, draft, cancellable, error);
    case GRAM_KIND_TAR:
      return gram_tar_collect (chosen, draft, cancellable, error);
    case GRAM_KIND_ZIP:
      return gram_npz_collect (chosen, draft, cancellable, error);
    case GRAM_KIND_NPY:
      return gram_npy_collect (files, draft, cancellable, error);
    case GRAM_KIND_UNKNOWN:
    default:
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA, "%s: is of the kind %s, which is not read",
                   draft->source, gram_kind_to_string (kind));
      return FALSE;
    }
}

static GramDataset *
open_files (const char *path, GPtrArray *files, GramKind kind, const GramFound *chosen,
            const GramCatalogueEntry *entry, GCancellable *cancellable, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GramDraft) draft = gram_draft_new (base, entry, path);

  if (!collect (files, kind, chosen, draft, cancellable, error) || !check_entry (draft, error))
    return NULL;
  if (draft->entry == NULL)
    draft->entry = guess_entry (path, kind, draft);
  return gram_draft_finish (draft, cancellable, error);
}

/* An archive is a dataset by itself; other files make one together. */
static const GramFound *
choose (const GramFound *found)
{
  return found->kind == GRAM_KIND_ZIP || found->kind == GRAM_KIND_TAR ? found : NULL;
}

static GramDataset *open_path (const char *path, const GramCatalogueEntry *entry,
                               GCancellable *cancellable, GError **error);

/* A folder above the dataset's own, as it comes out of an archive. */
static GramDataset *
open_below (const char *path, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < gram_catalogue_count (); i++)
    {
      const GramCatalogueEntry *entry = gram_catalogue_get (i);
      g_autofree char *found = gram_catalogue_find_below (path, entry);

      if (found != NULL)
        return open_path (found, entry, cancellable, error);
    }
  return NULL;
}

static GramDataset *
open_folder (const char *path, const GramCatalogueEntry *entry, GCancellable *cancellable,
             GError **error)
{
  /* the plainest form first */
  static const GramKind order[] = { GRAM_KIND_IDX, GRAM_KIND_CIFAR, GRAM_KIND_PICKLE,
                                    GRAM_KIND_NPY, GRAM_KIND_ZIP,   GRAM_KIND_TAR };
  g_autoptr (GPtrArray) files = gram_folder_list (path, cancellable, error);
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GError) local = NULL;
  GramDataset *below;

  if (files == NULL)
    return NULL;
  for (guint k = 0; k < G_N_ELEMENTS (order); k++)
    {
      for (guint i = 0; i < files->len; i++)
        {
          if (((GramFound *) files->pdata[i])->kind == order[k])
            return open_files (path, files, order[k], choose (files->pdata[i]), entry, cancellable,
                               error);
        }
    }
  below = open_below (path, cancellable, &local);
  if (below != NULL)
    return below;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_set_error (
      error, GRAM_ERROR, GRAM_ERROR_DATA,
      "%s: no file in this folder is a dataset; it should hold the IDX files of MNIST, the "
      "batches or archive of CIFAR, or arrays of NumPy",
      shown);
  return NULL;
}

static GramDataset *
open_file (const char *path, const GramCatalogueEntry *entry, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GramFound) found = gram_found_new (path, cancellable, error);
  g_autoptr (GPtrArray) files = NULL;

  if (found == NULL)
    return NULL;
  if (found->kind == GRAM_KIND_UNKNOWN)
    {
      g_set_error (
          error, GRAM_ERROR, GRAM_ERROR_DATA,
          "%s: is no dataset that Gramscope reads (%" G_GUINT64_FORMAT
          " bytes: no IDX, NPY or NPZ, no CIFAR archive, nor k·3073 or k·3074 bytes of CIFAR "
          "records); choose another file",
          gram_blob_get_name (found->blob), gram_blob_get_size (found->blob));
      return NULL;
    }
  if (found->kind == GRAM_KIND_IDX || found->kind == GRAM_KIND_NPY)
    { /* its other half lies beside it */
      g_autofree char *folder = g_path_get_dirname (path);
      g_autoptr (GPtrArray) beside = gram_folder_list (folder, cancellable, error);

      if (beside == NULL)
        return NULL;
      for (guint i = 0; i < beside->len; i++)
        {
          GramFound *other = beside->pdata[i];

          if (g_str_equal (other->base, found->base))
            return open_files (path, beside, found->kind, other, entry, cancellable, error);
        }
    }
  files = g_ptr_array_new ();
  g_ptr_array_add (files, found);
  return open_files (path, files, found->kind, found, entry, cancellable, error);
}

/* A folder or a file; @entry, if any, is what it was asked for as. */
static GramDataset *
open_path (const char *path, const GramCatalogueEntry *entry, GCancellable *cancellable,
           GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return open_folder (path, entry, cancellable, error);
  return open_file (path, entry, cancellable, error);
}

static char *
list_names (void)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < gram_catalogue_count (); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", gram_catalogue_get (i)->id);
  return g_string_free (g_steal_pointer (&names), FALSE);
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

/**
 * gram_dataset_open:
 * @name_or_path: a name of the catalogue ("glyphs", "mnist", …), or a folder or file
 * @data_dir: (nullable): looked at before the standard places
 *
 * What a file is, its content decides, not its name. Every image is looked at once, so that a
 * damaged file is known before anything of it is used; what is not fatal becomes a warning.
 *
 * Returns: (transfer full) (nullable): the dataset, or %NULL with GRAM_ERROR_DATA
 */
GramDataset *
gram_dataset_open (const char *name_or_path, const char *data_dir, GCancellable *cancellable,
                   GError **error)
{
  const GramCatalogueEntry *entry = gram_catalogue_lookup (name_or_path);
  g_autofree char *names = NULL;
  g_autofree char *shown = NULL;

  if (entry != NULL)
    return open_known (entry, data_dir, cancellable, error);
  if (g_file_test (name_or_path, G_FILE_TEST_EXISTS))
    return open_path (name_or_path, NULL, cancellable, error);
  names = list_names ();
  shown = g_filename_display_name (name_or_path);
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: there is no such file or folder, and it is none of the known datasets (%s); "
               "check the name",
               shown, names);
  return NULL;
}
