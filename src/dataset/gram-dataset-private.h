/* gram-dataset-private.h: how a dataset is put together
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-catalogue.h"
#include "gram-dataset.h"
#include "gram-part.h"

G_BEGIN_DECLS

#define GRAM_MAX_CLASSES 1000
#define GRAM_N_SPLITS 2

/* What a reader found, before it is a dataset. */
typedef struct
{
  char *id, *title, *source;
  const GramCatalogueEntry *entry; /* (nullable) what it was asked for as, or looks like */
  GPtrArray *parts;                /* of GramPart: images */
  guint n_classes;
  GPtrArray *class_names; /* of char *; empty: the entry's, or numbers */
  GPtrArray *warnings;    /* of char * */
} GramDraft;

GramDraft *gram_draft_new (const char *id, const GramCatalogueEntry *entry, const char *source);
void gram_draft_free (GramDraft *draft);
void gram_draft_warn (GramDraft *draft, const char *format, ...) G_GNUC_PRINTF (2, 3);
void gram_draft_add_part (GramDraft *draft, GramSplit split, GramPart *part);
gboolean gram_draft_set_labels (GramDraft *draft, GramPart *part, const char *name,
                                const GArray *column, GError **error);
GramDataset *gram_draft_finish (GramDraft *draft, GCancellable *cancellable, GError **error);

GramDataset *gram_glyphs_new (void);
void gram_glyphs_draw (GramSplit split, guint class_, gint64 index, guint8 pixels[784]);

struct _GramDataset
{
  gatomicrefcount references;
  GramDatasetInfo info;
  char *id, *title, *source;
  GStrv class_names, warnings;
  gint64 *counts[GRAM_N_SPLITS];
  gint64 n[GRAM_N_SPLITS];
  guint16 *labels[GRAM_N_SPLITS];     /* (n) */
  gint64 *class_rows[GRAM_N_SPLITS];  /* (n) rows ordered by class */
  gint64 *class_start[GRAM_N_SPLITS]; /* (n_classes + 1) */
  GPtrArray *parts;                   /* of GramPart; NULL: generated */
  gboolean eight_bit;                 /* every part holds bytes */
  double low, high;                   /* range of the numbers, where they are no bytes */
  guint keep;                         /* first training images of each class that are kept */
  gint64 *kept;
  guint8 *tiles;
};

typedef gboolean (*GramVisitFunc) (GramPart *part, GramInput *input, gpointer user_data,
                                   GError **error);

gboolean gram_parts_visit (GPtrArray *parts, GramVisitFunc func, gpointer user_data,
                           GCancellable *cancellable, GError **error);
void gram_dataset_to_grey (GramDataset *dataset, const double *values, gint64 count,
                           guint8 *pixels);
gint64 *gram_dataset_list_pair (GramDataset *dataset, GramSplit split, const guint classes[2],
                                gint64 *count);
guint gram_dataset_get_label (GramDataset *dataset, GramSplit split, gint64 row);
gboolean gram_dataset_fetch (GramDataset *dataset, const GramWanted wanted[GRAM_N_SPLITS],
                             GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramDraft, gram_draft_free)

G_END_DECLS
