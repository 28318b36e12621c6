/* gram-cifar.c: the binary layout of CIFAR-10 and CIFAR-100
 *
 * SPDX-License-Identifier: MIT
 *
 * No header at all: records of a label (CIFAR-100: a coarse and a fine one) and 3 × 32 × 32 bytes,
 * red, green, blue, each row by row. So the size of the file is what tells the two apart.
 */
#include "gram-cifar.h"

#include <string.h>

#include "gram-error.h"

/* How many records are looked at where the size fits both. */
#define LOOK 20

/**
 * gram_cifar_is_size:
 *
 * Returns: whether a file of @size bytes can be whole CIFAR records
 */
gboolean
gram_cifar_is_size (guint64 size)
{
  return size > 0 && (size % GRAM_CIFAR10_RECORD == 0 || size % GRAM_CIFAR100_RECORD == 0);
}

static gboolean
labels_fit (const guint8 *head, gsize count)
{
  for (gsize at = 0; at < count; at += GRAM_CIFAR10_RECORD)
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
  gboolean ten = size % GRAM_CIFAR10_RECORD == 0;
  gboolean hundred = size % GRAM_CIFAR100_RECORD == 0;

  if (size == 0 || (!ten && !hundred))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: holds %" G_GUINT64_FORMAT " bytes, which is not k·3073 as CIFAR-10 has it "
                   "(%" G_GUINT64_FORMAT " over) nor k·3074 as CIFAR-100 (%" G_GUINT64_FORMAT
                   " over); it is cut off or of another kind",
                   part->name, size, size % GRAM_CIFAR10_RECORD, size % GRAM_CIFAR100_RECORD);
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
 * gram_cifar_read_header:
 * @part: of a plain file
 */
gboolean
gram_cifar_read_header (GramPart *part, guint *n_classes, GError **error)
{
  g_autofree guint8 *head = g_malloc (LOOK * GRAM_CIFAR10_RECORD);
  gsize got;

  if (!gram_blob_read_at (part->blob, 0, head, LOOK * GRAM_CIFAR10_RECORD, &got, error))
    return FALSE;
  return gram_cifar_set_part (part, gram_blob_get_size (part->blob), head, got, n_classes, error);
}

/**
 * gram_cifar_is_test_name:
 *
 * Nothing in the records says what they are for; the official names do.
 */
gboolean
gram_cifar_is_test_name (const char *name)
{
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *lower = g_ascii_strdown (base, -1);

  return strstr (lower, "test") != NULL;
}
