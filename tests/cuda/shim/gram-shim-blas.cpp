/* gram-shim-blas.cpp: cuBLAS and cuSOLVER on CBLAS and LAPACK
 *
 * SPDX-License-Identifier: MIT
 *
 * Products of bf16 and TF32 add up as tensor cores do: a few products at a time, and each sum is
 * cut off towards zero.
 */
#include <cblas.h>
#include <math.h>
#include <string.h>

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
  bool has_workspace;
};

struct cusolverDnContext
{
  cudaStream_t stream;
};

struct cusolverDnParams
{
  int unused;
};

template <typename Object, typename Status>
static Status
create (Object **object, Status status)
{
  shim_require_no_recording ("a library's object is made");
  if (status != Status (0))
    return status;
  *object = new Object{};
  shim_count_object (1);
  return status;
}

/* Gone for good, whatever the card says of it. */
template <typename Object, typename Status>
static Status
destroy (Object *object, Status status)
{
  shim_require_no_recording ("a library's object is freed");
  delete object;
  shim_count_object (-1);
  return status;
}

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
  return create (handle, blas_gate ());
}

extern "C" cublasStatus_t
cublasDestroy (cublasHandle_t handle)
{
  return destroy (handle, blas_gate ());
}

extern "C" cublasStatus_t
cublasSetStream (cublasHandle_t handle, cudaStream_t stream)
{
  handle->stream = stream;
  handle->has_workspace = false; /* setting the stream forgets it */
  return blas_gate ();
}

extern "C" cublasStatus_t
cublasSetWorkspace (cublasHandle_t handle, void *workspace, size_t bytes)
{
  shim_block_of (workspace, bytes);
  handle->has_workspace = true;
  return blas_gate ();
}

/* Without a workspace of its own the library allocates one, which breaks a recorded graph and
 * lets results depend on what other streams do. */
static void
require_workspace (cublasHandle_t handle)
{
  if (!handle->has_workspace && !shim_in_failure ())
    shim_fault ("a product without a workspace of its own");
}

