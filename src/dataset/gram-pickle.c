/* gram-pickle.c: the Python version of CIFAR
 *
 * SPDX-License-Identifier: MIT
 *
 * A pickle is a program for a stack machine that can import and call anything. This one knows just
 * the opcodes and the three NumPy names that CIFAR's batches consist of, builds nothing but plain
 * values in an arena of bounded size, and notes where the pixels lie instead of reading them.
 * Anything else is refused at its place.
 */
#include "gram-pickle.h"

#include <string.h>

#include "gram-cifar.h"
#include "gram-error.h"

#define MAX_VALUES 1000000
#define MAX_STACK 200000
#define MAX_MARKS 100
#define MAX_MEMO 1000000
#define MAX_TEXT 256 /* longer strings are pixels: their place is noted */

typedef enum
{
  VALUE_NONE,
  VALUE_BOOL,
  VALUE_INT,
  VALUE_TEXT,  /* a short string */
  VALUE_BYTES, /* a long one: place and length */
  VALUE_TUPLE,
  VALUE_LIST,
  VALUE_DICT, /* items are key, value, key, value … */
  VALUE_GLOBAL,
  VALUE_OBJECT, /* items are the callable, its arguments, and the state once it is built */
} ValueType;

typedef enum
{
  GLOBAL_RECONSTRUCT,
  GLOBAL_NDARRAY,
  GLOBAL_DTYPE,
} Global;

typedef struct
{
  ValueType type;
  gint64 number; /* int, bool, global; BYTES: place */
  guint64 length;
  char *text;
  GArray *items; /* of guint32: indices of values */
} Value;

typedef struct
{
  GramInput *input;
  GArray *values; /* of Value: the arena; nothing in it is freed before the end */
  GArray *stack;  /* of guint32 */
  GArray *marks;  /* of guint: stack heights */
  GArray *memo;   /* of guint32 */
  guint64 place;  /* of the opcode at work */
} Machine;

static gboolean
fail (Machine *machine, GError **error, const char *what)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: %s at byte %" G_GUINT64_FORMAT
               "; only the pickles of CIFAR's Python version are read",
               gram_input_get_name (machine->input), what, machine->place);
  return FALSE;
}

static Value *
get_value (Machine *machine, guint32 index)
{
  return &g_array_index (machine->values, Value, index);
}

static void
clear_value (gpointer data)
{
  Value *value = data;

  g_free (value->text);
  g_clear_pointer (&value->items, g_array_unref);
}

/* The new value is on top of the stack; %NULL when there are too many. */
static Value *
push (Machine *machine, ValueType type, gint64 number, GError **error)
{
  Value value = { .type = type, .number = number };
  guint32 index = machine->values->len;

  if (machine->values->len >= MAX_VALUES || machine->stack->len >= MAX_STACK)
    {
      fail (machine, error, "too many values");
      return NULL;
    }
  if (type >= VALUE_TUPLE && type != VALUE_GLOBAL)
    value.items = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (machine->values, value);
  g_array_append_val (machine->stack, index);
  return get_value (machine, index);
}

/* Nothing may be taken from below the last mark. */
static guint
get_floor (Machine *machine)
{
  return machine->marks->len > 0 ? g_array_index (machine->marks, guint, machine->marks->len - 1)
                                 : 0;
}

static gboolean
pop (Machine *machine, guint32 *index, GError **error)
{
  if (machine->stack->len <= get_floor (machine))
    return fail (machine, error, "takes from an empty stack");
  *index = g_array_index (machine->stack, guint32, machine->stack->len - 1);
  g_array_set_size (machine->stack, machine->stack->len - 1);
  return TRUE;
}

static Value *
peek (Machine *machine, ValueType type, GError **error)
{
  Value *value = NULL;

  if (machine->stack->len > get_floor (machine))
    value = get_value (machine, g_array_index (machine->stack, guint32, machine->stack->len - 1));
  if (value != NULL && value->type == type)
    return value;
  fail (machine, error, "finds another kind of value than expected");
  return NULL;
}

/* ---------- opcodes ------------------------------------------------------------------------ */

static gboolean
read_number (Machine *machine, int count, gint64 *number, GError **error)
{
  guint8 bytes[4];
  guint32 value = 0;

  if (!gram_input_read_exactly (machine->input, bytes, (gsize) count, error))
    return FALSE;
  for (int i = count - 1; i >= 0; i--)
    value = value << 8 | bytes[i];
  *number = count == 4 ? (gint32) value : (gint64) value;
  return TRUE;
}

