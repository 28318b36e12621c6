/* gram-pickle-machine.c: the few opcodes that pickles of CIFAR consist of
 *
 * SPDX-License-Identifier: MIT
 *
 * A pickle is a program for a stack machine that can import and call anything. This machine knows
 * only the opcodes and the names of NumPy that are in batches of CIFAR, in the official ones, which
 * Python 2 wrote, and in those that people write again with Python 3. It builds plain values, a
 * limited number of them, and notes where the pixels are instead of reading them. At anything else
 * it stops with an error that says where.
 */
#include "gram-pickle-machine.h"

#include <string.h>

#include "gram-error.h"

#define MAX_VALUES 1000000
#define MAX_STACK 200000
#define MAX_MARKS 100
#define MAX_MEMO 1000000
#define MAX_TEXT 256 /* a longer string holds pixels: only its place is noted */

gboolean
gram_pickle_fail (GramPickle *machine, GError **error, const char *what)
{
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DATA,
               "%s: %s at byte %" G_GUINT64_FORMAT
               "; only pickles of CIFAR's batches are read: dictionaries with data, an array of "
               "n × 3072 bytes, and labels, a list; save other arrays with numpy.savez",
               gram_input_get_name (machine->input), what, machine->place);
  return FALSE;
}

GramPickleValue *
gram_pickle_get_value (GramPickle *machine, guint32 index)
{
  return &g_array_index (machine->values, GramPickleValue, index);
}

static void
clear_value (gpointer data)
{
  GramPickleValue *value = data;

  g_free (value->text);
  g_clear_pointer (&value->items, g_array_unref);
}

/* The new value is on top of the stack; %NULL when there are too many. */
static GramPickleValue *
push (GramPickle *machine, GramPickleType type, gint64 number, GError **error)
{
  GramPickleValue value = { .type = type, .number = number };
  guint32 index = machine->values->len;

  if (machine->values->len >= MAX_VALUES || machine->stack->len >= MAX_STACK)
    {
      gram_pickle_fail (machine, error, "too many values");
      return NULL;
    }
  if (type >= GRAM_PICKLE_TUPLE && type != GRAM_PICKLE_GLOBAL)
    value.items = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (machine->values, value);
  g_array_append_val (machine->stack, index);
  return gram_pickle_get_value (machine, index);
}

/* The height of the stack below which nothing may be taken: that of the last mark. */
static guint
get_floor (GramPickle *machine)
{
  return machine->marks->len > 0 ? g_array_index (machine->marks, guint, machine->marks->len - 1)
                                 : 0;
}

static gboolean
pop (GramPickle *machine, guint32 *index, GError **error)
{
  if (machine->stack->len <= get_floor (machine))
    return gram_pickle_fail (machine, error, "takes from an empty stack");
  *index = g_array_index (machine->stack, guint32, machine->stack->len - 1);
  g_array_set_size (machine->stack, machine->stack->len - 1);
  return TRUE;
}

GramPickleValue *
gram_pickle_peek (GramPickle *machine, GramPickleType type, GError **error)
{
  GramPickleValue *value = NULL;

  if (machine->stack->len > get_floor (machine))
    value = gram_pickle_get_value (machine, g_array_index (machine->stack, guint32,
                                                           machine->stack->len - 1));
  if (value != NULL && value->type == type)
    return value;
  gram_pickle_fail (machine, error, "finds another kind of value than expected");
  return NULL;
}

/* ---------- opcodes ------------------------------------------------------------------------ */

static gboolean
read_number (GramPickle *machine, int count, gint64 *number, GError **error)
{
  guint8 bytes[8];
  guint64 value = 0;

  if (!gram_input_read_exactly (machine->input, bytes, (gsize) count, error))
    return FALSE;
  for (int i = count - 1; i >= 0; i--)
    value = value << 8 | bytes[i];
  *number = count == 4 ? (gint32) value : (gint64) value;
  return TRUE;
}

static gboolean
op_push (GramPickle *machine, int type, GError **error)
{
  return push (machine, (GramPickleType) type, 0, error) != NULL;
}

static gboolean
op_bool (GramPickle *machine, int value, GError **error)
{
  return push (machine, GRAM_PICKLE_BOOL, value, error) != NULL;
}

static gboolean
op_int (GramPickle *machine, int count, GError **error)
{
  gint64 number;

  return read_number (machine, count, &number, error)
         && push (machine, GRAM_PICKLE_INT, number, error) != NULL;
}

