/* gram-cpu-few.c: H∞ and its factor against a few vectors
 *
 * SPDX-License-Identifier: MIT
 *
 * What Krylov methods ask all day. With four vectors BLAS repacks the whole matrix to multiply it
 * as if by many, which costs several times the reading of it. Here the four lie interleaved, so a
 * row of them is one register; H∞'s upper triangle is read once for both halves of the product.
 */
#include "gram-cpu-few.h"

#include <string.h>

#include "gram-size.h"

#define WIDTH GRAM_CPU_FEW
#define ROWS 2048 /* of two interleaved blocks, 128 KiB: they stay in the cache */
#define BLOCK 128 /* columns of L solved together */
#define CHUNK 512 /* rows below a block that one task updates */

/* ---------- four vectors interleaved --------------------------------------------------------- */

static void
interleave (gint64 n, gint64 k, const double *V, gint64 ldv, double *rows)
{
  for (gint64 i = 0; i < n; i++)
    for (gint64 c = 0; c < WIDTH; c++)
      rows[i * WIDTH + c] = c < k ? V[c * ldv + i] : 0;
}

static void
separate (gint64 n, gint64 k, const double *rows, double *V, gint64 ldv)
{
  for (gint64 c = 0; c < k; c++)
    for (gint64 i = 0; i < n; i++)
      V[c * ldv + i] = rows[i * WIDTH + c];
}

/* y += h·x for one row */
static inline void
add (double h, const double *x, double *y)
{
  for (int c = 0; c < WIDTH; c++)
    y[c] += h * x[c];
}

/* ---------- product -------------------------------------------------------------------------- */

typedef struct
{
  GramCpuSystem *system;
  gint64 tasks;
  gint64 *first;   /* (tasks + 1) columns of each task, of equal area */
  const double *V; /* (n) rows */
  double *Y;       /* (tasks × n) rows, one sum a task */
  GCancellable *cancellable;
} Product;

/* What columns j … j + width − 1 have to do with each other. */
static void
add_diagonal (const Product *product, gint64 j, gint64 width, double *Y)
{
  for (gint64 q = j; q < j + width; q++)
    for (gint64 p = j; p <= q; p++)
      {
        double h = *gram_cpu_system_h (product->system, p, q);

        add (h, product->V + q * WIDTH, Y + p * WIDTH);
        if (p < q)
          add (h, product->V + p * WIDTH, Y + q * WIDTH);
      }
}

/* Rows r … end − 1 of columns j … j + width − 1, all above the diagonal. */
static void
add_panel (const Product *product, gint64 r, gint64 end, gint64 j, gint64 width, double *Y)
{
  GramCpuSystem *system = product->system;

  if (width == WIDTH)
    {
      system->device->kernels->few_both (end - r, gram_cpu_system_h (system, r, j),
                                         gram_cpu_system_ld (system, j), product->V + j * WIDTH,
                                         Y + j * WIDTH, product->V + r * WIDTH, Y + r * WIDTH);
      return;
    }
  for (gint64 q = j; q < j + width; q++)
    for (gint64 i = r; i < end; i++)
      {
        double h = *gram_cpu_system_h (system, i, q);

        add (h, product->V + q * WIDTH, Y + i * WIDTH);
        add (h, product->V + i * WIDTH, Y + q * WIDTH);
      }
}

static void
product_task (gint64 task, guint worker, gpointer data)
{
  const Product *product = data;
  gint64 begin = product->first[task], end = product->first[task + 1];
  double *Y = product->Y + task * product->system->n * WIDTH;

  for (gint64 r = 0; r < end && !g_cancellable_is_cancelled (product->cancellable); r += ROWS)
    for (gint64 j = begin; j < end; j += WIDTH)
      {
        gint64 width = MIN (WIDTH, end - j);

        if (j > r)
          add_panel (product, r, MIN (r + ROWS, j), j, width, Y);
        if (j >= r && j < r + ROWS)
          add_diagonal (product, j, width, Y);
      }
}

/* Columns at which the triangle is cut into parts of equal area. */
static void
cut (Product *product)
{
  gint64 n = product->system->n;

  for (gint64 t = 0; t < product->tasks; t++)
    {
      gint64 column = 0;

      while ((double) column * (double) column * (double) product->tasks
             < (double) n * (double) n * (double) t)
        column += WIDTH;
      product->first[t] = MIN (column, n);
    }
  product->first[product->tasks] = n;
}

/**
 * gram_cpu_few_multiply:
 * @k: at most GRAM_CPU_FEW
 *
 * Y = H∞V.
 */