static gboolean
op_int (Machine *machine, int count, GError **error)
{
  gint64 number;

  return read_number (machine, count, &number, error)
         && push (machine, VALUE_INT, number, error) != NULL;
}

static gboolean
op_string (Machine *machine, int count, GError **error)
{
  gint64 length;
  Value *value;

  if (!read_number (machine, count, &length, error))
    return FALSE;
  if (length < 0)
    return fail (machine, error, "a string of negative length");
  if (length > MAX_TEXT)
    {
      value = push (machine, VALUE_BYTES, (gint64) gram_input_get_position (machine->input), error);
      if (value == NULL)
        return FALSE;
      value->length = (guint64) length;
      return gram_input_skip (machine->input, (guint64) length, error);
    }
  value = push (machine, VALUE_TEXT, 0, error);
  if (value == NULL)
    return FALSE;
  value->length = (guint64) length;
  value->text = g_malloc0 ((gsize) length + 1);
  return gram_input_read_exactly (machine->input, value->text, (gsize) length, error);
}

static gboolean
read_line (Machine *machine, char *line, gsize size, GError **error)
{
  for (gsize i = 0; i < size; i++)
    {
      if (!gram_input_read_exactly (machine->input, line + i, 1, error))
        return FALSE;
      if (line[i] == '\n')
        {
          line[i] = '\0';
          return TRUE;
        }
    }
  return fail (machine, error, "an endless name");
}

static gboolean
op_global (Machine *machine, GError **error)
{
  static const char *const known[][2] = { { "numpy.core.multiarray", "_reconstruct" },
                                          { "numpy", "ndarray" },
                                          { "numpy", "dtype" } };
  char module[64], name[64];

  if (!read_line (machine, module, sizeof module, error)
      || !read_line (machine, name, sizeof name, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (module, known[i][0]) && g_str_equal (name, known[i][1]))
        return push (machine, VALUE_GLOBAL, i, error) != NULL;
    }
  return fail (machine, error, "unsafe opcode (it imports what no data needs)");
}

/* Moves what is above the last mark into a container. */
static gboolean
take_marked (Machine *machine, GArray *items, GError **error)
{
  guint height;

  if (machine->marks->len == 0)
    return fail (machine, error, "no mark");
  height = get_floor (machine);
  g_array_set_size (machine->marks, machine->marks->len - 1);
  g_array_append_vals (items, &g_array_index (machine->stack, guint32, height),
                       machine->stack->len - height);
  g_array_set_size (machine->stack, height);
  return TRUE;
}

static gboolean
op_tuple (Machine *machine, int count, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (guint32));
  Value *value;

  if (count < 0)
    {
      if (!take_marked (machine, items, error))
        return FALSE;
    }
  else
    {
      g_array_set_size (items, (guint) count);
      for (int i = count - 1; i >= 0; i--)
        {
          if (!pop (machine, &g_array_index (items, guint32, i), error))
            return FALSE;
        }
    }
  value = push (machine, VALUE_TUPLE, 0, error);
  if (value == NULL)
    return FALSE;
  g_array_append_vals (value->items, items->data, items->len);
  return TRUE;
}

/* APPENDS and SETITEMS; without a mark, APPEND and SETITEM */
static gboolean
op_extend (Machine *machine, ValueType type, int count, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (guint32));
  Value *container;

  if (count < 0)
    {
      if (!take_marked (machine, items, error))
        return FALSE;
    }
  else
    {
      g_array_set_size (items, (guint) count);
      for (int i = count - 1; i >= 0; i--)
        {
          if (!pop (machine, &g_array_index (items, guint32, i), error))
            return FALSE;
        }
    }
  container = peek (machine, type, error);
  if (container == NULL)
    return FALSE;
  if (type == VALUE_DICT && items->len % 2 != 0)
    return fail (machine, error, "a key without a value");
  g_array_append_vals (container->items, items->data, items->len);
  return TRUE;
}

static gboolean
op_reduce (Machine *machine, GError **error)
{
  guint32 arguments, callable;
  Value *object;

  if (!pop (machine, &arguments, error) || !pop (machine, &callable, error))
    return FALSE;
  if (get_value (machine, callable)->type != VALUE_GLOBAL
      || get_value (machine, callable)->number == GLOBAL_NDARRAY
      || get_value (machine, arguments)->type != VALUE_TUPLE)
    return fail (machine, error, "unsafe opcode (it calls what no data needs)");
  object = push (machine, VALUE_OBJECT, get_value (machine, callable)->number, error);
  if (object == NULL)
    return FALSE;
  g_array_append_val (object->items, callable);
  g_array_append_val (object->items, arguments);
  return TRUE;
}

