/* cublas_v2.h: the part of cuBLAS that src/cuda calls, on CBLAS
 *
 * SPDX-License-Identifier: MIT
 *
 * Test code; see cuda_runtime_api.h here.
 */
#pragma once

#include "cuda_runtime_api.h"

#ifdef __cplusplus
extern "C"
{
#endif

  typedef struct cublasContext *cublasHandle_t;

  typedef enum
  {
    CUBLAS_STATUS_SUCCESS = 0,
    CUBLAS_STATUS_ALLOC_FAILED = 3,
    CUBLAS_STATUS_INVALID_VALUE = 7,
    CUBLAS_STATUS_EXECUTION_FAILED = 13,
    CUBLAS_STATUS_NOT_SUPPORTED = 15,
  } cublasStatus_t;

  typedef enum
  {
    CUBLAS_OP_N = 0,
    CUBLAS_OP_T = 1,
  } cublasOperation_t;

  typedef enum
  {
    CUBLAS_FILL_MODE_LOWER = 0,
  } cublasFillMode_t;

  typedef enum
  {
    CUBLAS_SIDE_LEFT = 0,
  } cublasSideMode_t;

  typedef enum
  {
    CUBLAS_DIAG_NON_UNIT = 0,
  } cublasDiagType_t;

  typedef enum
  {
    CUBLAS_COMPUTE_32F = 68,
    CUBLAS_COMPUTE_32F_FAST_TF32 = 77,
  } cublasComputeType_t;

  typedef enum
  {
    CUBLAS_GEMM_DEFAULT = -1,
  } cublasGemmAlgo_t;

  const char *cublasGetStatusString (cublasStatus_t status);
  cublasStatus_t cublasCreate (cublasHandle_t *handle);
  cublasStatus_t cublasDestroy (cublasHandle_t handle);
  cublasStatus_t cublasSetStream (cublasHandle_t handle, cudaStream_t stream);
  cublasStatus_t cublasSetWorkspace (cublasHandle_t handle, void *workspace, size_t bytes);
  cublasStatus_t cublasDgemm (cublasHandle_t handle, cublasOperation_t trans_a,
                              cublasOperation_t trans_b, int m, int n, int k, const double *alpha,
                              const double *A, int lda, const double *B, int ldb,
                              const double *beta, double *C, int ldc);
  cublasStatus_t cublasDsyrk (cublasHandle_t handle, cublasFillMode_t uplo, cublasOperation_t trans,
                              int n, int k, const double *alpha, const double *A, int lda,
                              const double *beta, double *C, int ldc);
  cublasStatus_t cublasDtrsm (cublasHandle_t handle, cublasSideMode_t side, cublasFillMode_t uplo,
                              cublasOperation_t trans, cublasDiagType_t diag, int m, int n,
                              const double *alpha, const double *A, int lda, double *B, int ldb);
  cublasStatus_t cublasGemmEx (cublasHandle_t handle, cublasOperation_t trans_a,
                               cublasOperation_t trans_b, int m, int n, int k, const void *alpha,
                               const void *A, cudaDataType type_a, int lda, const void *B,
                               cudaDataType type_b, int ldb, const void *beta, void *C,
                               cudaDataType type_c, int ldc, cublasComputeType_t compute,
                               cublasGemmAlgo_t algo);
  cublasStatus_t cublasGemmStridedBatchedEx (cublasHandle_t handle, cublasOperation_t trans_a,
                                             cublasOperation_t trans_b, int m, int n, int k,
                                             const void *alpha, const void *A, cudaDataType type_a,
                                             int lda, long long stride_a, const void *B,
                                             cudaDataType type_b, int ldb, long long stride_b,
                                             const void *beta, void *C, cudaDataType type_c,
                                             int ldc, long long stride_c, int batch,
                                             cublasComputeType_t compute, cublasGemmAlgo_t algo);

#ifdef __cplusplus
}
#endif
