/* gram-cuda-system.c: H∞ on a card, in float64
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-device.h"

#include <string.h>

#include "gram-cuda-kernels.h"
#include "gram-error.h"
#include "gram-size.h"

/* Columns of the inverse at a time. */
#define INVERSE_BLOCK 512

typedef struct
{
  CudaQueue queue;
  cusolverDnHandle_t solver;
  cusolverDnParams_t params;
  gint64 n;
  double *H; /* (n × n), both triangles */
  double *L; /* (n × n) Cholesky factor in the lower triangle; NULL before it is asked for */
  double *V; /* (n × n) eigenvectors, those of the smallest eigenvalue first; NULL likewise */
  int *info;
  double *block; /* staging for blocks of vectors */
  gsize block_bytes;
} CudaSystem;

static const double one = 1, zero = 0;

static gsize
square_bytes (const CudaSystem *s)
{
  return (gsize) s->n * (gsize) s->n * sizeof (double);
}

void
cuda_system_free (gpointer data)
{
  CudaSystem *s = data;

  (void) cudaSetDevice (s->queue.device->index);
  cuda_queue_drain (&s->queue);
  cuda_lock_card ();
  if (s->params != NULL)
    (void) cusolverDnDestroyParams (s->params);
  if (s->solver != NULL)
    (void) cusolverDnDestroy (s->solver);
  cuda_unlock_card ();
  cuda_release (s->H);
  cuda_release (s->L);
  cuda_release (s->V);
  cuda_release (s->info);
  cuda_release (s->block);
  cuda_queue_clear (&s->queue);
  g_free (s);
}

/* ---------- H∞ ------------------------------------------------------------------------------- */

/* K = XᵀX, its lower triangle, then Eq 3 in place. */
static gboolean
build (CudaSystem *s, const GramSamples *samples, GError **error)
{
  CudaDevice *device = s->queue.device;
  gsize row = (gsize) samples->d * sizeof (double);
  double *X = cuda_alloc (device, (gsize) samples->n * row, "the images", error);
  gboolean done =
      X != NULL
      && cuda_upload (&s->queue, X, row, samples->X, (gsize) samples->ldx * sizeof (double), row,
                      (gsize) samples->n, error)
      && cublas_ok (&s->queue,
                    cublasDsyrk (s->queue.blas, CUBLAS_FILL_MODE_LOWER, CUBLAS_OP_T, (int) s->n,
                                 (int) samples->d, &one, X, (int) samples->d, &zero, s->H,
                                 (int) s->n),
                    "building K", error)
      && cuda_ok (device, cuda_kernel_arccos (s->H, s->n, X, samples->d, s->queue.stream),
                  "building H∞", error)
      && cuda_queue_wait (&s->queue, "building H∞", error);

  cuda_queue_drain (&s->queue);
  cuda_release (X);
  return done;
}

static gboolean
start_solver (CudaSystem *s, GError **error)
{
  cusolverStatus_t status;

  cuda_lock_card ();
  status = cusolverDnCreate (&s->solver);
  if (status == CUSOLVER_STATUS_SUCCESS)
    status = cusolverDnSetStream (s->solver, s->queue.stream);
  if (status == CUSOLVER_STATUS_SUCCESS)
    status = cusolverDnCreateParams (&s->params);
  cuda_unlock_card ();
  return cusolver_ok (&s->queue, status, "starting cuSOLVER", error);
}

/* H∞ is kept whole. Its factor is a copy more, the spectrum another; what cuSOLVER works with there
 * it says only when it is asked, and is taken as large as H∞. */
