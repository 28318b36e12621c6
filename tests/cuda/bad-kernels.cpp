/* bad-kernels.cpp: kernels with mistakes that the make-believe card must find
 *
 * SPDX-License-Identifier: MIT
 */
#include "bad-kernels.h"

#include "gram-cuda-warp.h"

/* Lane 0 goes home before the others vote. */
GRAM_KERNEL
parting_kernel (double *out)
{
  PerLane<uint32_t> votes (0);

  if (shim_lane == 0)
    return;
  const uint32_t word = warp_vote ([&] (int lane) { return lane > 3; });
  each_lane ([&] (int lane) { out[lane] = word; });
}

cudaError_t
bad_kernel_parting (double *out, cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (parting_kernel, dim3 (1), dim3 (32), stream, out);
}

/* Every lane takes what its neighbour leaves, with nothing in between. */
GRAM_KERNEL
racing_kernel (double *out)
{
  each_lane ([&] (int lane) { out[lane] = lane; });
  each_lane ([&] (int lane) { out[32 + lane] = out[(lane + 1) % 32]; });
}

cudaError_t
bad_kernel_racing (double *out, cudaStream_t stream)
{
  return GRAM_LAUNCH_WARPS (racing_kernel, dim3 (1), dim3 (32), stream, out);
}

/* All threads write the same place. */
GRAM_KERNEL
last_wins_kernel (double *out)
{
  out[0] = blockIdx.x * blockDim.x + threadIdx.x;
}

cudaError_t
bad_kernel_last_wins (double *out, cudaStream_t stream)
{
  return GRAM_LAUNCH_THREADS (last_wins_kernel, dim3 (8), dim3 (32), stream, out);
}
