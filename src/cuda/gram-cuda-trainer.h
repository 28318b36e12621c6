/* gram-cuda-trainer.h: gradient descent on a card
 *
 * SPDX-License-Identifier: MIT
 *
 * Both formulations have the shape "left factor A, made of the residual, times the patterns M":
 *
 *   weights  A = X·diag(r)   G = A·M,  W ← W − (η/√m)·G·diag(a),  then S = XᵀW
 *   samples  A = K·diag(r)   G = A·M,  S ← S − (η/√m)·G·diag(a)
 *
 * M is exact in any format. In bf16-split A is three bf16 terms stacked below each other, and in
 * S = XᵀW the pixels are exact and W is split, so every product is exact and accumulates in
 * float32. On the card neurons of an antisymmetric pair lie side by side, so that they cancel
 * exactly in any summation; cuda_trainer_neuron() translates.
 */
#pragma once

#include <math.h>

#include "gram-cuda-layout.h"

G_BEGIN_DECLS

typedef struct
{
  CudaQueue queue;
  CudaLayout layout;
  GramTrainerSpec spec; /* its pointers are NULL, but the shard's */
  gint64 *used, *rest;  /* (d), (d_rest): which pixels they are */
  gpointer array[CUDA_N_ARRAYS];
  gpointer base; /* samples: W(base), a (d_pad × m × sets) of its own after a foreign restore */
  gint64 step;
  double *norms; /* (n_sets) ‖y − u(k)‖ on the host */
  double *sums;  /* (n × n_sets) √m·u, of a part of a network; else NULL */
  /* pace */
  double seconds_per_step; /* 0: not known */
  gboolean warm;           /* every kernel has run once */
  gboolean no_graphs;
  gboolean torn;         /* a batch broke off: what lies on the card is no state of the run */
  cudaGraphExec_t graph; /* some steps in one */
  GBytes *saved;         /* the last state that reached the host, for when the card fails */
} CudaTrainer;

#define CUDA_AT(trainer, type, name) ((type *) (trainer)->array[CUDA_ARRAY_##name])

typedef enum
{
  CUDA_PRODUCT_STEP, /* in the plan's precision; bf16 factors in bf16-split */
  CUDA_PRODUCT_FULL, /* float32 factors, multiplied as such */
} CudaProduct;

/* η/√m */
static inline float
cuda_step_size (const CudaTrainer *trainer)
{
  return (float) (trainer->spec.eta / sqrt ((double) trainer->spec.m));
}

gboolean cuda_trainer_enter (CudaTrainer *trainer, GError **error);
void cuda_trainer_release (CudaTrainer *trainer);
gint64 cuda_trainer_neuron (const CudaTrainer *trainer, gint64 column);
CudaTile cuda_trainer_tile (const CudaTrainer *trainer, gint64 first);
gboolean cuda_trainer_product (CudaTrainer *trainer, cublasOperation_t trans_a,
                               cublasOperation_t trans_b, gint64 rows, gint64 columns, gint64 inner,
                               float alpha, gconstpointer A, gint64 lda, gint64 stride_a,
                               gconstpointer B, gint64 ldb, gint64 stride_b, float beta, float *C,
                               gint64 ldc, gint64 stride_c, int batch, CudaProduct kind,
                               GError **error);
gboolean cuda_trainer_evaluate_weights (CudaTrainer *trainer, GError **error);
gboolean cuda_trainer_evaluate_samples (CudaTrainer *trainer, GError **error);
const float *cuda_trainer_weights_tile (CudaTrainer *trainer, guint set, CudaTile tile,
                                        GError **error);

G_END_DECLS
