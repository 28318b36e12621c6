/* gram-pickle.c: the Python version of CIFAR
 *
 * SPDX-License-Identifier: MIT
 *
 * The pickle machine must have built a dictionary with an array of pixels and a list of labels.
 */
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

/* Protocols 2 to 4: _reconstruct (ndarray, (0,), 'b') built with (version, shape, dtype, fortran,
 * bytes). Protocol 5: _frombuffer (bytes, dtype, shape, order). */
static gboolean
use_pixels (GramPickle *machine, const GramPickleValue *array, GramPart *part, GError **error)
{
  gboolean buffer = array->number == GRAM_PICKLE_FROMBUFFER;
  const GramPickleValue *state = get_item (machine, array, buffer ? 1 : 2, GRAM_PICKLE_TUPLE);
  const GramPickleValue *shape = get_item (machine, state, buffer ? 2 : 1, GRAM_PICKLE_TUPLE);
  const GramPickleValue *rows = get_item (machine, shape, 0, GRAM_PICKLE_INT);
  const GramPickleValue *columns = get_item (machine, shape, 1, GRAM_PICKLE_INT);
  const GramPickleValue *dtype = get_item (machine, state, buffer ? 1 : 2, GRAM_PICKLE_OBJECT);
  const GramPickleValue *type =
      get_item (machine, get_item (machine, dtype, 1, GRAM_PICKLE_TUPLE), 0, GRAM_PICKLE_TEXT);
  const GramPickleValue *fortran = get_item (machine, state, 3, GRAM_PICKLE_BOOL);
  const GramPickleValue *order = get_item (machine, state, 3, GRAM_PICKLE_TEXT);
  const GramPickleValue *bytes = get_item (machine, state, buffer ? 0 : 4, GRAM_PICKLE_BYTES);
  gboolean row_by_row = buffer ? order != NULL && g_str_equal (order->text, "C")
                               : fortran != NULL && !fortran->number;

  if (rows == NULL || columns == NULL || shape->items->len != 2 || type == NULL || !row_by_row
      || bytes == NULL || dtype->number != GRAM_PICKLE_DTYPE || !g_str_equal (type->text, "u1")
      || columns->number != GRAM_CIFAR_PIXELS)
    return gram_pickle_fail (machine, error, "the pixels are no array of n × 3072 bytes");
  part->n = rows->number;
  part->offset = (guint64) bytes->number;
  gram_part_set_shape (part, 32, 32, 3);
  return gram_part_check_size (part, (gint64) MIN (bytes->length, G_MAXINT64), error);
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

static GramSniff
sniff (gint64 size, const guint8 *head, gsize count)
{
  return count >= 2 && head[0] == 0x80 && head[1] >= 2 && head[1] <= 5 ? GRAM_SNIFF_YES
                                                                       : GRAM_SNIFF_NO;
}

static gboolean
look (GramFile *file, GramInput *input, GError **error)
{
  GramPickle machine;
  gboolean done;

  gram_pickle_init (&machine, input);
  done = gram_pickle_run (&machine, error)
         && use_result (&machine, file->part, &file->n_classes, error);
  gram_pickle_clear (&machine);
  return done;
}

static gboolean
read_files (GPtrArray *files, const GramFile *chosen, GramDraft *draft, GCancellable *cancellable,
            GError **error)
{
  return gram_cifar_read (files, &gram_pickle_format, draft, error);
}

const GramFormat gram_pickle_format = {
  .name = "CIFAR batches for Python",
  .names = { "data_batch_?", "test_batch", "train", "test" },
  .sniff = sniff,
  .look = look,
  .read = read_files,
};
