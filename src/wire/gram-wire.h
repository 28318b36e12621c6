/* gram-wire.h: the backend interface as messages
 *
 * SPDX-License-Identifier: MIT
 *
 * What a call takes and what it gives is walked over once, by one function that writes and reads.
 * Values lie as in memory: gram-frame.h refuses another byte order, and the two ends have the same
 * GRAM_WIRE_VERSION.
 */
#pragma once

#include "gram-backend.h"

G_BEGIN_DECLS

/* Raised with any change of a message, of what is in one or of the frames that carry it. */
#define GRAM_WIRE_VERSION 5

/* Requests are X (NAME); the object of those of a system or trainer is a number that the client
 * chose when it asked for a new one; 0 is the device. */
/* clang-format off */
#define GRAM_WIRE_REQUESTS(X) \
  X (PING) \
  X (HAVE) \
  X (SAMPLES) \
  X (PLAN) \
  X (SYSTEM_PLAN) \
  X (SYSTEM_NEW) \
  X (TRAINER_NEW) \
  X (FREE) \
  X (MULTIPLY) \
  X (FACTOR) \
  X (SOLVE) \
  X (INVERSE_DIAGONAL) \
  X (SPECTRUM) \
  X (PROJECT) \
  X (EXPAND) \
  X (EIGENVECTOR) \
  X (DOWNLOAD) \
  X (STEP) \
  X (OBSERVE) \
  X (WEIGHTS) \
  X (SAVE) \
  X (RESTORE) \
  X (GRAM) \
  X (PATTERN)
/* clang-format on */

typedef enum
{
  GRAM_WIRE_HELLO,
  GRAM_WIRE_REPLY,
  GRAM_WIRE_FAIL,     /* gram_wire_error(); for STEP gram_wire_status() behind it */
  GRAM_WIRE_CANCEL,   /* the call of that number */
  GRAM_WIRE_PROGRESS, /* its fraction, a double */
  GRAM_WIRE_ALIVE,    /* nothing: the other end is there */
#define GRAM_WIRE_REQUEST(name) GRAM_WIRE_##name,
  GRAM_WIRE_REQUESTS (GRAM_WIRE_REQUEST)
#undef GRAM_WIRE_REQUEST
      GRAM_WIRE_KINDS
} GramWireKind;

/* What is written, or read, next */
typedef struct
{
  guint8 *out; /* (nullable) written so far */
  gsize size, room;
  GBytes *source; /* (nullable) read from here; NULL: writing */
  gsize at;
  gboolean failed; /* no memory, or not what was to be read */
} GramWire;

typedef struct
{
  guint32 wire, interface, numbers;
  char program[32]; /* its version */
  GramDeviceInfo info;
} GramWireHello;

/* Where a label set stands */
typedef struct
{
  gint64 step, lazy_steps;
  double residual;
  gint32 formulation;
} GramWireStatus;

#define GRAM_WIRE_ID 32 /* bytes of what names a set of images */

void gram_wire_read (GramWire *wire, GBytes *source);
void gram_wire_clear (GramWire *wire);
gboolean gram_wire_end (GramWire *wire, GError **error);
GBytes *gram_wire_take (GramWire *wire, GError **error);
gboolean gram_wire_extend (GramWire *wire, gsize bytes);
void gram_wire_bytes (GramWire *wire, gpointer memory, gsize bytes);
void gram_wire_matrix (GramWire *wire, gpointer memory, gsize element, gint64 rows, gint64 columns,
                       gint64 ld);
gsize gram_wire_left (const GramWire *wire);

#define GRAM_WIRE_VALUE(wire, value) gram_wire_bytes (wire, &(value), sizeof (value))

void gram_wire_hello (GramWire *wire, GramWireHello *hello);
void gram_wire_error (GramWire *wire, GError **error);
void gram_wire_plan (GramWire *wire, GramTrainerPlan *plan);
void gram_wire_system_plan (GramWire *wire, GramSystemPlan *plan);
void gram_wire_spec (GramWire *wire, GramTrainerSpec *spec, guint8 train[GRAM_WIRE_ID],
                     guint8 test[GRAM_WIRE_ID]);
void gram_wire_status (GramWire *wire, GramWireStatus *status);
void gram_wire_observation (GramWire *wire, GramObservation *observation, gint64 n, gint64 n_test);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GramWire, gram_wire_clear)

G_END_DECLS
