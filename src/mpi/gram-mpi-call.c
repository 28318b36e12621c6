/* gram-mpi-call.c: calls that all processes do together
 *
 * SPDX-License-Identifier: MIT
 *
 * Rank 0 broadcasts a call as it would go over a stream; every process does its part, they vote on
 * whether all could, and their replies are combined. Calls on systems stay in rank 0, whose matrix
 * it is, unless it is so large that all have a part. One call of all is under way at a time, so
 * that they come in the same order everywhere.
 */
#include "gram-mpi-call.h"

#include <string.h>

#include "gram-error.h"
#include "gram-mpi-combine.h"
#include "gram-mpi-state.h"
#ifdef GRAM_HAVE_SCALAPACK
#include "gram-mpi-system.h"
#endif
#include "gram-state.h"

#define END GRAM_WIRE_HELLO /* no call: rank 0 has nothing more to ask */
#define INLINE 208
#define WATCHES (2 * G_TIME_SPAN_MILLISECOND) /* for a call, before it sleeps between looks */
#define NAP 500                               /* µs */
#define DOWNLOAD_MOST                                                           \
  ((gint64) 1 << 28) /* entries, 2 GiB, of an H∞ that lies over all processes \
                      */

typedef struct
{
  guint32 kind, object;
  guint64 length; /* of the request */
  gint32 native;  /* RESTORE: whether each part is to have its own state */
  guint32 reserved;
  guint8 start[INLINE]; /* of the request, which often is no longer */
} Header;

static GMutex lock; /* of MPI and of what all processes do together */
static GMutex parts_lock;
static GHashTable *parts; /* of object → GramMpiPart */
static GramWireHost host;
static GramDevice *divided; /* (nullable) what makes an H∞ of which all have a part */
static gint64 divided_from; /* images */
static guint32 objects;
static gboolean torn; /* a step broke off: what is here belongs to no k */

/* ---------- parts ----------------------------------------------------------------------------- */

static GramMpiPart *
find_part (guint32 object)
{
  GramMpiPart *part;

  g_mutex_lock (&parts_lock);
  part = g_hash_table_lookup (parts, GUINT_TO_POINTER (object));
  if (part == NULL)
    {
      part = g_new0 (GramMpiPart, 1);
      part->object.host = &host;
      g_hash_table_insert (parts, GUINT_TO_POINTER (object), part);
    }
  g_mutex_unlock (&parts_lock);
  return part;
}

/* A trainer's: at the same time in all processes */
static void
free_part (guint32 object)
{
  gpointer part;

  g_mutex_lock (&parts_lock);
  g_hash_table_steal_extended (parts, GUINT_TO_POINTER (object), NULL, &part);
  g_mutex_unlock (&parts_lock);
  gram_mpi_part_free (part);
}

/* ---------- what a process does --------------------------------------------------------------- */

static gboolean
perform (GramMpiPart *part, guint kind, guint32 object, GBytes *request, const GramJob *job,
         GramWire *reply, GError **error)
{
  GramWireCall call = { .object = &part->object,
                        .number = object,
                        .kind = (guint16) kind,
                        .payload = request,
                        .job = *job };
  gboolean done = gram_wire_calls_do (&call, error);

  if (done)
    *reply = call.out;
  else
    gram_wire_clear (&call.out);
  return done;
}

/* How many sums the others make in it */
static gint64
sums_of (guint kind, GBytes *request)
{
  g_auto (GramWire) wire = { 0 };
  gint64 count = 0;

  if (kind == GRAM_WIRE_TRAINER_NEW || kind == GRAM_WIRE_RESTORE)
    return 1;
  if (kind != GRAM_WIRE_STEP)
    return 0;
  gram_wire_read (&wire, request);
  GRAM_WIRE_VALUE (&wire, count);
  return count;
}

/* In a process that has neurons. Steps end in all after the same sum; other calls end here, and the
 * others learn of it by the sum that is missing. */
