/* gram-pace.h: how often what a run does may be shown
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 time;  /* monotonic, µs */
  gint64 spent; /* processor time of the thread, µs */
} GramPace;

GramPace gram_pace_now (void);
guint gram_pace_wait (GramPace last, GramPace now, guint processors);

G_END_DECLS
