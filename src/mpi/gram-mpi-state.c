/* gram-mpi-state.c: the state of a network in parts, as one that any backend goes on from
 *
 * SPDX-License-Identifier: MIT
 *
 * The weights are put together in their order. What each part needs to go on to the same bits, its
 * own state without the weights, is in a section of its own: for as many processes as now.
 *
 *   u64 parts · u64 bytes of each · each, at multiples of 8
 */
#include "gram-mpi-state.h"

#include <string.h>

#include "gram-error.h"
#include "gram-mpi-move.h"
#include "gram-size.h"
#include "gram-state.h"

#define PARTS_SECTION "mpi-parts"

static gboolean
is_first (void)
{
  return gram_mpi_world_get ()->rank == 0;
}

static gsize
padded (gsize bytes)
{
  return (bytes + 7) & ~(gsize) 7;
}

/* Bytes of a neuron's weights */
static gsize
column_of (const GramMpiPart *part)
{
  return (gsize) part->object.d * sizeof (float);
}

static GramTrainerSpec
spec_of_whole (const GramMpiPart *part)
{
  GramTrainerSpec spec = part->spec;

  spec.train.n = part->object.n;
  spec.train.d = part->object.d;
  return spec;
}

/* As its own backend knows it */
static GramTrainerSpec
spec_here (const GramMpiPart *part)
{
  GramTrainerSpec spec = spec_of_whole (part);

  spec.shard = gram_mpi_part_shard (&part->spec, gram_mpi_world_get ()->rank);
  return spec;
}

/* ---------- saving ---------------------------------------------------------------------------- */

/* @whole: (out): rank 0: the weights of all label sets and neurons; free with gram_free() */
static gboolean
gather_weights (GramMpiPart *part, GBytes *mine, guint8 **whole, GError **error)
{
  const GramTrainerSpec spec = spec_here (part);
  GError *failure = NULL;
  const guint8 *W = (const guint8 *) gram_state_weights (mine, &spec, &failure);

  *whole = NULL;
  if (W != NULL && is_first ())
    *whole =
        gram_try_alloc (column_of (part), spec.m, spec.n_sets, "the state of the run", &failure);
  if (!gram_mpi_world_vote (part->comm, failure, error))
    return FALSE;
  for (gint64 s = 0; s < spec.n_sets; s++)
    gram_mpi_move_gather (part, column_of (part),
                          W + (gsize) (s * part->object.m) * column_of (part),
                          is_first () ? *whole + (gsize) (s * spec.m) * column_of (part) : NULL);
  return TRUE;
}

/* @parts: (out): rank 0: the section of what each part's state has beside its weights */
static gboolean
gather_parts (GramMpiPart *part, GBytes *mine, GramWire *parts, GError **error)
{
  GError *failure = NULL;
  g_autoptr (GBytes) rest = gram_state_replace_weights (mine, NULL, 0, &failure);
  guint64 bytes = rest != NULL ? g_bytes_get_size (rest) : 0, count = (guint64) part->parts;
  gsize size = (gsize) (1 + count) * sizeof bytes, at = size;
  g_autofree guint64 *all = g_new0 (guint64, count);

  MPI_Gather (&bytes, 1, MPI_UINT64_T, all, 1, MPI_UINT64_T, 0, part->comm);
  for (guint64 i = 0; i < count; i++)
    size += padded (all[i]);
  if (is_first () && failure == NULL && !gram_wire_extend (parts, size))
    gram_fail (&failure, GRAM_ERROR_MEMORY, "the state of the run does not fit in memory");
  if (!gram_mpi_world_vote (part->comm, failure, error))
    return FALSE;
  if (!is_first ())
    {
      gram_mpi_world_send (g_bytes_get_data (rest, NULL), bytes, 0);
      return TRUE;
    }
  memcpy (parts->out, &count, sizeof count);
  memcpy (parts->out + sizeof count, all, (gsize) count * sizeof *all);
  memcpy (parts->out + at, g_bytes_get_data (rest, NULL), bytes);
  for (int from = 1; from < part->parts; from++)
    {
      at += padded (all[from - 1]);
      gram_mpi_world_receive (parts->out + at, all[from], from);
    }
  return TRUE;
}

/* The state of the whole network; rank 0's */
static GBytes *
build_whole (GramMpiPart *part, GBytes *mine, const guint8 *weights, const GramWire *parts,
             GError **error)
{
  const GramStateSection sections[] = {
    { GRAM_STATE_WEIGHTS, weights,
      column_of (part) * (gsize) part->spec.m * (gsize) part->spec.n_sets },
    { PARTS_SECTION, parts->out, parts->size },
  };
  GramStateHeader header;

  memcpy (&header, g_bytes_get_data (mine, NULL), sizeof header);
  memset (header.backend, 0, sizeof header.backend);
  g_strlcpy (header.backend, "mpi", sizeof header.backend);
  return gram_state_build (&header, sections, parts->size > 0 ? 2 : 1, error);
}

/**
 * gram_mpi_state_gather:
 * @native: whether each part goes on to the same bits
 * @reply: (inout): a part's state; rank 0: the whole network's
 *
 * In all processes that have neurons.
 */
