/* gram-dense.c: the few dense operations that no backend slot offers
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dense.h"

#include <math.h>

#include "gram-blas.h"
#include "gram-error.h"
#include "gram-size.h"

/* BLAS counts in int, and wakes its threads for vectors above 10,000 numbers: the waking costs more
 * than is gained, most of all where others compute. Longer vectors go piece by piece. */
#define PIECE ((gint64) 1 << 13)

/**
 * gram_dense_dot:
 *
 * Returns: xᵀy
 */
double
gram_dense_dot (gint64 n, const double *x, const double *y)
{
  double sum = 0;

  for (gint64 i = 0; i < n; i += PIECE)
    sum += cblas_ddot ((int) MIN (PIECE, n - i), x + i, 1, y + i, 1);
  return sum;
}

/**
 * gram_dense_add_scaled:
 *
 * y ← y + a·x
 */
void
gram_dense_add_scaled (gint64 n, double a, const double *x, double *y)
{
  for (gint64 i = 0; i < n; i += PIECE)
    cblas_daxpy ((int) MIN (PIECE, n - i), a, x + i, 1, y + i, 1);
}

/**
 * gram_dense_project_out:
 * @q: (n), of norm 1
 *
 * w ← w − q·qᵀw
 *
 * Returns: the qᵀw that was taken out
 */
double
gram_dense_project_out (gint64 n, const double *q, double *w)
{
  double s = gram_dense_dot (n, q, w);

  gram_dense_add_scaled (n, -s, q, w);
  return s;
}

/**
 * gram_dense_distance:
 *
 * Returns: ‖A − B‖_F of two (@n × @n) matrices
 */
double
gram_dense_distance (gint64 n, const double *A, gint64 lda, const double *B, gint64 ldb)
{
  double sum = 0;

  for (gint64 j = 0; j < n; j++)
    for (gint64 i = 0; i < n; i++)
      {
        double difference = A[j * lda + i] - B[j * ldb + i];

        sum += difference * difference;
      }
  return sqrt (sum);
}

/**
 * gram_dense_inner:
 * @A: (@d × @rows)
 * @B: (@d × @columns)
 * @C: (out caller-allocates): (@rows × @columns): AᵀB
 */
gboolean
gram_dense_inner (gint64 rows, gint64 columns, gint64 d, const double *A, gint64 lda,
                  const double *B, gint64 ldb, double *C, gint64 ldc, GError **error)
{
  int m, n, k, a, b, c;

  if (!gram_size_to_int (rows, "rows", &m, error)
      || !gram_size_to_int (columns, "columns", &n, error) || !gram_size_to_int (d, "d", &k, error)
      || !gram_size_to_int (lda, "lda", &a, error) || !gram_size_to_int (ldb, "ldb", &b, error)
      || !gram_size_to_int (ldc, "ldc", &c, error))
    return FALSE;
  cblas_dgemm (CblasColMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0, A, a, B, b, 0.0, C, c);
  return TRUE;
}

/* LAPACK does not always return on a NaN. */
static gboolean
check_finite (gint64 d, const double *A, gint64 lda, GError **error)
{
  for (gint64 j = 0; j < d; j++)
    for (gint64 i = 0; i <= j; i++)
      if (!isfinite (A[j * lda + i]))
        {
          g_set_error (error, GRAM_ERROR, GRAM_ERROR_USAGE,
                       "the matrix has entries that are no numbers");
          return FALSE;
        }
  return TRUE;
}

/**
 * gram_dense_eigenvalues:
 * @A: (inout): (@d × @d): symmetric; the upper triangle is read, and all of it lost
 * @lambda: (out caller-allocates): (@d), ascending
 */
gboolean
gram_dense_eigenvalues (gint64 d, double *A, gint64 lda, double *lambda, GError **error)
{
  int order, ld, info = 0, lwork;
  gram_autofree double *work = NULL;

  if (!check_finite (d, A, lda, error) || !gram_size_to_int (d, "d", &order, error)
      || !gram_size_to_int (lda, "the leading dimension", &ld, error)
      || !gram_size_to_int (34 * d, "34·d", &lwork, error))
    return FALSE;
  work = gram_try_alloc (sizeof (double), d, 34, "the eigenvalues of A", error);
  if (work == NULL)
    return FALSE;
  dsyev_ ("N", "U", &order, A, &ld, lambda, work, &lwork, &info, 1, 1);
  if (info != 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                   "the eigenvalues of A did not converge (dsyev: %d)", info);
      return FALSE;
    }
  return TRUE;
}

/**
 * gram_dense_nuclear_norm:
 * @A: (@d × @d): symmetric; the upper triangle is read
 * @norm: (out): ‖A‖_* = Σ|eigenvalues|
 */
gboolean
gram_dense_nuclear_norm (gint64 d, const double *A, gint64 lda, double *norm, GError **error)
{
  gram_autofree double *work =
      gram_try_alloc (sizeof (double), d, d + 1, "the eigenvalues of A", error);
  double *lambda = work != NULL ? work + d * d : NULL;

  for (gint64 j = 0; work != NULL && j < d; j++)
    for (gint64 i = 0; i <= j; i++)
      work[j * d + i] = A[j * lda + i];
  if (work == NULL || !gram_dense_eigenvalues (d, work, d, lambda, error))
    return FALSE;
  *norm = 0;
  for (gint64 i = 0; i < d; i++)
    *norm += fabs (lambda[i]);
  return TRUE;
}
