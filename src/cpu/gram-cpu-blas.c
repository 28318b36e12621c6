/* gram-cpu-blas.c: BLAS and LAPACK as this backend calls them
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cpu-blas.h"

#include <cblas.h>

/* Debian's openblas.pc brings cblas.h but no lapacke.h, so the Fortran symbols are declared here,
 * with the hidden lengths of their character arguments. */
void dpotrf_ (const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dlatrd_ (const char *uplo, const int *n, const int *nb, double *a, const int *lda, double *e,
              double *tau, double *w, const int *ldw, size_t);
void dsytd2_ (const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
              double *tau, int *info, size_t);
void dstedc_ (const char *compz, const int *n, double *d, double *e, double *z, const int *ldz,
              double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t);
void dormtr_ (const char *side, const char *uplo, const char *trans, const int *m, const int *n,
              double *a, const int *lda, const double *tau, double *c, const int *ldc, double *work,
              const int *lwork, int *info, size_t, size_t, size_t);
void dsyevr_ (const char *jobz, const char *range, const char *uplo, const int *n, double *a,
              const int *lda, const double *vl, const double *vu, const int *il, const int *iu,
              const double *abstol, int *m, double *w, double *z, const int *ldz, int *isuppz,
              double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t,
              size_t, size_t);

void
gram_blas_gemm (gboolean trans_a, gboolean trans_b, gint64 m, gint64 n, gint64 k, double alpha,
                const double *A, gint64 lda, const double *B, gint64 ldb, double beta, double *C,
                gint64 ldc)
{
  cblas_dgemm (CblasColMajor, trans_a ? CblasTrans : CblasNoTrans,
               trans_b ? CblasTrans : CblasNoTrans, (int) m, (int) n, (int) k, alpha, A, (int) lda,
               B, (int) ldb, beta, C, (int) ldc);
}

void
gram_blas_symm_upper (gint64 n, gint64 k, double alpha, const double *H, gint64 ldh,
                      const double *V, gint64 ldv, double beta, double *Y, gint64 ldy)
{
  if (k == 1)
    cblas_dsymv (CblasColMajor, CblasUpper, (int) n, alpha, H, (int) ldh, V, 1, beta, Y, 1);
  else
    cblas_dsymm (CblasColMajor, CblasLeft, CblasUpper, (int) n, (int) k, alpha, H, (int) ldh, V,
                 (int) ldv, beta, Y, (int) ldy);
}

void
gram_blas_syrk_lower (gint64 n, gint64 k, const double *A, gint64 lda, double *C, gint64 ldc)
{
  cblas_dsyrk (CblasColMajor, CblasLower, CblasNoTrans, (int) n, (int) k, -1, A, (int) lda, 1, C,
               (int) ldc);
}

void
gram_blas_syr2k_lower (gint64 n, gint64 k, const double *A, gint64 lda, const double *B, gint64 ldb,
                       double *C, gint64 ldc)
{
  cblas_dsyr2k (CblasColMajor, CblasLower, CblasNoTrans, (int) n, (int) k, -1, A, (int) lda, B,
                (int) ldb, 1, C, (int) ldc);
}

void
gram_blas_trsm_left (gboolean transpose, gint64 m, gint64 n, const double *L, gint64 ldl, double *B,
                     gint64 ldb)
{
  cblas_dtrsm (CblasColMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans,
               CblasNonUnit, (int) m, (int) n, 1, L, (int) ldl, B, (int) ldb);
}

void
gram_blas_trsm_right_transposed (gint64 m, gint64 n, const double *L, gint64 ldl, double *B,
                                 gint64 ldb)
{
  cblas_dtrsm (CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int) m, (int) n, 1,
               L, (int) ldl, B, (int) ldb);
}

void
gram_blas_sgemv (gboolean transpose, gint64 m, gint64 n, const float *A, gint64 lda, const float *x,
                 float *y)
{
  cblas_sgemv (CblasColMajor, transpose ? CblasTrans : CblasNoTrans, (int) m, (int) n, 1, A,
               (int) lda, x, 1, 0, y, 1);
}

double
gram_blas_nrm2 (gint64 n, const double *x)
{
  return cblas_dnrm2 ((int) n, x, 1);
}

int
gram_lapack_potrf_lower (gint64 n, double *A, gint64 lda)
{
  int info = 0;

  dpotrf_ ("L", &(int){ (int) n }, A, &(int){ (int) lda }, &info, 1);
  return info;
}

void
gram_lapack_latrd_lower (gint64 n, gint64 nb, double *A, gint64 lda, double *e, double *tau,
                         double *W, gint64 ldw)
{
  dlatrd_ ("L", &(int){ (int) n }, &(int){ (int) nb }, A, &(int){ (int) lda }, e, tau, W,
           &(int){ (int) ldw }, 1);
}

int
gram_lapack_sytd2_lower (gint64 n, double *A, gint64 lda, double *d, double *e, double *tau)
{
  int info = 0;

  dsytd2_ ("L", &(int){ (int) n }, A, &(int){ (int) lda }, d, e, tau, &info, 1);
  return info;
}

int
gram_lapack_stedc (gint64 n, double *d, double *e, double *Z, gint64 ldz, double *work,
                   gint64 lwork, int *iwork, gint64 liwork)
{
  int info = 0;

  dstedc_ ("I", &(int){ (int) n }, d, e, Z, &(int){ (int) ldz }, work, &(int){ (int) lwork }, iwork,
           &(int){ (int) liwork }, &info, 1);
  return info;
}

int
gram_lapack_ormtr_lower (gint64 n, gint64 k, double *A, gint64 lda, const double *tau, double *C,
                         gint64 ldc, double *work, gint64 lwork)
{
  int info = 0;

  dormtr_ ("L", "L", "N", &(int){ (int) n }, &(int){ (int) k }, A, &(int){ (int) lda }, tau, C,
           &(int){ (int) ldc }, work, &(int){ (int) lwork }, &info, 1, 1, 1);
  return info;
}

int
gram_lapack_syevr_upper (gint64 n, double *A, gint64 lda, double *lambda, double *Z, gint64 ldz,
                         int *support, double *work, gint64 lwork, int *iwork, gint64 liwork)
{
  int info = 0, found = 0;

  dsyevr_ ("V", "A", "U", &(int){ (int) n }, A, &(int){ (int) lda }, &(double){ 0 }, &(double){ 0 },
           &(int){ 0 }, &(int){ 0 }, &(double){ 0 }, &found, lambda, Z, &(int){ (int) ldz },
           support, work, &(int){ (int) lwork }, iwork, &(int){ (int) liwork }, &info, 1, 1, 1);
  return info == 0 && found != n ? (int) n + 1 : info;
}
