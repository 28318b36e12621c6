/* gram-watch.h: a session and what it told, for tests
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gram-session.h"

#define TIMEOUT_SECONDS 60

#define SMALL "n=60 test-samples=20 width=64 eta=0.05 kappa=0.1 device=cpu threads=1 "

/* What a session told, in order. */
typedef struct
{
  GramSession *session;
  GString *states;
  guint problems, analyses, runs, progresses, plans, sweeps;
  GPtrArray *notices; /* of char * */
  guint fatal;
  GThread *thread;
} Watch;

Watch *watch_new (void);
void watch_free (Watch *watch);
G_NORETURN void give_up (const char *condition, Watch *watch);
void wait_for_threads (void);
void configure (Watch *watch, const char *text);
gboolean analysed (Watch *watch);
gboolean in_state (Watch *watch, GramState state);

/* Turns the main loop until @condition. */
#define WAIT(condition)                                                            \
  G_STMT_START                                                                     \
  {                                                                                \
    gint64 until = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND; \
    while (!(condition))                                                           \
      {                                                                            \
        if (g_get_monotonic_time () > until)                                       \
          give_up (#condition, watch);                                             \
        g_main_context_iteration (NULL, FALSE);                                    \
        g_usleep (200);                                                            \
      }                                                                            \
  }                                                                                \
  G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)
