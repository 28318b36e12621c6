/* dataset-digest.c: SHA-256 of a dataset's labels and pixels, row by row; for repack.py
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "gram-dataset.h"

/* Every class is read at once and put back in the order of the rows. */
static gboolean
digest_split (GramDataset *dataset, GramSplit split, GError **error)
{
  const GramDatasetInfo *info = gram_dataset_get_info (dataset);
  gint64 d = info->width * info->height * info->channels, n = 0;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *table = NULL;

  for (guint c = 0; c < info->n_classes; c++)
    n += info->counts[split][c];
  if (n == 0)
    return TRUE;
  table = g_malloc ((gsize) (n * (d + 1)));
  for (guint c = 0; c < info->n_classes; c++)
    {
      gint64 count = info->counts[split][c];
      g_autofree guint8 *pixels = g_malloc ((gsize) (count * d));
      g_autofree gint64 *rows = g_new (gint64, count);

      if (gram_dataset_read (dataset, split, c, 0, count, pixels, rows, NULL, error) != count)
        return FALSE;
      for (gint64 k = 0; k < count; k++)
        {
          table[rows[k] * (d + 1)] = (guint8) c;
          memcpy (table + rows[k] * (d + 1) + 1, pixels + k * d, (gsize) d);
        }
    }
  g_checksum_update (checksum, table, n * (d + 1));
  printf ("%s\n", g_checksum_get_string (checksum));
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GramDataset) dataset =
      argc == 2 ? gram_dataset_open (argv[1], NULL, NULL, &error) : NULL;

  if (dataset != NULL && digest_split (dataset, GRAM_SPLIT_TRAIN, &error)
      && digest_split (dataset, GRAM_SPLIT_TEST, &error))
    return 0;
  fprintf (stderr, "%s\n", error != NULL ? error->message : "usage: dataset-digest PATH");
  return 1;
}
