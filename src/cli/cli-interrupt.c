/* cli-interrupt.c: SIGINT, SIGTERM and SIGHUP become a cancellation
 *
 * SPDX-License-Identifier: MIT
 *
 * The engine works synchronously here, so there is no main loop to take signals. The handler only
 * writes a byte; a thread of its own cancels. However many signals come, what was computed is
 * written first: wrappers such as timeout(1) signal their child and then its whole group. Only who
 * presses Ctrl-C at the terminal a second time ends the program at once.
 */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <glib-unix.h>

#include "gram-error.h"

#define SECOND_PRESS_MS 500 /* a key that is held down repeats faster */

static int pipe_fds[2];
static volatile sig_atomic_t interrupted;
static struct timespec first_press;
static volatile sig_atomic_t pressed;

/* Whether this is a Ctrl-C that follows another one. The kernel itself sends what is typed. */
static gboolean
is_second_press (int number, const siginfo_t *info)
{
  struct timespec now;

  if (number != SIGINT || info->si_code != SI_KERNEL)
    return FALSE;
  clock_gettime (CLOCK_MONOTONIC, &now);
  if (!pressed)
    {
      first_press = now;
      pressed = TRUE;
      return FALSE;
    }
  return (now.tv_sec - first_press.tv_sec) * 1000 + (now.tv_nsec - first_press.tv_nsec) / 1000000
         >= SECOND_PRESS_MS;
}

static void
on_signal (int number, siginfo_t *info, void *context)
{
  int saved = errno;

  if (is_second_press (number, info))
    _exit (GRAM_EXIT_INTERRUPTED);
  if (!interrupted)
    {
      interrupted = TRUE;
      if (write (pipe_fds[1], "", 1) < 0)
        _exit (GRAM_EXIT_INTERRUPTED);
    }
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
 * A SIGHUP that the caller ignores, as nohup(1) does, stays ignored. SIGPIPE is ignored, so that
 * who reads stdout and stops early costs no file; cli_finish() ends as it would have.
 *
 * Returns: (transfer none): is cancelled by the first SIGINT, SIGTERM or SIGHUP
 */
GCancellable *
cli_interrupt_install (void)
{
  static GCancellable *cancellable;
  struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO };
  struct sigaction before;

  if (cancellable != NULL)
    return cancellable;
  cancellable = g_cancellable_new ();
  if (!g_unix_open_pipe (pipe_fds, FD_CLOEXEC, NULL))
    return cancellable;
  g_thread_unref (g_thread_new ("interrupt", wait_for_signal, cancellable));
  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  if (sigaction (SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
    sigaction (SIGHUP, &action, NULL);
  signal (SIGPIPE, SIG_IGN);
  return cancellable;
}
