/* gram-cifar.c: the binary layout of CIFAR-10 and CIFAR-100
 *
 * SPDX-License-Identifier: MIT
 *
 * There is no header. A record is a label (in CIFAR-100 a coarse and a fine one) and 3 × 32 × 32
 * bytes: red, green and blue, each row by row. So only the size of the file tells which of the two
 * it is.
 */
#include "gram-cifar.h"

#include <string.h>

#include "gram-error.h"

#define CIFAR10_RECORD 3073
#define CIFAR100_RECORD 3074
/* how many records are looked at to see what they are */
#define LOOK 20

/* Looks at the places where the first records of either size would have their labels. A file whose
 * size fits and that has possible labels in all these places is CIFAR. */
static GramSniff
sniff (GramBlob *blob, const guint8 *head, gsize count)
{
  guint64 size = gram_blob_get_size (blob);
  gboolean ten = size > 0 && size % CIFAR10_RECORD == 0;
  gboolean hundred = size > 0 && size % CIFAR100_RECORD == 0;
  guint8 label[2];
  gsize got;

  for (guint64 i = 0; i < LOOK && (ten || hundred) && i * CIFAR100_RECORD < size; i++)
    {
      ten = ten && gram_blob_read_at (blob, i * CIFAR10_RECORD, label, 1, &got, NULL) && got == 1
            && label[0] < 10;
      hundred = hundred && gram_blob_read_at (blob, i * CIFAR100_RECORD, label, 2, &got, NULL)
                && got == 2 && label[0] < 20 && label[1] < 100;
    }
  return ten || hundred ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
}

static gboolean
labels_fit (const guint8 *head, gsize count)
{
  for (gsize at = 0; at < count; at += CIFAR10_RECORD)
    {
      if (head[at] >= 10)
        return FALSE;
    }
  return TRUE;
}

/**
 * gram_cifar_set_part:
 * @size: bytes of the file or member
 * @head: its first bytes, as many as are at hand
 * @n_classes: (out): 10 or 100
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when @size is not that of whole records
 */
gboolean
gram_cifar_set_part (GramPart *part, guint64 size, const guint8 *head, gsize count,
                     guint *n_classes, GError **error)
{
  gboolean ten = size % CIFAR10_RECORD == 0;
  gboolean hundred = size % CIFAR100_RECORD == 0;

  if (size == 0 || (!ten && !hundred))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds %" G_GUINT64_FORMAT " bytes, which is not k·3073 as CIFAR-10 has it "
                   "(%" G_GUINT64_FORMAT " over) nor k·3074 as CIFAR-100 (%" G_GUINT64_FORMAT
                   " over); it is cut off or of another kind",
                   part->name, size, size % CIFAR10_RECORD, size % CIFAR100_RECORD);
      return FALSE;
    }
  if (ten && hundred)
    ten = labels_fit (head, count);
  *n_classes = ten ? 10 : 100;
  part->prefix = ten ? 1 : 2;
  part->label_at = part->prefix - 1;
  part->n = (gint64) (size / (GRAM_CIFAR_PIXELS + part->prefix));
  gram_part_set_shape (part, 32, 32, 3);
  return gram_part_check_size (part, (gint64) size, error);
}

/**
 * gram_cifar_is_test_name:
 *
 * The records do not say whether they are for training or for testing, but the names of the
 * official files do.
 */
gboolean
gram_cifar_is_test_name (const char *name)
{
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *lower = g_ascii_strdown (base, -1);

  return strstr (lower, "test") != NULL;
}

/**
 * gram_cifar_set_classes:
 * @n_classes: 10 or 100, of a file or member
 *
 * Returns: %FALSE when those before it have other classes
 */
gboolean
gram_cifar_set_classes (GramDraft *draft, guint n_classes)
{
  if (draft->n_classes > 0 && draft->n_classes != n_classes)
    return FALSE;
  draft->n_classes = n_classes;
  draft->layout = "cifar";
  return TRUE;
}

/**
 * gram_cifar_read_files:
 * @files: of GramFile; those of other formats than @format are left alone
 *
 * Every file is a batch, in the order of their names.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA
 */
gboolean
gram_cifar_read_files (GPtrArray *files, const GramFormat *format, GramCifarHeader read_batch,
                       GramDraft *draft, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      const GramFile *file = files->pdata[i];
      g_autoptr (GramPart) part = NULL;
      guint n_classes;

      if (file->format != format)
        continue;
      part = gram_part_new (file->blob, gram_blob_get_name (file->blob));
      if (!read_batch (part, &n_classes, cancellable, error))
        return FALSE;
      if (!gram_cifar_set_classes (draft, n_classes))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: holds CIFAR-%u records beside files of CIFAR-%u; keep them in folders "
                       "of their own",
                       part->name, n_classes, draft->n_classes);
          return FALSE;
        }
      gram_draft_add_part (draft,
                           gram_cifar_is_test_name (file->base) ? GRAM_SPLIT_TEST
                                                                : GRAM_SPLIT_TRAIN,
                           g_steal_pointer (&part));
    }
  return TRUE;
}

static gboolean
read_header (GramPart *part, guint *n_classes, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *head = g_malloc (LOOK * CIFAR10_RECORD);
  gsize got;

  if (!gram_blob_read_at (part->blob, 0, head, LOOK * CIFAR10_RECORD, &got, error))
    return FALSE;
  return gram_cifar_set_part (part, gram_blob_get_size (part->blob), head, got, n_classes, error);
}

static gboolean
read_files (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
            GError **error)
{
  return gram_cifar_read_files (files, &gram_cifar_format, read_header, draft, cancellable, error);
}

const GramFormat gram_cifar_format = {
  .name = "CIFAR records (k·3073 or k·3074 bytes)",
  .names = { "*_batch*.bin" },
  .sniff = sniff,
  .read = read_files,
};
