/* gram-server-trial.h: what a server is, and what its line carries
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *program;     /* version of the program there */
  char *device;      /* what computes there */
  double round_trip; /* s a call costs before it does anything */
  double upload;     /* bytes a second */
} GramServerTrial;

GramServerTrial *gram_server_trial_new (const char *name, GError **error);
void gram_server_trial_free (GramServerTrial *trial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GramServerTrial, gram_server_trial_free)

G_END_DECLS
