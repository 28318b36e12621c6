/* gram-wire-client-trainer.c: gradient descent that is done somewhere else
 *
 * SPDX-License-Identifier: MIT
 *
 * Where every label set stands comes with the answer to each step, so that it is known here without
 * a call, also when the other end is lost. Then the state is the last one that came over, or W(0).
 */
#include "gram-error.h"
#include "gram-state.h"
#include "gram-wire-client.h"

typedef struct
{
  GramWireClient *client;
  guint32 object;
  GramTrainerSpec spec; /* without its pointers */
  GramTrainerPlan plan;
  GramWireStatus *status; /* (n_sets) */
  GBytes *saved;          /* (nullable) the last state that came or went */
} Trainer;

static gboolean
call (Trainer *trainer, GramWireKind kind, GramWire *request, const GramJob *job, GramWire *reply,
      GError **error)
{
  return trainer->client->call (trainer->client->carrier, kind, trainer->object, request, job,
                                reply, error);
}

/* Training and test images, as one job */
static gboolean
send_images (GramWireClient *client, const GramTrainerSpec *spec, guint8 id[2][GRAM_WIRE_ID],
             const GramJob *job, GError **error)
{
  double share = (double) spec->train.n / (double) (spec->train.n + spec->test.n);
  GramJobPart part;

  return gram_wire_client_send_images (client, &spec->train, id[0],
                                       gram_job_part (&part, job, 0, share), error)
         && (spec->test.n == 0
             || gram_wire_client_send_images (client, &spec->test, id[1],
                                              gram_job_part (&part, job, share, 1 - share), error));
}

static gboolean
write_spec (GramWireClient *client, const GramTrainerSpec *spec, GramWire *request,
            const GramJob *job, GError **error)
{
  guint8 id[2][GRAM_WIRE_ID] = { { 0 }, { 0 } };
  GramTrainerSpec copy = *spec;

  if (spec->shard.count > 0)
    return gram_fail (error, GRAM_ERROR_UNSUPPORTED, "a server does not offer a part of a network");
  if (!send_images (client, spec, id, job, error))
    return FALSE;
  gram_wire_spec (request, &copy, id[0], id[1]);
  gram_wire_bytes (request, (gpointer) spec->Y,
                   (gsize) (spec->train.n * spec->n_sets) * sizeof (double));
  return TRUE;
}

gboolean
gram_wire_client_trainer_plan (gpointer data, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                               const GramJob *job, GError **error)
{
  GramWireClient *client = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  GramJobPart sent;

  if (!write_spec (client, spec, &request, gram_job_part (&sent, job, 0, GRAM_WIRE_SENDING), error)
      || !client->call (client->carrier, GRAM_WIRE_PLAN, 0, &request, job, &reply, error))
    return FALSE;
  gram_wire_plan (&reply, plan);
  return gram_wire_end (&reply, error);
}

static void
read_status (Trainer *trainer, GramWire *reply)
{
  for (guint s = 0; s < trainer->spec.n_sets; s++)
    {
      GramWireStatus status;

      gram_wire_status (reply, &status);
      if (!reply->failed)
        trainer->status[s] = status;
    }
}

gpointer
gram_wire_client_trainer_new (gpointer data, const GramTrainerSpec *spec, const GramJob *job,
                              GError **error)
{
  GramWireClient *client = data;
  Trainer *trainer = g_new0 (Trainer, 1);
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  GramJobPart sent, rest;

  trainer->client = client;
  trainer->object = client->new_object (client->carrier);
  trainer->spec = *spec;
  trainer->spec.Y = NULL;
  trainer->spec.train = (GramSamples){ .n = spec->train.n, .d = spec->train.d };
  trainer->spec.test = (GramSamples){ .n = spec->test.n };
  trainer->status = g_new0 (GramWireStatus, spec->n_sets);
  gram_job_part (&sent, job, 0, GRAM_WIRE_SENDING);
  if (write_spec (client, spec, &request, &sent.job, error)
      && call (trainer, GRAM_WIRE_TRAINER_NEW, &request,
               gram_job_part (&rest, job, sent.reached, 1 - sent.reached), &reply, error))
    {
      gram_wire_plan (&reply, &trainer->plan);
      read_status (trainer, &reply);
      if (gram_wire_end (&reply, error))
        return trainer;
    }
  gram_wire_client_trainer_free (trainer);
  return NULL;
}

void
gram_wire_client_trainer_free (gpointer data)
{
  Trainer *trainer = data;
  g_auto (GramWire) reply = { 0 };

  call (trainer, GRAM_WIRE_FREE, NULL, NULL, &reply, NULL);
  g_free (trainer->status);
  g_clear_pointer (&trainer->saved, g_bytes_unref);
  g_free (trainer);
}

