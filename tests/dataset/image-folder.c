/* image-folder.c: folders of IDX files with chosen images, and problems from them
 *
 * SPDX-License-Identifier: MIT
 */
#include "image-folder.h"

#include <string.h>

#include <glib/gstdio.h>

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

void
folder_write_split (const char *folder, const char *split, guint32 n, guint32 height, guint32 width,
                    const guint8 *images, const guint8 *labels)
{
  g_autofree char *images_name = g_strconcat (split, "-images-idx3-ubyte", NULL);
  g_autofree char *labels_name = g_strconcat (split, "-labels-idx1-ubyte", NULL);
  guint32 sizes[] = { n, height, width };

  write_idx (folder, images_name, sizes, 3, images);
  write_idx (folder, labels_name, sizes, 1, labels);
}

void
folder_remove (const char *folder)
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

GramDataset *
folder_open_images (guint32 n, guint32 height, guint32 width, const guint8 *images,
                    const guint8 *labels)
{
  g_autofree char *folder = g_dir_make_tmp ("gram-problem-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  GramDataset *dataset;

  folder_write_split (folder, "train", n, height, width, images, labels);
  dataset = gram_dataset_open (folder, NULL, NULL, &error);
  g_assert_no_error (error);
  folder_remove (folder); /* an open dataset keeps its files */
  return dataset;
}

GramProblem *
folder_problem (GramDataset *dataset, gint64 n, GramPreprocess preprocess, GramSelect select,
                guint64 seed)
{
  GramProblemSpec spec = {
    .n = n, .n_test = -1, .preprocess = preprocess, .select = select, .seed = seed
  };
  g_autoptr (GError) error = NULL;
  GramProblem *problem = gram_problem_new (dataset, &spec, NULL, &error);

  g_assert_no_error (error);
  return problem;
}

gboolean
problem_has_notice (const GramProblem *problem, const char *text)
{
  for (guint i = 0; i < problem->notices->len; i++)
    {
      if (strstr (problem->notices->pdata[i], text) != NULL)
        return TRUE;
    }
  return FALSE;
}