gboolean
gram_mpi_state_gather (GramMpiPart *part, gboolean native, GramWire *reply, GError **error)
{
  g_autoptr (GBytes) written = gram_wire_take (reply, NULL), mine = NULL, whole = NULL;
  g_auto (GramWire) parts = { 0 };
  GError *failure = NULL;
  guint8 *weights = NULL;
  gboolean done;

  *reply = (GramWire){ 0 };
  mine = gram_state_align (written, &failure);
  done = gram_mpi_world_vote (part->comm, failure, error)
         && gather_weights (part, mine, &weights, error)
         && (!native || gather_parts (part, mine, &parts, error));
  if (done && is_first ())
    {
      whole = build_whole (part, mine, weights, &parts, error);
      done = whole != NULL;
      if (done)
        gram_wire_bytes (reply, (gpointer) g_bytes_get_data (whole, NULL),
                         g_bytes_get_size (whole));
    }
  gram_free (weights);
  return done;
}

/* ---------- restoring ------------------------------------------------------------------------- */

/* Each part's own state in the section; FALSE where it is not for as many parts */
static gboolean
find_parts (const GramMpiPart *part, GBytes *state, const guint8 **places, guint64 *sizes)
{
  gsize size = 0, at = (gsize) (1 + part->parts) * sizeof (guint64);
  const guint8 *section = gram_state_find (state, PARTS_SECTION, &size);
  guint64 count;

  if (section == NULL || size < at)
    return FALSE;
  memcpy (&count, section, sizeof count);
  if (count != (guint64) part->parts)
    return FALSE;
  memcpy (sizes, section + sizeof count, (gsize) count * sizeof *sizes);
  for (int i = 0; i < part->parts; i++)
    {
      if (sizes[i] > size - at || padded (sizes[i]) > size - at)
        return FALSE;
      places[i] = section + at;
      at += padded (sizes[i]);
    }
  return TRUE;
}

/* FALSE with GRAM_ERROR_DATA unless the network can go on from @state, which is aligned; @weights:
 * (out): of all label sets and neurons */
static gboolean
check_whole (const GramMpiPart *part, GBytes *state, GramStateHeader *header, const float **weights,
             GError **error)
{
  const GramTrainerPlan plan = { 0 };
  const GramTrainerSpec spec = spec_of_whole (part);
  GramStateHeader expected;

  gram_state_header_init (&expected, &spec, "mpi", &plan, 0);
  if (!gram_state_parse (state, &expected, header, error))
    return FALSE;
  *weights = gram_state_weights (state, &spec, error);
  return *weights != NULL;
}

/* What a process gets beside weights: a header, or its own state without weights */
static GBytes *
move_rest (GramMpiPart *part, const guint8 **places, const guint64 *sizes)
{
  int rank = gram_mpi_world_get ()->rank;
  guint64 size = rank == 0 ? sizes[0] : 0;
  guint8 *memory;

  MPI_Scatter (sizes, 1, MPI_UINT64_T, &size, 1, MPI_UINT64_T, 0, part->comm);
  memory = g_malloc (size);
  if (rank == 0)
    memcpy (memory, places[0], size);
  for (int to = 1; rank == 0 && to < part->parts; to++)
    gram_mpi_world_send (places[to], sizes[to], to);
  if (rank > 0)
    gram_mpi_world_receive (memory, size, 0);
  return g_bytes_new_take (memory, size);
}

/**
 * gram_mpi_state_scatter:
 * @state: (nullable): rank 0's: of the whole network
 * @native: (inout): whether each part is to have what is its own; rank 0's counts, and it is %FALSE
 *   afterwards where @state has none
 *
 * In all processes that have neurons.
 *
 * Returns: (transfer full) (nullable): the state of the part here; %NULL with GRAM_ERROR_DATA or
 *   GRAM_ERROR_MEMORY, in all alike
 */
GBytes *
gram_mpi_state_scatter (GramMpiPart *part, GBytes *state, gboolean *native, GError **error)
{
  const GramTrainerSpec spec = spec_here (part);
  gsize mine = column_of (part) * (gsize) part->object.m, all = column_of (part) * (gsize) spec.m;
  GramStateHeader header = { 0 };
  const float *weights = NULL;
  GError *failure = NULL;
  g_autofree const guint8 **places = g_new0 (const guint8 *, part->parts);
  g_autofree guint64 *sizes = g_new0 (guint64, part->parts);
  g_autoptr (GBytes) rest = NULL;
  guint8 *W = gram_try_alloc (mine, spec.n_sets, 1, "the state of the run", &failure);
  GBytes *made = NULL;

  if (W != NULL && is_first () && check_whole (part, state, &header, &weights, &failure)
      && !(*native = *native && find_parts (part, state, places, sizes)))
    {
      header.n_sections = 0;
      for (int i = 0; i < part->parts; i++)
        {
          places[i] = (const guint8 *) &header;
          sizes[i] = sizeof header;
        }
    }
  if (gram_mpi_world_vote (part->comm, failure, error))
    {
      MPI_Bcast (native, 1, MPI_INT, 0, part->comm);
      for (gint64 s = 0; s < spec.n_sets; s++)
        gram_mpi_move_scatter (part, column_of (part),
                               is_first () ? (const guint8 *) weights + (gsize) s * all : NULL,
                               W + (gsize) s * mine);
      rest = move_rest (part, places, sizes);
      made = gram_state_replace_weights (rest, W, mine * spec.n_sets, &failure);
      if (!gram_mpi_world_vote (part->comm, failure, error))
        g_clear_pointer (&made, g_bytes_unref);
    }
  gram_free (W);
  return made;
}