gboolean
gram_wire_client_trainer_step (gpointer data, gint64 count, double *residuals, const GramJob *job,
                               GError **error)
{
  Trainer *trainer = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  gboolean done;

  GRAM_WIRE_VALUE (&request, count);
  done = call (trainer, GRAM_WIRE_STEP, &request, job, &reply, error);
  if (done || gram_wire_left (&reply) > 0)
    read_status (trainer, &reply);
  if (done)
    gram_wire_bytes (&reply, residuals, (gsize) (count * trainer->spec.n_sets) * sizeof (double));
  return done && gram_wire_end (&reply, error);
}

gboolean
gram_wire_client_trainer_observe (gpointer data, guint set, GramObserveFlags flags,
                                  GramObservation *observation, GError **error)
{
  Trainer *trainer = data;
  const GramWireStatus *status = &trainer->status[set];
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 index = set, wanted = flags, with_u = observation->u != NULL;
  GramObservation seen = *observation;

  if (flags == GRAM_OBSERVE_RESIDUAL && !with_u)
    {
      observation->step = status->step;
      observation->residual = status->residual;
      observation->lazy_steps = status->lazy_steps;
      observation->formulation = (GramFormulation) status->formulation;
      return TRUE;
    }
  if (observation->u_test == NULL || trainer->spec.test.n == 0)
    wanted &= ~(guint32) GRAM_OBSERVE_TEST;
  GRAM_WIRE_VALUE (&request, index);
  GRAM_WIRE_VALUE (&request, wanted);
  GRAM_WIRE_VALUE (&request, with_u);
  if (!call (trainer, GRAM_WIRE_OBSERVE, &request, NULL, &reply, error))
    return FALSE;
  seen.u_test = (wanted & GRAM_OBSERVE_TEST) != 0 ? observation->u_test : NULL;
  gram_wire_observation (&reply, &seen, trainer->spec.train.n, trainer->spec.test.n);
  if (!gram_wire_end (&reply, error))
    return FALSE;
  seen.u_test = observation->u_test;
  *observation = seen;
  return TRUE;
}

gboolean
gram_wire_client_trainer_weights (gpointer data, guint set, float *W, gint64 ldw, GError **error)
{
  Trainer *trainer = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 index = set;

  GRAM_WIRE_VALUE (&request, index);
  if (!call (trainer, GRAM_WIRE_WEIGHTS, &request, NULL, &reply, error))
    return FALSE;
  gram_wire_matrix (&reply, W, sizeof *W, trainer->spec.train.d, trainer->spec.m, ldw);
  return gram_wire_end (&reply, error);
}

static void
keep (Trainer *trainer, GBytes *state)
{
  g_clear_pointer (&trainer->saved, g_bytes_unref);
  trainer->saved = g_bytes_ref (state);
}

GBytes *
gram_wire_client_trainer_save (gpointer data, GramStateKind kind, GError **error)
{
  Trainer *trainer = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 which = kind;

  GRAM_WIRE_VALUE (&request, which);
  if (call (trainer, GRAM_WIRE_SAVE, &request, NULL, &reply, error))
    {
      keep (trainer, reply.source);
      return g_bytes_ref (trainer->saved);
    }
  if (!trainer->client->is_lost (trainer->client->carrier))
    return NULL;
  g_clear_error (error);
  return trainer->saved != NULL
             ? g_bytes_ref (trainer->saved)
             : gram_state_start (&trainer->spec, "remote", &trainer->plan, error);
}

/* Whether a state is native is for the other end to say, whose own it may be. */
gboolean
gram_wire_client_trainer_restore (gpointer data, GBytes *state, GramStateKind kind, GError **error)
{
  Trainer *trainer = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  gsize size;
  gconstpointer memory = g_bytes_get_data (state, &size);

  gram_wire_bytes (&request, (gpointer) memory, size);
  if (!call (trainer, GRAM_WIRE_RESTORE, &request, NULL, &reply, error))
    return FALSE;
  gram_wire_plan (&reply, &trainer->plan);
  read_status (trainer, &reply);
  if (!gram_wire_end (&reply, error))
    return FALSE;
  keep (trainer, state);
  return TRUE;
}

gboolean
gram_wire_client_trainer_gram (gpointer data, guint set, double *H, gint64 ldh, GError **error)
{
  Trainer *trainer = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 index = set;

  GRAM_WIRE_VALUE (&request, index);
  if (!call (trainer, GRAM_WIRE_GRAM, &request, NULL, &reply, error))
    return FALSE;
  gram_wire_matrix (&reply, H, sizeof *H, trainer->spec.train.n, trainer->spec.train.n, ldh);
  return gram_wire_end (&reply, error);
}

gboolean
gram_wire_client_trainer_pattern (gpointer data, guint set, guint8 *bits, GError **error)
{
  Trainer *trainer = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  guint32 index = set;

  GRAM_WIRE_VALUE (&request, index);
  if (!call (trainer, GRAM_WIRE_PATTERN, &request, NULL, &reply, error))
    return FALSE;
  gram_wire_bytes (&reply, bits, (gsize) ((trainer->spec.train.n + 7) / 8 * trainer->spec.m));
  return gram_wire_end (&reply, error);
}
