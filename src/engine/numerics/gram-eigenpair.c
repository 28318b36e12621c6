/* gram-eigenpair.c: the largest eigenpair of a symmetric operator
 *
 * SPDX-License-Identifier: MIT
 *
 * Block Lanczos with full reorthogonalisation. With H∞⁻¹ as the operator it finds λ₀ and vₙ, whose
 * neighbours are close: a block of vectors converges by the gap to the eigenvalue after the block
 * instead of the next one, and the triangular solves, bound by memory, cost hardly more.
 */
#include "gram-eigenpair.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-band.h"
#include "gram-dense.h"
#include "gram-error.h"
#include "gram-philox.h"
#include "gram-size.h"

#define BLOCK 4
#define PROGRESS_HALF 50 /* products after which half of the work is said to be done */

typedef struct
{
  gint64 n;
  guint cap;               /* columns of Q there is room for */
  guint columns;           /* columns of Q that A was applied to */
  guint fresh;             /* columns after them: the next block */
  double *Q;               /* (n × cap) orthonormal */
  double *W;               /* (n × BLOCK) */
  double *T;               /* (cap × cap) QᵀAQ, of the first columns */
  double R[BLOCK * BLOCK]; /* what carries on from the last block: (fresh × last) */
  guint last;              /* columns of the last block */
  double scale;            /* largest column of T: ‖A‖ from below */
} Space;

static gboolean
space_init (Space *space, gint64 n, guint columns, GError **error)
{
  *space = (Space){ .n = n, .cap = (guint) MIN (n, columns) };
  space->Q = gram_try_alloc (sizeof (double), n, space->cap + BLOCK, "Krylov vectors", error);
  if (space->Q != NULL)
    space->W = gram_try_alloc (sizeof (double), n, BLOCK, "Krylov vectors", error);
  if (space->W != NULL)
    space->T = gram_try_alloc (sizeof (double), space->cap + BLOCK, space->cap + BLOCK,
                               "a projected matrix", error);
  return space->T != NULL;
}

static void
space_clear (Space *space)
{
  gram_free (space->Q);
  gram_free (space->W);
  gram_free (space->T);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Space, space_clear)

/* W ← W − QQᵀW, of @width columns; what is taken out is added to the last columns of T. A column of
 * Q is used for all of W while it is in the cache. */
static void
project_out (const Space *space, guint width)
{
  guint first = space->columns - width, ld = space->cap + BLOCK;

  for (guint q = 0; q < space->columns; q++)
    for (guint c = 0; c < width; c++)
      space->T[(first + c) * ld + q] +=
          gram_dense_project_out (space->n, space->Q + q * space->n, space->W + c * space->n);
}

/* Takes the columns of W into the basis as the next block, leaving out those that are nothing but
 * rounding; R remembers how W is made of them. */
static void
take_block (Space *space, guint width)
{
  guint old = space->columns;

  space->fresh = 0;
  memset (space->R, 0, sizeof space->R);
  for (guint c = 0; c < width; c++)
    {
      double *w = space->W + c * space->n, *q = space->Q + (old + space->fresh) * space->n;
      double before = sqrt (gram_dense_dot (space->n, w, w)), norm;

      for (guint pass = 0; pass < 2; pass++)
        for (guint f = 0; f < space->fresh; f++)
          space->R[f * BLOCK + c] +=
              gram_dense_project_out (space->n, space->Q + (old + f) * space->n, w);
      norm = sqrt (gram_dense_dot (space->n, w, w));
      if (!(norm > space->scale * DBL_EPSILON * sqrt ((double) space->n)) || norm < 1e-10 * before
          || old + space->fresh >= space->cap)
        continue;
      space->R[space->fresh * BLOCK + c] = norm;
      for (gint64 i = 0; i < space->n; i++)
        q[i] = w[i] / norm;
      space->fresh++;
    }
}

static void
start (Space *space, guint64 seed)
{
  guint width = (guint) MIN (BLOCK, space->n);

  gram_philox_normal (seed, GRAM_STREAM_PROBE, 0, 0, (gsize) space->n * width, space->W);
  take_block (space, width);
}

