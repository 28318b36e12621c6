/* gram-krylov.c: Lanczos with full reorthogonalisation from several vectors side by side
 *
 * SPDX-License-Identifier: MIT
 *
 * Each starting vector has a Krylov space and a tridiagonal matrix of its own, since Gauss
 * quadrature wants its own measure; but all advance together, so that one product A·[q₁ … q_k]
 * reads A once for all. That product is bound by memory: k vectors cost little more than one.
 */
#include "gram-krylov.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "gram-dense.h"
#include "gram-size.h"
#include "gram-tridiagonal.h"

/* Columns that are allocated together: the length of a run is not known beforehand. */
#define PANEL 32

typedef struct
{
  GPtrArray *panels; /* of double *: q_1, q_2, … orthonormal, PANEL a panel */
  GArray *alpha, *beta;
  double norm; /* of the starting vector */
  guint steps;
  gboolean exhausted;
} Sequence;

struct _GramKrylov
{
  gint64 n;
  guint count;
  Sequence *sequences;
  double scale;  /* largest ‖Aq‖ so far: ‖A‖ from below */
  double *V, *Y; /* (n × count): the vectors that advance, and A times them, in one piece */
};

/**
 * gram_apply_system:
 *
 * A #GramApplyFunc: Y = H∞V of the #GramSystem @system.
 */
gboolean
gram_apply_system (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
                   const GramJob *job, GError **error)
{
  return gram_system_multiply (system, k, V, ldv, Y, ldy, job, error);
}

/**
 * gram_apply_inverse:
 *
 * A #GramApplyFunc: Y = H∞⁻¹V of the factored #GramSystem @system.
 */
gboolean
gram_apply_inverse (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
                    const GramJob *job, GError **error)
{
  gint64 n = gram_system_get_n (system);

  for (gint64 i = 0; i < k; i++)
    memcpy (Y + i * ldy, V + i * ldv, (gsize) n * sizeof (double));
  return gram_system_solve (system, k, Y, ldy, job, error);
}

static double *
column (const GramKrylov *krylov, const Sequence *sequence, guint index)
{
  double *panel = g_ptr_array_index (sequence->panels, index / PANEL);

  return panel + (gint64) (index % PANEL) * krylov->n;
}

/* The next column, zeroed. */
static double *
add_column (GramKrylov *krylov, Sequence *sequence, guint index, GError **error)
{
  if (index / PANEL == sequence->panels->len)
    {
      double *panel = gram_try_alloc (sizeof (double), krylov->n, PANEL, "Krylov vectors", error);

      if (panel == NULL)
        return NULL;
      g_ptr_array_add (sequence->panels, panel);
    }
  return column (krylov, sequence, index);
}

static gboolean
sequence_start (GramKrylov *krylov, Sequence *sequence, const double *y, GError **error)
{
  double *q;

  sequence->panels = g_ptr_array_new_with_free_func (gram_free);
  sequence->alpha = g_array_new (FALSE, FALSE, sizeof (double));
  sequence->beta = g_array_new (FALSE, FALSE, sizeof (double));
  q = add_column (krylov, sequence, 0, error);
  if (q == NULL)
    return FALSE;
  sequence->norm = sqrt (gram_dense_dot (krylov->n, y, y));
  sequence->exhausted = !(sequence->norm > 0);
  for (gint64 i = 0; i < krylov->n && !sequence->exhausted; i++)
    q[i] = y[i] / sequence->norm;
  return TRUE;
}

/**
 * gram_krylov_new:
 * @n: order of A
 * @count: starting vectors
 * @Y: (n × @count): the starting vectors, copied
 *
 * Returns: (transfer full) (nullable): spaces of dimension 0, to be extended
 */
GramKrylov *
gram_krylov_new (gint64 n, guint count, const double *Y, gint64 ldy, GError **error)
{
  g_autoptr (GramKrylov) krylov = g_new0 (GramKrylov, 1);

  krylov->n = n;
  krylov->count = count;
  krylov->sequences = g_new0 (Sequence, count);
  krylov->V = gram_try_alloc (sizeof (double), n, 2 * (gint64) count, "Krylov vectors", error);
  if (krylov->V == NULL)
    return NULL;
  krylov->Y = krylov->V + n * count;
  for (guint i = 0; i < count; i++)
    if (!sequence_start (krylov, &krylov->sequences[i], Y + i * ldy, error))
      return NULL;
  return g_steal_pointer (&krylov);
}

void
gram_krylov_free (GramKrylov *krylov)
{
  if (krylov == NULL)
    return;
  for (guint i = 0; i < krylov->count; i++)
    {
      g_clear_pointer (&krylov->sequences[i].panels, g_ptr_array_unref);
      g_clear_pointer (&krylov->sequences[i].alpha, g_array_unref);
      g_clear_pointer (&krylov->sequences[i].beta, g_array_unref);
    }
  g_free (krylov->sequences);
  gram_free (krylov->V);
  g_free (krylov);
}