/* Which algorithm a product of this form takes. */
static size_t
algorithm (int m, int n, int k, int ops, int type, int compute, int batch)
{
  size_t key = 14695981039346656037u;

  for (int part : { m, n, k, ops, type, compute, batch })
    key = (key ^ (size_t) (unsigned) part) * 1099511628211u;
  return key;
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
  require_workspace (handle);
  const ShimRange left = { A,
                           trans_a == CUBLAS_OP_N ? extent (8, lda, m, k) : extent (8, lda, k, m) };
  const ShimRange right = { B, trans_b == CUBLAS_OP_N ? extent (8, ldb, k, n)
                                                      : extent (8, ldb, n, k) };
  const ShimRange out = { C, extent (8, ldc, m, n) };
  shim_submit (handle->stream, "cublasDgemm", 0, { left, right, out }, [=] {
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
  require_workspace (handle);
  const ShimRange in = { A, trans == CUBLAS_OP_N ? extent (8, lda, n, k) : extent (8, lda, k, n) };
  shim_submit (handle->stream, "cublasDsyrk", 0, { in, { C, extent (8, ldc, n, n) } }, [=] {
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
  require_workspace (handle);
  const ShimRange in = { A, extent (8, lda, m, m) };
  shim_submit (handle->stream, "cublasDtrsm", 0, { in, { B, extent (8, ldb, m, n) } }, [=] {
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

/* What does not fit beside a sum is cut off, as a tensor core does. */
static float
add_cut (float sum, float part)
{
  const double exact = (double) sum + part;
  float cut = (float) exact;

  return fabs ((double) cut) > fabs (exact) ? nextafterf (cut, 0) : cut;
}

/* Products that a tensor core adds up before it cuts off: 16 of bf16, 8 of TF32. */
static std::vector<float>
tensor_product (CBLAS_TRANSPOSE op_a, CBLAS_TRANSPOSE op_b, int m, int n, int k, int at_once,
                const std::vector<float> &A, int lda, const std::vector<float> &B, int ldb)
{
  std::vector<float> sum ((size_t) m * (size_t) n, 0.0f), part (sum.size ());

  for (int first = 0; first < k; first += at_once)
    {
      const float *left = A.data () + (size_t) first * (op_a == CblasNoTrans ? (size_t) lda : 1);
      const float *right = B.data () + (size_t) first * (op_b == CblasNoTrans ? 1 : (size_t) ldb);

      cblas_sgemm (CblasColMajor, op_a, op_b, m, n, k - first < at_once ? k - first : at_once, 1,
                   left, lda, right, ldb, 0, part.data (), m);
      for (size_t i = 0; i < sum.size (); i++)
        sum[i] = add_cut (sum[i], part[i]);
    }
  return sum;
}

struct Product
{
  CBLAS_TRANSPOSE op_a, op_b;
  int m, n, k, rows_a, columns_a, rows_b, columns_b;
  float alpha, beta;
  cudaDataType type;
  bool tf32;
};

static void
run_product (const Product &p, const void *A, int lda, long long at_a, const void *B, int ldb,
             long long at_b, float *C, int ldc)
{
  std::vector<float> left = factor (A, p.type, p.tf32, lda, p.rows_a, p.columns_a, at_a);
  std::vector<float> right = factor (B, p.type, p.tf32, ldb, p.rows_b, p.columns_b, at_b);
  std::vector<float> sum;

  if (p.type != CUDA_R_16BF && !p.tf32)
    {
      cblas_sgemm (CblasColMajor, p.op_a, p.op_b, p.m, p.n, p.k, p.alpha, left.data (), p.rows_a,
                   right.data (), p.rows_b, p.beta, C, ldc);
      return;
    }
  sum = tensor_product (p.op_a, p.op_b, p.m, p.n, p.k, p.tf32 ? 8 : 16, left, p.rows_a, right,
                        p.rows_b);
  for (long long c = 0; c < p.n; c++)
    for (long long r = 0; r < p.m; r++)
      C[c * ldc + r] =
          p.alpha * sum[(size_t) (c * p.m + r)] + (p.beta != 0 ? p.beta * C[c * ldc + r] : 0.0f);
}

/* Tensor cores take rows and addresses of whole 16 bytes; others go a slower way. */
static void
require_aligned (const void *matrix, size_t element, int ld, long long stride)
{
  if ((uintptr_t) matrix % 16 != 0 || (size_t) ld * element % 16 != 0
      || (size_t) stride * element % 16 != 0)
    shim_fault ("a factor of a product does not lie as tensor cores need it");
}

extern "C" cublasStatus_t
cublasGemmStridedBatchedEx (cublasHandle_t handle, cublasOperation_t trans_a,
                            cublasOperation_t trans_b, int m, int n, int k, const void *alpha,
                            const void *A, cudaDataType type_a, int lda, long long stride_a,
                            const void *B, cudaDataType type_b, int ldb, long long stride_b,
                            const void *beta, void *C, cudaDataType type_c, int ldc,
                            long long stride_c, int batch, cublasComputeType_t compute,
                            cublasGemmAlgo_t)
{
  cublasStatus_t status = blas_gate ();
  const bool straight_a = trans_a == CUBLAS_OP_N, straight_b = trans_b == CUBLAS_OP_N;
  const Product p = { blas_op (trans_a),
                      blas_op (trans_b),
                      m,
                      n,
                      k,
                      straight_a ? m : k,
                      straight_a ? k : m,
                      straight_b ? k : n,
                      straight_b ? n : k,
                      *(const float *) alpha,
                      *(const float *) beta,
                      type_a,
                      compute == CUBLAS_COMPUTE_32F_FAST_TF32 };
  const size_t element = type_a == CUDA_R_16BF ? 2 : 4, more = (size_t) (batch - 1);
  const ShimRange left = { A, extent (element, lda, p.rows_a, p.columns_a)
                                  + (size_t) stride_a * more * element };
  const ShimRange right = { B, extent (element, ldb, p.rows_b, p.columns_b)
                                   + (size_t) stride_b * more * element };
  const ShimRange out = { C, extent (4, ldc, m, n) + (size_t) stride_c * more * 4 };

  if (status != CUBLAS_STATUS_SUCCESS)
    return status;
  if (m < 1 || n < 1 || k < 1 || batch < 1 || lda < p.rows_a || ldb < p.rows_b || ldc < m)
    return CUBLAS_STATUS_INVALID_VALUE;
  if (type_a != type_b || type_c != CUDA_R_32F)
    return CUBLAS_STATUS_NOT_SUPPORTED;
  require_workspace (handle);
  if (p.type == CUDA_R_16BF || p.tf32)
    {
      require_aligned (A, element, lda, stride_a);
      require_aligned (B, element, ldb, stride_b);
    }
  shim_submit (handle->stream, "a product",
               algorithm (m, n, k, 2 * trans_a + trans_b, type_a, compute, batch),
               { left, right, out }, [=] {
                 for (int i = 0; i < batch; i++)
                   run_product (p, A, lda, i * stride_a, B, ldb, i * stride_b,
                                (float *) C + i * stride_c, ldc);
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
  return create (handle, solver_gate ());
}

extern "C" cusolverStatus_t
cusolverDnDestroy (cusolverDnHandle_t handle)
{
  return destroy (handle, solver_gate ());
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
  return create (params, solver_gate ());
}

extern "C" cusolverStatus_t
cusolverDnDestroyParams (cusolverDnParams_t params)
{
  return destroy (params, solver_gate ());
}

/* The work sizes are LAPACK's own, plus a little of the other kind, so that both are passed on. */
extern "C" cusolverStatus_t
cusolverDnXpotrf_bufferSize (cusolverDnHandle_t, cusolverDnParams_t, cublasFillMode_t, int64_t n,
                             cudaDataType, const void *, int64_t, cudaDataType,
                             size_t *device_bytes, size_t *host_bytes)
{
  *device_bytes = (size_t) n;
  *host_bytes = 0; /* as the card's often is */
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
  const ShimRange matrix = { A, extent (8, lda, n, n) };
  shim_submit (handle->stream, "cusolverDnXpotrf", 0,
               { matrix, { device, device_bytes }, { info, sizeof *info } }, [=] {
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
  const ShimRange matrix = { A, extent (8, lda, n, n) }, values = { W, (size_t) n * 8 };
  shim_submit (handle->stream, "cusolverDnXsyevd", 0,
               { matrix, values, { device, device_bytes }, { info, sizeof *info } }, [=] {
                 const int order = (int) n, ld = (int) lda;
                 const int lwork = (int) (device_bytes / sizeof (double)),
                           liwork = (int) (host_bytes / sizeof (int));

                 dsyevd_ ("V", "L", &order, (double *) A, &ld, (double *) W, (double *) device,
                          &lwork, (int *) host, &liwork, info);
               });
  return status;
}
