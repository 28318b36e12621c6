/* gram-dense.c: the few dense operations that no backend slot offers
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-dense.h"

#include <cblas.h>
#include <math.h>

#include "gram-error.h"
#include "gram-size.h"

extern void dsyevr_ (const char *jobz, const char *range, const char *uplo, const int *n, double *A,
                     const int *lda, const double *vl, const double *vu, const int *il,
                     const int *iu, const double *abstol, int *m, double *w, double *Z,
                     const int *ldz, int *isuppz, double *work, const int *lwork, int *iwork,
                     const int *liwork, int *info);
extern void dsyev_ (const char *jobz, const char *uplo, const int *n, double *A, const int *lda,
                    double *w, double *work, const int *lwork, int *info);

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
 * gram_dense_top:
 * @A: (@order × @order): symmetric; the upper triangle is read
 * @vector: (out caller-allocates): (@order), of norm 1
 *
 * The largest eigenvalue of a small matrix, and its eigenvector.
 */
gboolean
gram_dense_top (gint64 order, const double *A, gint64 lda, double *value, double *vector,
                GError **error)
{
  int n = 0, lwork, liwork, found = 0, support[2], info = 0;
  double zero = 0, *work;
  g_autofree double *values = NULL;
  g_autofree int *iwork = NULL;

  if (!check_finite (order, A, lda, error)
      || !gram_size_to_int (26 * order, "order", &lwork, error))
    return FALSE;
  n = (int) order;
  liwork = 10 * n;
  work = gram_try_alloc (sizeof (double), order, order + 26, "a small eigenproblem", error);
  if (work == NULL)
    return FALSE;
  values = g_new (double, order);
  iwork = g_new (int, liwork);
  for (gint64 j = 0; j < order; j++)
    for (gint64 i = 0; i <= j; i++)
      work[j * order + i] = A[j * lda + i];
  dsyevr_ ("V", "I", "U", &n, work, &n, NULL, NULL, &n, &n, &zero, &found, values, vector, &n,
           support, work + order * order, &lwork, iwork, &liwork, &info);
  *value = values[0];
  gram_free (work);
  if (info != 0 || found != 1)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                   "a projected eigenproblem did not converge (dsyevr: %d)", info);
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
  int order, info = 0, lwork;
  double *work;

  if (!check_finite (d, A, lda, error) || !gram_size_to_int (d, "d", &order, error)
      || !gram_size_to_int (34 * d, "34·d", &lwork, error))
    return FALSE;
  work = gram_try_alloc (sizeof (double), d, d + 35, "the eigenvalues of A", error);
  if (work == NULL)
    return FALSE;
  for (gint64 j = 0; j < d; j++)
    for (gint64 i = 0; i <= j; i++)
      work[j * d + i] = A[j * lda + i];
  dsyev_ ("N", "U", &order, work, &order, work + d * d, work + d * (d + 1), &lwork, &info);
  *norm = 0;
  for (gint64 i = 0; i < d; i++)
    *norm += fabs (work[d * d + i]);
  gram_free (work);
  if (info != 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                   "the eigenvalues of A did not converge (dsyev: %d)", info);
      return FALSE;
    }
  return TRUE;
}
