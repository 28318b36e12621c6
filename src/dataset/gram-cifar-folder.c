/* gram-cifar-folder.c: a folder of CIFAR's batches, all of them or some
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cifar.h"
#include "gram-error.h"
#include "gram-folder.h"
#include "gram-pickle.h"

static gboolean
read_header (GramPart *part, GramKind kind, guint *n_classes, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GramInput) input = NULL;

  if (kind == GRAM_KIND_CIFAR)
    return gram_cifar_read_header (part, n_classes, error);
  input = gram_part_open (part, cancellable, error);
  return input != NULL && gram_pickle_read_header (input, part, n_classes, error);
}

/**
 * gram_cifar_collect:
 * @files: of GramFound; those of other kinds are left alone
 * @kind: CIFAR or PICKLE
 *
 * Every file of whole records is a batch, in the order of their names.
 */
gboolean
gram_cifar_collect (GPtrArray *files, GramKind kind, GramDraft *draft, GCancellable *cancellable,
                    GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      const GramFound *found = files->pdata[i];
      g_autoptr (GramPart) part = NULL;
      guint n_classes;

      if (found->kind != kind)
        continue;
      part = gram_part_new (found->blob, gram_blob_get_name (found->blob));
      if (!read_header (part, kind, &n_classes, cancellable, error))
        return FALSE;
      if (draft->n_classes > 0 && n_classes != draft->n_classes)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: holds CIFAR-%u records beside files of CIFAR-%u; keep them in folders "
                       "of their own",
                       part->name, n_classes, draft->n_classes);
          return FALSE;
        }
      draft->n_classes = n_classes;
      gram_draft_add_part (draft,
                           gram_cifar_is_test_name (found->base) ? GRAM_SPLIT_TEST
                                                                 : GRAM_SPLIT_TRAIN,
                           g_steal_pointer (&part));
    }
  return TRUE;
}
