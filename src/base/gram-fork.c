/* gram-fork.c: work beside which the process must not be forked
 *
 * SPDX-License-Identifier: MIT
 *
 * OpenBLAS ends its threads when the process forks, and one that is at work then never hears of it
 * (seen with 0.3.21): the product stands still, and the fork with it. GIO and GTK fork where nobody
 * sees it, to open a folder, a link, a connection. So whoever forks waits for the products that are
 * under way, and those who come wait for the fork.
 *
 * Handlers run last registered first: OpenBLAS registers its own when it is loaded, this file when
 * the first work is held.
 */
#include "gram-fork.h"

#include <pthread.h>

static GMutex lock;
static GCond change;
static guint held, forks; /* under way; waiting for it */

static void
before_fork (void)
{
  g_mutex_lock (&lock);
  forks++;
  while (held > 0)
    g_cond_wait (&change, &lock);
}

static void
after_fork (void)
{
  forks--;
  g_cond_broadcast (&change);
  g_mutex_unlock (&lock);
}

/* No other thread came along. */
static void
in_child (void)
{
  forks = 0;
  g_mutex_unlock (&lock);
}

/**
 * gram_fork_hold:
 *
 * Until gram_fork_release() in the same thread no fork happens; one that was asked for before is
 * waited for. What is held is short, and holds nothing again.
 */
void
gram_fork_hold (void)
{
  static gsize registered = 0;

  if (g_once_init_enter (&registered))
    {
      pthread_atfork (before_fork, after_fork, in_child);
      g_once_init_leave (&registered, 1);
    }
  g_mutex_lock (&lock);
  while (forks > 0)
    g_cond_wait (&change, &lock);
  held++;
  g_mutex_unlock (&lock);
}

void
gram_fork_release (void)
{
  g_mutex_lock (&lock);
  if (--held == 0 && forks > 0)
    g_cond_broadcast (&change);
  g_mutex_unlock (&lock);
}
