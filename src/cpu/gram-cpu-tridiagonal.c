/* gram-cpu-tridiagonal.c: T = SΛSᵀ by divide and conquer that never forms S
 *
 * SPDX-License-Identifier: MIT
 *
 * What LAPACK's dstedc does, but a merge keeps the poles, ẑ and roots that determine its factor of
 * S in place of the product: O(n log n) numbers. SX and SᵀX are made by going through the tree,
 * with a product by a Cauchy matrix in each merge whose entries are computed as they are needed.
 */
#include "gram-cpu-tridiagonal-private.h"

#include <math.h>
#include <string.h>

#include "gram-blas.h"
#include "gram-error.h"
#include "gram-size.h"

#define LEAF 32
#define TOGETHER 8 /* merges of a level that are done side by side; fewer are done one by one */
#define WIDTH GRAM_CPU_FEW
#define BLOCK 16 /* rows of a Cauchy matrix that one task multiplies */

static void
merge_free (gpointer data)
{
  GramCpuMerge *m = data;

  g_free (m->leaf);
  g_free (m->rows);
  g_free (m->order);
  g_clear_pointer (&m->rotations, g_array_unref);
  g_free (m->d);
  g_free (m);
}

void
gram_cpu_tridiagonal_free (GramCpuTridiagonal *t)
{
  if (t == NULL)
    return;
  g_ptr_array_unref (t->levels);
  g_free (t);
}

/* ---------- dividing -------------------------------------------------------------------------- */

/* The node of rows first … first + n − 1, and those below it. */
static GramCpuMerge *
divide (GramCpuTridiagonal *t, guint depth, gint64 first, gint64 n, double *d, const double *e)
{
  GramCpuMerge *m = g_new0 (GramCpuMerge, 1);

  m->first = first;
  m->n = n;
  if (t->levels->len == depth)
    g_ptr_array_add (t->levels, g_ptr_array_new_with_free_func (merge_free));
  g_ptr_array_add (g_ptr_array_index (t->levels, depth), m);
  if (n > LEAF)
    {
      gint64 end = first + n / 2;

      m->coupling = e[end - 1];
      d[end - 1] -= fabs (m->coupling);
      d[end] -= fabs (m->coupling);
      m->left = divide (t, depth + 1, first, n / 2, d, e);
      m->right = divide (t, depth + 1, end, n - n / 2, d, e);
    }
  return m;
}

typedef struct
{
  GramCpuTridiagonal *t;
  GPtrArray *level;
  GramCpuPool *pool;
  GCancellable *cancellable;
  const double *d, *e; /* (n) of the divided T */
  gint failed;         /* atomic */
} Conquest;

static void
solve_leaf (Conquest *c, GramCpuMerge *m)
{
  gint64 n = m->n;
  double e[LEAF], work[2 * LEAF];
  int info = 0;

  m->rows = g_new (double, 3 * n);
  m->leaf = g_new (double, n *n);
  memcpy (m->rows, c->d + m->first, (gsize) n * sizeof (double));
  memcpy (e, c->e + m->first, (gsize) n * sizeof (double));
  dsteqr_ ("I", &(int){ (int) n }, m->rows, e, m->leaf, &(int){ (int) n }, work, &info, 1);
  if (info != 0)
    g_atomic_int_set (&c->failed, 1);
  for (gint64 i = 0; i < n; i++)
    {
      m->rows[n + i] = m->leaf[i * n];
      m->rows[2 * n + i] = m->leaf[i * n + n - 1];
    }
}

static void
conquer (Conquest *c, GramCpuMerge *m, GramCpuPool *pool)
{
  if (m->left == NULL)
    solve_leaf (c, m);
  else
    gram_cpu_tridiagonal_merge (m, c->t->device->kernels, pool, c->cancellable);
}

static void
conquer_one (gint64 task, guint worker, gpointer data)
{
  Conquest *c = data;

  conquer (c, g_ptr_array_index (c->level, task), NULL);
}

static gboolean
conquer_all (Conquest *c, const GramJob *job, GError **error)
{
  GramCpuPool *pool = c->t->device->analysis;

  for (guint depth = c->t->levels->len; depth-- > 0;)
    {
      c->level = g_ptr_array_index (c->t->levels, depth);
      if (c->level->len >= TOGETHER)
        gram_cpu_pool_run (pool, c->level->len, conquer_one, c);
      else
        for (guint i = 0; i < c->level->len; i++)
          conquer (c, g_ptr_array_index (c->level, i), pool);
      if (g_cancellable_set_error_if_cancelled (c->cancellable, error))
        return FALSE;
      gram_job_progress (job, pow (0.25, depth)); /* a level costs four times the one below */
    }
  if (c->failed)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                 "the eigenvalues of a tridiagonal matrix did not converge");
  return !c->failed;
}

