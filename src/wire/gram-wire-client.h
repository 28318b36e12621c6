/* gram-wire-client.h: systems and trainers that are somewhere else, whatever carries the calls
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-wire.h"

G_BEGIN_DECLS

/* The device of a backend whose systems and trainers are these; gram_wire_client_new() */
typedef struct
{
  /* Asks, and waits for the answer. @request: (nullable): what was written; its memory is taken.
   * @job: (nullable). @reply: (out): to be read, also what a failed call gave behind its error;
   * cleared with gram_wire_clear(). */
  gboolean (*call) (gpointer carrier, GramWireKind kind, guint32 object, GramWire *request,
                    const GramJob *job, GramWire *reply, GError **error);
  guint32 (*new_object) (gpointer carrier); /* a number for a new system or trainer */
  gboolean (*is_lost) (gpointer carrier);   /* every call fails from now on */
  gpointer carrier;
  /* images that are on their way, which an analysis and a training may both want */
  GMutex lock;
  GCond sent;
  gboolean sending;
  double fraction; /* of them that has gone */
} GramWireClient;

GramWireClient *gram_wire_client_new (const GramWireClient *carrier);
void gram_wire_client_free (GramWireClient *client);

/* the part of the work of a new system or trainer that sending its images is */
#define GRAM_WIRE_SENDING 0.5

/* the slots of systems and trainers, each where it belongs */
#define SLOT(type, name, ...) type gram_wire_client_##name (__VA_ARGS__);
#define DEVICE_SLOT(...)
#define LINK_SLOT(...)
#include "gram-backend-slots.h"

gboolean gram_wire_client_send_images (GramWireClient *client, const GramSamples *samples,
                                       guint8 id[GRAM_WIRE_ID], const GramJob *job, GError **error);

G_END_DECLS
