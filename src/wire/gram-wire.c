/* gram-wire.c: the backend interface as messages
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-wire.h"

#include <stdlib.h>
#include <string.h>

#include "gram-error.h"
#include "gram-size.h"

#define TEXT_MOST 4096 /* bytes of what a device says */

/* Begins to read; without it, a zeroed GramWire writes. */
void
gram_wire_read (GramWire *wire, GBytes *source)
{
  *wire = (GramWire){ .source = g_bytes_ref (source) };
}

void
gram_wire_clear (GramWire *wire)
{
  free (wire->out);
  g_clear_pointer (&wire->source, g_bytes_unref);
  wire->out = NULL;
}

/* Bytes that are still to be read */
gsize
gram_wire_left (const GramWire *wire)
{
  return wire->source != NULL ? g_bytes_get_size (wire->source) - wire->at : 0;
}

/**
 * gram_wire_end:
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE unless exactly what was there has been read
 */
gboolean
gram_wire_end (GramWire *wire, GError **error)
{
  if (wire->failed || gram_wire_left (wire) > 0)
    return gram_fail (error, GRAM_ERROR_DEVICE, "a message is not what was expected");
  return TRUE;
}

/**
 * gram_wire_take:
 *
 * Returns: (transfer full) (nullable): what was written, or %NULL with GRAM_ERROR_MEMORY
 */
GBytes *
gram_wire_take (GramWire *wire, GError **error)
{
  guint8 *memory = g_steal_pointer (&wire->out);

  if (wire->failed)
    {
      free (memory);
      gram_fail (error, GRAM_ERROR_MEMORY, "a message does not fit in memory");
      return NULL;
    }
  return g_bytes_new_with_free_func (memory, wire->size, free, memory);
}

static gboolean
make_room (GramWire *wire, gsize bytes)
{
  gsize need = wire->size + bytes;
  gpointer memory;

  if (wire->failed || need < bytes)
    return FALSE;
  if (need <= wire->room)
    return TRUE;
  need = MAX (need, wire->size + wire->size / 2);
  memory = realloc (wire->out, need);
  if (memory == NULL)
    return FALSE;
  wire->out = memory;
  wire->room = need;
  return TRUE;
}

/**
 * gram_wire_extend:
 *
 * Writes @bytes whose values are for the caller to set, at the end of out.
 *
 * Returns: whether there is memory for them
 */
gboolean
gram_wire_extend (GramWire *wire, gsize bytes)
{
  if (!make_room (wire, bytes))
    wire->failed = TRUE;
  else
    wire->size += bytes;
  return !wire->failed;
}

/**
 * gram_wire_bytes:
 * @memory: (inout) (nullable): written from, or read into; %NULL where @bytes is 0
 *
 * What cannot be read is 0, and gram_wire_end() tells.
 */
void
gram_wire_bytes (GramWire *wire, gpointer memory, gsize bytes)
{
  if (bytes == 0)
    return;
  if (wire->source == NULL)
    {
      if (gram_wire_extend (wire, bytes))
        memcpy (wire->out + wire->size - bytes, memory, bytes);
      return;
    }
  if (wire->failed || bytes > gram_wire_left (wire))
    {
      wire->failed = TRUE;
      memset (memory, 0, bytes);
      return;
    }
  memcpy (memory, (const guint8 *) g_bytes_get_data (wire->source, NULL) + wire->at, bytes);
  wire->at += bytes;
}

/* (@rows × @columns), column-major, leading dimension @ld */
void
gram_wire_matrix (GramWire *wire, gpointer memory, gsize element, gint64 rows, gint64 columns,
                  gint64 ld)
{
  for (gint64 j = 0; j < columns; j++)
    gram_wire_bytes (wire, (guint8 *) memory + (gsize) (j * ld) * element, (gsize) rows * element);
}

/* A text in an array of its own, ended within it */
static void
walk_text (GramWire *wire, char *text, gsize room)
{
  const char *end;

  gram_wire_bytes (wire, text, room);
  text[room - 1] = '\0';
  /* in place: what replaces a byte may take no more room than it */
  while (!g_utf8_validate (text, -1, &end))
    text[end - text] = '?';
}

static void
walk_info (GramWire *wire, GramDeviceInfo *info)
{
  walk_text (wire, info->name, sizeof info->name);
  walk_text (wire, info->details, sizeof info->details);
  GRAM_WIRE_VALUE (wire, info->memory_total);
  GRAM_WIRE_VALUE (wire, info->memory_free);
  GRAM_WIRE_VALUE (wire, info->compute_major);
  GRAM_WIRE_VALUE (wire, info->compute_minor);
  GRAM_WIRE_VALUE (wire, info->cores);
  GRAM_WIRE_VALUE (wire, info->width);
}

/* The versions come first, in every version. */
void
gram_wire_hello (GramWire *wire, GramWireHello *hello)
{
  GRAM_WIRE_VALUE (wire, hello->wire);
  GRAM_WIRE_VALUE (wire, hello->interface);
  GRAM_WIRE_VALUE (wire, hello->numbers);
  walk_text (wire, hello->program, sizeof hello->program);
  walk_info (wire, &hello->info);
}

/**
 * gram_wire_error:
 * @error: (inout): is written, or set by what is read
 *
 * Messages are for people on the other side, and no longer than a page.
 */