/* A times the newest block: its part within the basis is the next columns of T, the rest the next
 * block. */
static gboolean
extend (Space *space, GramApplyFunc apply, gpointer data, const GramJob *job, GError **error)
{
  guint width = space->fresh;

  if (!apply (data, width, space->Q + space->columns * space->n, space->n, space->W, space->n, job,
              error))
    return FALSE;
  space->columns += width;
  space->last = width;
  for (guint c = 0; c < width; c++)
    {
      double *w = space->W + c * space->n;
      double norm = sqrt (gram_dense_dot (space->n, w, w));

      if (!isfinite (norm))
        {
          g_set_error_literal (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                               "a product of Lanczos has entries that are no numbers");
          return FALSE;
        }
      space->scale = MAX (space->scale, norm);
    }
  project_out (space, width);
  project_out (space, width); /* "twice is enough" */
  take_block (space, width);
  return TRUE;
}

/* The largest Ritz pair: T's top eigenvector, and what A·v has outside the basis. */
static void
ritz (const Space *space, double *s, GramEigenpair *result)
{
  guint from = space->columns - space->last;
  double squares = 0;

  /* T is block tridiagonal, the rest of its upper triangle is rounding; @s holds its last vector */
  gram_band_largest (space->columns, 2 * BLOCK - 1, space->T, space->cap + BLOCK, &result->value,
                     s);
  for (guint f = 0; f < space->fresh; f++)
    {
      double sum = 0;

      for (guint c = 0; c < space->last; c++)
        sum += space->R[f * BLOCK + c] * s[from + c];
      squares += sum * sum;
    }
  result->residual = sqrt (squares);
}

static void
assemble (const Space *space, const double *s, double *v)
{
  memset (v, 0, (gsize) space->n * sizeof (double));
  for (guint c = 0; c < space->columns; c++)
    gram_dense_add_scaled (space->n, s[c], space->Q + c * space->n, v);
}

static gboolean
iterate (Space *space, GramApplyFunc apply, gpointer data, double tolerance, double *s,
         GramEigenpair *result, const GramJob *job, GError **error)
{
  gboolean done = FALSE;

  while (!done)
    {
      if (job != NULL && g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
      if (!extend (space, apply, data, job, error))
        return FALSE;
      result->products++;
      /* how many it takes is not known */
      if (job != NULL)
        gram_job_progress (job, result->products / (result->products + (double) PROGRESS_HALF));
      done = space->fresh == 0;
      if (!done && result->products % 3 != 0)
        continue; /* the small eigenproblem is not for nothing */
      ritz (space, s, result);
      done = done || result->residual <= tolerance * fabs (result->value);
    }
  return TRUE;
}

/**
 * gram_eigenpair_largest:
 * @n: order of A
 * @apply: Y = A·V
 * @seed: of the starting block
 * @tolerance: of ‖Av − θv‖ against |θ|
 * @columns: vectors that are kept at the most
 * @v: (out caller-allocates): (n), of norm 1
 * @result: (out)
 *
 * The algebraically largest eigenvalue θ of A and its eigenvector. Ends also when the space holds
 * @columns vectors; the residual says what was reached. When θ is multiple, v is one of its
 * eigenvectors.
 */
gboolean
gram_eigenpair_largest (gint64 n, GramApplyFunc apply, gpointer data, guint64 seed,
                        double tolerance, guint columns, double *v, GramEigenpair *result,
                        const GramJob *job, GError **error)
{
  g_auto (Space) space = { 0 };
  g_autofree double *s = NULL;

  *result = (GramEigenpair){ 0 };
  if (!space_init (&space, n, columns, error))
    return FALSE;
  s = g_new0 (double, space.cap + BLOCK);
  start (&space, seed);
  if (!iterate (&space, apply, data, tolerance, s, result, job, error))
    return FALSE;
  assemble (&space, s, v);
  return TRUE;
}
