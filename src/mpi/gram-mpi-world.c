/* gram-mpi-world.c: the processes that are one device, and how they agree
 *
 * SPDX-License-Identifier: MIT
 *
 * MPI's own failures end all processes, as its default is: the launcher then says which was lost.
 */
#include "gram-mpi-world.h"

#include <sched.h>
#include <string.h>

#include "gram-config.h"
#include "gram-error.h"
#include "gram-wire.h"

#define PIECE ((gsize) 1 << 26) /* bytes of one message */

/* What must be the same in all processes */
typedef struct
{
  guint32 wire, interface, numbers;
  char program[36];
} Release;

static GramMpiWorld world;
static guint votes;

const GramMpiWorld *
gram_mpi_world_get (void)
{
  return &world;
}

/* ---------- agreeing -------------------------------------------------------------------------- */

/**
 * gram_mpi_world_vote:
 * @comm: those that vote
 * @own: (nullable) (transfer full): what went wrong in this process
 *
 * Returns: whether nothing went wrong in any; else %FALSE everywhere, with the error of the lowest
 *   rank that has one
 */
gboolean
gram_mpi_world_vote (MPI_Comm comm, GError *own, GError **error)
{
  g_autoptr (GError) mine = own;
  g_auto (GramWire) wire = { 0 };
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GError) first = NULL;
  g_autofree guint8 *memory = NULL;
  int rank, size, lowest;
  guint64 bytes = 0;

  votes++;
  MPI_Comm_rank (comm, &rank);
  MPI_Comm_size (comm, &size);
  lowest = mine == NULL ? size : rank;
  MPI_Allreduce (MPI_IN_PLACE, &lowest, 1, MPI_INT, MPI_MIN, comm);
  if (lowest == size)
    return TRUE;
  if (lowest == rank)
    gram_wire_error (&wire, &mine);
  bytes = wire.size;
  MPI_Bcast (&bytes, 1, MPI_UINT64_T, lowest, comm);
  memory = g_malloc (bytes);
  if (lowest == rank)
    memcpy (memory, wire.out, bytes);
  MPI_Bcast (memory, (int) bytes, MPI_BYTE, lowest, comm);
  gram_wire_clear (&wire);
  message = g_bytes_new (memory, bytes);
  gram_wire_read (&wire, message);
  gram_wire_error (&wire, &first);
  if (lowest > 0)
    g_prefix_error (&first, "process %d of %d: ", lowest, size);
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/**
 * gram_mpi_world_go_on:
 * @job: rank 0's tells whether it was cancelled
 * @own: (nullable) (transfer full): as for gram_mpi_world_vote(), of all processes
 */
gboolean
gram_mpi_world_go_on (const GramJob *job, GError *own, GError **error)
{
  if (own == NULL)
    g_cancellable_set_error_if_cancelled (job->cancellable, &own);
  return gram_mpi_world_vote (MPI_COMM_WORLD, own, error);
}

/* How many this process has taken part in: whether one was reached in between */
guint
gram_mpi_world_votes (void)
{
  return votes;
}

/* From rank 0 to all */
void
gram_mpi_world_broadcast (gpointer memory, gsize bytes)
{
  for (gsize at = 0; at < bytes; at += PIECE)
    MPI_Bcast ((guint8 *) memory + at, (int) MIN (PIECE, bytes - at), MPI_BYTE, 0, MPI_COMM_WORLD);
}

void
gram_mpi_world_send (gconstpointer memory, gsize bytes, int rank)
{
  for (gsize at = 0; at < bytes; at += PIECE)
    MPI_Send ((const guint8 *) memory + at, (int) MIN (PIECE, bytes - at), MPI_BYTE, rank, 0,
              MPI_COMM_WORLD);
}