/* w ← w − QQᵀw, and once more when cancellation ate digits: "twice is enough" (Kahan, Parlett). */
static double
reorthogonalise (const GramKrylov *krylov, const Sequence *sequence, guint columns, double *w)
{
  double before = sqrt (gram_dense_dot (krylov->n, w, w)), after;

  for (int pass = 0;; pass++)
    {
      for (guint i = 0; i < columns; i++)
        gram_dense_project_out (krylov->n, column (krylov, sequence, i), w);
      after = sqrt (gram_dense_dot (krylov->n, w, w));
      if (after > 0.7 * before || pass == 2)
        return after;
      before = after;
    }
}

/* One step of one sequence; @w is A·q_j and is overwritten. */
static gboolean
advance (GramKrylov *krylov, Sequence *sequence, double *w, GError **error)
{
  guint j = sequence->steps;
  double alpha = gram_dense_project_out (krylov->n, column (krylov, sequence, j), w), beta, *next;

  if (j > 0)
    gram_dense_add_scaled (krylov->n, -g_array_index (sequence->beta, double, j - 1),
                           column (krylov, sequence, j - 1), w);
  beta = reorthogonalise (krylov, sequence, j + 1, w);
  /* At rounding level the space is invariant: what is left of w is noise, not a direction. */
  if (beta <= krylov->scale * DBL_EPSILON * sqrt ((double) krylov->n) || j + 1 >= krylov->n)
    {
      sequence->exhausted = TRUE;
      beta = 0;
    }
  g_array_append_val (sequence->alpha, alpha);
  g_array_append_val (sequence->beta, beta);
  sequence->steps++;
  if (sequence->exhausted)
    return TRUE;
  next = add_column (krylov, sequence, j + 1, error);
  if (next == NULL)
    return FALSE;
  for (gint64 i = 0; i < krylov->n; i++)
    next[i] = w[i] / beta;
  return TRUE;
}

static gboolean
step_all (GramKrylov *krylov, GramApplyFunc apply, gpointer data, const GramJob *job,
          GError **error)
{
  guint active = 0;

  for (guint i = 0; i < krylov->count; i++)
    if (!krylov->sequences[i].exhausted)
      memcpy (krylov->V + active++ * krylov->n,
              column (krylov, &krylov->sequences[i], krylov->sequences[i].steps),
              (gsize) krylov->n * sizeof (double));
  if (active == 0)
    return TRUE;
  if (!apply (data, active, krylov->V, krylov->n, krylov->Y, krylov->n, job, error))
    return FALSE;
  for (guint i = 0; i < active; i++)
    {
      const double *y = krylov->Y + i * krylov->n;

      krylov->scale = MAX (krylov->scale, sqrt (gram_dense_dot (krylov->n, y, y)));
    }
  active = 0;
  for (guint i = 0; i < krylov->count; i++)
    if (!krylov->sequences[i].exhausted
        && !advance (krylov, &krylov->sequences[i], krylov->Y + active++ * krylov->n, error))
      return FALSE;
  return TRUE;
}

/**
 * gram_krylov_extend:
 * @steps: how many dimensions to add to every space that is not exhausted
 *
 * Cancellable between steps.
 */
gboolean
gram_krylov_extend (GramKrylov *krylov, GramApplyFunc apply, gpointer data, guint steps,
                    const GramJob *job, GError **error)
{
  for (guint step = 0; step < steps; step++)
    if ((job != NULL && g_cancellable_set_error_if_cancelled (job->cancellable, error))
        || !step_all (krylov, apply, data, job, error))
      return FALSE;
  return TRUE;
}

/**
 * gram_krylov_get_steps:
 *
 * Returns: the dimension of the space of starting vector @vector
 */
guint
gram_krylov_get_steps (const GramKrylov *krylov, guint vector)
{
  return krylov->sequences[vector].steps;
}

/**
 * gram_krylov_is_exhausted:
 *
 * Returns: whether the space is invariant, so that its quadrature is exact, or was closed
 */
gboolean
gram_krylov_is_exhausted (const GramKrylov *krylov, guint vector)
{
  return krylov->sequences[vector].exhausted;
}

/**
 * gram_krylov_exhaust:
 *
 * Closes a space that is accurate enough: the others go on without it.
 */
void
gram_krylov_exhaust (GramKrylov *krylov, guint vector)
{
  krylov->sequences[vector].exhausted = TRUE;
}