void
gram_wire_error (GramWire *wire, GError **error)
{
  gboolean writes = wire->source == NULL;
  gint32 cancelled = writes && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gint32 code = writes && (*error)->domain == GRAM_ERROR ? (*error)->code : GRAM_ERROR_FAILED;
  guint32 length = writes ? (guint32) MIN (strlen ((*error)->message), TEXT_MOST) : 0;
  char text[TEXT_MOST + 1] = "";
  g_autofree char *valid = NULL;

  GRAM_WIRE_VALUE (wire, cancelled);
  GRAM_WIRE_VALUE (wire, code);
  GRAM_WIRE_VALUE (wire, length);
  if (length > TEXT_MOST)
    wire->failed = TRUE;
  length = MIN (length, TEXT_MOST);
  if (writes)
    memcpy (text, (*error)->message, length);
  gram_wire_bytes (wire, text, length);
  if (writes)
    return;
  valid = g_utf8_make_valid (text, (gssize) strnlen (text, length));
  if (cancelled)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, valid);
  else
    g_set_error_literal (error, GRAM_ERROR,
                         code >= GRAM_ERROR_FAILED && code <= GRAM_ERROR_FULL ? code
                                                                              : GRAM_ERROR_FAILED,
                         valid);
}

void
gram_wire_plan (GramWire *wire, GramTrainerPlan *plan)
{
  GRAM_WIRE_VALUE (wire, plan->formulation);
  GRAM_WIRE_VALUE (wire, plan->precision);
  GRAM_WIRE_VALUE (wire, plan->bytes);
  GRAM_WIRE_VALUE (wire, plan->flops_per_step);
  GRAM_WIRE_VALUE (wire, plan->d_used);
  walk_text (wire, plan->why, sizeof plan->why);
  if (plan->formulation > GRAM_FORMULATION_LAZY || plan->precision > GRAM_PRECISION_BF16_SPLIT)
    wire->failed = TRUE;
}

void
gram_wire_system_plan (GramWire *wire, GramSystemPlan *plan)
{
  for (int use = 0; use < GRAM_SYSTEM_USES; use++)
    {
      GRAM_WIRE_VALUE (wire, plan->bytes[use]);
      GRAM_WIRE_VALUE (wire, plan->most[use]);
    }
  GRAM_WIRE_VALUE (wire, plan->available);
  GRAM_WIRE_VALUE (wire, plan->processes);
}

/**
 * gram_wire_spec:
 * @spec: (inout): without images and labels; when it is read, its labels are what is left
 * @train: (inout): the name of its images
 * @test: (inout): of the others; zeros: none
 */
void
gram_wire_spec (GramWire *wire, GramTrainerSpec *spec, guint8 train[GRAM_WIRE_ID],
                guint8 test[GRAM_WIRE_ID])
{
  GRAM_WIRE_VALUE (wire, spec->m);
  GRAM_WIRE_VALUE (wire, spec->n_sets);
  GRAM_WIRE_VALUE (wire, spec->eta);
  GRAM_WIRE_VALUE (wire, spec->kappa);
  GRAM_WIRE_VALUE (wire, spec->init);
  GRAM_WIRE_VALUE (wire, spec->seed);
  GRAM_WIRE_VALUE (wire, spec->formulation);
  GRAM_WIRE_VALUE (wire, spec->precision);
  gram_wire_bytes (wire, train, GRAM_WIRE_ID);
  gram_wire_bytes (wire, test, GRAM_WIRE_ID);
  if (spec->init > GRAM_INIT_ANTISYMMETRIC || spec->formulation > GRAM_FORMULATION_LAZY
      || spec->precision > GRAM_PRECISION_BF16_SPLIT)
    wire->failed = TRUE;
}

void
gram_wire_status (GramWire *wire, GramWireStatus *status)
{
  GRAM_WIRE_VALUE (wire, status->step);
  GRAM_WIRE_VALUE (wire, status->lazy_steps);
  GRAM_WIRE_VALUE (wire, status->residual);
  GRAM_WIRE_VALUE (wire, status->formulation);
  if (status->formulation < 0 || status->formulation > GRAM_FORMULATION_LAZY || status->step < 0
      || status->step > 2 * GRAM_STEP_MAX)
    wire->failed = TRUE;
}

/* Of @observation, the arrays that are there */
void
gram_wire_observation (GramWire *wire, GramObservation *observation, gint64 n, gint64 n_test)
{
  GRAM_WIRE_VALUE (wire, observation->step);
  GRAM_WIRE_VALUE (wire, observation->residual);
  GRAM_WIRE_VALUE (wire, observation->distance);
  GRAM_WIRE_VALUE (wire, observation->distance_max);
  GRAM_WIRE_VALUE (wire, observation->flipped);
  GRAM_WIRE_VALUE (wire, observation->lazy_steps);
  GRAM_WIRE_VALUE (wire, observation->formulation);
  if (observation->u != NULL)
    gram_wire_bytes (wire, observation->u, (gsize) n * sizeof (double));
  if (observation->u_test != NULL)
    gram_wire_bytes (wire, observation->u_test, (gsize) n_test * sizeof (double));
  if (observation->formulation > GRAM_FORMULATION_LAZY)
    wire->failed = TRUE;
}