/**
 * gram_cpu_tridiagonal_new:
 * @device: has to outlive the result
 * @diagonal: (@n)
 * @off_diagonal: (@n), of which the first @n − 1 are used
 * @lambda: (out caller-allocates): (@n) eigenvalues, ascending
 *
 * T = SΛSᵀ. The matrix is scaled by a power of 2 to entries about 1, as the tolerance of deflation
 * compares eigenvalues with components of unit vectors.
 *
 * Returns: (transfer full) (nullable): S in factors; NULL with GRAM_ERROR_NUMERIC when a leaf did
 *   not converge, or when cancelled
 */
GramCpuTridiagonal *
gram_cpu_tridiagonal_new (GramCpuDevice *device, gint64 n, const double *diagonal,
                          const double *off_diagonal, double *lambda, const GramJob *job,
                          GError **error)
{
  g_autoptr (GramCpuTridiagonal) t = g_new0 (GramCpuTridiagonal, 1);
  g_autofree double *d = g_new0 (double, 2 * n);
  double *e = d + n, largest = 0;
  Conquest conquest = { .t = t, .cancellable = job->cancellable, .d = d, .e = e };
  GramCpuMerge *root;
  int exponent = 0;

  t->device = device;
  t->n = n;
  t->levels = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (gint64 i = 0; i < n; i++)
    largest = fmax (largest, fmax (fabs (diagonal[i]), i + 1 < n ? fabs (off_diagonal[i]) : 0));
  if (largest > 0)
    frexp (largest, &exponent);
  for (gint64 i = 0; i < n; i++)
    {
      d[i] = ldexp (diagonal[i], -exponent);
      e[i] = i + 1 < n ? ldexp (off_diagonal[i], -exponent) : 0;
    }
  root = divide (t, 0, 0, n, d, e);
  if (!conquer_all (&conquest, job, error))
    return NULL;
  for (gint64 i = 0; i < n; i++)
    lambda[i] = ldexp (root->rows[i], exponent);
  return g_steal_pointer (&t);
}

/* ---------- products -------------------------------------------------------------------------- */

typedef struct
{
  const GramCpuTridiagonal *t;
  gboolean transpose;
  gint64 groups;
  double *X, *W, *Y; /* (groups × n) rows of WIDTH numbers */
  double *scratch;   /* (threads × WIDTH × n) */
  const GramCpuMerge *m;
  GCancellable *cancellable;
} Product;

/* Row @i of group @g of the node's part of a block. */
static inline double *
row_of (const Product *p, double *block, gint64 g, gint64 i)
{
  return block + (g * p->t->n + p->m->first + i) * WIDTH;
}

static inline void
copy_row (double *to, const double *from)
{
  memcpy (to, from, WIDTH * sizeof (double));
}

/* Y ← op(U)·X for rows i … of the node, four at a time: a row of Uᵀ belongs to a root, of U to a
 * pole. */
static void
multiply_rows (gint64 task, guint worker, gpointer data)
{
  const Product *p = data;
  const GramCpuMerge *m = p->m;
  const GramCpuKernels *kernels = p->t->device->kernels;
  double *U = p->scratch + (gsize) worker * (gsize) (WIDTH * p->t->n);
  gint64 end = MIN ((task + 1) * BLOCK, m->k);

  if (g_cancellable_is_cancelled (p->cancellable))
    return;
  for (gint64 i = task * BLOCK; i < end; i += WIDTH)
    {
      gint64 count = MIN (WIDTH, end - i);

      for (gint64 q = 0; q < count; q++)
        if (p->transpose)
          kernels->root_gaps (m->k, m->z, m->d, m->origin[i + q], m->tau[i + q], U + q * m->k);
        else
          kernels->pole_gaps (m->k, m->scale, m->d[i + q], m->origin, m->tau, U + q * m->k);
      for (gint64 q = count; q < WIDTH; q++)
        memset (U + q * m->k, 0, (gsize) m->k * sizeof (double));
      for (gint64 g = 0; g < p->groups; g++)
        {
          double sums[WIDTH * WIDTH] __attribute__ ((aligned (64))) = { 0 };

          kernels->few_gather (m->k, U, m->k, row_of (p, p->X, g, 0), sums);
          for (gint64 q = 0; q < count; q++)
            for (int c = 0; c < WIDTH; c++)
              row_of (p, p->Y, g, i + q)[c] =
                  sums[q * WIDTH + c] * (p->transpose ? m->scale[i + q] : m->z[i + q]);
        }
    }
}

static void
multiply_cauchy (Product *p)
{
  gram_cpu_pool_run (p->t->device->analysis, (p->m->k + BLOCK - 1) / BLOCK, multiply_rows, p);
}

