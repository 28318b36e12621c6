/* gram-mpi-move.c: what there is of each neuron, between rank 0 and who has the neuron
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-mpi-move.h"

#include <string.h>

/**
 * gram_mpi_move_gather:
 * @bytes: of a neuron
 * @mine: of the neurons here, in their order
 * @whole: (nullable): rank 0: of all m neurons
 *
 * In all processes that have neurons, at the same time.
 */
void
gram_mpi_move_gather (const GramMpiPart *part, gsize bytes, const guint8 *mine, guint8 *whole)
{
  int rank = gram_mpi_world_get ()->rank;
  GramMpiRun runs[2];

  for (int from = 0; from < part->parts; from++)
    for (int i = 0, count = gram_mpi_part_runs (&part->spec, from, runs); i < count; i++)
      {
        const guint8 *place = mine + (i == 0 ? 0 : (gsize) runs[0].count * bytes);
        gsize size = (gsize) runs[i].count * bytes, first = (gsize) runs[i].first * bytes;

        if (rank == 0 && from == 0)
          memcpy (whole + first, place, size);
        else if (rank == 0)
          gram_mpi_world_receive (whole + first, size, from);
        else if (rank == from)
          gram_mpi_world_send (place, size, 0);
      }
}

/**
 * gram_mpi_move_scatter:
 * @whole: (nullable): rank 0: of all m neurons
 * @mine: (out caller-allocates): of the neurons here
 *
 * The reverse of gram_mpi_move_gather().
 */
void
gram_mpi_move_scatter (const GramMpiPart *part, gsize bytes, const guint8 *whole, guint8 *mine)
{
  int rank = gram_mpi_world_get ()->rank;
  GramMpiRun runs[2];

  for (int to = 0; to < part->parts; to++)
    for (int i = 0, count = gram_mpi_part_runs (&part->spec, to, runs); i < count; i++)
      {
        guint8 *place = mine + (i == 0 ? 0 : (gsize) runs[0].count * bytes);
        gsize size = (gsize) runs[i].count * bytes, first = (gsize) runs[i].first * bytes;

        if (rank == 0 && to == 0)
          memcpy (place, whole + first, size);
        else if (rank == 0)
          gram_mpi_world_send (whole + first, size, to);
        else if (rank == to)
          gram_mpi_world_receive (place, size, 0);
      }
}