gboolean
cuda_system_plan (gpointer data, gint64 n, gint64 d, GramSystemPlan *plan, GError **error)
{
  gsize square, images, available;
  int narrow;

  if (!cuda_enter (data, error) || !gram_size_to_int (n, "n", &narrow, error)
      || !gram_size_to_int (d, "d", &narrow, error) || !cuda_memory_free (data, &available, error))
    return FALSE;
  if (!gram_size_product (&square, sizeof (double), n, n)
      || !gram_size_product (&images, sizeof (double), d, n) || square > G_MAXSSIZE / 8
      || images > G_MAXSSIZE / 8)
    return gram_fail (error, GRAM_ERROR_MEMORY, "H∞ is larger than any memory");
  *plan = (GramSystemPlan){
    .bytes = { square + images + CUDA_WORKSPACE_BYTES, 2 * square + CUDA_WORKSPACE_BYTES,
               4 * square + CUDA_WORKSPACE_BYTES },
    .most = { G_MAXINT, G_MAXINT, G_MAXINT },
    .available = available,
  };
  return TRUE;
}

static gboolean
prepare (CudaSystem *s, const GramSamples *samples, GError **error)
{
  CudaDevice *device = s->queue.device;
  gsize needed, images;
  int narrow;

  if (!gram_size_to_int (samples->n, "n", &narrow, error)
      || !gram_size_to_int (samples->d, "d", &narrow, error))
    return FALSE;
  if (!gram_size_product (&needed, sizeof (double), samples->n, samples->n)
      || !gram_size_product (&images, sizeof (double), samples->d, samples->n)
      || !g_size_checked_add (&needed, needed, images))
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_MEMORY, "H∞ is larger than any memory");
      return FALSE;
    }
  if (!cuda_memory_check (device, needed + CUDA_WORKSPACE_BYTES, "H∞", error)
      || !cuda_queue_init (&s->queue, device, CUDA_QUEUE_ANALYSIS, error)
      || !start_solver (s, error))
    return FALSE;
  s->info = cuda_alloc (device, sizeof (int), "a status", error);
  s->H = s->info != NULL ? cuda_alloc (device, square_bytes (s), "H∞", error) : NULL;
  return s->H != NULL;
}

