/* cli-interrupt.c: SIGINT and SIGTERM become a cancellation
 *
 * SPDX-License-Identifier: MIT
 *
 * The engine works synchronously here, so there is no main loop to take signals. The handler only
 * writes a byte; a thread of its own cancels. A second signal ends the program at once.
 */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <glib-unix.h>

#include "gram-error.h"

static int pipe_fds[2];
static volatile sig_atomic_t interrupted;

static void
on_signal (int number)
{
  int saved = errno;

  if (interrupted++ > 0 || write (pipe_fds[1], "", 1) < 0)
    _exit (GRAM_EXIT_INTERRUPTED);
  errno = saved;
}

static gpointer
wait_for_signal (gpointer data)
{
  char byte;

  while (read (pipe_fds[0], &byte, 1) < 0 && errno == EINTR)
    ;
  g_cancellable_cancel (data);
  return NULL;
}

/**
 * cli_interrupt_install:
 *
 * Returns: (transfer none): is cancelled by the first SIGINT or SIGTERM
 */
GCancellable *
cli_interrupt_install (void)
{
  static GCancellable *cancellable;
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

  if (cancellable != NULL)
    return cancellable;
  cancellable = g_cancellable_new ();
  if (!g_unix_open_pipe (pipe_fds, FD_CLOEXEC, NULL))
    return cancellable;
  g_thread_unref (g_thread_new ("interrupt", wait_for_signal, cancellable));
  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  return cancellable;
}