/* T_j, extended by one row when @extra: diagonal and off-diagonal, each of the order returned. */
static guint
tridiagonal (const Sequence *sequence, gboolean extra, double **diagonal, double **off_diagonal)
{
  guint order = sequence->steps + (extra ? 1 : 0);

  *diagonal = g_new0 (double, order + 1);
  *off_diagonal = g_new0 (double, order + 1);
  if (sequence->steps == 0)
    return order;
  memcpy (*diagonal, sequence->alpha->data, sequence->steps * sizeof (double));
  memcpy (*off_diagonal, sequence->beta->data, sequence->steps * sizeof (double));
  return order;
}

static double
last_beta (const Sequence *sequence)
{
  return sequence->steps > 0 ? g_array_index (sequence->beta, double, sequence->steps - 1) : 0;
}

/**
 * gram_krylov_largest:
 * @value: (out): the largest Ritz value θ
 * @residual: (out): ‖Av − θv‖ of its Ritz vector v, as Lanczos knows it; an eigenvalue of A is
 *   within that distance of θ, and within @residual²/gap of it when it is isolated
 *
 * Needs at least one step.
 */
gboolean
gram_krylov_largest (const GramKrylov *krylov, guint vector, double *value, double *residual,
                     GError **error)
{
  const Sequence *sequence = &krylov->sequences[vector];
  g_autofree double *diagonal = NULL, *off_diagonal = NULL, *Z = NULL;
  guint j = tridiagonal (sequence, FALSE, &diagonal, &off_diagonal);

  g_return_val_if_fail (j > 0, FALSE);
  Z = g_new0 (double, j);
  Z[j - 1] = 1; /* the last row tells the residual */
  if (!gram_tridiagonal_eigen (j, diagonal, off_diagonal, 1, Z, error))
    return FALSE;
  *value = diagonal[0];
  *residual = fabs (last_beta (sequence) * Z[0]);
  return TRUE;
}

static gboolean
quadrature (guint order, double *diagonal, double *off_diagonal, double norm, double *nodes,
            double *weights, GError **error)
{
  g_autofree double *first = g_new0 (double, order + 1);

  first[0] = 1;
  if (!gram_tridiagonal_eigen (order, diagonal, off_diagonal, 1, first, error))
    return FALSE;
  for (guint i = 0; i < order; i++)
    {
      nodes[i] = diagonal[i];
      weights[i] = first[i] * first[i] * norm * norm;
    }
  return TRUE;
}

/**
 * gram_krylov_gauss:
 * @nodes, @weights: (out caller-allocates): room for gram_krylov_get_steps() numbers
 * @count: (out): how many there are
 *
 * The Gauss quadrature of y's spectral measure (Golub and Welsch): yᵀf(A)y ≈ Σ weightⱼ f(nodeⱼ),
 * exact for polynomials of degree 2j − 1, nodes descending. For 1/λ and for (1 − ηλ)^{2k} with
 * ηλ₁ ≤ 1 it is a lower bound.
 */
gboolean
gram_krylov_gauss (const GramKrylov *krylov, guint vector, double *nodes, double *weights,
                   guint *count, GError **error)
{
  const Sequence *sequence = &krylov->sequences[vector];
  g_autofree double *diagonal = NULL, *off_diagonal = NULL;

  *count = tridiagonal (sequence, FALSE, &diagonal, &off_diagonal);
  return quadrature (*count, diagonal, off_diagonal, sequence->norm, nodes, weights, error);
}

/* δ_j of (T_j − fixed·I)δ = β_j²·e_j, by elimination from the top: only its last entry is needed.
 */
static double
radau_shift (guint j, const double *diagonal, const double *beta, double fixed)
{
  double pivot = diagonal[0] - fixed;

  for (guint i = 1; i < j; i++)
    pivot = diagonal[i] - fixed - beta[i - 1] * beta[i - 1] / pivot;
  return beta[j - 1] * beta[j - 1] / pivot;
}

/**
 * gram_krylov_radau:
 * @fixed: a node that is not above λ₀
 * @nodes, @weights: (out caller-allocates): room for gram_krylov_get_steps() + 1 numbers
 *
 * The Gauss–Radau quadrature with one node at @fixed (Golub 1973). Where Gauss is a lower bound
 * this is an upper one, so the gap between the two is the error estimate. Equal to Gauss when the
 * space is invariant.
 */
gboolean
gram_krylov_radau (const GramKrylov *krylov, guint vector, double fixed, double *nodes,
                   double *weights, guint *count, GError **error)
{
  const Sequence *sequence = &krylov->sequences[vector];
  gboolean extra = last_beta (sequence) > 0;
  g_autofree double *diagonal = NULL, *off_diagonal = NULL;

  *count = tridiagonal (sequence, extra, &diagonal, &off_diagonal);
  if (extra)
    diagonal[*count - 1] = fixed + radau_shift (*count - 1, diagonal, off_diagonal, fixed);
  return quadrature (*count, diagonal, off_diagonal, sequence->norm, nodes, weights, error);
}
