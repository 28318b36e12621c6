/* gram-shim-launch.h: running kernels as loops on the host
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <functional>

#include "cuda_runtime_api.h"

#define GRAM_KERNEL static void
#define GRAM_DEVICE static inline
#define GRAM_UNROLL(n)

struct dim3
{
  unsigned x, y, z;
  dim3 (unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x (x_), y (y_), z (z_)
  {
  }
};

extern thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

/* Queues @kernel for every block and every @stride-th thread of it. */
cudaError_t shim_launch (dim3 grid, dim3 block, unsigned stride, cudaStream_t stream,
                         std::function<void ()> kernel);

/* Arguments are captured now, as a launch copies them. */
template <typename... Formal, typename... Actual>
static inline cudaError_t
shim_queue (void (*kernel) (Formal...), dim3 grid, dim3 block, unsigned stride, cudaStream_t stream,
            Actual... actual)
{
  return shim_launch (grid, block, stride, stream, [=] { kernel (actual...); });
}

#define GRAM_LAUNCH_THREADS(kernel, grid, block, stream, ...) \
  shim_queue (kernel, grid, block, 1, stream, __VA_ARGS__)
/* A warp program does the work of all its lanes. */
#define GRAM_LAUNCH_WARPS(kernel, grid, block, stream, ...) \
  shim_queue (kernel, grid, block, 32, stream, __VA_ARGS__)