void
gram_mpi_world_receive (gpointer memory, gsize bytes, int rank)
{
  for (gsize at = 0; at < bytes; at += PIECE)
    MPI_Recv ((guint8 *) memory + at, (int) MIN (PIECE, bytes - at), MPI_BYTE, rank, 0,
              MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* ---------- joining --------------------------------------------------------------------------- */

/* Sums that are made of different numbers would be wrong without a sign. */
static gboolean
check_releases (const GramBackendVTable *own, GError **error)
{
  Release mine = { GRAM_WIRE_VERSION, own->api_version, GRAM_NETWORK_NUMBERS, GRAM_VERSION };
  g_autofree Release *all = g_new0 (Release, world.size);

  MPI_Allgather (&mine, sizeof mine, MPI_BYTE, all, sizeof mine, MPI_BYTE, MPI_COMM_WORLD);
  for (int i = 1; i < world.size; i++)
    if (memcmp (&all[i], &all[0], sizeof mine) != 0)
      return gram_fail (error, GRAM_ERROR_DEVICE,
                        "process %d has Gramscope %s (interface %u), process 0 has %s (interface "
                        "%u); install the same release on all machines",
                        i, all[i].program, all[i].interface, all[0].program, all[0].interface);
  return TRUE;
}

/* Those of this rank's processors that are its share, where others may use the same */
static guint
share_of_processors (MPI_Comm node)
{
  cpu_set_t mine;
  g_autofree cpu_set_t *all = NULL;
  int size, same = 0;

  MPI_Comm_size (node, &size);
  CPU_ZERO (&mine);
  if (sched_getaffinity (0, sizeof mine, &mine) != 0)
    return 1;
  all = g_new0 (cpu_set_t, size);
  MPI_Allgather (&mine, sizeof mine, MPI_BYTE, all, sizeof mine, MPI_BYTE, node);
  for (int i = 0; i < size; i++)
    same += CPU_EQUAL (&all[i], &mine);
  return (guint) MAX (CPU_COUNT (&mine) / same, 1);
}

/* The card of this number on this process's machine, where there is one */
static GramDevice *
open_card (int number)
{
  g_autofree char *name = g_strdup_printf ("cuda:%d", number);
  const GramDeviceOptions options = { .threads = world.threads };
  const GramBackendVTable *cuda =
      gram_backend_find_module ("cuda", NULL) ? gram_backend_lookup ("cuda") : NULL;

  return cuda != NULL && (guint) number < cuda->count_devices ()
             ? gram_device_open (name, &options, NULL)
             : NULL;
}

/* A card for each process, or none for any: all do a step in the same formulation and precision.
 * @number: of this process on its machine */
static gboolean
open_device (const GramBackendVTable *own, int number, GError **error)
{
  const GramDeviceOptions options = { .threads = world.threads };
  GramDevice *card = open_card (number);
  int here = card != NULL, everywhere;

  MPI_Allreduce (&here, &everywhere, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  MPI_Allreduce (&here, &world.cards, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (everywhere)
    world.device = card;
  else
    {
      g_clear_pointer (&card, gram_device_unref);
      world.device = gram_device_open (own->name, &options, error);
    }
  return world.device != NULL;
}

static void
count_memory (int number)
{
  const GramDeviceInfo *info = gram_device_get_info (world.device);
  gboolean first = number == 0, counts = first || world.cards == world.size;
  guint64 sums[3] = { counts ? info->memory_total : 0, counts ? info->memory_free : 0, first };

  MPI_Allreduce (MPI_IN_PLACE, sums, 3, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  world.memory_total = sums[0];
  world.memory_free = sums[1];
  world.nodes = (int) sums[2];
}

/**
 * gram_mpi_world_join:
 * @own: what computes in this process
 *
 * Returns: %FALSE in every process, with GRAM_ERROR_DEVICE, where they do not fit together
 */
gboolean
gram_mpi_world_join (const GramBackendVTable *own, const GramDeviceOptions *options, GError **error)
{
  GError *failure = NULL;
  MPI_Comm node;
  int given, number;

  if (MPI_Init_thread (NULL, NULL, MPI_THREAD_SERIALIZED, &given) != MPI_SUCCESS)
    return gram_fail (error, GRAM_ERROR_DEVICE, "MPI does not start");
  MPI_Comm_rank (MPI_COMM_WORLD, &world.rank);
  MPI_Comm_size (MPI_COMM_WORLD, &world.size);
  MPI_Comm_split_type (MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_rank (node, &number);
  MPI_Comm_size (node, &world.on_node);
  world.threads = options->threads > 0 ? options->threads : share_of_processors (node);
  MPI_Comm_free (&node);
  if (!check_releases (own, error))
    return FALSE;
  if (given < MPI_THREAD_SERIALIZED)
    gram_fail (&failure, GRAM_ERROR_DEVICE, "this MPI cannot be called from several threads");
  else if (gram_backend_register (own, &failure))
    open_device (own, number, &failure);
  if (!gram_mpi_world_vote (MPI_COMM_WORLD, failure, error))
    return FALSE;
  count_memory (number);
  return TRUE;
}

void
gram_mpi_world_leave (void)
{
  g_clear_pointer (&world.device, gram_device_unref);
  MPI_Finalize ();
}
