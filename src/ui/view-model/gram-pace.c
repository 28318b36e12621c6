/* gram-pace.c: how often what a run does may be shown
 *
 * SPDX-License-Identifier: MIT
 *
 * Training uses every processor, so each frame takes time from it, and because the threads of a
 * step wait for each other the whole step waits. What new data draw is therefore held to a share
 * of the processors, measured by what the thread of the window has really used since it last
 * showed something: on many processors that is every frame, on two a few a second. What people do
 * is answered at once and does not ask here.
 */
#include "gram-config.h"

#include "gram-pace.h"

#include <time.h>

#define SHARE 0.02                              /* of all processors */
#define LONGEST (500 * G_TIME_SPAN_MILLISECOND) /* a view never looks stopped */

/**
 * gram_pace_now:
 *
 * Returns: what the clocks show, for when something is shown
 */
GramPace
gram_pace_now (void)
{
  GramPace now = { .time = g_get_monotonic_time () };
  struct timespec time;

  if (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time) == 0)
    now.spent = (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
  return now;
}

/**
 * gram_pace_wait:
 * @last: gram_pace_now() of when something was shown last; all 0: never
 *
 * Returns: milliseconds until new data may be shown; 0: at once
 */
guint
gram_pace_wait (GramPace last, GramPace now, guint processors)
{
  double share = SHARE * MAX (1, processors);
  gint64 due, wait;

  if (last.time == 0)
    return 0;
  due = last.time + MIN ((gint64) ((double) (now.spent - last.spent) / share), LONGEST);
  wait = due - now.time;
  return wait > 0 ? (guint) ((wait + 999) / 1000) : 0;
}
