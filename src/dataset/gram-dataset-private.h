/* gram-dataset-private.h: what a dataset consists of, for those that make and read one
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-dataset.h"
#include "gram-part.h"

G_BEGIN_DECLS

struct _GramDataset
{
  gatomicrefcount references;
  GramDatasetInfo info; /* the dataset owns what it points to */
  gint64 n[GRAM_N_SPLITS];
  guint16 *labels[GRAM_N_SPLITS];     /* (n) */
  gint64 *class_rows[GRAM_N_SPLITS];  /* (n) rows ordered by class */
  gint64 *class_start[GRAM_N_SPLITS]; /* (n_classes + 1) */
  GPtrArray *parts;                   /* of GramPart; NULL: images are drawn when needed */
  gboolean eight_bit;                 /* every part holds bytes */
  double low, high;                   /* range of the numbers that are not bytes */
  guint keep;                         /* how many training images a class are kept */
  gint64 *kept;                       /* (n_classes) how many there really are */
  guint8 *tiles;                      /* (d × keep × n_classes) */
};

void gram_dataset_to_grey (GramDataset *dataset, const double *values, gint64 count,
                           guint8 *pixels);
gint64 *gram_dataset_list_rows (GramDataset *dataset, GramSplit split, const gint8 *sides,
                                gint64 *count);
guint gram_dataset_get_label (GramDataset *dataset, GramSplit split, gint64 row);
gboolean gram_dataset_fetch (GramDataset *dataset, const GramWanted wanted[GRAM_N_SPLITS],
                             GCancellable *cancellable, GError **error);

G_END_DECLS
