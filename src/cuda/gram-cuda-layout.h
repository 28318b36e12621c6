/* gram-cuda-layout.h: which formulation, which precision, and the memory of a trainer on a card
 *
 * SPDX-License-Identifier: MIT
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
  X (SUM, "the predictions of the whole network")                     \
  X (Y, "the labels")                                                 \
  X (U, "the predictions")                                            \
  X (R, "the residuals")                                              \
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
  gboolean shared;      /* a part of a network: each step waits for what the others add to u */
  gint64 d_all, d_rest; /* all pixels; those that no training image has */
  gint64 rest_pad;
  gint64 n_test, test_pad;
  gint64 tile;   /* neurons at a time */
  gint64 chunks; /* of CUDA_CHUNK neurons */
  gint64 groups; /* of CUDA_GROUP chunks; 0: the chunks are few */
  gint64 slots;  /* steps in a batch at most */
  gsize bytes[CUDA_N_ARRAYS];
} CudaLayout;

#define CUDA_TILE_MIN 256 /* neurons at a time, at least, where there are as many */
/* Columns of K that are built at a time. */
#define CUDA_KERNEL_BLOCK 1024

gboolean cuda_layout (CudaDevice *device, const GramTrainerSpec *spec, gint64 largest_tile,
                      gsize held, CudaLayout *layout, gint64 **used, gint64 **rest, GError **error);
const char *cuda_layout_array_name (CudaArray array);

G_END_DECLS
