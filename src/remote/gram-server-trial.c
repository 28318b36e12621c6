/* gram-server-trial.c: what a server is, and what its line carries
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-server-trial.h"

#include <string.h>

#include "gram-remote-link.h"
#include "gram-servers.h"
#include "gram-wire-samples.h"

#define PIXELS 1024
/* A slow line shows itself by little, a fast one by nothing less than this. */
#define FEW_IMAGES 32   /* a quarter of a MiB */
#define MANY_IMAGES 512 /* four MiB */
#define SOON 0.1        /* seconds */

/* Seconds that it takes to send so many images of noise */
static gboolean
send_noise (GramRemoteLink *link, gint64 n, double *seconds, gsize *bytes, GError **error)
{
  g_autofree double *X = g_new (double, (gsize) (n * PIXELS));
  const GramSamples samples = { .n = n, .d = PIXELS, .X = X, .ldx = PIXELS };
  g_autoptr (GBytes) message = NULL;
  g_auto (GramWire) request = { 0 }, reply = { 0 };
  gint64 begin;

  for (gint64 i = 0; i < n * PIXELS; i++)
    X[i] = g_random_double (); /* nothing that a line could make smaller */
  message = gram_wire_samples_encode (&samples, error);
  if (message == NULL)
    return FALSE;
  gram_wire_bytes (&request, (gpointer) g_bytes_get_data (message, bytes),
                   g_bytes_get_size (message));
  begin = g_get_monotonic_time ();
  if (!gram_remote_link_call (link, GRAM_WIRE_SAMPLES, 0, &request, NULL, &reply, error))
    return FALSE;
  *seconds = (double) MAX (g_get_monotonic_time () - begin, 1) / G_USEC_PER_SEC;
  return TRUE;
}

/**
 * gram_server_trial_new:
 * @name: of servers.ini, or HOST or USER@HOST
 *
 * Connects anew, looks and ends the connection; may take half a minute.
 *
 * Returns: (transfer full) (nullable): %NULL with GRAM_ERROR_DEVICE, whose message has the server's
 *   own words, or as gram_servers_command()
 */
GramServerTrial *
gram_server_trial_new (const char *name, GError **error)
{
  g_auto (GStrv) argv = gram_servers_command (name, error);
  g_autoptr (GramRemoteLink) link =
      argv != NULL ? gram_remote_link_new (name, (const char *const *) argv, error) : NULL;
  const GramDeviceInfo *info;
  GramServerTrial *trial;
  double seconds;
  gsize bytes;

  if (link == NULL || !send_noise (link, FEW_IMAGES, &seconds, &bytes, error)
      || (seconds < SOON && !send_noise (link, MANY_IMAGES, &seconds, &bytes, error)))
    return NULL;
  info = gram_remote_link_get_info (link);
  trial = g_new0 (GramServerTrial, 1);
  trial->program = g_strdup (gram_remote_link_get_program (link));
  /* the link puts the server's name before it */
  trial->device =
      g_strdup (g_str_has_prefix (info->name, name) ? info->name + strlen (name) + 2 : info->name);
  trial->round_trip = info->round_trip;
  trial->upload = (double) bytes / seconds;
  return trial;
}

void
gram_server_trial_free (GramServerTrial *trial)
{
  if (trial == NULL)
    return;
  g_free (trial->program);
  g_free (trial->device);
  g_free (trial);
}
