/* gram-wire-client-system.c: H∞ that is somewhere else
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-wire-client.h"

typedef struct
{
  GramWireClient *client;
  guint32 object;
  gint64 n;
} System;

/* A call whose answer is (n × @columns), or nothing where @out is %NULL */
static gboolean
ask (System *system, GramWireKind kind, GramWire *request, const GramJob *job, gint64 columns,
     double *out, gint64 ld, GError **error)
{
  g_auto (GramWire) reply = { 0 };

  if (!system->client->call (system->client->carrier, kind, system->object, request, job, &reply,
                             error))
    return FALSE;
  if (out != NULL)
    gram_wire_matrix (&reply, out, sizeof *out, system->n, columns, ld);
  return gram_wire_end (&reply, error);
}

/* A request of (n × @k) */
static void
write_block (System *system, GramWire *request, gint64 k, const double *V, gint64 ldv)
{
  GRAM_WIRE_VALUE (request, k);
  gram_wire_matrix (request, (gpointer) V, sizeof *V, system->n, k, ldv);
}

gboolean
gram_wire_client_system_plan (gpointer data, gint64 n, gint64 d, GramSystemPlan *plan,
                              GError **error)
{
  GramWireClient *client = data;
  g_auto (GramWire) request = { 0 }, reply = { 0 };

  GRAM_WIRE_VALUE (&request, n);
  GRAM_WIRE_VALUE (&request, d);
  if (!client->call (client->carrier, GRAM_WIRE_SYSTEM_PLAN, 0, &request, NULL, &reply, error))
    return FALSE;
  gram_wire_system_plan (&reply, plan);
  return gram_wire_end (&reply, error);
}

gpointer
gram_wire_client_system_new (gpointer data, const GramSamples *samples, const GramJob *job,
                             GError **error)
{
  GramWireClient *client = data;
  System *system = g_new0 (System, 1);
  g_auto (GramWire) request = { 0 };
  guint8 id[GRAM_WIRE_ID];
  GramJobPart sent, rest;

  *system = (System){ client, client->new_object (client->carrier), samples->n };
  gram_job_part (&sent, job, 0, GRAM_WIRE_SENDING);
  if (gram_wire_client_send_images (client, samples, id, &sent.job, error))
    {
      gram_wire_bytes (&request, id, sizeof id);
      gram_job_part (&rest, job, sent.reached, 1 - sent.reached);
      if (ask (system, GRAM_WIRE_SYSTEM_NEW, &request, &rest.job, 0, NULL, 0, error))
        return system;
    }
  gram_wire_client_system_free (system);
  return NULL;
}

void
gram_wire_client_system_free (gpointer data)
{
  System *system = data;

  ask (system, GRAM_WIRE_FREE, NULL, NULL, 0, NULL, 0, NULL);
  g_free (system);
}

gboolean
gram_wire_client_system_multiply (gpointer data, gint64 k, const double *V, gint64 ldv, double *Y,
                                  gint64 ldy, const GramJob *job, GError **error)
{
  g_auto (GramWire) request = { 0 };

  write_block (data, &request, k, V, ldv);
  return ask (data, GRAM_WIRE_MULTIPLY, &request, job, k, Y, ldy, error);
}

gboolean
gram_wire_client_system_factor (gpointer data, const GramJob *job, GError **error)
{
  return ask (data, GRAM_WIRE_FACTOR, NULL, job, 0, NULL, 0, error);
}

gboolean
gram_wire_client_system_solve (gpointer data, gint64 k, double *B, gint64 ldb, const GramJob *job,
                               GError **error)
{
  g_auto (GramWire) request = { 0 };

  write_block (data, &request, k, B, ldb);
  return ask (data, GRAM_WIRE_SOLVE, &request, job, k, B, ldb, error);
}

gboolean
gram_wire_client_system_inverse_diagonal (gpointer data, double *diagonal, const GramJob *job,
                                          GError **error)
{
  System *system = data;

  return ask (system, GRAM_WIRE_INVERSE_DIAGONAL, NULL, job, 1, diagonal, system->n, error);
}

gboolean
gram_wire_client_system_spectrum (gpointer data, double *lambda, const GramJob *job, GError **error)
{
  System *system = data;

  return ask (system, GRAM_WIRE_SPECTRUM, NULL, job, 1, lambda, system->n, error);
}

gboolean
gram_wire_client_system_project (gpointer data, gint64 k, const double *Y, gint64 ldy, double *P,
                                 gint64 ldp, const GramJob *job, GError **error)
{
  g_auto (GramWire) request = { 0 };

  write_block (data, &request, k, Y, ldy);
  return ask (data, GRAM_WIRE_PROJECT, &request, job, k, P, ldp, error);
}

gboolean
gram_wire_client_system_expand (gpointer data, gint64 k, const double *C, gint64 ldc, double *X,
                                gint64 ldx, const GramJob *job, GError **error)
{
  g_auto (GramWire) request = { 0 };

  write_block (data, &request, k, C, ldc);
  return ask (data, GRAM_WIRE_EXPAND, &request, job, k, X, ldx, error);
}

gboolean
gram_wire_client_system_eigenvector (gpointer data, gint64 index, double *v, const GramJob *job,
                                     GError **error)
{
  System *system = data;
  g_auto (GramWire) request = { 0 };

  GRAM_WIRE_VALUE (&request, index);
  return ask (system, GRAM_WIRE_EIGENVECTOR, &request, job, 1, v, system->n, error);
}

gboolean
gram_wire_client_system_download (gpointer data, double *H, gint64 ldh, GError **error)
{
  System *system = data;

  return ask (system, GRAM_WIRE_DOWNLOAD, NULL, NULL, system->n, H, ldh, error);
}
