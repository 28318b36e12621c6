/* gram-cifar.c: the binary layout of CIFAR-10 and CIFAR-100
 *
 * SPDX-License-Identifier: MIT
 *
 * There is no header. A record is a label (in CIFAR-100 a coarse and a fine one) and 3 × 32 × 32
 * bytes: red, green and blue, each row by row. So only the size of the file tells which of the two
 * it is.
 */
#include "gram-cifar.h"

#include "gram-error.h"
#include "gram-name.h"

#define CIFAR10_RECORD 3073
#define CIFAR100_RECORD 3074
/* how many records are looked at to see what they are */
#define LOOK 20

/* Looks at the places where the first records of either size would have their labels. A file whose
 * size fits and that has possible labels in all these places is CIFAR. */
static GramSniff
sniff (gint64 size, const guint8 *head, gsize count)
{
  gboolean ten = size > 0 && size % CIFAR10_RECORD == 0;
  gboolean hundred = size > 0 && size % CIFAR100_RECORD == 0;

  for (gsize i = 0; i < LOOK && (i + 1) * CIFAR100_RECORD <= count; i++)
    {
      ten = ten && head[i * CIFAR10_RECORD] < 10;
      hundred = hundred && head[i * CIFAR100_RECORD] < 20 && head[i * CIFAR100_RECORD + 1] < 100;
    }
  return (ten && head[0] < 10) || hundred ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
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

/* Sets what a file of @size bytes holds, of which @head are the first; FALSE when that is not the
 * size of whole records. */
static gboolean
set_part (GramPart *part, guint64 size, const guint8 *head, gsize count, GError **error)
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
    ten = labels_fit (head, MIN (count, LOOK * CIFAR10_RECORD));
  part->prefix = ten ? 1 : 2;
  part->label_at = part->prefix - 1;
  part->n = (gint64) (size / (GRAM_CIFAR_PIXELS + part->prefix));
  gram_part_set_shape (part, 32, 32, 3);
  return gram_part_check_size (part, (gint64) size, error);
}

/* The records do not say whether they are for training or for testing, but the names of the
 * official files do: "data_batch_" and a number is as good as "train". */
static GramSplit
find_split (const char *name)
{
  const char *word = gram_name_find (name, "data");
  GramSplit split;

  if (word != NULL && g_ascii_strncasecmp (word, "data_batch_", 11) == 0
      && g_ascii_isdigit (word[11]))
    return GRAM_SPLIT_TRAIN;
  gram_name_read_split (name, &split, NULL);
  return split;
}

/* A file whose name promises no batch and whose content is none lies beside them: "meta", which
 * names the classes, or something of the user's, which is told. */
static gboolean
lies_beside (const GramFile *file, const GramFormat *format, gboolean alone, GramDraft *draft)
{
  if (alone || file->error == NULL || gram_name_is_like (file->base, format->names))
    return FALSE;
  if (gram_name_find (file->base, "meta") == NULL)
    gram_draft_warn (draft, "%s; it is left out", file->error->message);
  return TRUE;
}

/**
 * gram_cifar_read:
 * @files: of GramFile; those of other formats than @format are left alone
 *
 * Every file is a batch, in the order of their names.
 *
 * Returns: %FALSE with GRAM_ERROR_DATA
 */
gboolean
gram_cifar_read (GPtrArray *files, const GramFormat *format, GramDraft *draft, GError **error)
{
  guint count = 0;

  draft->layout = "cifar";
  for (guint i = 0; i < files->len; i++)
    count +=
        ((GramFile *) files->pdata[i])->format == format && gram_file_check (files->pdata[i], NULL);
  for (guint i = 0; i < files->len; i++)
    {
      GramFile *file = files->pdata[i];

      if (file->format != format || lies_beside (file, format, count == 0, draft))
        continue;
      if (!gram_file_check (file, error))
        return FALSE;
      if (draft->n_classes > 0 && draft->n_classes != file->n_classes)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: holds CIFAR-%u records beside files of CIFAR-%u; keep them in folders "
                       "of their own",
                       file->name, file->n_classes, draft->n_classes);
          return FALSE;
        }
      draft->n_classes = file->n_classes;
      gram_draft_add_part (draft, find_split (file->base), g_steal_pointer (&file->part));
    }
  return TRUE;
}

static gboolean
look (GramFile *file, GramInput *input, GError **error)
{
  GramPart *part = file->part;
  gint64 size = gram_input_get_size (input);
  gsize count;
  const guint8 *head = gram_input_peek (input, GRAM_INPUT_PEEK_MAX, &count, error);

  if (head == NULL)
    return FALSE;
  if (size < 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                   "%s: CIFAR's batches are told by their size, which a gzip file does not say; "
                   "unpack it with gunzip",
                   file->name);
      return FALSE;
    }
  if (!set_part (part, (guint64) size, head, count, error))
    return FALSE;
  file->n_classes = part->prefix == 1 ? 10 : 100;
  part->split = find_split (file->base);
  return file->member < 0 || gram_part_scan (part, input, file->n_classes, error);
}

static gboolean
read_files (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
            GError **error)
{
  return gram_cifar_read (files, &gram_cifar_format, draft, error);
}

const GramFormat gram_cifar_format = {
  .name = "CIFAR records (k·3073 or k·3074 bytes)",
  .names = { "*_batch*.bin", "train.bin", "test.bin" },
  .sniff = sniff,
  .look = look,
  .read = read_files,
};