gpointer
cuda_system_new (gpointer device, const GramSamples *samples, const GramJob *job, GError **error)
{
  CudaSystem *s;

  if (!cuda_enter (device, error))
    return NULL;
  s = g_new0 (CudaSystem, 1);
  s->queue.device = device;
  s->n = samples->n;
  if (!prepare (s, samples, error) || !build (s, samples, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    g_clear_pointer (&s, cuda_system_free);
  else
    gram_job_progress (job, 1);
  return s;
}

gboolean
cuda_system_download (gpointer system, double *H, gint64 ldh, GError **error)
{
  CudaSystem *s = system;
  gsize row = (gsize) s->n * sizeof (double);

  return cuda_enter (s->queue.device, error)
         && cuda_download (&s->queue, H, (gsize) ldh * sizeof (double), s->H, row, row,
                           (gsize) s->n, error);
}

/* ---------- blocks of vectors ---------------------------------------------------------------- */

/* Staging of @bytes, kept for the next call. */
static gboolean
need_block (CudaSystem *s, gsize bytes, GError **error)
{
  if (bytes <= s->block_bytes)
    return TRUE;
  g_clear_pointer (&s->block, cuda_release);
  s->block_bytes = 0;
  s->block = cuda_alloc (s->queue.device, bytes, "a block of vectors", error);
  if (s->block == NULL)
    return FALSE;
  s->block_bytes = bytes;
  return TRUE;
}

/* out (n × k) = op(A)·in (n × k), with A one of the system's n×n matrices */
static gboolean
apply (CudaSystem *s, cublasOperation_t op, const double *A, gint64 k, const double *in,
       gint64 ld_in, double *out, gint64 ld_out, GError **error)
{
  gsize row = (gsize) s->n * sizeof (double);
  double *result;
  int columns;

  if (k == 0)
    return TRUE;
  if (!gram_size_to_int (k, "the number of vectors", &columns, error)
      || !need_block (s, 2 * row * (gsize) k, error))
    return FALSE;
  result = s->block + s->n * k;
  return cuda_upload (&s->queue, s->block, row, in, (gsize) ld_in * sizeof (double), row, (gsize) k,
                      error)
         && cublas_ok (&s->queue,
                       cublasDgemm (s->queue.blas, op, CUBLAS_OP_N, (int) s->n, columns, (int) s->n,
                                    &one, A, (int) s->n, s->block, (int) s->n, &zero, result,
                                    (int) s->n),
                       "multiplying by H∞", error)
         && cuda_download (&s->queue, out, (gsize) ld_out * sizeof (double), result, row, row,
                           (gsize) k, error);
}

gboolean
cuda_system_multiply (gpointer system, gint64 k, const double *V, gint64 ldv, double *Y, gint64 ldy,
                      const GramJob *job, GError **error)
{
  CudaSystem *s = system;

  return cuda_enter (s->queue.device, error)
         && !g_cancellable_set_error_if_cancelled (job->cancellable, error)
         && apply (s, CUBLAS_OP_N, s->H, k, V, ldv, Y, ldy, error);
}

/* ---------- Cholesky ------------------------------------------------------------------------- */

/* What LAPACK's info says, fetched when the work is done. */
static gboolean
fetch_info (CudaSystem *s, int *info, GError **error)
{
  return cuda_download (&s->queue, info, sizeof *info, s->info, sizeof *info, sizeof *info, 1,
                        error);
}

static double *
copy_of_H (CudaSystem *s, const char *what, GError **error)
{
  double *copy = cuda_memory_check (s->queue.device, square_bytes (s), what, error)
                     ? cuda_alloc (s->queue.device, square_bytes (s), what, error)
                     : NULL;

  if (copy != NULL
      && !cuda_ok (s->queue.device,
                   cudaMemcpyAsync (copy, s->H, square_bytes (s), cudaMemcpyDeviceToDevice,
                                    s->queue.stream),
                   "copying H∞", error))
    {
      cuda_queue_drain (&s->queue);
      g_clear_pointer (&copy, cuda_release);
    }
  return copy;
}

/* Space that cuSOLVER asks for, on the card and on the host, for one call. */
typedef struct
{
  gpointer device, host;
  size_t device_bytes, host_bytes;
} Workspace;

static gboolean
workspace_alloc (CudaSystem *s, Workspace *w, const char *what, GError **error)
{
  if (!cuda_memory_check (s->queue.device, w->device_bytes, what, error)
      || (w->device = cuda_alloc (s->queue.device, w->device_bytes, what, error)) == NULL)
    return FALSE;
  w->host = gram_try_alloc (1, (gint64) w->host_bytes, 1, what, error);
  return w->host != NULL;
}

static void
workspace_clear (CudaSystem *s, Workspace *w)
{
  /* nothing may be running that uses it */
  cuda_queue_drain (&s->queue);
  cuda_release (w->device);
  gram_free (w->host);
}

static gboolean
run_potrf (CudaSystem *s, double *L, int *info, GError **error)
{
  Workspace w = { 0 };
  gboolean done =
      cusolver_ok (&s->queue,
                   cusolverDnXpotrf_bufferSize (s->solver, s->params, CUBLAS_FILL_MODE_LOWER, s->n,
                                                CUDA_R_64F, L, s->n, CUDA_R_64F, &w.device_bytes,
                                                &w.host_bytes),
                   "the Cholesky factorisation", error)
      && workspace_alloc (s, &w, "the Cholesky factorisation", error)
      && cusolver_ok (&s->queue,
                      cusolverDnXpotrf (s->solver, s->params, CUBLAS_FILL_MODE_LOWER, s->n,
                                        CUDA_R_64F, L, s->n, CUDA_R_64F, w.device, w.device_bytes,
                                        w.host, w.host_bytes, s->info),
                      "the Cholesky factorisation", error)
      && fetch_info (s, info, error);

  workspace_clear (s, &w);
  return done;
}

gboolean
cuda_system_factor (gpointer system, const GramJob *job, GError **error)
{
  CudaSystem *s = system;
  double *L;
  int info = 0;
  gboolean done;

  if (!cuda_enter (s->queue.device, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error)
      || (L = copy_of_H (s, "the Cholesky factor", error)) == NULL)
    return FALSE;
  done = run_potrf (s, L, &info, error);
  if (done && info == 0)
    {
      cuda_release (s->L);
      s->L = L;
      return TRUE;
    }
  cuda_release (L);
  if (!done)
    return FALSE; /* and what info says is worth nothing */
  if (info > 0)
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_SINGULAR,
                 "H∞ is not positive definite: pivot %d; two images may be the same", info - 1);
  else
    g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                 "cuSOLVER's Cholesky factorisation refuses its argument %d", -info);
  return FALSE;
}

