/* test-fork.c: a fork meets no product, and products survive forks
 *
 * SPDX-License-Identifier: MIT
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../limit.h"
#include "gram-blas.h"

#define FORKS 100
#define N 700 /* OpenBLAS uses its threads for such a product */

static gint at_work = 0, met = 0, products = 0, ended = FALSE;

static void
look (void)
{
  g_atomic_int_add (&met, g_atomic_int_get (&at_work));
}

static void
fork_once (void)
{
  pid_t child = fork ();

  if (child == 0)
    {
      /* what a program that forks and goes on may want: the gate is open there */
      gram_fork_hold ();
      gram_fork_release ();
      _exit (0);
    }
  g_assert_cmpint (child, >, 0);
  /* bounded: by who calls */
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
}

static gpointer
hold (G_GNUC_UNUSED gpointer data)
{
  while (!g_atomic_int_get (&ended)) /* bounded: by test_waits() */
    {
      gram_fork_hold ();
      g_atomic_int_inc (&at_work);
      g_usleep (200);
      g_atomic_int_add (&at_work, -1);
      gram_fork_release ();
    }
  return NULL;
}

/* Handlers run last registered first, so look() runs behind the one of gram_fork_hold(). */
static void
test_waits (void)
{
  GThread *threads[3];

  limit_begin (60, "forks beside held work");
  g_assert_cmpint (pthread_atfork (look, NULL, NULL), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("hold", hold, NULL);
  for (guint i = 0; i < FORKS; i++)
    fork_once ();
  g_atomic_int_set (&ended, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  limit_end ();
  g_assert_cmpint (g_atomic_int_get (&met), ==, 0);
}

static gpointer
multiply (gpointer data)
{
  double *A = data;

  while (!g_atomic_int_get (&ended))
    {
      cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, N, N, N, 1, A, N, A, N, 0, A + N * N,
                   N);
      g_atomic_int_inc (&products);
    }
  return NULL;
}

static void
test_products (void)
{
  g_autofree double *A = g_new (double, 2 * N * N);
  GThread *thread;

  limit_begin (120, "forks beside products");
  for (gint i = 0; i < N * N; i++)
    A[i] = g_test_rand_double ();
  g_atomic_int_set (&ended, FALSE);
  openblas_set_num_threads (2);
  thread = g_thread_new ("multiply", multiply, A);
  for (guint i = 0; i < FORKS; i++)
    {
      fork_once ();
      g_usleep (2000);
    }
  g_atomic_int_set (&ended, TRUE);
  g_thread_join (thread);
  limit_end ();
  g_assert_cmpint (g_atomic_int_get (&products), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fork/waits", test_waits);
  g_test_add_func ("/fork/products", test_products);
  return g_test_run ();
}
