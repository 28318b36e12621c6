/* gram-cuda-trainer.c: the life of a trainer on a card
 *
 * SPDX-License-Identifier: MIT
 */
#include "gram-cuda-trainer.h"

#include "gram-error.h"
#include "gram-size.h"

/**
 * cuda_trainer_neuron:
 * @column: a column of the card's matrices of neurons
 *
 * Returns: which neuron of this part of the network that is. Pairs of an antisymmetric network lie
 * side by side.
 */
gint64
cuda_trainer_neuron (const CudaTrainer *trainer, gint64 column)
{
  if (trainer->spec.init != GRAM_INIT_ANTISYMMETRIC)
    return column;
  return column / 2 + column % 2 * (trainer->layout.shape.m / 2);
}

/* cuda_enter() for what needs a whole state on the card. */
gboolean
cuda_trainer_enter (CudaTrainer *trainer, GError **error)
{
  if (!cuda_enter (trainer->queue.device, error))
    return FALSE;
  if (!trainer->torn)
    return TRUE;
  g_set_error (error, GRAM_ERROR, GRAM_ERROR_DEVICE,
               "the run broke off in the middle of a step; it has to be restored to a saved state");
  return FALSE;
}

void
cuda_trainer_release (CudaTrainer *trainer)
{
  cuda_queue_drain (&trainer->queue);
  for (int array = 0; array < CUDA_N_ARRAYS; array++)
    g_clear_pointer (&trainer->array[array], cuda_release);
  g_clear_pointer (&trainer->base, cuda_release);
}

void
cuda_trainer_free (gpointer data)
{
  CudaTrainer *trainer = data;

  (void) cudaSetDevice (trainer->queue.device->index);
  cuda_queue_drain (&trainer->queue);
  if (trainer->graph != NULL)
    (void) cudaGraphExecDestroy (trainer->graph);
  cuda_trainer_release (trainer);
  cuda_queue_clear (&trainer->queue);
  g_clear_pointer (&trainer->saved, g_bytes_unref);
  g_free (trainer->norms);
  g_free (trainer->sums);
  g_free (trainer->used);
  g_free (trainer->rest);
  g_free (trainer);
}

/* The tile of neurons that begins at @first. */
CudaTile
cuda_trainer_tile (const CudaTrainer *trainer, gint64 first)
{
  CudaTile tile = { first, MIN (trainer->layout.tile, trainer->layout.shape.m - first) };

  return tile;
}

/**
 * cuda_trainer_product:
 * @kind: how the factors are stored and multiplied
 *
 * C ← alpha·op(A)·op(B) + beta·C for @batch matrices, accumulated in float32. Dimensions were
 * checked to fit an int when the layout was made.
 */
gboolean
cuda_trainer_product (CudaTrainer *trainer, cublasOperation_t trans_a, cublasOperation_t trans_b,
                      gint64 rows, gint64 columns, gint64 inner, float alpha, gconstpointer A,
                      gint64 lda, gint64 stride_a, gconstpointer B, gint64 ldb, gint64 stride_b,
                      float beta, float *C, gint64 ldc, gint64 stride_c, int batch,
                      CudaProduct kind, GError **error)
{
  GramPrecision precision =
      kind == CUDA_PRODUCT_FULL ? GRAM_PRECISION_FP32 : trainer->layout.plan.precision;
  cudaDataType_t type = precision == GRAM_PRECISION_BF16_SPLIT ? CUDA_R_16BF : CUDA_R_32F;
  cublasComputeType_t compute =
      precision == GRAM_PRECISION_TF32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;

  cublasStatus_t status;

  /* one matrix: the call that cuBLAS chooses its algorithms best for */
  if (batch == 1)
    status = cublasGemmEx (trainer->queue.blas, trans_a, trans_b, (int) rows, (int) columns,
                           (int) inner, &alpha, A, type, (int) lda, B, type, (int) ldb, &beta, C,
                           CUDA_R_32F, (int) ldc, compute, CUBLAS_GEMM_DEFAULT);
  else
    status =
        cublasGemmStridedBatchedEx (trainer->queue.blas, trans_a, trans_b, (int) rows,
                                    (int) columns, (int) inner, &alpha, A, type, (int) lda,
                                    stride_a, B, type, (int) ldb, stride_b, &beta, C, CUDA_R_32F,
                                    (int) ldc, stride_c, batch, compute, CUBLAS_GEMM_DEFAULT);
  return cublas_ok (&trainer->queue, status, "training", error);
}
