/* gram-mpi-call.h: calls that all processes do together
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-wire.h"

G_BEGIN_DECLS

void gram_mpi_call_begin (void);
void gram_mpi_call_serve (void);
void gram_mpi_call_end (void);
guint32 gram_mpi_call_new_object (void);
gboolean gram_mpi_call_is_torn (void);
gboolean gram_mpi_call_do (GramWireKind kind, guint32 object, GramWire *request, const GramJob *job,
                           GramWire *reply, GError **error);

G_END_DECLS
