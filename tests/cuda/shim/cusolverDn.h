/* cusolverDn.h: the part of cuSOLVER that src/cuda calls, on LAPACK
 *
 * SPDX-License-Identifier: MIT
 *
 * Test code; see cuda_runtime_api.h here.
 */
#pragma once

#include <stdint.h>

#include "cublas_v2.h"

#ifdef __cplusplus
extern "C"
{
#endif

  typedef struct cusolverDnContext *cusolverDnHandle_t;
  typedef struct cusolverDnParams *cusolverDnParams_t;

  typedef enum
  {
    CUSOLVER_STATUS_SUCCESS = 0,
    CUSOLVER_STATUS_ALLOC_FAILED = 2,
    CUSOLVER_STATUS_INVALID_VALUE = 3,
    CUSOLVER_STATUS_EXECUTION_FAILED = 6,
    CUSOLVER_STATUS_NOT_SUPPORTED = 9,
  } cusolverStatus_t;

  typedef enum
  {
    CUSOLVER_EIG_MODE_VECTOR = 1,
  } cusolverEigMode_t;

  cusolverStatus_t cusolverDnCreate (cusolverDnHandle_t *handle);
  cusolverStatus_t cusolverDnDestroy (cusolverDnHandle_t handle);
  cusolverStatus_t cusolverDnSetStream (cusolverDnHandle_t handle, cudaStream_t stream);
  cusolverStatus_t cusolverDnCreateParams (cusolverDnParams_t *params);
  cusolverStatus_t cusolverDnDestroyParams (cusolverDnParams_t params);
  cusolverStatus_t cusolverDnXpotrf_bufferSize (cusolverDnHandle_t handle,
                                                cusolverDnParams_t params, cublasFillMode_t uplo,
                                                int64_t n, cudaDataType type_a, const void *A,
                                                int64_t lda, cudaDataType compute,
                                                size_t *device_bytes, size_t *host_bytes);
  cusolverStatus_t cusolverDnXpotrf (cusolverDnHandle_t handle, cusolverDnParams_t params,
                                     cublasFillMode_t uplo, int64_t n, cudaDataType type_a, void *A,
                                     int64_t lda, cudaDataType compute, void *device,
                                     size_t device_bytes, void *host, size_t host_bytes, int *info);
  cusolverStatus_t cusolverDnXsyevd_bufferSize (cusolverDnHandle_t handle,
                                                cusolverDnParams_t params, cusolverEigMode_t jobz,
                                                cublasFillMode_t uplo, int64_t n,
                                                cudaDataType type_a, const void *A, int64_t lda,
                                                cudaDataType type_w, const void *W,
                                                cudaDataType compute, size_t *device_bytes,
                                                size_t *host_bytes);
  cusolverStatus_t cusolverDnXsyevd (cusolverDnHandle_t handle, cusolverDnParams_t params,
                                     cusolverEigMode_t jobz, cublasFillMode_t uplo, int64_t n,
                                     cudaDataType type_a, void *A, int64_t lda, cudaDataType type_w,
                                     void *W, cudaDataType compute, void *device,
                                     size_t device_bytes, void *host, size_t host_bytes, int *info);

#ifdef __cplusplus
}
#endif
