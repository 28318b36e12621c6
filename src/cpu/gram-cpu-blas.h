/* gram-cpu-blas.h: BLAS and LAPACK as this backend calls them
 *
 * SPDX-License-Identifier: MIT
 *
 * All matrices column-major, dimensions 64-bit here and narrowed after a check in the callers:
 * gram_cpu_system_new() refuses what does not fit a 32-bit BLAS.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* C ← α·op (A)·op (B) + β·C; C is m × n, the inner dimension k */
void gram_blas_gemm (gboolean trans_a, gboolean trans_b, gint64 m, gint64 n, gint64 k, double alpha,
                     const double *A, gint64 lda, const double *B, gint64 ldb, double beta,
                     double *C, gint64 ldc);
/* Y ← α·H·V + β·Y with the upper triangle of H */
void gram_blas_symm_upper (gint64 n, gint64 k, double alpha, const double *H, gint64 ldh,
                           const double *V, gint64 ldv, double beta, double *Y, gint64 ldy);
/* C ← C − A·Aᵀ, lower triangle; A is n × k */
void gram_blas_syrk_lower (gint64 n, gint64 k, const double *A, gint64 lda, double *C, gint64 ldc);
/* C ← C − A·Bᵀ − B·Aᵀ, lower triangle; A and B are n × k */
void gram_blas_syr2k_lower (gint64 n, gint64 k, const double *A, gint64 lda, const double *B,
                            gint64 ldb, double *C, gint64 ldc);
/* B ← L⁻¹B or L⁻ᵀB; B is m × n */
void gram_blas_trsm_left (gboolean transpose, gint64 m, gint64 n, const double *L, gint64 ldl,
                          double *B, gint64 ldb);
/* B ← B·L⁻ᵀ; B is m × n, L n × n */
void gram_blas_trsm_right_transposed (gint64 m, gint64 n, const double *L, gint64 ldl, double *B,
                                      gint64 ldb);
/* y ← A·x or Aᵀ·x in float32; A is m × n */
void gram_blas_sgemv (gboolean transpose, gint64 m, gint64 n, const float *A, gint64 lda,
                      const float *x, float *y);
double gram_blas_nrm2 (gint64 n, const double *x);

/* LAPACK; each returns info */
int gram_lapack_potrf_lower (gint64 n, double *A, gint64 lda);
void gram_lapack_latrd_lower (gint64 n, gint64 nb, double *A, gint64 lda, double *e, double *tau,
                              double *W, gint64 ldw);
int gram_lapack_sytd2_lower (gint64 n, double *A, gint64 lda, double *d, double *e, double *tau);
int gram_lapack_stedc (gint64 n, double *d, double *e, double *Z, gint64 ldz, double *work,
                       gint64 lwork, int *iwork, gint64 liwork);
/* C ← Q·C, Q of the lower tridiagonalisation, C is n × k; lwork ≥ 64·k */
int gram_lapack_ormtr_lower (gint64 n, gint64 k, double *A, gint64 lda, const double *tau,
                             double *C, gint64 ldc, double *work, gint64 lwork);
/* All eigenpairs of the upper triangle of A (destroyed); lwork ≥ 33·n, liwork ≥ 10·n */
int gram_lapack_syevr_upper (gint64 n, double *A, gint64 lda, double *lambda, double *Z, gint64 ldz,
                             int *support, double *work, gint64 lwork, int *iwork, gint64 liwork);

G_END_DECLS