static gboolean
op_build (Machine *machine, GError **error)
{
  guint32 state;
  Value *object;

  if (!pop (machine, &state, error))
    return FALSE;
  object = peek (machine, VALUE_OBJECT, error);
  if (object == NULL)
    return FALSE;
  if (object->items->len != 2)
    return fail (machine, error, "builds an object twice");
  g_array_append_val (object->items, state);
  return TRUE;
}

static gboolean
op_mark (Machine *machine, GError **error)
{
  guint height = machine->stack->len;

  if (machine->marks->len >= MAX_MARKS)
    return fail (machine, error, "nested too deeply");
  g_array_append_val (machine->marks, height);
  return TRUE;
}

static gboolean
op_put (Machine *machine, int count, GError **error)
{
  gint64 key;
  guint32 top, none = G_MAXUINT32;

  if (!read_number (machine, count, &key, error))
    return FALSE;
  /* NumPy and Python count up from 0: a key far beyond is made to take memory */
  if (key < 0 || key >= MAX_MEMO || key > (gint64) machine->memo->len + 1000)
    return fail (machine, error, "a memo out of bounds");
  if (machine->stack->len == 0)
    return fail (machine, error, "takes from an empty stack");
  top = g_array_index (machine->stack, guint32, machine->stack->len - 1);
  while ((gint64) machine->memo->len <= key)
    g_array_append_val (machine->memo, none);
  g_array_index (machine->memo, guint32, key) = top;
  return TRUE;
}

static gboolean
op_get (Machine *machine, int count, GError **error)
{
  gint64 key;
  guint32 index;

  if (!read_number (machine, count, &key, error))
    return FALSE;
  if (key < 0 || key >= (gint64) machine->memo->len || machine->stack->len >= MAX_STACK)
    return fail (machine, error, "a memo out of bounds");
  index = g_array_index (machine->memo, guint32, key);
  if (index == G_MAXUINT32)
    return fail (machine, error, "a memo that was never set");
  g_array_append_val (machine->stack, index);
  return TRUE;
}

static gboolean
run_structure (Machine *machine, guint8 opcode, GError **error)
{
  switch (opcode)
    {
    case '(':
      return op_mark (machine, error);
    case 't':
      return op_tuple (machine, -1, error);
    case 0x85:
    case 0x86:
    case 0x87:
      return op_tuple (machine, opcode - 0x84, error);
    case 'a':
      return op_extend (machine, VALUE_LIST, 1, error);
    case 'e':
      return op_extend (machine, VALUE_LIST, -1, error);
    case 's':
      return op_extend (machine, VALUE_DICT, 2, error);
    case 'u':
      return op_extend (machine, VALUE_DICT, -1, error);
    case 'R':
      return op_reduce (machine, error);
    case 'b':
      return op_build (machine, error);
    default:
      return fail (machine, error, "unsafe opcode");
    }
}

static gboolean
run_opcode (Machine *machine, guint8 opcode, GError **error)
{
  switch (opcode)
    {
    case '}':
      return push (machine, VALUE_DICT, 0, error) != NULL;
    case ']':
      return push (machine, VALUE_LIST, 0, error) != NULL;
    case 'N':
      return push (machine, VALUE_NONE, 0, error) != NULL;
    case 0x88:
    case 0x89:
      return push (machine, VALUE_BOOL, opcode == 0x88, error) != NULL;
    case 'K':
      return op_int (machine, 1, error);
    case 'M':
      return op_int (machine, 2, error);
    case 'J':
      return op_int (machine, 4, error);
    case 'U':
      return op_string (machine, 1, error);
    case 'T':
      return op_string (machine, 4, error);
    case 'c':
      return op_global (machine, error);
    case 'q':
      return op_put (machine, 1, error);
    case 'r':
      return op_put (machine, 4, error);
    case 'h':
      return op_get (machine, 1, error);
    case 'j':
      return op_get (machine, 4, error);
    default:
      return run_structure (machine, opcode, error);
    }
}

