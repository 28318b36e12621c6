/* gram-folder.h: which files of a folder are a dataset
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-draft.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_KIND_UNKNOWN,
  GRAM_KIND_IDX,   /* images, labels or vectors, gzip or plain */
  GRAM_KIND_CIFAR, /* binary records: no magic, so the size decides */
  GRAM_KIND_PICKLE,
  GRAM_KIND_TAR, /* gzip or plain */
  GRAM_KIND_ZIP, /* NPZ */
  GRAM_KIND_NPY,
} GramKind;

/* A file and what its content says it is. */
typedef struct
{
  char *path, *base;
  GramBlob *blob;
  GramKind kind;
} GramFound;

GramFound *gram_found_new (const char *path, GCancellable *cancellable, GError **error);
void gram_found_free (GramFound *found);
GPtrArray *gram_folder_list (const char *path, GCancellable *cancellable, GError **error);
const char *gram_kind_to_string (GramKind kind);

gboolean gram_idx_collect (GPtrArray *files, const GramFound *chosen, GramDraft *draft,
                           GCancellable *cancellable, GError **error);
gboolean gram_cifar_collect (GPtrArray *files, GramKind kind, GramDraft *draft,
                             GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramFound, gram_found_free)

G_END_DECLS