/* B (rows × columns) ← op(L[at:,at:])⁻¹ B */
static gboolean
triangle (CudaSystem *s, cublasOperation_t op, gint64 at, gint64 rows, gint64 columns, double *B,
          GError **error)
{
  return cublas_ok (&s->queue,
                    cublasDtrsm (s->queue.blas, CUBLAS_SIDE_LEFT, CUBLAS_FILL_MODE_LOWER, op,
                                 CUBLAS_DIAG_NON_UNIT, (int) rows, (int) columns, &one,
                                 s->L + at * s->n + at, (int) s->n, B, (int) rows),
                    "solving", error);
}

gboolean
cuda_system_solve (gpointer system, gint64 k, double *B, gint64 ldb, const GramJob *job,
                   GError **error)
{
  CudaSystem *s = system;
  gsize row = (gsize) s->n * sizeof (double), pitch = (gsize) ldb * sizeof (double);
  int columns;

  return cuda_enter (s->queue.device, error)
         && !g_cancellable_set_error_if_cancelled (job->cancellable, error)
         && (k == 0
             || (gram_size_to_int (k, "the number of right-hand sides", &columns, error)
                 && need_block (s, row * (gsize) k, error)
                 && cuda_upload (&s->queue, s->block, row, B, pitch, row, (gsize) k, error)
                 && triangle (s, CUBLAS_OP_N, 0, s->n, k, s->block, error)
                 && triangle (s, CUBLAS_OP_T, 0, s->n, k, s->block, error)
                 && cuda_download (&s->queue, B, pitch, s->block, row, row, (gsize) k, error)));
}

/* (H⁻¹)_ii = ‖L⁻¹e_i‖², a block of columns at a time; L⁻¹ is lower triangular, so columns from
 * `first` on need only the rows from `first` on. */
gboolean
cuda_system_inverse_diagonal (gpointer system, double *diagonal, const GramJob *job, GError **error)
{
  CudaSystem *s = system;
  CudaDevice *device = s->queue.device;
  gint64 width = MIN (INVERSE_BLOCK, s->n);
  gsize block = (gsize) (s->n * width);

  if (!cuda_enter (device, error)
      || !need_block (s, (block + (gsize) width) * sizeof (double), error))
    return FALSE;
  for (gint64 first = 0; first < s->n; first += width)
    {
      gint64 columns = MIN (width, s->n - first), rows = s->n - first;
      gsize bytes = (gsize) columns * sizeof (double);

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error)
          || !cuda_ok (device, cuda_kernel_identity (s->block, rows, columns, s->queue.stream),
                       "inverting", error)
          || !triangle (s, CUBLAS_OP_N, first, rows, columns, s->block, error)
          || !cuda_ok (device,
                       cuda_kernel_squares (s->block, rows, columns, s->block + block,
                                            s->queue.stream),
                       "inverting", error)
          || !cuda_download (&s->queue, diagonal + first, bytes, s->block + block, bytes, bytes, 1,
                             error))
        return FALSE;
      gram_job_progress (job, (double) (first + columns) / (double) s->n);
    }
  return TRUE;
}

/* ---------- eigendecomposition --------------------------------------------------------------- */