static GError *
perform_part (GramMpiPart *part, const Header *header, GBytes *request, const GramJob *job,
              GramWire *reply)
{
  g_autoptr (GError) error = NULL;
  gboolean steps = header->kind == GRAM_WIRE_STEP, done;
  GramJob ours = *job;

  gram_mpi_part_start_call (part, steps ? job->cancellable : NULL);
  if (steps)
    ours.cancellable = part->ours;
  done = perform (part, header->kind, header->object, request, &ours, reply, &error);
  gram_mpi_part_end_call (part, done, sums_of (header->kind, request));
  return part->poisoned ? NULL : g_steal_pointer (&error);
}

/* Whether all parts run the same formulation after a state was restored: the plan is what a reply
 * begins with. */
static gboolean
is_alike (GramMpiPart *part, GramWire *reply)
{
  g_autoptr (GBytes) message = g_bytes_new (reply->out, reply->size);
  g_auto (GramWire) wire = { 0 };
  GramTrainerPlan plan = { 0 };
  int both[2];

  gram_wire_read (&wire, message);
  gram_wire_plan (&wire, &plan);
  both[0] = (int) plan.formulation;
  both[1] = -both[0];
  MPI_Allreduce (MPI_IN_PLACE, both, 2, MPI_INT, MPI_MAX, part->comm);
  return both[0] == -both[1];
}

/* Each part goes on from its own state where there is one for as many processes, else all from W.
 */
static gboolean
restore (GramMpiPart *part, const Header *header, GBytes *state, const GramJob *job,
         GramWire *reply, GError **error)
{
  gboolean native = TRUE;

  for (int attempt = 0; attempt < 2; attempt++, native = FALSE)
    {
      g_autoptr (GBytes) mine = gram_mpi_state_scatter (part, state, &native, error);

      gram_wire_clear (reply);
      *reply = (GramWire){ 0 };
      if (mine == NULL
          || !gram_mpi_world_vote (part->comm, perform_part (part, header, mine, job, reply),
                                   error))
        return FALSE;
      if (!native || is_alike (part, reply))
        break;
    }
  return TRUE;
}

/* With the others that have neurons */
static gboolean
do_part (GramMpiPart *part, const Header *header, GBytes *request, const GramJob *job,
         GramWire *reply, GError **error)
{
  if (header->kind == GRAM_WIRE_RESTORE)
    return restore (part, header, request, job, reply, error);
  return gram_mpi_world_vote (part->comm, perform_part (part, header, request, job, reply), error)
         && gram_mpi_combine (part, header->kind, request, reply, error);
}

/* What is asked of a device is the same in all: images are there when all have them. */
static gboolean
do_device (const Header *header, GBytes *request, const GramJob *job, GramWire *reply,
           GError **error)
{
  GError *failure = NULL;
  guint32 *here;

  perform (find_part (0), header->kind, 0, request, job, reply, &failure);
  if (!gram_mpi_world_vote (MPI_COMM_WORLD, failure, error))
    return FALSE;
  if (header->kind != GRAM_WIRE_HAVE)
    return TRUE;
  here = (guint32 *) reply->out;
  MPI_Allreduce (MPI_IN_PLACE, here, 1, MPI_UINT32_T, MPI_MIN, MPI_COMM_WORLD);
  return TRUE;
}

static gboolean
make_trainer (GramMpiPart *part, const Header *header, GBytes *request, const GramJob *job,
              GramWire *reply, GError **error)
{
  GramTrainerSpec spec;
  gint64 count;

  if (!gram_mpi_part_read (request, &spec, &count, error))
    return FALSE;
  gram_mpi_part_begin (part, &spec, count);
  host.part_data = part;
  return !gram_mpi_part_is_here (part) || do_part (part, header, request, job, reply, error);
}

