/* gram-wire-client.c: systems and trainers that are somewhere else, whatever carries the calls
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-wire-client.h"

#include "gram-wire-samples.h"

#define LOOK (100 * G_TIME_SPAN_MILLISECOND)

/**
 * gram_wire_client_new:
 * @carrier: who carries the calls; its other members are not read
 *
 * Returns: (transfer full): free with gram_wire_client_free() when no call is under way
 */
GramWireClient *
gram_wire_client_new (const GramWireClient *carrier)
{
  GramWireClient *client = g_new0 (GramWireClient, 1);

  client->call = carrier->call;
  client->new_object = carrier->new_object;
  client->is_lost = carrier->is_lost;
  client->carrier = carrier->carrier;
  g_mutex_init (&client->lock);
  g_cond_init (&client->sent);
  return client;
}

void
gram_wire_client_free (GramWireClient *client)
{
  g_mutex_clear (&client->lock);
  g_cond_clear (&client->sent);
  g_free (client);
}

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

/* Waits while images go over, and tells how much has. */
static gboolean
take_turn (GramWireClient *client, const GramJob *job, GError **error)
{
  gboolean cancelled = FALSE;

  g_mutex_lock (&client->lock);
  while (client->sending
         && !(cancelled = g_cancellable_set_error_if_cancelled (job->cancellable, error)))
    {
      double fraction = client->fraction;

      g_mutex_unlock (&client->lock);
      gram_job_progress (job, fraction);
      g_mutex_lock (&client->lock);
      if (client->sending)
        g_cond_wait_until (&client->sent, &client->lock, g_get_monotonic_time () + LOOK);
    }
  if (!cancelled)
    {
      client->sending = TRUE;
      client->fraction = 0;
    }
  g_mutex_unlock (&client->lock);
  return !cancelled;
}

static void
end_turn (GramWireClient *client)
{
  g_mutex_lock (&client->lock);
  client->sending = FALSE;
  g_cond_broadcast (&client->sent);
  g_mutex_unlock (&client->lock);
}

typedef struct
{
  GramWireClient *client;
  const GramJob *job;
} Sending;

static void
on_sent (double fraction, gpointer data)
{
  const Sending *sending = data;

  g_mutex_lock (&sending->client->lock);
  sending->client->fraction = fraction;
  g_mutex_unlock (&sending->client->lock);
  gram_job_progress (sending->job, fraction);
}

static gboolean
send_absent (GramWireClient *client, GBytes *message, guint8 id[GRAM_WIRE_ID], const GramJob *job,
             GError **error)
{
  Sending sending = { client, job };
  const GramJob told = { job->cancellable, on_sent, &sending };
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  gboolean there = FALSE;
  gsize size;
  gconstpointer memory = g_bytes_get_data (message, &size);

  if (!is_there (client, id, job, &there, error) || there)
    return there;
  gram_wire_bytes (&request, (gpointer) memory, size);
  return client->call (client->carrier, GRAM_WIRE_SAMPLES, 0, &request, &told, &reply, error);
}

/**
 * gram_wire_client_send_images:
 * @id: (out): what they are called there
 * @job: (nullable): is told how much of them has gone
 *
 * Sends images that are not there yet, once where several threads want them.
 */
gboolean
gram_wire_client_send_images (GramWireClient *client, const GramSamples *samples,
                              guint8 id[GRAM_WIRE_ID], const GramJob *job, GError **error)
{
  g_autoptr (GBytes) message = gram_wire_samples_encode (samples, error);
  gboolean done;

  if (message == NULL)
    return FALSE;
  gram_wire_samples_name (message, id);
  job = gram_job_or_none (job);
  if (!take_turn (client, job, error))
    return FALSE;
  done = send_absent (client, message, id, job, error);
  end_turn (client);
  return done;
}
