/* gram-remote-device.c: a device at the other end of a command
 *
 * SPDX-License-Identifier: MIT
 *
 * Analysis and training of one server share a link.
 */
#include "gram-remote-device.h"

#include <string.h>

#include "gram-error.h"
#include "gram-servers.h"
#include "gram-wire-samples.h"

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
  GramDeviceInfo info;

  gram_remote_describe (index, &info, error);
  return NULL;
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

static GramRemoteLink *
take_link (const char *address, GError **error)
{
  g_auto (GStrv) argv = NULL;
  GramRemoteLink *link = NULL;
  Shared *each;

  g_mutex_lock (&shared_lock);
  each = find_shared (address);
  if (each != NULL)
    {
      each->users++;
      link = each->link;
    }
  else if ((argv = gram_servers_command (address, error)) != NULL
           && (link = gram_remote_link_new (address, (const char *const *) argv, error)) != NULL)
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

gpointer
gram_remote_open_named (const char *address, const GramDeviceOptions *options, GramDeviceInfo *info,
                        GError **error)
{
  GramRemoteLink *link = take_link (address, error);
  GramRemoteDevice *device;

  if (link == NULL)
    return NULL;
  *info = *gram_remote_link_get_info (link);
  device = g_new0 (GramRemoteDevice, 1);
  device->link = link;
  return device;
}

void
gram_remote_close (gpointer data)
{
  GramRemoteDevice *device = data;

  give_link (device->link);
  g_free (device);
}

gboolean
gram_remote_is_lost (gpointer data)
{
  GramRemoteDevice *device = data;

  return gram_remote_link_is_lost (device->link);
}

static gboolean
is_there (GramRemoteDevice *device, guint8 id[GRAM_WIRE_ID], const GramJob *job, gboolean *there,
          GError **error)
{
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 here = 0;

  gram_wire_bytes (&request, id, GRAM_WIRE_ID);
  if (!gram_remote_link_call (device->link, GRAM_WIRE_HAVE, 0, &request, job, &reply, error))
    return FALSE;
  GRAM_WIRE_VALUE (&reply, here);
  *there = here != 0;
  return gram_wire_end (&reply, error);
}

/**
 * gram_remote_device_send_images:
 * @id: (out): what they are called there
 *
 * Sends images that are not there yet.
 */
gboolean
gram_remote_device_send_images (GramRemoteDevice *device, const GramSamples *samples,
                                guint8 id[GRAM_WIRE_ID], const GramJob *job, GError **error)
{
  g_autoptr (GBytes) message = gram_wire_samples_encode (samples, error);
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  gboolean there = FALSE;
  gsize size;
  gconstpointer memory;

  if (message == NULL)
    return FALSE;
  gram_wire_samples_name (message, id);
  if (!is_there (device, id, job, &there, error) || there)
    return there;
  memory = g_bytes_get_data (message, &size);
  gram_wire_bytes (&request, (gpointer) memory, size);
  return gram_remote_link_call (device->link, GRAM_WIRE_SAMPLES, 0, &request, job, &reply, error);
}