static GramDevice *
choose_device (gint64 n)
{
  return divided != NULL && n >= divided_from ? divided : gram_mpi_world_get ()->device;
}

static gboolean
concerns_system (guint kind)
{
  return kind >= GRAM_WIRE_SYSTEM_PLAN && kind <= GRAM_WIRE_DOWNLOAD
         && kind != GRAM_WIRE_TRAINER_NEW && kind != GRAM_WIRE_FREE;
}

/* Of an H∞ that lies over all processes. One that fails before the others vote for the first time
 * joins them in that. */
static gboolean
do_system (GramMpiPart *part, const Header *header, GBytes *request, const GramJob *job,
           GramWire *reply, GError **error)
{
  GError *failure = NULL;
  guint votes = gram_mpi_world_votes ();

  part->divided |= header->kind == GRAM_WIRE_SYSTEM_NEW;
  if (!perform (part, header->kind, header->object, request, job, reply, &failure)
      && gram_mpi_world_votes () == votes)
    gram_mpi_world_vote (MPI_COMM_WORLD, g_error_copy (failure), NULL);
  return gram_mpi_world_vote (MPI_COMM_WORLD, failure, error);
}

/* In all processes: @request: (nullable): in rank 0 alone where it is a state */
static gboolean
do_together (const Header *header, GBytes *request, const GramJob *job, GramWire *reply,
             GError **error)
{
  GramMpiPart *part = find_part (header->object);

  if (concerns_system (header->kind))
    return do_system (part, header, request, job, reply, error);
  if (header->object == 0)
    return do_device (header, request, job, reply, error);
  switch (header->kind)
    {
    case GRAM_WIRE_TRAINER_NEW:
      return make_trainer (part, header, request, job, reply, error);
    case GRAM_WIRE_FREE:
      free_part (header->object);
      return TRUE;
    default:
      return !gram_mpi_part_is_here (part) || do_part (part, header, request, job, reply, error);
    }
}

/* ---------- the other processes --------------------------------------------------------------- */

