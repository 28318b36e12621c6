/* gram-describe.c: what a file or folder is, in words
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-describe.h"

#include "gram-dataset-private.h"
#include "gram-error.h"
#include "gram-folder.h"

static void
describe_files (GString *text, GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      const GramFound *found = files->pdata[i];
      g_autofree char *size = g_format_size (gram_blob_get_size (found->blob));
      g_autofree char *name = g_filename_display_name (found->base);

      g_string_append_printf (text, "  %s: %s, %s\n", name, gram_kind_to_string (found->kind),
                              size);
    }
}

static void
describe_dataset (GString *text, GramDataset *dataset)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);

  g_string_append_printf (text, "%s: sound\n", info->source);
  if (info->height == 1 && info->channels == 1)
    g_string_append_printf (text, "  vectors of %" G_GINT64_FORMAT " numbers\n", info->width);
  else
    g_string_append_printf (text,
                            "  images of %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT " pixels, %s\n",
                            info->width, info->height, info->channels == 3 ? "colour" : "grey");
  g_string_append_printf (text,
                          "  %" G_GINT64_FORMAT " for training, %" G_GINT64_FORMAT
                          " for testing%s\n",
                          dataset->n[GRAM_SPLIT_TRAIN], dataset->n[GRAM_SPLIT_TEST],
                          info->has_test ? "" : " (a seeded split of the training images serves)");
  g_string_append (text, "  classes (training + test):\n");
  for (guint c = 0; c < info->n_classes; c++)
    g_string_append_printf (text, "    %u %s: %" G_GINT64_FORMAT " + %" G_GINT64_FORMAT "\n", c,
                            info->class_names[c], info->counts[GRAM_SPLIT_TRAIN][c],
                            info->counts[GRAM_SPLIT_TEST][c]);
  for (guint i = 0; info->warnings[i] != NULL; i++)
    g_string_append_printf (text, "  warning: %s\n", info->warnings[i]);
}

/**
 * gram_dataset_describe_path:
 * @path: a file or folder, or a name of the catalogue
 *
 * Reads all of it, so that "sound" means that every image is there.
 *
 * Returns: (transfer full) (nullable): lines of text; %NULL with GRAM_ERROR_DATA, whose message
 *   says what is wrong with the file
 */
char *
gram_dataset_describe_path (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GramDataset) dataset = gram_dataset_open (path, NULL, cancellable, error);
  g_autoptr (GPtrArray) files = NULL;

  if (dataset == NULL)
    return NULL;
  if (dataset->parts == NULL)
    describe_dataset (text, dataset);
  else
    {
      describe_dataset (text, dataset);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        files = gram_folder_list (path, cancellable, NULL);
      if (files != NULL)
        {
          g_string_append (text, "  files:\n");
          describe_files (text, files);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
