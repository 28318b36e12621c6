/* gram-mpi-world.h: the processes that are one device, and how they agree
 *
 * SPDX-License-Identifier: MIT
 *
 * MPI's words: each of the processes is a rank, and rank 0 is the one that works for a person.
 */
#pragma once

#include <mpi.h>

#include "gram-backend.h"

G_BEGIN_DECLS

typedef struct
{
  int rank, size;
  int nodes;                         /* machines */
  int on_node;                       /* ranks on this one */
  guint threads;                     /* of this rank */
  int cards;                         /* ranks that have one; used where all have */
  GramDevice *device;                /* what computes in this rank */
  guint64 memory_total, memory_free; /* bytes, of all machines or cards */
} GramMpiWorld;

const GramMpiWorld *gram_mpi_world_get (void);
gboolean gram_mpi_world_join (const GramBackendVTable *own, const GramDeviceOptions *options,
                              GError **error);
void gram_mpi_world_leave (void);

gboolean gram_mpi_world_vote (MPI_Comm comm, GError *own, GError **error);
gboolean gram_mpi_world_go_on (const GramJob *job, GError *own, GError **error);
guint gram_mpi_world_votes (void);
void gram_mpi_world_broadcast (gpointer memory, gsize bytes);
void gram_mpi_world_send (gconstpointer memory, gsize bytes, int rank);
void gram_mpi_world_receive (gpointer memory, gsize bytes, int rank);

G_END_DECLS