static gboolean
run_syevd (CudaSystem *s, double *V, double *lambda, double *ascending, int *info, GError **error)
{
  const cusolverEigMode_t mode = CUSOLVER_EIG_MODE_VECTOR;
  gsize bytes = (gsize) s->n * sizeof (double);
  Workspace w = { 0 };
  gboolean done =
      cusolver_ok (&s->queue,
                   cusolverDnXsyevd_bufferSize (s->solver, s->params, mode, CUBLAS_FILL_MODE_LOWER,
                                                s->n, CUDA_R_64F, V, s->n, CUDA_R_64F, ascending,
                                                CUDA_R_64F, &w.device_bytes, &w.host_bytes),
                   "the eigendecomposition", error)
      && workspace_alloc (s, &w, "the eigendecomposition", error)
      && cusolver_ok (&s->queue,
                      cusolverDnXsyevd (s->solver, s->params, mode, CUBLAS_FILL_MODE_LOWER, s->n,
                                        CUDA_R_64F, V, s->n, CUDA_R_64F, ascending, CUDA_R_64F,
                                        w.device, w.device_bytes, w.host, w.host_bytes, s->info),
                      "the eigendecomposition", error)
      && fetch_info (s, info, error)
      && cuda_download (&s->queue, lambda, bytes, ascending, bytes, bytes, 1, error);

  workspace_clear (s, &w);
  return done;
}

static void
reverse (double *values, gint64 count)
{
  for (gint64 i = 0; i < count / 2; i++)
    {
      double swap = values[i];

      values[i] = values[count - 1 - i];
      values[count - 1 - i] = swap;
    }
}

gboolean
cuda_system_spectrum (gpointer system, double *lambda, const GramJob *job, GError **error)
{
  CudaSystem *s = system;
  double *V, *ascending;
  int info = 0;
  gboolean done;

  if (!cuda_enter (s->queue.device, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error)
      || (V = copy_of_H (s, "the eigenvectors", error)) == NULL)
    return FALSE;
  ascending =
      cuda_alloc (s->queue.device, (gsize) s->n * sizeof (double), "the eigenvalues", error);
  done = ascending != NULL && run_syevd (s, V, lambda, ascending, &info, error);
  if (done && info != 0)
    {
      g_set_error (error, GRAM_ERROR, GRAM_ERROR_NUMERIC,
                   "cuSOLVER's eigendecomposition did not converge (info %d)", info);
      done = FALSE;
    }
  cuda_queue_drain (&s->queue);
  cuda_release (ascending);
  if (!done || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    {
      cuda_release (V);
      return FALSE;
    }
  reverse (lambda, s->n);
  cuda_release (s->V);
  s->V = V;
  return TRUE;
}

/* cuSOLVER counts from the smallest eigenvalue, the interface from the largest. */
gboolean
cuda_system_eigenvector (gpointer system, gint64 index, double *v, const GramJob *job,
                         GError **error)
{
  CudaSystem *s = system;
  gsize row = (gsize) s->n * sizeof (double);

  return cuda_enter (s->queue.device, error)
         && cuda_download (&s->queue, v, row, s->V + (s->n - 1 - index) * s->n, row, row, 1, error);
}

gboolean
cuda_system_project (gpointer system, gint64 k, const double *Y, gint64 ldy, double *P, gint64 ldp,
                     const GramJob *job, GError **error)
{
  CudaSystem *s = system;

  if (!cuda_enter (s->queue.device, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error)
      || !apply (s, CUBLAS_OP_T, s->V, k, Y, ldy, P, ldp, error))
    return FALSE;
  for (gint64 column = 0; column < k; column++)
    reverse (P + column * ldp, s->n);
  return TRUE;
}

gboolean
cuda_system_expand (gpointer system, gint64 k, const double *C, gint64 ldc, double *X, gint64 ldx,
                    const GramJob *job, GError **error)
{
  CudaSystem *s = system;

  if (!cuda_enter (s->queue.device, error)
      || g_cancellable_set_error_if_cancelled (job->cancellable, error))
    return FALSE;
  for (gint64 column = 0; column < k; column++)
    {
      memcpy (X + column * ldx, C + column * ldc, (gsize) s->n * sizeof (double));
      reverse (X + column * ldx, s->n);
    }
  return apply (s, CUBLAS_OP_N, s->V, k, X, ldx, X, ldx, error);
}