/* Who waits for a person to do something shall not keep a processor busy. */
static void
await_header (Header *header)
{
  gint64 start = g_get_monotonic_time ();
  MPI_Request request;
  int came = 0;

  MPI_Ibcast (header, sizeof *header, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
  while (MPI_Test (&request, &came, MPI_STATUS_IGNORE) == MPI_SUCCESS && !came)
    if (g_get_monotonic_time () - start > WATCHES)
      g_usleep (NAP);
}

static GBytes *
receive_request (const Header *header)
{
  guint8 *memory;

  if (header->length <= INLINE)
    return g_bytes_new (header->start, header->length);
  memory = g_malloc (header->length);
  gram_mpi_world_broadcast (memory, header->length);
  return g_bytes_new_take (memory, header->length);
}

/**
 * gram_mpi_call_serve:
 *
 * In ranks above 0: does what rank 0 asks until it ends.
 */
void
gram_mpi_call_serve (void)
{
  const GramJob none = { 0 };

  while (TRUE)
    {
      Header header;
      g_autoptr (GBytes) request = NULL;
      g_auto (GramWire) reply = { 0 };
      g_autoptr (GError) error = NULL;

      await_header (&header);
      if (header.kind == END)
        return;
      if (header.kind != GRAM_WIRE_RESTORE)
        request = receive_request (&header);
      do_together (&header, request, &none, &reply, &error);
    }
}

/* ---------- rank 0 ---------------------------------------------------------------------------- */

static void
send_header (Header *header)
{
  MPI_Request request;

  MPI_Ibcast (header, sizeof *header, MPI_BYTE, 0, MPI_COMM_WORLD, &request);
  MPI_Wait (&request, MPI_STATUS_IGNORE);
}

/* With the lock: a call of all processes */
static gboolean
ask_all (guint kind, guint32 object, GBytes *request, const GramJob *job, GramWire *reply,
         GError **error)
{
  Header header = { .kind = kind, .object = object };
  gsize size;
  gconstpointer memory = g_bytes_get_data (request, &size);

  header.length = size;
  if (size > 0)
    memcpy (header.start, memory, MIN (size, INLINE));
  send_header (&header);
  if (size > INLINE && kind != GRAM_WIRE_RESTORE)
    gram_mpi_world_broadcast ((gpointer) memory, size);
  return do_together (&header, request, job, reply, error);
}

/* Whether it concerns a matrix that is rank 0's alone, or nothing that the others have */
static gboolean
stays_here (guint kind, guint32 object, GBytes *request)
{
  if (kind == GRAM_WIRE_FREE)
    return find_part (object)->parts == 0 && !find_part (object)->divided;
  if (kind == GRAM_WIRE_SYSTEM_PLAN || kind == GRAM_WIRE_SYSTEM_NEW)
    return choose_device (gram_wire_calls_images (&host, kind, request)) != divided;
  if (concerns_system (kind))
    return !find_part (object)->divided;
  return kind == GRAM_WIRE_PING || kind == GRAM_WIRE_PLAN;
}

/* What all parts together take, and which ranks have none */
static void
finish_plan (const GramTrainerSpec *spec, GramTrainerPlan *plan)
{
  int ranks = gram_mpi_part_ranks (spec), idle = gram_mpi_world_get ()->size - ranks;
  g_autofree char *first = g_strdup (plan->why);

  plan->bytes *= (guint64) ranks;
  plan->flops_per_step *= ranks;
  if (idle > 0)
    g_snprintf (plan->why, sizeof plan->why, "%d of %d processes have no neurons; %.100s", idle,
                gram_mpi_world_get ()->size, first);
}

/* Rank 0 has as many neurons as any: what it plans holds for all. */
static gboolean
make_plan (GBytes *request, GramTrainerPlan *plan, GramTrainerSpec *spec, GError **error)
{
  const GramJob none = { 0 };
  g_auto (GramWire) reply = { 0 }, wire = { 0 };
  g_autoptr (GBytes) message = NULL;
  gint64 count;

  if (!gram_mpi_part_read (request, spec, &count, error)
      || !perform (find_part (0), GRAM_WIRE_PLAN, 0, request, &none, &reply, error)
      || (message = gram_wire_take (&reply, error)) == NULL)
    return FALSE;
  gram_wire_read (&wire, message);
  gram_wire_plan (&wire, plan);
  return gram_wire_end (&wire, error);
}

static gboolean
reply_plan (GBytes *request, GramWire *reply, GError **error)
{
  GramTrainerPlan plan = { 0 };
  GramTrainerSpec spec;

  if (!make_plan (request, &plan, &spec, error))
    return FALSE;
  finish_plan (&spec, &plan);
  gram_wire_plan (reply, &plan);
  return TRUE;
}

/* The request of a trainer, with the formulation and precision that all take */
static GBytes *
settle_request (GBytes *request, GError **error)
{
  g_auto (GramWire) in = { 0 }, out = { 0 };
  GramTrainerPlan plan = { 0 };
  GramTrainerSpec spec = { 0 };
  guint8 id[2][GRAM_WIRE_ID];
  gsize left;

  if (!make_plan (request, &plan, &spec, error))
    return NULL;
  gram_wire_read (&in, request);
  gram_wire_spec (&in, &spec, id[0], id[1]);
  spec.formulation = plan.formulation;
  spec.precision = plan.precision;
  gram_wire_spec (&out, &spec, id[0], id[1]);
  left = gram_wire_left (&in);
  if (gram_wire_extend (&out, left))
    gram_wire_bytes (&in, out.out + out.size - left, left);
  return gram_wire_take (&out, error);
}

static gboolean
do_here (guint kind, guint32 object, GBytes *request, const GramJob *job, GramWire *reply,
         GError **error)
{
  if (kind == GRAM_WIRE_PLAN)
    return reply_plan (request, reply, error);
  if (kind != GRAM_WIRE_FREE)
    return perform (find_part (object), kind, object, request, job, reply, error);
  free_part (object);
  return TRUE;
}

/* It would be whole in every process. */
static gboolean
may_download (gint64 n, GError **error)
{
  return n * n <= DOWNLOAD_MOST
         || gram_fail (error, GRAM_ERROR_MEMORY,
                       "H∞ of %" G_GINT64_FORMAT " images lies over %d processes and is more than "
                       "the 2 GiB that one may be sent",
                       n, gram_mpi_world_get ()->size);
}

/* With the lock */
static gboolean
do_all (guint kind, guint32 object, GBytes *request, const GramJob *job, GramWire *reply,
        GError **error)
{
  g_autoptr (GBytes) settled = NULL;
  g_autoptr (GError) failure = NULL;

  if (kind == GRAM_WIRE_DOWNLOAD && !may_download (find_part (object)->object.n, error))
    return FALSE;
  if (kind == GRAM_WIRE_TRAINER_NEW)
    settled = settle_request (request, error);
  else if (kind == GRAM_WIRE_RESTORE)
    settled = gram_state_align (request, error);
  else
    settled = g_bytes_ref (request);
  if (settled == NULL)
    return FALSE;
  if (ask_all (kind, object, settled, job, reply, &failure))
    return TRUE;
  torn |= kind == GRAM_WIRE_STEP && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_propagate_error (error, g_steal_pointer (&failure));
  if (kind == GRAM_WIRE_STEP)
    gram_wire_calls_status (&find_part (object)->object, reply);
  return FALSE;
}

/**
 * gram_mpi_call_do:
 *
 * In rank 0: as GramWireClient's call.
 */
gboolean
gram_mpi_call_do (GramWireKind kind, guint32 object, GramWire *request, const GramJob *job,
                  GramWire *reply, GError **error)
{
  g_autoptr (GBytes) payload =
      request != NULL ? gram_wire_take (request, error) : g_bytes_new (NULL, 0);
  g_autoptr (GBytes) message = NULL;
  g_auto (GramWire) written = { 0 };
  gboolean done;

  *reply = (GramWire){ 0 };
  job = gram_job_or_none (job);
  if (payload == NULL
      || (kind != GRAM_WIRE_FREE && g_cancellable_set_error_if_cancelled (job->cancellable, error)))
    return FALSE;
  if (stays_here (kind, object, payload))
    done = do_here (kind, object, payload, job, &written, error);
  else
    {
      g_mutex_lock (&lock);
      done = do_all (kind, object, payload, job, &written, error);
      g_mutex_unlock (&lock);
    }
  message = gram_wire_take (&written, done ? error : NULL);
  if (message == NULL)
    return FALSE;
  gram_wire_read (reply, message);
  return done;
}

/* ---------- beginning and ending -------------------------------------------------------------- */

guint32
gram_mpi_call_new_object (void)
{
  return (guint32) g_atomic_int_add (&objects, 1) + 1;
}

/* Whether a step broke off in some process */
gboolean
gram_mpi_call_is_torn (void)
{
  return torn;
}

/* In all processes at the same time. Without a library of divided matrices rank 0 has all of them,
 * whatever their size. */
void
gram_mpi_call_begin (void)
{
#ifdef GRAM_HAVE_SCALAPACK
  divided = gram_mpi_system_open (&divided_from, NULL);
#endif
  gram_wire_calls_init (&host, gram_mpi_world_get ()->device);
  host.part = gram_mpi_part_choose;
  host.systems = choose_device;
  parts = g_hash_table_new (NULL, NULL);
}

/* In rank 0: the others have nothing more to do. */
void
gram_mpi_call_end (void)
{
  Header header = { .kind = END };

  g_mutex_lock (&lock);
  send_header (&header);
  g_mutex_unlock (&lock);
}
