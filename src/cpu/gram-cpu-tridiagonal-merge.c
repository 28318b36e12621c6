/* gram-cpu-tridiagonal-merge.c: the eigenpairs of T from those of its halves
 *
 * SPDX-License-Identifier: MIT
 *
 * T = diag (T₁, T₂) + β·bbᵀ, b = (0, …, 1, ±1, …, 0), so that in the eigenvectors of the halves it
 * is D + ρzzᵀ (Cuppen 1981). Pairs that z does not touch, or that two equal eigenvalues let be
 * turned out of its way, are deflated as in LAPACK's dlaed2; the others are the roots of the
 * secular equation, and ẑ is the vector of which they are the exact roots (Gu and Eisenstat 1994),
 * so that eigenvectors of equal eigenvalues come out orthogonal.
 */
#include "gram-cpu-tridiagonal-private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 16 /* roots or poles of a task */

typedef struct
{
  double value;
  gint32 index;
} Key;

typedef struct
{
  GramCpuMerge *merge;
  const GramCpuKernels *kernels;
  GCancellable *cancellable;
  double rho;      /* > 0 */
  Key *key;        /* (n) */
  double *D;       /* (n) eigenvalues of the halves, ascending; and behind it the seven below */
  double *z;       /* (n) of norm 1 */
  double *first;   /* (n) first row of their eigenvectors */
  double *last;    /* (n) */
  double *squares; /* (k) z_j² of the poles; then first and last row of the new eigenvectors */
  double *f, *g;   /* (k) first and last row, of the poles; then of the roots */
  double *u;       /* (n · tasks) scratch */
} Work;

static int
by_value (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  if (x->value != y->value)
    return x->value > y->value ? 1 : -1;
  return x->index - y->index;
}

/* The pairs of both halves by eigenvalue. */
static void
gather (Work *w)
{
  GramCpuMerge *m = w->merge;
  gint64 n = m->n, half = m->left->n;
  const double *left = m->left->rows, *right = m->right->rows;
  double sign = m->coupling < 0 ? -1 : 1;

  for (gint64 i = 0; i < n; i++)
    w->key[i] = (Key){ i < half ? left[i] : right[i - half], (gint32) i };
  qsort (w->key, (size_t) n, sizeof (Key), by_value);
  for (gint64 p = 0; p < n; p++)
    {
      gint32 i = m->order[p] = w->key[p].index;
      gint64 j = i - half;

      w->D[p] = w->key[p].value;
      w->z[p] = (j < 0 ? left[2 * half + i] : sign * right[m->right->n + j]) * G_SQRT2 / 2;
      w->first[p] = j < 0 ? left[half + i] : 0;
      w->last[p] = j < 0 ? 0 : right[2 * m->right->n + j];
    }
}

static inline void
turn (double *x, double c, double s, gint32 p, gint32 q)
{
  double a = x[p], b = x[q];

  x[p] = c * a + s * b;
  x[q] = c * b - s * a;
}

/* Turns pair @p into one that z does not touch, if @p and @q are so close that this changes T by
 * rounding only. */
static gboolean
turn_out (Work *w, gint32 p, gint32 q, double tolerance)
{
  double norm = hypot (w->z[p], w->z[q]), c = w->z[q] / norm, s = -w->z[p] / norm;
  double a = w->D[p], b = w->D[q];
  GramCpuRotation rotation = { p, q, c, s };

  if (fabs ((b - a) * c * s) > tolerance)
    return FALSE;
  w->z[p] = 0;
  w->z[q] = norm;
  w->D[p] = a * c * c + b * s * s;
  w->D[q] = a * s * s + b * c * c;
  turn (w->first, c, s, p, q);
  turn (w->last, c, s, p, q);
  g_array_append_val (w->merge->rotations, rotation);
  return TRUE;
}

static void
deflate (Work *w)
{
  GramCpuMerge *m = w->merge;
  gint64 n = m->n, deflated = 0;
  g_autofree gint32 *out = g_new (gint32, n);
  double largest = 0, tolerance;
  gint32 before = -1; /* the last pair that may still be a pole */

  for (gint64 p = 0; p < n; p++)
    largest = fmax (largest, fmax (fabs (w->D[p]), fabs (w->z[p])));
  tolerance = 4 * DBL_EPSILON * largest;
  for (gint32 p = 0; p < n; p++)
    {
      if (w->rho * fabs (w->z[p]) <= tolerance)
        {
          out[deflated++] = p;
          continue;
        }
      if (before >= 0 && turn_out (w, before, p, tolerance))
        out[deflated++] = before;
      else if (before >= 0)
        m->pole[m->k++] = before;
      before = p;
    }
  if (before >= 0)
    m->pole[m->k++] = before;
  memcpy (m->pole + m->k, out, (gsize) deflated * sizeof (gint32));
}

/* ---------- the secular equation -------------------------------------------------------------- */

static gboolean
chunk (const Work *w, gint64 task, gint64 *first, gint64 *end)
{
  *first = task * CHUNK;
  *end = MIN (*first + CHUNK, w->merge->k);
  return !g_cancellable_is_cancelled (w->cancellable);
}

