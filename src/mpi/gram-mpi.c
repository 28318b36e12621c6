/* gram-mpi.c: the backend of many processes, as a module
 *
 * SPDX-License-Identifier: MIT
 *
 * One device: that of rank 0, which asks the others.
 */
#include <gmodule.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "gram-error.h"
#include "gram-mpi-call.h"
#include "gram-mpi-world.h"
#include "gram-wire-client.h"

static gboolean joined;

static guint
count_devices (void)
{
  return joined ? 1 : 0;
}

static gboolean
describe (guint index, GramDeviceInfo *info, GError **error)
{
  const GramMpiWorld *world = gram_mpi_world_get ();
  const GramDeviceInfo *own;
  gsize length;

  if (!joined)
    return gram_fail (error, GRAM_ERROR_DEVICE, "this process is not one of several");
  own = gram_device_get_info (world->device);
  *info = (GramDeviceInfo){ .memory_total = world->memory_total,
                            .memory_free = world->memory_free,
                            .cores = world->threads * (guint) world->size,
                            .width = gram_device_get_width (world->device) };
  g_snprintf (info->name, sizeof info->name, "%d × %.100s", world->size, own->name);
  g_snprintf (info->details, sizeof info->details,
              "MPI, %d processes of %u threads on %d machines; " GRAM_MPI_ALGEBRA, world->size,
              world->threads, world->nodes);
  length = strlen (info->details);
  if (world->cards > 0 && world->cards < world->size)
    g_snprintf (info->details + length, sizeof info->details - length,
                "; %d of the processes have a card each, the others none: all use processors",
                world->cards);
  return TRUE;
}

static gboolean
carry_call (gpointer carrier, GramWireKind kind, guint32 object, GramWire *request,
            const GramJob *job, GramWire *reply, GError **error)
{
  return gram_mpi_call_do (kind, object, request, job, reply, error);
}

static guint32
new_object (gpointer carrier)
{
  return gram_mpi_call_new_object ();
}

static gboolean
is_torn (gpointer carrier)
{
  return gram_mpi_call_is_torn ();
}

static gpointer
open_device (guint index, const GramDeviceOptions *options, GError **error)
{
  return gram_wire_client_new (&(GramWireClient){ carry_call, new_object, is_torn, NULL });
}

static void
close_device (gpointer device)
{
  gram_wire_client_free (device);
}

static void
leave (void)
{
  gram_mpi_call_end ();
  gram_mpi_world_leave ();
}

/* The others are told when this process ends; who interrupts it interrupts them too, and they are
 * still needed for what it then does. */
static gboolean
serve (const GramBackendVTable *own, const GramDeviceOptions *options, gboolean *served,
       GError **error)
{
  gboolean fits = joined || gram_mpi_world_join (own, options, error);

  *served = gram_mpi_world_get ()->rank > 0;
  if (!fits && *served)
    g_clear_error (error); /* rank 0 says it */
  if (!fits)
    {
      gram_mpi_world_leave ();
      return *served;
    }
  if (joined)
    return TRUE;
  joined = TRUE;
  gram_mpi_call_begin ();
  if (*served)
    {
      const int signals[] = { SIGINT, SIGTERM, SIGHUP };

      for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
        signal (signals[i], SIG_IGN);
      gram_mpi_call_serve ();
      gram_mpi_world_leave ();
    }
  else
    atexit (leave);
  return TRUE;
}

static const GramBackendVTable mpi_vtable = {
  .api_version = GRAM_BACKEND_API_VERSION,
  .name = "mpi",
  .title = "MPI",
  .count_devices = count_devices,
  .describe = describe,
  .open = open_device,
  .close = close_device,
  .serve = serve,
#define SLOT(type, name, ...) .name = gram_wire_client_##name,
#define DEVICE_SLOT(...)
#define LINK_SLOT(...)
#include "gram-backend-slots.h"
};

G_MODULE_EXPORT const GramBackendVTable *gram_backend_module (void);

/**
 * gram_backend_module:
 *
 * Returns: (transfer none): what gram_backend_load_module() registers
 */
G_MODULE_EXPORT const GramBackendVTable *
gram_backend_module (void)
{
  return &mpi_vtable;
}