static gboolean
run (Machine *machine, GError **error)
{
  guint8 opcode, head[2];

  if (!gram_input_read_exactly (machine->input, head, 2, error))
    return FALSE;
  if (head[0] != 0x80 || head[1] != 2)
    return fail (machine, error, "no pickle of protocol 2");
  for (;;)
    {
      machine->place = gram_input_get_position (machine->input);
      if (!gram_input_read_exactly (machine->input, &opcode, 1, error))
        return FALSE;
      if (opcode == '.')
        return TRUE;
      if (!run_opcode (machine, opcode, error))
        return FALSE;
    }
}

/* ---------- what was built ----------------------------------------------------------------- */

static Value *
get_item (Machine *machine, const Value *container, guint at, ValueType type)
{
  Value *value;

  if (container == NULL || container->items == NULL || at >= container->items->len)
    return NULL;
  value = get_value (machine, g_array_index (container->items, guint32, at));
  return value->type == type ? value : NULL;
}

static Value *
find_key (Machine *machine, const Value *dictionary, const char *key, ValueType type)
{
  for (guint i = 0; i + 1 < dictionary->items->len; i += 2)
    {
      const Value *name = get_item (machine, dictionary, i, VALUE_TEXT);

      if (name != NULL && g_str_equal (name->text, key))
        return get_item (machine, dictionary, i + 1, type);
    }
  return NULL;
}

/* _reconstruct (ndarray, (0,), 'b') built with (version, shape, dtype, fortran, bytes) */
static gboolean
use_pixels (Machine *machine, const Value *array, GramPart *part, GError **error)
{
  const Value *state = get_item (machine, array, 2, VALUE_TUPLE);
  const Value *shape = get_item (machine, state, 1, VALUE_TUPLE);
  const Value *rows = get_item (machine, shape, 0, VALUE_INT);
  const Value *columns = get_item (machine, shape, 1, VALUE_INT);
  const Value *dtype = get_item (machine, state, 2, VALUE_OBJECT);
  const Value *type = get_item (machine, get_item (machine, dtype, 1, VALUE_TUPLE), 0, VALUE_TEXT);
  const Value *fortran = get_item (machine, state, 3, VALUE_BOOL);
  const Value *bytes = get_item (machine, state, 4, VALUE_BYTES);

  if (rows == NULL || columns == NULL || shape->items->len != 2 || type == NULL || fortran == NULL
      || bytes == NULL || dtype->number != GLOBAL_DTYPE || !g_str_equal (type->text, "u1")
      || fortran->number || columns->number != GRAM_CIFAR_PIXELS)
    return fail (machine, error, "the pixels are no array of n × 3072 bytes");
  part->n = rows->number;
  part->offset = (guint64) bytes->number;
  gram_part_set_shape (part, 32, 32, 3);
  return gram_part_check_size (part, (gint64) bytes->length, error);
}

static gboolean
use_labels (Machine *machine, const Value *list, GramPart *part, guint n_classes, GError **error)
{
  g_clear_pointer (&part->labels, g_array_unref);
  part->labels = g_array_new (FALSE, FALSE, sizeof (guint16));
  for (guint i = 0; i < list->items->len; i++)
    {
      const Value *label = get_item (machine, list, i, VALUE_INT);
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
use_result (Machine *machine, GramPart *part, guint *n_classes, GError **error)
{
  const Value *top, *array, *labels;

  top = peek (machine, VALUE_DICT, error);
  if (top == NULL)
    return FALSE;
  array = find_key (machine, top, "data", VALUE_OBJECT);
  labels = find_key (machine, top, "labels", VALUE_LIST);
  *n_classes = 10;
  if (labels == NULL)
    {
      labels = find_key (machine, top, "fine_labels", VALUE_LIST);
      *n_classes = 100;
    }
  if (array == NULL || labels == NULL)
    return fail (machine, error, "no data and labels, as CIFAR's batches have them,");
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
  Machine machine = { .input = input,
                      .values = g_array_new (FALSE, FALSE, sizeof (Value)),
                      .stack = g_array_new (FALSE, FALSE, sizeof (guint32)),
                      .marks = g_array_new (FALSE, FALSE, sizeof (guint)),
                      .memo = g_array_new (FALSE, FALSE, sizeof (guint32)) };
  gboolean done;

  g_array_set_clear_func (machine.values, clear_value);
  done = run (&machine, error) && use_result (&machine, part, n_classes, error);
  g_array_unref (machine.values);
  g_array_unref (machine.stack);
  g_array_unref (machine.marks);
  g_array_unref (machine.memo);
  return done;
}