static void
find_roots (gint64 task, guint worker, gpointer data)
{
  const Work *w = data;
  GramCpuMerge *m = w->merge;
  gint64 first, end;

  if (chunk (w, task, &first, &end))
    for (gint64 i = first; i < end; i++)
      gram_cpu_tridiagonal_root (w->kernels, m->k, i, m->d, w->squares, w->rho, &m->origin[i],
                                 &m->tau[i]);
}

/* ẑ_j² = Π_i (λ_i − d_j)/Π_{i≠j} (d_i − d_j) up to 1/ρ, which the norms take away again */
static void
refine_weights (gint64 task, guint worker, gpointer data)
{
  const Work *w = data;
  GramCpuMerge *m = w->merge;
  gint64 first, end;

  if (!chunk (w, task, &first, &end))
    return;
  for (gint64 j = first; j < end; j++)
    {
      double d = m->d[j], square = (d - m->origin[j]) - m->tau[j];

      square *= w->kernels->gap_product (j, d, m->origin, m->tau, m->d);
      square *= w->kernels->gap_product (m->k - j - 1, d, m->origin + j + 1, m->tau + j + 1,
                                         m->d + j + 1);
      m->z[j] = copysign (sqrt (fabs (square)), w->z[m->pole[j]]);
    }
}

/* scale_i = 1/‖u_i‖, and what u_i makes of the first and last row */
static void
norm_vectors (gint64 task, guint worker, gpointer data)
{
  const Work *w = data;
  GramCpuMerge *m = w->merge;
  double *u = w->u + (gsize) worker * (gsize) m->k;
  gint64 first, end;

  if (!chunk (w, task, &first, &end))
    return;
  for (gint64 i = first; i < end; i++)
    {
      double squares = 0, f = 0, g = 0;

      w->kernels->root_gaps (m->k, m->z, m->d, m->origin[i], m->tau[i], u);
      for (gint64 j = 0; j < m->k; j++)
        {
          squares += u[j] * u[j];
          f += u[j] * w->f[j];
          g += u[j] * w->g[j];
        }
      m->scale[i] = 1 / sqrt (squares);
      w->first[m->n + i] = f * m->scale[i];
      w->last[m->n + i] = g * m->scale[i];
    }
}

static void
solve (Work *w, GramCpuPool *pool)
{
  GramCpuMerge *m = w->merge;
  gint64 tasks = (m->k + CHUNK - 1) / CHUNK;

  m->d = g_new0 (double, 5 * m->k + 1);
  m->z = m->d + m->k;
  m->origin = m->z + m->k;
  m->tau = m->origin + m->k;
  m->scale = m->tau + m->k;
  for (gint64 j = 0; j < m->k; j++)
    {
      gint32 p = m->pole[j];

      m->d[j] = w->D[p];
      w->squares[j] = w->z[p] * w->z[p];
      w->f[j] = w->first[p];
      w->g[j] = w->last[p];
    }
  gram_cpu_merge_spread (pool, tasks, find_roots, w);
  gram_cpu_merge_spread (pool, tasks, refine_weights, w);
  gram_cpu_merge_spread (pool, tasks, norm_vectors, w);
}

/* All eigenvalues in order, secular and deflated, and the rows that the parent wants. */
static void
sort_results (Work *w)
{
  GramCpuMerge *m = w->merge;
  gint64 n = m->n;

  for (gint64 i = 0; i < n; i++)
    w->key[i] = (Key){ i < m->k ? m->origin[i] + m->tau[i] : w->D[m->pole[i]], (gint32) i };
  qsort (w->key, (size_t) n, sizeof (Key), by_value);
  m->rows = g_new (double, 3 * n);
  for (gint64 p = 0; p < n; p++)
    {
      gint32 i = m->result[p] = w->key[p].index;
      gint64 at = i < m->k ? n + i : m->pole[i];

      m->rows[p] = w->key[p].value;
      m->rows[n + p] = w->first[at];
      m->rows[2 * n + p] = w->last[at];
    }
}

/**
 * gram_cpu_tridiagonal_merge:
 * @merge: whose halves are done; their rows are freed
 * @pool: (nullable): to solve on; no bit depends on it
 * @cancellable: (nullable): when cancelled the result is of no use
 */
void
gram_cpu_tridiagonal_merge (GramCpuMerge *merge, const GramCpuKernels *kernels, GramCpuPool *pool,
                            GCancellable *cancellable)
{
  gint64 n = merge->n;
  guint threads = pool != NULL ? gram_cpu_pool_get_threads (pool) : 1;
  g_autofree Key *key = g_new (Key, n);
  g_autofree double *memory = g_new (double, (9 + threads) * n);
  Work w = { merge, kernels, cancellable, 2 * fabs (merge->coupling), key };

  w.D = memory;
  w.z = w.D + n;
  w.first = w.z + n;
  w.last = w.first + 2 * n;
  w.squares = w.last + 2 * n;
  w.f = w.squares + n;
  w.g = w.f + n;
  w.u = w.g + n;
  merge->order = g_new (gint32, 3 * n);
  merge->pole = merge->order + n;
  merge->result = merge->pole + n;
  merge->rotations = g_array_new (FALSE, FALSE, sizeof (GramCpuRotation));
  gather (&w);
  deflate (&w);
  solve (&w, pool);
  sort_results (&w);
  g_clear_pointer (&merge->left->rows, g_free);
  g_clear_pointer (&merge->right->rows, g_free);
}
