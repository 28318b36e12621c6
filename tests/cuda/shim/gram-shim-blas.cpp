/* gram-shim-blas.cpp: cuBLAS and cuSOLVER on CBLAS and LAPACK
 *
 * SPDX-License-Identifier: MIT
 */
#include <cblas.h>
#include <stdint.h>
#include <string.h>
#include <vector>

#include "cusolverDn.h"
#include "gram-shim-private.h"

extern "C"
{
  void dpotrf_ (const char *uplo, const int *n, double *A, const int *lda, int *info);
  void dsyevd_ (const char *jobz, const char *uplo, const int *n, double *A, const int *lda,
                double *w, double *work, const int *lwork, int *iwork, const int *liwork,
                int *info);
}

struct cublasContext
{
  cudaStream_t stream;
};

struct cusolverDnContext
{
  cudaStream_t stream;
};

struct cusolverDnParams
{
  int unused;
};

/* ---------- cuBLAS --------------------------------------------------------------------------- */

static cublasStatus_t
blas_gate ()
{
  switch (shim_gate ())
    {
    case SHIM_BROKEN:
      return CUBLAS_STATUS_EXECUTION_FAILED;
    case SHIM_NO_MEMORY:
      return CUBLAS_STATUS_ALLOC_FAILED;
    default:
      return CUBLAS_STATUS_SUCCESS;
    }
}

static CBLAS_TRANSPOSE
blas_op (cublasOperation_t op)
{
  return op == CUBLAS_OP_N ? CblasNoTrans : CblasTrans;
}

extern "C" const char *
cublasGetStatusString (cublasStatus_t status)
{
  return status == CUBLAS_STATUS_SUCCESS ? "no error" : "an error of cuBLAS";
}

extern "C" cublasStatus_t
cublasCreate (cublasHandle_t *handle)
{
  cublasStatus_t status = blas_gate ();

  if (status != CUBLAS_STATUS_SUCCESS)
    return status;
  *handle = new cublasContext{ nullptr };
  shim_count_object (1);
  return status;
}

extern "C" cublasStatus_t
cublasDestroy (cublasHandle_t handle)
{
  delete handle;
  shim_count_object (-1);
  return blas_gate ();
}

extern "C" cublasStatus_t
cublasSetStream (cublasHandle_t handle, cudaStream_t stream)
{
  handle->stream = stream;
  return blas_gate ();
}

extern "C" cublasStatus_t
cublasSetWorkspace (cublasHandle_t, void *workspace, size_t bytes)
{
  shim_require_device (workspace, bytes);
  return blas_gate ();
}

/* Bytes from a matrix's first element to its last. */
static size_t
extent (size_t element, long long ld, long long rows, long long columns)
{
  return columns > 0 && rows > 0 ? ((columns - 1) * ld + rows) * element : 0;
}

extern "C" cublasStatus_t
cublasDgemm (cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, int m,
             int n, int k, const double *alpha, const double *A, int lda, const double *B, int ldb,
             const double *beta, double *C, int ldc)
{
  cublasStatus_t status = blas_gate ();
  const double a = *alpha, b = *beta;

  if (status != CUBLAS_STATUS_SUCCESS)
    return status;
  shim_require_device (A, trans_a == CUBLAS_OP_N ? extent (8, lda, m, k) : extent (8, lda, k, m));
  shim_require_device (B, trans_b == CUBLAS_OP_N ? extent (8, ldb, k, n) : extent (8, ldb, n, k));
  shim_require_device (C, extent (8, ldc, m, n));
  shim_submit (handle->stream, [=] {
    cblas_dgemm (CblasColMajor, blas_op (trans_a), blas_op (trans_b), m, n, k, a, A, lda, B, ldb, b,
                 C, ldc);
  });
  return status;
}

extern "C" cublasStatus_t
cublasDsyrk (cublasHandle_t handle, cublasFillMode_t, cublasOperation_t trans, int n, int k,
             const double *alpha, const double *A, int lda, const double *beta, double *C, int ldc)
{
  cublasStatus_t status = blas_gate ();
  const double a = *alpha, b = *beta;

  if (status != CUBLAS_STATUS_SUCCESS)
    return status;
  shim_require_device (A, trans == CUBLAS_OP_N ? extent (8, lda, n, k) : extent (8, lda, k, n));
  shim_require_device (C, extent (8, ldc, n, n));
  shim_submit (handle->stream, [=] {
    cblas_dsyrk (CblasColMajor, CblasLower, blas_op (trans), n, k, a, A, lda, b, C, ldc);
  });
  return status;
}

