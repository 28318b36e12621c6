/* gram-mpi-combine.c: what the parts of a network say, as the whole would
 *
 * SPDX-License-Identifier: MIT
 *
 * Every process with neurons has its own reply; rank 0's becomes the one of the whole network. What
 * it takes memory for is voted on, so that nobody sends to a process that cannot take it.
 */
#include "gram-mpi-combine.h"

#include <math.h>
#include <string.h>

#include "gram-error.h"
#include "gram-mpi-move.h"
#include "gram-mpi-state.h"
#include "gram-size.h"

static gboolean
is_first (void)
{
  return gram_mpi_world_get ()->rank == 0;
}

/* Columns of the neurons here → those of all */
static gboolean
combine_columns (GramMpiPart *part, gsize column, GramWire *reply, GError **error)
{
  GError *failure = NULL;
  GramWire whole = { 0 };

  if (is_first () && !gram_wire_extend (&whole, column * (gsize) part->spec.m))
    gram_fail (&failure, GRAM_ERROR_MEMORY, "what the whole network says does not fit in memory");
  if (!gram_mpi_world_vote (part->comm, failure, error))
    return FALSE;
  gram_mpi_move_gather (part, column, reply->out, whole.out);
  if (is_first ())
    {
      gram_wire_clear (reply);
      *reply = whole;
    }
  return TRUE;
}

/* The request again, of GRAM_WIRE_OBSERVE: what was asked for */
static void
read_wanted (GBytes *request, guint32 *flags, guint32 *with_u)
{
  g_auto (GramWire) wire = { 0 };
  guint32 set;

  gram_wire_read (&wire, request);
  GRAM_WIRE_VALUE (&wire, set);
  GRAM_WIRE_VALUE (&wire, *flags);
  GRAM_WIRE_VALUE (&wire, *with_u);
}

/* ‖ΔW‖² and the fraction of flips are sums, of which u_test is made too. */
static gboolean
combine_observation (GramMpiPart *part, GBytes *request, GramWire *reply, GError **error)
{
  gint64 n = part->object.n, n_test = part->object.n_test;
  guint32 flags = 0, with_u = 0;
  GramObservation seen = { 0 };
  g_autofree double *u = g_new0 (double, n), *sums = g_new0 (double, n_test + 2);
  g_autoptr (GBytes) message = gram_wire_take (reply, error);
  g_auto (GramWire) wire = { 0 };
  gboolean first = is_first ();

  read_wanted (request, &flags, &with_u);
  seen.u = with_u ? u : NULL;
  seen.u_test = (flags & GRAM_OBSERVE_TEST) != 0 ? sums + 2 : NULL;
  gram_wire_read (&wire, message);
  gram_wire_observation (&wire, &seen, n, n_test);
  sums[0] = seen.distance * seen.distance;
  sums[1] = seen.flipped;
  MPI_Reduce (first ? MPI_IN_PLACE : sums, sums, (int) n_test + 2, MPI_DOUBLE, MPI_SUM, 0,
              part->comm);
  MPI_Reduce (first ? MPI_IN_PLACE : &seen.distance_max, &seen.distance_max, 1, MPI_DOUBLE, MPI_MAX,
              0, part->comm);
  seen.distance = sqrt (sums[0]);
  seen.flipped = sums[1];
  *reply = (GramWire){ 0 };
  gram_wire_observation (reply, &seen, n, n_test);
  return TRUE;
}

/* The request again, of GRAM_WIRE_SAVE */
static gboolean
wants_native (GBytes *request)
{
  g_auto (GramWire) wire = { 0 };
  guint32 kind = 0;

  gram_wire_read (&wire, request);
  GRAM_WIRE_VALUE (&wire, kind);
  return kind == GRAM_STATE_NATIVE;
}

/* H(k): each part has counted its own neurons. */
static gboolean
combine_sum (GramMpiPart *part, GramWire *reply)
{
  double *numbers = (double *) reply->out;
  gsize count = reply->size / sizeof (double);
  const gsize piece = (gsize) 1 << 24;

  for (gsize at = 0; at < count; at += piece)
    MPI_Reduce (is_first () ? MPI_IN_PLACE : numbers + at, numbers + at,
                (int) MIN (piece, count - at), MPI_DOUBLE, MPI_SUM, 0, part->comm);
  return TRUE;
}

/**
 * gram_mpi_combine:
 * @reply: (inout): what was written in this process; rank 0's is the whole network's afterwards
 *
 * In all processes that have neurons, after all have done their part.
 */
gboolean
gram_mpi_combine (GramMpiPart *part, guint kind, GBytes *request, GramWire *reply, GError **error)
{
  switch (kind)
    {
    case GRAM_WIRE_OBSERVE:
      return combine_observation (part, request, reply, error);
    case GRAM_WIRE_WEIGHTS:
      return combine_columns (part, (gsize) part->object.d * sizeof (float), reply, error);
    case GRAM_WIRE_PATTERN:
      return combine_columns (part, (gsize) (part->object.n + 7) / 8, reply, error);
    case GRAM_WIRE_GRAM:
      return combine_sum (part, reply);
    case GRAM_WIRE_SAVE:
      return gram_mpi_state_gather (part, wants_native (request), reply, error);
    default: /* residuals, and where the run stands, are the whole network's already */
      return TRUE;
    }
}
