/* gram-wire-calls.h: what each request does to a device
 *
 * SPDX-License-Identifier: MIT
 *
 * Calls on one object never overlap; those on several may.
 */
#pragma once

#include "gram-wire.h"

G_BEGIN_DECLS

typedef struct
{
  GramDevice *device; /* (nullable) */
  /* (nullable) what makes systems of so many images, where it is another */
  GramDevice *(*systems) (gint64 n);
  /* (nullable) which part of a network a trainer is to have */
  void (*part) (GramTrainerSpec *spec, gpointer data);
  gpointer part_data;
  GMutex lock;     /* of sets */
  GPtrArray *sets; /* of GramWireSamples, the latest last */
} GramWireHost;

/* A system or a trainer, or the device itself */
typedef struct
{
  GramWireHost *host;
  GramSystem *system;
  GramTrainer *trainer;
  gint64 n, n_test, d, m; /* m: the neurons of a trainer here */
  guint sets;
  gboolean factored, decomposed;
} GramWireObject;

typedef struct
{
  GramWireObject *object;
  guint32 number; /* of the object; 0: the device */
  guint16 kind;
  GBytes *payload;
  GramJob job;
  GramWire in, out;
} GramWireCall;

void gram_wire_calls_init (GramWireHost *host, GramDevice *device);
void gram_wire_calls_end (GramWireHost *host);
gboolean gram_wire_calls_know (guint kind);
gboolean gram_wire_calls_do (GramWireCall *call, GError **error);
gint64 gram_wire_calls_images (GramWireHost *host, guint kind, GBytes *request);
void gram_wire_calls_status (GramWireObject *object, GramWire *out);
void gram_wire_calls_clear (GramWireObject *object);

G_END_DECLS