static void
multiply_leaf (const Product *p, gint64 g)
{
  const GramCpuMerge *m = p->m;
  gint64 n = m->n, down = p->transpose ? n : 1, along = p->transpose ? 1 : n;

  for (gint64 i = 0; i < n; i++)
    {
      double sum[WIDTH] = { 0 };

      for (gint64 j = 0; j < n; j++)
        for (int c = 0; c < WIDTH; c++)
          sum[c] += m->leaf[i * down + j * along] * row_of (p, p->X, g, j)[c];
      copy_row (row_of (p, p->W, g, i), sum);
    }
  memcpy (row_of (p, p->X, g, 0), row_of (p, p->W, g, 0), (gsize) (n * WIDTH) * sizeof (double));
}

static void
rotate (const Product *p, gint64 g, const GramCpuRotation *r, double s)
{
  double *a = row_of (p, p->W, g, r->p), *b = row_of (p, p->W, g, r->q);

  for (int c = 0; c < WIDTH; c++)
    {
      double x = a[c], y = b[c];

      a[c] = r->c * x + s * y;
      b[c] = r->c * y - s * x;
    }
}

/* X ← Sᵀ of this merge alone: order, rotations, Uᵀ, order of the results. */
static void
merge_transposed (Product *p)
{
  const GramCpuMerge *m = p->m;

  for (gint64 g = 0; g < p->groups; g++)
    {
      for (gint64 i = 0; i < m->n; i++)
        copy_row (row_of (p, p->W, g, i), row_of (p, p->X, g, m->order[i]));
      for (guint q = 0; q < m->rotations->len; q++)
        {
          const GramCpuRotation *r = &g_array_index (m->rotations, GramCpuRotation, q);

          rotate (p, g, r, r->s);
        }
      for (gint64 j = 0; j < m->k; j++)
        copy_row (row_of (p, p->X, g, j), row_of (p, p->W, g, m->pole[j]));
    }
  multiply_cauchy (p);
  for (gint64 g = 0; g < p->groups; g++)
    for (gint64 i = 0; i < m->n; i++)
      {
        gint32 from = m->result[i];

        copy_row (row_of (p, p->X, g, i),
                  from < m->k ? row_of (p, p->Y, g, from) : row_of (p, p->W, g, m->pole[from]));
      }
}

/* X ← S of this merge alone: the same backwards. */
static void
merge_plain (Product *p)
{
  const GramCpuMerge *m = p->m;

  for (gint64 g = 0; g < p->groups; g++)
    {
      for (gint64 i = 0; i < m->n; i++)
        copy_row (m->result[i] < m->k ? row_of (p, p->Y, g, m->result[i])
                                      : row_of (p, p->W, g, m->pole[m->result[i]]),
                  row_of (p, p->X, g, i));
      memcpy (row_of (p, p->X, g, 0), row_of (p, p->Y, g, 0),
              (gsize) (m->k * WIDTH) * sizeof (double));
    }
  multiply_cauchy (p);
  for (gint64 g = 0; g < p->groups; g++)
    {
      for (gint64 j = 0; j < m->k; j++)
        copy_row (row_of (p, p->W, g, m->pole[j]), row_of (p, p->Y, g, j));
      for (guint q = m->rotations->len; q-- > 0;)
        {
          const GramCpuRotation *r = &g_array_index (m->rotations, GramCpuRotation, q);

          rotate (p, g, r, -r->s);
        }
      for (gint64 i = 0; i < m->n; i++)
        copy_row (row_of (p, p->X, g, m->order[i]), row_of (p, p->W, g, i));
    }
}

static void
apply_node (Product *p, const GramCpuMerge *m)
{
  p->m = m;
  if (m->left == NULL)
    for (gint64 g = 0; g < p->groups; g++)
      multiply_leaf (p, g);
  else if (p->transpose)
    merge_transposed (p);
  else
    merge_plain (p);
}

/**
 * gram_cpu_tridiagonal_apply:
 * @transpose: whether to multiply by Sᵀ, else by S; row i of SᵀX belongs to the i-th smallest
 *   eigenvalue
 * @groups: of four vectors
 * @rows: (inout): (@groups) blocks of n rows, a row one number of each of four vectors; aligned to
 *   64 bytes
 */
gboolean
gram_cpu_tridiagonal_apply (const GramCpuTridiagonal *t, gboolean transpose, gint64 groups,
                            double *rows, const GramJob *job, GError **error)
{
  gint64 size = groups * t->n * WIDTH, depths = t->levels->len;
  gint64 threads = gram_cpu_pool_get_threads (t->device->analysis);
  gram_autofree double *work = gram_try_alloc (sizeof (double), 2 * size + threads * WIDTH * t->n,
                                               1, "a product with eigenvectors", error);
  Product p = { t, transpose, groups, rows, work, work + size, work + 2 * size };

  if (work == NULL)
    return FALSE;
  p.cancellable = job->cancellable;
  for (gint64 i = 0; i < depths; i++)
    {
      GPtrArray *level = g_ptr_array_index (t->levels, transpose ? depths - 1 - i : i);

      for (guint q = 0; q < level->len; q++)
        apply_node (&p, g_ptr_array_index (level, q));
      if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
    }
  return TRUE;
}
