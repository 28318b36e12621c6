/* gram-dataset.h: images with labels, wherever they come from
 *
 * SPDX-License-Identifier: MIT
 *
 * A dataset knows what a file or folder holds: classes, how many images of each, their shape.
 * Pixels are read when a pair of classes is asked for, so that little more memory is used than the
 * pair needs. It never changes after it was opened, so any thread may use it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  GRAM_SPLIT_TRAIN,
  GRAM_SPLIT_TEST,
} GramSplit;

#define GRAM_N_SPLITS 2

typedef struct _GramDataset GramDataset;

typedef struct
{
  const char *id;                 /* "mnist", "glyphs"; for a path: its base name */
  const char *title;              /* for people */
  const char *source;             /* path it was read from, or "built in" */
  gint64 width, height, channels; /* 28 × 28 × 1, 32 × 32 × 3; vectors: d × 1 × 1 */
  guint n_classes;
  const char *const *class_names;      /* (n_classes) valid UTF-8 */
  const gint64 *counts[GRAM_N_SPLITS]; /* [GramSplit][class]; of glyphs: as many as asked for */
  gboolean generated; /* images are drawn when they are asked for, and need no file */
  gboolean has_test; /* if not, some training images, chosen by the seed, are used as test images */
  const char *const *warnings; /* NULL-terminated; what the user should know */
} GramDatasetInfo;

GramDataset *gram_dataset_open (const char *name_or_path, const char *data_dir,
                                GCancellable *cancellable, GError **error);
GramDataset *gram_dataset_ref (GramDataset *dataset);
void gram_dataset_unref (GramDataset *dataset);
const GramDatasetInfo *gram_dataset_get_info (GramDataset *dataset);
gboolean gram_dataset_find_class (GramDataset *dataset, const char *index_or_name, guint *class_,
                                  GError **error);
gint64 gram_dataset_read (GramDataset *dataset, GramSplit split, guint class_, gint64 first,
                          gint64 count, guint8 *pixels, gint64 *rows, GCancellable *cancellable,
                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramDataset, gram_dataset_unref)

G_END_DECLS
