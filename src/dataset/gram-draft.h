/* gram-draft.h: what a reader found, before it is a dataset
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-catalogue.h"
#include "gram-part.h"

G_BEGIN_DECLS

#define GRAM_MAX_CLASSES 1000

typedef struct
{
  char *id, *title, *source;
  const GramCatalogueEntry *entry; /* (nullable) the known dataset that it is, or seems to be */
  const char *layout;              /* (nullable) set by a reader whose files only datasets of the
                                      catalogue have: their #GramCatalogueEntry.layout */
  GPtrArray *parts;                /* of GramPart: images */
  guint n_classes;
  GPtrArray *class_names; /* of char *; empty: the entry's, or numbers */
  GPtrArray *warnings;    /* of char * */
} GramDraft;

GramDraft *gram_draft_new (const char *id, const GramCatalogueEntry *entry, const char *source);
void gram_draft_free (GramDraft *draft);
void gram_draft_warn (GramDraft *draft, const char *format, ...) G_GNUC_PRINTF (2, 3);
void gram_draft_add_part (GramDraft *draft, GramSplit split, GramPart *part);
GArray *gram_draft_read_labels (const GramPart *images, GramPart *labels, gint64 columns,
                                GCancellable *cancellable, GError **error);
char *gram_draft_name_label (double label);
gboolean gram_draft_set_labels (GramDraft *draft, GramPart *part, const char *name,
                                const GArray *column, GError **error);
GramDataset *gram_draft_finish (GramDraft *draft, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramDraft, gram_draft_free)

G_END_DECLS
