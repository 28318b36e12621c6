/* gram-pickle.c: the Python version of CIFAR
 *
 * SPDX-License-Identifier: MIT
 *
 * The pickle machine must have built a dictionary with an array of pixels and a list of labels.
 */
#include "gram-pickle.h"

#include "gram-cifar.h"
#include "gram-error.h"
#include "gram-pickle-machine.h"

static GramPickleValue *
get_item (GramPickle *machine, const GramPickleValue *container, guint at, GramPickleType type)
{
  GramPickleValue *value;

  if (container == NULL || container->items == NULL || at >= container->items->len)
    return NULL;
  value = gram_pickle_get_value (machine, g_array_index (container->items, guint32, at));
  return value->type == type ? value : NULL;
}

static GramPickleValue *
find_key (GramPickle *machine, const GramPickleValue *dictionary, const char *key,
          GramPickleType type)
{
  for (guint i = 0; i + 1 < dictionary->items->len; i += 2)
    {
      const GramPickleValue *name = get_item (machine, dictionary, i, GRAM_PICKLE_TEXT);

      if (name != NULL && g_str_equal (name->text, key))
        return get_item (machine, dictionary, i + 1, type);
    }
  return NULL;
}

/* _reconstruct (ndarray, (0,), 'b') built with (version, shape, dtype, fortran, bytes) */
static gboolean
use_pixels (GramPickle *machine, const GramPickleValue *array, GramPart *part, GError **error)
{
  const GramPickleValue *state = get_item (machine, array, 2, GRAM_PICKLE_TUPLE);
  const GramPickleValue *shape = get_item (machine, state, 1, GRAM_PICKLE_TUPLE);
  const GramPickleValue *rows = get_item (machine, shape, 0, GRAM_PICKLE_INT);
  const GramPickleValue *columns = get_item (machine, shape, 1, GRAM_PICKLE_INT);
  const GramPickleValue *dtype = get_item (machine, state, 2, GRAM_PICKLE_OBJECT);
  const GramPickleValue *type =
      get_item (machine, get_item (machine, dtype, 1, GRAM_PICKLE_TUPLE), 0, GRAM_PICKLE_TEXT);
  const GramPickleValue *fortran = get_item (machine, state, 3, GRAM_PICKLE_BOOL);
  const GramPickleValue *bytes = get_item (machine, state, 4, GRAM_PICKLE_BYTES);

  if (rows == NULL || columns == NULL || shape->items->len != 2 || type == NULL || fortran == NULL
      || bytes == NULL || dtype->number != GRAM_PICKLE_DTYPE || !g_str_equal (type->text, "u1")
      || fortran->number || columns->number != GRAM_CIFAR_PIXELS)
    return gram_pickle_fail (machine, error, "the pixels are no array of n × 3072 bytes");
  part->n = rows->number;
  part->offset = (guint64) bytes->number;
  gram_part_set_shape (part, 32, 32, 3);
  return gram_part_check_size (part, (gint64) bytes->length, error);
}

static gboolean
use_labels (GramPickle *machine, const GramPickleValue *list, GramPart *part, guint n_classes,
            GError **error)
{
  g_clear_pointer (&part->labels, g_array_unref);
  part->labels = g_array_new (FALSE, FALSE, sizeof (guint16));
  for (guint i = 0; i < list->items->len; i++)
    {
      const GramPickleValue *label = get_item (machine, list, i, GRAM_PICKLE_INT);
      guint16 number;

      if (label == NULL || label->number < 0 || label->number >= n_classes)
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
                       "%s: the label of image %u is out of range (0 … %u); the file is damaged",
                       part->name, i, n_classes - 1);
          return FALSE;
        }
      number = (guint16) label->number;
      g_array_append_val (part->labels, number);
    }
  return TRUE;
}

static gboolean
use_result (GramPickle *machine, GramPart *part, guint *n_classes, GError **error)
{
  const GramPickleValue *top, *array, *labels;

  top = gram_pickle_peek (machine, GRAM_PICKLE_DICT, error);
  if (top == NULL)
    return FALSE;
  array = find_key (machine, top, "data", GRAM_PICKLE_OBJECT);
  labels = find_key (machine, top, "labels", GRAM_PICKLE_LIST);
  *n_classes = 10;
  if (labels == NULL)
    {
      labels = find_key (machine, top, "fine_labels", GRAM_PICKLE_LIST);
      *n_classes = 100;
    }
  if (array == NULL || labels == NULL)
    return gram_pickle_fail (machine, error, "no data and labels, as CIFAR's batches have them,");
  return use_pixels (machine, array, part, error)
         && use_labels (machine, labels, part, *n_classes, error);
}

gboolean
gram_pickle_is_magic (const guint8 *head, gsize count)
{
  return count >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5;
}

/**
 * gram_pickle_read_header:
 * @input: at the beginning of the file or member
 * @part: (inout): becomes where the pixels lie, with the labels
 * @n_classes: (out): 10 or 100
 *
 * Returns: %FALSE with GRAM_ERROR_DATA when it is anything but a batch of CIFAR
 */
gboolean
gram_pickle_read_header (GramInput *input, GramPart *part, guint *n_classes, GError **error)
{
  GramPickle machine;
  gboolean done;

  gram_pickle_init (&machine, input);
  done = gram_pickle_run (&machine, error) && use_result (&machine, part, n_classes, error);
  gram_pickle_clear (&machine);
  return done;
}

static GramSniff
sniff (GramBlob *blob, const guint8 *head, gsize count)
{
  return gram_pickle_is_magic (head, count) ? GRAM_SNIFF_YES : GRAM_SNIFF_NO;
}

static gboolean
read_file (GramPart *part, guint *n_classes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GramInput) input = gram_part_open (part, cancellable, error);

  return input != NULL && gram_pickle_read_header (input, part, n_classes, error);
}

static gboolean
read_files (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
            GError **error)
{
  return gram_cifar_read_files (files, &gram_pickle_format, read_file, draft, cancellable, error);
}

const GramFormat gram_pickle_format = {
  .name = "CIFAR batches for Python",
  .sniff = sniff,
  .read = read_files,
};
