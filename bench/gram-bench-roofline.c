/* gram-bench-roofline.c: what the machine can do at most, measured
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-bench.h"

#include <cblas.h>
#include <string.h>

#include "gram-size.h"

#define SIZE 1536          /* of the matrix products */
#define BYTES (192u << 20) /* of the copy: larger than caches */
#define TRIES 5

typedef struct
{
  char *from, *to;
  gsize bytes;
} Copy;

static gpointer
copy_thread (gpointer data)
{
  Copy *copy = data;

  memcpy (copy->to, copy->from, copy->bytes);
  return NULL;
}

/* One copy split over @threads; returns seconds. */
static double
copy_once (char *from, char *to, guint threads)
{
  g_autofree Copy *copies = g_new (Copy, threads);
  g_autofree GThread **running = g_new (GThread *, threads);
  gint64 start = g_get_monotonic_time ();

  for (guint t = 0; t < threads; t++)
    {
      gsize share = BYTES / threads;

      copies[t] = (Copy){ from + t * share, to + t * share, share };
      running[t] = g_thread_new ("copy", copy_thread, &copies[t]);
    }
  for (guint t = 0; t < threads; t++)
    g_thread_join (running[t]);
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static double
copy_rate (guint threads)
{
  char *from = gram_try_alloc (1, BYTES, 1, "a copy", NULL);
  char *to = gram_try_alloc (1, BYTES, 1, "a copy", NULL);
  double best = 0;

  for (int i = 0; from != NULL && to != NULL && i < TRIES; i++)
    best = MAX (best, 2.0 * BYTES / copy_once (from, to, threads));
  gram_free (from);
  gram_free (to);
  return best;
}

static double
product_rate (gboolean wide)
{
  const double flops = 2.0 * SIZE * SIZE * SIZE;
  double *memory = gram_try_alloc (sizeof (double), 3 * SIZE, SIZE, "a product", NULL), best = 0;
  float *narrow = (float *) memory;

  for (int i = 0; memory != NULL && i < TRIES; i++)
    {
      gint64 start = g_get_monotonic_time ();

      if (wide)
        cblas_dgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1, memory, SIZE,
                     memory + SIZE * SIZE, SIZE, 0, memory + 2 * SIZE * SIZE, SIZE);
      else
        cblas_sgemm (CblasColMajor, CblasNoTrans, CblasNoTrans, SIZE, SIZE, SIZE, 1, narrow, SIZE,
                     narrow + SIZE * SIZE, SIZE, 0, narrow + 2 * SIZE * SIZE, SIZE);
      best = MAX (best, flops * G_USEC_PER_SEC / (double) (g_get_monotonic_time () - start));
    }
  gram_free (memory);
  return best;
}

/**
 * gram_bench_roofline:
 * @threads: of the copy; OpenBLAS uses its own number
 * @roofline: (out caller-allocates): the best of five tries each
 */
void
gram_bench_roofline (guint threads, GramBenchRoofline *roofline)
{
  roofline->sgemm = product_rate (FALSE);
  roofline->dgemm = product_rate (TRUE);
  roofline->copy = copy_rate (MAX (threads, 1));
}
