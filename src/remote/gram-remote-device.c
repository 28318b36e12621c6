/* gram-remote-device.c: a device at the other end of a command
 *
 * SPDX-License-Identifier: MIT
 *
 * Analysis and training of one server share a link.
 */
#include "gram-remote-device.h"

#include "gram-error.h"
#include "gram-remote-link.h"
#include "gram-servers.h"

/* Links that devices use, by their addresses */
typedef struct
{
  GramRemoteLink *link;
  char *address;
  guint users;
} Shared;

static GMutex shared_lock; /* held while a link is made: two devices of one server share it */
static GPtrArray *shared;

/* Servers are named, not counted. */
guint
gram_remote_count_devices (void)
{
  return 0;
}

gboolean
gram_remote_describe (guint index, GramDeviceInfo *info, GError **error)
{
  return gram_fail (error, GRAM_ERROR_DEVICE,
                    "name a server: --device remote:HOST, remote:USER@HOST or remote:NAME of "
                    "servers.ini");
}

gpointer
gram_remote_open (guint index, const GramDeviceOptions *options, GError **error)
{
  return NULL; /* describe() has said why */
}

/* With the lock. A link that is lost is left to those that still have it. */
static Shared *
find_shared (const char *address)
{
  for (guint i = 0; shared != NULL && i < shared->len; i++)
    {
      Shared *each = g_ptr_array_index (shared, i);

      if (g_str_equal (each->address, address) && !gram_remote_link_is_lost (each->link))
        return each;
    }
  return NULL;
}

/* @argv: (nullable): what starts it, where it is not there; %NULL: @error says why */
static GramRemoteLink *
take_link (const char *address, const char *const *argv, GError **error)
{
  GramRemoteLink *link = NULL;
  Shared *each;

  g_mutex_lock (&shared_lock);
  each = find_shared (address);
  if (each != NULL)
    {
      each->users++;
      link = each->link;
    }
  else if ((link = gram_remote_link_new (address, argv, error)) != NULL)
    {
      each = g_new0 (Shared, 1);
      *each = (Shared){ link, g_strdup (address), 1 };
      if (shared == NULL)
        shared = g_ptr_array_new ();
      g_ptr_array_add (shared, each);
    }
  g_mutex_unlock (&shared_lock);
  return link;
}

static void
give_link (GramRemoteLink *link)
{
  GramRemoteLink *last = NULL;

  g_mutex_lock (&shared_lock);
  for (guint i = 0; last == NULL && i < shared->len; i++)
    {
      Shared *each = g_ptr_array_index (shared, i);

      if (each->link == link && --each->users == 0)
        {
          last = link;
          g_ptr_array_remove_index_fast (shared, i);
          g_free (each->address);
          g_free (each);
        }
    }
  g_mutex_unlock (&shared_lock);
  gram_remote_link_free (last);
}

/* ---------- devices --------------------------------------------------------------------------- */

static gboolean
carry_call (gpointer carrier, GramWireKind kind, guint32 object, GramWire *request,
            const GramJob *job, GramWire *reply, GError **error)
{
  return gram_remote_link_call (carrier, kind, object, request, job, reply, error);
}

static guint32
new_object (gpointer carrier)
{
  return gram_remote_link_new_object (carrier);
}

static gboolean
is_lost (gpointer carrier)
{
  return gram_remote_link_is_lost (carrier);
}

static gpointer
open_link (const char *address, GStrv command, GramDeviceInfo *info, GError **error)
{
  g_auto (GStrv) argv = command;
  GramRemoteLink *link =
      argv != NULL ? take_link (address, (const char *const *) argv, error) : NULL;

  if (link == NULL)
    return NULL;
  *info = *gram_remote_link_get_info (link);
  return gram_wire_client_new (&(GramWireClient){ carry_call, new_object, is_lost, link });
}

gpointer
gram_remote_open_named (const char *address, const GramDeviceOptions *options, GramDeviceInfo *info,
                        GError **error)
{
  return open_link (address, gram_servers_command (address, error), info, error);
}

gboolean
gram_remote_describe_ranks (guint index, GramDeviceInfo *info, GError **error)
{
  return gram_fail (error, GRAM_ERROR_DEVICE,
                    "say how many processes: --device mpi:4; or start this program by mpirun "
                    "(" GRAM_MPI_ALGEBRA ")");
}

gpointer
gram_remote_open_ranks (const char *address, const GramDeviceOptions *options, GramDeviceInfo *info,
                        GError **error)
{
  g_autofree char *name = g_strconcat ("mpi:", address, NULL);

  return open_link (name, gram_servers_ranks_command (address, options->threads, error), info,
                    error);
}

void
gram_remote_close (gpointer data)
{
  GramWireClient *device = data;

  give_link (device->carrier);
  gram_wire_client_free (device);
}

gboolean
gram_remote_is_lost (gpointer data)
{
  GramWireClient *device = data;

  return is_lost (device->carrier);
}
