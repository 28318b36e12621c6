/* gram-blas.h: BLAS and LAPACK as this program calls them, and nobody includes another header
 *
 * SPDX-License-Identifier: MIT
 *
 * Debian's openblas.pc brings cblas.h but no lapacke.h: LAPACK is called as Fortran does, numbers
 * by their address, with the hidden lengths of its character arguments. No call meets a fork.
 */
#pragma once

#include <cblas.h>
#include <stddef.h>

#include "gram-fork.h"

G_BEGIN_DECLS

/* An integer for Fortran */
#define GRAM_INT(x) (&(int){ (int) (x) })

void dgeqr2_ (const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
              int *info);
void dgeqrt3_ (const int *m, const int *n, double *a, const int *lda, double *t, const int *ldt,
               int *info);
void dlarft_ (const char *direct, const char *storev, const int *n, const int *k, double *v,
              const int *ldv, const double *tau, double *t, const int *ldt, size_t, size_t);
void dlatrd_ (const char *uplo, const int *n, const int *nb, double *a, const int *lda, double *e,
              double *tau, double *w, const int *ldw, size_t);
void dormtr_ (const char *side, const char *uplo, const char *trans, const int *m, const int *n,
              double *a, const int *lda, const double *tau, double *c, const int *ldc, double *work,
              const int *lwork, int *info, size_t, size_t, size_t);
void dpotrf_ (const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dstedc_ (const char *compz, const int *n, double *d, double *e, double *z, const int *ldz,
              double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t);
void dsteqr_ (const char *compz, const int *n, double *d, double *e, double *z, const int *ldz,
              double *work, int *info, size_t);
void dsyev_ (const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *info, size_t, size_t);
void dsyevr_ (const char *jobz, const char *range, const char *uplo, const int *n, double *a,
              const int *lda, const double *vl, const double *vu, const int *il, const int *iu,
              const double *abstol, int *m, double *w, double *z, const int *ldz, int *isuppz,
              double *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t,
              size_t, size_t);
void dsytd2_ (const char *uplo, const int *n, double *a, const int *lda, double *d, double *e,
              double *tau, int *info, size_t);

#define cblas_daxpy(...) GRAM_UNFORKED (cblas_daxpy (__VA_ARGS__))
#define cblas_ddot(...) GRAM_UNFORKED (cblas_ddot (__VA_ARGS__))
#define cblas_dgemm(...) GRAM_UNFORKED (cblas_dgemm (__VA_ARGS__))
#define cblas_dnrm2(...) GRAM_UNFORKED (cblas_dnrm2 (__VA_ARGS__))
#define cblas_dsymm(...) GRAM_UNFORKED (cblas_dsymm (__VA_ARGS__))
#define cblas_dsymv(...) GRAM_UNFORKED (cblas_dsymv (__VA_ARGS__))
#define cblas_dsyr2k(...) GRAM_UNFORKED (cblas_dsyr2k (__VA_ARGS__))
#define cblas_dsyrk(...) GRAM_UNFORKED (cblas_dsyrk (__VA_ARGS__))
#define cblas_dtrmm(...) GRAM_UNFORKED (cblas_dtrmm (__VA_ARGS__))
#define cblas_dtrsm(...) GRAM_UNFORKED (cblas_dtrsm (__VA_ARGS__))
#define cblas_sgemm(...) GRAM_UNFORKED (cblas_sgemm (__VA_ARGS__))
#define cblas_sgemv(...) GRAM_UNFORKED (cblas_sgemv (__VA_ARGS__))
#define dgeqr2_(...) GRAM_UNFORKED (dgeqr2_ (__VA_ARGS__))
#define dgeqrt3_(...) GRAM_UNFORKED (dgeqrt3_ (__VA_ARGS__))
#define dlarft_(...) GRAM_UNFORKED (dlarft_ (__VA_ARGS__))
#define dlatrd_(...) GRAM_UNFORKED (dlatrd_ (__VA_ARGS__))
#define dormtr_(...) GRAM_UNFORKED (dormtr_ (__VA_ARGS__))
#define dpotrf_(...) GRAM_UNFORKED (dpotrf_ (__VA_ARGS__))
#define dstedc_(...) GRAM_UNFORKED (dstedc_ (__VA_ARGS__))
#define dsteqr_(...) GRAM_UNFORKED (dsteqr_ (__VA_ARGS__))
#define dsyev_(...) GRAM_UNFORKED (dsyev_ (__VA_ARGS__))
#define dsyevr_(...) GRAM_UNFORKED (dsyevr_ (__VA_ARGS__))
#define dsytd2_(...) GRAM_UNFORKED (dsytd2_ (__VA_ARGS__))

G_END_DECLS
