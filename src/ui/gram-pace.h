/* gram-pace.h: how often what a run does may be shown
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 time, spent; /* µs, when something was shown last; 0: never */
} GramPace;

gint64 gram_pace_spent (void);
guint gram_pace_wait (const GramPace *pace, gint64 now, gint64 spent, guint processors);
guint gram_pace_wait_now (const GramPace *pace);
void gram_pace_begin (GramPace *pace);

G_END_DECLS