static gboolean
op_string (GramPickle *machine, int count, GError **error)
{
  gint64 length;
  GramPickleValue *value;

  if (!read_number (machine, count, &length, error))
    return FALSE;
  if (length < 0)
    return gram_pickle_fail (machine, error, "a string of negative length");
  if (length > MAX_TEXT)
    {
      value = push (machine, GRAM_PICKLE_BYTES, (gint64) gram_input_get_position (machine->input),
                    error);
      if (value == NULL)
        return FALSE;
      value->length = (guint64) length;
      return gram_input_skip (machine->input, (guint64) length, error);
    }
  value = push (machine, GRAM_PICKLE_TEXT, 0, error);
  if (value == NULL)
    return FALSE;
  value->length = (guint64) length;
  value->text = g_malloc0 ((gsize) length + 1);
  return gram_input_read_exactly (machine->input, value->text, (gsize) length, error);
}

/* An integer of any length; no label and no size needs more than eight bytes. */
static gboolean
op_long (GramPickle *machine, int unused, GError **error)
{
  gint64 length, number = 0;

  if (!read_number (machine, 1, &length, error))
    return FALSE;
  if (length > 8)
    return gram_pickle_fail (machine, error, "an integer of more than 8 bytes");
  if (length > 0 && !read_number (machine, (int) length, &number, error))
    return FALSE;
  return push (machine, GRAM_PICKLE_INT, number, error) != NULL;
}

/* The length of the frame that follows, which only helps those who read ahead. */
static gboolean
op_frame (GramPickle *machine, int unused, GError **error)
{
  gint64 length;

  return read_number (machine, 8, &length, error);
}

static gboolean
read_line (GramPickle *machine, char *line, gsize size, GError **error)
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
  return gram_pickle_fail (machine, error, "an endless name");
}

static gboolean
push_global (GramPickle *machine, const char *module, const char *name, GError **error)
{
  static const struct
  {
    const char *module, *name;
    GramPickleGlobal global;
  } known[] = { { "numpy.core.multiarray", "_reconstruct", GRAM_PICKLE_RECONSTRUCT },
                { "numpy._core.multiarray", "_reconstruct", GRAM_PICKLE_RECONSTRUCT },
                { "numpy.core.numeric", "_frombuffer", GRAM_PICKLE_FROMBUFFER },
                { "numpy._core.numeric", "_frombuffer", GRAM_PICKLE_FROMBUFFER },
                { "numpy", "ndarray", GRAM_PICKLE_NDARRAY },
                { "numpy", "dtype", GRAM_PICKLE_DTYPE } };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (module, known[i].module) && g_str_equal (name, known[i].name))
        return push (machine, GRAM_PICKLE_GLOBAL, known[i].global, error) != NULL;
    }
  if (g_str_equal (module, "_codecs") && g_str_equal (name, "encode"))
    return gram_pickle_fail (machine, error,
                             "was written by Python 3 with protocol 2, which keeps bytes as text; "
                             "write it again with protocol=4. Found");
  return gram_pickle_fail (machine, error, "unsafe opcode (it imports what no data needs)");
}

static gboolean
op_global (GramPickle *machine, int unused, GError **error)
{
  char module[64], name[64];

  return read_line (machine, module, sizeof module, error)
         && read_line (machine, name, sizeof name, error)
         && push_global (machine, module, name, error);
}

static gboolean
op_stack_global (GramPickle *machine, int unused, GError **error)
{
  const GramPickleValue *module, *name;
  guint32 indices[2] = { 0, 0 };

  if (!pop (machine, &indices[1], error) || !pop (machine, &indices[0], error))
    return FALSE;
  module = gram_pickle_get_value (machine, indices[0]);
  name = gram_pickle_get_value (machine, indices[1]);
  if (module->type != GRAM_PICKLE_TEXT || name->type != GRAM_PICKLE_TEXT)
    return gram_pickle_fail (machine, error, "a name that is no text");
  return push_global (machine, module->text, name->text, error);
}

/* Moves the values above the last mark to @items. */
static gboolean
take_marked (GramPickle *machine, GArray *items, GError **error)
{
  guint height;

  if (machine->marks->len == 0)
    return gram_pickle_fail (machine, error, "no mark");
  height = get_floor (machine);
  g_array_set_size (machine->marks, machine->marks->len - 1);
  if (machine->stack->len > height)
    g_array_append_vals (items, &g_array_index (machine->stack, guint32, height),
                         machine->stack->len - height);
  g_array_set_size (machine->stack, height);
  return TRUE;
}

