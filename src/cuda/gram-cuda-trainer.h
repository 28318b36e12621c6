/* gram-cuda-trainer.h: gradient descent on a card: what its files share
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
 * exactly in any summation; cuda_neuron() translates.
 */
#pragma once

#include "gram-cuda-device.h"
#include "gram-cuda-kernels.h"

G_BEGIN_DECLS

/* X (NAME, what it is): the arrays on the card */
#define CUDA_ARRAYS(X)                                                \
  X (IMAGE, "the images")                                             \
  X (FORWARD, "the images in bf16")                                   \
  X (KERNEL, "the kernel matrix K")                                   \
  X (SCALE, "the images' scales")                                     \
  X (GAIN, "the pixels' gains")                                       \
  X (SHIFT, "the pixels' shifts")                                     \
  X (LEFT, "the left factor of a step")                               \
  X (W, "the weights")                                                \
  X (W0, "the initial weights")                                       \
  X (W_REST, "the weights of pixels that no training image has")      \
  X (SPLIT, "the weights in bf16")                                    \
  X (C, "the pixels' shifts seen by the neurons")                     \
  X (SIGNS, "the output signs")                                       \
  X (S, "the pre-activations")                                        \
  X (E, "the ledger of flips")                                        \
  X (RUNNING, "the running residuals")                                \
  X (BITS, "the patterns")                                            \
  X (BITS0, "the initial patterns")                                   \
  X (PRODUCT, "the product of a step")                                \
  X (TILE, "a tile of patterns")                                      \
  X (W_TILE, "a tile of weights")                                     \
  X (PARTIAL, "the parts of the predictions")                         \
  X (PARTS, "the sums of parts of the predictions")                   \
  X (Y, "the labels")                                                 \
  X (U, "the predictions")                                            \
  X (R, "the residuals")                                              \
  X (HISTORY, "the predictions of a batch of steps")                  \
  X (SQUARES, "the squared residuals of a batch of steps")            \
  X (NORMS, "the residual norms of a batch of steps")                 \
  X (SLOT, "the step counter")                                        \
  X (TEST, "the test images")                                         \
  X (TEST_REST, "the test images' pixels that no training image has") \
  X (TEST_ONES, "the test images' scales")                            \
  X (TEST_ZEROS, "the test images' shifts")                           \
  X (REDUCE, "sums")

typedef enum
{
#define CUDA_ARRAY_ENUM(name, what) CUDA_ARRAY_##name,
  CUDA_ARRAYS (CUDA_ARRAY_ENUM)
#undef CUDA_ARRAY_ENUM
      CUDA_N_ARRAYS,
} CudaArray;

typedef struct
{
  GramTrainerPlan plan;
  CudaShape shape;
  gboolean weights;     /* the formulation, else samples */
  gint64 d_all, d_rest; /* all pixels; those that no training image has */
  gint64 rest_pad;
  gint64 n_test, test_pad;
  gint64 tile;   /* neurons at a time */
  gint64 chunks; /* of CUDA_CHUNK neurons */
  gint64 groups; /* of CUDA_GROUP chunks; 0: the chunks are few */
  gint64 slots;  /* steps in a batch at most */
  gsize bytes[CUDA_N_ARRAYS];
} CudaLayout;

typedef struct
{
  CudaQueue queue;
  CudaLayout layout;
  GramTrainerSpec spec; /* its pointers are NULL */
  gint64 *used, *rest;  /* (d), (d_rest): which pixels they are */
  gpointer array[CUDA_N_ARRAYS];
  gpointer base; /* samples: W(base), a (d_pad × m × sets) of its own after a foreign restore */
  gint64 step;
  double *norms; /* (n_sets) ‖y − u(k)‖ on the host */
  /* pace */
  double seconds_per_step; /* 0: not known */
  gboolean warm;           /* every kernel has run once */
  gboolean no_graphs;
  gboolean torn;         /* a batch broke off: what lies on the card is no state of the run */
  cudaGraphExec_t graph; /* CUDA_GRAPH_STEPS steps */
  GBytes *saved;         /* the last state that reached the host, for when the card fails */
} CudaTrainer;

#define CUDA_GRAPH_STEPS 8
/* Columns of K that are built at a time. */
#define CUDA_KERNEL_BLOCK 1024

#define CUDA_AT(trainer, type, name) ((type *) (trainer)->array[CUDA_ARRAY_##name])

/* gram-cuda-plan.c */
gboolean cuda_layout (CudaDevice *device, const GramTrainerSpec *spec, gint64 largest_tile,
                      gsize held, CudaLayout *layout, gint64 **used, gint64 **rest, GError **error);
gboolean cuda_trainer_plan (gpointer device, const GramTrainerSpec *spec, GramTrainerPlan *plan,
                            GError **error);
const char *cuda_array_name (CudaArray array);

/* gram-cuda-trainer.c */
gpointer cuda_trainer_new (gpointer device, const GramTrainerSpec *spec, const GramJob *job,
                           GError **error);
void cuda_trainer_free (gpointer trainer);
gboolean cuda_trainer_enter (CudaTrainer *trainer, GError **error);
gint64 cuda_neuron (const CudaTrainer *trainer, gint64 column);
void cuda_initial_columns (const CudaTrainer *trainer, gint64 first, gint64 count, float *W);

/* gram-cuda-upload.c */
gboolean cuda_upload_problem (CudaTrainer *trainer, const GramTrainerSpec *spec, GError **error);

/* gram-cuda-step.c */
typedef enum
{
  CUDA_PRODUCT_STEP, /* in the plan's precision; bf16 factors in bf16-split */
  CUDA_PRODUCT_FULL, /* float32 factors, multiplied as such */
} CudaProduct;

CudaTile cuda_tile (const CudaTrainer *trainer, gint64 first);
gboolean cuda_product (CudaTrainer *trainer, cublasOperation_t trans_a, cublasOperation_t trans_b,
                       gint64 rows, gint64 columns, gint64 inner, float alpha, gconstpointer A,
                       gint64 lda, gint64 stride_a, gconstpointer B, gint64 ldb, gint64 stride_b,
                       float beta, float *C, gint64 ldc, gint64 stride_c, int batch,
                       CudaProduct kind, GError **error);
gboolean cuda_evaluate_weights (CudaTrainer *trainer, GError **error);
gboolean cuda_evaluate_samples (CudaTrainer *trainer, GError **error);
gboolean cuda_trainer_step (gpointer trainer, gint64 count, double *residuals, float *history,
                            const GramJob *job, GError **error);

/* gram-cuda-observe.c */
const float *cuda_weights_tile (CudaTrainer *trainer, guint set, CudaTile tile, GError **error);
gboolean cuda_trainer_observe (gpointer trainer, guint set, GramObserveFlags flags,
                               GramObservation *observation, GError **error);
gboolean cuda_trainer_weights (gpointer trainer, guint set, float *W, gint64 ldw, GError **error);
gboolean cuda_trainer_gram (gpointer trainer, guint set, double *H, gint64 ldh, GError **error);
gboolean cuda_trainer_pattern (gpointer trainer, guint set, guint8 *bits, GError **error);

/* gram-cuda-state.c */
GBytes *cuda_trainer_save (gpointer trainer, GError **error);
gboolean cuda_trainer_restore (gpointer trainer, GBytes *state, GError **error);

G_END_DECLS
