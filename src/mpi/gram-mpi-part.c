/* gram-mpi-part.c: the part of a network that is in this process
 *
 * SPDX-License-Identifier: MIT
 *
 * Once a step all parts are added up. A process whose step failed before its sum takes part in that
 * sum with a number that says so, so that nobody waits for it; the sum fails for all, and they
 * agree afterwards on whose fault it was. Work is cancelled the same way: rank 0 says so in a sum,
 * and all stop after the same step.
 */
#include "gram-mpi-part.h"

#include <string.h>

#include "gram-error.h"

/* Where in the numbers of a sum, behind those that are wanted */
#define STOP 0
#define POISON 1
#define SIGNS 2

/**
 * gram_mpi_part_read:
 * @request: of GRAM_WIRE_TRAINER_NEW or GRAM_WIRE_PLAN
 * @spec: (out): without images and labels
 * @count: (out): labels, n × n_sets
 *
 * Returns: %FALSE with GRAM_ERROR_DATA, in every process alike
 */
gboolean
gram_mpi_part_read (GBytes *request, GramTrainerSpec *spec, gint64 *count, GError **error)
{
  g_auto (GramWire) wire = { 0 };
  guint8 id[2][GRAM_WIRE_ID];

  *spec = (GramTrainerSpec){ 0 };
  gram_wire_read (&wire, request);
  gram_wire_spec (&wire, spec, id[0], id[1]);
  *count = (gint64) (gram_wire_left (&wire) / sizeof (double));
  if (wire.failed || spec->m < 1 || spec->n_sets < 1 || *count < 1 || *count > G_MAXINT - SIGNS)
    return gram_fail (error, GRAM_ERROR_DATA, "a message has no network that can be divided");
  spec->train.n = *count / spec->n_sets;
  return TRUE;
}

static gint64
unit_of (const GramTrainerSpec *spec)
{
  return spec->init == GRAM_INIT_ANTISYMMETRIC ? 2 * GRAM_SHARD_UNIT : GRAM_SHARD_UNIT;
}

static gint64
units_of (const GramTrainerSpec *spec)
{
  return (spec->m - 1) / unit_of (spec) + 1;
}

/* How many have neurons: as many as there are units of them */
int
gram_mpi_part_ranks (const GramTrainerSpec *spec)
{
  return (int) MIN (units_of (spec), gram_mpi_world_get ()->size);
}

/* The first neuron of a rank; rank 0 has as many as any. */
static gint64
first_of (const GramTrainerSpec *spec, int rank)
{
  gint64 units = units_of (spec), parts = gram_mpi_part_ranks (spec);
  gint64 before = units / parts * rank + MIN (units % parts, rank);

  return MIN (before * unit_of (spec), spec->m);
}

/* @rank: one of those that have neurons */
GramShard
gram_mpi_part_shard (const GramTrainerSpec *spec, int rank)
{
  gint64 first = first_of (spec, rank);

  return (GramShard){ .first = first, .count = first_of (spec, rank + 1) - first };
}

/* Which runs of the whole network's neurons those of a rank are, in its order; how many */
int
gram_mpi_part_runs (const GramTrainerSpec *spec, int rank, GramMpiRun runs[2])
{
  GramShard shard = gram_mpi_part_shard (spec, rank);

  runs[0] = (GramMpiRun){ shard.first, shard.count };
  if (spec->init != GRAM_INIT_ANTISYMMETRIC)
    return 1;
  runs[0] = (GramMpiRun){ shard.first / 2, shard.count / 2 };
  runs[1] = (GramMpiRun){ spec->m / 2 + shard.first / 2, shard.count / 2 };
  return 2;
}

/* ---------- sums ------------------------------------------------------------------------------ */

/* Adds up over all parts, and looks at what the others say beside their numbers. */
static gboolean
add_up (GramMpiPart *part, gboolean poison)
{
  double *signs = part->numbers + part->count;

  signs[STOP] = g_cancellable_is_cancelled (part->asked) ? 1 : 0;
  signs[POISON] = poison ? 1 : 0;
  MPI_Allreduce (MPI_IN_PLACE, part->numbers, (int) part->count + SIGNS, MPI_DOUBLE, MPI_SUM,
                 part->comm);
  part->sums++;
  part->poisoned |= signs[POISON] > 0;
  if (signs[STOP] > 0 && part->ours != NULL)
    {
      part->stopped = TRUE;
      g_cancellable_cancel (part->ours);
    }
  return !part->poisoned;
}

static gboolean
on_sum (double *values, gint64 count, gpointer data, GError **error)
{
  GramMpiPart *part = data;
  gsize bytes = (gsize) count * sizeof (double);

  if (count != part->count)
    return gram_fail (error, GRAM_ERROR_FAILED, "a sum has %" G_GINT64_FORMAT " numbers", count);
  memcpy (part->numbers, values, bytes);
  if (!add_up (part, FALSE))
    return gram_fail (error, GRAM_ERROR_DEVICE, "another process failed");
  memcpy (values, part->numbers, bytes);
  return TRUE;
}

/* A GramWireHost's part: @part: whose, or %NULL for a plan, which is rank 0's */
void
gram_mpi_part_choose (GramTrainerSpec *spec, gpointer part)
{
  spec->shard = gram_mpi_part_shard (spec, gram_mpi_world_get ()->rank);
  spec->shard.sum = on_sum;
  spec->shard.data = part;
}

/* ---------- calls ----------------------------------------------------------------------------- */

/**
 * gram_mpi_part_begin:
 *
 * A trainer is to be made: in every process at the same time.
 */
void
gram_mpi_part_begin (GramMpiPart *part, const GramTrainerSpec *spec, gint64 count)
{
  int rank = gram_mpi_world_get ()->rank;

  part->spec = *spec;
  part->parts = gram_mpi_part_ranks (spec);
  part->count = count;
  part->numbers = g_new0 (double, count + SIGNS);
  MPI_Comm_split (MPI_COMM_WORLD, rank < part->parts ? 0 : MPI_UNDEFINED, rank, &part->comm);
}

/* Whether this process has neurons of it */
gboolean
gram_mpi_part_is_here (const GramMpiPart *part)
{
  return gram_mpi_world_get ()->rank < part->parts;
}

/* @asked: (nullable): rank 0: what ends the call in all processes */
void
gram_mpi_part_start_call (GramMpiPart *part, GCancellable *asked)
{
  part->sums = 0;
  part->poisoned = part->stopped = FALSE;
  part->asked = asked;
  part->ours = g_cancellable_new ();
}

/* @expected: sums that the others make in this call unless somebody fails */
void
gram_mpi_part_end_call (GramMpiPart *part, gboolean done, gint64 expected)
{
  if (!done && !part->poisoned && !part->stopped && part->sums < expected)
    {
      memset (part->numbers, 0, (gsize) part->count * sizeof (double));
      add_up (part, TRUE);
      part->poisoned = FALSE; /* by others, it is not */
    }
  g_clear_object (&part->ours);
  part->asked = NULL;
}

void
gram_mpi_part_free (GramMpiPart *part)
{
  gram_wire_calls_clear (&part->object);
  if (part->parts > 0 && gram_mpi_part_is_here (part))
    MPI_Comm_free (&part->comm);
  g_free (part->numbers);
  g_free (part);
}