/* The topmost @count values; when that is negative, what is above the last mark. */
static gboolean
take_items (GramPickle *machine, int count, GArray *items, GError **error)
{
  if (count < 0)
    return take_marked (machine, items, error);
  g_array_set_size (items, (guint) count);
  for (int i = count - 1; i >= 0; i--)
    if (!pop (machine, &g_array_index (items, guint32, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
op_tuple (GramPickle *machine, int count, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (guint32));
  GramPickleValue *value;

  if (!take_items (machine, count, items, error))
    return FALSE;
  value = push (machine, GRAM_PICKLE_TUPLE, 0, error);
  if (value == NULL)
    return FALSE;
  g_array_append_vals (value->items, items->data, items->len);
  return TRUE;
}

/* Puts the topmost @count values, or what is above the last mark, into the container below them. */
static gboolean
extend (GramPickle *machine, GramPickleType type, int count, GError **error)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (guint32));
  GramPickleValue *container;

  if (!take_items (machine, count, items, error))
    return FALSE;
  container = gram_pickle_peek (machine, type, error);
  if (container == NULL)
    return FALSE;
  if (type == GRAM_PICKLE_DICT && items->len % 2 != 0)
    return gram_pickle_fail (machine, error, "a key without a value");
  g_array_append_vals (container->items, items->data, items->len);
  return TRUE;
}

static gboolean
op_extend_list (GramPickle *machine, int count, GError **error)
{
  return extend (machine, GRAM_PICKLE_LIST, count, error);
}

static gboolean
op_extend_dict (GramPickle *machine, int count, GError **error)
{
  return extend (machine, GRAM_PICKLE_DICT, count, error);
}

static gboolean
op_reduce (GramPickle *machine, int unused, GError **error)
{
  guint32 arguments, callable;
  GramPickleValue *object;

  if (!pop (machine, &arguments, error) || !pop (machine, &callable, error))
    return FALSE;
  if (gram_pickle_get_value (machine, callable)->type != GRAM_PICKLE_GLOBAL
      || gram_pickle_get_value (machine, callable)->number == GRAM_PICKLE_NDARRAY
      || gram_pickle_get_value (machine, arguments)->type != GRAM_PICKLE_TUPLE)
    return gram_pickle_fail (machine, error, "unsafe opcode (it calls what no data needs)");
  object =
      push (machine, GRAM_PICKLE_OBJECT, gram_pickle_get_value (machine, callable)->number, error);
  if (object == NULL)
    return FALSE;
  g_array_append_val (object->items, callable);
  g_array_append_val (object->items, arguments);
  return TRUE;
}

static gboolean
op_build (GramPickle *machine, int unused, GError **error)
{
  guint32 state;
  GramPickleValue *object;

  if (!pop (machine, &state, error))
    return FALSE;
  object = gram_pickle_peek (machine, GRAM_PICKLE_OBJECT, error);
  if (object == NULL)
    return FALSE;
  if (object->items->len != 2)
    return gram_pickle_fail (machine, error, "builds an object twice");
  g_array_append_val (object->items, state);
  return TRUE;
}

static gboolean
op_mark (GramPickle *machine, int unused, GError **error)
{
  guint height = machine->stack->len;

  if (machine->marks->len >= MAX_MARKS)
    return gram_pickle_fail (machine, error, "nested too deeply");
  g_array_append_val (machine->marks, height);
  return TRUE;
}

static gboolean
put (GramPickle *machine, gint64 key, GError **error)
{
  guint32 top, none = G_MAXUINT32;

  /* Python counts these keys up from 0; a much larger one can only be meant to use up memory */
  if (key < 0 || key >= MAX_MEMO || key > (gint64) machine->memo->len + 1000)
    return gram_pickle_fail (machine, error, "a memo out of bounds");
  if (machine->stack->len == 0)
    return gram_pickle_fail (machine, error, "takes from an empty stack");
  top = g_array_index (machine->stack, guint32, machine->stack->len - 1);
  while ((gint64) machine->memo->len <= key)
    g_array_append_val (machine->memo, none);
  g_array_index (machine->memo, guint32, key) = top;
  return TRUE;
}

static gboolean
op_put (GramPickle *machine, int count, GError **error)
{
  gint64 key;

  return read_number (machine, count, &key, error) && put (machine, key, error);
}

static gboolean
op_memoize (GramPickle *machine, int unused, GError **error)
{
  return put (machine, machine->memo->len, error);
}

static gboolean
op_get (GramPickle *machine, int count, GError **error)
{
  gint64 key;
  guint32 index;

  if (!read_number (machine, count, &key, error))
    return FALSE;
  if (key < 0 || key >= (gint64) machine->memo->len || machine->stack->len >= MAX_STACK)
    return gram_pickle_fail (machine, error, "a memo out of bounds");
  index = g_array_index (machine->memo, guint32, key);
  if (index == G_MAXUINT32)
    return gram_pickle_fail (machine, error, "a memo that was never set");
  g_array_append_val (machine->stack, index);
  return TRUE;
}

/* Every opcode that is known: the function that it runs, and the argument of that. */
static const struct
{
  gboolean (*run) (GramPickle *machine, int argument, GError **error);
  int argument;
} opcodes[256] = {
  /* plain values */
  ['}'] = { op_push, GRAM_PICKLE_DICT },
  [']'] = { op_push, GRAM_PICKLE_LIST },
  ['N'] = { op_push, GRAM_PICKLE_NONE },
  [0x88] = { op_bool, TRUE },
  [0x89] = { op_bool, FALSE },
  /* bytes of the number, or of the string's length */
  ['K'] = { op_int, 1 },
  ['M'] = { op_int, 2 },
  ['J'] = { op_int, 4 },
  [0x8a] = { op_long, 0 },
  ['U'] = { op_string, 1 },
  ['T'] = { op_string, 4 },
  [0x8c] = { op_string, 1 },
  ['X'] = { op_string, 4 },
  [0x8d] = { op_string, 8 },
  ['C'] = { op_string, 1 },
  ['B'] = { op_string, 4 },
  [0x8e] = { op_string, 8 },
  [0x96] = { op_string, 8 },
  [0x95] = { op_frame, 0 },
  /* bytes of the memo's key */
  ['q'] = { op_put, 1 },
  ['r'] = { op_put, 4 },
  ['h'] = { op_get, 1 },
  ['j'] = { op_get, 4 },
  [0x94] = { op_memoize, 0 },
  /* how many values they take; −1: what is above the last mark */
  ['('] = { op_mark, 0 },
  ['t'] = { op_tuple, -1 },
  [')'] = { op_tuple, 0 },
  [0x85] = { op_tuple, 1 },
  [0x86] = { op_tuple, 2 },
  [0x87] = { op_tuple, 3 },
  ['a'] = { op_extend_list, 1 },
  ['e'] = { op_extend_list, -1 },
  ['s'] = { op_extend_dict, 2 },
  ['u'] = { op_extend_dict, -1 },
  /* arrays of NumPy */
  ['c'] = { op_global, 0 },
  [0x93] = { op_stack_global, 0 },
  ['R'] = { op_reduce, 0 },
  ['b'] = { op_build, 0 },
};

/**
 * gram_pickle_run:
 *
 * Returns: %FALSE with GRAM_ERROR_DATA at the first opcode that data do not need; else what was
 *   built is on the stack
 */
gboolean
gram_pickle_run (GramPickle *machine, GError **error)
{
  guint8 opcode, head[2];

  if (!gram_input_read_exactly (machine->input, head, 2, error))
    return FALSE;
  if (head[0] != 0x80 || head[1] < 2 || head[1] > 5)
    return gram_pickle_fail (machine, error, "no pickle of protocols 2 to 5");
  for (;;)
    {
      machine->place = gram_input_get_position (machine->input);
      if (!gram_input_read_exactly (machine->input, &opcode, 1, error))
        return FALSE;
      if (opcode == '.')
        return TRUE;
      if (opcodes[opcode].run == NULL)
        return gram_pickle_fail (machine, error, "was written by another program: unsafe opcode");
      if (!opcodes[opcode].run (machine, opcodes[opcode].argument, error))
        return FALSE;
    }
}

/**
 * gram_pickle_init:
 * @input: at the pickle's first byte
 */
void
gram_pickle_init (GramPickle *machine, GramInput *input)
{
  machine->input = input;
  machine->place = 0;
  machine->values = g_array_new (FALSE, FALSE, sizeof (GramPickleValue));
  machine->stack = g_array_new (FALSE, FALSE, sizeof (guint32));
  machine->marks = g_array_new (FALSE, FALSE, sizeof (guint));
  machine->memo = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_set_clear_func (machine->values, clear_value);
}

void
gram_pickle_clear (GramPickle *machine)
{
  g_array_unref (machine->values);
  g_array_unref (machine->stack);
  g_array_unref (machine->marks);
  g_array_unref (machine->memo);
}
