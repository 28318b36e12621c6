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
 * gram_pace_spent:
 *
 * Returns: processor time of this thread, µs
 */
gint64
gram_pace_spent (void)
{
  struct timespec time;

  if (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time) != 0)
    return 0;
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/**
 * gram_pace_wait:
 * @now: monotonic time, µs
 * @spent: processor time of the thread, µs
 *
 * Returns: milliseconds until new data may be shown; 0: at once
 */
guint
gram_pace_wait (const GramPace *pace, gint64 now, gint64 spent, guint processors)
{
  double share = SHARE * MAX (1, processors);
  gint64 due, wait;

  if (pace->time == 0)
    return 0;
  due = pace->time + MIN ((gint64) ((double) (spent - pace->spent) / share), LONGEST);
  wait = due - now;
  return wait > 0 ? (guint) ((wait + 999) / 1000) : 0;
}

/**
 * gram_pace_wait_now:
 *
 * Returns: gram_pace_wait() for the calling thread
 */
guint
gram_pace_wait_now (const GramPace *pace)
{
  return gram_pace_wait (pace, g_get_monotonic_time (), gram_pace_spent (),
                         g_get_num_processors ());
}

/**
 * gram_pace_begin:
 *
 * Something is about to be shown.
 */
void
gram_pace_begin (GramPace *pace)
{
  pace->time = g_get_monotonic_time ();
  pace->spent = gram_pace_spent ();
}
