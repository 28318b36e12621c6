/* gram-wire-server.c: a device for who is at the other end of a stream
 *
 * SPDX-License-Identifier: MIT
 *
 * One thread reads. Each system and each trainer has a lane, a thread in which its calls are done
 * one after the other, so that an analysis and a training go on side by side.
 */
#include "gram-wire-server.h"

#include <string.h>

#include "gram-config.h"
#include "gram-error.h"
#include "gram-frame.h"
#include "gram-wire-calls.h"

#define LONGEST                                                                         \
  ((gsize) 1 << 36) /* bytes of a message: twenty label sets at n = m = 10⁴ are 2³³ \
                     */
#define LANES_MOST 64
#define PROGRESS_PAUSE (50 * G_TIME_SPAN_MILLISECOND)
#define ALIVE_PAUSE (2 * G_TIME_SPAN_SECOND)

typedef struct
{
  GramWireHost host;
  GramFrameWriter *writer;
  GMutex lock;       /* of the rest */
  GCond change;      /* over */
  GHashTable *lanes; /* of object → Lane; only the reader's */
  GHashTable *jobs;  /* of call → GCancellable */
  gboolean over;
} Server;

typedef struct
{
  Server *server;
  GThreadPool *pool; /* of one thread */
  GramWireObject object;
} Lane;

typedef struct
{
  Lane *lane;
  GramMessage message;
  GCancellable *cancellable;
  GramWireCall call;
  gint64 told; /* when progress was last reported */
} Request;

static void
send_message (Server *server, guint32 call, GramWireKind kind, GBytes *payload)
{
  const GramMessage message = { call, 0, (guint16) kind, payload };

  /* Who does not listen has gone, which the reader sees. */
  gram_frame_writer_send (server->writer, &message, NULL, NULL);
}

static void
on_progress (double fraction, gpointer data)
{
  Request *request = data;
  g_autoptr (GBytes) payload = NULL;
  gint64 now = g_get_monotonic_time ();

  if (now - request->told < PROGRESS_PAUSE)
    return;
  request->told = now;
  payload = g_bytes_new (&fraction, sizeof fraction);
  send_message (request->lane->server, request->message.call, GRAM_WIRE_PROGRESS, payload);
}

static void
answer (Request *request, GError *failure)
{
  Server *server = request->lane->server;
  g_autoptr (GError) error = failure;
  g_autoptr (GBytes) payload = NULL;

  if (error == NULL)
    payload = gram_wire_take (&request->call.out, &error);
  if (payload == NULL)
    {
      g_auto (GramWire) wire = { 0 };

      gram_wire_error (&wire, &error);
      if (request->message.kind == GRAM_WIRE_STEP && request->lane->object.trainer != NULL)
        gram_wire_calls_status (&request->lane->object, &wire);
      payload = gram_wire_take (&wire, NULL);
      send_message (server, request->message.call, GRAM_WIRE_FAIL, payload);
    }
  else
    send_message (server, request->message.call, GRAM_WIRE_REPLY, payload);
}

/* In the thread of the lane */
static void
do_request (gpointer data, gpointer user_data)
{
  Request *request = data;
  Server *server = request->lane->server;
  GError *error = NULL;

  request->call = (GramWireCall){ .object = &request->lane->object,
                                  .number = request->message.object,
                                  .kind = request->message.kind,
                                  .payload = request->message.payload,
                                  .job = { request->cancellable, on_progress, request } };
  if (!g_cancellable_set_error_if_cancelled (request->cancellable, &error))
    gram_wire_calls_do (&request->call, &error);
  g_mutex_lock (&server->lock);
  g_hash_table_remove (server->jobs, GUINT_TO_POINTER (request->message.call));
  g_mutex_unlock (&server->lock);
  answer (request, error);
  gram_wire_clear (&request->call.out);
  gram_frame_message_clear (&request->message);
  g_object_unref (request->cancellable);
  g_free (request);
}

static void
lane_free (gpointer data)
{
  Lane *lane = data;

  g_thread_pool_free (lane->pool, FALSE, TRUE);
  gram_wire_calls_clear (&lane->object);
  g_free (lane);
}

static Lane *
find_lane (Server *server, guint32 object, GError **error)
{
  Lane *lane = g_hash_table_lookup (server->lanes, GUINT_TO_POINTER (object));

  if (lane != NULL)
    return lane;
  if (g_hash_table_size (server->lanes) >= LANES_MOST)
    {
      gram_fail (error, GRAM_ERROR_DEVICE, "too many systems and trainers at once");
      return NULL;
    }
  lane = g_new0 (Lane, 1);
  lane->server = server;
  lane->object.host = &server->host;
  lane->pool = g_thread_pool_new (do_request, NULL, 1, FALSE, NULL);
  g_hash_table_insert (server->lanes, GUINT_TO_POINTER (object), lane);
  return lane;
}

static void
cancel_call (Server *server, guint32 call)
{
  GCancellable *cancellable;

  g_mutex_lock (&server->lock);
  cancellable = g_hash_table_lookup (server->jobs, GUINT_TO_POINTER (call));
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_mutex_unlock (&server->lock);
}