extern "C" cublasStatus_t
cublasDtrsm (cublasHandle_t handle, cublasSideMode_t, cublasFillMode_t, cublasOperation_t trans,
             cublasDiagType_t, int m, int n, const double *alpha, const double *A, int lda,
             double *B, int ldb)
{
  cublasStatus_t status = blas_gate ();
  const double a = *alpha;

  if (status != CUBLAS_STATUS_SUCCESS)
    return status;
  shim_require_device (A, extent (8, lda, m, m));
  shim_require_device (B, extent (8, ldb, m, n));
  shim_submit (handle->stream, [=] {
    cblas_dtrsm (CblasColMajor, CblasLeft, CblasLower, blas_op (trans), CblasNonUnit, m, n, a, A,
                 lda, B, ldb);
  });
  return status;
}

/* What the tensor cores are given: bf16 as it is stored, TF32 rounded to 10 bits, else float32. */
static float
factor_element (const void *matrix, cudaDataType type, bool tf32, size_t at)
{
  uint32_t bits;
  float value;

  if (type == CUDA_R_16BF)
    bits = (uint32_t) ((const uint16_t *) matrix)[at] << 16;
  else
    memcpy (&bits, (const float *) matrix + at, sizeof bits);
  if (tf32 && (bits & 0x7f800000u) != 0x7f800000u)
    bits = (bits + 0x1000u) & ~0x1fffu;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static std::vector<float>
factor (const void *matrix, cudaDataType type, bool tf32, long long ld, long long rows,
        long long columns, long long offset)
{
  std::vector<float> out ((size_t) (rows * columns));

  for (long long c = 0; c < columns; c++)
    for (long long r = 0; r < rows; r++)
      out[(size_t) (c * rows + r)] =
          factor_element (matrix, type, tf32, (size_t) (offset + c * ld + r));
  return out;
}

extern "C" cublasStatus_t
cublasGemmStridedBatchedEx (cublasHandle_t handle, cublasOperation_t trans_a,
                            cublasOperation_t trans_b, int m, int n, int k, const void *alpha,
                            const void *A, cudaDataType type_a, int lda, long long stride_a,
                            const void *B, cudaDataType type_b, int ldb, long long stride_b,
                            const void *beta, void *C, cudaDataType, int ldc, long long stride_c,
                            int batch, cublasComputeType_t compute, cublasGemmAlgo_t)
{
  cublasStatus_t status = blas_gate ();
  const float a = *(const float *) alpha, b = *(const float *) beta;
  const int rows_a = trans_a == CUBLAS_OP_N ? m : k, columns_a = trans_a == CUBLAS_OP_N ? k : m;
  const int rows_b = trans_b == CUBLAS_OP_N ? k : n, columns_b = trans_b == CUBLAS_OP_N ? n : k;
  const bool tf32 = compute == CUBLAS_COMPUTE_32F_FAST_TF32;
  const size_t element_a = type_a == CUDA_R_16BF ? 2 : 4, element_b = type_b == CUDA_R_16BF ? 2 : 4;

  if (status != CUBLAS_STATUS_SUCCESS)
    return status;
  shim_require_device (A, extent (element_a, lda, rows_a, columns_a)
                              + (size_t) (stride_a * (batch - 1)) * element_a);
  shim_require_device (B, extent (element_b, ldb, rows_b, columns_b)
                              + (size_t) (stride_b * (batch - 1)) * element_b);
  shim_require_device (C, extent (4, ldc, m, n) + (size_t) (stride_c * (batch - 1)) * 4);
  shim_submit (handle->stream, [=] {
    for (int i = 0; i < batch; i++)
      {
        std::vector<float> left = factor (A, type_a, tf32, lda, rows_a, columns_a, i * stride_a);
        std::vector<float> right = factor (B, type_b, tf32, ldb, rows_b, columns_b, i * stride_b);

        cblas_sgemm (CblasColMajor, blas_op (trans_a), blas_op (trans_b), m, n, k, a, left.data (),
                     rows_a, right.data (), rows_b, b, (float *) C + i * stride_c, ldc);
      }
  });
  return status;
}

extern "C" cublasStatus_t
cublasGemmEx (cublasHandle_t handle, cublasOperation_t trans_a, cublasOperation_t trans_b, int m,
              int n, int k, const void *alpha, const void *A, cudaDataType type_a, int lda,
              const void *B, cudaDataType type_b, int ldb, const void *beta, void *C,
              cudaDataType type_c, int ldc, cublasComputeType_t compute, cublasGemmAlgo_t algo)
{
  return cublasGemmStridedBatchedEx (handle, trans_a, trans_b, m, n, k, alpha, A, type_a, lda, 0, B,
                                     type_b, ldb, 0, beta, C, type_c, ldc, 0, 1, compute, algo);
}

/* ---------- cuSOLVER ------------------------------------------------------------------------- */

static cusolverStatus_t
solver_gate ()
{
  switch (shim_gate ())
    {
    case SHIM_BROKEN:
      return CUSOLVER_STATUS_EXECUTION_FAILED;
    case SHIM_NO_MEMORY:
      return CUSOLVER_STATUS_ALLOC_FAILED;
    default:
      return CUSOLVER_STATUS_SUCCESS;
    }
}

extern "C" cusolverStatus_t
cusolverDnCreate (cusolverDnHandle_t *handle)
{
  cusolverStatus_t status = solver_gate ();

  if (status != CUSOLVER_STATUS_SUCCESS)
    return status;
  *handle = new cusolverDnContext{ nullptr };
  shim_count_object (1);
  return status;
}

extern "C" cusolverStatus_t
cusolverDnDestroy (cusolverDnHandle_t handle)
{
  delete handle;
  shim_count_object (-1);
  return solver_gate ();
}

extern "C" cusolverStatus_t
cusolverDnSetStream (cusolverDnHandle_t handle, cudaStream_t stream)
{
  handle->stream = stream;
  return solver_gate ();
}

extern "C" cusolverStatus_t
cusolverDnCreateParams (cusolverDnParams_t *params)
{
  cusolverStatus_t status = solver_gate ();

  if (status != CUSOLVER_STATUS_SUCCESS)
    return status;
  *params = new cusolverDnParams{ 0 };
  shim_count_object (1);
  return status;
}

extern "C" cusolverStatus_t
cusolverDnDestroyParams (cusolverDnParams_t params)
{
  delete params;
  shim_count_object (-1);
  return solver_gate ();
}

/* The work sizes are LAPACK's own, plus a little of the other kind, so that both are passed on. */
extern "C" cusolverStatus_t
cusolverDnXpotrf_bufferSize (cusolverDnHandle_t, cusolverDnParams_t, cublasFillMode_t, int64_t n,
                             cudaDataType, const void *, int64_t, cudaDataType,
                             size_t *device_bytes, size_t *host_bytes)
{
  *device_bytes = (size_t) n;
  *host_bytes = 64;
  return solver_gate ();
}

extern "C" cusolverStatus_t
cusolverDnXpotrf (cusolverDnHandle_t handle, cusolverDnParams_t, cublasFillMode_t, int64_t n,
                  cudaDataType, void *A, int64_t lda, cudaDataType, void *device,
                  size_t device_bytes, void *host, size_t host_bytes, int *info)
{
  cusolverStatus_t status = solver_gate ();

  if (status != CUSOLVER_STATUS_SUCCESS)
    return status;
  shim_require_device (A, extent (8, lda, n, n));
  shim_require_device (device, device_bytes);
  shim_require_device (info, sizeof *info);
  shim_submit (handle->stream, [=] {
    const int order = (int) n, ld = (int) lda;

    memset (device, 0, device_bytes);
    memset (host, 0, host_bytes);
    dpotrf_ ("L", &order, (double *) A, &ld, info);
  });
  return status;
}

static void
syevd_sizes (int64_t n, size_t *doubles, size_t *ints)
{
  *doubles = (size_t) (1 + 6 * n + 2 * n * n);
  *ints = (size_t) (3 + 5 * n);
}

extern "C" cusolverStatus_t
cusolverDnXsyevd_bufferSize (cusolverDnHandle_t, cusolverDnParams_t, cusolverEigMode_t,
                             cublasFillMode_t, int64_t n, cudaDataType, const void *, int64_t,
                             cudaDataType, const void *, cudaDataType, size_t *device_bytes,
                             size_t *host_bytes)
{
  size_t doubles, ints;

  syevd_sizes (n, &doubles, &ints);
  *device_bytes = doubles * sizeof (double);
  *host_bytes = ints * sizeof (int);
  return solver_gate ();
}

extern "C" cusolverStatus_t
cusolverDnXsyevd (cusolverDnHandle_t handle, cusolverDnParams_t, cusolverEigMode_t,
                  cublasFillMode_t, int64_t n, cudaDataType, void *A, int64_t lda, cudaDataType,
                  void *W, cudaDataType, void *device, size_t device_bytes, void *host,
                  size_t host_bytes, int *info)
{
  cusolverStatus_t status = solver_gate ();

  if (status != CUSOLVER_STATUS_SUCCESS)
    return status;
  shim_require_device (A, extent (8, lda, n, n));
  shim_require_device (W, (size_t) n * sizeof (double));
  shim_require_device (device, device_bytes);
  shim_require_device (info, sizeof *info);
  shim_submit (handle->stream, [=] {
    const int order = (int) n, ld = (int) lda;
    const int lwork = (int) (device_bytes / sizeof (double)),
              liwork = (int) (host_bytes / sizeof (int));

    dsyevd_ ("V", "L", &order, (double *) A, &ld, (double *) W, (double *) device, &lwork,
             (int *) host, &liwork, info);
  });
  return status;
}