gboolean
gram_cpu_few_multiply (GramCpuSystem *system, gint64 k, const double *V, gint64 ldv, double *Y,
                       gint64 ldy, const GramJob *job, GError **error)
{
  gint64 n = system->n, tasks = gram_cpu_pool_get_threads (system->device->analysis);
  g_autofree gint64 *first = g_new0 (gint64, tasks + 1);
  double *rows = gram_try_alloc (sizeof (double), n * WIDTH, tasks + 1, "a product", error);
  Product product = { system, tasks, first, rows, rows + n * WIDTH, job->cancellable };

  if (rows == NULL)
    return FALSE;
  interleave (n, k, V, ldv, rows);
  cut (&product);
  gram_cpu_pool_run (system->device->analysis, tasks, product_task, &product);
  for (gint64 t = 1; t < tasks; t++)
    for (gint64 i = 0; i < n * WIDTH; i++)
      product.Y[i] += product.Y[t * n * WIDTH + i];
  separate (n, k, product.Y, Y, ldy);
  gram_free (rows);
  return !g_cancellable_set_error_if_cancelled (job->cancellable, error);
}

/* ---------- solution ------------------------------------------------------------------------- */

typedef struct
{
  GramCpuSystem *system;
  gint64 first, end; /* the block of columns */
  double *X;         /* (n) rows */
  double *work;      /* forward: the block's rows, negative; backward: BLOCK rows a task */
} Solution;

/* X ← L⁻¹X within the block. */
static void
solve_down (const Solution *s)
{
  for (gint64 j = s->first; j < s->end; j++)
    {
      const double *l = gram_cpu_system_l (s->system, 0, j);
      double *x = s->X + j * WIDTH;

      for (int c = 0; c < WIDTH; c++)
        s->work[(j - s->first) * WIDTH + c] = -(x[c] /= l[j]);
      for (gint64 i = j + 1; i < s->end; i++)
        add (-l[i], x, s->X + i * WIDTH);
    }
}

/* X ← L⁻ᵀX within the block. */
static void
solve_up (const Solution *s)
{
  for (gint64 j = s->end; j-- > s->first;)
    {
      const double *l = gram_cpu_system_l (s->system, 0, j);
      double *x = s->X + j * WIDTH;

      for (gint64 i = j + 1; i < s->end; i++)
        add (-l[i], s->X + i * WIDTH, x);
      for (int c = 0; c < WIDTH; c++)
        x[c] /= l[j];
    }
}

/* The rows below the block lose what the block explains. Only the last block, with no rows below,
 * may have a number of columns that is no multiple of four. */
static void
down_task (gint64 task, guint worker, gpointer data)
{
  const Solution *s = data;
  gint64 r = s->end + task * CHUNK, rows = MIN (CHUNK, s->system->n - r);

  for (gint64 j = s->first; j < s->end; j += WIDTH)
    s->system->device->kernels->few_update (rows, gram_cpu_system_l (s->system, r, j),
                                            s->system->ld, s->work + (j - s->first) * WIDTH,
                                            s->X + r * WIDTH);
}

/* What the rows below give to the block, one sum a task. */
static void
up_task (gint64 task, guint worker, gpointer data)
{
  const Solution *s = data;
  gint64 r = s->end + task * CHUNK, rows = MIN (CHUNK, s->system->n - r);
  double *sums = s->work + task * BLOCK * WIDTH;

  memset (sums, 0, BLOCK * WIDTH * sizeof (double));
  for (gint64 j = s->first; j < s->end; j += WIDTH)
    s->system->device->kernels->few_gather (rows, gram_cpu_system_l (s->system, r, j),
                                            s->system->ld, s->X + r * WIDTH,
                                            sums + (j - s->first) * WIDTH);
}

static gint64
chunks_below (const Solution *s)
{
  return (s->system->n - s->end + CHUNK - 1) / CHUNK;
}

static void
go_down (Solution *s)
{
  for (s->first = 0; s->first < s->system->n; s->first = s->end)
    {
      s->end = MIN (s->first + BLOCK, s->system->n);
      solve_down (s);
      gram_cpu_pool_run (s->system->device->analysis, chunks_below (s), down_task, s);
    }
}

static void
go_up (Solution *s)
{
  for (s->end = s->system->n; s->end > 0; s->end = s->first)
    {
      gint64 chunks = chunks_below (s);

      s->first = (s->end - 1) / BLOCK * BLOCK;
      gram_cpu_pool_run (s->system->device->analysis, chunks, up_task, s);
      for (gint64 t = 0; t < chunks; t++)
        for (gint64 i = 0; i < (s->end - s->first) * WIDTH; i++)
          s->X[s->first * WIDTH + i] -= s->work[t * BLOCK * WIDTH + i];
      solve_up (s);
    }
}

/**
 * gram_cpu_few_solve:
 * @k: at most GRAM_CPU_FEW
 *
 * B ← L⁻ᵀL⁻¹B.
 */
gboolean
gram_cpu_few_solve (GramCpuSystem *system, gint64 k, double *B, gint64 ldb, GError **error)
{
  gint64 n = system->n, chunks = n / CHUNK + 1;
  double *rows = gram_try_alloc (sizeof (double), n + chunks * BLOCK, WIDTH, "a solution", error);
  Solution solution = { .system = system, .X = rows, .work = rows + n * WIDTH };

  if (rows == NULL)
    return FALSE;
  interleave (n, k, B, ldb, rows);
  go_down (&solution);
  go_up (&solution);
  separate (n, k, rows, B, ldb);
  gram_free (rows);
  return TRUE;
}
