/* gram-pickle-machine.h: the few opcodes that pickles of CIFAR consist of
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-input.h"

G_BEGIN_DECLS

typedef enum
{
  GRAM_PICKLE_NONE,
  GRAM_PICKLE_BOOL,
  GRAM_PICKLE_INT,
  GRAM_PICKLE_TEXT,  /* a short string */
  GRAM_PICKLE_BYTES, /* a long one: place and length */
  GRAM_PICKLE_TUPLE,
  GRAM_PICKLE_LIST,
  GRAM_PICKLE_DICT, /* items are key, value, key, value … */
  GRAM_PICKLE_GLOBAL,
  GRAM_PICKLE_OBJECT, /* items are the callable, its arguments, and the state once it is built */
} GramPickleType;

typedef enum
{
  GRAM_PICKLE_RECONSTRUCT,
  GRAM_PICKLE_FROMBUFFER,
  GRAM_PICKLE_NDARRAY,
  GRAM_PICKLE_DTYPE,
} GramPickleGlobal;

typedef struct
{
  GramPickleType type;
  gint64 number; /* int, bool, global; BYTES: place */
  guint64 length;
  char *text;
  GArray *items; /* of guint32: indices of values */
} GramPickleValue;

typedef struct
{
  GramInput *input;
  GArray *values; /* of GramPickleValue: all that were made; none is freed before the end */
  GArray *stack;  /* of guint32 */
  GArray *marks;  /* of guint: stack heights */
  GArray *memo;   /* of guint32 */
  guint64 place;  /* of the opcode at work */
} GramPickle;

void gram_pickle_init (GramPickle *machine, GramInput *input);
void gram_pickle_clear (GramPickle *machine);
gboolean gram_pickle_run (GramPickle *machine, GError **error);
gboolean gram_pickle_fail (GramPickle *machine, GError **error, const char *what);
GramPickleValue *gram_pickle_get_value (GramPickle *machine, guint32 index);
GramPickleValue *gram_pickle_peek (GramPickle *machine, GramPickleType type, GError **error);

G_END_DECLS