/* Takes over @message. */
static gboolean
take_message (Server *server, GramMessage *message, GError **error)
{
  Request *request;
  Lane *lane;

  if (message->kind == GRAM_WIRE_CANCEL || message->kind == GRAM_WIRE_ALIVE)
    {
      if (message->kind == GRAM_WIRE_CANCEL)
        cancel_call (server, message->call);
      gram_frame_message_clear (message);
      return TRUE;
    }
  lane = gram_wire_calls_know (message->kind) ? find_lane (server, message->object, error) : NULL;
  if (lane == NULL)
    {
      gram_frame_message_clear (message);
      return error != NULL && *error != NULL
                 ? FALSE
                 : gram_fail (error, GRAM_ERROR_DEVICE, "the stream has an unknown message");
    }
  request = g_new0 (Request, 1);
  request->lane = lane;
  request->message = *message;
  request->cancellable = g_cancellable_new ();
  g_mutex_lock (&server->lock);
  g_hash_table_replace (server->jobs, GUINT_TO_POINTER (message->call),
                        g_object_ref (request->cancellable));
  g_mutex_unlock (&server->lock);
  g_thread_pool_push (lane->pool, request, NULL);
  /* what it was is gone when its thread has come to this */
  if (message->kind == GRAM_WIRE_FREE)
    g_hash_table_remove (server->lanes, GUINT_TO_POINTER (message->object));
  return TRUE;
}

/* ---------- a connection ---------------------------------------------------------------------- */

static gboolean
say_hello (Server *server, const GError *absent, GError **error)
{
  GramWireHello hello = { .wire = GRAM_WIRE_VERSION,
                          .interface = GRAM_BACKEND_API_VERSION,
                          .numbers = GRAM_NETWORK_NUMBERS,
                          .program = GRAM_VERSION };
  g_auto (GramWire) wire = { 0 };
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) copy = absent != NULL ? g_error_copy (absent) : NULL;
  GramMessage message = { .kind = absent != NULL ? GRAM_WIRE_FAIL : GRAM_WIRE_HELLO };

  if (absent == NULL)
    {
      hello.info = *gram_device_get_info (server->host.device);
      hello.info.width = gram_device_get_width (server->host.device);
      gram_wire_hello (&wire, &hello);
    }
  else
    gram_wire_error (&wire, &copy);
  payload = gram_wire_take (&wire, error);
  message.payload = payload;
  return payload != NULL && gram_frame_writer_greet (server->writer, error)
         && gram_frame_writer_send (server->writer, &message, NULL, error);
}

/* Who waits for a long call knows by this that it goes on. */
static gpointer
keep_alive (gpointer data)
{
  Server *server = data;

  g_mutex_lock (&server->lock);
  while (!server->over)
    if (!g_cond_wait_until (&server->change, &server->lock, g_get_monotonic_time () + ALIVE_PAUSE))
      {
        g_mutex_unlock (&server->lock);
        send_message (server, 0, GRAM_WIRE_ALIVE, NULL);
        g_mutex_lock (&server->lock);
      }
  g_mutex_unlock (&server->lock);
  return NULL;
}

static void
cancel_all (Server *server)
{
  GHashTableIter iter;
  gpointer cancellable;

  g_mutex_lock (&server->lock);
  g_hash_table_iter_init (&iter, server->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
  server->over = TRUE;
  g_cond_broadcast (&server->change);
  g_mutex_unlock (&server->lock);
}

static void
serve (Server *server, GramFrameReader *reader, GError **error)
{
  GThread *alive = g_thread_new ("alive", keep_alive, server);
  GramMessage message = { 0 };

  while (gram_frame_reader_next (reader, &message, NULL, error)
         && take_message (server, &message, error))
    ;
  cancel_all (server);
  g_thread_join (alive);
}

/**
 * gram_wire_server_run:
 * @device: (nullable): what is offered
 * @absent: (nullable): why there is none, which the other end is told
 *
 * Serves until @in ends or is no stream of messages. Then all calls are cancelled, and all that was
 * made is freed.
 *
 * Returns: %FALSE with GRAM_ERROR_DEVICE where nobody greeted
 */
gboolean
gram_wire_server_run (GInputStream *in, GOutputStream *out, GramDevice *device,
                      const GError *absent, GError **error)
{
  g_autoptr (GramFrameReader) reader = gram_frame_reader_new (in, LONGEST);
  g_autoptr (GramFrameWriter) writer = gram_frame_writer_new (out, NULL);
  Server server = { .writer = writer };
  gboolean greeted;

  gram_wire_calls_init (&server.host, device);
  g_mutex_init (&server.lock);
  g_cond_init (&server.change);
  server.lanes = g_hash_table_new_full (NULL, NULL, NULL, lane_free);
  server.jobs = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  greeted = say_hello (&server, absent, error) && gram_frame_reader_greet (reader, NULL, error);
  if (greeted)
    serve (&server, reader, NULL);
  g_hash_table_unref (server.lanes);
  g_hash_table_unref (server.jobs);
  gram_wire_calls_end (&server.host);
  g_mutex_clear (&server.lock);
  g_cond_clear (&server.change);
  return greeted;
}
