/* gram-wire-client.c: systems and trainers that are somewhere else, whatever carries the calls
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-wire-client.h"

#include "gram-wire-samples.h"

static gboolean
is_there (GramWireClient *client, guint8 id[GRAM_WIRE_ID], const GramJob *job, gboolean *there,
          GError **error)
{
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 here = 0;

  gram_wire_bytes (&request, id, GRAM_WIRE_ID);
  if (!client->call (client->carrier, GRAM_WIRE_HAVE, 0, &request, job, &reply, error))
    return FALSE;
  GRAM_WIRE_VALUE (&reply, here);
  *there = here != 0;
  return gram_wire_end (&reply, error);
}

/**
 * gram_wire_client_send_images:
 * @id: (out): what they are called there
 *
 * Sends images that are not there yet.
 */
gboolean
gram_wire_client_send_images (GramWireClient *client, const GramSamples *samples,
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
  if (!is_there (client, id, job, &there, error) || there)
    return there;
  memory = g_bytes_get_data (message, &size);
  gram_wire_bytes (&request, (gpointer) memory, size);
  return client->call (client->carrier, GRAM_WIRE_SAMPLES, 0, &request, job, &reply, error);
}
