/* limit.h: a wait of a test that ends, and says what it waited for
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *limit_what;

/* Only what a handler of signals may call. */
static void
limit_over (int number)
{
  static const char words[] = "# waited too long for ";

  if (write (STDERR_FILENO, words, sizeof words - 1) < 0
      || write (STDERR_FILENO, limit_what, strlen (limit_what)) < 0
      || write (STDERR_FILENO, "\n", 1) < 0)
    _exit (1);
  abort ();
}

/* From here to limit_end() at most @seconds may pass; @what is awaited. One at a time. */
static inline void
limit_begin (guint seconds, const char *what)
{
  limit_what = what;
  signal (SIGALRM, limit_over);
  alarm (seconds);
}

static inline void
limit_end (void)
{
  alarm (0);
}

/* Runs a program to its end, which must be a good one; what it says on stdout goes to @output, or
 * nowhere. */
static inline gboolean
limit_spawn (guint seconds, const char *const *argv, GSpawnFlags flags, char **output)
{
  g_autofree char *what = g_strjoinv (" ", (char **) argv);
  g_autoptr (GError) error = NULL;
  gboolean good;
  int status;

  if (output == NULL)
    flags |= G_SPAWN_STDOUT_TO_DEV_NULL;
  limit_begin (seconds, what);
  good = g_spawn_sync (NULL, (char **) argv, NULL, flags, NULL, NULL, output, NULL, &status, &error)
         && g_spawn_check_wait_status (status, &error);
  limit_end ();
  if (!good)
    g_test_message ("%s: %s", what, error->message);
  return good;
}
